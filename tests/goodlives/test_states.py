"""Every move of every table, allowed and refused: the cases are made from the tables themselves."""

from collections import deque

import pytest

from resettle.errors import BadInput
from resettle.goodlives import states
from resettle.goodlives.states import NEW, Actor, Context, may, moves_from, state_table
from resettle.goodlives.states.tables import KINDS, ROLES

MOVES = [(kind, move) for kind in KINDS for move in state_table(kind).moves]
STARTS = [(kind, move, state, role) for kind, move in MOVES for state in move.from_ for role in move.by]
NAMES = [f"{kind}-{move.event}-{state}-{role}" for kind, move, state, role in STARTS]
EVENTS = [(kind, event) for kind in KINDS for event in state_table(kind).events]


def full(move, role):
    """A context in which nothing is missing."""
    return Context(
        reason="because" if move.reason == "needed" else "",
        code=next(iter(move.codes), None),
        holds=frozenset(move.conditions_of(role)),
    )


@pytest.mark.parametrize(("kind", "move", "state", "role"), STARTS, ids=NAMES)
def test_a_move_is_allowed_when_nothing_is_missing_and_refused_for_each_thing_that_is(kind, move, state, role):
    actor, context = Actor(role=role, id="a"), full(move, role)
    allowed = may(kind, state, move.event, actor, context)
    assert allowed.ok, str(allowed)
    assert allowed.to == (state if move.to == "same" else move.to)
    for name in move.conditions_of(role):
        refused = may(kind, state, move.event, actor, context.model_copy(update={"holds": context.holds - {name}}))
        assert (refused.ok, refused.broken) == (False, name)
        assert refused.reason == states.conditions()[name].refused
        assert refused.do == states.conditions()[name].do
    if move.reason == "needed":
        assert may(kind, state, move.event, actor, context.model_copy(update={"reason": " \n"})).broken == "reason"
    if move.codes:
        for code in (None, "", "no such code"):
            assert may(kind, state, move.event, actor, context.model_copy(update={"code": code})).broken == "code"


@pytest.mark.parametrize(("kind", "event"), EVENTS)
def test_an_event_is_refused_from_every_other_state_and_for_every_other_role(kind, event):
    table = state_table(kind)
    moves = [m for m in table.moves if m.event == event]
    everything = frozenset(states.conditions())
    for state in (NEW, *table.states):
        for role in ROLES:
            here = [m for m in moves if state in m.from_]
            for code in {c for m in moves for c in m.codes} or {None}:
                answer = may(kind, state, event, Actor(role=role), Context(reason="why", code=code, holds=everything))
                if not here:
                    assert (answer.ok, answer.broken) == (False, "state")
                elif not any(role in m.by for m in here):
                    assert (answer.ok, answer.broken) == (False, "role")
                    assert states.roles()[here[0].by[0]] in answer.do
                else:
                    assert answer.ok or answer.broken == "code"


@pytest.mark.parametrize("kind", KINDS)
def test_every_state_can_be_reached_and_final_states_have_no_way_out(kind):
    table = state_table(kind)
    seen, queue = {NEW}, deque([NEW])
    while queue:
        state = queue.popleft()
        for move in table.moves:
            to = state if move.to == "same" else move.to
            if state in move.from_ and to not in seen:
                seen.add(to)
                queue.append(to)
    assert seen == {NEW, *table.states}
    for name, state in table.states.items():
        leaves = [m for m in table.moves if name in m.from_ and m.to not in ("same", name)]
        assert bool(leaves) != state.final


@pytest.mark.parametrize("kind", KINDS)
def test_tables_name_only_states_roles_and_conditions_that_exist(kind):
    table = state_table(kind)
    for move in table.moves:
        assert set(move.from_) <= {NEW, *table.states}
        assert move.to in {"same", *table.states}
        assert set(move.conditions_of(move.by[0])) <= set(states.conditions())
        assert set(move.needs_of) <= set(move.by)
    pairs = [(m.event, state, role) for m in table.moves for state in m.from_ for role in m.by]
    assert len(pairs) == len(set(pairs)), "two moves answer the same question"


def test_every_condition_is_used():
    used = {name for _, m in MOVES for role in m.by for name in m.conditions_of(role)}
    assert used == set(states.conditions())


# The states of the agreed design (5a), written out here by hand so that a table cannot drift from it.
DESIGN = {
    "plan": "draft offered agreed not_agreed could_not_answer superseded closed",
    "goal": "idea future active achieved set_aside deleted",
    "step": "not_started in_progress done cannot_yet not_needed",
    "referral": "draft sent accepted declined first_contact planned delivering ended report_due closed withdrawn",
    "contact": "planned happened missed_acceptable missed_unacceptable service_cancelled rescheduled",
    "match": "proposed introduced active paused ending ended declined",
    "volunteer": "applied checks trained cleared available matched resting left",
    "spend": "asked checks part_approved approved declined committed paid evidenced refunded cancelled",
    "evidence": "observed verified disputed locked corrected",
    "review": "scheduled done exempt overdue",
    "relationship": "current handing_over ended",
}
WALKS = [
    ("plan", "start:draft offer:offered could_not_answer:could_not_answer agree:agreed supersede:superseded"),
    ("plan", "start:draft offer:offered disagree:not_agreed close:closed"),
    (
        "goal",
        "suggest:idea keep_for_later:future activate:active achieve:achieved reopen:active set_aside:set_aside reopen:active",
    ),
    ("goal", "suggest:idea delete:deleted"),
    (
        "step",
        "add:not_started begin:in_progress block:cannot_yet begin:in_progress finish:done need_again:in_progress drop:not_needed",
    ),
    (
        "referral",
        "write:draft send:sent amend:sent accept:accepted meet:first_contact plan:planned deliver:delivering end:ended"
        " ask_report:report_due report:closed",
    ),
    ("referral", "write:draft send:sent decline:declined"),
    ("referral", "write:draft send:sent accept:accepted end:ended close:closed"),
    ("contact", "plan:planned hold:happened correct:happened"),
    ("contact", "plan:planned reschedule:rescheduled"),
    (
        "match",
        "propose:proposed introduce:introduced start:active pause:paused resume:active agree_ending:ending finish:ended",
    ),
    (
        "volunteer",
        "apply:applied start_checks:checks train:trained clear:cleared make_available:available match:matched free:available"
        " rest:resting leave:left",
    ),
    (
        "spend",
        "ask:asked check:checks decline:declined appeal:asked check:checks approve_first:part_approved approve_second:approved"
        " commit:committed pay:paid show:evidenced refund:refunded",
    ),
    ("spend", "ask:asked check:checks approve_automatically:approved commit:committed release:cancelled"),
    ("evidence", "observe:observed dispute:disputed verify:verified lock:locked correct_settled:corrected"),
    ("review", "schedule:scheduled exempt:exempt make_overdue:overdue do:done"),
    ("relationship", "begin:current hand_over:handing_over complete_handover:ended"),
]


@pytest.mark.parametrize("kind", KINDS)
def test_the_states_are_those_of_the_design(kind):
    assert set(state_table(kind).states) == set(DESIGN[kind].split())


@pytest.mark.parametrize(("kind", "walk"), WALKS, ids=[f"{k}-{n}" for n, (k, _) in enumerate(WALKS)])
def test_the_walks_of_the_design(kind, walk):
    state = NEW
    for event, to in (word.split(":") for word in walk.split()):
        move = next(m for m in state_table(kind).moves if m.event == event and state in m.from_)
        answer = may(kind, state, event, Actor(role=move.by[0]), full(move, move.by[0]))
        assert (answer.ok, answer.to) == (True, to)
        state = to


def test_a_late_exemption_is_not_possible():
    everything = Context(reason="why", code="transfer", holds=frozenset(states.conditions()))
    for state in ("overdue", "exempt", "done"):
        assert may("review", state, "exempt", Actor(role="coordinator"), everything).broken == "state"


def test_all_steps_done_never_achieves_a_goal_by_itself():
    assert may("goal", "active", "achieve", Actor(role="system"), Context()).broken == "role"
    assert may("goal", "active", "achieve", Actor(role="practitioner"), Context()).broken == "person_says_so"
    assert may("goal", "active", "achieve", Actor(role="person"), Context()).ok


def test_what_a_page_may_offer():
    offers = moves_from("goal", "active", Actor(role="person"), Context(reason="not now"))
    assert [(o.event, o.ok) for o in offers] == [
        ("keep_for_later", True),
        ("achieve", True),
        ("set_aside", True),
        ("delete", False),
    ]
    assert not moves_from("goal", "active", Actor(role="commissioner"))


def test_the_words_of_a_refusal():
    refused = may("review", "overdue", "exempt", Actor(role="practitioner"))
    assert str(refused) == "Put off is not possible: this review is overdue. Possible now: Record the review."
    refused = may("referral", "sent", "accept", Actor(role="practitioner"))
    assert str(refused) == "Accept the referral is not for the practitioner. Ask the provider."
    refused = may("review", "done", "do", Actor(role="practitioner"))
    assert refused.do == "Nothing more can be done with it."


@pytest.mark.parametrize(
    ("kind", "state", "event", "words"),
    [
        ("plam", "draft", "offer", "Did you mean 'plan'"),
        ("plan", "drafty", "offer", "Did you mean 'draft'"),
        ("plan", "draft", "offers", "Did you mean 'offer'"),
    ],
)
def test_unknown_words_are_one_clear_error(kind, state, event, words):
    with pytest.raises(BadInput, match=words):
        may(kind, state, event, Actor(role="person"))
