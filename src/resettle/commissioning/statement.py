"""`OutcomeEvidence` and `Statement`: what a contract is settled on, and what is owed, line by line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Literal

from resettle.money import show
from resettle.result import Record, Result


class OutcomeEvidence(Record):
    """One outcome of one person, as a contract may read it: a pseudonym, never a name.

    `evidence_id` is the `outcome_id` of the area's table `outcome`. `lot` is the contract under which the service runs. `band_by`
    and `banded_on` say who set the complexity band, and when, where that is known.
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
    band_by: str | None = None
    banded_on: date | None = None


class Line(Record):
    """One line of a statement.

    `quantity` x `price` x `share` gives `amount` before limits, to the penny (what rounding leaves goes to the largest
    remainder); a limit is a line of its own, negative where it cuts. `evidence` names what earned it (`outcome:…`, `effect:…`,
    `result:…`, `participation:…`; for a limit the lines it limits, `line:…`). `payment` is the id of the payment in the contract,
    empty for a limit on the whole. `cell` names what the line is for in every statement of the contract, and `until` is the last
    day that it speaks of: by them a later statement finds what it corrects. `why` is what a provider reads; where several payers
    share a line it ends with `bears`, what this one bears.
    """

    id: str
    rule: str
    label: str
    quantity: Decimal
    unit: str
    price: Decimal
    share: Decimal = Decimal(1)
    amount: Decimal
    payer: str
    payee: str
    period: str
    payment: str = ""
    cell: str = ""
    until: date | None = None
    inputs: dict[str, str] = {}
    why: str
    bears: str = ""
    evidence: tuple[str, ...] = ()


class Open(Record):
    """Something that cannot be settled yet: of which payment and cohort, why, and when it can close (None: nobody can say)."""

    payment: str
    cohort: int = 0
    what: str
    why: str
    closes_on: date | None = None

    def __str__(self) -> str:
        when = f" It can close on {self.closes_on.day} {self.closes_on:%B %Y}." if self.closes_on else ""
        return f"{self.what}: {self.why}{when}"


class Actual(Record):
    """What a key performance indicator came to from a day to a day.

    `value` is in `unit`, or in `currency` where it is money. `met` says whether a service level reached its target (None: not
    judged). `cohort` is the number of the cohort, 0 where there is none. `evidence` names what it was read from.
    """

    id: str
    kpi: str
    starts_on: date
    ends_on: date
    value: Decimal
    unit: str = ""
    currency: str = ""
    cohort: int = 0
    met: bool | None = None
    evidence: tuple[str, ...] = ()


HELD = ("retention", "deferral")
"""Rules of lines that hold back what was earned until later."""


class Statement(Result):
    """What is owed under a contract from its start to the end of day `at`. `total` is the sum of the lines, to the penny.

    `parties` gives the full names of payers and payees; `notes` say what was not paid, and why; `open` what cannot be settled
    yet; `actuals` what the key performance indicators came to. `at_least` says that a number behind it was not published, so that
    more may be owed. `settled` is the total of the statement that this one carries on from, where there is one: `due` is what is
    owed on top.
    """

    id: str
    contract_id: str
    title: str
    currency: str
    at: date
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()
    open: tuple[Open, ...] = ()
    actuals: tuple[Actual, ...] = ()
    parties: dict[str, str] = {}
    settled: Decimal = Decimal("0.00")
    at_least: bool = False

    @property
    def held(self) -> Decimal:
        """What was earned and is held back until later."""
        return -sum((line.amount for line in self.lines if line.rule in HELD), Decimal("0.00"))

    @property
    def due(self) -> Decimal:
        """What is owed on top of the statement that this one carries on from; all of it where there is none."""
        return self.total - self.settled

    @property
    def total(self) -> Decimal:
        """The sum of all lines."""
        return sum((line.amount for line in self.lines), Decimal("0.00"))

    @property
    def sentence(self) -> str:
        """What is owed in all, and by how many lines."""
        least = "at least " if self.at_least else ""
        owed, lines = show(self.total, self.currency), f"{len(self.lines)} line{'s' * (len(self.lines) != 1)}"
        return f"{self.title}: {least}{owed} is owed, in {lines}."

    @property
    def by_payer(self) -> dict[str, Decimal]:
        """What each payer owes in all."""
        return self.summed("payer")

    @property
    def by_payee(self) -> dict[str, Decimal]:
        """What each payee is owed in all."""
        return self.summed("payee")

    def summed(self, side: Literal["payer", "payee"]) -> dict[str, Decimal]:
        """The sum of the lines by payer or by payee, in the order in which they first stand."""
        sums: dict[str, Decimal] = {}
        for line in self.lines:
            party = getattr(line, side)
            sums[party] = sums.get(party, Decimal("0.00")) + line.amount
        return sums

    def explain(self) -> str:
        """The statement as a letter in plain English: what is owed, the reason for every line, who pays, and what was not paid."""
        parts = [f"{self.title}: statement at {self.at.day} {self.at:%B %Y}", self.sentence]
        parts += [self.paragraph(lines) for lines in self.grouped().values()]
        owed = [f"{self.parties.get(p, p)} owes {show(a, self.currency)}" for p, a in self.by_payer.items()]
        due = [f"{self.parties.get(p, p)} is owed {show(a, self.currency)}" for p, a in self.by_payee.items()]
        parts.append(f"{'; '.join(owed)}. {'; '.join(due)}.")
        return "\n\n".join([*parts, *(f"Note. {note}" for note in self.notes)])

    def grouped(self) -> dict[str, list[Line]]:
        """Lines that are one payer's share each of the same amount, together: by the part of their ids before the payer."""
        groups: dict[str, list[Line]] = {}
        for line in self.lines:
            groups.setdefault(line.id.split("-")[0], []).append(line)
        return groups

    def paragraph(self, lines: list[Line]) -> str:
        """What is owed for one thing, why, and what each payer bears."""
        whole = sum((line.amount for line in lines), Decimal("0.00"))
        why = lines[0].why.removesuffix(lines[0].bears).strip()
        shared = " ".join(line.bears for line in lines if whole)
        return f"{lines[0].label}: {show(whole, self.currency)}. {why} {shared}".strip()

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
                    "share",
                    "amount",
                    "payer",
                    "payee",
                    "period",
                    "why",
                }
            )
            for line in self.lines
        ]
