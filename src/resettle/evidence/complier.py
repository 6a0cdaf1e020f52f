"""The effect on those who start because they were assigned to (compliers): what assignment did, over how many it made start."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from resettle.errors import bad
from resettle.evidence.effect import Check, StandardError, Test
from resettle.evidence.randomised import Estimate, difference_of_means, difference_test
from resettle.result import Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

TWO_STAGE, DELTA = "two-stage least squares, robust", "delta method"
METHOD = (
    "effect on compliers: the difference by assignment over the difference in starts (Wald; two-stage least squares); "
    "interval: Anderson and Rubin's, which holds for a weak instrument"
)
WEAK, STRONG = 10.0, 104.7
"""First-stage F under which an instrument is weak (Staiger and Stock 1997), and from which the usual t test holds (Lee, McCrary,
Moreira and Porter 2022)."""


def complier_effect(outcome: Floats, assigned: Floats, started: Floats) -> Estimate:
    """The Wald estimate of the effect on compliers, from assignment (0/1) and starts (0/1).

    It holds if lots were drawn, if assignment works through starting alone, and if nobody starts only because they were
    not assigned. Raises `BadInput` where assignment made no difference to starts that could be told from chance, for
    then no interval bounds the effect.
    """
    first, second = difference_of_means(started, assigned), difference_of_means(outcome, assigned)
    strength = (first.estimate / first.se) ** 2 if first.se else math.inf if first.estimate else 0.0
    interval = anderson_rubin(outcome, assigned, started)
    if interval is None or first.estimate <= 0:
        raise bad(
            "assignment made too little difference to who started: the effect on compliers has no bounds",
            value=f"{100 * first.estimate:+.1f} points in starts, F = {strength:.1f}",
            do="Report the effect of assignment (intention to treat).",
        )
    effect = second.estimate / first.estimate
    errors = (
        StandardError(
            name=TWO_STAGE, se=two_stage_error(outcome, assigned, started, effect), headline=True,
            note="spread may differ between people",
        ),
        StandardError(
            name=DELTA, se=second.se / first.estimate, note="the starts taken as given: too small if few started",
        ),
    )  # fmt: skip
    rate = treated_rate(outcome, assigned, started)
    by_lot = Test(
        name="assignment", statistic=second.tests[0].statistic, p=second.tests[0].p,
        note="the headline: whether assignment made a difference (Anderson and Rubin)",
    )  # fmt: skip
    usual = difference_test(effect, errors[0].se, f"complier effect ({TWO_STAGE})")
    tests = (by_lot, usual.model_copy(update={"note": "fails for a weak instrument"}))
    note = (
        f"Assignment alone (intention to treat) made a difference of {second.estimate:+.4f}; "
        f"{100 * first.treated_rate:.1f}% of those assigned to the programme started, and "
        f"{100 * first.comparison_rate:.1f}% of the others."
    )
    return Estimate(
        effect, errors[0].se, rate, rate - effect, tests, (note,), errors, interval=interval,
        checks=(instrument_check(strength),), method=METHOD,
    )  # fmt: skip


def treated_rate(outcome: Floats, assigned: Floats, started: Floats) -> float:
    """The mean outcome of compliers who start (Imbens and Rubin 1997)."""
    one, none = assigned == 1, assigned == 0
    gained = (outcome * started)[one].mean() - (outcome * started)[none].mean()
    return float(gained / (started[one].mean() - started[none].mean()))


def two_stage_error(outcome: Floats, assigned: Floats, started: Floats, effect: float) -> float:
    """The robust (HC1) error of two-stage least squares."""
    rest = outcome - effect * started
    rest = rest - rest.mean()
    z = assigned - assigned.mean()
    n = len(z)
    return math.sqrt(float((z * rest) @ (z * rest)) * n / (n - 2)) / abs(float(z @ started))


def anderson_rubin(outcome: Floats, assigned: Floats, started: Floats, level: float = 0.95) -> Interval | None:
    """The effects at which assignment makes no difference to the outcome less the effect times the start.

    A quadratic in the effect (Fieller): None where its solutions are unbounded.
    """
    from scipy.stats import norm

    z = float(norm.ppf(0.5 + level / 2))
    one, none = assigned == 1, assigned == 0

    def covariance(a: Floats, b: Floats) -> float:
        return sum(
            float(((a[s] - a[s].mean()) * (b[s] - b[s].mean())).sum()) / (int(s.sum()) - 1) / int(s.sum())
            for s in (one, none)
        )

    up = float(outcome[one].mean() - outcome[none].mean())
    over = float(started[one].mean() - started[none].mean())
    a = over**2 - z**2 * covariance(started, started)
    b = -2 * (up * over - z**2 * covariance(outcome, started))
    c = up**2 - z**2 * covariance(outcome, outcome)
    if a <= 0:
        return None
    root = math.sqrt(max(b * b - 4 * a * c, 0.0))
    return Interval(low=(-b - root) / (2 * a), high=(-b + root) / (2 * a), method=METHOD, level=level)


def instrument_check(strength: float) -> Check:
    """Whether assignment moved starts enough."""
    capped = min(strength, 1e6)
    return Check(
        name="strength of assignment",
        value=capped,
        flag="red" if strength < WEAK else "amber" if strength < STRONG else "green",
        words=f"First-stage F = {capped:,.1f}. Under {WEAK:g} assignment is a weak instrument and the estimate leans towards "
        f"the plain comparison of starters; from {STRONG:g} the usual test holds too. The interval holds in either case.",
    )
