"""Effects on the time to the first event: as a ratio of hazards (Cox), or of times (accelerated failure time)."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from resettle.evidence.cox import Cox, Spells, chance, cox, proportionality, robust_covariance
from resettle.evidence.effect import Check, StandardError, Test
from resettle.evidence.failure_time import NAMES, Distribution, failure_time
from resettle.evidence.randomised import Estimate, difference_test
from resettle.evidence.spells import Followed
from resettle.evidence.survival import count_days, kaplan_meier, survival_interval
from resettle.result import Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

INFORMATION, SANDWICH = "information", "sandwich over persons"
NOTES = {
    INFORMATION: "holds if the model does and each person is there once",
    SANDWICH: "holds where people are there more than once, or the model is rough",
}


def hazard_ratio(spells: Spells, names: tuple[str, ...], several: bool = False) -> Estimate:
    """The ratio of hazards of the programme (column 0 of the spells), by Cox regression.

    The headline error is that of the information, or the sandwich over persons where one of them is there for `several`
    index events. Errors are of the logarithm; the interval is by the normal distribution on that scale.
    """
    fit = cox(spells, names)
    log, covariance = float(fit.beta[0]), robust_covariance(spells, fit)
    pairs = {INFORMATION: math.sqrt(fit.covariance[0, 0]), SANDWICH: math.sqrt(covariance[0, 0])}
    headline = SANDWICH if several else INFORMATION
    method = f"Cox regression (partial likelihood, Efron's ties); standard error: {headline}, of the logarithm"
    whole = Test(
        name="likelihood ratio", statistic=fit.likelihood_ratio, p=chance(fit.likelihood_ratio, 1),
        note="how much less likely the data are without the programme",
    )  # fmt: skip
    found = of_a_logarithm(log, pairs, headline, method, "hazard")
    tests = (*found.tests, whole) if len(fit.beta) == 1 else found.tests
    return replace(found, tests=tests, checks=tuple(proportional_checks(spells, fit)))


def time_ratio(
    people: Followed, x: Floats, names: tuple[str, ...], distribution: Distribution, several: bool = False
) -> Estimate:
    """The ratio of times to the event of the programme (column 0 of `x`), by an accelerated failure time."""
    fit = failure_time(people.days, people.event, x, names, distribution, people.person)
    pairs = {INFORMATION: math.sqrt(fit.covariance[1, 1]), SANDWICH: math.sqrt(fit.robust[1, 1])}
    headline = SANDWICH if several else INFORMATION
    method = f"accelerated failure time, {NAMES[distribution]} (maximum likelihood); standard error: {headline}, of the logarithm"
    other: Distribution = "weibull" if distribution == "log_normal" else "log_normal"
    rival = failure_time(people.days, people.event, x, names, other, people.person)
    ahead = 2 * (fit.log_likelihood - rival.log_likelihood)
    check = Check(
        name="the distribution of the times",
        value=ahead,
        flag="green" if ahead >= 0 else "amber" if ahead > -10 else "red",
        words=f"Akaike's criterion of the {NAMES[distribution]} model is {abs(ahead):.1f} "
        f"{'better' if ahead >= 0 else 'worse'} than that of the {NAMES[other]} (log likelihoods {fit.log_likelihood:,.2f} and "
        f"{rival.log_likelihood:,.2f}; time ratio {math.exp(rival.beta[1]):.2f} by the other; green if better, amber if less "
        "than 10 worse).",
    )
    found = of_a_logarithm(float(fit.beta[1]), pairs, headline, method, "ratio")
    return replace(found, checks=(check,))


def of_a_logarithm(
    log: float, pairs: dict[str, float], headline: str, method: str, scale: Literal["hazard", "ratio"]
) -> Estimate:
    """The estimate that the logarithm of a ratio and its errors amount to."""
    from scipy.stats import norm

    named = sorted(pairs, key=lambda name: name != headline)
    errors = tuple(StandardError(name=n, se=pairs[n], headline=n == headline, note=NOTES[n]) for n in named)
    half = float(norm.ppf(0.975)) * pairs[headline]
    tests = tuple(
        difference_test(log, pairs[n], f"logarithm of the ratio ({n})").model_copy(update={"note": NOTES[n]})
        for n in named
    )
    interval = Interval(low=math.exp(log - half), high=math.exp(log + half), method=method)
    return Estimate(
        math.exp(log), pairs[headline], math.nan, math.nan, tests, errors=errors, interval=interval, scale=scale, method=method
    )  # fmt: skip


def proportional_checks(spells: Spells, fit: Cox) -> list[Check]:
    """Whether the ratio of hazards is the same at all times: of the programme, and of all covariates together."""
    each, together = proportionality(spells, fit)
    ours, all_ = chance(float(each[0]), 1), chance(together, len(each))
    checks = [proportional_check("proportional hazards: the programme", ours, "The programme's ratio of hazards")]
    if len(each) > 1:
        checks.append(proportional_check("proportional hazards: everything", all_, "One ratio of hazards or another"))
    return checks


def proportional_check(name: str, p: float, what: str) -> Check:
    """One test of proportionality, as a check."""
    changes = (
        "changes over time"
        if p <= 0.05
        else "may change over time"
        if p <= 0.1
        else "was not shown to change over time"
    )
    return Check(
        name=name,
        value=p,
        flag="green" if p > 0.1 else "amber" if p > 0.05 else "red",
        words=f"{what} {changes} (test on Schoenfeld's residuals, p = {p:.3f}; green above 0.10, amber above 0.05). Where it "
        "does, the estimate is an average over the follow-up.",
    )


def shares(people: Followed, treated: Bools) -> tuple[tuple[float, float], tuple[Interval, Interval]]:
    """The share of each side with the event by the end of follow-up (Kaplan and Meier), as they are, with its interval."""
    rates, bounds = [], []
    for side in (treated[people.row], ~treated[people.row]):
        survival, variance = kaplan_meier(count_days(people.days[side], people.event[side]))
        free = survival_interval(float(survival[-1]), float(variance[-1]))
        rates.append(1 - float(survival[-1]))
        bounds.append(Interval(low=1 - free.high, high=1 - free.low, method=free.method))
    return (rates[0], rates[1]), (bounds[0], bounds[1])
