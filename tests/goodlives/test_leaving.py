"""When somebody of the staff may be closed out, and when a second factor may be taken away."""

import pytest

from resettle.goodlives.leaving import KINDS, Theirs, may_close, may_reset


def test_an_account_with_nothing_left_may_be_closed():
    assert may_close(Theirs(), last_administrator=False) == ()


@pytest.mark.parametrize("kind", KINDS)
def test_each_thing_that_is_still_theirs_stands_against_it_and_is_counted(kind):
    one, three = (may_close(Theirs(**{kind: n}), last_administrator=False) for n in (1, 3))
    assert [found.broken for found in one] == [kind] and one[0].reason.startswith("1 ")
    assert three[0].reason.startswith("3 ") and three[0].reason[2:] != one[0].reason[2:] and three[0].do


def test_everything_is_said_at_once_and_the_last_administrator_stays():
    found = may_close(Theirs(people=2, referrals=1, volunteers=True), last_administrator=True)
    assert [one.broken for one in found] == ["people", "referrals", "volunteers", "administrator"]


def test_only_the_last_administrator_cannot_reset_themselves():
    assert may_reset(own=True, last_administrator=True).broken == "administrator"
    assert may_reset(own=True, last_administrator=False) is None
    assert may_reset(own=False, last_administrator=True) is None
