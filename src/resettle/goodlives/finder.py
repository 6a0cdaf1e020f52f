"""Finding help for a gap: commissioned services, free things in the community and the personal budget, so that people choose."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Literal

from resettle.money import show
from resettle.result import Record

FEWEST_CHOICES = 2


class Service(Record):
    """Something that can help. `goods` says which, each with the strength 0 to 1 that the area gives it.

    Empty `places`, `sexes` or `settings` mean all. `room` is how many more can start now (None: not limited), `days_to_start` how
    long the last people waited.
    """

    id: str
    name: str
    kind: Literal["commissioned", "community"]
    goods: dict[str, float]
    places: frozenset[str] = frozenset()
    sexes: frozenset[str] = frozenset()
    youngest: int | None = None
    oldest: int | None = None
    settings: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    begins: date | None = None
    ends: date | None = None
    room: int | None = None
    days_to_start: int | None = None
    step_free: bool | None = None


class Seeker(Record):
    """Who looks for help: what a service may ask about, and nothing more."""

    place: str
    age: int
    sex: str = ""
    setting: Literal["custody", "community"] = "community"
    language: str = "en"
    needs_step_free: bool = False
    budget_left: Decimal | None = None
    category_for: str = ""


class Choice(Record):
    """One thing on offer, with the reasons why it fits; `strength` is how far it is for this good."""

    id: str
    name: str
    kind: Literal["commissioned", "community", "budget"]
    strength: float
    reasons: tuple[str, ...]


class NotFitting(Record):
    """A service for this good that does not fit, and each reason why not."""

    id: str
    name: str
    reasons: tuple[str, ...]


class UnmetWant(Record):
    """Nothing fits, or there is no choice: an entry for the register by good and place that commissioners read."""

    good: str
    place: str
    on: date
    choices: int
    why: tuple[str, ...]


class Found(Record):
    """What was found for one good: the choices, best first; what did not fit; and an unmet want if there is no real choice."""

    good: str
    choices: tuple[Choice, ...]
    not_fitting: tuple[NotFitting, ...]
    unmet: UnmetWant | None

    @property
    def sentence(self) -> str:
        """What was found, in one sentence."""
        if not self.choices:
            return "Nothing here fits yet. What you want is written down, so that those who pay for services see it."
        if self.unmet:
            return "There is one thing to choose. That is not a real choice, and it is written down."
        return f"There are {len(self.choices)} things to choose from. You pick."


def find_help(good: str, seeker: Seeker, services: Iterable[Service], on: date) -> Found:
    """Choices for a good: commissioned and community services that fit, and the personal budget where some is left.

    They come by strength, then by days to start, then by name: the order shows what is most for this good, never what is cheapest.
    With fewer than two choices there is an entry for the register of unmet wants.
    """
    fitting: list[tuple[Service, tuple[str, ...]]] = []
    rest: list[NotFitting] = []
    for service in services:
        if service.goods.get(good, 0) <= 0:
            continue
        if why_not := obstacles(service, seeker, on):
            rest.append(NotFitting(id=service.id, name=service.name, reasons=why_not))
        else:
            fitting.append((service, reasons(service, good, seeker)))
    fitting.sort(key=lambda one: (-one[0].goods[good], waiting(one[0]), one[0].name, one[0].id))
    choices = [
        Choice(id=s.id, name=s.name, kind=s.kind, strength=s.goods[good], reasons=why) for s, why in fitting
    ] + budget_choice(seeker)
    unmet = None
    if len(choices) < FEWEST_CHOICES:
        why = tuple(f"{one.name}: {reason}" for one in rest for reason in one.reasons) or (
            "no service is for this good",
        )
        unmet = UnmetWant(good=good, place=seeker.place, on=on, choices=len(choices), why=why)
    return Found(
        good=good, choices=tuple(choices), not_fitting=tuple(sorted(rest, key=lambda one: one.name)), unmet=unmet
    )


def obstacles(service: Service, seeker: Seeker, on: date) -> tuple[str, ...]:
    """Each reason why a service does not fit; none if it does."""
    checks = {
        "not in this place": bool(service.places) and seeker.place not in service.places,
        "not open to this person": bool(service.sexes) and seeker.sex not in service.sexes,
        f"from age {service.youngest}": service.youngest is not None and seeker.age < service.youngest,
        f"up to age {service.oldest}": service.oldest is not None and seeker.age > service.oldest,
        f"not in {seeker.setting}": bool(service.settings) and seeker.setting not in service.settings,
        "not in this language": bool(service.languages) and seeker.language not in service.languages,
        "not started yet": service.begins is not None and on < service.begins,
        "ended": service.ends is not None and on > service.ends,
        "no room now": service.room is not None and service.room <= 0,
        "not known to be step-free": seeker.needs_step_free and not service.step_free,
    }
    return tuple(reason for reason, holds in checks.items() if holds)


def reasons(service: Service, good: str, seeker: Seeker) -> tuple[str, ...]:
    """Why a service fits, in the words that a person reads."""
    said = [
        f"it is for {good.replace('_', ' ')}",
        "it is near you" if seeker.place in service.places else "it is for the whole area",
    ]
    if service.days_to_start is not None:
        said.append(f"people waited {service.days_to_start} days to start")
    if service.kind == "community":
        said.append("it is free and open to all")
    return tuple(said)


def budget_choice(seeker: Seeker) -> list[Choice]:
    """The personal budget as a choice of its own, where something is left of it."""
    if seeker.budget_left is None or seeker.budget_left <= 0:
        return []
    why = f"you have {show(seeker.budget_left)} left to use in your own way"
    return [Choice(id="budget", name="Your own budget", kind="budget", strength=0.0, reasons=(why,))]


def waiting(service: Service) -> int:
    """Days to start for sorting: not known comes last."""
    return 10_000 if service.days_to_start is None else service.days_to_start
