"""What happened to each thing, in order, chained so that a changed line is found: replayed, it gives every present state."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from resettle.goodlives.states import NEW, Actor, Allowed, Context, Kind, Refused, may, state_table
from resettle.result import Record

START = "0" * 64


class Happening(Record):
    """One move that was made: to what, from which state to which, by whom, when and why; `chain` binds it to the one before."""

    kind: Kind
    id: str
    event: str
    from_state: str
    to_state: str
    actor: Actor
    at: datetime
    reason: str = ""
    code: str | None = None
    chain: str = ""


def happen(
    log: Sequence[Happening], kind: Kind, id: str, state: str, event: str, actor: Actor, context: Context, at: datetime
) -> Happening | Refused:
    """The line for the log when a move is allowed, or why it is not. Add the line to the log to make it so."""
    answer = may(kind, state, event, actor, context)
    if isinstance(answer, Refused):
        return answer
    return chained(log, made(kind, id, state, answer, actor, context, at))


def made(kind: Kind, id: str, state: str, answer: Allowed, actor: Actor, context: Context, at: datetime) -> Happening:
    """The line of an allowed move, not chained yet."""
    return Happening(
        kind=kind,
        id=id,
        event=answer.event,
        from_state=state,
        to_state=answer.to,
        actor=actor,
        at=at,
        reason=context.reason,
        code=context.code,
    )


def chained(log: Sequence[Happening], line: Happening) -> Happening:
    """The line bound to the last one of the log."""
    return line.model_copy(update={"chain": link(log[-1].chain if log else START, line)})


def link(before: str, line: Happening) -> str:
    """The hash of a line and of all before it."""
    text = line.model_copy(update={"chain": ""}).model_dump_json()
    return hashlib.sha256(f"{before}{text}".encode()).hexdigest()


def replay(log: Iterable[Happening]) -> dict[tuple[Kind, str], str]:
    """The present state of everything, from the log alone."""
    return {(line.kind, line.id): line.to_state for line in log}


def faults(log: Sequence[Happening]) -> list[str]:
    """Every line that was changed, does not follow from the line before on the same thing, or is no move of the tables."""
    found, now, before = [], dict[tuple[Kind, str], str](), START
    for number, line in enumerate(log, 1):
        key, where = (line.kind, line.id), f"line {number}, {line.kind} {line.id}"
        if line.chain != link(before, line):
            found.append(f"{where}: the line, or one before it, was changed")
        if line.from_state != now.get(key, NEW):
            found.append(f"{where}: starts from {line.from_state}, but it was {now.get(key, NEW)}")
        if not is_move(line):
            found.append(
                f"{where}: {line.event} from {line.from_state} to {line.to_state} is no move of {line.actor.role}"
            )
        now[key], before = line.to_state, line.chain
    return found


def is_move(line: Happening) -> bool:
    """Whether the tables have this move for this role, with its reason and code."""
    return any(
        move.event == line.event
        and line.from_state in move.from_
        and line.to_state == (line.from_state if move.to == "same" else move.to)
        and line.actor.role in move.by
        and (move.reason != "needed" or bool(line.reason.strip()))
        and (not move.codes or line.code in move.codes)
        for move in state_table(line.kind).moves
    )
