"""The rounding, the rules and the words of the Justice Data Lab, by hand and on published reports."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from study_kit import compared, findings

from resettle.evidence.diagnostics.rules import (
    FEW_EVENTS,
    FEW_ON_A_SIDE,
    FEW_PEOPLE,
    LOW_NUMBERS,
    significant,
    why_hidden,
)
from resettle.report.study.rounding import in_100, low_to_high, may_not_sum, p_printed, printed, rounded, signed
from resettle.report.study.said import claims, headline, impact_on_100, of_100, sums_do_not_show


def test_each_kind_of_value_has_its_decimals():
    assert printed(0.2456, "share") == "25"
    assert printed(1.305, "events") in ("1.30", "1.31")
    assert printed(136.597, "days") == "137"
    assert (p_printed(0.0484), p_printed(0.0001), p_printed(1.0)) == ("0.05", "below 0.01", "1.00")


def test_minus_nought_is_nought():
    assert low_to_high(-0.166, -0.0006, "share") == "-17 to 0"
    assert rounded(-0.001, 2) == "0.00"
    assert signed(-0.04) == "0.0"
    assert signed(-0.06) == "-0.1"


@given(st.floats(-3, 3, allow_nan=False), st.integers(0, 3))
def test_no_number_is_printed_as_minus_nought(value, places):
    assert float(rounded(value, places)) == pytest.approx(value, abs=0.5 * 10**-places + 1e-9)
    assert not rounded(value, places).startswith("-") or float(rounded(value, places)) < 0


def test_the_difference_is_worked_out_before_rounding():
    """24.56% and 28.3% print as 25 and 28, and their difference as 4: the note must then stand."""
    assert (in_100(0.2456, "share"), in_100(0.283, "share"), in_100(0.2456 - 0.283, "share")) == (25, 28, -4)
    assert may_not_sum(0.2456, 0.283, 0.2456 - 0.283, "share")
    assert not may_not_sum(0.25, 0.28, -0.03, "share")


def test_brighton_womens_centre_as_printed():
    """114 women, 25% and 28%, printed as 4 women fewer; 88 reoffences for 100 (0.9); October 2024."""
    rate = compared(ours=28 / 114, theirs=0.2835, low=-0.109, high=0.049, p=0.45, significant=False, n=114, count=28)
    often = compared("frequency", "events", ours=0.88, theirs=0.95, low=-0.4, high=0.3, p=0.7, significant=False, n=114)
    f = findings(rate, often, people="women", programme="Brighton Women's Centre")
    ours, theirs = of_100(f, rate)
    assert (
        ours
        == "25 of the 100 women had at least one reoffence within 12 months (a rate of 25%), 4 women fewer than in the comparison group."
    )
    assert theirs == "28 of the 100 women had at least one reoffence within 12 months (a rate of 28%)."
    assert impact_on_100(f, rate).startswith(
        "The number of women who have a reoffence within 12 months could be lower by as many as 11 women, or higher by as many as 5 women."
    )
    assert "More women would need to be available" in impact_on_100(f, rate)
    assert of_100(f, often)[0].startswith(
        "88 reoffences were counted within 12 months (a frequency of 0.9 reoffences a person)"
    )
    assert sums_do_not_show(f)
    assert "does not provide clear evidence" in claims(f).can[0]
    assert "increases, decreases, or makes no difference" in claims(f).cannot[0]
    assert "does not show" in headline(f)


def test_prisoners_education_trust_as_printed():
    """3,085 people, 19% and 26%, lower by between 5 and 8 points, significant; January 2014."""
    rate = compared(ours=0.192, theirs=0.257, low=-0.0795, high=-0.0505, p=0.0001, n=3085, count=592)
    f = findings(rate, programme="a grant")
    assert of_100(f, rate)[0].startswith("19 of the 100 people") and of_100(f, rate)[1].startswith("26 of the 100")
    assert impact_on_100(f, rate) == (
        "The number of people who have a reoffence within 12 months could be lower by between 5 and 8 people. "
        "This is a statistically significant result."
    )
    assert headline(f).startswith("People with a grant were less likely to have a reoffence within 12 months")
    assert "decreases" in claims(f).can[0] and "increases" in claims(f).cannot[0]


def test_langley_house_as_printed():
    """231 people, 26% and 35%, lower by between 2 and 14 points, significant; 2015."""
    rate = compared(ours=0.26, theirs=0.345, low=-0.143, high=-0.0215, p=0.01, n=231, count=60)
    assert "lower by between 2 and 14 people" in impact_on_100(findings(rate), rate)


def test_one_is_not_many():
    one = compared(ours=0.30, theirs=0.31, low=-0.05, high=0.03, significant=False)
    assert ", 1 woman fewer than" in of_100(findings(one, people="women"), one)[0]
    same = compared(ours=0.30, theirs=0.302, low=-0.05, high=0.05, significant=False)
    assert "about the same as" in of_100(findings(same), same)[0]


def test_more_is_said_to_be_more():
    worse = compared(ours=0.40, theirs=0.33, low=0.02, high=0.12)
    f = findings(worse)
    assert "higher by between 2 and 12 people" in impact_on_100(f, worse)
    assert "more likely" in headline(f) and "increases" in claims(f).can[0]


def test_days_are_days():
    days = compared(
        "days_to_first", "days", "reoffenders", ours=136.6, theirs=134.4, low=-16.2, high=19.6, significant=False
    )
    f = findings(compared(), days)
    assert of_100(f, days)[0].startswith("137 days passed") and ", 2 days later than" in of_100(f, days)[0]
    assert "shorter by as many as 16 days, or longer by as many as 20 days" in impact_on_100(f, days)


def test_nothing_says_that_there_is_no_effect():
    f = findings(compared(significant=False, low=-0.05, high=0.05, p=0.9))
    said = " ".join((headline(f), *claims(f).can))
    assert "no effect" not in said and "no difference" not in said


@pytest.mark.parametrize(
    ("change", "behind", "why"),
    [
        ({"count": 10, "n": 500}, (10, 700), ""),
        ({"count": 9, "n": 500}, (9, 700), FEW_EVENTS),
        ({"count": 0, "n": 500}, (0, 700), FEW_EVENTS),
        ({"count": 491, "n": 500}, (491, 700), FEW_ON_A_SIDE),
        ({"count": 490, "n": 500}, (490, 700), ""),
        ({"count": 500, "n": 500}, (500, 700), ""),
        ({"count": 20, "n": 500}, (20, 9), FEW_ON_A_SIDE),
        ({"count": 15, "n": 29}, (15, 700), FEW_PEOPLE),
        ({"unit": "events", "name": "frequency", "count": 10}, (10, 700), ""),
        ({"unit": "events", "name": "frequency", "count": 9}, (9, 700), FEW_EVENTS),
        ({"unit": "events", "name": "frequency", "count": 40}, (9, 700), FEW_EVENTS),
        ({"unit": "days", "name": "days_to_first", "n": 30, "count": 30}, (30, 700), ""),
        ({"unit": "days", "name": "days_to_first", "n": 29, "count": 29}, (29, 700), LOW_NUMBERS),
    ],
)
def test_rows_that_are_not_printed(change, behind, why):
    assert why_hidden(compared(**change), behind, 10, 30) == why


def test_what_counts_as_significant():
    """p of 0.05 or less, printed, and thirty treated reoffenders."""
    assert significant(compared(p=0.05), 30)
    assert not significant(compared(p=0.0501), 30)
    assert not significant(compared(p=0.01), 29)
    assert not significant(compared(p=0.01, hidden="x"), 300)
    assert not significant(compared(p=0.04, low=-0.05, high=0.01), 300)


def test_red_flags_stand_beside_the_headline():
    from resettle.evidence.diagnostics.time_checks import AtRisk
    from resettle.evidence.effect import Check
    from resettle.report.study.chapters import said_chapter

    doubt = {
        "checks": (Check(name="placebo", value=1.0, flag="red", words="w"),),
        "at_risk": AtRisk(treated=0.9, comparison=1.0, flag="red"),
    }
    shown = [str(part) for part in said_chapter(findings(compared(), **doubt)).parts]
    assert any("marked red: placebo and time at liberty" in part for part in shown)
    assert not any("marked red" in str(part) for part in said_chapter(findings(compared())).parts)
