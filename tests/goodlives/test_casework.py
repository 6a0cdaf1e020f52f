"""Each rule of a casework, kept and broken: one broken thing gives exactly the breach of its rule."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from resettle.goodlives.budget import Budget, Line
from resettle.goodlives.casework import INVARIANTS, Casework, breaches
from resettle.goodlives.log import Happening, chained, faults, happen, replay
from resettle.goodlives.records import (
    Assignment,
    Contact,
    Evidence,
    Goal,
    Message,
    PlanVersion,
    Referral,
    Relationship,
    Review,
    Step,
    Volunteer,
    seal_of,
)
from resettle.goodlives.spending import BudgetRules, Request
from resettle.goodlives.states import Actor, Context, Refused

DAY = date(2026, 6, 10)
GOAL = Goal(id="g", own_words="I will", goods=("work",), state="active", steps=(Step(id="s", by="Sam"),))
PLAN = PlanVersion(id="p", state="agreed", snapshot="all of it", seal=seal_of("all of it"))
BOOKS = (
    Line(id="1", kind="allocate", amount=Decimal("300.00"), on=DAY, by="c"),
    Line(id="2", kind="commit", amount=Decimal("60.00"), on=DAY, by="c", request_id="q"),
    Line(id="3", kind="spend", amount=Decimal("60.00"), on=DAY, by="c", request_id="q"),
)
REQUEST = Request(
    id="q",
    budget_id="b",
    goal_id="g",
    good="work",
    category="tools",
    amount=Decimal("60.00"),
    state="paid",
    asked_by="sam",
    approved_by="ann",
    paid_on=DAY,
)
RIGHT = Casework(
    on=DAY,
    plans=(PLAN,),
    goals=(GOAL, Goal(id="idea")),
    referrals=(
        Referral(
            id="f",
            state="delivering",
            assignments=(Assignment(worker_id="a", superseded=True), Assignment(worker_id="b")),
            sessions_planned=4,
            sessions_delivered=4,
        ),
    ),
    relationships=(
        Relationship(id="r1", worker_id="w1", role="practitioner", state="ended", ends=date(2026, 6, 1), next_id="r2"),
        Relationship(id="r2", worker_id="w2", role="practitioner"),
        Relationship(id="r3", worker_id="w3", role="keyworker"),
    ),
    messages=(
        Message(id="m1", relationship_id="r1", due=date(2026, 5, 1), state="sent", sent_on=date(2026, 5, 1)),
        Message(id="m2", relationship_id="r1", due=DAY, state="cancelled"),
        Message(id="m3", relationship_id="r2", due=DAY),
    ),
    volunteers=(Volunteer(id="v", checks={"dbs": date(2026, 6, 30)}),),
    contacts=(Contact(id="c", worker_id="v", on=date(2026, 6, 30)),),
    reviews=(
        Review(id="v1", due=DAY),
        Review(
            id="v2", due=date(2026, 6, 1), put_off_to=date(2026, 6, 12), put_off_on=date(2026, 5, 30), state="exempt"
        ),
    ),
    evidence=(
        Evidence(id="e", code="job", state="locked", fact_id="x", fact_on=DAY, observed_by="a", verified_by="b"),
    ),
    budget=Budget(id="b", person_id="P1", indicative=Decimal("300.00"), agreed=Decimal("300.00"), begins=DAY),
    rules=BudgetRules(
        name="r",
        automatic_limit="20",
        two_approvers_over="100",
        proof_within_days=14,
        categories={"tools": {"label": "Tools"}},
    ),
    lines=BOOKS,
    requests=(REQUEST,),
)


def changed(field, at, **change):
    things = list(getattr(RIGHT, field))
    things[at] = things[at].model_copy(update=change)
    return RIGHT.model_copy(update={field: tuple(things)})


def more(field, *things):
    return RIGHT.model_copy(update={field: (*getattr(RIGHT, field), *things)})


BROKEN = {
    "active_goals_are_complete": [
        changed("goals", 0, own_words=" "),
        changed("goals", 0, steps=()),
        changed("goals", 0, goods=()).model_copy(update={"requests": (), "lines": BOOKS[:1]}),
    ],
    "ledger_is_right": [
        more("lines", Line(id="4", kind="commit", amount=Decimal("240.01"), on=DAY, by="c", request_id="z")),
        more("lines", Line(id="4", kind="allocate", amount=Decimal("0.01"), on=DAY, by="c")),
        more("lines", Line(id="4", kind="spend", amount=Decimal("0.01"), on=DAY, by="c", request_id="z")),
    ],
    "spending_is_answered_for": [
        changed("requests", 0, good=""),
        changed("requests", 0, goal_id="other"),
        changed("requests", 0, approved_by=""),
        changed("requests", 0, approved_by="sam"),
        changed("requests", 0, first_approver="sam"),
        RIGHT.model_copy(update={"rules": RIGHT.rules.model_copy(update={"two_approvers_over": Decimal("59.99")})}),
    ],
    "requests_match_the_ledger": [
        changed("requests", 0, state="approved"),
        changed("requests", 0, state="committed"),
        changed("requests", 0, state="refunded"),
        changed("requests", 0, amount=Decimal("59.00")),
    ],
    "proof_is_in_time": [changed("requests", 0, paid_on=date(2026, 5, 26))],
    "one_worker_a_role": [changed("relationships", 2, role="practitioner"), changed("relationships", 0, next_id=None)],
    "no_message_after_the_end": [
        changed("messages", 0, sent_on=date(2026, 6, 2)),
        changed("messages", 1, state="scheduled"),
    ],
    "one_assignment_a_referral": [
        changed("referrals", 0, assignments=(Assignment(worker_id="a"), Assignment(worker_id="b"))),
        changed("referrals", 0, assignments=()),
        changed("referrals", 0, sessions_planned=3),
    ],
    "answered_plans_do_not_change": [
        changed("plans", 0, snapshot="all of it."),
        changed("plans", 0, seal=""),
        changed("plans", 0, state="not_agreed", snapshot="x"),
    ],
    "paid_facts_are_dated": [
        changed("evidence", 0, fact_on=None),
        changed("evidence", 0, fact_id=""),
        changed("evidence", 0, fact_on=date(2026, 6, 11)),
        changed("evidence", 0, verified_by="a"),
        changed("evidence", 0, verified_by="", state="verified"),
    ],
    "contacts_of_mentors_are_cleared": [
        changed("contacts", 0, on=date(2026, 7, 1)),
        changed("volunteers", 0, checks={"dbs": None}),
    ],
    "reviews_stay_overdue": [
        changed("reviews", 0, due=date(2026, 6, 9)),
        changed("reviews", 1, put_off_on=date(2026, 6, 2)),
        changed("reviews", 1, put_off_to=None),
    ],
    "log_gives_the_present": [
        more(
            "log",
            chained(
                (),
                Happening(
                    kind="goal",
                    id="g",
                    event="suggest",
                    from_state="new",
                    to_state="idea",
                    actor=Actor(role="person"),
                    at=datetime(2026, 6, 1, tzinfo=UTC),
                ),
            ),
        ),
        more(
            "log",
            chained(
                (),
                Happening(
                    kind="goal",
                    id="gone",
                    event="suggest",
                    from_state="new",
                    to_state="idea",
                    actor=Actor(role="person"),
                    at=datetime(2026, 6, 1, tzinfo=UTC),
                ),
            ),
        ),
    ],
}
CASES = [(name, n, broken) for name, cases in BROKEN.items() for n, broken in enumerate(cases)]


def test_a_casework_in_order_has_no_breach():
    assert breaches(RIGHT) == ()


def test_every_rule_is_broken_by_some_case():
    assert set(BROKEN) == {rule.__name__ for rule in INVARIANTS.values()}


@pytest.mark.parametrize(("name", "n", "broken"), CASES, ids=[f"{name}-{n}" for name, n, _ in CASES])
def test_one_broken_thing_is_found_and_nothing_else(name, n, broken):
    found = breaches(broken)
    assert found
    assert {INVARIANTS[b.rule].__name__ for b in found} == {name}
    assert all(str(b).startswith(f"{b.kind} {b.id}: ") for b in found)


def test_joint_workers_share_a_role():
    both = RIGHT.model_copy(
        update={
            "relationships": tuple(
                r.model_copy(update={"joint": True, "role": "practitioner"}) for r in RIGHT.relationships
            )
        }
    )
    assert breaches(both) == ()


AT = datetime(2026, 6, 1, 9, tzinfo=UTC)
PERSON = Actor(role="person", id="P1")


def logged(*moves):
    log = []
    for id, state, event, context in moves:
        line = happen(log, "goal", id, state, event, PERSON, context, AT)
        assert isinstance(line, Happening), line
        log.append(line)
    return log


READY = Context(reason="later", holds=frozenset({"is_in_own_words", "names_a_good", "has_a_step"}))
LOG = logged(
    ("g", "new", "suggest", READY),
    ("h", "new", "suggest", READY),
    ("g", "idea", "activate", READY),
    ("g", "active", "set_aside", READY),
)


def test_the_log_replayed_is_the_present():
    assert replay(LOG) == {("goal", "g"): "set_aside", ("goal", "h"): "idea"}
    assert not faults(LOG)
    again = [Happening.from_json(line.to_json()) for line in LOG]
    assert (again, faults(again)) == (LOG, [])


def test_a_refused_move_is_not_a_line():
    answer = happen(LOG, "goal", "h", "idea", "activate", PERSON, Context(), AT)
    assert isinstance(answer, Refused)
    assert answer.broken == "is_in_own_words"


@pytest.mark.parametrize(
    ("at", "change", "words"),
    [
        (1, {"reason": "other"}, "was changed"),
        (2, {"at": datetime(2026, 6, 2, tzinfo=UTC)}, "was changed"),
        (2, {"from_state": "future"}, "starts from future, but it was idea"),
        (3, {"to_state": "achieved"}, "is no move of person"),
        (3, {"actor": Actor(role="provider")}, "is no move of provider"),
        (3, {"reason": " "}, "is no move"),
    ],
)
def test_a_changed_line_is_found(at, change, words):
    log = [*LOG]
    log[at] = log[at].model_copy(update=change)
    assert any(words in fault for fault in faults(log))
    rechained = []
    for line in log:
        rechained.append(chained(rechained, line))
    assert ("was changed" in words) == (not faults(rechained))


def test_a_line_taken_out_is_found():
    assert faults(LOG[:1] + LOG[2:])
    assert faults(LOG[1:])
