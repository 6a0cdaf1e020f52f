"""Confidence intervals for rates, counts and means. Each returns low, high and the method, at 95 % unless said."""

from __future__ import annotations

import math

from resettle.result import Interval


def wilson(events: int, n: int, level: float = 0.95) -> Interval:
    """Wilson score interval for `events` out of `n` (Wilson, 1927); for n = 0 the whole range."""
    from scipy.stats import norm

    if n == 0:
        return Interval(low=0.0, high=1.0, method="Wilson", level=level)
    z = float(norm.ppf(0.5 + level / 2))
    p, zz = events / n, z * z / n
    middle = (p + zz / 2) / (1 + zz)
    half = z * math.sqrt(p * (1 - p) / n + zz / (4 * n)) / (1 + zz)
    low = 0.0 if events == 0 else max(0.0, middle - half)
    return Interval(low=low, high=1.0 if events == n else min(1.0, middle + half), method="Wilson", level=level)


def clopper_pearson(events: int, n: int, level: float = 0.95) -> Interval:
    """Exact binomial interval (Clopper and Pearson, 1934); for n = 0 the whole range."""
    from scipy.stats import beta

    tail = (1 - level) / 2
    low = 0.0 if events == 0 else float(beta.ppf(tail, events, n - events + 1))
    high = 1.0 if events == n else float(beta.ppf(1 - tail, events + 1, n - events))
    return Interval(low=low, high=high, method="Clopper-Pearson", level=level)


def poisson_rate(total: int, squares: int, n: int, level: float = 0.95) -> Interval:
    """Interval for a mean count per person: exact Poisson, widened where counts vary more than Poisson counts do.

    `total` events among `n` people, `squares` the sum of the squared counts. With phi = variance / mean (at least 1),
    total / phi is treated as a Poisson count (quasi-Poisson); the limits are chi-squared quantiles (Garwood, 1936).
    """
    from scipy.stats import chi2

    if n == 0:
        return Interval(low=0.0, high=math.inf, method="exact Poisson", level=level)
    mean = total / n
    variance = (squares - n * mean * mean) / (n - 1) if n > 1 else mean
    phi = max(1.0, variance / mean) if mean > 0 else 1.0
    tail, count = (1 - level) / 2, total / phi
    low = float(chi2.ppf(tail, 2 * count)) / 2 * phi / n if total else 0.0
    high = float(chi2.ppf(1 - tail, 2 * count + 2)) / 2 * phi / n
    method = "exact Poisson" if phi == 1.0 else f"exact Poisson, over-dispersion {phi:.2f}"
    return Interval(low=low, high=high, method=method, level=level)


def student_mean(total: float, squares: float, n: int, level: float = 0.95) -> Interval:
    """Student's t interval for a mean from the sum and the sum of squares of `n` values (unbounded for n < 2)."""
    from scipy.stats import t

    if n < 2:
        return Interval(low=-math.inf, high=math.inf, method="Student t", level=level)
    mean = total / n
    variance = max(0.0, (squares - n * mean * mean) / (n - 1))
    half = float(t.ppf(0.5 + level / 2, n - 1)) * math.sqrt(variance / n)
    return Interval(low=mean - half, high=mean + half, method="Student t", level=level)


def ratio_of_sums(
    events: float,
    years: float,
    events_squared: float,
    years_squared: float,
    products: float,
    n: int,
    level: float = 0.95,
) -> Interval:
    """Interval for events per year of `n` people: the variance of a ratio of sums, on the log scale (Cochran 1977, 6.4).

    `events_squared`, `years_squared` and `products` are sums over people of the squares and of events times years. Without
    events the limit is Garwood's for a count of none; without time, or with one person, nothing is known.
    """
    from scipy.stats import chi2, norm

    if years <= 0:
        return Interval(low=0.0, high=math.inf, method="ratio of sums, log scale", level=level)
    if events == 0:
        return Interval(
            low=0.0, high=float(chi2.ppf(0.5 + level / 2, 2)) / 2 / years, method="exact Poisson", level=level
        )
    rate = events / years
    if n < 2:
        return Interval(low=0.0, high=math.inf, method="ratio of sums, log scale", level=level)
    residual = max(0.0, events_squared - 2 * rate * products + rate * rate * years_squared)
    half = float(norm.ppf(0.5 + level / 2)) * math.sqrt(n / (n - 1) * residual) / events
    return Interval(
        low=rate * math.exp(-half), high=rate * math.exp(half), method="ratio of sums, log scale", level=level
    )
