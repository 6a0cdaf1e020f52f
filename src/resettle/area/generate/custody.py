"""Time in custody: the stay before each release, recalls, and returns after reoffending."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from resettle.area.generate import shapes
from resettle.area.generate.again import EXTRACT_DAY, LAST_DAY
from resettle.area.generate.draw import Dates, Ints, between
from resettle.area.generate.events import Block
from resettle.area.generate.records import CONVICTION, Records

SENTENCE, RECALL = 0, 1
KINDS = ("sentence", "recall")
PRISONS = ("Local prison (invented)", "Training prison (invented)", "Women's prison (invented)")


@dataclass(frozen=True)
class Stays:
    """One row for each stay. `out` is NaT while the person is still held; `event` is the row of the index event."""

    event: Ints
    start: Dates
    out: Dates
    kind: Ints
    prison: Ints


def draw_stays(block: Block, records: Records) -> tuple[Stays, Ints]:
    """The stays of a block, and the rows of `records` that led to custody after a release or order."""
    rng = block.stream("custody")
    events = block.events
    released = np.flatnonzero(events.profile.kind == 0)
    back, guilty, returned, until = returns(rng, block, records)
    recalled, start = recalls(rng, block, records)
    event = np.concatenate([released, back, recalled])
    out = np.concatenate([events.date[released], until, start + between(rng, 14, 28, len(recalled))])
    stays = Stays(
        event=event,
        start=np.concatenate([events.convicted[released], returned, start]),
        out=np.where(out > EXTRACT_DAY, np.datetime64("NaT", "D"), out),
        kind=np.repeat([SENTENCE, SENTENCE, RECALL], [len(released), len(back), len(recalled)]),
        prison=np.where(events.profile.female[event], 2, np.where(events.profile.served[event] > 120, 1, 0)),
    )
    order = np.lexsort((stays.start, events.person[event]))
    return Stays(*(getattr(stays, name)[order] for name in ("event", "start", "out", "kind", "prison"))), guilty


def returns(rng: np.random.Generator, block: Block, records: Records) -> tuple[Ints, Ints, Dates, Dates]:
    """Sentences that follow the last reoffence of some people.

    Only stays that end after the area's period: a release within it would be an index event of its own. Returns index events,
    rows of `records`, first days and days of release.
    """
    events, shape = block.events, shapes.offences().reoffending
    within = (records.date > events.date[records.event]) & (records.date <= events.ends[records.event])
    mine = within & events.last[records.event] & (events.reoffences[records.event] > 0) & counts(records)
    rows = np.flatnonzero(mine)
    event = records.event[rows]
    rows = rows[np.append(event[1:] != event[:-1], True)] if len(rows) else rows
    event = records.event[rows]
    chance = np.where(events.profile.kind[event] == 0, shape.custody, shape.custody_otherwise)
    out = records.proven[rows] + between(rng, 14, 240, len(rows))
    sent = (rng.random(len(rows)) < chance) & (out > LAST_DAY) & (records.outcome[rows] == CONVICTION)
    sent &= records.proven[rows] >= latest(block, records)[event]
    return event[sent], rows[sent], records.proven[rows][sent], out[sent]


def counts(records: Records) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Which offences are proven, recordable, in scope and no breach."""
    proven = records.outcome <= 1
    return np.asarray(proven & records.recordable & records.in_scope & ~records.breach)


def latest(block: Block, records: Records) -> Dates:
    """The date of the last offence drawn for each index event: nobody offends while held."""
    found = block.events.offence.copy()
    np.maximum.at(found, records.event, records.date)
    return found


def recalls(rng: np.random.Generator, block: Block, records: Records) -> tuple[Ints, Dates]:
    """Recalls after a breach, for people released from custody who did not reoffend and have no later index event."""
    events = block.events
    mine = records.breach & (events.profile.kind[records.event] == 0)
    mine &= (
        events.last[records.event]
        & (events.reoffences[records.event] == 0)
        & (rng.random(len(records)) < shapes.offences().reoffending.recall)
    )
    mine &= records.date == latest(block, records)[records.event]
    return records.event[mine], records.date[mine] + np.timedelta64(1, "D")
