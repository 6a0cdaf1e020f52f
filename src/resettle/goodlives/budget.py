"""A personal budget: a ledger whose lines never change, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from resettle.errors import bad
from resettle.money import MOST, PENNY, show
from resettle.result import Record

LineKind = Literal["allocate", "commit", "spend", "release", "refund", "return"]
FOR_A_REQUEST: tuple[LineKind, ...] = ("commit", "spend", "release", "refund")
NOTHING = Decimal("0.00")


class Budget(Record):
    """The money that a person can direct: the indicative amount told first, and the sum agreed."""

    id: str
    person_id: str
    indicative: Decimal
    agreed: Decimal
    begins: date
    ends: date | None = None
    currency: str = "GBP"


class Line(Record):
    """One line of the ledger, always a positive amount.

    `allocate` puts money in, `return` gives it back to the funder; `commit` sets money apart for a request, `spend` pays from
    what is set apart, `release` frees what is left of it, `refund` is money that came back from a payee. A line that `reverses`
    another undoes it whole.
    """

    id: str
    kind: LineKind
    amount: Decimal
    on: date
    by: str
    request_id: str | None = None
    reverses: str | None = None
    why: str = ""


class Balance(Record):
    """What a ledger comes to: put in, set apart and not yet paid, spent less refunds, and what is left to ask for."""

    allocated: Decimal
    committed: Decimal
    spent: Decimal

    @property
    def left(self) -> Decimal:
        """What can still be set apart."""
        return self.allocated - self.committed - self.spent

    def __str__(self) -> str:
        return f"{show(self.left)} left of {show(self.allocated)}: {show(self.spent)} spent, {show(self.committed)} set apart"


def balance(lines: Iterable[Line], request_id: str | None = None) -> Balance:
    """The balance of a ledger; of one request's lines alone where it is named."""
    sums: dict[str, Decimal] = {}
    for line in lines:
        if request_id is None or line.request_id == request_id:
            sums[line.kind] = sums.get(line.kind, NOTHING) + (-line.amount if line.reverses else line.amount)
    got = {kind: sums.get(kind, NOTHING) for kind in ("allocate", "commit", "spend", "release", "refund", "return")}
    return Balance(
        allocated=got["allocate"] - got["return"],
        committed=got["commit"] - got["spend"] - got["release"],
        spent=got["spend"] - got["refund"],
    )


def post(budget: Budget, lines: Sequence[Line], line: Line) -> tuple[Line, ...]:
    """The ledger with one line more. A line that would break a rule of the ledger is a `BadInput`, and nothing is added."""
    after = (*lines, line)
    if broken := [*line_faults(lines, line), *ledger_faults(budget, after)]:
        raise bad(
            broken[0],
            column=line.kind,
            value=line.amount,
            do="Nothing was written. Look at the balance and correct the line.",
        )
    return after


def reversal(lines: Sequence[Line], line_id: str, id: str, on: date, by: str, why: str) -> Line:
    """The line that undoes another; post it to make it so. An unknown line is a `BadInput`."""
    found = next((line for line in lines if line.id == line_id), None)
    if found is None:
        raise bad("no such line in the ledger", value=line_id, do="Name the line to reverse.")
    return found.model_copy(update={"id": id, "on": on, "by": by, "why": why, "reverses": line_id})


def line_faults(lines: Sequence[Line], line: Line) -> list[str]:
    """What is wrong with a new line by itself and beside those before it."""
    found = []
    if not is_money(line.amount):
        found.append("an amount is whole pence above nothing")
    if any(line.id == other.id for other in lines):
        found.append("the ledger has a line of this name already")
    if (line.kind in FOR_A_REQUEST) != bool(line.request_id):
        found.append("money is set apart, paid, released and refunded for a request, and only then")
    if line.reverses:
        found += reversal_faults(lines, line)
    return found


def reversal_faults(lines: Sequence[Line], line: Line) -> list[str]:
    """What is wrong with a line that reverses another."""
    found = next((other for other in lines if other.id == line.reverses), None)
    if found is None or found.reverses:
        return ["a reversal undoes an earlier line that is no reversal itself"]
    if any(other.reverses == line.reverses for other in lines):
        return ["the line was reversed already"]
    same = (found.kind, found.amount, found.request_id) == (line.kind, line.amount, line.request_id)
    return (
        [] if same and line.why.strip() else ["a reversal has the kind, amount and request of its line, and a reason"]
    )


def ledger_faults(budget: Budget, lines: Sequence[Line]) -> list[str]:
    """Every rule of the books that a whole ledger breaks; none if it is right.

    Nothing is below zero: not what is left, nor what is set apart, spent or returned for any request. No more is put in
    than was agreed.
    """
    whole = balance(lines)
    found = []
    if whole.allocated > budget.agreed:
        found.append(f"more is put in ({show(whole.allocated)}) than was agreed ({show(budget.agreed)})")
    if whole.left < 0:
        found.append(f"more is set apart and spent than was put in ({show(whole.allocated)})")
    for request_id in sorted({line.request_id for line in lines if line.request_id}):
        one = balance(lines, request_id)
        if one.committed < 0:
            found.append(f"more is paid or released for request {request_id} than was set apart")
        if one.spent < 0:
            found.append(f"more came back for request {request_id} than was paid")
    return found


def is_money(amount: Decimal) -> bool:
    """Whether this is a sum of whole pence above nothing."""
    return amount.is_finite() and 0 < amount <= MOST and amount == amount.quantize(PENNY)
