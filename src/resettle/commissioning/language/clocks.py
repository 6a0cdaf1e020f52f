"""Clocks of a contract: by name, or a TOML file that is looked for from the contract's own folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from resettle.commissioning.language.measures import Measure
from resettle.commissioning.language.terms import Contract
from resettle.document import line_of
from resettle.errors import bad
from resettle.evidence.clock import Clock, read_clock
from resettle.evidence.study import Study

Answer = TypeVar("Answer")
DAYS_A_MONTH = 30.4375


def with_own_clocks(contract: Contract, text: str, path: Path) -> Contract:
    """The contract with what its own clocks' files say: follow-up and wait in months, and the label, where it does not say them.

    A file that is not there is a `BadInput` with the contract's line; a fault inside one, with the clock's.
    """
    if not any(own(m) for m in contract.measures):
        return contract
    made = []
    for i, measure in enumerate(contract.measures):
        if own(measure) and not (path.parent / str(measure.clock)).is_file():
            raise bad(
                "there is no such file of a clock",
                file=path,
                row=line_of(text, ("measures", i, "clock")),
                column=f"measures.{i + 1}.clock",
                value=measure.clock,
                do="Name it as seen from the contract's folder.",
            )
        made.append(told(measure, read_clock(path.parent / str(measure.clock))) if own(measure) else measure)
    filled = contract.model_copy(update={"measures": tuple(made)})
    filled._folder = path.parent
    return filled


def own(measure: Measure) -> bool:
    """Whether a measure's clock is a file."""
    return measure.clock is not None and measure.clock.endswith(".toml")


def told(measure: Measure, clock: Clock) -> Measure:
    """A measure with what its clock says of it."""
    span = clock.mature_after
    months = span.number if span.unit == "months" else round(span.number / DAYS_A_MONTH)
    given = measure.follow_up_months
    return measure.model_copy(
        update={"follow_up_months": months if given is None else given, "label": measure.label or clock.label}
    )


def answered_by(contract: Contract, study: Study, answer: Answer) -> Mapping[str, Answer]:
    """Each measure of a contract that is under the clock of a study, with the study's answer."""
    return {m.id: answer for m in contract.measures if same_clock(contract, m, study)}


def same_clock(contract: Contract, measure: Measure, study: Study) -> bool:
    """Whether a measure and a study have one clock: of the same name, or with the same rules, wherever its file lies."""
    if not own(measure) or contract._folder is None:
        return measure.clock == study.clock
    return read_clock(contract._folder / str(measure.clock)) == study.named_clock
