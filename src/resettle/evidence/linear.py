"""Least squares, with the errors that trials of places, comparisons of times and unequal spread ask for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from resettle.errors import bad

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Fit:
    """A fit of `y` on the columns of `x` (the first a constant): coefficients, residuals, and the inverse of x'x."""

    x: Floats
    beta: Floats
    rest: Floats
    inverse: Floats

    @property
    def left(self) -> int:
        """Degrees of freedom: rows less columns."""
        return len(self.rest) - len(self.beta)


def least_squares(x: Floats, y: Floats, names: tuple[str, ...]) -> Fit:
    """Fit by least squares; a column that repeats others, or more columns than rows, is a `BadInput` that names it."""
    import numpy as np

    if len(y) <= x.shape[1]:
        raise bad("too few people for so many covariates", value=len(y), do="Leave covariates out.")
    size = np.sqrt((x * x).sum(axis=0))
    triangle = np.abs(np.diag(np.linalg.qr(x / np.where(size > 0, size, 1.0), mode="r")))
    if (flat := np.flatnonzero(triangle < 1e-9)).size:
        raise bad(
            "a covariate repeats others, or is the same for everyone", column=names[int(flat[0])], do="Leave it out."
        )
    inverse = np.linalg.inv(x.T @ x).astype(np.float64)
    beta = np.linalg.lstsq(x, y, rcond=None)[0].astype(np.float64)
    return Fit(x, beta, y - x @ beta, inverse)


def classical(fit: Fit, contrast: Floats) -> float:
    """The error where spread is the same everywhere."""
    return math.sqrt(float(fit.rest @ fit.rest) / fit.left * float(contrast @ fit.inverse @ contrast))


def robust(fit: Fit, contrast: Floats) -> float:
    """The error where spread differs between people, with leverage allowed for (HC2; MacKinnon and White 1985)."""
    import numpy as np

    leverage = np.einsum("ij,jk,ik->i", fit.x, fit.inverse, fit.x)
    along = fit.x @ (fit.inverse @ contrast)
    return math.sqrt(float(along**2 @ (fit.rest**2 / np.maximum(1 - leverage, 1e-12))))


def cluster_robust(fit: Fit, contrast: Floats, cluster: Ints) -> float:
    """The error where people of a cluster go together, times G / (G - 1) and (n - 1) / (n - k) (CR1; Liang and Zeger)."""
    import numpy as np

    groups = int(cluster.max()) + 1
    summed = np.bincount(cluster, (fit.x @ (fit.inverse @ contrast)) * fit.rest, groups)
    n = len(fit.x)
    return math.sqrt(float(summed @ summed) * groups / (groups - 1) * (n - 1) / fit.left)


def bias_reduced(fit: Fit, contrast: Floats, cluster: Ints) -> tuple[float, float]:
    """The error for few clusters, and its degrees of freedom (CR2; Bell and McCaffrey 2002).

    Each cluster's residuals are divided by the root of their expected share (I less the cluster's own leverage); the
    degrees of freedom are Satterthwaite's, for independent people of equal spread.
    """
    import numpy as np

    half = np.linalg.cholesky(fit.inverse)
    along = fit.inverse @ contrast
    groups = int(cluster.max()) + 1
    total, own, through = 0.0, np.zeros(groups), np.zeros((groups, fit.x.shape[1]))
    for g in range(groups):
        rows = cluster == g
        x = fit.x[rows]
        u, s, _ = np.linalg.svd(x @ half, full_matrices=False)
        rest = 1 - s**2
        stretch = np.where(rest > 1e-10, np.maximum(rest, 1e-10) ** -0.5, 0.0) - 1
        plain = x @ along
        a = plain + u @ (stretch * (u.T @ plain))
        total += float(a @ fit.rest[rows]) ** 2
        own[g], through[g] = float(a @ a), x.T @ a
    spread = np.diag(own) - through @ fit.inverse @ through.T
    freedom = float(np.trace(spread)) ** 2 / float((spread * spread).sum())
    return math.sqrt(total), freedom


def newey_west(fit: Fit, contrast: Floats, lag: int) -> float:
    """The error where rows in order of time go together up to `lag` rows apart (Newey and West 1987), times n / (n - k)."""
    along = (fit.x @ (fit.inverse @ contrast)) * fit.rest
    total = float(along @ along)
    for step in range(1, min(lag, len(along) - 1) + 1):
        total += 2 * (1 - step / (lag + 1)) * float(along[step:] @ along[:-step])
    return math.sqrt(max(total, 0.0) * len(along) / fit.left)
