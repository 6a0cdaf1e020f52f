"""`evaluate`: from a study file and an area to an `Effect`, the design sealed before the outcome is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from resettle.area import Area
from resettle.area.sound import require_sound
from resettle.evidence.balance import balance_table, design_checks
from resettle.evidence.clock import Clock, read_clock
from resettle.evidence.covariates import Design, design_matrix
from resettle.evidence.designing import Designed, make_design
from resettle.evidence.effect import Balance, Check, Effect, Group
from resettle.evidence.grades import GRADES, grade_of, method_of
from resettle.evidence.on_treated import effect_on_treated
from resettle.evidence.people import before_index, check_sides, study_steps
from resettle.evidence.randomised import Estimate, difference_of_rates
from resettle.evidence.regression import standardised
from resettle.evidence.sensitivity import bias_checks, placebo_check, power_checks
from resettle.evidence.study import Study, read_study
from resettle.evidence.survival import Curves, count_days, curve
from resettle.provenance import hash_bytes
from resettle.result import Interval

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Made:
    """A comparison made alike, with its balance and checks: the design stage of the designs that have one."""

    designed: Designed
    balance: tuple[Balance, ...]
    checks: tuple[Check, ...]


def evaluate(area: Area, study: Study | str | Path) -> Effect:
    """Estimate the effect of a programme on the treated, as a study file asks.

    The people, sides and covariates are read first, the comparison is made from them, and both are sealed (SHA-256 of
    the rows, and of the weights where there are any); only then are outcomes read.
    """
    asked = study if isinstance(study, Study) else read_study(study)
    clock = read_clock(asked.clock)
    require_sound(area, "index_event", "offence", "programme", also=("person", "assessment", "service"))
    steps = study_steps(area, asked, clock)
    designed = area.run(steps, "designed")
    treated = designed["treated"].to_numpy()
    check_sides(int(treated.sum()), len(treated), asked, area)
    design = design_matrix(designed, asked.covariates)
    made = make(asked, design, treated == 1)
    seal = seal_of(designed, made)
    studied = area.run(steps, "studied")
    effect = effect_of(area, asked, clock, design, estimate(asked, design, studied, made), seal, studied, made)
    if made is None:
        return effect
    before = area.run(before_index(steps, clock), "placebo")["offences"].to_numpy().astype(float)
    placebo = placebo_check(made.designed, before, numbered(studied))
    return effect.model_copy(update={"diagnostics": (*effect.diagnostics, placebo)})


def known_on(area: Area, study: Study, clock: Clock) -> date:
    """The first day on which the follow-up of everybody in the study, and the wait for proof, is over."""
    last = study_steps(area, study, clock).then(
        "last",
        f"""SELECT CAST(max(n.index_date) + {clock.mature_after.sql} AS DATE) AS day
        FROM designed d JOIN entry n ON n.index_id = d.index_id""",
        "when the last follow-up ends",
    )
    day: date = area.run(last)["day"][0].as_py()
    return day


def make(study: Study, design: Design, treated: Bools) -> Made | None:
    """The comparison that the study's design makes; None for designs that compare people as they are."""
    if study.design in GRADES:
        return None
    designed = make_design(study.design, design.x, design.names, treated, study.matching)
    balance = balance_table(designed, design.centre, design.scale)
    return Made(designed, balance, design_checks(designed, balance))


def seal_of(designed: pa.Table, made: Made | None = None) -> str:
    """The hash of the design: who, on which side, with which covariates and weights; made before any outcome is read.

    Weights are hashed in millionths, so that the last digits of a processor do not matter.
    """
    import numpy as np
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, designed.schema) as writer:
        writer.write_table(designed.combine_chunks())
    rows = hash_bytes(sink.getvalue().to_pybytes())
    if made is None:
        return rows
    weights = np.rint(made.designed.weights * 1e6).astype("<i8").tobytes()
    return hash_bytes(f"{rows} {hash_bytes(weights)}".encode())


def estimate(study: Study, design: Design, studied: pa.Table, made: Made | None = None) -> Estimate:
    """Apply the estimator that the study names to the outcomes of its people."""
    import numpy as np

    treated = studied["treated"].to_numpy().astype(float)
    days = studied["days_to_first"].to_pandas().to_numpy(dtype=float)
    outcome = (~np.isnan(days)).astype(float)
    if study.design == "randomised":
        observed = studied["days_observed"].to_numpy().astype(float)
        return difference_of_rates(outcome, treated, np.where(np.isnan(days), observed, days))
    if made is not None:
        return effect_on_treated(made.designed, outcome, numbered(studied))
    return standardised(outcome, treated, design.x, design.names, numbered(studied))


def numbered(studied: pa.Table) -> Ints:
    """A number from 0 for each person, the same in each of their rows."""
    import numpy as np

    return np.unique(studied["person_id"].to_numpy(), return_inverse=True)[1]


def events_in(studied: pa.Table) -> Bools:
    """Who had the event."""
    import numpy as np

    result: Bools = ~np.isnan(studied["days_to_first"].to_pandas().to_numpy(dtype=float))
    return result


def effect_of(
    area: Area,
    study: Study,
    clock: Clock,
    design: Design,
    found: Estimate,
    seal: str,
    studied: pa.Table,
    made: Made | None = None,
) -> Effect:
    """The `Effect` that an estimate amounts to."""
    from scipy.stats import norm

    half = float(norm.ppf(0.975)) * found.se
    method = method_of(study, found.errors[0].name if found.errors else None)
    treated, comparison = groups_of(study, found, studied, made)
    balance = made.balance if made else ()
    interval = found.interval or Interval(low=found.estimate - half, high=found.estimate + half, method=method)
    return Effect(
        id=study.id,
        programme=study.programme.label,
        outcome=clock.id,
        outcome_label=clock.label,
        estimate=found.estimate,
        se=found.se,
        p=found.tests[0].p,
        interval=interval,
        treated=treated,
        comparison=comparison,
        n=treated.n + comparison.n,
        effective_n=made.designed.effective_n if made else None,
        design=study.design,
        method=method,
        grade=grade_of(study.design, balance),
        follow_up=str(clock.follow_up),
        known_on=known_on(area, study, clock),
        people=area.info.place,
        tests=found.tests,
        covariates=study.covariates,
        notes=(*design.notes, *found.notes),
        seal=seal,
        errors=found.errors,
        balance=balance,
        diagnostics=checks_of(study, found, interval, treated.n, made, events_in(studied).astype(float)),
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


def checks_of(
    study: Study, found: Estimate, interval: Interval, treated: int, made: Made | None, outcome: Floats
) -> tuple[Check, ...]:
    """The checks of the design, then of the finding: what it could show, and what else could explain it."""
    designed = made.designed if made else None
    bias = [] if study.design == "randomised" else bias_checks(found, interval.low, interval.high, designed, outcome)
    return (*(made.checks if made else ()), *power_checks(found, treated), *bias)


def groups_of(study: Study, found: Estimate, studied: pa.Table, made: Made | None) -> tuple[Group, Group]:
    """Both sides: the people compared (those set aside are left out), their events, and the rates that are used."""
    import numpy as np

    treated = studied["treated"].to_numpy() == 1
    events = events_in(studied)
    kept = made.designed.kept if made else np.ones(len(treated), dtype=bool)
    sides = (treated & kept, ~treated & kept)
    labels = study.programme.label, study.comparison.label
    rates = found.treated_rate, found.comparison_rate
    one, other = (
        Group(label=label, n=int(side.sum()), events=int(events[side].sum()), rate=rate)
        for side, label, rate in zip(sides, labels, rates, strict=True)
    )
    return one, other


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
