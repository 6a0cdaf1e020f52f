"""A questionnaire given to a person, and what the answers come to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import sqrt
from typing import Literal

from resettle.errors import BadInput, Problem, bad, did_you_mean
from resettle.goodlives.instruments.instrument import Instrument, Scale
from resettle.result import Record

RELIABLE = 1.96


class Administration(Record):
    """A questionnaire as it was given: when, how, in which language, with what help, and the answers (None: not answered)."""

    instrument: str
    version: str
    licence: str
    on: date
    mode: Literal["self", "read_aloud", "proxy"]
    language: str = "en"
    help_given: str = ""
    answers: dict[str, int | None]


class Score(Record):
    """What one scale came to: None where too few items were answered, and why."""

    scale: str
    label: str
    value: float | None
    answered: int
    of: int
    why: str = ""

    def __str__(self) -> str:
        return f"{self.label}: {self.why or format(self.value, 'g')}"


def administer(
    instrument: Instrument,
    answers: Mapping[str, int | None],
    on: date,
    mode: Literal["self", "read_aloud", "proxy"] = "self",
    language: str = "en",
    help_given: str = "",
) -> Administration:
    """The record of a questionnaire given to a person.

    Unknown items, answers off the scale and a licence that has run out are told together as `BadInput`.
    """
    problems = [p for item, answer in answers.items() if (p := fault(instrument, item, answer))]
    if instrument.licensed_until is not None and on > instrument.licensed_until:
        rule = f"the licence of {instrument.label} ran out on {instrument.licensed_until:%-d %B %Y}"
        problems.append(Problem(rule, do="Renew it before the questionnaire is given to anybody."))
    if problems:
        raise BadInput(*problems)
    return Administration(
        instrument=instrument.name,
        version=instrument.version,
        licence=instrument.licence,
        on=on,
        mode=mode,
        language=language,
        help_given=help_given,
        answers={item: answers.get(item) for item in instrument.items},
    )


def fault(instrument: Instrument, item: str, answer: int | None) -> Problem | None:
    """What is wrong with one answer."""
    if item not in instrument.items:
        return Problem("no such item", column=item, do=did_you_mean(item, instrument.items))
    asked = instrument.items[item]
    if answer is None or (type(answer) is int and asked.low <= answer <= asked.high):
        return None
    return Problem(
        "not an answer of this item", column=item, value=str(answer), do=f"Answer from {asked.low} to {asked.high}."
    )


def score(instrument: Instrument, given: Administration) -> tuple[Score, ...]:
    """Every scale of a questionnaire, by its own rule for missing answers. Answers to another version are a `BadInput`."""
    if (given.instrument, given.version) != (instrument.name, instrument.version):
        found = f"{given.instrument} {given.version}"
        raise bad("answers to another questionnaire", value=found, do=f"Score them as {found}.")
    return tuple(scale_score(instrument, name, scale, given) for name, scale in instrument.scales.items())


def scale_score(instrument: Instrument, name: str, scale: Scale, given: Administration) -> Score:
    """One scale: items that count the other way are turned round first."""
    got = [
        asked.low + asked.high - answer
        if (asked := instrument.items[item]).reverse and len(scale.items) > 1
        else answer
        for item in scale.items
        if (answer := given.answers.get(item)) is not None
    ]
    value, why = None, f"not scored: {len(got)} of {len(scale.items)} answered, {scale.least} needed"
    if len(got) >= scale.least:
        value, why = (sum(got) if scale.how == "sum" else sum(got) / len(got)), ""
    return Score(scale=name, label=scale.label, value=value, answered=len(got), of=len(scale.items), why=why)


def reliable_change(scale: Scale, before: float, after: float) -> bool | None:
    """Whether a change is larger than chance answers would give, 19 times of 20; None where the file has no reliability.

    |after - before| / (s sqrt(2 (1 - r))) > 1.96, Jacobson and Truax (1991), Journal of Consulting and Clinical Psychology
    59, 12-19.
    """
    if scale.reliability is None or scale.spread is None:
        return None
    return abs(after - before) / (scale.spread * sqrt(2 * (1 - scale.reliability))) > RELIABLE
