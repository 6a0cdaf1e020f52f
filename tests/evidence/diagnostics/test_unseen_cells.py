"""Cells that are never published still protect what hangs on them."""

from hypothesis import given
from hypothesis import strategies as st

from resettle.evidence.disclosure import Counts, bounds, protect


@given(st.lists(st.integers(0, 40), min_size=3, max_size=6), st.lists(st.booleans(), min_size=6, max_size=6))
def test_no_small_count_can_be_told_whatever_is_unseen(parts, never):
    names = [f"c{i}" for i in range(len(parts))]
    values = {**dict(zip(names, parts, strict=True)), "total": sum(parts)}
    unseen = {name for name, hide in zip(names, never, strict=False) if hide}
    counts = Counts(values, [("total", tuple(names))])
    made = protect(counts, unseen=unseen)
    assert unseen <= made.hidden
    assert not {entry.cell for entry in made.log} & unseen
    for name in names:
        if 0 < values[name] < 10:
            low, high = bounds(counts, made.hidden, name)
            assert high - low >= 10


def test_two_tables_that_differ_by_a_few_are_not_both_shown():
    """100 people in one table and 97 of them in another: three could be told, so one of the two numbers goes."""
    counts = Counts({"whole": 100, "part": 97, "few": 3}, [("whole", ("part", "few"))])
    made = protect(counts, unseen={"few"})
    assert made.hidden == {"few", "part"} or made.hidden == {"few", "whole"}
    assert [entry.rule for entry in made.log] == ["secondary"]
    assert (
        protect(Counts({"whole": 100, "part": 80, "rest": 20}, [("whole", ("part", "rest"))]), unseen={"rest"}).log
        == ()
    )
