"""The rows of each table of an area, from the workspace. Names, numbers, dates of birth and free text are left behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.db.models import Max, Min
from django.utils import timezone

from resettle.web.access.models import Organisation
from resettle.web.budgets.models import Line
from resettle.web.contacts.models import Contact
from resettle.web.exporting.names import CASEWORK, Export, Row
from resettle.web.people.models import Episode, Happened, Person
from resettle.web.plans.models import Goal, Map, Plan
from resettle.web.services.models import Evidence, Referral, Service

ATTENDED = {
    "missed_acceptable": "no_acceptable",
    "missed_unacceptable": "no_unacceptable",
    "service_cancelled": "service_cancelled",
}
DISPOSALS = {"custody": "custody", "community": "community", "voluntary": "other"}


def place_id(name: str) -> str:
    """The identifier of a place."""
    return "_".join(name.casefold().split())


def day(value: Any) -> date | None:
    """The local day of a time."""
    return None if value is None else timezone.localdate(value)


def places(e: Export) -> Iterator[Row]:
    """Where people live."""
    for name in Person.objects.exclude(place="").values_list("place", flat=True).distinct().order_by("place"):
        yield {"place_id": place_id(name), "name": name, "kind": "borough"}


def persons(e: Export) -> Iterator[Row]:
    """Everybody, without anything that names them."""
    for one in Person.objects.filter(merged_into=None).order_by("pk"):
        yield {"person_id": e.person(one.pk), "sex": one.sex, "place_id": place_id(one.place)}


def index_events(e: Export) -> Iterator[Row]:
    """Each release that has happened, and the start of each community sentence or time of support."""
    for one in Episode.objects.select_related("person").order_by("pk"):
        on = one.release if one.kind == "custody" else one.begin
        if on is None or on > e.today:
            continue
        yield {
            "index_id": e.names.of("I", one.pk),
            "person_id": e.person(one.person_id),
            "index_date": on,
            "disposal": DISPOSALS[one.kind],
            "age": years(one.person.birth_date, on),
        }


def years(born: date, on: date) -> int:
    """Whole years of age on a day."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def custody(e: Export) -> Iterator[Row]:
    """Time in prison."""
    for one in Episode.objects.filter(kind="custody").order_by("pk"):
        out = one.release if one.release and one.release <= e.today else None
        yield {
            "custody_id": e.names.of("C", one.pk),
            "person_id": e.person(one.person_id),
            "date_in": one.begin,
            "date_out": out,
            "kind": "sentence",
        }


def ratings(e: Export) -> Iterator[Row]:
    """The last map of each view on each day."""
    last: dict[tuple[Any, ...], Row] = {}
    for one in Map.objects.prefetch_related("ratings").order_by("made_at"):
        for rating in one.ratings.all():
            key = (one.person_id, day(one.made_at), rating.good, one.rater, one.about)
            last[key] = {
                "person_id": e.person(one.person_id),
                "rated_on": key[1],
                "good": rating.good,
                "rater": one.rater,
                "at_time": one.about,
                "importance": rating.importance,
                "attainment": rating.attainment,
                "own_words": e.words(rating.own_words),
            }
    yield from last.values()


def plans(e: Export) -> Iterator[Row]:
    """Each version that was offered, with the day of a yes, also where a later version has taken its place."""
    agreed = set(Happened.objects.filter(kind="plan", event="agree").values_list("thing", flat=True))
    for one in Plan.objects.exclude(offered_at=None).order_by("pk"):
        yield {
            "plan_id": e.names.of("L", one.pk),
            "person_id": e.person(one.person_id),
            "offered_on": day(one.offered_at),
            "status": one.state,
            "agreed_on": day(one.answered_at) if one.pk in agreed else None,
            "worker_id": e.worker(one.worker_id),
        }


def goals(e: Export) -> Iterator[Row]:
    """The goals that stand in a plan, each under the last version that its person was offered."""
    last = dict(Plan.objects.exclude(offered_at=None).order_by("number").values_list("person_id", "pk"))
    for one in Goal.objects.filter(offered=True).exclude(state="deleted").order_by("pk"):
        yield {
            "goal_id": e.names.of("G", one.pk),
            "plan_id": e.names.of("L", last[one.person_id]),
            "person_id": e.person(one.person_id),
            "good": one.goods[0],
            "status": one.state,
            "own_words": e.words(one.own_words),
            "so_that": e.words(one.so_that),
            "set_on": day(one.set_at),
        }


def exported_goal(e: Export, goal: Goal | None) -> str:
    """The pseudonym of a goal, if it is among those of a plan."""
    return e.names.of("G", goal.pk) if goal and goal.offered and goal.state != "deleted" else ""


def providers(e: Export) -> Iterator[Row]:
    """The organisations that provide services. Their names are public."""
    for one in Organisation.objects.filter(services__isnull=False).distinct().order_by("pk"):
        yield {"provider_id": e.provider(one.pk), "name": one.name, "sector": one.sector}


def services(e: Export) -> Iterator[Row]:
    """What is on offer, and the office's own casework."""
    for one in Service.objects.order_by("pk"):
        yield {
            "service_id": e.service(one.pk),
            "name": one.name,
            "provider_id": e.provider(one.provider_id) if one.provider_id else "",
            "strand": one.strand,
            "contract_id": one.contract,
            "unit_cost": one.unit_cost,
        }
    yield {"service_id": CASEWORK, "name": "Casework of the office", "strand": "other"}


def service_goods(e: Export) -> Iterator[Row]:
    """Which goods each service is for, in shares of its work."""
    for one in Service.objects.order_by("pk"):
        whole = sum(one.goods.values())
        for good, strength in sorted(one.goods.items()):
            yield {"service_id": e.service(one.pk), "good": good, "weight": round(strength / whole, 6)}


def participations(e: Export) -> Iterator[Row]:
    """Each referral that was sent: when it began, how much was held, how it ended."""
    held = Referral.objects.exclude(sent_at=None).annotate(
        first=Min("sessions__contact__at"), last=Max("sessions__contact__at")
    )
    for one in held.select_related("service").order_by("pk"):
        over = one.state in ("ended", "report_due", "closed")
        yield {
            "participation_id": e.names.of("R", one.pk),
            "person_id": e.person(one.person_id),
            "service_id": e.service(one.service_id),
            "referred_on": day(one.sent_at),
            "started_on": day(one.first),
            "ended_on": day(one.last) if over else None,
            "dose": one.sessions.count(),
            "completed": one.end_code == "completed" if over else None,
            "end_reason": one.end_code,
        }


def deliveries(e: Export) -> Iterator[Row]:
    """Every contact that was held or missed; those that are no session of a service are the office's own casework."""
    kept = Contact.objects.exclude(state__in=("planned", "rescheduled")).select_related("session__referral", "goal")
    for one in kept.order_by("pk").iterator(2000):
        session = getattr(one, "session", None)
        came = "late" if one.came_late else "yes"
        yield {
            "delivery_id": e.names.of("D", one.pk),
            "person_id": e.person(one.person_id),
            "service_id": e.service(session.referral.service_id) if session else CASEWORK,
            "goal_id": exported_goal(e, one.goal),
            "delivered_on": day(one.at),
            "attended": ATTENDED.get(one.state, came),
            "minutes": one.minutes,
            "worker_id": e.worker(one.worker_id),
            "setting": one.setting,
        }


def spending(e: Export) -> Iterator[Row]:
    """Money that was paid from personal budgets and that came back; lines that were reversed are left out in pairs."""
    kept = Line.objects.filter(kind__in=("spend", "refund"), reverses=None, reversed_by=None)
    for one in kept.select_related("request__goal", "budget").order_by("pk"):
        yield {
            "spend_id": e.names.of("M", one.pk),
            "person_id": e.person(one.budget.person_id),
            "goal_id": exported_goal(e, one.request.goal),
            "good": one.request.good,
            "kind": one.kind,
            "spent_on": one.on,
            "amount": one.amount,
            "category": one.request.category,
        }


def outcomes(e: Export) -> Iterator[Row]:
    """What was seen to be so and not corrected since, with how it is known and whether somebody made sure."""
    kept = Evidence.objects.exclude(state__in=("corrected", "disputed")).select_related("referral__service", "goal")
    for one in kept.order_by("pk"):
        yield {
            "outcome_id": e.names.of("E", one.pk),
            "person_id": e.person(one.person_id),
            "service_id": e.service(one.referral.service_id) if one.referral else "",
            "goal_id": exported_goal(e, one.goal),
            "outcome": one.code,
            "observed_on": one.on,
            "verification": one.how,
            "verified_on": one.verified_on,
            "band": one.referral.band if one.referral else "",
        }


TABLES: dict[str, Callable[[Export], Iterator[Row]]] = {
    "place": places,
    "person": persons,
    "index_event": index_events,
    "custody": custody,
    "goods_rating": ratings,
    "plan": plans,
    "goal": goals,
    "provider": providers,
    "service": services,
    "service_good": service_goods,
    "programme": participations,
    "delivery": deliveries,
    "spend": spending,
    "outcome": outcomes,
}
