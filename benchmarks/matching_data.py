"""The people of the matching benchmark: 5,000 treated and a pool of others, 20 covariates, a 0/1 outcome, from a fixed seed.

Covariates: ten standard normal, six 0/1 (shares .1, .2, .3, .4, .5, .85), four counts (Poisson with means 1, 3, 8, .3). The
treated are the first 5,000 of 60,000 people drawn, each taken with a probability that is logistic in the covariates. The
outcome has a probability that is logistic in them too; having been treated takes 5 points off it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

SEED = 20260101
EFFECT = -0.05
DRAWN, TREATED = 60_000, 5_000
SHARES, MEANS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.85), (1, 3, 8, 0.3)
TAKES_PART = np.r_[np.linspace(0.25, -0.2, 10), 0.3, -0.2, 0.15, 0.1, -0.1, 0.2, 0.08, 0.05, -0.02, 0.15]
REOFFENDS = np.r_[np.linspace(0.3, -0.1, 10), 0.4, -0.1, 0.1, 0.0, 0.2, 0.35, 0.1, 0.06, 0.01, 0.2]


@dataclass(frozen=True)
class Size:
    """How many others there are, and of how many drawn the treated are the first."""

    name: str
    pool: int
    drawn: int = DRAWN
    treated: int = TREATED


SIZES = {
    "small": Size("small", 3_000, 6_000, 300),
    "50k": Size("50k", 50_000),
    "500k": Size("500k", 500_000),
}


class People(NamedTuple):
    """Covariates (n x 20), who was treated, the outcome, and the true effect on the treated."""

    x: np.ndarray
    treated: np.ndarray
    outcome: np.ndarray
    truth: float


def covariates(random: np.random.Generator, n: int) -> np.ndarray:
    """Draw the covariates of `n` people."""
    columns = [random.standard_normal((n, 10)), *(random.random(n) < share for share in SHARES)]
    columns += [random.poisson(mean, n) for mean in MEANS]
    return np.column_stack(columns).astype(float)


def logistic(z: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-z))


def draw(size: Size) -> People:
    """Draw the people of this size, in mixed order."""
    random = np.random.default_rng(SEED)
    others, drawn = covariates(random, size.pool), covariates(random, size.drawn)
    lean = drawn @ TAKES_PART
    taken = np.flatnonzero(random.random(size.drawn) < logistic(lean - lean.mean() - 1.2))[: size.treated]
    x = np.vstack([drawn[taken], others])
    treated = np.arange(len(x)) < len(taken)
    lean = x @ REOFFENDS
    without = logistic(lean - lean.mean() - 0.6)
    with_it = np.clip(without + EFFECT, 0.001, 0.999)
    outcome = random.random(len(x)) < np.where(treated, with_it, without)
    order = random.permutation(len(x))
    truth = float((with_it - without)[treated].mean())
    return People(x[order], treated[order], outcome[order].astype(float), truth)


def make_people(size: Size, folder: Path) -> Path:
    """A file of these people, drawn if it is not there yet: plain numbers, row by row, that Python and R read alike.

    22 numbers a person: treated, outcome, and the covariates.
    """
    file = folder / f"matching-{size.name}.f64"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        people = draw(size)
        part = file.with_suffix(".part")
        np.column_stack([people.treated, people.outcome, people.x]).astype("<f8").tofile(part)
        part.rename(file)
    return file


def read_people(file: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Covariates, who was treated, and the outcome."""
    rows = np.fromfile(file, "<f8").reshape(-1, 22)
    return np.ascontiguousarray(rows[:, 2:]), rows[:, 0], rows[:, 1].copy()
