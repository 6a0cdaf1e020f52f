"""Pages of personal budgets."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from resettle.goodlives.states import Refused, state_table
from resettle.reference.goods import goods
from resettle.web.budgets import work
from resettle.web.budgets.forms import AskForm, BudgetForm, FundForm, SpendMoveForm
from resettle.web.budgets.models import Budget, Fund, Request
from resettle.web.look.forms import sent
from resettle.web.look.jinja import pounds
from resettle.web.people.models import Person
from resettle.web.plans.forms import labels
from resettle.web.plans.views import page, signed_in


def budgets(request: HttpRequest, person: Person) -> HttpResponse:
    """What the person can direct: the balance first, then what was asked for, then every line."""
    user = signed_in(request)
    kept = person.budgets.select_related("fund").prefetch_related("lines", "requests", "person__licence_conditions")
    about = {"person": person, "budgets": [shown(one, user) for one in kept]}
    return render(
        request, "budgets/budgets.html", {**about, "labels": labels("spend"), "states": state_table("spend").states}
    )


def shown(budget: Budget, user: Any) -> dict[str, Any]:
    """One budget as its page shows it."""
    names = {good.code: good.name for good in goods()}
    asked = budget.requests.select_related("goal", "asked_by", "approved_by", "first_approver").prefetch_related(
        "goal__steps"
    )
    return {
        "budget": budget,
        "balance": work.balance_of(budget),
        "requests": [
            {"request": one, "good": names.get(one.good, one.good), "moves": work.moves(one, user)} for one in asked
        ],
        "lines": budget.lines.select_related("request", "by").order_by("-number"),
    }


def budget_add(request: HttpRequest, person: Person) -> HttpResponse:
    """Open a personal budget."""
    form = BudgetForm(sent(request))
    if request.method == "POST" and form.is_valid():
        work.open_budget(person, user=signed_in(request), **form.cleaned_data)
        return redirect("budgets", person_id=person.pk)
    return page(request, "people/form.html", {"form": form, "person": person, "heading": "Open a personal budget"})


def spend_ask(request: HttpRequest, person: Person, budget_id: Any) -> HttpResponse:
    """Ask for money for a goal."""
    budget = get_object_or_404(Budget, pk=budget_id, person=person)
    form = AskForm(sent(request), budget=budget)
    if request.method == "POST" and form.is_valid():
        made = work.ask(budget, signed_in(request), form.cleaned_data)
        if isinstance(made, Refused):
            form.add_error(None, str(made))
        else:
            messages.success(request, said(made))
            return redirect("budgets", person_id=person.pk)
    lead = f"{pounds(work.balance_of(budget).left)} is left."
    return page(request, "people/form.html", {"form": form, "person": person, "heading": "Ask for money", "lead": lead})


def said(made: Request) -> str:
    """What became of a request at once."""
    if made.state == "committed":
        return "Approved under the limit of the fund. The money is set apart."
    if made.state == "asked":
        return f"The request is kept, and waits. {work.why_it_waits(made)}"
    return "The request is kept. An approver will look at it."


def spend_move(request: HttpRequest, person: Person, request_id: Any, event: str) -> HttpResponse:
    """Do something with a request: check, approve, pay, show, cancel."""
    asked = get_object_or_404(Request, pk=request_id, budget__person=person)
    words = labels("spend")
    if event not in words or event in ("ask", "commit", "approve_automatically"):
        raise Http404
    form = SpendMoveForm(sent(request), event=event)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        answer = work.act(
            asked.pk,
            event,
            signed_in(request),
            values.get("reason", ""),
            values.get("code", ""),
            values.get("proof", ""),
        )
        if answer is None:
            return redirect(
                "approvals" if signed_in(request).role == "approver" else "budgets", **after(request, person)
            )
        form.add_error(answer.broken if answer.broken in form.fields else None, str(answer))
    lead = f"{asked.what}: £{asked.amount:,.2f} to {asked.payee}"
    return page(request, "people/form.html", {"form": form, "person": person, "heading": words[event], "lead": lead})


def after(request: HttpRequest, person: Person) -> dict[str, Any]:
    """Where the reader goes next: an approver back to the list, others to the person's budget."""
    return {} if signed_in(request).role == "approver" else {"person_id": person.pk}


def approvals(request: HttpRequest) -> HttpResponse:
    """The requests that wait for an approver, oldest first."""
    user = signed_in(request)
    waiting = Request.objects.filter(state__in=("checks", "part_approved")).select_related(
        "budget__person", "budget__fund", "goal", "asked_by", "first_approver"
    )
    around = ("budget__lines", "budget__requests", "budget__person__licence_conditions", "goal__steps")
    listed = waiting.prefetch_related(*around).order_by("asked_at")[:100]
    rows = [{"request": one, "moves": work.moves(one, user)} for one in listed]
    return render(request, "budgets/approvals.html", {"rows": rows, "labels": labels("spend")})


def funds(request: HttpRequest) -> HttpResponse:
    """The funds and their rules."""
    return render(request, "budgets/funds.html", {"funds": Fund.objects.order_by("name")})


def fund_add(request: HttpRequest) -> HttpResponse:
    """Add a fund."""
    form = FundForm(sent(request))
    if request.method == "POST" and form.is_valid():
        Fund.objects.create(**form.cleaned_data)
        return redirect("funds")
    return page(request, "people/form.html", {"form": form, "heading": "Add a fund"})
