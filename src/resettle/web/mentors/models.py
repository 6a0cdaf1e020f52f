"""Volunteers with their checks and training, what people wish of a mentor, matches, claims and supervision."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils import timezone

from resettle.goodlives import mentors as rules
from resettle.goodlives import records
from resettle.goodlives.states import state_table
from resettle.web.people.models import Person, Relationship

OPEN = state_table("match").open_states


def tags() -> models.JSONField:
    """A list of short words."""
    return models.JSONField(default=list, blank=True)


class Volunteer(models.Model):
    """A mentor or volunteer, from applying to leaving, with what matching asks about them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="volunteer")
    state = models.CharField(max_length=10)
    consents = models.BooleanField("agreed to the checks", default=False)
    room = models.PositiveSmallIntegerField("how many people they can meet", default=1)
    sex = models.CharField(max_length=2, choices=Person.Sex, blank=True)
    places, languages, interests, shared_experience, keep_apart = tags(), tags(), tags(), tags(), tags()
    applied_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.user.name

    def last_days(self, needed: tuple[str, ...]) -> dict[str, date | None]:
        """The last day of each check or training that is needed; None where there is none."""
        kept: dict[str, date] = {}
        for check in self.checks.all():
            kept[check.kind] = max(check.until, kept.get(check.kind, check.until))
        return {kind: kept.get(kind) for kind in needed}

    def open_matches(self) -> list[Match]:
        """Matches that are not over."""
        return [match for match in self.matches.all() if match.state in OPEN]

    def record(self) -> records.Volunteer:
        """The volunteer as the state tables read them."""
        return records.Volunteer(
            id=str(self.user_id),
            state=self.state,
            consents=self.consents,
            checks=self.last_days(Check.CHECKS),
            training=self.last_days(Check.TRAINING),
            room=self.room,
        )

    def mentor(self, today: date) -> rules.Mentor:
        """The volunteer as matching reads them."""
        prison = self.last_days((Check.Kind.PRISON,))[Check.Kind.PRISON]
        return rules.Mentor(
            name=self.user.name,
            open_matches=len(self.open_matches()),
            places=frozenset(self.places),
            sex=self.sex,
            languages=frozenset(self.languages),
            interests=frozenset(self.interests),
            shared_experience=frozenset(self.shared_experience),
            excludes=frozenset(self.keep_apart),
            prison_cleared=prison is not None and prison >= today,
            **{name: getattr(self.record(), name) for name in ("id", "state", "checks", "training", "room")},
        )


class Check(models.Model):
    """A check or a training that came back, and the last day on which it counts. A later one stands beside it."""

    class Kind(models.TextChoices):
        """What was checked or learned."""

        REFERENCES = "references", "References"
        RECORD = "criminal_record", "Criminal record check"
        PRISON = "prison_clearance", "Prison clearance"
        INDUCTION = "induction", "Training: how we work"
        SAFEGUARDING = "safeguarding", "Training: keeping people safe"

    CHECKS = (Kind.REFERENCES, Kind.RECORD)
    TRAINING = (Kind.INDUCTION, Kind.SAFEGUARDING)

    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="checks")
    kind = models.CharField(max_length=20, choices=Kind)
    until = models.DateField("last day on which it counts")
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    seen_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["kind", "-until"]


class Wish(models.Model):
    """What a person wishes of a mentor, and whom they must be kept apart from."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="mentor_wish")
    sex = models.CharField(max_length=2, choices=Person.Sex, blank=True)
    must_sex = models.BooleanField(default=False)
    interests, shared_experience, keep_apart = tags(), tags(), tags()

    def record(self, today: date) -> rules.Wish:
        """The wish as matching reads it."""
        person = self.person
        held = person.episodes.filter(ended=None, kind="custody").filter(
            models.Q(release=None) | models.Q(release__gt=today)
        )
        return rules.Wish(
            person_id=str(person.pk),
            place=person.place,
            language=person.language,
            sex=self.sex,
            interests=frozenset(self.interests),
            shared_experience=frozenset(self.shared_experience),
            in_prison=held.exists(),
            tags=frozenset({person.place, person.name} - {""}),
            excludes=frozenset(self.keep_apart),
            must=frozenset({"language", "sex"} if self.must_sex and self.sex else {"language"}),
        )


class Match(models.Model):
    """A person and a volunteer, with the reasons. Once they have met, a relationship stands beside it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="matches")
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="matches")
    state = models.CharField(max_length=12)
    reasons = models.JSONField(default=list)
    without = models.JSONField(default=list)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(auto_now_add=True)
    person_consents = models.BooleanField(default=False)
    consent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    consent_on = models.DateField(null=True, blank=True)
    ending_on = models.DateField("day of the last meeting", null=True, blank=True)
    relationship = models.OneToOneField(Relationship, models.SET_NULL, null=True, related_name="match")

    class Meta:
        ordering = ["-proposed_at"]

    def record(self, excluded: bool = False) -> records.Match:
        """The match as the rules read it."""
        return records.Match(
            id=str(self.pk),
            mentor_id=str(self.volunteer.user_id),
            state=self.state,
            reasons=tuple(self.reasons),
            person_consents=self.person_consents,
            excluded=excluded,
            ending_on=self.ending_on,
        )


class Claim(models.Model):
    """Hours that a volunteer gave, and what they paid out. The coordinator sets the rate of a mile when approving."""

    class State(models.TextChoices):
        """Where it stands."""

        CLAIMED = "claimed", "Waits for approval"
        APPROVED = "approved", "Approved"
        REFUSED = "refused", "Not approved"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="claims")
    on = models.DateField()
    what = models.CharField(max_length=200)
    minutes = models.PositiveSmallIntegerField()
    miles = models.DecimalField(max_digits=6, decimal_places=1, default=0)
    paid_out = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    state = models.CharField(max_length=10, choices=State, default=State.CLAIMED)
    rate = models.DecimalField("pounds a mile", max_digits=5, decimal_places=2, null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-on"]

    @property
    def due(self) -> Decimal | None:
        """What is to be paid, in pounds to the penny; None until it is approved."""
        if self.state != self.State.APPROVED:
            return None
        return (self.paid_out + self.miles * (self.rate or 0)).quantize(Decimal("0.01"))


class Supervision(models.Model):
    """A talk between a volunteer and whoever supports them. The notes are the supervisor's; what was agreed is both's."""

    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="supervisions")
    supervisor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    on = models.DateField(default=timezone.localdate)
    notes = models.TextField(max_length=4000)
    agreed = models.TextField(max_length=1000, blank=True)
    next_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-on"]
