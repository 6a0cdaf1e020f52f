"""Requests to spend: what a budget pays for, within which limits, who must approve, and what a licence condition rules out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

from resettle.document import read_document
from resettle.errors import bad
from resettle.goodlives.budget import Balance, Line, balance, is_money
from resettle.goodlives.facts import holding
from resettle.goodlives.records import Goal
from resettle.money import pounds
from resettle.result import Record


class Category(BaseModel):
    """What money may be spent on: allowed or not, most for one request and for one person in all, licence conditions it meets.

    `rules_out` names the licence conditions under which this category is never paid.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    allowed: bool = True
    most_each: Decimal | None = Field(default=None, gt=0, decimal_places=2)
    most_in_all: Decimal | None = Field(default=None, gt=0, decimal_places=2)
    rules_out: tuple[str, ...] = ()


class BudgetRules(BaseModel):
    """The rules of a personal budget, as the funder writes them in a TOML file.

    Up to `automatic_limit` a request for an active goal in an allowed category needs no approver; over `two_approvers_over` it
    needs two. Proof is due within `proof_within_days` of the payment. Sums are the funder's: none is built in.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    automatic_limit: Decimal = Field(ge=0, decimal_places=2)
    two_approvers_over: Decimal = Field(gt=0, decimal_places=2)
    proof_within_days: int = Field(ge=1, le=366)
    cash_allowed: bool = False
    categories: dict[str, Category] = Field(min_length=1)

    @model_validator(mode="after")
    def limits_in_order(self) -> BudgetRules:
        """What needs two approvers is never approved by itself."""
        if self.automatic_limit > self.two_approvers_over:
            raise ValueError("the automatic limit is above the sum that needs two approvers")
        return self


class Request(Record):
    """A request to spend from a budget, as it stands.

    `licence_checked_by` is who looked at the licence conditions (empty: nobody); `first_approver` who approved it as the first
    of two; `appealed`: it was looked at again once.
    """

    id: str
    budget_id: str
    goal_id: str
    good: str
    category: str
    amount: Decimal
    state: str = "asked"
    asked_by: str
    asked_on: date | None = None
    payee: str = ""
    cash: bool = False
    licence_checked_by: str = ""
    first_approver: str = ""
    approved_by: str = ""
    appealed: bool = False
    proof: str = ""
    paid_on: date | None = None


def read_budget_rules(path: Path) -> BudgetRules:
    """Read the rules of a personal budget from a TOML file; faults are one `BadInput` with lines."""
    return read_document(BudgetRules, path)


def request_facts(
    request: Request,
    rules: BudgetRules,
    lines: Iterable[Line],
    goal: Goal | None,
    requests: Iterable[Request] = (),
    licence_conditions: Iterable[str] | None = None,
    actor_id: str = "",
) -> frozenset[str]:
    """Which conditions hold of a request, given the budget's rules, ledger, and the other requests on it.

    `licence_conditions` are the codes of the person's conditions, None for somebody who is not on licence. `actor_id` is who
    decides now.
    """
    lines, rest = tuple(lines), [r for r in requests if r.id != request.id]
    mine = balance(lines, request.id)
    return holding(
        names_a_goal_and_a_good=request.goal_id and request.good and goal is not None and request.good in goal.goods,
        amount_is_money=is_money(request.amount),
        category_is_allowed=category_allowed(request, rules),
        licence_conditions_allow=licence_allows(request, rules, licence_conditions),
        fits_the_balance=fits_balance(request, balance(lines)),
        fits_the_limits=fits_limits(request, rules, rest),
        goal_is_active=goal is not None and goal.state == "active",
        is_under_the_automatic_limit=is_money(request.amount)
        and request.amount <= rules.automatic_limit
        and not request.appealed,
        approver_did_not_ask=actor_id and actor_id != request.asked_by,
        one_approval_is_enough=is_money(request.amount) and request.amount <= rules.two_approvers_over,
        approver_is_not_the_first=actor_id and actor_id != request.first_approver,
        not_looked_at_again_before=not request.appealed,
        commitment_covers_it=is_money(request.amount) and request.amount <= mine.committed,
        proof_is_kept=request.proof.strip(),
        ledger_is_reversed=mine.committed == 0 and mine.spent == 0,
    )


def category_allowed(request: Request, rules: BudgetRules) -> bool:
    """Whether the category is one the budget pays for, and the way of paying too."""
    category = rules.categories.get(request.category)
    return category is not None and category.allowed and (rules.cash_allowed or not request.cash)


def licence_allows(request: Request, rules: BudgetRules, conditions: Iterable[str] | None) -> bool:
    """Whether no licence condition rules the category out, and somebody looked: nobody on licence is passed unchecked."""
    if conditions is None:
        return True
    category = rules.categories.get(request.category)
    clash = category is None or set(category.rules_out) & set(conditions)
    return bool(request.licence_checked_by) and not clash


def fits_balance(request: Request, whole: Balance) -> bool:
    """Whether what is left of the budget covers the request."""
    return is_money(request.amount) and request.amount <= whole.left


def fits_limits(request: Request, rules: BudgetRules, others: Iterable[Request]) -> bool:
    """Whether the request keeps to its category's limits, with what was approved, set apart and paid in it before."""
    category = rules.categories.get(request.category)
    if category is None or not is_money(request.amount):
        return False
    counted = ("approved", "committed", "paid", "evidenced")
    before = sum((r.amount for r in others if r.category == request.category and r.state in counted), Decimal(0))
    each = category.most_each is None or request.amount <= category.most_each
    return each and (category.most_in_all is None or before + request.amount <= category.most_in_all)


def proof_is_overdue(request: Request, rules: BudgetRules, on: date) -> bool:
    """Whether the proof of a payment should have been kept by this day."""
    if request.state != "paid" or request.paid_on is None:
        return False
    return on > request.paid_on + timedelta(days=rules.proof_within_days)


def amount_of(text: str) -> Decimal:
    """The amount of a request as somebody wrote it; anything that is not pounds and pence above nothing is a `BadInput`."""
    amount = pounds(text, column="amount")
    if amount <= 0:
        raise bad(
            "an amount asked for must be above nothing",
            column="amount",
            value=text,
            do="Write pounds and pence, as in 24.50.",
        )
    return amount
