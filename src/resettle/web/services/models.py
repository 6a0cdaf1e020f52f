"""Services, referrals, sessions, unmet wants and evidence."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from resettle.goodlives import finder, records
from resettle.web.access.models import Organisation
from resettle.web.contacts.models import Contact
from resettle.web.people.models import Person
from resettle.web.plans.models import Goal

STRANDS = [
    ("accommodation", "Accommodation"),
    ("dependency", "Dependency and recovery"),
    ("wellbeing", "Wellbeing"),
    ("peer_support", "Peer support"),
    ("employment", "Education, training and employment"),
    ("women", "Services for women"),
    ("community", "Free community option"),
    ("other", "Other"),
]


# A referral in one of these states is still between the person and the provider: it also lets the provider read.
OPEN = ("sent", "accepted", "first_contact", "planned", "delivering", "ended", "report_due")


class Service(models.Model):
    """Something that can help. A commissioned one is paid under a contract; a community one is free to all."""

    class Kind(models.TextChoices):
        """How it is paid for."""

        COMMISSIONED = "commissioned", "Commissioned"
        COMMUNITY = "community", "Free in the community"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=15, choices=Kind, default=Kind.COMMISSIONED)
    provider = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="services")
    strand = models.CharField(max_length=20, choices=STRANDS, default="other")
    contract = models.CharField("contract or lot, as its file names it", max_length=60, blank=True)
    goods = models.JSONField(default=dict)
    places = models.JSONField(default=list)
    outcomes = models.JSONField("outcomes that can be asked for", default=list)
    room = models.PositiveSmallIntegerField("how many people can be helped at once", null=True, blank=True)
    unit_cost = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    about = models.TextField(blank=True)
    begins = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name

    def record(self, taken: int = 0) -> finder.Service:
        """The service as the finder reads it; `taken` is how many it helps now."""
        return finder.Service(
            id=str(self.pk),
            name=self.name,
            kind=self.kind,
            goods=self.goods,
            places=frozenset(self.places),
            begins=self.begins,
            ends=self.ends,
            room=None if self.room is None else self.room - taken,
        )


class Band(models.TextChoices):
    """How complex the person's need is, set before the provider is chosen and by somebody else."""

    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"


class Referral(models.Model):
    """A service asked to help with goals."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="referrals")
    service = models.ForeignKey(Service, models.PROTECT, related_name="referrals")
    goals = models.ManyToManyField(Goal, related_name="referrals")
    good = models.CharField(max_length=30)
    state = models.CharField(max_length=15)
    band = models.CharField(max_length=10, choices=Band)
    person_consents = models.BooleanField(default=False)
    chosen_because = models.TextField(max_length=1000)
    outcomes = models.JSONField(default=dict)
    amendments = models.JSONField(default=list)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    sessions_planned = models.PositiveSmallIntegerField(default=0)
    end_code = models.CharField(max_length=20, blank=True)
    report = models.TextField(blank=True)

    class Meta:
        ordering = ["-written_at"]

    def record(self) -> records.Referral:
        """The referral as the rules read it."""
        held = self.sessions.filter(contact__state="happened").count()
        amended = self.amendments[-1] if self.amendments else None
        return records.Referral(
            id=str(self.pk),
            goal_ids=tuple(str(key) for key in self.goals.values_list("pk", flat=True)) if self.pk else (),
            service_id=str(self.service_id),
            provider_id=str(self.service.provider_id or ""),
            state=self.state,
            person_consents=self.person_consents,
            chosen_because=self.chosen_because,
            outcomes=self.outcomes,
            assignments=tuple(one.record() for one in self.assignments.all()),
            contacts=held,
            sessions_planned=self.sessions_planned,
            sessions_delivered=held,
            amendment=(amended["before"], amended["after"]) if amended else None,
        )


class Assignment(models.Model):
    """A worker of the provider who has a referral, or had it."""

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="assignments")
    worker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="assignments")
    superseded = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["referral"], condition=models.Q(superseded=False), name="one_worker_a_referral"
            )
        ]

    def record(self) -> records.Assignment:
        """The assignment as the rules read it."""
        return records.Assignment(worker_id=str(self.worker_id), superseded=self.superseded)


class Session(models.Model):
    """A contact that is part of a service."""

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="sessions")
    contact = models.OneToOneField(Contact, models.CASCADE, related_name="session")


class UnmetWant(models.Model):
    """Something that a person wants and that nothing here offers, or offers no choice of."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="unmet_wants")
    good = models.CharField(max_length=30)
    place = models.CharField(max_length=100)
    words = models.TextField(max_length=1000, blank=True)
    why = models.JSONField(default=list)
    choices = models.PositiveSmallIntegerField()
    at = models.DateTimeField(auto_now_add=True)


class Evidence(models.Model):
    """Something that was seen to be so, and who made sure of it."""

    class How(models.TextChoices):
        """How it is known: as in the table `outcome` of an area."""

        SELF = "self", "The person says so"
        WORKER = "worker", "A worker says so"
        DOCUMENT = "document", "A document was seen"
        REGISTRY = "registry", "Found in an official register"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="evidence")
    referral = models.ForeignKey(Referral, models.PROTECT, null=True, related_name="evidence")
    goal = models.ForeignKey(Goal, models.PROTECT, null=True, related_name="evidence")
    code = models.CharField("outcome, as the contract names it", max_length=60)
    on = models.DateField()
    state = models.CharField(max_length=15)
    observed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    observed_at = models.DateTimeField(auto_now_add=True)
    how = models.CharField(max_length=10, choices=How, default=How.WORKER)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    verified_on = models.DateField(null=True)

    class Meta:
        ordering = ["-on"]

    def record(self) -> records.Evidence:
        """The evidence as the rules read it."""
        return records.Evidence(
            id=str(self.pk),
            code=self.code,
            state=self.state,
            fact_id=str(self.pk),
            fact_on=self.on,
            observed_by=str(self.observed_by_id or ""),
            verified_by=str(self.verified_by_id or ""),
            verified_how=self.how if self.verified_by_id else "",
        )
