"""`evaluate_study`: a study with all its outcomes under one sealed design, and every check that its file asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from resettle.area import Area
from resettle.area.sound import require_sound
from resettle.errors import BadInput, bad
from resettle.evidence.diagnostics.profile import levels_of
from resettle.evidence.diagnostics.reading import STAGES, Reading, StudyRun
from resettle.evidence.diagnostics.sides import Sides
from resettle.evidence.diagnostics.subgroups import parts_of
from resettle.evidence.effect import Effect
from resettle.evidence.estimating import numbered
from resettle.evidence.evaluate import effect_on, shared_checks
from resettle.evidence.observed import Observed, observe
from resettle.evidence.outcomes import ELEVEN
from resettle.evidence.sealing import Sealed, seal_study
from resettle.evidence.study import OutcomeName, Study, read_study
from resettle.evidence.study_blocks import BLOCKS

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


NOT_ON_RECORD = "not on record for enough people to be estimated"


def now() -> str:
    """This moment, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def evaluate_study(
    area: Area,
    study: Study | str | Path,
    progress: Callable[[str], None] = lambda stage: None,
    clock_face: Callable[[], str] = now,
) -> StudyRun:
    """Evaluate every outcome of a study under one design, with its subgroups and checks.

    All eleven outcomes of the Justice Data Lab are read, or those that the study names; one that cannot be estimated says
    why. The design and the subgroups' designs are sealed, at a moment that `clock_face` tells, before any outcome is read.
    Designs that compare places, times, or the whole time to an event have no report of this form (`BadInput`).
    """
    asked = study if isinstance(study, Study) else read_study(study)
    check_design(asked)
    clock = asked.own_clock
    require_sound(area, "index_event", "offence", "programme", also=("person", "assessment", "service", "custody"))
    progress(STAGES[0])
    sealed = seal_study(area, asked, clock, detail=True)
    sides = sides_of(sealed)
    levels = levels_of(area, sealed.steps, tuple(dict.fromkeys((*asked.publication.profile, *asked.subgroups.by))))
    parts = parts_of(sides, {name: levels[name] for name in asked.subgroups.by}, asked.matching)
    sealed_at = clock_face()
    progress(STAGES[1])
    studied = area.run(sealed.steps, "studied")
    observed = {name: observe(name, studied, clock) for name in names_of(asked)}
    effects = effects_of(sealed, studied, observed)
    run = Reading(sealed, sides, levels, parts, studied, observed, effects)
    return run.result(sealed_at, progress)


def check_design(study: Study) -> None:
    """Refuse designs that have no report of this form."""
    if study.design in (*BLOCKS["change"], *BLOCKS["survival"]):
        raise bad(
            "this design has no report in the form of the Justice Data Lab, which compares people after the same time",
            column="design",
            value=study.design,
            do="Run it without --out, or choose a design that compares people.",
        )


def names_of(study: Study) -> tuple[OutcomeName, ...]:
    """The outcomes to read, the rate first: those that the study names, or all eleven."""
    named = study.outcomes if "outcomes" in study.model_fields_set else ELEVEN
    return tuple(dict.fromkeys(("rate", *named)))  # type: ignore[arg-type]


def sides_of(sealed: Sealed) -> Sides:
    """The two sides as arrays."""
    import numpy as np

    designed = sealed.made.designed if sealed.made is not None else None
    weights = designed.weights if designed is not None else np.ones(sealed.rows.num_rows)
    return Sides(
        sealed.study.design,
        sealed.design.x,
        sealed.design.names,
        sealed.treated,
        numbered(sealed.rows),
        weights,
        designed,
    )


def effects_of(
    sealed: Sealed, studied: pa.Table, observed: Mapping[OutcomeName, Observed]
) -> dict[OutcomeName, Effect | str]:
    """The effect on each outcome, or why there is none. The rate must have one."""
    shared = shared_checks(sealed, studied)
    found: dict[OutcomeName, Effect | str] = {}
    for name, one in observed.items():
        try:
            found[name] = effect_on(sealed, one, studied, shared)
        except BadInput:
            if name == "rate":
                raise
            found[name] = NOT_ON_RECORD
    return found
