"""Capturing, verifying and taking back what is measured, under the rules of `resettle.goodlives`."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from resettle.evidence.circumstance_rules import read_rules
from resettle.goodlives.attainment import Scaled, t_score
from resettle.goodlives.circumstances import Point, end_before, points, require_code
from resettle.goodlives.instruments import Instrument, administer, score
from resettle.goodlives.states import Refused
from resettle.web.access.models import User
from resettle.web.measures.models import Captured, Fact, Given, Ladder, Level, Scaling
from resettle.web.people.models import Person
from resettle.web.services import work as services
from resettle.web.services.models import Evidence, Referral

LEVELS = (-2, -1, 0, 1, 2)


def keep_answers(
    person: Person, user: User | None, asked: Instrument, answers: dict[str, int | None], about: dict[str, Any]
) -> Given:
    """Keep a questionnaire with its answers and its scores. Wrong answers and an ended licence are a `BadInput`."""
    given = administer(asked, answers, **about)
    return Given.objects.create(
        person=person,
        captured_by=user,
        instrument=asked.name,
        label=asked.label,
        version=asked.version,
        licence=given.licence,
        on=given.on,
        mode=given.mode,
        language=given.language,
        help_given=given.help_given,
        answers=given.answers,
        scores=[scored(asked, one) for one in score(asked, given)],
    )


def scored(asked: Instrument, one: Any) -> dict[str, Any]:
    """One score as it is kept: with the ends of its scale and what its source says of it."""
    scale = asked.scales[one.scale]
    lows = [asked.items[item].low for item in scale.items]
    highs = [asked.items[item].high for item in scale.items]
    ends = (sum(lows), sum(highs)) if scale.how == "sum" else (min(lows), max(highs))
    turned = len(scale.items) == 1 and asked.items[scale.items[0]].reverse
    return {
        **one.model_dump(mode="json"),
        "low": ends[0],
        "high": ends[1],
        "note": scale.note,
        "low_is_better": turned,
        "reliability": scale.reliability,
        "spread": scale.spread,
    }


def set_ladder(goal: Any, user: User | None, words: list[str], weight: int) -> Ladder:
    """Say in words what each level of a goal looks like. Levels that were reached before keep the words they had."""
    return Ladder.objects.update_or_create(goal=goal, defaults={"words": words, "weight": weight, "set_by": user})[0]


@transaction.atomic
def keep_scaling(person: Person, user: User | None, rater: str, on: date, levels: dict[Any, int]) -> Scaling:
    """Keep how far goals came: `levels` by goal."""
    made = Scaling.objects.create(person=person, captured_by=user, rater=rater, on=on)
    rows = []
    for goal, level in levels.items():
        ladder = getattr(goal, "ladder", None)
        words = ladder.words[level + 2] if ladder and ladder.words else ""
        weight = ladder.weight if ladder else 1
        rows.append(Level(scaling=made, goal=goal, level=level, weight=weight, words=words))
    Level.objects.bulk_create(rows)
    return made


def t_of(scaling: Scaling) -> float | None:
    """The T score of a scaling; None where it has no level left."""
    levels = [Scaled(goal_id=str(one.goal_id), level=one.level, weight=one.weight) for one in scaling.levels.all()]
    return t_score(levels) if levels else None


@transaction.atomic
def keep_fact(person: Person, user: User | None, values: dict[str, Any]) -> Fact:
    """Keep a dated fact; in home and work it ends the one before. A code of another domain is a `BadInput`."""
    require_code(values["domain"], values["code"])
    for earlier in person.facts.select_for_update().filter(domain=values["domain"], taken_back_on=None):
        last = end_before(earlier.record(), values["begins"])
        if last is not None:
            earlier.ends = last
            earlier.save(update_fields=["ends"])
    return Fact.objects.create(person=person, captured_by=user, **values)


def may_verify(thing: Captured, user: User) -> bool:
    """Whether it waits to be verified, and this user did not write it down."""
    return thing.stands and thing.verified_on is None and thing.captured_by_id != user.pk


@transaction.atomic
def verify(thing: Captured, user: User, how: str = "") -> Refused | None:
    """Somebody other than whoever wrote it down made sure of it; outcomes that rest on a fact are verified with it."""
    thing = type(thing).objects.select_for_update().get(pk=thing.pk)
    if not may_verify(thing, user):
        return Refused(
            event="verify",
            reason="It is verified by somebody other than whoever wrote it down, once",
            do="Ask a colleague to look at the paper or the document.",
            broken="verifier_is_not_the_observer",
        )
    thing.verified_by, thing.verified_on = user, timezone.localdate()
    if isinstance(thing, Fact):
        thing.how = how
        for outcome in thing.evidence.filter(state="observed"):
            services.verify(outcome, user, how)
    thing.save()
    return None


def take_back(thing: Captured, user: User, why: str) -> None:
    """Say that it was not so; it stays on record, and counts no longer."""
    thing.taken_back_by, thing.taken_back_on, thing.taken_back_why = user, timezone.localdate(), why[:500]
    thing.save(update_fields=["taken_back_by", "taken_back_on", "taken_back_why"])


@transaction.atomic
def end_fact(fact: Fact, on: date) -> None:
    """Say on which day it was so for the last time."""
    fact.ends = on
    fact.save(update_fields=["ends"])


@transaction.atomic
def use(fact: Fact, user: User, referral: Referral, code: str) -> Evidence | Refused:
    """Let a fact stand for an outcome of a service: seen on its day, by whoever wrote it down, verified if it is."""
    seen = {"code": code, "on": fact.begins, "referral": referral, "goal": referral.goals.first()}
    made = services.observe(fact.person, fact.captured_by, seen)
    if isinstance(made, Refused):
        return made
    fact.evidence.add(made)
    if fact.verified_by is not None:
        refused = services.verify(made, fact.verified_by, fact.how)
        if refused:
            transaction.set_rollback(True)
            return refused
    return made


def outcomes_open(person: Person) -> list[tuple[str, str]]:
    """Outcomes that services were asked for and that no evidence answers yet: `referral:outcome` and words."""
    there = set(person.evidence.exclude(state="corrected").values_list("referral_id", "code"))
    return [
        (f"{referral.pk}:{code}", f"{code}: {referral.service.name}")
        for referral in person.referrals.select_related("service")
        for code in referral.outcomes
        if (referral.pk, code) not in there
    ]


def days_that_count(person: Person) -> tuple[Point, ...]:
    """What is known of home and work on the days that the measures ask of."""
    today = timezone.localdate()
    events: dict[str, list[date]] = {"release": [], "order": []}
    for one in person.episodes.all():
        if one.kind == "custody" and one.release:
            events["release"].append(one.release)
        elif one.kind == "community":
            events["order"].append(one.begin)
    kept = [one.record() for one in person.facts.filter(taken_back_on=None)]
    return points(read_rules(), kept, events, today)
