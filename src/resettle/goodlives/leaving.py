"""When somebody of the staff may be closed out: nothing is left without a named other, and somebody still holds the keys."""

from __future__ import annotations

from resettle.goodlives.states import Refused
from resettle.result import Record

KINDS: dict[str, tuple[str, str, str]] = {
    "people": ("person they work with", "people they work with", "Hand each over to a named worker."),
    "matches": ("open match", "open matches", "End each match, or match the person with another volunteer."),
    "contacts": (
        "planned contact, or one that nobody recorded",
        "planned contacts, or contacts that nobody recorded",
        "Record each, or give it to another.",
    ),
    "concerns": (
        "concern at which they have not looked",
        "concerns at which they have not looked",
        "Let them look at each, or give it to another.",
    ),
    "referrals": (
        "referral that they carry for their organisation",
        "referrals that they carry for their organisation",
        "Give each to a named colleague, on its own page.",
    ),
}
"""What may still be somebody's: in words for one and for more, and what to do with it."""


class Theirs(Record):
    """How much is still somebody's own, by kind (`KINDS`), and whether they are still down as a volunteer."""

    people: int = 0
    matches: int = 0
    contacts: int = 0
    concerns: int = 0
    referrals: int = 0
    volunteers: bool = False


def may_close(theirs: Theirs, last_administrator: bool) -> tuple[Refused, ...]:
    """Everything that stands against closing an account; nothing where it may be closed."""
    found = [left(kind, getattr(theirs, kind)) for kind in KINDS if getattr(theirs, kind)]
    if theirs.volunteers:
        do = "Their coordinator records on their page that they leave; that closes the account."
        found.append(refused("close", "They are still a volunteer", do, "volunteers"))
    if last_administrator:
        found.append(last("close"))
    return tuple(found)


def may_reset(own: bool, last_administrator: bool) -> Refused | None:
    """Why a second factor may not be taken away: from the last administrator by themselves, who would let nobody in again."""
    return last("reset") if own and last_administrator else None


def left(kind: str, count: int) -> Refused:
    """What is still theirs, of one kind."""
    one, more, do = KINDS[kind]
    return refused("close", f"{count} {one if count == 1 else more}", do, kind)


def last(event: str) -> Refused:
    """The last administrator stays."""
    return refused(event, "This is the last administrator", "Add another administrator first.", "administrator")


def refused(event: str, reason: str, do: str, broken: str) -> Refused:
    """An answer of no."""
    return Refused(event=event, reason=reason, do=do, broken=broken)
