"""The logistic fit of the package: maximum likelihood by Newton's method, in blocks of rows, on standardised columns."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from resettle.errors import BadInput, bad

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

STEPS = 50
FURTHEST = 30.0
# A step this small leaves an error of about its square, far under 1e-8: Newton's method doubles the digits each time.
SETTLED = 1e-6
# Rows taken at a time: a block of them and its products stay in the processor's cache.
BLOCK = 2048
# Larger problems start from a fit on this many rows of each side, which saves half of the passes over all rows.
SAMPLE = 10_000


@dataclass(frozen=True)
class Logit:
    """A fitted logistic model.

    `intercept` and `slopes` in the units of the columns; `score`, the fitted log odds of each row; `covariance` of
    intercept and slopes (inverse information).
    """

    intercept: float
    slopes: Floats
    score: Floats
    covariance: Floats


@dataclass(frozen=True)
class Scaling:
    """How columns are centred and scaled while fitting; the maximum does not depend on it."""

    centre: Floats
    scale: Floats


def fit_logit(x: Floats, y: Floats, names: tuple[str, ...], what: str = "the outcome") -> Logit:
    """Maximum likelihood of a logistic model of the 0/1 `y` (n) on the columns of `x` (n x k), and an intercept.

    The maximum is found to 1e-8 on standardised columns. Where there are many rows the first steps use all rows of the
    rarer side and evenly spaced ones of the other, with the intercept put right for the sampling (Prentice and Pyke
    1979); the last steps use all rows, so the maximum is that of all rows. Raises `BadInput` where no finite maximum
    exists: a column that is the same for everyone, columns that repeat each other, or one that separates `what`.
    """
    import numpy as np

    if not 0.0 < (share := float(y.mean())) < 1.0:
        raise bad(f"{what} is the same for everyone", value=int(share), do="Choose people among whom it differs.")
    start = sampled_start(x, y, names, what)
    if start is None:
        scaling = scaling_of(x, names)
        start = scaling, np.concatenate([[math.log(share / (1 - share))], np.zeros(x.shape[1])])
    scaling, beta = start
    beta, information = newton(x, y, names, scaling, beta, what)
    slopes = beta[1:] / scaling.scale
    intercept = float(beta[0] - slopes @ scaling.centre)
    back = np.diag(np.concatenate([[1.0], 1.0 / scaling.scale]))
    back[0, 1:] = -scaling.centre / scaling.scale
    return Logit(intercept, slopes, x @ slopes + intercept, back @ np.linalg.inv(information) @ back.T)


def sampled_start(x: Floats, y: Floats, names: tuple[str, ...], what: str) -> tuple[Scaling, Floats] | None:
    """A start for large problems from a sample of each side; None where the problem is small or the sample will not do."""
    import numpy as np

    if len(y) <= 4 * SAMPLE:
        return None
    sides = [np.flatnonzero(y == side) for side in (0.0, 1.0)]
    taken = [rows[:: max(1, len(rows) // SAMPLE)] for rows in sides]
    rows = np.sort(np.concatenate(taken))
    part, outcome = x[rows], y[rows]
    try:
        scaling = scaling_of(part, names)
        share = float(outcome.mean())
        begin = np.concatenate([[math.log(share / (1 - share))], np.zeros(x.shape[1])])
        beta, _ = newton(part, outcome, names, scaling, begin, what)
    except BadInput:
        return None
    kept = [len(some) / len(every) for some, every in zip(taken, sides, strict=True)]
    beta[0] += math.log(kept[0] / kept[1])
    return scaling, beta


def scaling_of(x: Floats, names: tuple[str, ...]) -> Scaling:
    """Means and standard deviations of the columns; refuses one that does not vary."""
    import numpy as np

    centre, scale = x.mean(axis=0), x.std(axis=0)
    still = scale <= 1e-12 * np.maximum(1.0, np.abs(centre))
    if still.any():
        raise bad(
            "covariate is the same for everyone", column=names[int(still.argmax())], do="Leave it out of the study."
        )
    return Scaling(centre, scale)


def newton(
    x: Floats, y: Floats, names: tuple[str, ...], scaling: Scaling, beta: Floats, what: str
) -> tuple[Floats, Floats]:
    """Newton's method from `beta` (standardised scale, intercept first): the maximum and the information there."""
    import numpy as np

    beta = beta.copy()
    for turn in range(STEPS):
        gradient, information = derivatives(x, y, scaling, beta)
        flat = flattest(information)
        if flat is not None and turn == 0:
            raise bad("a covariate repeats others", column=names[flat], do="Leave it out, or join its levels.")
        step = np.linalg.lstsq(information, gradient, rcond=None)[0]
        beta += step
        if flat is not None or not np.isfinite(beta).all() or np.abs(beta).max() > FURTHEST:
            raise bad(
                f"a covariate separates {what}: the model has no finite estimate",
                column=names[int(np.nan_to_num(np.abs(beta[1:]), nan=np.inf).argmax())],
                do="Leave it out, or join its levels.",
            )
        if np.abs(step).max(initial=0.0) < SETTLED:
            return beta, information
    raise bad("the logistic model did not settle", do="Use fewer covariates.")


def derivatives(x: Floats, y: Floats, scaling: Scaling, beta: Floats) -> tuple[Floats, Floats]:
    """Gradient of the log likelihood and information at `beta`, summed over blocks of rows."""
    import numpy as np

    k = len(beta)
    gradient, information = np.zeros(k), np.zeros((k, k))
    z = np.ones((min(BLOCK, len(y)), k))
    over = 1.0 / scaling.scale
    for first in range(0, len(y), BLOCK):
        rows = x[first : first + BLOCK]
        block = z[: len(rows)]
        np.subtract(rows, scaling.centre, out=block[:, 1:])
        block[:, 1:] *= over
        p = expit(block @ beta)
        gradient += (y[first : first + BLOCK] - p) @ block
        information += (block * (p * (1 - p))[:, None]).T @ block
    return gradient, information


def flattest(information: Floats) -> int | None:
    """The column along which the likelihood is flat, if there is one: the smallest eigenvalue of the scaled information
    is nil.

    Before the first step that is a column which is a sum of others; later on, one that separates. Of the columns that
    take part the last is named, so that what was asked for first is kept.
    """
    import numpy as np

    size = np.sqrt(np.diag(information))
    if not size.min() > 0:
        return int(np.nan_to_num(size[1:]).argmin())
    values, vectors = np.linalg.eigh(information / np.outer(size, size))
    if values[0] >= 1e-10:
        return None
    part = np.abs(vectors[1:, 0])
    return int(np.flatnonzero(part > 0.1 * part.max())[-1])


def expit(z: Floats) -> Floats:
    """The logistic function, safe for large arguments."""
    from scipy.special import expit as logistic

    result: Floats = logistic(z)
    return result
