"""What is measured of a person, captured once: by whom, on which day, and who made sure of it."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models

from resettle.goodlives import circumstances
from resettle.web.people.models import Person
from resettle.web.plans.models import Goal
from resettle.web.services.models import Evidence

DOMAINS = [("housing", "Home"), ("work", "Work"), ("education", "Education or training"), ("benefit", "Benefits")]
CODES = {
    "settled": "Settled home",
    "supported": "Supported housing",
    "approved_premises": "Approved premises",
    "transient": "Short-term or transient place",
    "shelter": "Night shelter or emergency hostel",
    "squatting": "Squatting",
    "rough_sleeping": "Sleeping rough",
    "employed": "Employed",
    "self_employed": "Self-employed",
    "unemployed": "Out of work",
    "not_available": "Not available for work",
    "learning": "In education or training",
    "not_learning": "Not in education or training",
    "claiming": "Receives the benefit",
    "not_claiming": "Does not receive it",
    "unknown": "Asked, and not known",
}


class Captured(models.Model):
    """Something that was written down once. Nobody (None) is the person themselves. It is taken back, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    captured_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    captured_at = models.DateTimeField(auto_now_add=True)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    verified_on = models.DateField(null=True)
    taken_back_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    taken_back_on = models.DateField(null=True)
    taken_back_why = models.CharField(max_length=500, blank=True)

    class Meta:
        abstract = True

    @property
    def stands(self) -> bool:
        """Whether it was not taken back."""
        return self.taken_back_on is None


class Given(Captured):
    """A questionnaire that was given to a person, with its answers and what its scales came to on that day.

    Scores are kept with the ends of their scales, so that they can be read after a licence has run out.
    """

    class Mode(models.TextChoices):
        """How it was filled in."""

        SELF = "self", "They read and answered it themselves"
        READ_ALOUD = "read_aloud", "Read out to them"
        PROXY = "proxy", "Somebody answered for them"

    person = models.ForeignKey(Person, models.CASCADE, related_name="given")
    instrument = models.CharField(max_length=60)
    label = models.CharField(max_length=200)
    version = models.CharField(max_length=60)
    licence = models.CharField(max_length=500)
    on = models.DateField()
    mode = models.CharField(max_length=12, choices=Mode, default=Mode.SELF)
    language = models.CharField(max_length=60, default="English")
    help_given = models.CharField(max_length=500, blank=True)
    answers = models.JSONField(default=dict)
    scores = models.JSONField(default=list)

    class Meta:
        ordering = ["-on", "-captured_at"]
        verbose_name = "questionnaire"


class Ladder(models.Model):
    """The five levels of one goal in words, from much less than hoped to much more, and the weight that the person gives it."""

    goal = models.OneToOneField(Goal, models.CASCADE, related_name="ladder")
    words = models.JSONField("the five levels, lowest first", default=list)
    weight = models.PositiveSmallIntegerField(default=1)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "levels of a goal"


class Scaling(Captured):
    """How far the goals came by a day, in one view: the person's, or the worker's."""

    class Rater(models.TextChoices):
        """Whose view it is."""

        PERSON = "person", "The person"
        WORKER = "worker", "The worker"

    person = models.ForeignKey(Person, models.CASCADE, related_name="scalings")
    rater = models.CharField(max_length=10, choices=Rater)
    on = models.DateField()

    class Meta:
        ordering = ["-on", "-captured_at"]
        verbose_name = "how far goals came"


class Level(models.Model):
    """The level that one goal had reached, from -2 to 2, with the words and the weight that it had then."""

    scaling = models.ForeignKey(Scaling, models.CASCADE, related_name="levels")
    goal = models.ForeignKey(Goal, models.CASCADE, related_name="levels")
    level = models.SmallIntegerField()
    weight = models.PositiveSmallIntegerField(default=1)
    words = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scaling", "goal"], name="one_level_a_goal")]


class Fact(Captured):
    """A dated fact of home, work, education or benefits: from which day, to which, and how it is known.

    `evidence` are the outcomes of services that rest on it.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="facts")
    domain = models.CharField(max_length=10, choices=DOMAINS)
    code = models.CharField("what was so", max_length=20, choices=list(CODES.items()))
    detail = models.CharField("which home, work, course or benefit", max_length=200, blank=True)
    begins = models.DateField("first day")
    ends = models.DateField("last day", null=True, blank=True)
    how = models.CharField("how it is known", max_length=10, choices=Evidence.How, default=Evidence.How.WORKER)
    evidence = models.ManyToManyField(Evidence, related_name="facts")

    class Meta:
        ordering = ["-begins", "-captured_at"]
        indexes = [models.Index(fields=["person", "domain", "-begins"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends=None) | models.Q(ends__gte=models.F("begins")), name="fact_ends_after_it_begins"
            )
        ]

    def record(self) -> circumstances.Fact:
        """The fact as the rules read it."""
        return circumstances.Fact(
            id=str(self.pk),
            domain=self.domain,
            code=self.code,
            begins=self.begins,
            ends=self.ends,
            verified=self.verified_on is not None,
        )

    def values(self) -> dict[str, Any]:
        """What it says, in words."""
        return {"what": self.get_code_display(), "of": self.get_domain_display(), "how": self.get_how_display()}


class Said(models.Model):
    """What a person said of their own home, work, course or benefits on their own page: from which day, and what a worker did
    with it. It is no fact until it is verified; then `fact` is what it became.
    """

    class State(models.TextChoices):
        """Where it stands."""

        WAITS = "waits", "Said, not looked at"
        ASKED = "asked", "Asked about"
        VERIFIED = "verified", "Verified"
        SET_ASIDE = "set_aside", "Left as said"
        TAKEN_BACK = "taken_back", "Taken back by them"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="sayings")
    domain = models.CharField(max_length=10, choices=DOMAINS)
    code = models.CharField("what they said", max_length=20, choices=list(CODES.items()))
    detail = models.CharField("which home, work, course or benefit", max_length=200, blank=True)
    begins = models.DateField("first day")
    said_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITS)
    words = models.CharField("what a worker asked, or why it was left", max_length=500, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    fact = models.OneToOneField(Fact, models.PROTECT, null=True, related_name="said")

    class Meta:
        ordering = ["-said_at"]
        verbose_name = "what they said themselves"
