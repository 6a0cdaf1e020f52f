"""Who was referred to, started and completed which service, and every contact that followed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from resettle.area.generate import shapes
from resettle.area.generate.draw import Dates, Flags, Ints, between, days, pick, spread
from resettle.area.generate.events import Block

BEFORE, AFTER = 90, 30  # a start counts from 90 days before the index date to 30 days after it


@dataclass(frozen=True)
class Contacts:
    """One row for each contact; `taking` is the row of the participation, `rank` its number in it, `attended` a code."""

    taking: Ints
    rank: Ints
    date: Dates
    attended: Ints
    minutes: Ints


@dataclass(frozen=True)
class Participations:
    """One row for each referral. `started` and `ended` are NaT for people who never started; `reason` is -1 where there is none.

    `reason` numbers the reasons for never starting, then those for an early end.
    """

    event: Ints
    service: Ints
    referred: Dates
    started: Dates
    ended: Dates
    dose: Ints
    completed: Flags
    reason: Ints
    contacts: Contacts

    def __len__(self) -> int:
        return len(self.event)


def reasons() -> list[str]:
    """Why people never started, then why they ended early."""
    referral = shapes.services().referral
    return [*referral.reasons, *referral.early]


def draw_participations(block: Block) -> Participations:
    """Every referral of a block with its start, contacts and end."""
    rng = block.stream("programmes")
    events, shape = block.events, shapes.services()
    event = np.flatnonzero(events.referred >= 0)
    n = len(event)
    service = events.referred[event]
    began = events.service[event] >= 0
    referred, started = start_dates(rng, block, event)
    sessions = np.array([s.sessions for s in shape.services.values()])[service]
    completed = began & (rng.random(n) < shape.referral.planned)
    held = np.where(completed, sessions, 1 + np.floor(rng.random(n) * sessions * 0.7).astype(np.int64)) * began
    contacts = met_at_the_gate(draw_contacts(block.stream("contacts"), held, started), block, event, started)
    last = started.copy()
    np.maximum.at(last, contacts.taking, contacts.date)
    early = between(rng, 0, len(shape.referral.early) - 1, n) + len(shape.referral.reasons)
    never = between(rng, 0, len(shape.referral.reasons) - 1, n)
    return Participations(
        event=event,
        service=service,
        referred=referred,
        started=np.where(began, started, np.datetime64("NaT", "D")),
        ended=np.where(began, last, np.datetime64("NaT", "D")),
        dose=np.bincount(contacts.taking[contacts.attended <= 1], minlength=n) if n else held,
        completed=completed,
        reason=np.where(completed, -1, np.where(began, early, never)),
        contacts=contacts,
    )


def start_dates(rng: np.random.Generator, block: Block, event: Ints) -> tuple[Dates, Dates]:
    """Dates of referral and start: after the assessment, within the window around the index date, often before the gate."""
    events = block.events
    n = len(event)
    date = events.date[event]
    inside = (events.profile.kind[event] == 0) & (rng.random(n) < shapes.services().referral.gate)
    inside &= events.profile.served[event] > 7
    earliest = date + np.where(inside, 3 - np.minimum(events.profile.served[event], BEFORE), 1)
    started = earliest + between(rng, 0, np.where(inside, days(date - earliest), AFTER - 1), n)
    assessed = events.assessed[event]
    waited = np.floor(rng.random(n) * np.minimum(days(started - assessed) + 1, 28)).astype(np.int64)
    return started - waited, started


def met_at_the_gate(contacts: Contacts, block: Block, event: Ints, started: Dates) -> Contacts:
    """Contacts that began in prison and go on within days of release are moved to the day of release."""
    release = block.events.date[event][contacts.taking]
    after = days(contacts.date - release)
    soon = (after >= 0) & (after <= shapes.services().contact.gate_within)
    moved = soon & (block.events.profile.kind[event] == 0)[contacts.taking] & (started[contacts.taking] < release)
    return replace(contacts, date=np.where(moved, release, contacts.date))


def draw_contacts(rng: np.random.Generator, held: Ints, started: Dates) -> Contacts:
    """Contacts from the start on, some days apart; the first is always kept."""
    contact = shapes.services().contact
    taking, rank = spread(held)
    n = len(taking)
    offset = rank * contact.days_apart + between(rng, 0, contact.days_apart - 1, n) * (rank > 0)
    attended = np.where(rank == 0, 0, pick(rng, contact.attended.values(), n))
    minutes = np.array(contact.minutes)[between(rng, 0, len(contact.minutes) - 1, n)]
    return Contacts(taking, rank, started[taking] + offset, attended, np.where(attended <= 1, minutes, 0))
