"""The effect stage: which estimator answers a study, and what it is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from resettle.errors import bad
from resettle.evidence.before_after import Cohorts, difference_in_differences
from resettle.evidence.complier import complier_effect
from resettle.evidence.covariates import Design
from resettle.evidence.effect import Check
from resettle.evidence.matching import strata_of
from resettle.evidence.observed import Observed
from resettle.evidence.on_treated import effect_on_treated
from resettle.evidence.over_time import hazard_ratio, shares, time_ratio
from resettle.evidence.randomised import Estimate, difference_of_means, difference_of_rates
from resettle.evidence.regression import standardised
from resettle.evidence.sealing import Sealed
from resettle.evidence.series import interrupted_series
from resettle.evidence.spells import Followed, filled, followed, make_spells, read_changes
from resettle.evidence.stratified import stratified
from resettle.evidence.study import Change, Survival, Trial
from resettle.evidence.study_blocks import BLOCKS
from resettle.evidence.trial import adjusted, clustered_difference

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

FEWEST = 2
MONTHS = {"month": 1, "quarter": 3}


def estimate(sealed: Sealed, observed: Observed, studied: pa.Table) -> Estimate:
    """Apply the estimator that the study names to one outcome of its people."""
    study, known = sealed.study, observed.known
    if study.design != "interrupted_time_series":
        check_known(observed, sealed.treated)
    if sealed.made is not None:
        return effect_on_treated(sealed.made.designed, observed.value, numbered(studied), observed.unit)
    if study.design in BLOCKS["survival"]:
        return over_time(sealed, studied)
    if study.change is not None:
        return of_a_change(sealed, observed, studied, study.change)
    outcome, treated = observed.value[known], sealed.treated[known].astype(float)
    if study.design == "randomised":
        return of_a_trial(sealed, observed, studied, outcome, treated)
    x, names = varying(sealed.design, known)
    return standardised(outcome, treated, x, names, numbered(studied.filter(known)), observed.unit)


def over_time(sealed: Sealed, studied: pa.Table) -> Estimate:
    """The time to the first event, by Cox regression or as an accelerated failure time."""
    import numpy as np

    settings, person = sealed.study.survival or Survival(), numbered(studied)
    first, observed = (studied[name].to_pandas().to_numpy(dtype=float) for name in ("days_to_first", "days_observed"))
    people = followed(first, observed, person)
    several = len(np.unique(people.person)) < len(people.person)
    names = ("the programme", *sealed.design.names)
    if sealed.study.design == "accelerated_failure_time":
        x = np.column_stack([sealed.treated, sealed.design.x])[people.row]
        found = time_ratio(people, x, names, settings.distribution, several)
    else:
        start = sealed.rows["start_day"].to_pandas().to_numpy(dtype=float) if settings.from_start else None
        changes = read_changes(sealed, settings.varying) if settings.varying else None
        spells = make_spells(people, sealed.treated.astype(float), sealed.design.x, start, changes)
        x, names = filled(spells.x, (*names, *settings.varying), len(names))
        found = hazard_ratio(replace(spells, x=x), names, several)
    rates, sides = shares(people, sealed.treated)
    late = late_start(studied, sealed, people) if not settings.from_start else ()
    return replace(found, treated_rate=rates[0], comparison_rate=rates[1], sides=sides, checks=(*found.checks, *late))


def late_start(studied: pa.Table, sealed: Sealed, people: Followed) -> tuple[Check, ...]:
    """Whether time before the start is credited to the programme: treated people who cannot have had the event before."""
    import numpy as np

    if sealed.study.by_arm:
        return ()
    begun = studied["start_day"].to_pandas().to_numpy(dtype=float)[people.row]
    late = sealed.treated[people.row] & (np.nan_to_num(begun) > 0)
    share = float(late.sum() / max(sealed.treated[people.row].sum(), 1))
    early = bool((late & (people.event == 1) & (people.days <= begun)).any())
    return (
        Check(
            name="time before the start",
            value=share,
            flag="red" if early or share > 0.1 else "amber" if share > 0 else "green",
            words=f"{100 * share:.1f}% of the treated started after the index date"
            f"{', some of them after the event itself' * early}. Their time until then is credited to the programme; with "
            "from_start = true it is not (green if none, amber up to 10%).",
        ),
    )


def of_a_change(sealed: Sealed, observed: Observed, studied: pa.Table, change: Change) -> Estimate:
    """Times compared: with other places (difference in differences), or with the trend before (interrupted time series)."""
    import numpy as np

    known = observed.known
    period = periods_from(change, sealed.rows["index_date"].to_numpy())[known]
    outcome = observed.value[known]
    if sealed.study.design == "interrupted_time_series":
        return interrupted_series(outcome, period, 12 // MONTHS[change.period])
    place = coded(sealed.rows["place"].to_pylist())
    group, person = sealed.treated.astype(float), numbered(studied)
    every = Cohorts(group[known], (period >= 0).astype(float), period, place[known], person[known])
    x, names = varying(sealed.design, known)
    return difference_in_differences(outcome, every.of(np.ones(len(outcome), dtype=bool)), x if names else None, names)


def periods_from(change: Change, dates: NDArray[Any]) -> Ints:
    """Whole periods from the day on which the programme began to each date; negative before."""
    import numpy as np

    days = dates.astype("datetime64[D]")
    began = np.datetime64(change.began, "D")
    month, first = days.astype("datetime64[M]"), began.astype("datetime64[M]")
    in_month, at = (days - month).astype(np.int64), int((began - first).astype(np.int64))
    months = (month - first).astype(np.int64) - (in_month < at)
    result: Ints = np.floor_divide(months, MONTHS[change.period])
    return result


def of_a_trial(sealed: Sealed, observed: Observed, studied: pa.Table, outcome: Floats, treated: Floats) -> Estimate:
    """A trial, analysed as its study file says."""
    settings, known = sealed.study.trial or Trial(), observed.known
    cluster = clusters_of(sealed, known) if settings.cluster else None
    if settings.estimate == "adjusted":
        return adjusted(outcome, treated, *varying(sealed.design, known), cluster)
    if settings.estimate == "stratified":
        return stratified(outcome, treated == 1, blocks_of(sealed, known), settings.weights, observed.unit == "share")
    if settings.estimate == "complier":
        return complier_effect(
            outcome, treated, sealed.rows["started"].to_numpy(zero_copy_only=False)[known].astype(float)
        )
    if cluster is not None:
        return clustered_difference(outcome, treated, cluster)
    if observed.unit != "share":
        return difference_of_means(outcome, treated)
    return difference_of_rates(outcome, treated, days_of(studied) if observed.name == "rate" else None)


def blocks_of(sealed: Sealed, known: Bools) -> Ints:
    """The block of each person of whom the outcome is known, numbered from 0."""
    assert sealed.study.trial is not None
    named = [coded(sealed.rows[f"b_{name}"].to_pylist()) for name in sealed.study.trial.blocks]
    return coded(strata_of([column.astype(float)[known] for column in named]).tolist())


def clusters_of(sealed: Sealed, known: Bools) -> Ints:
    """The cluster of each person of whom the outcome is known, numbered from 0; nobody may be without one."""
    assert sealed.study.trial is not None
    held = sealed.rows["cluster"].to_pylist()
    if missing := held.count(None):
        raise bad(
            "the cluster of some people is not recorded",
            column=f"trial.cluster = {sealed.study.trial.cluster}",
            value=f"{missing:,} of {len(held):,} people",
            do="Record it, or leave cluster out.",
        )
    return coded([value for value, there in zip(held, known, strict=True) if there])


def coded(values: Sequence[object]) -> Ints:
    """Values as numbers from 0; what is not known is a value of its own."""
    import numpy as np

    return np.unique(np.array(["" if v is None else str(v) for v in values]), return_inverse=True)[1].astype(np.int64)


def check_known(observed: Observed, treated: Bools) -> None:
    """Refuse an outcome that is known of fewer than two people on a side."""
    for side, words in ((treated, "treated"), (~treated, "in the comparison")):
        if (n := int((observed.known & side).sum())) < FEWEST:
            raise bad(
                f"{observed.label}: known of fewer than {FEWEST} people {words}",
                value=n,
                do="Choose another outcome, or widen the study.",
            )


def varying(design: Design, known: Bools) -> tuple[Floats, tuple[str, ...]]:
    """The covariates among people of whom an outcome is known: a column that is the same for all of these says nothing."""
    import numpy as np

    x = design.x[known]
    if known.all():
        return x, design.names
    kept = np.flatnonzero(x.std(axis=0) > 1e-12)
    return x[:, kept], tuple(design.names[i] for i in kept)


def numbered(studied: pa.Table) -> Ints:
    """A number from 0 for each person, the same in each of their rows."""
    import numpy as np

    return np.unique(studied["person_id"].to_numpy(), return_inverse=True)[1]


def days_of(studied: pa.Table) -> Floats:
    """Days to the event, or to the end of observation, of each row."""
    import numpy as np

    days = studied["days_to_first"].to_pandas().to_numpy(dtype=float)
    result: Floats = np.where(np.isnan(days), studied["days_observed"].to_numpy().astype(float), days)
    return result
