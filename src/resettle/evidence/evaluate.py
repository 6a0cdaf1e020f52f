"""`evaluate`: from a study file and an area to an `Effect`, the design sealed before the outcome is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from resettle.area import Area
from resettle.area.sound import require_sound
from resettle.errors import BadInput
from resettle.evidence.designing import Designed
from resettle.evidence.effect import Check, Effect, Group
from resettle.evidence.estimating import estimate, numbered
from resettle.evidence.finding import finding_checks, weight_summary
from resettle.evidence.grades import grade_of, method_of
from resettle.evidence.observed import SIMPLE, Observed, observe
from resettle.evidence.people import before_index, study_steps
from resettle.evidence.randomised import Estimate, newcombe, normal_interval
from resettle.evidence.sealing import Made, Sealed, make, seal_of, seal_study
from resettle.evidence.sensitivity import placebo_check
from resettle.evidence.study import OutcomeName, Study, read_study
from resettle.evidence.survival import Curves, count_days, curve
from resettle.result import Interval

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]

__all__ = ["Made", "Sealed", "evaluate", "evaluate_outcomes", "make", "numbered", "seal_of", "study_curves"]


def evaluate(area: Area, study: Study | str | Path) -> Effect:
    """Estimate the effect of a programme on the treated, as a study file asks, on its first outcome.

    The people, sides and covariates are read first, the comparison is made from them, and both are sealed (SHA-256 of
    the rows, and of the weights where there are any); only then are outcomes read.
    """
    asked = study if isinstance(study, Study) else read_study(study)
    return evaluate_outcomes(area, asked, asked.outcomes[:1])[0]


def evaluate_outcomes(
    area: Area, study: Study | str | Path, outcomes: Sequence[OutcomeName] | None = None
) -> tuple[Effect, ...]:
    """The effects on several outcomes under one design, sealed once: those named, or those that the study asks for.

    An outcome that too few people have to estimate anything is left out, and the first effect's notes say so; if the
    first is one of them, that is a `BadInput`.
    """
    asked = study if isinstance(study, Study) else read_study(study)
    names = tuple(outcomes or asked.outcomes)
    clock = asked.own_clock
    require_sound(area, "index_event", "offence", "programme", also=("person", "assessment", "service", "custody"))
    sealed = seal_study(area, asked, clock, detail=any(name not in SIMPLE for name in names))
    studied = area.run(sealed.steps, "studied")
    shared = shared_checks(sealed, studied)
    found, missed = [effect_on(sealed, observe(names[0], studied, clock), studied, shared)], []
    for name in names[1:]:
        try:
            found.append(effect_on(sealed, observe(name, studied, clock), studied, shared))
        except BadInput as error:
            missed.append(f"Not estimated: {error.problems[0]}")
    notes = (*found[0].notes, *missed)
    return (found[0].model_copy(update={"notes": notes}), *found[1:])


def shared_checks(sealed: Sealed, studied: pa.Table) -> tuple[Check, ...]:
    """The check that every outcome of a design shares: what happened before the index date."""
    if sealed.made is None:
        return ()
    before = sealed.area.run(before_index(sealed.steps, sealed.clock), "placebo")["offences"]
    return (placebo_check(sealed.made.designed, before.to_numpy().astype(float), numbered(studied)),)


def effect_on(sealed: Sealed, observed: Observed, studied: pa.Table, shared: tuple[Check, ...] = ()) -> Effect:
    """The `Effect` that an estimate amounts to."""
    study, made = sealed.study, sealed.made
    found = estimate(sealed, observed, studied)
    method = found.method or method_of(study, found.errors[0].name if found.errors else None)
    treated, comparison = groups_of(sealed, found, observed)
    balance = made.balance if made else ()
    flat = found.se < 1e-9 and observed.unit == "share"
    interval = found.interval or (
        flat_interval(found, treated.n, made.designed)
        if made and flat
        else normal_interval(found.estimate, found.se, method)
    )
    own = observed.name == study.outcomes[0]
    checks = finding_checks(study, found, observed, interval, treated.n, made.designed if made else None)
    return Effect(
        id=study.id if own else f"{study.id}-{observed.name.replace('_', '-')}",
        programme=study.programme.label,
        outcome=sealed.clock.id if observed.name == "rate" else f"{sealed.clock.id}, {observed.name}",
        outcome_label=observed.label,
        scale=found.scale,
        measure=observed.name,
        unit=observed.unit,
        of=observed.of,
        lower_is_better=observed.lower_is_better if found.scale != "ratio" else False,
        estimate=found.estimate,
        se=found.se,
        p=found.tests[0].p,
        interval=interval,
        treated=treated,
        comparison=comparison,
        n=treated.n + comparison.n,
        effective_n=made.designed.effective_n if made else None,
        weights=weight_summary(made.designed) if made else None,
        design=study.design,
        method=method,
        grade=grade_of(study.design, balance, study),
        follow_up=str(sealed.clock.follow_up),
        known_on=sealed.known_on,
        people=sealed.area.info.place,
        tests=found.tests,
        covariates=study.covariates,
        notes=(*sealed.design.notes, *found.notes, *once(study)),
        seal=sealed.seal,
        errors=found.errors,
        balance=balance,
        diagnostics=(*(made.checks if made else ()), *found.checks, *checks, *shared),
        provenance=sealed.provenance,
    )


def once(study: Study) -> tuple[str, ...]:
    """A note for a study that each person enters once."""
    return ("Each person enters once, with the first index event of the study.",) if study.each_person_once else ()


def flat_interval(found: Estimate, treated: int, designed: Designed) -> Interval:
    """Where nobody, or everybody, had the outcome no standard error is left: Newcombe's interval, the comparison counted at its
    effective size.
    """
    others = max(1, round(designed.effective_n))
    one, other = round(found.treated_rate * treated), round(found.comparison_rate * others)
    return newcombe(one, treated, other, others)


def groups_of(sealed: Sealed, found: Estimate, observed: Observed) -> tuple[Group, Group]:
    """Both sides: the people compared (those set aside are left out), their events, and the rates that are used."""
    import numpy as np

    known = observed.known
    kept = known & (sealed.made.designed.kept if sealed.made else True)
    sides = [sealed.treated & kept, ~sealed.treated & kept]
    if found.members is not None:
        sides = [spread_over(known, side) for side in found.members]
    counted = np.where(known, 1.0 if observed.unit == "days" else np.nan_to_num(observed.value), 0.0)
    labels = sealed.study.programme.label, sealed.study.comparison.label
    rates = found.treated_rate, found.comparison_rate
    one, other = (
        Group(label=label, n=int(side.sum()), events=round(float(counted[side].sum())), rate=rate, interval=interval)
        for side, label, rate, interval in zip(sides, labels, rates, found.sides or (None, None), strict=True)
    )
    return one, other


def spread_over(known: Bools, side: Bools) -> Bools:
    """A side among people of whom the outcome is known, as one among all rows."""
    import numpy as np

    result = np.zeros(len(known), dtype=bool)
    result[known] = side
    return result


def study_curves(area: Area, study: Study) -> Curves:
    """Kaplan-Meier curves of the two sides of a study, as they are (no adjustment for how they differ)."""
    import numpy as np

    clock = study.own_clock
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
