"""Index events of one block of people: when, with what profile, which service was started, and who reoffended."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from resettle.area.generate import shapes
from resettle.area.generate.again import FIRST_DAY, LAST_DAY, draw_again
from resettle.area.generate.calibrate import intercepts
from resettle.area.generate.draw import Dates, Flags, Floats, Ints, between, days, months_after, pick, pick_rows, stream
from resettle.area.generate.model import appeal, chances, draw_reoffences, risk_terms, start_chances
from resettle.area.generate.places import populations
from resettle.area.generate.profile import YEAR, Profile, draw_profile

NONE = -1


@dataclass(frozen=True)
class Events:
    """One row for each index event: first events in the order of people, then second ones.

    `person` is the row of the person in the block. `ends` is the last day of the 12 months of follow-up. `offence` is the date of
    the index offence, `convicted` of its conviction or caution. `service` is the service started (-1: none) and `referred` the
    one referred to (-1: none). `chance` and `chance_without` are the hidden probabilities of a proven reoffence within 12
    months, with the service as it was and without it; `reoffences` the number that followed (0: did not reoffend).
    """

    person: Ints
    date: Dates
    ends: Dates
    offence: Dates
    convicted: Dates
    assessed: Dates
    profile: Profile
    service: Ints
    referred: Ints
    chance: Floats
    chance_without: Floats
    reoffences: Ints
    last: Flags

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True)
class Block:
    """The people of one block, and their index events. `first` is the number of the first person in the whole area."""

    seed: int
    number: int
    first: int
    birth: Dates
    ethnicity: Ints
    borough: Ints
    events: Events

    def __len__(self) -> int:
        return len(self.birth)

    def stream(self, name: str) -> np.random.Generator:
        """The random stream of one concept in this block."""
        return stream(self.seed, self.number, name)


def draw_block(seed: int, number: int, first: int, people: int) -> Block:
    """Draw the people of one block and what happened to them."""
    events = first_events(seed, number, people)
    later = second_events(stream(seed, number, "again"), events)
    rng = stream(seed, number, "people")
    return Block(
        seed=seed,
        number=number,
        first=first,
        birth=events.date - np.round(events.profile.age * YEAR).astype(np.int64),
        ethnicity=pick(rng, shapes.people().ethnicity.values(), people),
        borough=pick(rng, populations(), people),
        events=joined(replace(events, last=~np.isin(events.person, later.person)), later),
    )


def first_events(seed: int, number: int, people: int) -> Events:
    """The first index event of each person, with the service started around it and the result."""
    cells = shapes.disposals().cells.values()
    rng = stream(seed, number, "profile")
    profile = draw_profile(rng, pick(rng, (c.share for c in cells), people))
    rng = stream(seed, number, "services")
    pull = appeal(profile) + intercepts().start
    chance = start_chances(pull)
    started = pick_rows(rng, chance)
    service = np.where(started == pull.shape[1], NONE, started)
    rng = stream(seed, number, "events")
    date = FIRST_DAY + between(rng, 0, days(LAST_DAY - FIRST_DAY), people)
    convicted = date - profile.served
    return settled(
        rng,
        person=np.arange(people),
        date=date,
        offence=convicted - between(rng, 1, 150, people),
        convicted=convicted,
        profile=profile,
        service=service,
        referred=np.where(service == NONE, fruitless(stream(seed, number, "referrals"), chance), service),
    )


def fruitless(rng: np.random.Generator, chance: Floats) -> Ints:
    """The service to which people who started none were referred all the same (-1: none), by the same needs."""
    referred = rng.random(len(chance)) < shapes.services().referral.never_started * (1 - chance[:, -1])
    return np.where(referred, pick_rows(rng, chance[:, :-1]), NONE)


def second_events(rng: np.random.Generator, first: Events) -> Events:
    """The second index events of some people, each for an offence after the follow-up of the first; none starts a service."""
    again = draw_again(rng, first.profile, first.date, first.reoffences)
    n = len(again.first)
    convicted = first.ends[again.first] + again.gap - again.profile.served
    waited = again.gap - again.profile.served - 1
    return settled(
        rng,
        person=first.person[again.first],
        date=first.ends[again.first] + again.gap,
        offence=convicted - np.floor(rng.random(n) * waited).astype(np.int64),
        convicted=convicted,
        profile=again.profile,
        service=np.full(n, NONE),
        referred=np.full(n, NONE),
    )


def settled(
    rng: np.random.Generator,
    *,
    person: Ints,
    date: Dates,
    offence: Dates,
    convicted: Dates,
    profile: Profile,
    service: Ints,
    referred: Ints,
) -> Events:
    """Index events with their dates of assessment and, from the two models, who reoffended and how often.

    The assessment comes before the service can: up to two weeks before the time in custody, or the last 90 days of it, or up to
    three weeks before an event in the community.
    """
    n = len(person)
    before = np.where(
        profile.kind == 0, np.minimum(profile.served, 90) + between(rng, 0, 14, n), between(rng, 0, 21, n)
    )
    chance, without = chances(intercepts().risk[profile.cell] + risk_terms(profile), service)
    return Events(
        person=person,
        date=date,
        ends=months_after(date, 12),
        offence=offence,
        convicted=convicted,
        assessed=date - before,
        profile=profile,
        service=service,
        referred=referred,
        chance=chance,
        chance_without=without,
        reoffences=draw_reoffences(rng, chance),
        last=np.ones(n, bool),
    )


def joined(first: Events, later: Events) -> Events:
    """First and second events as one table."""
    names = [f.name for f in fields(Events) if f.name != "profile"]
    columns = {name: np.concatenate([getattr(first, name), getattr(later, name)]) for name in names}
    profile = {f.name: [getattr(e.profile, f.name) for e in (first, later)] for f in fields(Profile)}
    return Events(profile=Profile(**{name: np.concatenate(both) for name, both in profile.items()}), **columns)
