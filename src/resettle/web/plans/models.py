"""What a person wants from life, what they will do about it, and the versions of the plan that they answered."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from resettle.goodlives import records
from resettle.web.people.models import Person

SCORE = [MinValueValidator(0), MaxValueValidator(10)]


class Map(models.Model):
    """One filling-in of the good life map, by the person or by a worker. Kept as it was; a later one stands beside it."""

    class Rater(models.TextChoices):
        """Whose view it is."""

        PERSON = "person", "The person"
        WORKER = "worker", "The worker"

    class About(models.TextChoices):
        """The time it is about."""

        NOW = "now", "Now"
        THEN = "then", "When things went wrong"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="maps")
    rater = models.CharField(max_length=10, choices=Rater)
    about = models.CharField(max_length=5, choices=About, default=About.NOW)
    taxonomy = models.CharField("version of the list of goods", max_length=20)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-made_at"]


class Rating(models.Model):
    """One good of a map: how much it matters, how far the person has it, each 0 to 10, and their own words."""

    map = models.ForeignKey(Map, models.CASCADE, related_name="ratings")
    good = models.CharField(max_length=30)
    importance = models.PositiveSmallIntegerField(validators=SCORE)
    attainment = models.PositiveSmallIntegerField(validators=SCORE)
    own_words = models.TextField(max_length=1000, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["map", "good"], name="one_rating_a_good")]

    @property
    def gap(self) -> int:
        """How much more it matters than the person has of it."""
        return self.importance - self.attainment


class Strength(models.Model):
    """Something that the person is good at, or that has worked before."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="strengths")
    text = models.CharField(max_length=500)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["added_at"]


class Goal(models.Model):
    """I will ... so that ...: what the person will do, for which goods."""

    class RiskEffect(models.TextChoices):
        """How the goal bears on risk."""

        LOWERS = "lowers", "It makes harm less likely"
        NEUTRAL = "neutral", "It makes no difference to risk"
        NEEDS_CHECK = "needs_check", "It needs a check first"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="goals")
    own_words = models.TextField(max_length=1000)
    so_that = models.TextField(max_length=1000, blank=True)
    goods = models.JSONField(default=list)
    state = models.CharField(max_length=15)
    target = models.DateField(null=True, blank=True)
    risk_effect = models.CharField(max_length=12, choices=RiskEffect, default=RiskEffect.NEUTRAL)
    obstacle = models.TextField("what stands in the way", max_length=1000, blank=True)
    offered = models.BooleanField(default=False)
    person_says_achieved = models.BooleanField(default=False)
    set_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["set_at"]

    def record(self) -> records.Goal:
        """The goal as the rules read it."""
        return records.Goal(
            id=str(self.pk),
            own_words=self.own_words,
            so_that=self.so_that,
            goods=tuple(self.goods),
            state=self.state,
            steps=tuple(step.record() for step in self.steps.all()),
            offered=self.offered,
            person_says_achieved=self.person_says_achieved,
        )


class Step(models.Model):
    """One thing to do for a goal. The person does it, unless somebody else is named."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    goal = models.ForeignKey(Goal, models.CASCADE, related_name="steps")
    text = models.CharField(max_length=500)
    by = models.CharField("who does it", max_length=100)
    due = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=15)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["added_at"]

    @property
    def person(self) -> Person:
        """Whose step it is."""
        return self.goal.person

    def record(self) -> records.Step:
        """The step as the rules read it."""
        return records.Step(id=str(self.pk), text=self.text, by=self.by, state=self.state, due=self.due)


class Plan(models.Model):
    """One version of a plan. Once offered, its text is kept with its seal and never changes."""

    class How(models.TextChoices):
        """How the person answered."""

        IN_PERSON = "in_person", "In person"
        PHONE = "phone", "By phone"
        PAPER = "paper", "On paper"
        APP = "app", "Themselves, signed in"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="plans")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=20)
    worker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    snapshot = models.TextField(blank=True)
    seal = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    offered_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_how = models.CharField(max_length=10, choices=How, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["person", "number"], name="one_plan_a_number")]

    def record(self, strengths: tuple[str, ...] = ()) -> records.PlanVersion:
        """The version as the rules read it."""
        return records.PlanVersion(
            id=str(self.pk),
            number=self.number,
            state=self.state,
            strengths=strengths,
            snapshot=self.snapshot,
            seal=self.seal,
            answered_how=self.answered_how,
        )
