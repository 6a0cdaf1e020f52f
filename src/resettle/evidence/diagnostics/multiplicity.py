"""p values of many questions asked together: Holm's and Benjamini and Hochberg's adjustments."""

from __future__ import annotations

from collections.abc import Sequence


def holm(p: Sequence[float]) -> list[float]:
    """Holm (1979): keeps the chance of any false finding at the level, whatever goes with whatever."""
    order = sorted(range(len(p)), key=lambda i: p[i])
    found, most = [0.0] * len(p), 0.0
    for rank, i in enumerate(order):
        most = max(most, min(1.0, (len(p) - rank) * p[i]))
        found[i] = most
    return found


def benjamini_hochberg(p: Sequence[float]) -> list[float]:
    """Benjamini and Hochberg (1995): keeps the expected share of false findings among all findings at the level."""
    order = sorted(range(len(p)), key=lambda i: -p[i])
    found, least = [0.0] * len(p), 1.0
    for rank, i in enumerate(order):
        least = min(least, p[i] * len(p) / (len(p) - rank))
        found[i] = least
    return found


def heterogeneity(estimates: Sequence[float], errors: Sequence[float]) -> tuple[float, float]:
    """Cochran's Q, whether effects in separate groups differ by more than chance, and its p value (1 for one group)."""
    from scipy.stats import chi2

    weights = [1 / error**2 for error in errors]
    mean = sum(w * e for w, e in zip(weights, estimates, strict=True)) / sum(weights)
    q = sum(w * (e - mean) ** 2 for w, e in zip(weights, estimates, strict=True))
    return q, float(chi2.sf(q, len(estimates) - 1)) if len(estimates) > 1 else 1.0
