"""What stands around one invented person: volunteers and matches, the gate, reviews, messages, and what must be kept safe."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from resettle.goodlives.states import Refused
from resettle.web.access.models import Role, User
from resettle.web.caseload.clock import Clock
from resettle.web.contacts import work as contacts
from resettle.web.correspondence import work as correspondence
from resettle.web.correspondence.models import Message, Reach
from resettle.web.gate.models import GateTask
from resettle.web.gate.work import add_own, answer_own, change_own, checklist, release_of
from resettle.web.mentors import work as mentors
from resettle.web.mentors.models import Check, Claim, Match, Supervision, Volunteer, Wish
from resettle.web.people.models import Episode, Person, SafetyFlag
from resettle.web.reviews import work as reviews
from resettle.web.reviews.models import Review
from resettle.web.topics import work as topics

if TYPE_CHECKING:
    from resettle.web.caseload.fill import Office


def words() -> dict[str, Any]:
    """The words that invented people are made of."""
    from resettle.web.caseload.fill import words as found

    return found()


def recruit(office: Office, clock: Clock) -> None:
    """The mentors as volunteers, two years ago, with checks that last; those of the last one have run out."""
    rng = office.aside
    for n, user in enumerate(office.staff[Role.MENTOR]):
        coordinator = of_team(office, Role.COORDINATOR, user)
        clock.set(office.today - timedelta(days=740))
        about = {
            "consents": True,
            "room": 3,
            "sex": "MF"[n % 2],
            "places": rng.sample(words()["places"], 2),
            "languages": ["English"],
            "interests": rng.sample(words()["interests"], 2),
            "shared_experience": ["prison"] if n % 3 == 0 else [],
        }
        one = mentors.apply(coordinator, {"name": user.name, "email": user.email, **about})
        last = n == len(office.staff[Role.MENTOR]) - 1
        until = office.today + timedelta(days=-6 if last else 40 + 90 * n)
        Check.objects.bulk_create(
            Check(volunteer=one, kind=kind, until=until, seen_by=coordinator) for kind in Check.Kind
        )
        for event in ("start_checks", "train", "clear", "make_available"):
            mentors.act(one, event, coordinator)
        talk(one, coordinator, office.today)


def talk(one: Volunteer, coordinator: User, today: date) -> None:
    """A supervision that was, and one that comes."""
    Supervision.objects.create(
        volunteer=one,
        supervisor=coordinator,
        on=today - timedelta(days=20),
        notes="Enjoys it. Asked how to say no to late calls.",
        agreed="No calls after eight. Ring the office if worried.",
        next_on=today + timedelta(days=22),
    )


def of_team(office: Office, role: str, user: User) -> User:
    """Somebody of a role in the same team."""
    return next(one for one in office.staff[role] if one.team_id == user.team_id)


def around(office: Office, person: Person, worker: User, came: date, clock: Clock) -> None:
    """Everything around one person, as far as the time since they came allows."""
    reach(office, person, worker, came)
    if office.aside.random() < 0.6:
        wish_and_match(office, person, worker, came, clock)
    gate(office, person, worker, clock)
    looked_back(office, person, worker, came, clock)
    keep_safe(office, person, worker, clock)


def wish_and_match(office: Office, person: Person, worker: User, came: date, clock: Clock) -> None:
    """What the person wishes, and a match where somebody fits: begun, gone on with, and sometimes ended."""
    rng, coordinator = office.aside, of_team(office, Role.COORDINATOR, worker)
    clock.set(min(came + timedelta(days=30), office.today))
    Wish.objects.create(person=person, interests=rng.sample(words()["interests"], 2))
    found = mentors.suggest(person, mentors.own_volunteers(coordinator)).suggestions
    if not found or rng.random() < 0.2:
        return
    one = Volunteer.objects.get(user=found[0].mentor_id)
    match = mentors.propose(person, one, coordinator)
    if isinstance(match, Refused) or rng.random() < 0.1:
        return
    mentors.consent(match, worker)
    mentors.move_match(match, "introduce", coordinator)
    if not mentors.move_match(match, "start", coordinator):
        meet_mentor(office, match, coordinator, clock)


def meet_mentor(office: Office, match: Match, coordinator: User, clock: Clock) -> None:
    """Meetings of a match, with the hours they took; a planned ending after eight months."""
    user, rng = match.volunteer.user, office.aside
    begun = clock.now.date()
    for days in range(7, min(240, (office.today - begun).days), 35):
        clock.set(begun + timedelta(days=days), 15)
        said = {"at": clock.now, "summary": rng.choice(words()["mentor_said"]), "minutes": 60}
        if isinstance(contacts.log(match.person, user, {**said, "setting": "community"}), Refused):
            return
        claim(match.volunteer, clock.now.date(), coordinator, office.today)
    if (office.today - begun).days > 240:
        mentors.move_match(match, "agree_ending", coordinator, ending_on=clock.now.date())
        mentors.move_match(match, "finish", coordinator, code="planned")
        return
    clock.set(office.today, 7)
    contacts.plan(
        match.person, user, {"at": clock.now + timedelta(days=rng.randint(1, 9), hours=7), "place": "The library"}
    )


def claim(volunteer: Volunteer, on: date, coordinator: User, today: date) -> None:
    """The hour and the bus; approved once a month has passed."""
    old = today - on > timedelta(days=30)
    decided = {"state": "approved", "decided_by": coordinator, "decided_at": timezone.now()} if old else {}
    paid = {"minutes": 60, "paid_out": Decimal("4.20"), "what": "Met in town"}
    Claim.objects.create(volunteer=volunteer, on=on, **paid, **decided)


def reach(office: Office, person: Person, worker: User, came: date) -> None:
    """How the person can be reached, and a few messages each way."""
    rng = office.aside
    if rng.random() < 0.15:
        return
    number = f"07700 900{rng.randint(0, 999):03}".replace(" ", "")
    Reach.objects.create(
        person=person,
        channels=["text"],
        phone=number,
        neutral_words=rng.random() < 0.2,
        asked_on=min(came, office.today),
    )
    thread, tie = correspondence.thread_of(person, worker.team), correspondence.tie_of(person, worker)
    if tie is None:
        return
    listed = []
    for n, (wrote, text) in enumerate(rng.choice(words()["threads"])):
        at = noon(office.today - timedelta(days=20 - 3 * n))
        mine = wrote == "worker"
        state = "sent" if mine else "received"
        read = None if n == 3 and rng.random() < 0.3 else at
        listed.append(
            Message(
                thread=thread,
                relationship=tie if mine else None,
                worker=worker if mine else None,
                channel="text",
                words=text,
                due=at,
                sent_at=at,
                read_at=read,
                state=state,
            )
        )
    Message.objects.bulk_create(listed)


def noon(day: date) -> datetime:
    """The middle of a day."""
    return timezone.make_aware(datetime(day.year, day.month, day.day, 12))


def gate(office: Office, person: Person, worker: User, clock: Clock) -> None:
    """The tasks around a release that were due by now, most of them done."""
    episode = release_of(person)
    if episode is None:
        return
    every = [task for part in checklist().values() for task in part["tasks"]]
    due = [one for one in every if episode.release + timedelta(days=one["days"]) <= office.today]
    own(episode, worker, office.today, clock)
    made = [
        GateTask(episode=episode, code=one["code"], answer="done", by=worker)
        for one in due
        if office.aside.random() < 0.8
    ]
    GateTask.objects.bulk_create(made)
    for task in made:
        day = next(one["days"] for one in every if one["code"] == task.code)
        task.at = noon(min(office.today, episode.release + timedelta(days=day)))
    # `at` is set to now when a row is kept; the days on which things were done are put in afterwards.
    GateTask.objects.bulk_update(made, ["at"])


def own(episode: Episode, worker: User, today: date, clock: Clock) -> None:
    """Tasks for this person alone: one that was changed, one that was dropped, and what was due a while ago was done."""
    called, listed = episode.person.called, words()["own_tasks"]
    clock.set(min(episode.release - timedelta(days=20), today))
    made = [add_own(episode, worker, {**one, "who": one["who"].format(called=called), "on": None}) for one in listed]
    changed = {"words": "Have tea with my sister at her flat", "who": made[1].who, "days": made[1].days, "on": None}
    change_own(made[1], worker, changed, "The cafe has closed")
    answer_own(made[2], worker, "not_needed", f"{called} does not want it")
    for one in made[:2]:
        if one.due(episode.release) < today - timedelta(days=3):
            clock.set(one.due(episode.release))
            answer_own(one, worker, "done", "")
    clock.set(today)


def looked_back(office: Office, person: Person, worker: User, came: date, clock: Clock) -> None:
    """Reviews by their rule; most were done in time, some are overdue now."""
    clock.set(came, 17)
    review: Review | None = reviews.keep_up(person)
    while review is not None and review.due < office.today and office.aside.random() < 0.7:
        clock.set(review.due - timedelta(days=2), 11)
        reviews.do(review, worker, clock.now.date(), office.aside.choice(words()["reviewed"]))
        review = person.reviews.filter(state="scheduled").first()


def keep_safe(office: Office, person: Person, worker: User, clock: Clock) -> None:
    """Now and then a safety flag, and a note for named readers."""
    clock.set(office.today, 8)
    if office.aside.random() < 0.1:
        SafetyFlag.objects.create(person=person, words=office.aside.choice(words()["flags"]), added_by=worker)
    if office.aside.random() < 0.1:
        topics.write(person, worker, "health", "Takes medication in the morning. Wants it kept between us.", [])
