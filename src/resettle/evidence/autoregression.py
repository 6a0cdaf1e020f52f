"""Errors of a series in which each period goes together with the one before (autoregression of order one), for short series."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from resettle.evidence.linear import Fit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

GRID = 39
MOST = 0.95


def autoregressive(fit: Fit, contrast: Floats) -> tuple[float, float]:
    """The error of a contrast of a fit to periods in order, and the correlation of neighbouring periods that it allows for.

    What a fit leaves goes together less than the periods did, because the fit has followed them. So the correlation is the
    one under which the expected correlation of what is left, E[e'Ae] / E[e'e] for e = My, is that which is seen; and the
    variance of the periods is put right in the same way (e'e over the trace of M times the correlations). Not below nil.
    """
    import numpy as np

    n = len(fit.rest)
    total = float(fit.rest @ fit.rest)
    if total <= 0:
        return 0.0, 0.0
    left_over = np.eye(n) - fit.x @ fit.inverse @ fit.x.T
    apart = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    neighbours = left_over @ ((apart == 1) * 0.5) @ left_over
    along = fit.x @ (fit.inverse @ contrast)
    grid = np.linspace(0.0, MOST, GRID)
    kinds = [tie**apart for tie in grid]
    spread = np.array([float((left_over * kind).sum()) for kind in kinds])
    expected = np.array([float((neighbours * kind).sum()) for kind in kinds]) / spread
    tie = float(np.interp(float(fit.rest[1:] @ fit.rest[:-1]) / total, expected, grid))
    variance = np.array([float(along @ kind @ along) for kind in kinds])
    return math.sqrt(total * float(np.interp(tie, grid, variance / spread))), tie
