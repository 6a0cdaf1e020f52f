"""The conditions of the tables and the functions that find them know the same names."""

from datetime import date
from decimal import Decimal

from resettle.goodlives import facts, states
from resettle.goodlives.budget import Line
from resettle.goodlives.records import (
    Assignment,
    Contact,
    Evidence,
    Goal,
    Match,
    Message,
    PlanVersion,
    Referral,
    Relationship,
    Review,
    Step,
    Volunteer,
    seal_of,
)
from resettle.goodlives.spending import BudgetRules, Request, request_facts
from resettle.goodlives.states import Actor

DAY = date(2026, 6, 1)
LATER = date(2026, 12, 1)
STEP = Step(id="s", text="ring the college", by="Sam")
GOAL = Goal(
    id="g",
    own_words="I will",
    goods=("work",),
    state="active",
    steps=(STEP, STEP.model_copy(update={"id": "t"})),
    person_says_achieved=True,
)
RULES = BudgetRules(
    name="r",
    automatic_limit="50",
    two_approvers_over="200",
    proof_within_days=14,
    categories={"tools": {"label": "Tools"}},
)
HELPER = Volunteer(id="v", consents=True, checks={"dbs": LATER}, training={"start": LATER}, room=2)
OTHER = Relationship(id="r2", worker_id="w2", role="practitioner", state="handing_over")


def request(**given):
    return Request(
        **{
            "id": "q",
            "budget_id": "b",
            "goal_id": "g",
            "good": "work",
            "category": "tools",
            "amount": Decimal("20.00"),
            "asked_by": "sam",
            "proof": "receipt",
            **given,
        }
    )


def line(kind, amount, request_id=None, id=None):
    return Line(id=id or f"{kind}{amount}", kind=kind, amount=Decimal(amount), on=DAY, by="c", request_id=request_id)


LEDGER = (line("allocate", "100.00"), line("commit", "20.00", "q"))


def test_facts_of_complete_and_of_empty_records_name_every_condition_of_each_table():
    complete = {
        "plan": facts.plan_facts(
            PlanVersion(id="p", strengths=("cooks",), snapshot="x", seal=seal_of("x"), answered_how="paper"),
            [GOAL],
            [PlanVersion(id="p2", number=2, state="offered")],
        ),
        "goal": facts.goal_facts(GOAL),
        "step": facts.step_facts(STEP, GOAL),
        "referral": facts.referral_facts(
            Referral(
                id="f",
                goal_ids=("g",),
                provider_id="pr",
                person_consents=True,
                chosen_because="near",
                outcomes={"job": "achieved"},
                assignments=(Assignment(worker_id="a"),),
                contacts=1,
                sessions_planned=2,
                sessions_delivered=1,
                amendment=("a", "b"),
            ),
            Actor(role="provider", id="pr"),
            "completed",
        )
        | facts.referral_facts(Referral(id="f"), Actor(role="provider")),
        "contact": facts.contact_facts(
            Contact(
                id="c",
                worker_id="v",
                on=DAY,
                concern_marked=True,
                concern="cut",
                concern_reader="w",
                revisions=("x",),
                next_id="c2",
            ),
            DAY,
            match=Match(id="m", mentor_id="v", state="active"),
            volunteer=HELPER,
        ),
        "match": facts.match_facts(
            Match(id="m", mentor_id="v", reasons=("football",), person_consents=True, ending_on=DAY), HELPER, DAY
        ),
        "volunteer": facts.volunteer_facts(HELPER, DAY, 1) | facts.volunteer_facts(HELPER, DAY, 0),
        "relationship": facts.relationship_facts(
            Relationship(id="r", worker_id="w", role="practitioner", next_id="r2"), [OTHER]
        ),
        "evidence": facts.evidence_facts(
            Evidence(
                id="e",
                code="job",
                fact_id="f",
                fact_on=DAY,
                observed_by="a",
                verified_how="document",
                settlement_id="s",
                settlement_open=True,
                replaced_by="e2",
            ),
            DAY,
            "b",
        ),
        "review": facts.review_facts(
            Review(id="v", due=DAY, put_off_to=LATER, done_by="w", done_on=DAY), DAY, DAY, LATER
        )
        | facts.review_facts(Review(id="v", due=DAY), LATER, DAY),
        "spend": request_facts(request(), RULES, LEDGER, GOAL, actor_id="c")
        | request_facts(request(), RULES, (), GOAL),
    }
    for kind in states.KINDS:
        needed = {
            name for move in states.state_table(kind).moves for role in move.by for name in move.conditions_of(role)
        }
        assert complete[kind] == needed, kind


def test_nothing_holds_of_nothing():
    assert facts.goal_facts(Goal(id="g", own_words=" \t", offered=True)) == set()
    assert facts.plan_facts(PlanVersion(id="p"), []) == {"no_other_draft"}
    assert facts.contact_facts(Contact(id="c", worker_id="w", on=LATER, concern_marked=True), DAY) == set()
    assert facts.evidence_facts(Evidence(id="e", code="job"), DAY) == set()
    assert facts.step_facts(Step(id="s"), GOAL.model_copy(update={"steps": (Step(id="s"),)})) == set()
    assert (
        request_facts(
            request(amount=Decimal("0.005"), good="play", category="drink", proof="", appealed=True),
            RULES,
            LEDGER,
            None,
            licence_conditions=(),
        )
        == set()
    )


def test_a_check_that_runs_out_the_day_before_blocks_contact():
    match = Match(id="m", mentor_id="v", state="active")
    for last, holds in ((date(2026, 5, 31), False), (DAY, True)):
        helper = HELPER.model_copy(update={"checks": {"dbs": last, "references": LATER}})
        found = facts.contact_facts(Contact(id="c", worker_id="v", on=DAY), DAY, match=match, volunteer=helper)
        assert ("checks_are_in_date" in found) is holds
    never = HELPER.model_copy(update={"checks": {"dbs": LATER, "prison clearance": None}})
    assert "checks_are_in_date" not in facts.volunteer_facts(never, DAY)
    assert "checks_are_in_date" not in facts.volunteer_facts(HELPER.model_copy(update={"checks": {}}), DAY)


def test_a_contact_planned_beyond_the_last_day_of_a_check_is_blocked_now():
    contact = Contact(id="c", worker_id="v", on=date(2027, 1, 1))
    found = facts.contact_facts(contact, DAY, match=Match(id="m", mentor_id="v", state="active"), volunteer=HELPER)
    assert "checks_are_in_date" not in found


def test_messages_hold_a_relationship_until_they_are_moved_or_cancelled():
    one = Relationship(id="r", worker_id="w", role="practitioner", next_id="r2")
    name = "scheduled_messages_are_moved_or_cancelled"
    assert name not in facts.relationship_facts(one, [OTHER], [Message(id="m", relationship_id="r", due=DAY)])
    assert name in facts.relationship_facts(one, [OTHER], [Message(id="m", relationship_id="r2", due=DAY)])
    assert name in facts.relationship_facts(
        one, [OTHER], [Message(id="m", relationship_id="r", due=DAY, state="cancelled")]
    )


def test_two_workers_of_a_role_must_both_be_joint():
    one = Relationship(id="r", worker_id="w", role="practitioner")
    other = Relationship(id="s", worker_id="x", role="practitioner")
    for mine, theirs, holds in ((False, False, False), (True, False, False), (True, True, True)):
        found = facts.relationship_facts(
            one.model_copy(update={"joint": mine}), [other.model_copy(update={"joint": theirs})]
        )
        assert ("no_other_current_or_joint" in found) is holds


def test_all_steps_done_is_a_question():
    done = tuple(step.model_copy(update={"state": "done"}) for step in GOAL.steps)
    assert GOAL.model_copy(update={"steps": done}).asks_whether_achieved
    assert not GOAL.asks_whether_achieved
    assert not GOAL.model_copy(update={"steps": ()}).asks_whether_achieved


def test_contact_of_a_mentor_is_planned_by_nobody_without_checks_and_of_staff_without_a_match():
    contact = Contact(id="c", worker_id="v", on=DAY)
    both = {"checks_are_in_date", "match_allows_contact"}
    staff = Relationship(id="r", worker_id="v", role="practitioner")
    assert both <= facts.contact_facts(contact, DAY, [staff])
    assert not both & facts.contact_facts(contact, DAY, [staff.model_copy(update={"role": "mentor"})])
    assert not both & facts.contact_facts(contact, DAY, [staff], volunteer=Volunteer(id="v"))
    assert not both & facts.contact_facts(contact, DAY, [staff.model_copy(update={"state": "ended"})])
    lapsed = facts.contact_facts(
        contact, DAY, match=Match(id="m", mentor_id="v", state="active"), volunteer=Volunteer(id="v")
    )
    answer = states.may("contact", "new", "plan", Actor(role="coordinator"), states.Context(holds=lapsed))
    assert (answer.ok, answer.broken) == (False, "checks_are_in_date")
