"""What is done with a budget. Every act locks the budget first, so that two at once never spend the same pound."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from resettle.errors import BadInput
from resettle.goodlives.budget import Balance, balance, post, reversal
from resettle.goodlives.spending import request_facts
from resettle.goodlives.states import Actor, Context, Refused, may
from resettle.web.access.models import User
from resettle.web.budgets.models import Budget, Fund, Line, Request
from resettle.web.people.models import Person
from resettle.web.people.moving import begin, keep, move, offered

APPROVALS = ("approve", "approve_first", "approve_second")


@transaction.atomic
def open_budget(person: Person, fund: Fund, user: User, indicative: Decimal, agreed: Decimal, begins: date) -> Budget:
    """Open a budget and put in the sum that was agreed."""
    made = Budget.objects.create(person=person, fund=fund, indicative=indicative, agreed=agreed, begins=begins)
    add_line(made, "allocate", agreed, user)
    return made


def balance_of(budget: Budget) -> Balance:
    """What the ledger comes to."""
    return balance(budget.ledger())


def add_line(
    budget: Budget, kind: str, amount: Decimal, user: User | None, request: Request | None = None, why: str = ""
) -> Line:
    """Add a line, if no rule of the ledger is broken (else `BadInput`). The budget must be locked."""
    number = budget.lines.count() + 1
    today = timezone.localdate()
    line = Line(budget=budget, number=number, kind=kind, amount=amount, on=today, by=user, request=request, why=why)
    post(budget.record(), budget.ledger(), line.record())
    line.save()
    return line


@transaction.atomic
def reverse_line(line: Line, user: User, why: str) -> Line:
    """Undo a line by one of its own."""
    budget = locked(line.budget_id)
    lines = budget.ledger()
    undoing = Line(
        budget=budget,
        number=len(lines) + 1,
        kind=line.kind,
        amount=line.amount,
        on=timezone.localdate(),
        by=user,
        request=line.request,
        reverses=line,
        why=why,
    )
    wanted = reversal(lines, str(line.pk), str(undoing.pk), undoing.on, str(user.pk), why)
    post(budget.record(), lines, wanted)
    undoing.save()
    return undoing


def locked(budget_id: Any) -> Budget:
    """The budget, locked until the transaction ends."""
    return Budget.objects.select_for_update().get(pk=budget_id)


def facts(request: Request, user: User | None) -> frozenset[str]:
    """What holds of a request now, for whoever acts."""
    budget, person = request.budget, request.budget.person
    today = timezone.localdate()
    conditions = [c.code for c in person.licence_conditions.all() if c.until is None or c.until >= today]
    return request_facts(
        request.record(),
        budget.fund.rules(),
        budget.ledger(),
        request.goal.record(),
        [other.record() for other in budget.requests.all()],
        conditions or None,
        str(user.pk) if user else "person",
    )


@transaction.atomic
def ask(budget: Budget, user: User | None, values: dict[str, Any]) -> Request | Refused:
    """Ask for money. The checks that need nobody run at once, and so does approval under the funder's limit."""
    budget = locked(budget.pk)
    request = Request(budget=budget, asked_by=user, **values)
    refused = begin("spend", "ask", request, user, facts(request, user))
    if refused:
        return refused
    for event in ("check", "approve_automatically", "commit"):
        if by_system(request, event):
            break
    return request


def by_system(request: Request, event: str) -> Refused | None:
    """A move that the system makes where its conditions hold."""
    answer = may("spend", request.state, event, Actor(role="system"), Context(holds=facts(request, None)))
    if isinstance(answer, Refused):
        return answer
    if event == "commit":
        add_line(request.budget, "commit", request.amount, None, request)
    before, request.state = request.state, answer.to
    request.save()
    keep("spend", request, event, before, answer.to, None, "by the rules of the fund", "", "system")
    return None


def why_it_waits(request: Request) -> str:
    """What a request lacks to pass the checks; empty where it lacks nothing."""
    answer = may("spend", request.state, "check", Actor(role="system"), Context(holds=facts(request, None)))
    return str(answer) if isinstance(answer, Refused) else ""


def moves(request: Request, user: User | None) -> list[str]:
    """What may be done with a request now."""
    extra = frozenset({"proof_is_kept", "ledger_is_reversed"})
    return [event for event in offered("spend", request, user, facts(request, user) | extra) if event != "commit"]


@transaction.atomic
def act(
    request_id: Any, event: str, user: User | None, reason: str = "", code: str = "", proof: str = ""
) -> Refused | None:
    """Make a move of a request, with the lines of the ledger that belong to it; or refuse, and change nothing."""
    key = Request.objects.values_list("budget_id", flat=True).get(pk=request_id)
    locked(key)
    request = Request.objects.select_related("budget__fund", "budget__person", "goal").get(pk=request_id)
    try:
        prepare(request, event, user, reason, proof)
        refused = move("spend", event, request, user, facts(request, user), reason, code)
        if refused is None and event == "pay":
            add_line(request.budget, "spend", request.amount, user, request)
    except BadInput as error:
        problem = error.problems[0]
        refused = Refused(event=event, reason=problem.rule, do=problem.do or "", broken="ledger")
    if refused:
        transaction.set_rollback(True)
        return refused
    if request.state == "approved":
        by_system(request, "commit")
    return None


def prepare(request: Request, event: str, user: User | None, reason: str, proof: str) -> None:
    """What a move writes beside the state: who approved, the lines of the ledger, the proof."""
    if event == "approve_first":
        request.first_approver = user
    elif event in APPROVALS:
        request.approved_by = user
    elif event == "check":
        request.licence_checked_by = user
    elif event == "appeal":
        request.appealed = True
    elif event == "show":
        request.proof = proof
    elif event == "pay":
        request.paid_on = timezone.localdate()
    elif event == "release":
        add_line(request.budget, "release", request.amount, user, request, reason)
    elif event == "refund":
        add_line(request.budget, "refund", request.amount, user, request, reason)
