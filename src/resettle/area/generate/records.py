"""Offences on record for one block: convictions before, the index offence, reoffences, and offences that must not count."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from resettle.area.generate import shapes
from resettle.area.generate.again import EXTRACT_DAY
from resettle.area.generate.draw import Dates, Flags, Ints, between, days, months_after, pick, spread
from resettle.area.generate.events import Block, Events
from resettle.area.generate.profile import YEAR

OUTCOMES = ("conviction", "caution", "penalty_notice", "pending", "none")
CONVICTION, CAUTION, PENALTY_NOTICE, PENDING, NO_ACTION = range(5)
TIERS = ("indictable", "either_way", "summary")


@dataclass(frozen=True)
class Records:
    """One row for each offence. `proven` is NaT where nothing was; `event` is the row of the index event it was drawn for."""

    event: Ints
    date: Dates
    proven: Dates
    group: Ints
    outcome: Ints
    recordable: Flags
    breach: Flags
    in_scope: Flags
    custody: Flags

    def __len__(self) -> int:
        return len(self.event)

    def rows(self, which: Ints | Flags) -> Records:
        """Some of the rows."""
        return Records(**{f.name: getattr(self, f.name)[which] for f in fields(self)})


def groups() -> list[str]:
    """The twelve offence groups."""
    return list(shapes.offences().tiers)


def draw_records(block: Block) -> Records:
    """Every offence of a block, by person and date."""
    events = block.events
    rng, noise = block.stream("offences"), block.stream("noise")
    index = index_offences(rng, events)
    parts = [history(rng, events, len(block)), index, reoffences(rng, events), *uncounted(noise, events)]
    whole = Records(**{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Records)})
    key = events.person[whole.event] * 100_000 + whole.date.astype(np.int64)
    return whole.rows(np.argsort(key, kind="stable"))


def proven_rows(event: Ints, date: Dates, proven: Dates, group: Ints, outcome: int = CONVICTION) -> Records:
    """Offences that count as far as their own facts go: recordable, in scope, no breach."""
    n = len(event)
    yes, no = np.ones(n, bool), np.zeros(n, bool)
    return Records(event, date, proven, group, np.full(n, outcome), yes, no, yes, no)


def draw_groups(rng: np.random.Generator, mix: str, n: int) -> Ints:
    """Offence groups from one of the stated mixes."""
    return pick(rng, (shapes.offences().mix[mix][g] for g in groups()), n)


def index_offences(rng: np.random.Generator, events: Events) -> Records:
    """The offence behind each index event: convicted when sentenced, or cautioned."""
    n = len(events)
    group = np.zeros(n, np.int64)
    for k, kind in enumerate(shapes.KINDS):
        of_kind = events.profile.kind == k
        group[of_kind] = draw_groups(rng, kind, int(of_kind.sum()))
    cautioned = np.array([c.disposal == "caution" for c in shapes.disposals().cells.values()])[events.profile.cell]
    rows = proven_rows(np.arange(n), events.offence, events.convicted, group)
    return replace(rows, outcome=np.where(cautioned, CAUTION, CONVICTION), custody=events.profile.kind == 0)


def history(rng: np.random.Generator, events: Events, people: int) -> Records:
    """One offence for each conviction before the first index offence, more of them in recent years, none before age 12."""
    owner, _ = spread(events.profile.previous[:people])
    span = np.maximum(events.profile.age[owner] * YEAR - days(events.date - events.offence)[owner] - 12 * YEAR, 400)
    back = 60 + np.floor(rng.beta(1.0, 2.5, len(owner)) * (span - 60)).astype(np.int64)
    date = events.offence[owner] - back
    return proven_rows(owner, date, date + between(rng, 0, 59, len(owner)), draw_groups(rng, "again", len(owner)))


def reoffences(rng: np.random.Generator, events: Events) -> Records:
    """What the clock must find: committed within 12 months after the index date, proven within 18.

    The first comes after an exponential time cut at the end of the follow-up, the others evenly between it and that end.
    """
    shape = shapes.offences().reoffending
    owner, rank = spread(events.reoffences)
    room = days(events.ends - events.date)
    cut = 1 - np.exp(-room / shape.days)
    first = np.floor(-shape.days * np.log1p(-rng.random(len(events)) * cut)).astype(np.int64) + 1
    first = np.minimum(first, room)[owner]
    day = np.where(
        rank == 0, first, first + np.floor(rng.random(len(owner)) * (room[owner] - first + 1)).astype(np.int64)
    )
    date = events.date[owner] + day
    latest = days(months_after(events.date, 18)[owner] - date)
    proven = date + np.minimum(np.floor(rng.gamma(1.6, shape.proven / 1.6, len(owner))).astype(np.int64), latest)
    rows = proven_rows(owner, date, proven, draw_groups(rng, "again", len(owner)))
    return replace(rows, outcome=np.where(rng.random(len(owner)) < shape.caution, CAUTION, CONVICTION))


def uncounted(rng: np.random.Generator, events: Events) -> list[Records]:
    """Offences that no careful clock counts, one reason at a time."""
    chance = shapes.offences().noise
    made = []
    for reason, share in chance.items():
        who = rng.random(len(events)) < share
        if reason == "after_the_follow_up":
            who &= events.last & (events.reoffences == 0)
        made.append(not_counting(rng, reason, events, np.flatnonzero(who)))
    return made


def not_counting(rng: np.random.Generator, reason: str, events: Events, who: Ints) -> Records:
    """One offence for each of some index events, with one thing that keeps it from counting."""
    n = len(who)
    start, end = events.date[who], events.ends[who]
    date = start + between(rng, 1, days(end - start))
    rows = proven_rows(who, date, date + between(rng, 5, 120, n), draw_groups(rng, "again", n))
    nothing = np.full(n, np.datetime64("NaT", "D"))
    match reason:
        case "not_recordable":
            return replace(rows, recordable=np.zeros(n, bool), group=np.full(n, groups().index("summary_motoring")))
        case "breach":
            return replace(rows, breach=np.ones(n, bool), group=np.full(n, groups().index("miscellaneous")))
        case "out_of_scope":
            return replace(rows, in_scope=np.zeros(n, bool))
        case "no_further_action":
            return replace(rows, outcome=np.full(n, NO_ACTION), proven=nothing)
        case "penalty_notice":
            return replace(rows, outcome=np.full(n, PENALTY_NOTICE))
        case "pending":
            return replace(rows, outcome=np.full(n, PENDING), proven=nothing)
        case "proven_too_late":
            return replace(rows, proven=months_after(start, 18) + between(rng, 1, 90, n))
        case "on_the_index_date":
            return replace(rows, date=start, proven=start + between(rng, 5, 120, n))
        case _:
            return afterwards(rng, rows, end)


def afterwards(rng: np.random.Generator, rows: Records, end: Dates) -> Records:
    """Offences after the follow-up; those not proven by the day of the extract are pending."""
    n = len(rows)
    date = end + between(rng, 1, 240, n)
    proven = date + between(rng, 5, 120, n)
    open_ = proven > EXTRACT_DAY
    return replace(
        rows,
        date=date,
        proven=np.where(open_, np.datetime64("NaT", "D"), proven),
        outcome=np.where(open_, PENDING, CONVICTION),
    )


def draw_tiers(rng: np.random.Generator, group: Ints) -> Ints:
    """Modes of trial by offence group."""
    edges = np.cumsum(np.array([shapes.offences().tiers[g] for g in groups()]), axis=1)[group]
    return np.asarray((rng.random(len(group))[:, None] >= edges[:, :2]).sum(axis=1), np.int64)
