"""The randomised design: a difference of two rates, and other tests of the same question."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from resettle.evidence.effect import Check, Scale, StandardError, Test
from resettle.evidence.intervals import student_mean, wilson
from resettle.evidence.survival import log_rank
from resettle.result import Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

METHOD = "difference of two rates, unpooled (Wald) standard error"
SMALL = "difference of two rates, Newcombe's interval from Wilson's, because a group has fewer than five on one side"
EXACT = "Fisher's exact"
FEW = "A group has fewer than five people with, or without, the event: interval and headline test are those for small counts."
FEWEST = 5
UNPOOLED, POOLED = "unpooled (Wald)", "pooled"
WELCH, EQUAL = "unequal variances (Welch)", "equal variances"
MEANS = "difference of two means, Welch's standard error and Student's t"


@dataclass(frozen=True)
class Estimate:
    """What an estimator returns: the effect, its standard error, both rates, and other tests of the same question.

    `errors` are its standard errors by every method, the headline one first and equal to `se`. `interval` is set where
    the estimate plus and minus the standard error would not hold; `sides` are the intervals of the two rates, where each
    has one. `checks` are those that this estimator makes; `method` its words, where they depend on what was found. On a
    ratio scale `estimate` is the ratio and `se` that of its logarithm. `members` says who is on either side, where those are
    not the treated and the others.
    """

    estimate: float
    se: float
    treated_rate: float
    comparison_rate: float
    tests: tuple[Test, ...]
    notes: tuple[str, ...] = ()
    errors: tuple[StandardError, ...] = ()
    interval: Interval | None = None
    sides: tuple[Interval, Interval] | None = None
    checks: tuple[Check, ...] = ()
    scale: Scale = "difference"
    method: str | None = None
    members: tuple[NDArray[np.bool_], NDArray[np.bool_]] | None = None


def difference_of_rates(outcome: Floats, treated: Floats, time: Floats | None = None) -> Estimate:
    """The difference of two rates with its unpooled standard error, from a 0/1 outcome and a 0/1 assignment for each
    person.

    The tests: the difference itself (z), Pearson's chi-squared with and without Yates' correction, Fisher's exact test
    and, where `time` (days to the event or the end) is given, the log-rank test.
    """
    a, n1 = int(outcome[treated == 1].sum()), int((treated == 1).sum())
    c, n0 = int(outcome[treated == 0].sum()), int((treated == 0).sum())
    p1, p0 = a / n1, c / n0
    se = math.sqrt(p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0)
    tests = [difference_test(p1 - p0, se), *table_tests(a, n1, c, n0)]
    if time is not None:
        statistic, p = log_rank(time, outcome, treated)
        tests.append(Test(name="log-rank", statistic=statistic, p=p, note="compares the whole time to the first event"))
    pooled = (a + c) / (n1 + n0)
    errors = (
        StandardError(name=UNPOOLED, se=se, headline=True, note="each group's own rate: that of the interval"),
        StandardError(
            name=POOLED,
            se=math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n0)),
            note="one rate for both groups: that of the chi-squared test",
        ),
    )
    found = Estimate(p1 - p0, se, p1, p0, tuple(tests), errors=errors, sides=(wilson(a, n1), wilson(c, n0)))
    if min(a, n1 - a, c, n0 - c) >= FEWEST:
        return found
    tests.sort(key=lambda test: test.name != EXACT)
    if tests[0].name != EXACT:
        tests.insert(0, Test(name=EXACT, statistic=1.0, p=1.0, note="everybody, or nobody, had the event"))
    return replace(found, tests=tuple(tests), notes=(FEW,), interval=newcombe(a, n1, c, n0))


def difference_of_means(outcome: Floats, treated: Floats) -> Estimate:
    """The difference of two means of a number (events, days), by Welch's t test; needs two people on each side."""
    y1, y0 = outcome[treated == 1], outcome[treated == 0]
    n1, n0 = len(y1), len(y0)
    estimate = float(y1.mean() - y0.mean())
    part1, part0 = float(y1.var(ddof=1)) / n1, float(y0.var(ddof=1)) / n0
    se = math.sqrt(part1 + part0)
    freedom = (part1 + part0) ** 2 / (part1**2 / (n1 - 1) + part0**2 / (n0 - 1)) if se else n1 + n0 - 2.0
    shared = (part1 * n1 * (n1 - 1) + part0 * n0 * (n0 - 1)) / (n1 + n0 - 2)
    errors = (
        StandardError(name=WELCH, se=se, headline=True, note="each group's own spread"),
        StandardError(name=EQUAL, se=math.sqrt(shared * (1 / n1 + 1 / n0)), note="one spread for both groups"),
    )
    tests = (t_test(estimate, se, freedom, "Welch's t"), t_test(estimate, errors[1].se, n1 + n0 - 2.0, "Student's t"))
    return Estimate(
        estimate, se, float(y1.mean()), float(y0.mean()), tests, errors=errors,
        interval=t_interval(estimate, se, freedom, MEANS), sides=(mean_interval(y1), mean_interval(y0)), method=MEANS,
    )  # fmt: skip


def normal_interval(estimate: float, se: float, method: str, level: float = 0.95) -> Interval:
    """The estimate plus and minus so many standard errors, by the normal distribution."""
    from scipy.special import ndtri

    half = float(ndtri(0.5 + level / 2)) * se
    return Interval(low=estimate - half, high=estimate + half, method=method, level=level)


def mean_interval(y: Floats) -> Interval:
    """Student's interval of a mean."""
    return student_mean(float(y.sum()), float((y**2).sum()), len(y))


def t_interval(estimate: float, se: float, freedom: float, method: str, level: float = 0.95) -> Interval:
    """The estimate plus and minus so many standard errors, by Student's t."""
    from scipy.special import stdtrit

    half = float(stdtrit(freedom, 0.5 + level / 2)) * se
    return Interval(low=estimate - half, high=estimate + half, method=method, level=level)


def t_test(estimate: float, se: float, freedom: float, name: str, note: str = "the headline") -> Test:
    """Two-sided t test of an estimate against 0."""
    from scipy.special import stdtr

    if se == 0.0:
        return Test(name=name, statistic=0.0, p=1.0, note="no variation")
    return Test(name=name, statistic=estimate / se, p=2 * float(stdtr(freedom, -abs(estimate) / se)), note=note)


def newcombe(a: int, n1: int, c: int, n0: int) -> Interval:
    """Interval for the difference of two rates from their Wilson intervals (Newcombe, 1998, method 10): holds for small counts."""
    one, other = wilson(a, n1), wilson(c, n0)
    p1, p0 = a / n1, c / n0
    low = p1 - p0 - math.hypot(p1 - one.low, other.high - p0)
    high = p1 - p0 + math.hypot(one.high - p1, p0 - other.low)
    return Interval(low=low, high=high, method=SMALL)


def difference_test(estimate: float, se: float, name: str = "difference (z)") -> Test:
    """Two-sided z test of a difference against 0."""
    from scipy.special import ndtr

    if se == 0.0:
        return Test(name=name, statistic=0.0, p=1.0, note="no variation")
    return Test(name=name, statistic=estimate / se, p=2 * float(ndtr(-abs(estimate) / se)), note="the headline")


def table_tests(a: int, n1: int, c: int, n0: int) -> list[Test]:
    """Tests of a two by two table that treat both margins or the pooled rate differently."""
    from scipy.stats import chi2_contingency, fisher_exact

    table = [[a, n1 - a], [c, n0 - c]]
    if a + c in (0, n1 + n0):
        return []
    plain, yates = (chi2_contingency(table, correction=correction) for correction in (False, True))
    return [
        Test(name="chi-squared", statistic=float(plain.statistic), p=float(plain.pvalue), note="pools the two rates"),
        Test(
            name="chi-squared, Yates",
            statistic=float(yates.statistic),
            p=float(yates.pvalue),
            note="corrected for continuity",
        ),
        Test(
            name=EXACT,
            statistic=float(fisher_exact(table).statistic),
            p=float(fisher_exact(table).pvalue),
            note="exact, keeps both margins; the statistic is the odds ratio",
        ),
    ]
