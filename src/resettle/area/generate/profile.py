"""What can be observed of people at an index event: disposal, sentence, sex, age, previous convictions and needs."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from statistics import NormalDist

import numpy as np

from resettle.area.generate import shapes
from resettle.area.generate.draw import Flags, Floats, Ints, between, pick

YEAR = 365.25


@dataclass(frozen=True)
class Profile:
    """One row for each index event.

    `cell` numbers the disposals of `shapes/disposals.toml`, `kind` their kinds; `age` is in years at the index date;
    `sentence` and `served` are days (sentence -1: none; served 0: not released from custody); `needs` has a column for each of
    the eight areas.
    """

    cell: Ints
    kind: Ints
    female: Flags
    age: Floats
    previous: Ints
    needs: Ints
    sentence: Ints
    served: Ints

    def __len__(self) -> int:
        return len(self.cell)

    def rows(self, which: Ints) -> Profile:
        """Some of the rows."""
        return Profile(**{f.name: getattr(self, f.name)[which] for f in fields(self)})


def draw_profile(rng: np.random.Generator, cell: Ints) -> Profile:
    """Profiles for given cells. `age` is a whole number of days, expressed in years."""
    n = len(cell)
    kind = kinds()[cell]
    female = rng.random(n) < np.array([shapes.people().female[k] for k in shapes.KINDS])[kind]
    general = rng.standard_normal(n)
    sentence = draw_sentence(rng, cell)
    served = np.where(kind == 0, (sentence + 1) // 2, 0)
    sentenced = draw_age(rng, n)
    return Profile(
        cell=cell,
        kind=kind,
        female=female,
        age=(np.floor(sentenced * YEAR) + served) / YEAR,
        previous=draw_previous(rng, cell, female, sentenced, general),
        needs=draw_needs(rng, kind, general),
        sentence=sentence,
        served=served,
    )


@cache
def kinds() -> Ints:
    """The kind (0 custody, 1 order, 2 other) of each cell."""
    return np.array([shapes.KINDS.index(c.kind) for c in shapes.disposals().cells.values()])


def draw_age(rng: np.random.Generator, n: int) -> Floats:
    """Age in years when sentenced: a band, then evenly within it."""
    bands = shapes.people().ages
    band = pick(rng, (b.share for b in bands), n)
    low = np.array([b.start for b in bands])[band]
    return np.asarray(low + rng.random(n) * (np.array([b.end for b in bands])[band] - low))


def draw_sentence(rng: np.random.Generator, cell: Ints) -> Ints:
    """Length of sentence in days, shorter ones more often within a band; -1 where the disposal has none."""
    ranges = np.array([c.days or (-1, -1) for c in shapes.disposals().cells.values()])[cell]
    low, high = ranges[:, 0], ranges[:, 1]
    return np.asarray(low + np.floor(rng.random(len(cell)) ** 1.5 * (high - low + 1)).astype(np.int64) * (low > 0))


def draw_previous(rng: np.random.Generator, cell: Ints, female: Flags, age: Floats, general: Floats) -> Ints:
    """Previous convictions: more with age up to 35, with general need, and in cells of custody; fewer for women."""
    shape = shapes.disposals().previous
    mean = cell_previous()[cell] * grown(age) * np.where(female, shape.women, 1.0)
    mean = mean * np.exp(shape.need * general - shape.need**2 / 2)
    varied = rng.gamma(shape.shape, mean / shape.shape)
    return np.asarray(np.minimum(rng.poisson(varied), shape.most), np.int64)


def grown(age: Floats) -> Floats:
    """How much of a full record people of an age have had time for."""
    young = shapes.disposals().previous.young
    return np.asarray(young + (1 - young) * np.clip((age - 18) / 17, 0, 1))


@cache
def cell_previous() -> Floats:
    """Mean previous convictions in each cell of a man of 35, such that the mean over its people is the stated one."""
    bands = shapes.people().ages
    within = [grown(np.linspace(b.start, b.end, 501)).mean() for b in bands]
    by_age = float(np.average(within, weights=[b.share for b in bands]))
    women = shapes.disposals().previous.women
    cells = shapes.disposals().cells.values()
    return np.array([c.previous / by_age / (1 - (1 - women) * shapes.people().female[c.kind]) for c in cells])


def draw_needs(rng: np.random.Generator, kind: Ints, general: Floats) -> Ints:
    """Scores of the eight areas, 0 to 2, which hang together through the general need."""
    shape = shapes.needs()
    own = rng.standard_normal((len(kind), len(shape.areas)))
    latent = shape.general * general[:, None] + np.sqrt(1 - shape.general**2) * own
    some, much = thresholds()[:, kind, :]
    return np.asarray((latent > some).astype(np.int64) + (latent > much), np.int64)


@cache
def thresholds() -> Floats:
    """Cut points of the latent scores: (some or much) by kind by area."""
    areas = shapes.needs().areas.values()
    shares = [[[area[kind][level] for area in areas] for kind in shapes.KINDS] for level in (0, 1)]
    normal = NormalDist()
    return np.array([[[normal.inv_cdf(1 - share) for share in row] for row in level] for level in shares])


def changed_needs(rng: np.random.Generator, needs: Ints) -> Ints:
    """Scores at a later assessment: most as before, some a point higher or lower."""
    moves = (rng.random(needs.shape) < shapes.needs().change) * (
        1 - 2 * between(rng, 0, 1, needs.size).reshape(needs.shape)
    )
    return np.asarray(np.clip(needs + moves, 0, 2))
