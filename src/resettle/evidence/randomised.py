"""The randomised design: a difference of two rates, and other tests of the same question."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from resettle.evidence.effect import StandardError, Test
from resettle.evidence.intervals import wilson
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


@dataclass(frozen=True)
class Estimate:
    """What an estimator returns: the effect, its standard error, both rates, and other tests of the same question.

    `errors` are its standard errors by every method, the headline one first and equal to `se`. `interval` is set where
    the estimate plus and minus the standard error would not hold.
    """

    estimate: float
    se: float
    treated_rate: float
    comparison_rate: float
    tests: tuple[Test, ...]
    notes: tuple[str, ...] = ()
    errors: tuple[StandardError, ...] = ()
    interval: Interval | None = None


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
    if min(a, n1 - a, c, n0 - c) >= FEWEST:
        return Estimate(p1 - p0, se, p1, p0, tuple(tests))
    tests.sort(key=lambda test: test.name != EXACT)
    if tests[0].name != EXACT:
        tests.insert(0, Test(name=EXACT, statistic=1.0, p=1.0, note="everybody, or nobody, had the event"))
    return Estimate(p1 - p0, se, p1, p0, tuple(tests), (FEW,), interval=newcombe(a, n1, c, n0))


def newcombe(a: int, n1: int, c: int, n0: int) -> Interval:
    """Interval for the difference of two rates from their Wilson intervals (Newcombe, 1998, method 10): holds for small counts."""
    one, other = wilson(a, n1), wilson(c, n0)
    p1, p0 = a / n1, c / n0
    low = p1 - p0 - math.hypot(p1 - one.low, other.high - p0)
    high = p1 - p0 + math.hypot(one.high - p1, p0 - other.low)
    return Interval(low=low, high=high, method=SMALL)


def difference_test(estimate: float, se: float, name: str = "difference (z)") -> Test:
    """Two-sided z test of a difference against 0."""
    from scipy.stats import norm

    if se == 0.0:
        return Test(name=name, statistic=0.0, p=1.0, note="no variation")
    return Test(name=name, statistic=estimate / se, p=2 * float(norm.sf(abs(estimate) / se)), note="the headline")


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
