"""What a reader of the page can say, and what they cannot."""

from __future__ import annotations

from dataclasses import dataclass

from resettle.report.disclosure import hidden_total, shown_effect
from resettle.report.sections.evidence import answer
from resettle.report.sections.macro import saving_finding
from resettle.report.words import money
from resettle.thread.thread import Thread

RECORDS = {
    "nominal": "When anything happened. The source has no calendar dates: only the time between events is real.",
    "synthetic": "Anything about real people, organisations or places. These records are invented.",
}

UNSIZED = (
    "That the programme was compared with another group. Its numbers are not shown: they would give a small group away."
)
"""All that can be said where the effect may not be shown."""


@dataclass(frozen=True)
class Claims:
    """What the thread supports, and what it does not."""

    can: tuple[str, ...]
    cannot: tuple[str, ...]


def claims(thread: Thread) -> Claims:
    """Both lists, read from the results."""
    return Claims(tuple(can_say(thread)), tuple(cannot_say(thread)))


def can_say(thread: Thread) -> list[str]:
    """What the results support."""
    effect, statement = thread.effect, thread.statement
    if not shown_effect(effect):
        return [UNSIZED]
    said = [answer(effect)]
    if effect.disputed:
        said.append("That the evidence is at the edge: the answer changes with the test chosen.")
    if not hidden_total(statement, effect):
        owed = money(statement.total, statement.currency, pence=True) if statement.total else "nothing"
        said.append(f"That by its own rules the contract would pay {owed}.")
    return [*said, saving_finding(thread.savings)]


def cannot_say(thread: Thread) -> list[str]:
    """What a reader may be tempted to say, and why it does not follow."""
    effect, savings = thread.effect, thread.savings
    said: list[str] = []
    if not shown_effect(effect):
        said.append("How large the difference is, what it is worth, or what is paid for it. That is not shown here.")
    elif effect.verdict == "not shown":
        low, high = 100 * effect.interval.low, 100 * effect.interval.high
        said.append(
            "That the programme made no difference, or that it made one. "
            f"Anything from {low:+.1f} to {high:+.1f} percentage points fits these records."
        )
    if effect.disputed and shown_effect(effect):
        said.append("That it is proven. Another usual test of the same records gives the other answer.")
    if effect.design != "randomised":
        said.append("That the programme alone is behind the difference. What was not recorded can still explain it.")
    said.append("That it would turn out the same elsewhere, at another time, or for other people.")
    if thread.info.records in RECORDS:
        said.append(RECORDS[thread.info.records])
    if savings.what_if:
        said.append(
            f"That any of this money was saved or paid in {thread.info.place}. It is a what-if at {savings.place} figures."
        )
    said.append("That work avoided or harm avoided is money in a budget. Only what is called cashable can be moved.")
    return said
