"""How people live after their last index event: spells of housing and of work."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from resettle.area.generate import shapes
from resettle.area.generate.again import EXTRACT_DAY
from resettle.area.generate.draw import Dates, Flags, Floats, Ints, between, pick, pick_rows
from resettle.area.generate.events import Block

WORK = ("unemployed", "employed", "self_employed")
NEVER = np.datetime64("NaT", "D")


class Housing(shapes.Shape):
    """Where people live: codes, chances of the first by score of the need, moves, mean days of a stay, and what comes next."""

    codes: list[str]
    first: list[list[float]]
    moves: float
    stays: float
    next: list[float]


class Work(shapes.Shape):
    """Who finds work, by score of the need, after how many days, whether it ends and after how many, and of what kind."""

    ever: list[float]
    starts: float
    ends: float
    lasts: float
    self_employed: float


class Circumstances(shapes.Shape):
    """How people live after their last index event, and how that is known."""

    known: float
    verified: float
    sources: dict[str, float]
    housing: Housing
    work: Work


@cache
def shape_of() -> Circumstances:
    """`shapes/circumstances.toml`."""
    return Circumstances.model_validate(shapes.read("circumstances"))


@dataclass(frozen=True)
class Spells:
    """One row for each spell of an index event: `domain` 0 housing, 1 work; `code` in `codes()`; `end` NaT while it lasts."""

    event: Ints
    domain: Ints
    code: Ints
    start: Dates
    end: Dates
    source: Ints
    verified: Dates


def codes() -> list[str]:
    """Codes of housing, then those of work."""
    return [*shape_of().housing.codes, *WORK]


def draw_spells(block: Block) -> Spells:
    """Spells of people released from custody or given an order, by person and date."""
    rng = block.stream("circumstances")
    shape, events = shape_of(), block.events
    who = np.flatnonzero(events.last & (events.profile.kind < 2))
    areas = list(shapes.needs().areas)
    needs = events.profile.needs[who][:, [areas.index("accommodation"), areas.index("employment")]].astype(np.int64)
    parts: list[tuple[Ints, Ints, Ints, Dates, Dates]] = []
    for domain, draw in enumerate((housing, work)):
        known = rng.random(len(who)) < shape.known
        rows, code, start, end = draw(rng, needs[known, domain], events.date[who[known]])
        kept = start <= EXTRACT_DAY
        parts.append((who[known][rows][kept], np.full(int(kept.sum()), domain), code[kept], start[kept], end[kept]))
    event, domains, code = (np.concatenate([part[i] for part in parts]) for i in range(3))
    start, end = (np.concatenate([part[i] for part in parts]) for i in (3, 4))
    n = len(event)
    source = pick(rng, shape.sources.values(), n)
    verified = start + between(rng, 0, 30, n)
    sure = (rng.random(n) < shape.verified) & (verified <= EXTRACT_DAY)
    spells = Spells(
        event=event,
        domain=domains,
        code=code,
        start=start,
        end=np.where(end > EXTRACT_DAY, NEVER, end),
        source=source,
        verified=np.where(sure, verified, NEVER),
    )
    order = np.lexsort((spells.start, spells.domain, events.person[event]))
    return Spells(*(getattr(spells, name)[order] for name in Spells.__dataclass_fields__))


def housing(rng: np.random.Generator, need: Ints, date: Dates) -> tuple[Ints, Ints, Dates, Dates]:
    """Where each of some people lives from a date on, with up to two moves: their rows, codes, first and last days."""
    shape = shape_of().housing
    first = pick_rows(rng, np.array(shape.first)[need])
    more = rng.random((len(need), 2)) < shape.moves
    more[:, 1] &= more[:, 0]
    gaps = 1 + np.floor(rng.exponential(shape.stays, (len(need), 2))).astype(np.int64)
    then = pick(rng, shape.next, 2 * len(need)).reshape(-1, 2)
    moved = date[:, None] + gaps.cumsum(axis=1)
    return spells_of(np.column_stack([first, then]), np.column_stack([date, moved]), more)


def work(rng: np.random.Generator, need: Ints, date: Dates) -> tuple[Ints, Ints, Dates, Dates]:
    """Out of work, then perhaps in work, then perhaps out of it again."""
    shape = shape_of().work
    base = len(shape_of().housing.codes)
    n = len(need)
    found = rng.random(n) < np.array(shape.ever)[need]
    lost = found & (rng.random(n) < shape.ends)
    wait: Floats = rng.exponential(shape.starts, n)
    lasting: Floats = rng.exponential(shape.lasts, n)
    begins = date + (1 + np.floor(wait)).astype("timedelta64[D]")
    ends = begins + (1 + np.floor(lasting)).astype("timedelta64[D]")
    kind = base + 1 + (rng.random(n) < shape.self_employed).astype(np.int64)
    out = np.full(n, base)
    return spells_of(
        np.column_stack([out, kind, out]), np.column_stack([date, begins, ends]), np.column_stack([found, lost])
    )


def spells_of(code: Ints, start: Dates, more: Flags) -> tuple[Ints, Ints, Dates, Dates]:
    """Spells that follow one another: `code` and `start` are people x 3, `more` whether the second and third are there."""
    there = np.column_stack([np.ones(len(code), bool), more])
    following = np.column_stack([more, np.zeros(len(code), bool)])
    end = np.where(following, np.roll(start, -1, axis=1) - np.timedelta64(1, "D"), NEVER)
    rows = np.nonzero(there)[0]
    return rows, code[there], start[there], end[there]
