"""Organisations, teams, those who sign in, reasons for looking, and the record of who looked."""

from __future__ import annotations

import uuid

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractBaseUser
from django.db import models


class Role(models.TextChoices):
    """What somebody signs in as. What each may open stands in `rules.py`."""

    PRACTITIONER = "practitioner", "Practitioner"
    MENTOR = "mentor", "Mentor or volunteer"
    COORDINATOR = "coordinator", "Coordinator"
    APPROVER = "approver", "Budget approver"
    PROVIDER = "provider", "Provider's worker"
    COMMISSIONER = "commissioner", "Commissioner"
    ADMINISTRATOR = "administrator", "Administrator"
    AUDITOR = "auditor", "Auditor"


class Regime(models.TextChoices):
    """The law under which an organisation holds records about people."""

    UK_GDPR = "uk_gdpr", "UK GDPR and Part 2 of the Data Protection Act 2018"
    PART_3 = "part_3", "Part 3 of the Data Protection Act 2018 (competent authorities)"


class Organisation(models.Model):
    """Who employs those who sign in, or runs a service."""

    class Sector(models.TextChoices):
        """As in the table `provider` of an area."""

        PUBLIC = "public", "Public"
        PRIVATE = "private", "Private"
        VOLUNTARY = "voluntary", "Voluntary and community"
        SOCIAL_ENTERPRISE = "social_enterprise", "Social enterprise"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200, unique=True)
    sector = models.CharField(max_length=20, choices=Sector, default=Sector.VOLUNTARY)
    regime = models.CharField(max_length=10, choices=Regime, default=Regime.UK_GDPR)

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """A team of an organisation. Its coordinator sees the people whom its members work with."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="teams")
    name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Makes users by e-mail address."""

    def create_user(self, email: str, name: str, role: str, password: str | None = None, **more: object) -> User:
        """A user who can sign in, with a usable password only if one is given."""
        user = self.model(email=self.normalize_email(email).lower(), name=name, role=role, **more)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str | None) -> User:
        """The user with an e-mail address, whatever its letter case."""
        return self.get(email__iexact=email)


class User(AbstractBaseUser):
    """Somebody who signs in. They are never deleted, only closed: the record of who looked names them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField("email address", unique=True)
    name = models.CharField("full name", max_length=200)
    role = models.CharField(max_length=20, choices=Role)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="members")
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)
    sessions_ended = models.PositiveIntegerField("how often every session was ended", default=0)

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name", "role"]
    objects = UserManager()

    def __str__(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must carry: it changes with the password, and each time that every session is ended."""
        made = str(super()._get_session_auth_hash(secret))  # type: ignore[misc]
        return f"{made}-{self.sessions_ended}" if self.sessions_ended else made


class AccountEvent(models.Model):
    """An account that was closed or opened again, or whose lost second factor was taken away: by whom and why."""

    class What(models.TextChoices):
        """What was done."""

        CLOSED = "closed", "Closed"
        OPENED = "opened", "Opened again"
        RESET = "reset", "Second factor reset"

    account = models.ForeignKey(User, models.PROTECT, related_name="events")
    what = models.CharField(max_length=10, choices=What)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at"]


class Grant(models.Model):
    """A reason given for opening the record of somebody outside one's caseload; it lasts for one working day."""

    user = models.ForeignKey(User, models.PROTECT, related_name="grants")
    person = models.ForeignKey("people.Person", models.CASCADE, related_name="grants")
    reason = models.TextField(max_length=1000)
    given_at = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField()


class Verb(models.TextChoices):
    """What was done with a record (Data Protection Act 2018, section 62: collection, alteration, consultation,
    disclosure, combination, erasure), and attempts that were refused.
    """

    READ = "read", "looked at"
    CHANGE = "change", "changed"
    PRINT = "print", "printed"
    EXPORT = "export", "exported"
    COMBINE = "combine", "combined"
    ERASE = "erase", "erased"
    REFUSED = "refused", "was refused"


class AccessHead(models.Model):
    """The last event of the record: one row, locked while the next is written."""

    sequence = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)


class AccessEvent(models.Model):
    """One look at, or change of, a record. Rows are never changed; each holds the hash of the one before, so that a
    changed or missing row is found (`audit.broken_at`). Only the words of a reason go, when the record of the person is erased.
    """

    sequence = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="access_events")
    verb = models.CharField(max_length=10, choices=Verb)
    page = models.CharField(max_length=60)
    reason = models.TextField(blank=True)
    salt = models.CharField(max_length=32, blank=True)
    reason_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["person", "-at"])]
