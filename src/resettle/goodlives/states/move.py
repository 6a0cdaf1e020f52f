"""`may`: whether somebody may do something to a thing in its present state, and if not, why and what to do."""

from __future__ import annotations

from typing import Literal

from resettle.errors import bad, did_you_mean
from resettle.goodlives.states.tables import NEW, SAME, Kind, Move, Role, State, Table, conditions, roles, state_table
from resettle.result import Record


class Actor(Record):
    """Who acts: in which role, and who that is (an identifier; empty for the clock of the system)."""

    role: Role
    id: str = ""


class Context(Record):
    """What is known when somebody acts.

    `reason` is what they wrote, `code` the coded reason they chose; `holds` names the conditions that hold, as the
    functions of `resettle.goodlives.facts` find them. A condition that is not named does not hold.
    """

    reason: str = ""
    code: str | None = None
    holds: frozenset[str] = frozenset()


class Allowed(Record):
    """The move may be made; `to` is the state after it."""

    event: str
    to: str
    ok: Literal[True] = True


class Refused(Record):
    """The move may not be made: why, and what to do. `broken` names the condition, `reason`, `code`, `role` or `state`."""

    event: str
    reason: str
    do: str
    broken: str
    ok: Literal[False] = False

    def __str__(self) -> str:
        return f"{self.reason}. {self.do}"


def may(kind: Kind, state: str, event: str, actor: Actor, context: Context | None = None) -> Allowed | Refused:
    """Whether `actor` may do `event` to a thing of this kind that is in `state` (`new` for one that is not made yet).

    Asked in this order: does the event start from this state, may this role do it, is a reason or a code missing, does each
    condition hold. An unknown kind, state or event is a `BadInput`.
    """
    table, context = state_table(kind), context or Context()
    known(kind, table, state, event)
    moves = [move for move in table.moves if move.event == event]
    here = [move for move in moves if state in move.from_]
    if not here:
        return Refused(
            event=event, reason=not_from(kind, table, state, moves[0]), do=instead(table, state), broken="state"
        )
    for_role = [move for move in here if actor.role in move.by]
    if not for_role:
        return Refused(event=event, reason=not_by(here[0], actor.role), do=ask(here), broken="role")
    return answer(for_role[0], state, actor, context)


def moves_from(kind: Kind, state: str, actor: Actor, context: Context | None = None) -> tuple[Allowed | Refused, ...]:
    """The answer for every event that this role could do from this state: what a page offers, and why it does not."""
    events = [m.event for m in state_table(kind).moves if state in m.from_ and actor.role in m.by]
    return tuple(may(kind, state, event, actor, context) for event in dict.fromkeys(events))


def answer(move: Move, state: str, actor: Actor, context: Context) -> Allowed | Refused:
    """Whether reason, code and conditions are there for a move that starts here and that this role may make."""
    if move.reason == "needed" and not context.reason.strip():
        return Refused(event=move.event, reason="A reason is needed", do="Write why, in a few words.", broken="reason")
    if move.codes and context.code not in move.codes:
        choices = ", ".join(label for label in move.codes.values())
        return Refused(
            event=move.event, reason="One of the reasons must be chosen", do=f"Choose: {choices}.", broken="code"
        )
    for name in move.conditions_of(actor.role):
        if name not in context.holds:
            found = conditions()[name]
            return Refused(event=move.event, reason=found.refused, do=found.do, broken=name)
    return Allowed(event=move.event, to=state if move.to == SAME else move.to)


def known(kind: Kind, table: Table, state: str, event: str) -> None:
    """Refuse states and events that the table does not have."""
    if state != NEW and state not in table.states:
        raise bad(f"no such state of a {kind}", value=state, do=did_you_mean(state, (NEW, *table.states)))
    if event not in table.events:
        raise bad(f"no such event of a {kind}", value=event, do=did_you_mean(event, table.events))


def not_from(kind: Kind, table: Table, state: str, move: Move) -> str:
    """Why an event cannot happen in this state."""
    now = "not made yet" if state == NEW else lower(table.states[state])
    return f"{move.label} is not possible: this {kind} is {now}"


def not_by(move: Move, role: Role) -> str:
    """Why this role cannot do it."""
    return f"{move.label} is not for {roles()[role]}"


def ask(moves: list[Move]) -> str:
    """Who can do it instead."""
    able = dict.fromkeys(role for move in moves for role in move.by)
    return f"Ask {' or '.join(roles()[role] for role in able)}."


def instead(table: Table, state: str) -> str:
    """What may be done from this state."""
    labels = dict.fromkeys(move.label for move in table.moves if state in move.from_)
    return f"Possible now: {', '.join(labels)}." if labels else "Nothing more can be done with it."


def lower(state: State) -> str:
    """A state's name inside a sentence."""
    return state.label[:1].lower() + state.label[1:]
