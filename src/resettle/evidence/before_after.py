"""Difference in differences: places with the programme and places without, before it began and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from resettle.errors import bad
from resettle.evidence.effect import Check, Flag, StandardError, Test
from resettle.evidence.linear import Fit, bias_reduced, cluster_robust, least_squares, robust
from resettle.evidence.randomised import Estimate, difference_of_means, t_interval, t_test

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

METHOD = "difference in differences: the change in places with the programme less the change in places without it"
CR2, CR1, PERSONS, HC2 = "by place, for few places (CR2)", "by place (CR1)", "by person", "robust (HC2)"
NOTES = {
    CR2: "Bell and McCaffrey's correction, with Satterthwaite's degrees of freedom",
    CR1: "Liang and Zeger's error times G / (G - 1), on G - 1 degrees of freedom: too small with few places",
    PERSONS: "blind to whatever happens to a place as a whole: too small if places change for reasons of their own",
    HC2: "takes every index event on its own: too small if people come back, or places change for reasons of their own",
}
FEW, VERY_FEW = 40, 10


@dataclass(frozen=True)
class Cohorts:
    """Index events of two sets of places: `group` (1 with the programme), `after` (1 from the day it began), `period`
    (whole periods from that day, negative before), and numbers from 0 for places and persons."""

    group: Floats
    after: Floats
    period: Ints
    place: Ints
    person: Ints

    def of(self, which: Bools) -> Cohorts:
        """Some of the index events, places and persons numbered anew."""
        import numpy as np

        place, person = (np.unique(v[which], return_inverse=True)[1] for v in (self.place, self.person))
        return Cohorts(self.group[which], self.after[which], self.period[which], place, person)


def difference_in_differences(
    outcome: Floats, cohorts: Cohorts, x: Floats | None = None, names: tuple[str, ...] = ()
) -> Estimate:
    """The change of the mean outcome in places with the programme less that in the others, allowing for covariates `x`.

    Least squares on group, after, their product, and covariates. Where each side has two places or more, errors are those
    of places (CR2 for few); otherwise of persons, with a red check, for then a change of one place cannot be told from the
    programme's. It rests on the assumption that without the programme both sides would have changed alike, which
    `trend_before` looks at.
    """
    import numpy as np

    group, after = cohorts.group, cohorts.after
    check_cells(group, after)
    columns = [np.ones(len(outcome)), group, after, group * after]
    base = np.column_stack(columns if x is None else [*columns, x - x.mean(axis=0)])
    fit = least_squares(base, outcome, ("the constant", "the places", "the time", "the programme", *names))
    contrast = np.zeros(base.shape[1])
    contrast[3] = 1.0
    estimate = float(fit.beta[3])
    pairs = errors_of(fit, contrast, cohorts)
    head, (se, freedom) = next(iter(pairs.items()))
    method = f"{METHOD}; standard error: {head}, Student's t on {freedom:.1f} degrees of freedom"
    errors = tuple(StandardError(name=n, se=v[0], headline=n == head, note=NOTES[n]) for n, v in pairs.items())
    tests = [t_test(estimate, v[0], v[1], f"difference ({n})", NOTES[n]) for n, v in pairs.items()]
    rate = float(outcome[(group == 1) & (after == 1)].mean())
    return Estimate(
        estimate, se, rate, rate - estimate, (*tests, *place_test(outcome, cohorts)), (told(outcome, group, after),), errors,
        interval=t_interval(estimate, se, freedom, method),
        checks=(places_check(cohorts), trend_before(outcome, cohorts)), method=method,
        members=((group == 1) & (after == 1), (group == 0) & (after == 1)),
    )  # fmt: skip


def check_cells(group: Floats, after: Floats) -> None:
    """Refuse a comparison that lacks people in one of its four cells."""
    for places, words in ((1, "with"), (0, "without")):
        for time, when in ((0, "before"), (1, "after")):
            if (n := int(((group == places) & (after == time)).sum())) < 2:
                raise bad(
                    f"there must be at least two index events in places {words} the programme {when} it began",
                    column="change.began", value=n, do="Choose another day, other places, or a longer time.",
                )  # fmt: skip


def errors_of(fit: Fit, contrast: Floats, cohorts: Cohorts) -> dict[str, tuple[float, float]]:
    """Standard errors with their degrees of freedom, the headline one first."""
    places, persons = int(cohorts.place.max()) + 1, int(cohorts.person.max()) + 1
    by_person = (cluster_robust(fit, contrast, cohorts.person), persons - 1.0)
    if min(sides_of(cohorts)) < 2:
        return {PERSONS: by_person, HC2: (robust(fit, contrast), float(fit.left))}
    return {
        CR2: bias_reduced(fit, contrast, cohorts.place),
        CR1: (cluster_robust(fit, contrast, cohorts.place), places - 1.0),
        PERSONS: by_person,
    }


def sides_of(cohorts: Cohorts) -> tuple[int, int]:
    """How many places have the programme, and how many have not."""
    import numpy as np

    with_it = len(np.unique(cohorts.place[cohorts.group == 1]))
    return with_it, len(np.unique(cohorts.place[cohorts.group == 0]))


def place_test(outcome: Floats, cohorts: Cohorts) -> tuple[Test, ...]:
    """Student's t test of the changes of the places, each counting once; none where a side has a single place."""
    import numpy as np

    if min(sides_of(cohorts)) < 2:
        return ()
    cell = cohorts.place * 2 + cohorts.after.astype(np.int64)
    count = np.bincount(cell, minlength=2 * (int(cohorts.place.max()) + 1)).reshape(-1, 2)
    total = np.bincount(cell, outcome, count.size).reshape(-1, 2)
    side = np.zeros(len(count))
    side[cohorts.place] = cohorts.group
    whole = (count > 0).all(axis=1)
    change = total[whole, 1] / count[whole, 1] - total[whole, 0] / count[whole, 0]
    if min(int((side[whole] == s).sum()) for s in (0, 1)) < 2:
        return ()
    test = difference_of_means(change, side[whole]).tests[1]
    return (test.model_copy(update={"name": "changes of places (Student's t)", "note": "each place counts once"}),)


def places_check(cohorts: Cohorts) -> Check:
    """How many places there are: what happens to them as a whole is known of no more than that."""
    on, off = sides_of(cohorts)
    flag: Flag = "red" if on + off < VERY_FEW or min(on, off) < 2 else "amber" if on + off < FEW else "green"
    return Check(
        name="places",
        value=on + off,
        flag=flag,
        words=f"{on} places had the programme and {off} had not. With so many, what else happened to a place can be told from the "
        f"programme {'not at all' if min(on, off) < 2 else 'only roughly' if flag != 'green' else 'well'} (green from {FEW}, amber "
        f"from {VERY_FEW}).",
    )


def trend_before(outcome: Floats, cohorts: Cohorts) -> Check:
    """Whether both sides already went apart before the programme began: the group's own trend over the periods before."""
    import numpy as np

    name, early = "trends before the programme", cohorts.after == 0
    some, y = cohorts.of(early), outcome[early]
    periods = np.unique(some.period)
    if len(periods) < 2:
        return Check(
            name=name,
            value=None,
            words="There is one period before the programme: whether trends were alike is not known.",
        )
    dummies = (some.period[:, None] == periods[None, 1:]).astype(float)
    columns = np.column_stack([np.ones(len(y)), some.group, some.group * some.period, dummies])
    labels = ("the constant", "the places", "the trend", *(f"period {p}" for p in periods[1:]))
    fit = least_squares(columns, y, labels)
    contrast = np.zeros(columns.shape[1])
    contrast[2] = 1.0
    slope = float(fit.beta[2])
    se, freedom = next(iter(errors_of(fit, contrast, some).values()))
    p = t_test(slope, se, freedom, name).p
    return Check(
        name=name,
        value=p,
        flag="green" if p > 0.1 else "amber" if p > 0.05 else "red",
        words=f"Over {len(periods)} periods before it began, the places with the programme went apart from the others by "
        f"{slope:+.4f} a period (p = {p:.3f}; green above 0.10, amber above 0.05). That no such trend is shown does not prove that "
        "there was none.",
    )


def told(outcome: Floats, group: Floats, after: Floats) -> str:
    """The four means."""
    means = [float(outcome[(group == g) & (after == a)].mean()) for g in (1, 0) for a in (0, 1)]
    return (
        f"With the programme the mean went from {means[0]:.4f} to {means[1]:.4f}; without it from {means[2]:.4f} to "
        f"{means[3]:.4f}."
    )
