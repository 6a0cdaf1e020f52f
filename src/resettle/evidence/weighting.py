"""Weights that make a comparison group like the people treated: odds of the score, and entropy balancing.

Nothing here is given an outcome.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from resettle.errors import bad

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

STEPS = 200
CLOSE = 1e-9
FURTHEST = 1e3


def odds_weights(score: Floats, treated: Bools) -> Floats:
    """Weights for the effect on the treated: 1 for them, the odds of being treated for the others.

    `score` is the log odds. The weights of the comparison are scaled to add up to the number treated (Hájek).
    """
    import numpy as np

    weights = np.ones(len(score))
    others = score[~treated]
    odds = np.exp(others - others.max())
    weights[~treated] = odds * (treated.sum() / odds.sum())
    return weights


def inside(score: Floats, most: float) -> Bools:
    """Whom trimming keeps: people whose probability of being treated is not above `most`, on both sides.

    Above it hardly anybody was untreated, and the few who were would carry most of the weight (Crump and others 2009).
    """
    import numpy as np

    result: Bools = score <= np.log(most / (1 - most))
    return result


def entropy_balance(x: Floats, treated: Bools, names: tuple[str, ...]) -> Floats:
    """Weights closest to equal that give the comparison the treated people's mean of every column of `x`, to 1e-8.

    Newton's method on the dual problem (Hainmueller 2012), with means in standard deviations of the column. Weights are
    1 for the treated; those of the comparison add up to the number treated. Raises `BadInput` where no weights can do
    it: the treated are outside what the comparison holds.
    """
    import numpy as np

    others = x[~treated]
    scale = x.std(axis=0)
    z = (others - x[treated].mean(axis=0)) / np.where(scale > 0, scale, 1.0)
    slope = np.zeros(x.shape[1])
    height, share = dual(z, slope)
    for _ in range(STEPS):
        gap = share @ z
        if np.abs(gap).max(initial=0.0) < CLOSE:
            break
        information = (z * share[:, None]).T @ z - np.outer(gap, gap)
        slope, height, share = downhill(z, slope, height, np.linalg.lstsq(information, gap, rcond=1e-12)[0], gap)
        if np.abs(slope).max() > FURTHEST:
            break
    if np.abs(gap := share @ z).max(initial=0.0) > 10 * CLOSE:
        raise bad(
            "no weights can make the comparison like the people treated",
            column=names[int(np.abs(gap).argmax())],
            do="Leave the covariate out, join its levels, or widen the comparison.",
        )
    weights = np.ones(len(treated))
    weights[~treated] = share * treated.sum()
    return weights


def dual(z: Floats, slope: Floats) -> tuple[float, Floats]:
    """The dual (log of the summed exponentials) and the weights it implies, which add up to 1."""
    import numpy as np

    lean = z @ slope
    top = lean.max()
    raised = np.exp(lean - top)
    total = raised.sum()
    return float(top + np.log(total)), raised / total


def downhill(z: Floats, slope: Floats, height: float, step: Floats, gap: Floats) -> tuple[Floats, float, Floats]:
    """A Newton step, halved until the dual falls enough (Armijo); near the bottom, where it can fall no more, as it is."""
    size, promised = 1.0, float(gap @ step)
    for _ in range(40):
        lower, share = dual(z, slope - size * step)
        if lower <= height - 1e-4 * size * promised + 1e-13 * abs(height):
            break
        size /= 2
    return slope - size * step, lower, share
