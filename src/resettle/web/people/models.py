"""People on a plan: names, identifiers, dates, and who works with them."""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.utils import timezone

from resettle.goodlives import records


class Person(models.Model):
    """A person on a plan. `merged_into` is set where two records turned out to be one person; it can be undone."""

    class Sex(models.TextChoices):
        """As recorded by the justice system."""

        MALE = "M", "Male"
        FEMALE = "F", "Female"
        NOT_KNOWN = "N", "Not known"
        NOT_SPECIFIED = "NS", "Not specified"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField("full name", max_length=200)
    known_as = models.CharField("name they like to be called", max_length=200, blank=True)
    birth_date = models.DateField("date of birth")
    sex = models.CharField(max_length=2, choices=Sex, default=Sex.NOT_KNOWN)
    language = models.CharField("language they like to use", max_length=60, default="English")
    place = models.CharField("place where they live or will live", max_length=100, blank=True)
    safe_contact = models.TextField("how it is safe to get in touch", max_length=500, blank=True)
    search_name = models.CharField(max_length=420, db_index=True, editable=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name

    @property
    def called(self) -> str:
        """The name that they like to be called."""
        return self.known_as or self.name

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the name that is searched in step."""
        self.search_name = f"{self.name} {self.known_as}".casefold().strip()
        super().save(*args, **kwargs)


class Identifier(models.Model):
    """A number by which another system knows the person, in its one written form."""

    class Kind(models.TextChoices):
        """Whose number it is."""

        CRN = "crn", "Case reference number (CRN)"
        PRISON_NUMBER = "prison_number", "Prison number"
        PNC = "pnc", "Police National Computer (PNC) number"
        CRO = "cro", "Criminal Records Office (CRO) number"

    person = models.ForeignKey(Person, models.CASCADE, related_name="identifiers")
    kind = models.CharField(max_length=15, choices=Kind)
    value = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="one_person_a_number")]


class Episode(models.Model):
    """A time under sentence or support, with the dates that matter."""

    class Kind(models.TextChoices):
        """Where the person is."""

        CUSTODY = "custody", "In prison"
        COMMUNITY = "community", "On a community or suspended sentence"
        VOLUNTARY = "voluntary", "By choice, after or without a sentence"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="episodes")
    kind = models.CharField(max_length=10, choices=Kind)
    begin = models.DateField()
    release = models.DateField("release date", null=True, blank=True)
    licence_end = models.DateField("end of licence", null=True, blank=True)
    sentence_end = models.DateField("end of sentence", null=True, blank=True)
    ended = models.DateField(null=True, blank=True)
    ended_reason = models.CharField(max_length=200, blank=True)

    def days_to_release(self, today: date | None = None) -> int | None:
        """Whole days from today to release; negative after it; None where no date is known."""
        return None if self.release is None else (self.release - (today or timezone.localdate())).days

    def where(self, today: date | None = None) -> str:
        """Where the person is, in words: nobody whose day of release has passed is said to be in prison."""
        away = self.days_to_release(today)
        out = self.kind == self.Kind.CUSTODY and away is not None and away < 0
        return "Released from prison" if out else self.get_kind_display()


class RelationshipQuerySet(models.QuerySet["Relationship"]):
    """Relationships, by whether they are current."""

    def current(self) -> RelationshipQuerySet:
        """Those that have begun and not ended."""
        today = timezone.localdate()
        return self.filter(begin__lte=today).filter(models.Q(end=None) | models.Q(end__gt=today))


class Relationship(models.Model):
    """A worker or mentor of a person, from one day to another."""

    class Role(models.TextChoices):
        """What they are to the person."""

        PRACTITIONER = "practitioner", "Practitioner"
        KEYWORKER = "keyworker", "Keyworker"
        MENTOR = "mentor", "Mentor"
        PEER_MENTOR = "peer_mentor", "Peer mentor"
        BROKER = "broker", "Broker"
        COORDINATOR = "coordinator", "Coordinator"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="relationships")
    worker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="relationships")
    role = models.CharField(max_length=15, choices=Role)
    begin = models.DateField()
    end = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=200, blank=True)
    because = models.TextField("why they were matched", blank=True)
    state = models.CharField(max_length=15, default="current")
    joint = models.BooleanField("shared on purpose with another in the same role", default=False)
    next = models.OneToOneField("self", models.SET_NULL, null=True, blank=True, related_name="before")
    objects = RelationshipQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["worker", "end"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(end=None) | models.Q(end__gte=models.F("begin")), name="ends_after_it_begins"
            )
        ]

    def record(self) -> records.Relationship:
        """The relationship as the rules read it."""
        return records.Relationship(
            id=str(self.pk),
            worker_id=str(self.worker_id),
            role=self.role,
            team=str(self.worker.team_id or ""),
            begins=self.begin,
            ends=self.end,
            state=self.state,
            joint=self.joint,
            next_id=str(self.next_id) if self.next_id else None,
            end_reason=self.end_reason,
        )


class SafetyFlag(models.Model):
    """Something that everybody who meets the person must know to be safe. It says no more than they need."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="safety_flags")
    words = models.CharField(max_length=200)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["added_at"]


class Happened(models.Model):
    """One move that was made, of any kind of thing of a casework. Rows are never changed. A volunteer has no person."""

    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="happened")
    kind = models.CharField(max_length=15)
    thing = models.UUIDField(db_index=True)
    event = models.CharField(max_length=40)
    from_state = models.CharField(max_length=30)
    to_state = models.CharField(max_length=30)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=20)
    at = models.DateTimeField(auto_now_add=True)
    reason = models.TextField(blank=True)
    code = models.CharField(max_length=40, blank=True)
