"""Working days, reviews, messages, continuity over the gate, retention and readers."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resettle.errors import BadInput
from resettle.goodlives.budget import Line, balance
from resettle.goodlives.continuity import Met, continuity
from resettle.goodlives.messages import SafeContact, end_messages, may_send
from resettle.goodlives.readers import Look, may_read, readers
from resettle.goodlives.records import Message, Relationship
from resettle.goodlives.retention import attach, ends_on, erased_line, is_past, read_schedule
from resettle.goodlives.reviews import due, months_on, next_review, put_off, stands
from resettle.goodlives.states import Actor, state_table
from resettle.goodlives.states.tables import ROLES
from resettle.goodlives.working_days import add_working_days, bank_holidays, is_working_day, working_days_between

DAY = date(2026, 6, 1)


def test_bank_holidays_as_the_government_published_them():
    """GOV.UK, bank holidays in England and Wales, 2022 to 2024: moved days, the jubilee, the state funeral and the coronation."""
    published = {
        2022: "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27",
        2023: "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26",
        2024: "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26",
    }
    for year, days in published.items():
        working = {f"{d:%m-%d}" for d in bank_holidays(year) if d.weekday() < 5}
        assert working == set(days.split()), year


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2026, 6, 1), 1, date(2026, 6, 2)),
        (date(2026, 6, 5), 1, date(2026, 6, 8)),
        (date(2026, 6, 6), 0, date(2026, 6, 8)),
        (date(2023, 12, 22), 1, date(2023, 12, 27)),
        (date(2024, 3, 28), 5, date(2024, 4, 8)),
        (date(2022, 5, 30), 3, date(2022, 6, 6)),
    ],
)
def test_working_days_by_hand(start, days, end):
    assert add_working_days(start, days) == end


@given(st.dates(date(2015, 1, 1), date(2027, 1, 1)), st.integers(1, 60))
def test_adding_working_days_and_counting_them_are_one_thing(start, days):
    end = add_working_days(start, days)
    assert is_working_day(end)
    assert working_days_between(start, end) == days
    assert working_days_between(end, start) == 0


@pytest.mark.parametrize("days", [-1, 2001])
def test_clocks_that_are_none(days):
    with pytest.raises(BadInput):
        add_working_days(DAY, days)


def test_clocks_of_a_referral():
    assert due("initial_assessment", date(2024, 3, 28)) == date(2024, 4, 15)
    assert due("end_report", date(2024, 12, 20)) == date(2024, 12, 31)
    with pytest.raises(BadInput, match="Did you mean 'end_report'"):
        due("end_reprot", DAY)


def test_what_was_late_stays_late():
    assert [stands(DAY, DAY + timedelta(days=n)).state for n in (-1, 0, 1)] == ["to_do", "due_today", "overdue"]
    assert stands(DAY, DAY, done_on=DAY).state == "in_time"
    assert stands(DAY, DAY + timedelta(days=400), done_on=DAY + timedelta(days=1)).state == "late"


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        (None, date(2027, 6, 1)),
        (date(2032, 1, 1), date(2027, 6, 1)),
        (date(2028, 6, 1), date(2026, 12, 1)),
        (date(2027, 3, 1), date(2026, 9, 1)),
        (date(2026, 10, 1), date(2026, 9, 1)),
        (date(2026, 9, 6), date(2026, 8, 30)),
        (date(2026, 8, 20), None),
    ],
)
def test_the_next_review_by_the_time_left(release, expected):
    assert next_review(DAY, release) == expected


def test_putting_off_is_only_before_the_date():
    assert put_off(date(2024, 3, 28), date(2024, 3, 28), "unwell") == date(2024, 4, 8)
    with pytest.raises(BadInput, match="overdue"):
        put_off(DAY, DAY + timedelta(days=1), "unwell")
    with pytest.raises(BadInput, match="no such reason"):
        put_off(DAY, DAY, "busy")


def test_every_reason_to_put_off_is_in_the_table_and_has_its_days():
    from resettle.goodlives.reviews import EXEMPTIONS

    [move] = [m for m in state_table("review").moves if m.event == "exempt"]
    assert set(move.codes) == set(EXEMPTIONS)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
        (date(2025, 12, 15), 12, date(2026, 12, 15)),
    ],
)
def test_months_end_where_the_month_ends(day, months, then):
    assert months_on(day, months) == then


WORKS = Relationship(id="r", worker_id="w", role="practitioner")
NOTE = Message(id="m", relationship_id="r", due=DAY)
SAFE = SafeContact(channels=frozenset({"text"}), asked_on=DAY)
NOON = datetime(2026, 6, 1, 12)


def send(message=NOTE, channel="text", at=NOON, who=WORKS, safe=SAFE, **more):
    return may_send(message, channel, at, [who], safe, **more)


def test_a_message_goes_when_nothing_stands_against_it():
    assert send().answer == "go"
    assert send(safe=SAFE.model_copy(update={"neutral_words": True})).answer == "go"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"who": WORKS.model_copy(update={"state": "ended"})}, "the relationship has ended"),
        ({"who": WORKS.model_copy(update={"ends": date(2026, 5, 31)})}, "the relationship has ended"),
        ({"who": WORKS.model_copy(update={"id": "other"})}, "it belongs to no relationship"),
        ({"message": NOTE.model_copy(update={"state": "cancelled"})}, "it was sent or cancelled already"),
        ({"message": NOTE.model_copy(update={"state": "sent"})}, "it was sent or cancelled already"),
        ({"channel": "phone"}, "the person does not allow phone"),
        ({"safe": SafeContact(channels=frozenset({"text"}))}, "nobody has asked how to reach the person safely"),
        ({"safe": SAFE.model_copy(update={"stop": True})}, "the person asked for no messages"),
        ({"safe": SAFE.model_copy(update={"neutral_words": True}), "says_who": True}, "its words say who it is from"),
    ],
)
def test_a_message_is_stopped_with_its_reason(given, reason):
    assert (send(**given).answer, send(**given).reason) == ("stop", reason)


@pytest.mark.parametrize(
    ("begins", "ends", "hour", "answer"),
    [
        (9, 17, 12, "go"),
        (9, 17, 18, "wait"),
        (9, 17, 9, "go"),
        (21, 6, 23, "go"),
        (21, 6, 5, "go"),
        (21, 6, 12, "wait"),
    ],
)
def test_safe_hours(begins, ends, hour, answer):
    safe = SAFE.model_copy(update={"from_time": time(begins), "to_time": time(ends)})
    assert send(at=datetime(2026, 6, 1, hour), safe=safe).answer == answer
    assert send(at=datetime(2026, 5, 31, hour), safe=safe).answer == "wait"


def test_messages_of_an_ended_relationship_are_moved_or_cancelled():
    sent = NOTE.model_copy(update={"id": "old", "state": "sent"})
    assert [m.state for m in end_messages([NOTE, sent], "r")] == ["cancelled", "sent"]
    assert [m.relationship_id for m in end_messages([NOTE, sent], "r", "next")] == ["next", "r"]
    assert end_messages([NOTE], "other") == (NOTE,)


def test_continuity_over_the_gate():
    out = date(2026, 3, 10)
    met = [
        Met(worker_id=w, on=date(2026, 3, d)) for w, d in (("ann", 1), ("ann", 9), ("bo", 5), ("ann", 10), ("cy", 20))
    ]
    found = continuity([*met, Met(worker_id="old", on=date(2026, 2, 1))], out, date(2026, 6, 1))
    assert (found.before, found.after, found.same, found.kept, found.days_to_first) == (
        ("ann", "bo"),
        ("ann", "cy"),
        ("ann",),
        True,
        0,
    )
    assert found.index == pytest.approx((9 + 1 + 1 - 5) / (5 * 4))
    assert continuity(met[2:3] + met[4:], out, date(2026, 6, 1)).kept is False
    nobody = continuity(met[4:], out, date(2026, 6, 1))
    assert (nobody.kept, nobody.index) == (None, None)
    with pytest.raises(BadInput, match="too early"):
        continuity(met, out, date(2026, 4, 8))


SCHEDULE = """
organisation = "Example Trust"
regime = "uk_gdpr"
purpose = "voluntary mentoring"
[rules.contact]
months = 72
after = "case_closed"
then = "erase"
why = "time in which a complaint can be brought"
[rules.ledger_line]
months = 72
after = "created"
then = "keep_totals"
why = "accounts"
"""


@pytest.fixture
def schedule(tmp_path):
    (tmp_path / "keep.toml").write_text(SCHEDULE)
    return read_schedule(tmp_path / "keep.toml")


def test_regime_purpose_and_rule_are_fixed_at_the_start(schedule):
    fixed = attach(schedule, "contact")
    assert (fixed.regime, fixed.purpose) == ("uk_gdpr", "voluntary mentoring")
    closed = {"case_closed": date(2020, 6, 1)}
    assert ends_on(schedule, fixed, closed) == date(2026, 6, 1)
    assert [is_past(schedule, fixed, closed, DAY + timedelta(days=n)) for n in (0, 1)] == [False, True]
    assert not is_past(schedule, fixed, closed, date(2030, 1, 1), hold=True)
    assert not is_past(schedule, fixed, {"case_closed": None}, date(2099, 1, 1))
    with pytest.raises(BadInput, match="no retention rule"):
        attach(schedule, "plan")


def test_erasure_keeps_the_books_right():
    lines = [Line(id="1", kind="allocate", amount=Decimal("20.00"), on=DAY, by="Ann", why="for Sam")]
    gone = [erased_line(line) for line in lines]
    assert balance(gone) == balance(lines)
    assert "Ann" not in gone[0].to_json() and "Sam" not in gone[0].to_json()


MENTOR = Actor(role="mentor", id="m")


@pytest.mark.parametrize(
    "content", ["offence", "risk", "good_life_map", "measures", "budget", "referral", "restricted", "who_looked"]
)
def test_what_a_mentor_never_reads(content):
    look = Look(content=content, actor=MENTOR, works_with=True, written_by="m", named=frozenset({"m"}))
    assert may_read(look).answer == "nothing"


def test_what_a_mentor_reads_of_their_own_person():
    assert may_read(Look(content="plan", actor=MENTOR, works_with=True)).answer == "text"
    assert may_read(Look(content="plan", actor=MENTOR)).answer == "nothing"
    assert may_read(Look(content="contacts", actor=MENTOR, works_with=True, written_by="m")).answer == "text"
    assert may_read(Look(content="contacts", actor=MENTOR, works_with=True, written_by="other")).answer == "nothing"
    assert may_read(Look(content="contacts", actor=Actor(role="mentor"), works_with=True)).answer == "nothing"


def test_restricted_topics_are_text_for_named_readers_and_a_count_for_others_who_work_with_the_person():
    worker = Actor(role="practitioner", id="w")
    assert may_read(Look(content="restricted", actor=worker, works_with=True, named=frozenset({"w"}))).answer == "text"
    assert may_read(Look(content="restricted", actor=worker, works_with=True, named=frozenset({"x"}))).answer == "count"
    assert may_read(Look(content="restricted", actor=worker)).answer == "nothing"
    assert may_read(Look(content="restricted", actor=Actor(role="person", id="p"), works_with=True)).answer == "text"


def test_everything_has_a_rule_and_roles_without_one_read_nothing():
    for content, rule in readers()["content"].items():
        assert set(rule["readers"]) <= set(ROLES)
        for role in set(ROLES) - set(rule["readers"]):
            look = Look(
                content=content, actor=Actor(role=role, id="x"), works_with=True, written_by="x", named=frozenset({"x"})
            )
            assert may_read(look).answer == "nothing"
    with pytest.raises(BadInput, match="Did you mean 'budget'"):
        may_read(Look(content="budgt", actor=MENTOR))
