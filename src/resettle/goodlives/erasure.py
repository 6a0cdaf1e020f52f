"""Erasure before its time, because the person asks: the time limit, what a decision needs, and what stands against it."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

from resettle.goodlives.retention import Regime
from resettle.goodlives.reviews import months_on
from resettle.goodlives.states import Refused
from resettle.goodlives.working_days import add_working_days
from resettle.result import Record

Decision = Literal["full", "part", "refused"]
WHILE_AT_WORK = ("messages", "restricted_notes")
"""Kinds of record that can go while work with the person goes on; the rest is what that work is done with."""


class Ground(Record):
    """A ground in law on which a request is refused: in words for a decision and for a letter, where it stands, and for whom."""

    label: str
    plain: str
    law: str
    regimes: tuple[Regime, ...]


@cache
def every_ground() -> dict[str, Ground]:
    """Every ground, by code (`erasure_grounds.toml`)."""
    text = files("resettle.goodlives").joinpath("erasure_grounds.toml").read_text("utf-8")
    return {code: Ground(**fields) for code, fields in tomllib.loads(text).items()}


def grounds(regime: Regime | None) -> dict[str, Ground]:
    """The grounds under a regime; all of them where none is known."""
    return {code: one for code, one in every_ground().items() if regime is None or regime in one.regimes}


def answer_by(received: date) -> date:
    """The last day for an answer: one calendar month from the day of receipt, on to the next working day (UK GDPR, Article 12(3);
    Data Protection Act 2018, section 54; counted as the Information Commissioner's guidance on the right to erasure does).
    """
    return add_working_days(months_on(received, 1), 0)


def may_decide(
    decision: Decision, reason: str, cited: Collection[str], kinds: Collection[str], every: Collection[str]
) -> Refused | None:
    """Why a decision cannot stand; None where it can. Every decision says why; what is refused cites a ground in law; a part
    names what goes, and never who the person is alone (`every` holds all kinds of record).
    """
    if not reason.strip():
        return no("Say why it is decided so", "The person reads it in the letter.", "reason")
    if decision != "full" and not cited:
        return no("A refusal needs a ground in law", "Choose at least one.", "grounds")
    if decision == "part" and not kinds:
        return no("A part names what goes", "Choose at least one kind of record.", "kinds")
    if decision == "part" and set(kinds) == set(every):
        return no("That is everything", "Grant it in full.", "kinds")
    return None


def may_erase(kinds: Collection[str], keeping: Collection[str]) -> tuple[str, ...]:
    """Which of what keeps a record stands against erasing these kinds: a legal hold (`hold`) against all; work that goes on
    (`worker`, `referral`, `money`) against all but messages and restricted notes.
    """
    at_work = any(kind not in WHILE_AT_WORK for kind in kinds)
    return tuple(why for why in keeping if why == "hold" or at_work)


def no(reason: str, do: str, broken: str) -> Refused:
    """An answer of no."""
    return Refused(event="decide", reason=reason, do=do, broken=broken)
