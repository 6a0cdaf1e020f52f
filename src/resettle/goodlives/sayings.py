"""What a person says of their own home and work: what they can say, and what a worker may then do. What was said is no fact until a
worker has made sure of it, and never changes what a worker wrote.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from resettle.errors import bad
from resettle.goodlives.circumstances import require_code
from resettle.goodlives.states import Refused

SAYABLE: dict[str, tuple[str, ...]] = {
    "housing": ("settled", "supported", "transient", "shelter", "rough_sleeping"),
    "work": ("employed", "self_employed", "unemployed"),
    "education": ("learning", "not_learning"),
    "benefit": ("claiming", "not_claiming"),
}
"""What a person can say of themselves, by domain: codes that need no rule to tell apart."""
State = Literal["waits", "asked", "verified", "set_aside", "taken_back"]
Event = Literal["verify", "ask", "set_aside", "take_back"]
TO: dict[str, State] = {"verify": "verified", "ask": "asked", "set_aside": "set_aside", "take_back": "taken_back"}
NEEDS_WORDS = ("ask", "set_aside")
OPEN = ("waits", "asked")


def require_sayable(domain: str, code: str, on: date, today: date) -> None:
    """Refuse what a person cannot say of themselves, or of a day that has not come, as a `BadInput`."""
    require_code(domain, code)
    if code not in SAYABLE[domain]:
        raise bad("nobody says this of themselves", column="code", value=code, do="A worker writes it down.")
    if on > today:
        raise bad("it has not happened yet", column="on", value=on, do="Say it from that day on.")


def may(state: str, event: Event, words: str = "") -> Refused | None:
    """Why something may not be done with what a person said; None where it may. A question, or leaving it, needs words."""
    if state not in OPEN:
        return Refused(event=event, reason="It was seen to already", do="The person can say it again.", broken="state")
    if event in NEEDS_WORDS and not words.strip():
        return Refused(event=event, reason="Write a few words", do="The person reads them.", broken="reason")
    return None
