"""`OutcomeEvidence` and `Statement`: what a contract is settled on, and what is owed, line by line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Literal

from resettle.money import show
from resettle.result import Record, Result


class OutcomeEvidence(Record):
    """One outcome of one person, as a contract may read it: a pseudonym, never a name.

    `evidence_id` is the `outcome_id` of the area's table `outcome`. `lot` is the contract under which the service runs.
    """

    evidence_id: str
    person: str
    lot: str
    outcome: str
    observed_on: date
    verification: Literal["self", "worker", "document", "registry"]
    verified_on: date | None = None
    band: str | None = None
    goal: str | None = None


class Line(Record):
    """One line of a statement.

    `quantity` x `price` gives `amount` before limits; a limit is a line of its own, negative where it cuts. `evidence` names
    what earned it (`outcome:…`, `effect:…`, `participation:…`); `why` is the sentence a provider reads.
    """

    id: str
    rule: str
    label: str
    quantity: Decimal
    unit: str
    price: Decimal
    amount: Decimal
    payer: str
    payee: str
    period: str
    inputs: dict[str, str] = {}
    why: str
    evidence: tuple[str, ...] = ()


class Statement(Result):
    """What is owed under a contract for a period. `total` is the sum of the lines, to the penny."""

    id: str
    contract_id: str
    title: str
    currency: str
    at: date
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()

    @property
    def total(self) -> Decimal:
        """The sum of all lines."""
        return sum((line.amount for line in self.lines), Decimal("0.00"))

    @property
    def sentence(self) -> str:
        """What is owed in all, and by how many lines."""
        return f"{self.title}: {show(self.total, self.currency)} is owed, in {len(self.lines)} lines."

    def rows(self) -> list[dict[str, Any]]:
        """One row a line, without its evidence."""
        return [
            line.model_dump(
                include={
                    "id",
                    "rule",
                    "label",
                    "quantity",
                    "unit",
                    "price",
                    "amount",
                    "payer",
                    "payee",
                    "period",
                    "why",
                }
            )
            for line in self.lines
        ]
