"""Under which law a record is kept, for what, until when, and what is left of it afterwards.

The periods are the organisation's own schedule, read from a TOML file: none is built in.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from resettle.document import read_document
from resettle.errors import bad, did_you_mean
from resettle.goodlives.budget import Line
from resettle.goodlives.reviews import months_on
from resettle.result import Record

Regime = Literal["dpa2018_part3", "uk_gdpr"]
ERASED = "erased"


class RetentionRule(BaseModel):
    """How long one kind of record is kept after its starting event, and what happens then.

    `erase` replaces the content and keeps the row; `keep_totals` does the same for lines of money and of the audit, whose amounts
    and order stay.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    months: int = Field(ge=1, le=1200)
    after: Literal["case_closed", "created", "sentence_end"]
    then: Literal["erase", "keep_totals"]
    why: str = Field(min_length=3)


class Schedule(BaseModel):
    """An organisation's retention schedule: the legal regime and purpose, and a rule for each kind of record."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    organisation: str = Field(min_length=1)
    regime: Regime
    purpose: str = Field(min_length=3)
    rules: dict[str, RetentionRule] = Field(min_length=1)


class Attached(Record):
    """What is fixed when a record is made: regime, purpose and the rule that ends it."""

    kind: str
    regime: Regime
    purpose: str
    rule: str


def read_schedule(path: Path) -> Schedule:
    """Read a retention schedule; faults are one `BadInput` with lines."""
    return read_document(Schedule, path)


def attach(schedule: Schedule, kind: str) -> Attached:
    """What is fixed on a new record of a kind. A kind without a rule is a `BadInput`: it cannot be kept."""
    if kind not in schedule.rules:
        raise bad("no retention rule for this kind of record", value=kind, do=did_you_mean(kind, schedule.rules))
    return Attached(kind=kind, regime=schedule.regime, purpose=schedule.purpose, rule=kind)


def ends_on(schedule: Schedule, attached: Attached, events: dict[str, date | None], hold: bool = False) -> date | None:
    """The last day a record is kept; None while its starting event has not happened, or a legal hold keeps it."""
    rule = schedule.rules[attached.rule]
    start = events.get(rule.after)
    return None if hold or start is None else months_on(start, rule.months)


def is_past(
    schedule: Schedule, attached: Attached, events: dict[str, date | None], today: date, hold: bool = False
) -> bool:
    """Whether a record must be erased today."""
    last = ends_on(schedule, attached, events, hold)
    return last is not None and today > last


def erased_line(line: Line) -> Line:
    """A line of the ledger after erasure: who and why are gone, amount, day and order stay, so that the books are right."""
    return line.model_copy(update={"by": ERASED, "why": ERASED if line.why else ""})
