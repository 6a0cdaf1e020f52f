"""Second index events: who has one, when, and what is then known of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from resettle.area.generate import shapes
from resettle.area.generate.draw import Dates, Ints, between, days, months_after
from resettle.area.generate.profile import YEAR, Profile, changed_needs, kinds

FIRST_DAY = np.datetime64("2022-01-01")
LAST_DAY = np.datetime64("2023-12-31")
EXTRACT_DAY = np.datetime64("2025-09-30")  # later than 18 months after the last index event
SHORTEST_GAP = 60


@dataclass(frozen=True)
class Again:
    """One row for each second index event: the row of the first, days since the end of its follow-up, and the profile."""

    first: Ints
    gap: Ints
    profile: Profile


def draw_again(rng: np.random.Generator, first: Profile, date: Dates, reoffences: Ints) -> Again:
    """A second index event for some people, at least 60 days after the follow-up of the first, of the same kind as the first.

    Whoever was released from more than a year of custody has none.
    """
    shape = shapes.disposals().again
    room = days(LAST_DAY - months_after(date, 12))
    chance = np.where(reoffences > 0, shape.after_reoffending, shape.otherwise)
    who = np.flatnonzero(
        (rng.random(len(first)) < chance) & (room >= SHORTEST_GAP) & ~np.isin(first.cell, long_cells())
    )
    gap = between(rng, SHORTEST_GAP, room[who])
    elapsed = gap + days(months_after(date, 12) - date)[who]
    return Again(who, gap, later_profile(rng, first.rows(who), gap, elapsed, reoffences[who]))


def long_cells() -> list[int]:
    """Cells of custody of a year and more."""
    cells = shapes.disposals().cells.values()
    return [k for k, c in enumerate(cells) if c.kind == "custody" and c.group == "order"]


def later_profile(rng: np.random.Generator, old: Profile, gap: Ints, elapsed: Ints, reoffences: Ints) -> Profile:
    """Profiles at second index events: older, with the convictions in between, needs reassessed.

    A second release is from a sentence of up to six months that fits into the time since the follow-up of the first.
    """
    custody = old.kind == 0
    cell = np.where(custody, list(shapes.disposals().cells).index("custody_6"), old.cell)
    served = np.where(custody, np.minimum(between(rng, 7, 91, len(old)), gap - 30), 0)
    return Profile(
        cell=cell,
        kind=kinds()[cell],
        female=old.female,
        age=(np.round(old.age * YEAR) + elapsed) / YEAR,
        previous=old.previous + 1 + reoffences,
        needs=changed_needs(rng, old.needs),
        sentence=np.where(custody, served * 2, old.sentence),
        served=served,
    )
