"""Personal budgets and open books: what was spent, within what was agreed."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from resettle.commissioning.language.payments import CostPlus, PersonalBudget
from resettle.commissioning.records import Spending
from resettle.commissioning.settlement.case import Case, Window
from resettle.commissioning.settlement.draft import Draft, Made
from resettle.commissioning.words import count, share
from resettle.money import show, to_pence

ZERO = Decimal("0.00")


def spent(case: Case, payment_id: str) -> tuple[list[Spending], list[str]]:
    """What was spent under a payment in the days of the contract, by date, and a note on what lies outside."""
    own = [s for s in case.evidence.spending if s.payment == payment_id]
    kept = [s for s in own if case.contract.period.start <= s.spent_on <= case.last]
    kept.sort(key=lambda s: (s.spent_on, s.id))
    aside = len(own) - len(kept)
    return kept, [f"{count(aside, 'payment')} set aside: spent outside the days of the contract."] if aside else []


def budget_lines(case: Case, budget: PersonalBudget) -> Made:
    """One line a period: what was spent for people, each within their own amount, in the order in which it was spent."""
    kept, notes = spent(case, budget.id)
    so_far: dict[str, tuple[Decimal, Decimal]] = defaultdict(lambda: (ZERO, ZERO))
    paid: dict[Window, Decimal] = defaultdict(lambda: ZERO)
    rows: dict[Window, list[Spending]] = defaultdict(list)
    nobody = 0
    for row in kept:
        limit = limit_of(budget, row)
        if row.person is None or limit is None:
            nobody += 1
            continue
        before, allowed = so_far[row.person]
        most = case.indexed(budget, limit, case.contract.period.start)
        so_far[row.person] = before + row.pence, min(before + row.pence, most)
        paid[case.window(row.spent_on)] += so_far[row.person][1] - allowed
        rows[case.window(row.spent_on)].append(row)
    beyond = sum((cost - allowed for cost, allowed in so_far.values()), ZERO)
    if beyond:
        notes.append(
            f"{budget.name}: {show(beyond, case.contract.currency)} was spent beyond people's budgets, and is not paid."
        )
    if nobody:
        notes.append(
            f"{budget.name}: {count(nobody, 'payment')} set aside: for no person, or for a band without an amount."
        )
    made = [
        line(case, budget, w, paid[w], rows[w], Decimal(1), budget_words(case, rows[w], paid[w]))
        for w in case.windows
        if rows[w]
    ]
    nothing = line(case, budget, case.windows[-1], ZERO, [], Decimal(1), "Nothing has been spent, so nothing is paid.")
    return Made(made or [nothing], notes)


def limit_of(budget: PersonalBudget, row: Spending) -> Decimal | None:
    """The most that is spent for the person of a row."""
    named = budget.amounts.get(row.band) if row.band else None
    return named if named is not None else budget.amounts.get("any")


def budget_words(case: Case, rows: list[Spending], paid: Decimal) -> str:
    """Why a budget's line is what it is."""
    people = len({r.person for r in rows})
    whose = f"the budgets of {count(people, 'person', 'people')}"
    return f"{count(len(rows), 'payment')} from {whose}: {show(paid, case.contract.currency)}, each within the person's own amount."


def cost_lines(case: Case, payment: CostPlus) -> Made:
    """One line a period: recorded costs, and the margin."""
    kept, notes = spent(case, payment.id)
    rows: dict[Window, list[Spending]] = defaultdict(list)
    for row in kept:
        rows[case.window(row.spent_on)].append(row)
    made = [cost_line(case, payment, w, rows[w]) for w in case.windows if rows[w]]
    nothing = line(
        case,
        payment,
        case.windows[-1],
        ZERO,
        [],
        1 + payment.margin,
        "No costs have been recorded, so nothing is paid.",
    )
    return Made(made or [nothing], notes)


def cost_line(case: Case, payment: CostPlus, window: Window, rows: list[Spending]) -> Draft:
    """The line of one period's costs."""
    cost = sum((r.pence for r in rows), ZERO)
    money = show(cost, case.contract.currency)
    why = f"{count(len(rows), 'cost')} of {money} in all" + (
        f", and {share(payment.margin)} on top." if payment.margin else "."
    )
    return line(case, payment, window, cost, rows, 1 + payment.margin, why)


def line(
    case: Case,
    payment: PersonalBudget | CostPlus,
    window: Window,
    cost: Decimal,
    rows: list[Spending],
    price: Decimal,
    why: str,
) -> Draft:
    """A line of so many pounds spent."""
    return Draft(
        payment=payment.id,
        rule=payment.kind,
        label=payment.name,
        quantity=cost,
        unit="pound spent" if case.contract.currency == "GBP" else "spent",
        price=price,
        amount=to_pence(cost * price),
        payee=case.contract.payee(payment),
        period=window.words,
        item=window.tag,
        first=window.start,
        last=window.end,
        inputs={
            "spent": str(cost),
            "records": str(len(rows)),
            "people": str(len({r.person for r in rows if r.person})),
        },
        why=why,
        evidence=tuple(sorted(f"spend:{r.id}" for r in rows)),
    )
