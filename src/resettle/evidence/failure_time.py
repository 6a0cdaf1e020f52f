"""Accelerated failure time: log-normal and Weibull models of the time to the first event, by maximum likelihood."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from resettle.errors import bad

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

    Pieces = tuple[Floats, Floats, Floats]

STEPS, FAR, FURTHEST = 200, 3.0, 30.0
"""Steps at most; and how many spreads of the error one of a covariate may move the logarithm of the time before it is taken to
separate: `FAR` where the steps do not settle, `FURTHEST` in any case."""
Distribution = Literal["log_normal", "weibull"]
NAMES: dict[Distribution, str] = {"log_normal": "log-normal", "weibull": "Weibull"}


@dataclass(frozen=True)
class FailureTime:
    """A fitted model: log(time) = x beta + sigma * error.

    `beta` has the constant first; `covariance` is of beta and log sigma, from the observed information, `robust` the same from
    the sandwich over persons; `log_likelihood` is that of the times themselves.
    """

    beta: Floats
    sigma: float
    covariance: Floats
    robust: Floats
    log_likelihood: float


def failure_time(
    time: Floats,
    event: Floats,
    x: Floats,
    names: tuple[str, ...],
    distribution: Distribution,
    person: Ints | None = None,
) -> FailureTime:
    """Maximum likelihood with right-censored times (event 0), by Newton's method with halved steps.

    Raises `BadInput` for a time of nil or less, where nobody had the event, or where a covariate is the same for everyone,
    repeats others or separates those with the event.
    """
    import numpy as np

    check_times(time, event)
    scale = x.std(axis=0)
    if (still := scale <= 1e-12 * np.maximum(1.0, np.abs(x.mean(axis=0)))).any():
        raise bad(
            "covariate is the same for everyone", column=names[int(still.argmax())], do="Leave it out of the study."
        )
    centre = x.mean(axis=0)
    z = np.column_stack([np.ones(len(time)), (x - centre) / scale])
    if np.linalg.matrix_rank(z) < z.shape[1]:
        raise bad("a covariate repeats others", column=names[repeated(z)], do="Leave it out, or join its levels.")
    logs = np.log(time)
    at = np.zeros(z.shape[1] + 1)
    at[0], at[-1] = logs.mean(), math.log(max(float(logs.std()), 0.1))
    at, information, each = settle(logs, event, z, at, PIECES[distribution], names)
    inverse = np.linalg.inv(information)
    moved = each @ inverse
    if person is not None:
        moved = np.column_stack([np.bincount(person, column) for column in moved.T])
    back = np.diag(np.concatenate([[1.0], 1 / scale, [1.0]]))
    back[0, 1:-1] = -centre / scale
    found = value(logs, event, z, at, PIECES[distribution]) - float((logs * event).sum())
    return FailureTime(
        (back @ at)[:-1], math.exp(at[-1]), back @ inverse @ back.T, back @ moved.T @ moved @ back.T, found
    )


def check_times(time: Floats, event: Floats) -> None:
    """Refuse times that cannot be, and data without an event."""
    if (wrong := ~(time > 0)).any():
        at = int(wrong.argmax())
        raise bad("a time must be longer than nil", row=at + 1, value=time[at], do="Check the dates.")
    if not event.any():
        raise bad("nobody had the event: there is nothing to model", do="Choose another clock, or more people.")


def repeated(z: Floats) -> int:
    """The last column that is a sum of those before it, not counting the constant."""
    import numpy as np

    return max(
        i - 1 for i in range(1, z.shape[1]) if np.linalg.matrix_rank(z[:, : i + 1]) <= np.linalg.matrix_rank(z[:, :i])
    )


def settle(
    logs: Floats,
    event: Floats,
    z: Floats,
    at: Floats,
    pieces: Callable[[Floats, Floats], Pieces],
    names: tuple[str, ...],
) -> tuple[Floats, Floats, Floats]:
    """Newton's method: the maximum, the information there, and each row's gradient."""
    import numpy as np

    now = value(logs, event, z, at, pieces)
    for _ in range(STEPS):
        each, information = slopes(logs, event, z, at, pieces)
        step = climb(information, each.sum(axis=0))
        while (higher := value(logs, event, z, at + step, pieces)) < now - 1e-10 * abs(now) or not math.isfinite(
            higher
        ):
            step = step / 2
            if np.abs(step).max() < 1e-14:
                break
        at, now = at + step, higher
        if np.abs(at[1:-1]).max(initial=0.0) > FURTHEST * math.exp(at[-1]):
            break
        if np.abs(step).max() < 1e-9:
            each, information = slopes(logs, event, z, at, pieces)
            return at, information, each
    far = np.abs(at[1:-1]) / math.exp(at[-1])
    if far.max(initial=0.0) > FAR:
        raise bad(
            "a covariate separates those with the event: the model has no finite estimate",
            column=names[int(far.argmax())],
            do="Leave it out, or join its levels.",
        )
    raise bad("the model of the time did not settle", do="Use fewer covariates, or the other distribution.")


def climb(information: Floats, gradient: Floats) -> Floats:
    """A Newton step; where the surface bends the wrong way, one along the bends turned round."""
    import numpy as np

    values, vectors = np.linalg.eigh(information)
    size = np.maximum(np.abs(values), 1e-8 * np.abs(values).max())
    result: Floats = vectors @ ((vectors.T @ gradient) / size)
    return result


def value(logs: Floats, event: Floats, z: Floats, at: Floats, pieces: Callable[[Floats, Floats], Pieces]) -> float:
    """The log likelihood of the logarithms of the times."""
    import numpy as np

    with np.errstate(over="ignore", invalid="ignore"):
        rest = (logs - z @ at[:-1]) / np.exp(at[-1])
        return float(pieces(rest, event)[0].sum() - at[-1] * event.sum())


def slopes(
    logs: Floats, event: Floats, z: Floats, at: Floats, pieces: Callable[[Floats, Floats], Pieces]
) -> tuple[Floats, Floats]:
    """Each row's gradient in beta and log sigma, and the observed information."""
    import numpy as np

    sigma = math.exp(at[-1])
    rest = (logs - z @ at[:-1]) / sigma
    _, first, second = pieces(rest, event)
    each = np.column_stack([-z * (first / sigma)[:, None], -rest * first - event])
    between = z.T @ (first + rest * second) / sigma
    k = z.shape[1]
    bend = np.empty((k + 1, k + 1))
    bend[:k, :k] = (z * second[:, None]).T @ z / sigma**2
    bend[:k, k] = bend[k, :k] = between
    bend[k, k] = float((rest * first + rest**2 * second).sum())
    return each, -bend


def log_normal(rest: Floats, event: Floats) -> Pieces:
    """Log density (event) or log survival (none) of a standard normal, with both derivatives."""
    import numpy as np
    from scipy.special import log_ndtr

    density = -0.5 * rest**2 - 0.5 * math.log(2 * math.pi)
    survival = log_ndtr(-rest)
    hazard = np.exp(density - survival)
    some = event > 0
    return (
        np.where(some, density, survival),
        np.where(some, -rest, -hazard),
        np.where(some, -1.0, -hazard * (hazard - rest)),
    )


def weibull(rest: Floats, event: Floats) -> Pieces:
    """The same of the smallest extreme value, which is the logarithm of a Weibull time."""
    import numpy as np

    grown = np.exp(rest)
    return event * rest - grown, event - grown, -grown


PIECES: dict[Distribution, Callable[[Floats, Floats], Pieces]] = {"log_normal": log_normal, "weibull": weibull}
