"""What is known on the days that measures of home and work ask of, against days worked out by hand and by the area's own measure."""

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from resettle.area.declare import table
from resettle.errors import BadInput
from resettle.evidence.circumstance_rules import read_rules
from resettle.evidence.clock import Span
from resettle.goodlives.circumstances import CODES, Fact, after, end_before, in_force, points, require_code

OUT = date(2025, 11, 30)
TODAY = date(2026, 3, 10)


def fact(domain, code, begins, ends=None, key="1"):
    return Fact(id=key, domain=domain, code=code, begins=begins, ends=ends)


def answers(facts, today=TODAY):
    return {one.measure: one.answer for one in points(read_rules(), facts, {"release": [OUT], "order": []}, today)}


def test_the_codes_are_those_of_the_area_each_in_one_domain():
    known = set(table("circumstance").columns["code"].allowed)
    assert {code for codes in CODES.values() for code in codes} == known
    assert set(CODES) == set(table("circumstance").columns["domain"].allowed)


def test_the_days_that_count_after_a_release():
    found = points(read_rules(), [], {"release": [OUT], "order": []}, TODAY)
    # The last day of February stands for the 30th.
    assert [(one.measure, one.on) for one in found] == [
        ("housed_on_release", OUT),
        ("employed_six_weeks", date(2026, 1, 11)),
        ("settled_after_release", date(2026, 2, 28)),
        ("employed_six_months_after_release", date(2026, 5, 30)),
    ]
    assert [one.answer for one in found] == ["unknown", "unknown", "unknown", "to_come"]


def test_yes_no_unknown_and_not_available_are_kept_apart():
    home = [fact("housing", "shelter", OUT, date(2026, 1, 31)), fact("housing", "supported", date(2026, 2, 1), key="2")]
    assert answers(home)["housed_on_release"] == "no"
    assert answers(home)["settled_after_release"] == "yes"
    assert answers([fact("work", "unemployed", OUT)])["employed_six_weeks"] == "no"
    assert answers([fact("work", "not_available", OUT)])["employed_six_weeks"] == "unknown"
    assert answers([fact("work", "unknown", OUT)])["employed_six_weeks"] == "unknown"
    assert answers([fact("work", "employed", date(2026, 1, 12))])["employed_six_weeks"] == "unknown"


def test_a_new_home_ends_the_one_before_and_a_new_benefit_does_not():
    assert end_before(fact("housing", "shelter", OUT), date(2026, 1, 1)) == date(2025, 12, 31)
    assert end_before(fact("housing", "shelter", OUT, date(2025, 12, 5)), date(2026, 1, 1)) is None
    assert end_before(fact("housing", "shelter", OUT), OUT) is None
    assert end_before(fact("benefit", "claiming", OUT), date(2026, 1, 1)) is None


def test_a_code_of_another_domain_is_refused_with_the_closest():
    with pytest.raises(BadInput, match="Did you mean 'employed'"):
        require_code("work", "employd")
    with pytest.raises(BadInput, match="not a code of this domain"):
        require_code("housing", "employed")


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 120))
def test_months_end_as_another_library_says(day, months):
    assert after(day, Span(months=months)) == day + relativedelta(months=months)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 30)), max_size=6), st.integers(0, 90))
def test_in_force_is_what_began_last_of_what_holds(spells, offset):
    facts = [
        fact("work", "employed", OUT + timedelta(a), OUT + timedelta(a + n), str(i)) for i, (a, n) in enumerate(spells)
    ]
    found = in_force(facts, "work", OUT + timedelta(offset))
    holding = [a for a, n in spells if a <= offset <= a + n]
    assert (found.begins if found else None) == (OUT + timedelta(max(holding)) if holding else None)
