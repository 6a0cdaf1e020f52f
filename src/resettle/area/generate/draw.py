"""Drawing: one named random stream for each concept of each block of people, and small vectorised draws."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Dates = npt.NDArray[np.datetime64]

STREAMS = (
    "people",
    "profile",
    "events",
    "again",
    "services",
    "referrals",
    "offences",
    "noise",
    "custody",
    "plans",
    "goals",
    "ratings",
    "programmes",
    "contacts",
    "tiers",
    "money",
    "outcomes",
    "circumstances",
)


def stream(seed: int, block: int, name: str) -> np.random.Generator:
    """The random stream of one concept in one block: it depends on the seed and these two names, and on nothing else."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(block, STREAMS.index(name))))


def pick(rng: np.random.Generator, shares: Iterable[float], n: int) -> Ints:
    """`n` positions drawn in proportion to `shares`, which need not add up to one."""
    edges = np.cumsum(np.fromiter(shares, float))
    return np.searchsorted(edges[:-1] / edges[-1], rng.random(n), side="right").astype(np.int64)


def pick_rows(rng: np.random.Generator, weights: Floats) -> Ints:
    """One column for each row of `weights`, drawn in proportion to the row."""
    edges = weights.cumsum(axis=1)
    return np.asarray((rng.random(len(weights))[:, None] * edges[:, -1:] >= edges[:, :-1]).sum(axis=1), np.int64)


def between(rng: np.random.Generator, low: int | Ints, high: int | Ints, n: int | None = None) -> Ints:
    """Whole numbers from `low` to `high`, both included, element by element (`n` gives the length where both are single)."""
    return np.asarray(rng.integers(low, np.asarray(high) + 1, size=n), np.int64)


def spread(counts: Ints) -> tuple[Ints, Ints]:
    """For rows of a table below: the row above to which each belongs, and its number among its siblings (from 0)."""
    owner = np.repeat(np.arange(len(counts)), counts)
    return owner, np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)


def months_after(dates: Dates, months: int) -> Dates:
    """Same day of a later month; where that month is too short, its last day (as the clocks count)."""
    month = dates.astype("datetime64[M]")
    day = dates - month.astype("datetime64[D]")
    there = month + np.timedelta64(months, "M")
    start = there.astype("datetime64[D]")
    last = (there + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    return np.asarray(np.minimum(start + day, last))


def days(dates: npt.ArrayLike) -> Ints:
    """Differences of dates as whole numbers of days."""
    return np.asarray(dates).astype("timedelta64[D]").astype(np.int64)


def expit(x: Floats) -> Floats:
    """Probability from a logit."""
    return np.asarray(1.0 / (1.0 + np.exp(-x)))


def logit(p: npt.ArrayLike) -> Floats:
    """Logit from a probability."""
    p = np.asarray(p, float)
    return np.asarray(np.log(p) - np.log1p(-p))
