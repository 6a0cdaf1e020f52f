"""How the scores of both sides lie: smooth curves of the log odds of taking part, in which no single person can be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resettle.evidence.diagnostics.sides import Sides
from resettle.result import Record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

POINTS = 61
FINE = 2048


class Overlap(Record):
    """Densities of the log odds of taking part at `score`: the treated, the others before, and the others weighted."""

    score: tuple[float, ...]
    treated: tuple[float, ...]
    before: tuple[float, ...]
    after: tuple[float, ...]


def overlap(sides: Sides) -> Overlap | None:
    """The three curves; None for designs without a score."""
    import numpy as np

    if sides.designed is None or sides.designed.logit is None:
        return None
    score = sides.designed.logit.score
    low, high = np.quantile(score[sides.treated], [0.0, 1.0])
    low, high = min(low, float(np.quantile(score, 0.01))), max(high, float(np.quantile(score, 0.99)))
    grid = np.linspace(low - 0.5, high + 0.5, POINTS)
    ones = sides.treated.astype(float)
    kept = np.where(sides.treated, 0.0, sides.weights)
    curves = [smooth(score, weights, grid) for weights in (ones, 1.0 - ones, kept)]
    treated, before, after = (tuple(round(float(v), 4) for v in curve) for curve in curves)
    return Overlap(score=tuple(round(float(v), 3) for v in grid), treated=treated, before=before, after=after)


def smooth(values: Floats, weights: Floats, grid: Floats) -> Floats:
    """A weighted Gaussian density with Silverman's bandwidth (1986), never so narrow that ten people cannot hide in it."""
    import numpy as np

    share = weights / weights.sum()
    mean = float(share @ values)
    sd = float(np.sqrt(share @ (values - mean) ** 2))
    size = 1.0 / float(share @ share)
    width = max(0.9 * sd * size**-0.2, sd / 10, 1e-3)
    edges = np.linspace(values.min(), values.max() + 1e-9, FINE + 1)
    counts, _ = np.histogram(values, bins=edges, weights=share)
    middles = (edges[:-1] + edges[1:]) / 2
    apart = (grid[:, None] - middles[None, :]) / width
    result: Floats = np.exp(-0.5 * apart**2) @ counts / (width * np.sqrt(2 * np.pi))
    return result
