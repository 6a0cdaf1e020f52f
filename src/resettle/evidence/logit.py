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
# Steps longer than this (in standardised units) are looked at before they are taken.
LONG = 1.0
# Sums over rows are made block by block: this many products at a time stay in the processor's cache, and are too few for
# the linear algebra library to share them out between threads, which costs more than it saves.
PRODUCTS = 400_000
# Columns whose mean is further from nought than this many standard deviations are centred before their products are summed.
FAR = 1e3
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
        step = np.linalg.lstsq(information, gradient, rcond=None)[0].astype(np.float64, copy=False)
        if np.abs(step).max(initial=0.0) > LONG:
            step = shortened(x, y, scaling, beta, step)
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


def shortened(x: Floats, y: Floats, scaling: Scaling, beta: Floats, step: Floats) -> Floats:
    """A long step, halved until the likelihood rises: far from the maximum Newton's method can leap over it."""
    now = height(x, y, scaling, beta)
    for _ in range(30):
        if height(x, y, scaling, beta + step) > now:
            break
        step = step / 2
    return step


def height(x: Floats, y: Floats, scaling: Scaling, beta: Floats) -> float:
    """The log likelihood at `beta`."""
    import numpy as np

    slopes = beta[1:] / scaling.scale
    lean = x @ slopes + (beta[0] - slopes @ scaling.centre)
    return float(lean @ y - np.logaddexp(0.0, lean).sum())


def derivatives(x: Floats, y: Floats, scaling: Scaling, beta: Floats) -> tuple[Floats, Floats]:
    """Gradient of the log likelihood and information at `beta`, on standardised columns.

    The sums are made of the columns as they are and standardised afterwards, which spares a copy of them; columns too far
    from nought for that are centred block by block.
    """
    import numpy as np

    slopes = beta[1:] / scaling.scale
    far = np.abs(scaling.centre) > FAR * scaling.scale
    shift = np.where(far, scaling.centre, 0.0) if far.any() else None
    centre = np.where(far, 0.0, scaling.centre)
    gradient, information = sums(x, y, float(beta[0] - slopes @ centre), slopes, shift)
    back = np.diag(np.concatenate([[1.0], 1.0 / scaling.scale]))
    back[1:, 0] = -centre / scaling.scale
    return back @ gradient, back @ information @ back.T


def sums(x: Floats, y: Floats, intercept: float, slopes: Floats, shift: Floats | None) -> tuple[Floats, Floats]:
    """Gradient and information for an intercept and the columns of `x` (less `shift`, where there is one)."""
    import numpy as np

    k = len(slopes)
    gradient, information = np.zeros(k + 1), np.zeros((k + 1, k + 1))
    size = max(64, PRODUCTS // (k + 1) ** 2)
    for first in range(0, len(y), size):
        rows = x[first : first + size]
        if shift is not None:
            rows = rows - shift
        p = expit(rows @ slopes + intercept)
        rest = y[first : first + size] - p
        root = np.sqrt(p * (1 - p))
        leaned = rows * root[:, None]
        gradient[0] += rest.sum()
        gradient[1:] += rest @ rows
        information[0, 0] += root @ root
        information[0, 1:] += root @ leaned
        information[1:, 1:] += leaned.T @ leaned
    information[1:, 0] = information[0, 1:]
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
