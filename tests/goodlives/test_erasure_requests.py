"""The time limit of a request to erase, what a decision needs, and what stands against carrying it out."""

from datetime import date

import pytest

from resettle.goodlives.erasure import answer_by, every_ground, grounds, may_decide, may_erase

KINDS = ("messages", "restricted_notes", "casework", "money", "audit", "identity")


@pytest.mark.parametrize(
    ("received", "by"),
    [
        (date(2026, 9, 3), date(2026, 10, 5)),  # 3 October 2026 is a Saturday
        (date(2026, 3, 31), date(2026, 4, 30)),  # April has no 31st
        (date(2026, 3, 5), date(2026, 4, 7)),  # 5 April is Easter Sunday, the 6th a bank holiday
        (date(2026, 1, 30), date(2026, 3, 2)),  # 28 February is a Saturday
        (date(2026, 6, 9), date(2026, 7, 9)),
    ],
)
def test_an_answer_is_due_a_calendar_month_on_or_the_next_working_day(received, by):
    assert answer_by(received) == by


@pytest.mark.parametrize(
    ("decision", "reason", "cited", "kinds", "broken"),
    [
        ("full", " ", [], [], "reason"),
        ("refused", "No", [], [], "grounds"),
        ("part", "So", [], ["messages"], "grounds"),
        ("part", "So", ["claims"], [], "kinds"),
        ("part", "So", ["claims"], KINDS, "kinds"),
    ],
)
def test_a_decision_says_why_cites_the_law_and_names_what_goes(decision, reason, cited, kinds, broken):
    assert may_decide(decision, reason, cited, kinds, KINDS).broken == broken


def test_a_whole_decision_stands():
    assert may_decide("full", "You may", [], [], KINDS) is None
    assert may_decide("part", "So", ["claims"], ["messages"], KINDS) is None
    assert may_decide("refused", "No", ["claims"], [], KINDS) is None


def test_a_hold_stands_against_all_and_work_only_against_what_it_is_done_with():
    every = ("hold", "worker", "referral", "money")
    assert may_erase(["messages"], every) == ("hold",)
    assert may_erase(["messages", "casework"], every) == every
    assert may_erase(KINDS, ()) == ()


def test_each_regime_has_its_own_grounds_and_each_says_where_it_stands_in_the_law():
    police, charity = grounds("dpa2018_part3"), grounds("uk_gdpr")
    assert set(police) | set(charity) == set(every_ground()) == set(grounds(None))
    assert all("Data Protection Act 2018" in one.law for one in police.values())
    assert "evidence" in police and "evidence" not in charity and all(one.plain for one in charity.values())
