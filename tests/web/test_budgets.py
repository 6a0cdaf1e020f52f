"""Personal budgets: the fund's rules, the approvers, the ledger, and two at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.urls import reverse

from resettle.errors import BadInput
from resettle.goodlives.states import Refused
from resettle.web.access.models import Role, User
from resettle.web.budgets import work
from resettle.web.budgets.models import Fund, LicenceCondition, Line, Request

RULES = """
name = "Enabling fund"
automatic_limit = "50.00"
two_approvers_over = "200.00"
proof_within_days = 14

[categories.travel]
label = "Travel"
most_each = "60.00"

[categories.work]
label = "Work clothes and tools"

[categories.internet]
label = "Phone or internet"
rules_out = ["no_internet"]
"""


@pytest.fixture
def budget(office):
    fund = Fund.objects.create(name="Enabling fund", document=RULES)
    return work.open_budget(office.ada, fund, office.coordinator, Decimal("300"), Decimal("250"), date(2026, 1, 5))


@pytest.fixture
def ask(office, budget):
    def wanted(amount, category="work", what="boots", user=None):
        values = {"goal": office.goal, "good": "life", "category": category, "what": what, "payee": "A shop"}
        return work.ask(budget, user or office.practitioner, {**values, "amount": Decimal(amount)})

    return wanted


@pytest.mark.django_db
def test_a_small_request_for_an_active_goal_is_set_apart_at_once(ask, budget):
    request = ask("49.99")
    assert request.state == "committed"
    assert work.balance_of(budget).left == Decimal("200.01")
    assert [(line.number, line.kind) for line in budget.lines.order_by("number")] == [(1, "allocate"), (2, "commit")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("amount", "category", "state"),
    [("50.01", "work", "checks"), ("61", "travel", "asked"), ("250.01", "work", "asked")],
)
def test_what_is_over_a_limit_waits(ask, amount, category, state):
    assert ask(amount, category).state == state


@pytest.mark.django_db
def test_a_licence_condition_rules_a_category_out(ask, office):
    LicenceCondition.objects.create(person=office.ada, code="no_internet")
    request = ask("10", "internet")
    assert request.state == "asked"
    refused = work.act(request.pk, "check", office.practitioner)
    assert refused.broken == "licence_conditions_allow"


@pytest.mark.django_db
def test_whoever_asked_does_not_decide_and_two_are_needed_for_much(ask, office, budget):
    request = ask("220", user=office.coordinator)
    assert work.act(request.pk, "approve_first", office.coordinator).broken == "approver_did_not_ask"
    assert work.act(request.pk, "approve", office.approver).broken == "one_approval_is_enough"
    assert work.act(request.pk, "approve_first", office.approver) is None
    assert work.act(request.pk, "approve_second", office.approver).broken == "approver_is_not_the_first"
    second = User.objects.create_user("second@example.org", "A second", Role.APPROVER)
    assert work.act(request.pk, "approve_second", second) is None
    request.refresh_from_db()
    assert (request.state, request.first_approver, request.approved_by) == ("committed", office.approver, second)


@pytest.mark.django_db
def test_paid_shown_and_refunded_with_the_balance_right_at_each_step(ask, office, budget):
    request = ask("40")
    assert work.act(request.pk, "pay", office.practitioner) is None
    assert work.balance_of(budget).spent == Decimal("40")
    assert work.act(request.pk, "show", office.practitioner).broken == "proof_is_kept"
    assert work.act(request.pk, "show", office.practitioner, proof="receipt 12") is None
    assert work.act(request.pk, "refund", office.practitioner).broken == "reason"
    assert work.balance_of(budget).spent == Decimal("40"), "a refused refund writes no line"
    assert work.act(request.pk, "refund", office.practitioner, "too small, taken back") is None
    assert work.balance_of(budget).left == Decimal("250")


@pytest.mark.django_db
def test_lines_never_change_and_a_mistake_is_reversed_once(budget, office):
    line = budget.lines.get(kind="allocate")
    line.amount = Decimal("1")
    with pytest.raises(TypeError, match="never changes"):
        line.save()
    with pytest.raises(TypeError, match="never taken out"):
        line.delete()
    line.refresh_from_db()
    work.reverse_line(line, office.coordinator, "wrong person")
    assert work.balance_of(budget).allocated == 0
    with pytest.raises(BadInput, match="reversed already"):
        work.reverse_line(line, office.coordinator, "again")


@pytest.mark.django_db
def test_pages_say_what_is_left_first_and_keep_what_was_typed(as_role, office, budget):
    client = as_role("practitioner")
    page = reverse("budgets", kwargs={"person_id": office.ada.pk})
    assert "£250.00</strong> is left" in client.get(page).content.decode()
    asking = reverse("spend_ask", kwargs={"person_id": office.ada.pk, "budget_id": budget.pk})
    typed = {
        "what": "Boots <b>",
        "amount": "12.345",
        "payee": "A shop",
        "goal": office.goal.pk,
        "good": "life",
        "category": "work",
    }
    answer = client.post(asking, typed)
    assert answer.status_code == 422
    assert "Money has more than two decimals" in answer.content.decode()
    assert "Boots &lt;b&gt;" in answer.content.decode() and 'value="12.345"' in answer.content.decode()
    assert client.post(asking, {**typed, "amount": "12.34"}).status_code == 302
    assert Request.objects.get().state == "committed"


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_never_spend_the_same_pound(office, budget):
    def one(n):
        values = {"goal": office.goal, "good": "life", "category": "work", "what": f"thing {n}", "payee": "A shop"}
        try:
            return work.ask(budget, office.practitioner, {**values, "amount": Decimal("45")}).state
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        states = list(pool.map(one, range(8)))
    assert states.count("committed") == 5 and states.count("asked") == 3
    balance = work.balance_of(budget)
    assert (balance.committed, balance.left) == (Decimal("225"), Decimal("25"))


@pytest.mark.django_db(transaction=True)
def test_two_approvers_at_once_count_once(ask, office, budget):
    request = ask("120")
    approvers = [User.objects.create_user(f"a{n}@example.org", f"A {n}", Role.APPROVER) for n in range(4)]

    def approve(user):
        try:
            return work.act(request.pk, "approve", user)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(approve, approvers))
    assert sum(answer is None for answer in answers) == 1
    assert sum(isinstance(answer, Refused) for answer in answers) == 3
    assert Line.objects.filter(request=request, kind="commit").count() == 1
