"""`settle`: what is owed under a contract on a day, line by line, each with its reason and its evidence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from resettle.commissioning.evidence import Evidence
from resettle.commissioning.language.terms import Contract
from resettle.commissioning.settlement.admitted import admitted
from resettle.commissioning.settlement.carried import carried_on
from resettle.commissioning.settlement.case import Case, open_case
from resettle.commissioning.settlement.counts import count_lines, unknown_counts
from resettle.commissioning.settlement.credits import credit_lines
from resettle.commissioning.settlement.draft import Made, divided, to_payees
from resettle.commissioning.settlement.fee import fee_lines
from resettle.commissioning.settlement.grant import grant_lines
from resettle.commissioning.settlement.held_back import held_lines
from resettle.commissioning.settlement.indicators import actuals
from resettle.commissioning.settlement.left import left_lines
from resettle.commissioning.settlement.limits import limit_lines
from resettle.commissioning.settlement.payers import payer_lines
from resettle.commissioning.settlement.rate_lines import rate_lines
from resettle.commissioning.settlement.savings import savings_lines
from resettle.commissioning.settlement.spending import budget_lines, cost_lines
from resettle.commissioning.settlement.tariff import tariff_lines
from resettle.commissioning.settlement.volume import band_lines, volume_lines
from resettle.commissioning.statement import Line, Statement
from resettle.errors import bad
from resettle.money import show
from resettle.provenance import Provenance, hash_json


def settle(contract: Contract, evidence: Evidence, at: date, since: Statement | None = None) -> Statement:
    """What is owed under `contract` for all that was delivered and known by the end of day `at`, since its start.

    A pure function: the same terms and evidence give the same statement, whatever the order of the rows. Each part is paid
    under the terms that held on its day; a variation that is effective after `at` changes nothing. Every payment has at least
    one line, of 0.00 where nothing is paid; caps, floors and what is held back are lines of their own; each line is divided
    between the payers to the penny. Evidence that does not count (another lot, another period, not verified) is listed in the
    notes with counts; what cannot be settled yet stands in `open`. Evidence for an unknown measure, payment or instrument,
    two different pieces of evidence with one id, and results that the contract cannot be paid on are a `BadInput`.

    `since` is a statement that was settled earlier: its lines are kept as they are, and what differs is a line of its own.
    """
    if at < contract.period.start:
        raise bad(
            "the day of the statement is before the contract starts",
            value=at,
            do=f"Settle on or after {contract.period.start}.",
        )
    case, notes = admitted(open_case(contract, evidence, at))
    made = earned(case)
    numbered = [(f"L{n}", draft) for n, draft in enumerate(made.drafts, start=1)]
    limited, remarks = limit_lines(case, numbered)
    cuts = sum((d.amount for d in limited), Decimal("0.00"))
    drafts = [*made.drafts, *limited, *held_lines(case, numbered, cuts)]
    lines = [line for n, draft in enumerate(drafts, start=1) for line in divided(n, draft, case.contract)]
    lines += payer_lines(case.contract, lines, len(drafts) + 1)
    found = statement(case, lines, made, evidence, [*notes, *made.notes, *remarks])
    return carried_on(found, since) if since else found


RULES: dict[str, tuple[Callable[[Case, Any], Made], ...]] = {
    "fee": (fee_lines, volume_lines),
    "volume_bands": (band_lines,),
    "unit_tariff": (tariff_lines, count_lines),
    "outcome_rate": (rate_lines,),
    "share_of_savings": (savings_lines,),
    "grant": (grant_lines,),
    "personal_budget": (budget_lines,),
    "cost_plus": (cost_lines,),
}
"""What makes the lines of each kind of payment."""


def earned(case: Case) -> Made:
    """The lines of every payment, of service credits and of leaving early, each for one payee; with notes and what is open."""
    made = Made()
    for payment in case.payments:
        for rule in RULES[payment.kind]:
            found = rule(case, payment)
            found.drafts = [d for draft in found.drafts for d in to_payees(draft, case.contract.payees(payment))]
            made.add(found)
    made.add(credit_lines(case))
    made.add(left_lines(case))
    return made


def statement(case: Case, lines: list[Line], made: Made, evidence: Evidence, notes: list[str]) -> Statement:
    """The statement of the lines."""
    contract = case.contract
    return Statement(
        id=f"{contract.id}@{case.at}",
        contract_id=contract.id,
        title=contract.title,
        currency=contract.currency,
        at=case.at,
        lines=tuple(lines),
        parties={p.id: p.name for p in contract.parties},
        notes=(*((contract.note,) if contract.note else ()), *evidence.notes, *notes, *reinvested(case, lines)),
        open=tuple(made.open),
        actuals=tuple(actuals(case, made.drafts)),
        at_least=unknown_counts(case),
        provenance=provenance(contract, evidence, case.at),
    )


def reinvested(case: Case, lines: list[Line]) -> list[str]:
    """A note where part of what is paid must be spent on reducing reoffending."""
    part = case.contract.split.reinvest if case.contract.split else Decimal(0)
    total = sum((line.amount for line in lines), Decimal("0.00"))
    if not part or total <= 0:
        return []
    return [f"{show(total * part, case.contract.currency)} of this must be spent on reducing reoffending."]


def provenance(contract: Contract, evidence: Evidence, at: date) -> Provenance:
    """The hashes of the terms, of the area's tables, of each effect and of the other records, with the day."""
    inputs = {
        f"contract:{contract.id}": hash_json(contract.model_dump(mode="json", by_alias=True, exclude_defaults=True))
    }
    inputs |= {f"effect:{e.id}": hash_json(e.model_dump(mode="json")) for e in evidence.effects.values()}
    for name in ("counts", "results", "volumes", "levels", "spending", "outflows"):
        records = sorted((r.model_dump(mode="json") for r in getattr(evidence, name)), key=lambda r: str(r["id"]))
        inputs |= {f"evidence:{name}": hash_json(records)} if records else {}
    return Provenance(inputs=inputs | evidence.provenance.inputs, parameters={"at": at.isoformat()})
