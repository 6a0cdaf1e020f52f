"""`evaluate`: from a study file and an area to an `Effect`, the design sealed before the outcome is looked at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from resettle.area import Area
from resettle.evidence.clock import Clock, read_clock
from resettle.evidence.covariates import Design, design_matrix
from resettle.evidence.effect import Effect, Grade, Group
from resettle.evidence.people import check_sides, study_steps
from resettle.evidence.randomised import METHOD as RANDOMISED
from resettle.evidence.randomised import Estimate, difference_of_rates
from resettle.evidence.regression import METHOD as REGRESSION
from resettle.evidence.regression import standardised
from resettle.evidence.study import DesignName, Study, read_study
from resettle.evidence.survival import Curves, count_days, curve
from resettle.provenance import hash_bytes
from resettle.result import Interval

if TYPE_CHECKING:
    import pyarrow as pa

METHODS: dict[DesignName, str] = {"randomised": RANDOMISED, "standardised_regression": REGRESSION}

GRADES: dict[DesignName, Grade] = {
    "randomised": Grade(
        maryland=5,
        nesta=3,
        why="People were assigned at random, so the groups differ by chance alone; not yet replicated.",
    ),
    "standardised_regression": Grade(
        maryland=2,
        nesta=2,
        why="The comparison is adjusted for what was recorded; whatever was not recorded can still explain the difference.",
    ),
}


def evaluate(area: Area, study: Study | str | Path) -> Effect:
    """Estimate the effect of a programme on the treated, as a study file asks.

    The people, sides and covariates are read first and sealed (SHA-256 of the rows); only then are outcomes read.
    """
    asked = study if isinstance(study, Study) else read_study(study)
    clock = read_clock(asked.clock)
    steps = study_steps(area, asked, clock)
    designed = area.run(steps, "designed")
    treated = designed["treated"].to_numpy()
    check_sides(int(treated.sum()), len(treated), asked, area)
    design = design_matrix(designed, asked.covariates)
    seal = seal_of(designed)
    studied = area.run(steps, "studied")
    return effect_of(area, asked, clock, design, estimate(asked, design, studied), seal, studied)


def seal_of(designed: pa.Table) -> str:
    """The hash of the design: who, on which side, with which covariates; made before any outcome is read."""
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, designed.schema) as writer:
        writer.write_table(designed.combine_chunks())
    return hash_bytes(sink.getvalue().to_pybytes())


def estimate(study: Study, design: Design, studied: pa.Table) -> Estimate:
    """Apply the estimator that the study names to the outcomes of its people."""
    import numpy as np

    treated = studied["treated"].to_numpy().astype(float)
    days = studied["days_to_first"].to_pandas().to_numpy(dtype=float)
    outcome = (~np.isnan(days)).astype(float)
    if study.design == "randomised":
        observed = studied["days_observed"].to_numpy().astype(float)
        return difference_of_rates(outcome, treated, np.where(np.isnan(days), observed, days))
    person = np.unique(studied["person_id"].to_numpy(), return_inverse=True)[1]
    return standardised(outcome, treated, design.x, design.names, person)


def effect_of(
    area: Area, study: Study, clock: Clock, design: Design, found: Estimate, seal: str, studied: pa.Table
) -> Effect:
    """The `Effect` that an estimate amounts to."""
    import numpy as np
    from scipy.stats import norm

    treated = studied["treated"].to_numpy()
    events = ~np.isnan(studied["days_to_first"].to_pandas().to_numpy(dtype=float))
    half = float(norm.ppf(0.975)) * found.se
    n1, n0 = int(treated.sum()), int((1 - treated).sum())
    return Effect(
        id=study.id,
        programme=study.programme.label,
        outcome=clock.id,
        outcome_label=clock.label,
        estimate=found.estimate,
        se=found.se,
        p=found.tests[0].p,
        interval=Interval(low=found.estimate - half, high=found.estimate + half, method=METHODS[study.design]),
        treated=Group(
            label=study.programme.label, n=n1, events=int(events[treated == 1].sum()), rate=found.treated_rate
        ),
        comparison=Group(
            label=study.comparison.label, n=n0, events=int(events[treated == 0].sum()), rate=found.comparison_rate
        ),
        n=n1 + n0,
        design=study.design,
        method=METHODS[study.design],
        grade=GRADES[study.design],
        follow_up=str(clock.follow_up),
        people=area.info.place,
        tests=found.tests,
        covariates=study.covariates,
        notes=(*design.notes, *found.notes),
        seal=seal,
        provenance=area.provenance(
            "index_event",
            "offence",
            "programme",
            "person",
            "assessment",
            study=study.model_dump(mode="json"),
            clock=clock.model_dump(mode="json"),
        ),
    )


def study_curves(area: Area, study: Study) -> Curves:
    """Kaplan-Meier curves of the two sides of a study, as they are (no adjustment for how they differ)."""
    import numpy as np

    clock = read_clock(study.clock)
    rows = area.run(study_steps(area, study, clock), "studied")
    days = rows["days_to_first"].to_pandas().to_numpy(dtype=float)
    observed = rows["days_observed"].to_numpy().astype(float)
    treated, event = rows["treated"].to_numpy(), (~np.isnan(days)).astype(float)
    time = np.where(np.isnan(days), observed, days)
    sides = ((1, study.programme.label), (0, study.comparison.label))
    curves = [curve(count_days(time[treated == side], event[treated == side]), {"group": name}) for side, name in sides]
    return Curves(
        area=area.info.name,
        caveat=area.info.caveat,
        clock=clock.id,
        clock_label=clock.label,
        event=clock.event,
        curves=tuple(curves),
        provenance=area.provenance("index_event", "offence", "programme", study=study.id),
    )
