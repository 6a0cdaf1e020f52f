"""When a message may go to a person: safe-contact rules, and relationships that have ended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Literal

from resettle.goodlives.records import Message, Relationship
from resettle.goodlives.states import state_table
from resettle.result import Record

Channel = Literal["text", "phone", "email", "letter", "app"]


class SafeContact(Record):
    """How a person can be reached safely, as they said, and on which day they said so.

    `channels` are those they allow; between `from_time` and `to_time` only (None: any time). `neutral_words`: nothing in a
    message may say who it is from or what it is about, because others may read it.
    """

    channels: frozenset[Channel] = frozenset()
    from_time: time | None = None
    to_time: time | None = None
    neutral_words: bool = False
    asked_on: date | None = None
    stop: bool = False


class Send(Record):
    """Whether a message goes: `go`, `wait` for a safe hour, or `stop` for a worker to look at, with the reason."""

    answer: Literal["go", "wait", "stop"]
    reason: str = ""


def may_send(
    message: Message,
    channel: Channel,
    at: datetime,
    relationships: Iterable[Relationship],
    safe: SafeContact,
    says_who: bool = False,
) -> Send:
    """Whether a scheduled message may go now.

    Never after its relationship ended or to somebody whose safe contact is not known; a safe hour is waited for. `says_who` tells
    whether the words name the service or the subject.
    """
    live = state_table("relationship").live_states
    one = next((r for r in relationships if r.id == message.relationship_id), None)
    stops = {
        "it was sent or cancelled already": message.state != "scheduled",
        "it belongs to no relationship": one is None,
        "the relationship has ended": one is not None
        and (one.state not in live or (one.ends is not None and at.date() > one.ends)),
        "the person asked for no messages": safe.stop,
        "nobody has asked how to reach the person safely": safe.asked_on is None,
        f"the person does not allow {channel}": channel not in safe.channels,
        "its words say who it is from": safe.neutral_words and says_who,
    }
    if why := next((reason for reason, holds in stops.items() if holds), ""):
        return Send(answer="stop", reason=why)
    if at.date() < message.due:
        return Send(answer="wait", reason="it is not due yet")
    return Send(answer="go") if safe_hour(safe, at.time()) else Send(answer="wait", reason="it is not a safe hour")


def safe_hour(safe: SafeContact, at: time) -> bool:
    """Whether the hour is one the person allows; hours may run over midnight."""
    if safe.from_time is None or safe.to_time is None:
        return True
    if safe.from_time <= safe.to_time:
        return safe.from_time <= at <= safe.to_time
    return at >= safe.from_time or at <= safe.to_time


def end_messages(messages: Iterable[Message], relationship_id: str, move_to: str | None = None) -> tuple[Message, ...]:
    """The messages as they are once a relationship ends: those still scheduled go to the next worker, or are cancelled."""
    change: dict[str, str] = {"relationship_id": move_to} if move_to else {"state": "cancelled"}
    return tuple(
        m.model_copy(update=change) if m.relationship_id == relationship_id and m.state == "scheduled" else m
        for m in messages
    )
