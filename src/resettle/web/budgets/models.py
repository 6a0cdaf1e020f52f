"""Funds with their rules, budgets, requests to spend, and the lines of the ledger."""

from __future__ import annotations

import uuid
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import models

from resettle.document import parse_document
from resettle.goodlives import budget as ledger
from resettle.goodlives import spending
from resettle.web.people.models import Person
from resettle.web.plans.models import Goal

MONEY = {"max_digits": 12, "decimal_places": 2}


class Fund(models.Model):
    """Money for personal budgets, with the funder's rules as a TOML document (`goodlives.spending.BudgetRules`)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200, unique=True)
    document = models.TextField()

    def __str__(self) -> str:
        return self.name

    def rules(self) -> spending.BudgetRules:
        """The rules; a fault in them is a `BadInput`."""
        return read_rules(self.name, self.document)


@lru_cache(100)
def read_rules(name: str, document: str) -> spending.BudgetRules:
    """The rules that a document holds; the same words are read once."""
    return parse_document(spending.BudgetRules, document, Path(f"{name}.toml"))


class Budget(models.Model):
    """The money one person can direct. The indicative amount is told first; what is agreed may differ."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="budgets")
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="budgets")
    indicative = models.DecimalField(**MONEY)
    agreed = models.DecimalField(**MONEY)
    begins = models.DateField()
    ends = models.DateField(null=True, blank=True)

    def record(self) -> ledger.Budget:
        """The budget as the rules read it."""
        return ledger.Budget(
            id=str(self.pk),
            person_id=str(self.person_id),
            indicative=self.indicative,
            agreed=self.agreed,
            begins=self.begins,
            ends=self.ends,
        )

    def ledger(self) -> tuple[ledger.Line, ...]:
        """Every line, in order."""
        return tuple(line.record() for line in sorted(self.lines.all(), key=lambda line: line.number))


class Request(models.Model):
    """What a person asks to spend, for a goal and a good."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    budget = models.ForeignKey(Budget, models.PROTECT, related_name="requests")
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="requests")
    good = models.CharField(max_length=30)
    category = models.CharField(max_length=40)
    what = models.CharField(max_length=300)
    amount = models.DecimalField(**MONEY)
    payee = models.CharField(max_length=200)
    state = models.CharField(max_length=15)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    licence_checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    first_approver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    appealed = models.BooleanField(default=False)
    proof = models.CharField(max_length=300, blank=True)
    paid_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at"]
        indexes = [models.Index(fields=["state", "asked_at"], name="requests_by_state")]

    @property
    def person(self) -> Person:
        """Whose request it is."""
        return self.budget.person

    def record(self) -> spending.Request:
        """The request as the rules read it."""
        return spending.Request(
            id=str(self.pk),
            budget_id=str(self.budget_id),
            goal_id=str(self.goal_id),
            good=self.good,
            category=self.category,
            amount=self.amount,
            state=self.state,
            asked_by=str(self.asked_by_id or "person"),
            payee=self.payee,
            licence_checked_by=text(self.licence_checked_by_id),
            first_approver=text(self.first_approver_id),
            approved_by=text(self.approved_by_id),
            appealed=self.appealed,
            proof=self.proof,
            paid_on=self.paid_on,
        )


class Line(models.Model):
    """One line of a ledger. It is added, never changed; a mistake is undone by a line that reverses it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    budget = models.ForeignKey(Budget, models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    amount = models.DecimalField(**MONEY)
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    request = models.ForeignKey(Request, models.PROTECT, null=True, related_name="lines")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["budget", "number"], name="one_line_a_number")]

    def save(self, *args: object, **options: object) -> None:
        """Add the line; one that is there already cannot be changed."""
        if not self._state.adding:
            raise TypeError("A line of the ledger never changes; reverse it.")
        super().save(*args, **options)

    def delete(self, *args: object, **options: object) -> tuple[int, dict[str, int]]:
        """Lines are never taken out."""
        raise TypeError("A line of the ledger is never taken out; reverse it.")

    def record(self) -> ledger.Line:
        """The line as the rules read it."""
        return ledger.Line(
            id=str(self.pk),
            kind=self.kind,
            amount=Decimal(self.amount),
            on=self.on,
            by=text(self.by_id) or "system",
            request_id=text(self.request_id) or None,
            reverses=text(self.reverses_id) or None,
            why=self.why,
        )


class LicenceCondition(models.Model):
    """A condition of the person's licence, by the code that the funds' rules use."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="licence_conditions")
    code = models.CharField(max_length=60)
    words = models.CharField(max_length=300, blank=True)
    until = models.DateField(null=True, blank=True)


def text(key: uuid.UUID | None) -> str:
    """An identifier as text; empty for none."""
    return "" if key is None else str(key)
