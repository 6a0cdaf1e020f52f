"""Which records' time is over, by the schedule, and what keeps the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, QuerySet
from django.utils import timezone

from resettle.errors import bad
from resettle.goodlives import retention
from resettle.web.people.models import Person, Relationship
from resettle.web.retention.columns import IDENTITY, KINDS
from resettle.web.retention.models import Schedule
from resettle.web.retention.unmended import UNMENDED, require_its_rule
from resettle.web.services.models import OPEN

MONEY_WAITS = ("asked", "checks", "part_approved", "approved", "committed", "paid")


@dataclass(frozen=True)
class Kind:
    """One kind of record of a person: the last day on which it is kept (None: not known yet), and whether it is erased."""

    kind: str
    last: date | None
    why: str
    erased: bool = False

    @property
    def label(self) -> str:
        """The kind in words."""
        return KINDS[self.kind]


@dataclass(frozen=True)
class Standing:
    """Everything of a person by kind, and what keeps it whatever its day."""

    person: Person
    kinds: tuple[Kind, ...]
    kept_by: tuple[str, ...]
    today: date

    @property
    def due(self) -> tuple[Kind, ...]:
        """What is to be erased today. Who the person is goes only with, or after, everything else."""
        if self.kept_by:
            return ()
        past = tuple(one for one in self.kinds if not one.erased and one.last is not None and self.today > one.last)
        left = [one for one in self.kinds if not one.erased and one not in past]
        return tuple(one for one in past if one.kind != IDENTITY) if left else past


def in_force() -> retention.Schedule | None:
    """The schedule in force; None where none was set."""
    last = Schedule.objects.first()
    return last.rules() if last else None


def require_every_kind(schedule: retention.Schedule) -> None:
    """A schedule needs a rule for each kind of record, and no other; the first that is missing is a `BadInput`."""
    known = [*KINDS, UNMENDED]
    for kind in KINDS:
        retention.attach(schedule, kind)
    require_its_rule(schedule)
    for kind in schedule.rules:
        if kind not in known:
            raise bad("there is no such kind of record here", value=kind, do=f"Known: {', '.join(known)}.")


def living() -> QuerySet[Person]:
    """People whose identity is not erased and who are not part of another record."""
    return Person.objects.filter(merged_into=None).exclude(erasures__kind=IDENTITY)


def everybody_due(schedule: retention.Schedule, today: date | None = None) -> Iterator[Standing]:
    """Everybody with something to erase today, in the order of their names."""
    free = living().exclude(pk__in=Relationship.objects.current().values("person"))
    for person in with_days(free).order_by("search_name").iterator(2000):
        found = standing(schedule, person, today)
        if found.due:
            yield found


def with_days(people: QuerySet[Person]) -> QuerySet[Person]:
    """People with the days that rules count from."""
    return people.annotate(last_tie=Max("relationships__end"), last_sentence=Max("episodes__sentence_end"))


def standing(schedule: retention.Schedule, person: Person, today: date | None = None) -> Standing:
    """Where a person's records stand."""
    today = today or timezone.localdate()
    person = person if hasattr(person, "last_tie") else with_days(Person.objects.all()).get(pk=person.pk)
    # What was erased at a person's request while work went on has a time of its own again: more was written since.
    gone = set(person.erasures.filter(request=None).values_list("kind", flat=True))
    kinds = tuple(kind(schedule, name, days(person), name in gone) for name in KINDS)
    passed = any(one.last and today > one.last and not one.erased for one in kinds)
    return Standing(person, kinds, tuple(keeps(person)) if passed else (), today)


def kind(schedule: retention.Schedule, name: str, days: dict[str, date | None], erased: bool) -> Kind:
    """One kind by its rule."""
    attached = retention.attach(schedule, name)
    return Kind(name, retention.ends_on(schedule, attached, days), schedule.rules[name].why, erased)


def days(person: Person) -> dict[str, date | None]:
    """The days that rules count from: when the record was made, the last worker's last day, and the end of the sentence."""
    return {
        "created": timezone.localdate(person.added_at),
        "case_closed": None if person.relationships.filter(end=None).exists() else person.last_tie,
        "sentence_end": person.last_sentence,
    }


def keeps(person: Person) -> Iterator[str]:
    """What keeps everything about a person, whatever its day."""
    yield from (words for _, words in keeping(person))


def keeping(person: Person) -> Iterator[tuple[str, str]]:
    """What keeps a person's records, each by its code and in words."""
    for hold in person.holds.filter(ended_at=None):
        yield "hold", f"a legal hold since {hold.placed_at:%d %B %Y}"
    if person.relationships.current().exists():
        yield "worker", "somebody works with the person"
    if person.referrals.filter(state__in=OPEN).exists():
        yield "referral", "a referral is open"
    if person.budgets.filter(requests__state__in=MONEY_WAITS).exists():
        yield "money", "money was asked for and is not settled"
