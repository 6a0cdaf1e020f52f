"""Nobody who knows the sums works out a small count: attackers with linear programmes, and with brute force."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resettle.errors import BadInput
from resettle.evidence.disclosure import (
    FEWEST,
    TOTAL,
    Counts,
    bounds,
    differences,
    protect,
    rate_may_be_shown,
    rounded,
    two_way,
)  # fmt: skip
from resettle.evidence.secondary import TOTAL_COST

COUNT = st.one_of(st.just(0), st.integers(1, 9), st.integers(10, 40), st.integers(50, 900))


def table(cells):
    return two_way({f"r{i}": {f"c{j}": n for j, n in enumerate(row)} for i, row in enumerate(cells)})


@st.composite
def tables(draw):
    rows, columns = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    return table(draw(st.lists(st.lists(COUNT, min_size=columns, max_size=columns), min_size=rows, max_size=rows)))


def small(counts):
    return [key for key, n in counts.values.items() if 0 < n < FEWEST]


def narrowest(counts, hidden):
    widths = [high - low for low, high in (bounds(counts, hidden, key) for key in small(counts))]
    return min(widths, default=np.inf)


@settings(max_examples=15)
@given(tables())
def test_no_attacker_recovers_a_small_count(counts):
    found = protect(counts)
    assert set(small(counts)) <= found.hidden
    assert narrowest(counts, found.hidden) >= FEWEST - 1e-6
    for key in found.hidden:
        assert found.value(key) is None


def test_thirty_by_ten_with_totals():
    random = np.random.default_rng(4)
    counts = table(random.negative_binomial(1, 1 / 101, (30, 10)).tolist())
    found = protect(counts)
    assert narrowest(counts, found.hidden) >= FEWEST - 1e-6
    assert len(small(counts)) < len(found.hidden) < 3 * len(small(counts))


@settings(max_examples=10)
@given(tables())
def test_tables_with_subtotals_and_parts_of_their_cells_are_safe_together(counts):
    """Each cell of the first column is split once more, as people who lack a good are into met and unmet."""
    values, sums = dict(counts.values), list(counts.sums)
    first = [key for key in values if isinstance(key, tuple) and key[1] == "c0"]
    inner = [key for key in first if key[0] != TOTAL]
    for key in inner:
        values[*key, "met"] = values[key] // 3
        values[*key, "unmet"] = values[key] - values[key] // 3
    for kind in ("met", "unmet"):
        values[TOTAL, "c0", kind] = sum(values[*key, kind] for key in inner)
        sums.append(((TOTAL, "c0", kind), tuple((*key, kind) for key in inner)))
    sums += [(key, ((*key, "met"), (*key, "unmet"))) for key in first]
    whole = Counts(values, tuple(sums))
    assert narrowest(whole, protect(whole).hidden) >= FEWEST - 1e-6


@settings(max_examples=8)
@given(st.lists(st.lists(COUNT, min_size=2, max_size=2), min_size=2, max_size=2))
def test_no_cheaper_set_is_safe(cells):
    """All 512 sets of a table of two by two with its totals are tried."""
    counts = table(cells)
    keys, most = list(counts.values), max(counts.values.values())
    cost = {k: (TOTAL_COST if TOTAL in k else 1.0) * (1 + n / (1 + most)) for k, n in counts.values.items()}
    primary, found = small(counts), protect(counts)
    if not primary:
        assert not found.hidden
        return
    rest = [k for k in keys if k not in primary]
    safe = [
        sum(cost[k] for k in hidden)
        for size in range(len(rest) + 1)
        for more in combinations(rest, size)
        if narrow_enough(counts, hidden := [*primary, *more])
    ]
    assert sum(cost[k] for k in found.hidden) <= min(safe) + 1e-6


def narrow_enough(counts, hidden):
    """Whether each small count has a range of ten below the most that the search lets a count grow by."""
    for key in small(counts):
        low, high = bounds(counts, hidden, key)
        if min(high, counts.values[key] + FEWEST) - low < FEWEST - 1e-6:
            return False
    return True


def test_the_attacker_equals_trying_every_table():
    counts = table([[3, 4, 20], [12, 5, 30], [8, 40, 6]])
    hidden = [
        (r, c) for r in ("r0", "r1", "r2") for c in ("c0", "c1", "c2") if (r, c) not in {("r0", "c2"), ("r1", "c2")}
    ]
    rows = [counts.values[r, TOTAL] - (counts.values[r, "c2"] if r != "r2" else 0) for r in ("r0", "r1", "r2")]
    columns = [counts.values[TOTAL, c] for c in ("c0", "c1")]
    seen = []
    for a, b in product(range(rows[0] + 1), range(rows[1] + 1)):
        third = [columns[0] - a - b, columns[1] - (rows[0] - a) - (rows[1] - b)]
        last = rows[2] - sum(third)
        if min(*third, last) >= 0 and last == counts.values["r2", "c2"]:
            seen.append(a)
    assert bounds(counts, hidden, ("r0", "c0")) == pytest.approx((min(seen), max(seen)))


def test_a_small_count_alone_in_its_row_takes_another_with_it_and_the_log_says_why():
    found = protect(table([[3, 50, 60], [40, 70, 20], [90, 15, 30]]))
    assert len(found.hidden) == 4
    rules = {h.cell: (h.rule, h.why) for h in found.log}
    assert rules["r0, c0"] == ("primary", "fewer than 10 people")
    assert sorted(rule for rule, _ in rules.values()) == ["primary", "secondary", "secondary", "secondary"]
    assert "3" not in " ".join(why for _, why in rules.values())


def test_two_small_counts_in_a_row_are_not_enough_where_their_sum_is_small():
    """3 and 4 hidden in a row of 107 say 7 to whoever takes the rest away: each could only be 0 to 7."""
    counts = Counts({"a": 3, "b": 4, "c": 100, "all": 107}, (("all", ("a", "b", "c")),))
    assert protect(counts).hidden == {"a", "b", "c"}


def test_cells_may_be_hidden_for_other_reasons():
    counts = Counts({"a": 300, "b": 400, "c": 100, "all": 800}, (("all", ("a", "b", "c")),))
    found = protect(counts, hide=["a"])
    assert found.hidden == {"a", "c"}
    assert [h.why for h in found.log if h.cell == "a"] == ["a number beside it may not be shown"]
    assert not protect(counts).hidden


@settings(max_examples=15)
@given(tables())
def test_rounded_tables_add_up_and_stay_beside_their_counts(counts):
    found = rounded(counts)
    assert all(n % 5 == 0 and abs(n - counts.values[key]) < 5 for key, n in found.items())
    assert all(found[total] == sum(found[p] for p in parts) for total, parts in counts.sums)
    assert all(found[key] == n for key, n in counts.values.items() if n % 5 == 0)


def test_rates_need_thirty_people_and_ten_on_either_side():
    assert rate_may_be_shown(30, 15)
    assert rate_may_be_shown(40, 0)
    assert not rate_may_be_shown(29, 15)
    assert not rate_may_be_shown(100, 9)
    assert not rate_may_be_shown(100, 91)


def people(first, last):
    return {f"p{n}" for n in range(first, last)}


def test_groups_that_differ_by_a_few_people_leak():
    everyone, most = people(0, 100), people(0, 95)
    (leak,) = differences({"all": everyone, "men": most})
    assert (leak.within, leak.outside, leak.low, leak.high) == (("all",), ("men",), 5, 5)
    assert str(leak) == "in all, not in men"
    assert not differences({"all": everyone, "men": people(0, 90)})
    # Three tables: neither pair says anything, all of them together do.
    found = differences({"all": everyone, "one": people(0, 50), "other": people(53, 100)})
    assert [leak.low for leak in found] == [3]


def test_overlapping_groups_leak_only_what_their_sizes_say():
    """Two groups of 60 that share 5 people: the sizes alone leave the overlap open."""
    assert not differences({"one": people(0, 60), "other": people(55, 115)})
    leaks = differences({"one": people(0, 60), "other": people(55, 115), "either": people(0, 115)})
    assert [leak.within for leak in leaks] == [("either", "one", "other")]


def test_tables_that_do_not_add_up_are_refused():
    with pytest.raises(BadInput, match="not the sum"):
        Counts({"a": 1, "all": 3}, (("all", ("a",)),))
    with pytest.raises(BadInput, match="negative"):
        Counts({"a": -1})
    with pytest.raises(BadInput, match="not there"):
        Counts({"all": 3}, (("all", ("a",)),))
