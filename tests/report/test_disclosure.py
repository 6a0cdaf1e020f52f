from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resettle.commissioning.statement import Line, Statement
from resettle.evidence.measures import Measure
from resettle.report.disclosure import (
    hidden,
    hidden_groups,
    hidden_lines,
    hidden_total,
    masked,
    people,
    publishable,
    safe,
)


def test_counts_from_one_to_nine_are_not_published():
    assert [n for n in range(12) if not publishable(n)] == list(range(1, 10))
    assert people(9) == "fewer than 10" and people(10) == "10" and people(0) == "0" and people(12_345) == "12,345"


@pytest.mark.parametrize(
    ("n", "events", "shown"), [(20, 10, True), (19, 10, False), (100, 9, False), (100, 91, False), (0, 0, False)]
)
def test_a_group_needs_ten_on_both_sides(n, events, shown):
    assert safe(n, events) is shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3 outcomes set aside: too late.", "Fewer than 10 outcomes set aside: too late."),
        ("In all 7 people started.", "In all fewer than 10 people started."),
        ("9 verified outcomes at £5.00 each", "Fewer than 10 verified outcomes at £5.00 each"),
        ("12 people, 103 people, 1,005 people", "12 people, 103 people, 1,005 people"),
        ("8.33 percentage points of 216 people", "8.33 percentage points of 216 people"),
        ("2 of the tests", "2 of the tests"),
    ],
)
def test_small_counts_in_sentences_are_masked(text, expected):
    assert masked(text) == expected


def rate(name, n, count):
    return Measure(name="rate", clock="c", group={"g": name}, n=n, count=count, value=0.5, interval=None, method="m")


def test_a_single_small_group_takes_the_next_smallest_with_it():
    groups = [rate("a", 200, 100), rate("b", 6, 3), rate("c", 50, 25), rate("d", 400, 100)]
    assert hidden_groups(groups) == {"g=b", "g=c"}


def test_groups_that_are_large_enough_are_all_shown():
    assert hidden_groups([rate("a", 200, 100), rate("b", 20, 10)]) == set()


@given(st.lists(st.integers(0, 60), min_size=1, max_size=8))
def test_what_is_hidden_can_never_be_worked_out(sizes):
    def shows(some):
        return sum(some) >= 10

    out = hidden(sizes, lambda n: n, shows)
    assert all(sizes[i] >= 10 for i in range(len(sizes)) if i not in out)
    if out and len(out) < len(sizes):
        assert len(out) > 1 and sum(sizes[i] for i in out) >= 10


def line(id, people, rule="unit_tariff", **more):
    return Line(
        id=id, rule=rule, label=id, quantity=Decimal(people), unit="outcome", price=Decimal("5.00"), amount=Decimal(5 * people),
        payer="a", payee="b", period="p", why="w",
        **{"evidence": tuple(f"outcome:{id}-{n}" for n in range(people)), **more},
    )  # fmt: skip


def statement(*lines):
    return Statement(id="s", contract_id="c", title="t", currency="GBP", at=date(2024, 1, 1), lines=lines)


def test_a_small_payment_line_takes_another_with_it():
    found = statement(line("L1", 4), line("L2", 30), line("L3", 80))
    assert hidden_lines(found, None) == {"L1", "L2"} and not hidden_total(found, None)


def test_a_small_line_alone_hides_the_sum_too():
    found = statement(line("L1", 4), line("L2", 12, rule="fee"))
    assert hidden_lines(found, None) == {"L1"} and hidden_total(found, None)


def test_both_payers_of_a_small_line_are_hidden():
    one, other = line("L1", 4), line("L1", 4).model_copy(update={"id": "L1-b"})
    found = statement(one, other, line("L2", 30))
    assert hidden_lines(found, None) == {"L1", "L1-b", "L2"}


def test_fees_and_lines_without_people_are_shown():
    found = statement(line("L1", 3, rule="fee"), line("L2", 0), line("L3", 10))
    assert hidden_lines(found, None) == set() and not hidden_total(found, None)


def test_limits_on_a_hidden_line_are_hidden_with_it():
    small, cover, large = line("L1", 4, payment="a"), line("L2", 30, payment="a"), line("L3", 80, payment="b")
    named = line("L4", 1, rule="cap", payment="a", evidence=("line:L1",))
    other = line("L5", 1, rule="cap", payment="b", evidence=("line:L3",))
    whole = line("L6", 1, rule="floor", payment="", evidence=())
    found = statement(small, cover, large, named, other, whole)
    assert hidden_lines(found, None) == {"L1", "L2", "L4", "L6"}
    assert hidden_lines(statement(large, other, whole), None) == set()


def test_lines_of_an_effect_are_hidden_only_where_it_may_not_be_shown(maryland_run):
    effect = maryland_run.result.effect
    small = effect.model_copy(update={"comparison": effect.comparison.model_copy(update={"events": 9})})
    found = statement(line("L1", 3, rule="outcome_rate", evidence=(f"effect:{effect.id}",)), line("L2", 50))
    assert hidden_lines(found, effect) == set() and not hidden_total(found, effect)
    assert hidden_lines(found, small) == {"L1"} and hidden_total(found, small)
