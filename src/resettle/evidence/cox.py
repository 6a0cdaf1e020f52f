"""Cox regression in counting-process form: partial likelihood with Efron's treatment of ties, and proportionality."""

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

STEPS, FURTHEST = 50, 30.0


@dataclass(frozen=True)
class Spells:
    """Stretches of time at risk: each row is followed after `start` up to and on `stop`, where `event` (0 or 1) says
    whether the event came. Rows of one person, for covariates that change, share a number in `person`."""

    start: Floats
    stop: Floats
    event: Floats
    x: Floats
    person: Ints


@dataclass(frozen=True)
class Cox:
    """A fitted model: log hazard ratios, their covariance from the information, the log partial likelihood without and
    with the covariates, and the score statistic at nil."""

    beta: Floats
    covariance: Floats
    null: float
    log_likelihood: float
    score: float

    @property
    def likelihood_ratio(self) -> float:
        """Twice the gain in log likelihood: chi-squared on as many degrees of freedom as covariates."""
        return 2 * (self.log_likelihood - self.null)


@dataclass(frozen=True)
class Sums:
    """Sums over those at risk at each time with events, one entry for each pair of (time, place among its ties).

    `place` points to the time, `part` is Efron's fraction of the tied that is taken off; `total` and `mean` are the weighted
    number at risk and their mean covariates; `spread` the summed variance of the covariates at each time.
    """

    times: Floats
    first: Ints
    last: Ints
    at: Ints
    place: Ints
    part: Floats
    total: Floats
    mean: Floats
    spread: Floats


def risk_sums(spells: Spells, beta: Floats) -> Sums:
    """The sums at one value of the coefficients."""
    import numpy as np

    happened = spells.event > 0
    times, at = np.unique(spells.stop[happened], return_inverse=True)
    first = np.searchsorted(times, spells.start, side="right")
    last = np.searchsorted(times, spells.stop, side="right") - 1
    risk = np.exp(spells.x @ beta)
    n, k = len(times), spells.x.shape[1]
    deaths = np.bincount(at, minlength=n)
    place = np.repeat(np.arange(n), deaths)
    rank = np.arange(len(place)) - np.repeat(np.cumsum(deaths) - deaths, deaths)
    part = rank / deaths[place]

    late = bool(first.any())

    def at_risk(values: Floats) -> Floats:
        ended = np.bincount(last + 1, values, n + 1)[: n + 1]
        begun = np.bincount(first, values, n + 1)[: n + 1] if late else np.concatenate([[values.sum()], np.zeros(n)])
        result: Floats = np.cumsum(begun - ended)[:n]
        return result

    def tied(values: Floats) -> Floats:
        return np.bincount(at, values[happened], n).astype(np.float64)

    total = at_risk(risk)[place] - part * tied(risk)[place]
    first_moments = [risk * column for column in spells.x.T]
    mean = np.column_stack(
        [(at_risk(moment)[place] - part * tied(moment)[place]) / total for moment in first_moments]
        or [np.zeros((len(place), 0))]
    )
    spread = np.zeros((n, k, k))
    weight, taken = np.bincount(place, 1 / total, n), np.bincount(place, part / total, n)
    for i in range(k):
        for j in range(i + 1):
            square = first_moments[i] * spells.x[:, j]
            joined = weight * at_risk(square) - taken * tied(square)
            spread[:, i, j] = spread[:, j, i] = joined - np.bincount(place, mean[:, i] * mean[:, j], n)
    return Sums(times, first, last, at, place, part, total, mean, spread)


def height(spells: Spells, beta: Floats, sums: Sums) -> float:
    """The log partial likelihood (Efron 1977)."""
    import numpy as np

    return float((spells.x @ beta) @ spells.event - np.log(sums.total).sum())


def cox(spells: Spells, names: tuple[str, ...]) -> Cox:
    """Maximum partial likelihood by Newton's method on centred, scaled covariates.

    Raises `BadInput` where nobody had the event, a covariate does not vary, repeats others, or separates those with the
    event (its coefficient has no bound).
    """
    import numpy as np

    check_spells(spells)
    centre, scale = spells.x.mean(axis=0), spells.x.std(axis=0)
    if (still := scale <= 1e-12 * np.maximum(1.0, np.abs(centre))).any():
        raise bad(
            "covariate is the same for everyone", column=names[int(still.argmax())], do="Leave it out of the study."
        )
    own = Spells(spells.start, spells.stop, spells.event, (spells.x - centre) / scale, spells.person)
    beta = np.zeros(len(scale))
    sums = risk_sums(own, beta)
    null = now = height(own, beta, sums)
    score = 0.0
    for turn in range(STEPS):
        gradient = own.x.T @ own.event - sums.mean.sum(axis=0)
        information = sums.spread.sum(axis=0)
        if np.linalg.cond(information) > 1e12:
            raise flat(information, names, turn)
        step = np.linalg.solve(information, gradient)
        if turn == 0:
            score = float(gradient @ step)
        beta, sums, now, step = uphill(own, beta, step, now)
        if np.abs(beta).max(initial=0.0) > FURTHEST:
            raise flat(information, names, turn=1)
        if np.abs(step).max(initial=0.0) < 1e-9:
            covariance = np.linalg.inv(sums.spread.sum(axis=0)) / np.outer(scale, scale)
            return Cox(beta / scale, covariance, null, now, score)
    raise bad("the Cox model did not settle", do="Use fewer covariates.")


def uphill(spells: Spells, beta: Floats, step: Floats, now: float) -> tuple[Floats, Sums, float, Floats]:
    """A Newton step, halved until the likelihood does not fall."""
    for _ in range(30):
        sums = risk_sums(spells, beta + step)
        higher = height(spells, beta + step, sums)
        if higher >= now - 1e-9 * abs(now):
            break
        step = step / 2
    return beta + step, sums, higher, step


def flat(information: Floats, names: tuple[str, ...], turn: int) -> Exception:
    """Along which covariate the likelihood is flat: before the first step it repeats others, later it separates."""
    import numpy as np

    if (still := np.diag(information) <= 1e-12).any():
        return bad(
            "of those at risk when an event came, nobody differed on a covariate",
            column=names[int(still.argmax())],
            do="Leave it out, or follow people for longer.",
        )
    vectors = np.linalg.eigh(information)[1]
    part = np.abs(vectors[:, 0])
    name = names[int(np.flatnonzero(part > 0.1 * part.max())[-1])]
    if turn == 0:
        return bad("a covariate repeats others", column=name, do="Leave it out, or join its levels.")
    return bad(
        "a covariate separates those with the event: the model has no finite estimate",
        column=name,
        do="Leave it out, or join its levels.",
    )


def check_spells(spells: Spells) -> None:
    """Refuse time that ends before it starts, and data without an event."""
    import numpy as np

    wrong = ~(spells.stop > spells.start) | ~np.isfinite(spells.x).all(axis=1)
    if wrong.any():
        at = int(wrong.argmax())
        raise bad(
            "a stretch of time does not end after it starts, or lacks a covariate", row=at + 1,
            value=f"{spells.start[at]:g} to {spells.stop[at]:g}", do="Check the dates.",
        )  # fmt: skip
    if not spells.event.any():
        raise bad("nobody had the event: there is nothing to model", do="Choose another clock, or more people.")


def score_residuals(spells: Spells, fit: Cox) -> Floats:
    """How far each row moves the gradient (rows x covariates): they add up to nil (Lin and Wei 1989, with Efron's ties)."""
    import numpy as np

    sums = risk_sums(spells, fit.beta)
    n, risk = len(sums.times), np.exp(spells.x @ fit.beta)
    hazard = 1 / sums.total
    later = 1 - sums.part

    def summed(weights: Floats) -> tuple[Floats, Floats]:
        plain = np.bincount(sums.place, weights, n).astype(np.float64)
        return plain, np.column_stack([np.bincount(sums.place, weights * column, n) for column in sums.mean.T])

    every, every_mean = summed(hazard)
    so_far = np.concatenate([[0.0], np.cumsum(every)])
    so_far_mean = np.vstack([np.zeros(spells.x.shape[1]), np.cumsum(every_mean, axis=0)])
    high = sums.last + 1
    rest: Floats = -risk[:, None] * (
        spells.x * (so_far[high] - so_far[sums.first])[:, None] - (so_far_mean[high] - so_far_mean[sums.first])
    )
    happened = np.flatnonzero(spells.event > 0)
    own, own_mean = summed(hazard * later)
    ties = np.bincount(sums.place, minlength=n)
    at, x, r = sums.at, spells.x[happened], risk[happened, None]
    centre = np.column_stack([np.bincount(sums.place, column, n) for column in sums.mean.T]) / ties[:, None]
    rest[happened] += r * (x * (every - own)[at][:, None] - (every_mean - own_mean)[at]) + x - centre[at]
    return rest


def robust_covariance(spells: Spells, fit: Cox) -> Floats:
    """The sandwich over persons: holds if rows of a person go together, or hazards are not proportional."""
    import numpy as np

    moved = score_residuals(spells, fit) @ fit.covariance
    summed = np.column_stack([np.bincount(spells.person, column).astype(np.float64) for column in moved.T])
    result: Floats = summed.T @ summed
    return result


def proportionality(spells: Spells, fit: Cox) -> tuple[Floats, float]:
    """Whether hazard ratios change over time: chi-squared of each covariate (1 degree of freedom), and of all together.

    The score test of a product of each covariate with the share who had the event before (Grambsch and Therneau 1994, in the
    exact form of Therneau's survival 3): based on Schoenfeld's residuals.
    """
    import numpy as np

    sums = risk_sums(spells, fit.beta)
    moment = before_each(spells, sums)
    moment = moment - np.repeat(moment, np.bincount(sums.place)).mean()
    events = np.column_stack([np.bincount(sums.at, column[spells.event > 0], len(moment)) for column in spells.x.T])
    means = np.column_stack([np.bincount(sums.place, column, len(moment)) for column in sums.mean.T])
    gradient = moment @ (events - means)
    own = np.tensordot(moment**2, sums.spread, 1)
    cross = np.tensordot(moment, sums.spread, 1)
    rest = own - cross @ fit.covariance @ cross
    left = np.diag(rest)
    each = np.where(left > 0, gradient**2 / np.where(left > 0, left, 1.0), 0.0)
    return each, float(gradient @ np.linalg.pinv(rest) @ gradient)


def before_each(spells: Spells, sums: Sums) -> Floats:
    """1 less Kaplan and Meier's survival just before each time with events."""
    import numpy as np

    n = len(sums.times)
    steps = np.bincount(sums.first, minlength=n + 1)[: n + 1] - np.bincount(sums.last + 1, minlength=n + 1)[: n + 1]
    at_risk = np.cumsum(steps)[:n]
    survival = np.cumprod(1 - np.bincount(sums.at, minlength=n) / at_risk)
    result: Floats = 1 - np.concatenate([[1.0], survival[:-1]])
    return result


def chance(statistic: float, freedom: int) -> float:
    """The p value of a chi-squared statistic."""
    from scipy.stats import chi2

    return float(chi2.sf(statistic, freedom)) if math.isfinite(statistic) else math.nan
