"""Everything of one person's casework, and every rule about it that is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from resettle.goodlives.budget import Budget, Line, balance, ledger_faults
from resettle.goodlives.facts import in_date
from resettle.goodlives.log import Happening, faults, replay
from resettle.goodlives.records import (
    Contact,
    Evidence,
    Goal,
    Match,
    Message,
    PlanVersion,
    Referral,
    Relationship,
    Review,
    Volunteer,
)
from resettle.goodlives.spending import BudgetRules, Request, proof_is_overdue
from resettle.goodlives.states import state_table
from resettle.result import Record

SPENT = ("committed", "paid", "evidenced")


class Casework(Record):
    """One person's plans and all that hangs on them, on one day. The log is that of the whole casework."""

    on: date
    plans: tuple[PlanVersion, ...] = ()
    goals: tuple[Goal, ...] = ()
    referrals: tuple[Referral, ...] = ()
    relationships: tuple[Relationship, ...] = ()
    messages: tuple[Message, ...] = ()
    matches: tuple[Match, ...] = ()
    volunteers: tuple[Volunteer, ...] = ()
    contacts: tuple[Contact, ...] = ()
    reviews: tuple[Review, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    budget: Budget | None = None
    rules: BudgetRules | None = None
    lines: tuple[Line, ...] = ()
    requests: tuple[Request, ...] = ()
    log: tuple[Happening, ...] = ()


class Breach(Record):
    """One broken rule: which, of what, and what is wrong."""

    rule: str
    kind: str
    id: str
    fault: str

    def __str__(self) -> str:
        return f"{self.kind} {self.id}: {self.fault} ({self.rule})"


Found = Iterator[tuple[str, str, str]]


def breaches(casework: Casework) -> tuple[Breach, ...]:
    """Every breach of every rule in a casework; none if all is well."""
    return tuple(
        Breach(rule=rule, kind=kind, id=id, fault=fault)
        for rule, find in INVARIANTS.items()
        for kind, id, fault in find(casework)
    )


def active_goals_are_complete(c: Casework) -> Found:
    """An active goal is in the person's words, is for a good, and has a step."""
    for goal in c.goals:
        if goal.state == "active" and not goal.is_complete:
            yield "goal", goal.id, "is active without own words, a good or a step"


def ledger_is_right(c: Casework) -> Found:
    """Nothing in the ledger is below zero, and no more is put in than was agreed."""
    if c.budget is not None:
        for fault in ledger_faults(c.budget, c.lines):
            yield "budget", c.budget.id, fault


def spending_is_answered_for(c: Casework) -> Found:
    """Money is set apart only for a request with a goal and a good, approved by somebody who did not ask for it."""
    goals = {goal.id for goal in c.goals}
    for request in c.requests:
        if request.state not in SPENT:
            continue
        if request.goal_id not in goals or not request.good:
            yield "spend", request.id, "names no goal of the person, or no good"
        yield from approval_faults(c, request)


def approval_faults(c: Casework, request: Request) -> Found:
    """What is wrong with the approval of one request."""
    if c.rules is None:
        return
    if not request.approved_by:
        if request.amount > c.rules.automatic_limit:
            yield "spend", request.id, "is over the automatic limit, and nobody approved it"
    elif request.asked_by in (request.approved_by, request.first_approver):
        yield "spend", request.id, "was approved by whoever asked"
    elif request.amount > c.rules.two_approvers_over and request.first_approver in ("", request.approved_by):
        yield "spend", request.id, "needs two approvers, and has one"


def requests_match_the_ledger(c: Casework) -> Found:
    """A request's state and its lines in the ledger say the same."""
    for request in c.requests:
        got = balance(c.lines, request.id)
        shown = {"committed": (request.amount, 0), "paid": (0, request.amount), "evidenced": (0, request.amount)}
        if (got.committed, got.spent) != shown.get(request.state, (0, 0)):
            yield (
                "spend",
                request.id,
                f"is {request.state}, but the ledger shows {got.committed} set apart and {got.spent} spent",
            )


def proof_is_in_time(c: Casework) -> Found:
    """Proof of a payment is kept within the days of the budget's rules."""
    for request in c.requests:
        if c.rules is not None and proof_is_overdue(request, c.rules, c.on):
            yield "spend", request.id, "has no proof, and it is overdue"


def one_worker_a_role(c: Casework) -> Found:
    """One current relationship for each role in a team, unless marked joint; an ended one was handed over or has a reason."""
    for one in c.relationships:
        same = [
            r for r in c.relationships if r.state == "current" == one.state and (r.role, r.team) == (one.role, one.team)
        ]
        if len(same) > 1 and not all(r.joint for r in same):
            yield "relationship", one.id, f"is not the only {one.role} of its team, and not marked joint"
        if one.state == "ended" and not (one.next_id or one.end_reason):
            yield "relationship", one.id, "ended without a handover or a reason"


def no_message_after_the_end(c: Casework) -> Found:
    """No message of an ended relationship is scheduled, and none was sent after it ended."""
    ended = {r.id: r.ends for r in c.relationships if r.state == "ended"}
    for message in c.messages:
        ends = ended.get(message.relationship_id)
        late = message.state == "sent" and ends is not None and message.sent_on is not None and message.sent_on > ends
        if message.relationship_id in ended and (message.state == "scheduled" or late):
            yield "message", message.id, "is scheduled or was sent after its relationship ended"


def one_assignment_a_referral(c: Casework) -> Found:
    """An accepted referral has one current worker, and never fewer sessions planned than delivered."""
    for referral in c.referrals:
        if (
            referral.state in ("accepted", "first_contact", "planned", "delivering")
            and len(referral.current_assignments) != 1
        ):
            yield "referral", referral.id, f"has {len(referral.current_assignments)} current workers"
        if referral.sessions_planned < referral.sessions_delivered:
            yield "referral", referral.id, "has fewer sessions planned than delivered"


def answered_plans_do_not_change(c: Casework) -> Found:
    """A version that the person answered is still the text that was sealed."""
    for plan in c.plans:
        if plan.state in state_table("plan").live_states and not plan.is_sealed:
            yield "plan", plan.id, "was changed after the person answered"


def paid_facts_are_dated(c: Casework) -> Found:
    """Evidence that counts comes from a dated fact, and somebody other than the observer verified it."""
    for one in c.evidence:
        if one.state in ("verified", "locked"):
            if one.fact_on is None or not one.fact_id or one.fact_on > c.on:
                yield "evidence", one.id, "counts without a dated fact"
            if one.verified_by in ("", one.observed_by):
                yield "evidence", one.id, "was verified by nobody else"


def contacts_of_mentors_are_cleared(c: Casework) -> Found:
    """A mentor has no planned contact on a day on which a check has run out."""
    volunteers = {v.id: v for v in c.volunteers}
    for contact in c.contacts:
        mentor = volunteers.get(contact.worker_id)
        if mentor is not None and contact.state == "planned" and not in_date(mentor.checks, contact.on):
            yield "contact", contact.id, "is planned with a mentor whose checks do not reach that day"


def reviews_stay_overdue(c: Casework) -> Found:
    """A review is put off only before its date, and not called on time after it."""
    for review in c.reviews:
        if review.put_off_on is not None and review.put_off_on > review.due:
            yield "review", review.id, "was put off when it was overdue"
        if review.state in ("scheduled", "exempt") and c.on > review.due_now:
            yield "review", review.id, "is overdue and not shown as such"


def log_gives_the_present(c: Casework) -> Found:
    """Every line of the log is a move of the tables, and replayed it gives the present states."""
    for fault in faults(c.log):
        yield "log", "", fault
    present = present_states(c)
    for (kind, id), state in replay(c.log).items():
        if present.get((kind, id)) != state:
            yield kind, id, f"is {present.get((kind, id), 'not there')}, but the log says {state}"


def present_states(c: Casework) -> dict[tuple[str, str], str]:
    """The state of everything in a casework."""
    groups: dict[str, Sequence[Any]] = {
        "plan": c.plans,
        "goal": c.goals,
        "step": tuple(step for goal in c.goals for step in goal.steps),
        "referral": c.referrals,
        "relationship": c.relationships,
        "match": c.matches,
        "volunteer": c.volunteers,
        "contact": c.contacts,
        "review": c.reviews,
        "evidence": c.evidence,
        "spend": c.requests,
    }
    return {(kind, thing.id): thing.state for kind, things in groups.items() for thing in things}


RULES: tuple[Callable[[Casework], Found], ...] = (
    active_goals_are_complete,
    ledger_is_right,
    spending_is_answered_for,
    requests_match_the_ledger,
    proof_is_in_time,
    one_worker_a_role,
    no_message_after_the_end,
    one_assignment_a_referral,
    answered_plans_do_not_change,
    paid_facts_are_dated,
    contacts_of_mentors_are_cleared,
    reviews_stay_overdue,
    log_gives_the_present,
)
INVARIANTS: dict[str, Callable[[Casework], Found]] = {(rule.__doc__ or "").strip(): rule for rule in RULES}
