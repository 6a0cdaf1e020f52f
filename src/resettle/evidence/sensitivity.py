"""How far a finding could be explained by something else, and what size of difference a study could have shown."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from resettle.errors import bad
from resettle.evidence.balance import balance_table
from resettle.evidence.designing import Designed, make_design
from resettle.evidence.effect import Check, shown_p
from resettle.evidence.on_treated import effect_on_treated, weighted_difference
from resettle.evidence.randomised import Estimate
from resettle.evidence.study import Matching
from resettle.result import Record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

LEVEL, POWER = 0.05, 0.80


class EValue(Record):
    """E-values of an estimate and of the end of its interval nearest to no difference."""

    estimate: float
    interval: float


def e_value(treated: float, comparison: float, low: float, high: float) -> EValue | None:
    """How strongly something unrecorded must go with both taking part and the outcome to explain a difference away.

    As risk ratios (VanderWeele and Ding 2017), from both rates and the interval of their difference, the comparison's
    rate taken as it is. None where a rate is nil and there is no ratio.
    """
    if treated <= 0 or comparison <= 0:
        return None
    end = 0.0 if low <= 0 <= high else min(low, high, key=abs)
    return EValue(
        estimate=of_ratio(treated / comparison), interval=of_ratio(max((comparison + end) / comparison, 1e-12))
    )


def of_ratio(ratio: float) -> float:
    """The E-value of a risk ratio."""
    ratio = max(ratio, 1 / ratio)
    return ratio + math.sqrt(ratio * (ratio - 1))


def hidden_bias(for_it: int, against: int) -> float:
    """Rosenbaum's bound for pairs with a 0/1 outcome: the factor by which two people alike on everything recorded may
    differ in their odds of taking part before the finding could be chance.

    `for_it` and `against` count the pairs in which only one of the two had the outcome, in the direction of the finding
    and against it. One-sided at 0.025, to go with a 95% interval. 1 or less: it could be chance without any such bias.
    """
    from scipy.stats import beta

    if for_it == 0:
        return 0.0
    chance = float(beta.ppf(LEVEL / 2, for_it, against + 1))
    return chance / (1 - chance) if chance < 1 else math.inf


def discordant(designed: Designed, outcome: Floats) -> tuple[int, int] | None:
    """The pairs in which only the treated person, and only the other, had the outcome; None unless matching is in pairs."""
    matches = designed.matches
    if matches is None or matches.counts.max() > 1 or matches.weights().max() > 1:
        return None
    one, other = outcome[designed.treated][matches.matched], outcome[~designed.treated][matches.order]
    return int(((one == 1) & (other == 0)).sum()), int(((one == 0) & (other == 1)).sum())


def smallest_difference(se: float, power: float = POWER, level: float = LEVEL) -> float:
    """The smallest true difference that would be shown with this power, at a standard error."""
    from scipy.stats import norm

    return float(norm.isf(level / 2) + norm.ppf(power)) * se


def needed_to_show(estimate: float, se: float, treated: int, level: float = LEVEL) -> int | None:
    """Treated people with whom the difference found, were it true, would be at the edge of being shown.

    The error falls with the square root of the people; None where there is no difference at all.
    """
    from scipy.stats import norm

    return math.ceil(treated * (float(norm.isf(level / 2)) * se / estimate) ** 2) if estimate else None


def needed_before(
    rate: float, difference: float, others: float = 1.0, power: float = POWER, level: float = LEVEL
) -> int:
    """Treated people to plan for: to show a `difference` from the `rate` expected without the programme.

    `others` is the number of people in the comparison, of equal weight, for each treated person. Normal approximation
    with the two rates' own variances.
    """
    from scipy.stats import norm

    new = rate + difference
    if not (0 < rate < 1 and 0 < new < 1 and difference):
        raise bad("rates must lie between 0 and 1 and differ", value=f"{rate:g} and {new:g}", do="Give other rates.")
    reach = float(norm.isf(level / 2) + norm.ppf(power))
    return math.ceil(reach**2 * (new * (1 - new) + rate * (1 - rate) / others) / difference**2)


def placebo_check(designed: Designed, before: Floats, person: Ints) -> Check:
    """The same comparison of what happened before the index date, which the programme cannot have changed.

    `before` counts each person's offences in the year before. A difference there is a difference between the people.
    """
    name, any_ = "placebo: the year before", (before > 0).astype(float)
    if before.max(initial=0.0) == 0:
        return Check(name=name, value=None, words="No offences before the index date are recorded: it cannot be tried.")
    share = any_[designed.kept].mean()
    binary = 0.05 <= share <= 0.95
    found = weighted_difference(designed, any_ if binary else before, person)
    p = found.tests[0].p
    size = f"{100 * found.estimate:+.1f} points" if binary else f"{found.estimate:+.2f} a person"
    return Check(
        name=name,
        value=found.estimate,
        flag="green" if p > 0.1 else "amber" if p > LEVEL else "red",
        words=f"{'Share with an offence' if binary else 'Offences'} in the 12 months before the index date: {size} "
        f"({shown_p(p)}). The programme cannot have made a difference there (green above p = 0.10, amber above 0.05).",
    )


def power_checks(found: Estimate, treated: int) -> list[Check]:
    """What the study could have shown, and how many people the difference found would have needed."""
    least = smallest_difference(found.se)
    needed = needed_to_show(found.estimate, found.se, treated)
    return [
        Check(
            name="smallest difference that would be shown",
            value=least,
            words=f"A true difference of {100 * least:.1f} points would be shown four times in five; a smaller one less often.",
        ),
        Check(
            name="people needed to show the difference found",
            value=needed,
            words="No difference was found, so no number would show one."
            if needed is None
            else f"If the difference found were the true one, about {needed:,} treated people would put it at the edge of being "
            f"shown; there were {treated:,}.",
        ),
    ]


def bias_checks(found: Estimate, low: float, high: float, designed: Designed | None, outcome: Floats) -> list[Check]:
    """What something unrecorded would have to be like to explain the finding away."""
    checks = []
    value = e_value(found.treated_rate, found.comparison_rate, low, high)
    if value is not None:
        checks.append(
            Check(
                name="E-value",
                value=value.estimate,
                words=f"Something unrecorded would explain the finding away if it raised both taking part and the outcome "
                f"{value.estimate:.2f}-fold; for the nearer end of the interval, {value.interval:.2f}-fold.",
            )
        )
    pairs = discordant(designed, outcome) if designed else None
    if pairs is not None:
        factor = hidden_bias(max(pairs), min(pairs))
        words = (
            "The finding could be chance even if the pairs are alike on everything unrecorded."
            if factor <= 1
            else f"The finding could be chance if one of a pair had {factor:.2f} times the odds of taking part of the other."
        )
        checks.append(Check(name="hidden bias (Rosenbaum)", value=factor, words=words))
    return checks


class CaliperPoint(Record):
    """The effect at one caliper: standard deviations, people matched, the largest difference left, estimate, error."""

    caliper_sd: float
    matched: int
    largest_difference: float
    controls: float
    estimate: float
    se: float


def caliper_curve(
    x: Floats,
    names: tuple[str, ...],
    treated: NDArray[np.bool_],
    outcome: Floats,
    calipers: tuple[float, ...] = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5),
) -> tuple[CaliperPoint, ...]:
    """Radius matching at several calipers: a finding that hangs on one of them is not to be trusted."""
    import numpy as np

    points = []
    for caliper in calipers:
        made = make_design("radius_matching", x, names, treated, Matching(caliper_sd=caliper))
        found = effect_on_treated(made, outcome)
        assert made.matches is not None
        points.append(
            CaliperPoint(
                caliper_sd=caliper,
                matched=int(made.matches.matched.sum()),
                largest_difference=max(abs(one.after) for one in balance_table(made)),
                controls=float(np.median(made.matches.counts)),
                estimate=found.estimate,
                se=found.se,
            )
        )
    return tuple(points)
