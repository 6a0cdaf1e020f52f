"""`settle`: what is owed under a contract on a day, line by line, each with its reason and its evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from resettle.commissioning.evidence import Evidence, Start
from resettle.commissioning.language.payments import AnyPayment, Fee, OutcomeRate, UnitTariff
from resettle.commissioning.language.terms import Contract
from resettle.commissioning.settlement.draft import Draft, divided
from resettle.commissioning.settlement.fee import fee_lines
from resettle.commissioning.settlement.limits import limit_lines
from resettle.commissioning.settlement.rate_lines import rate_lines
from resettle.commissioning.settlement.tariff import tariff_lines
from resettle.commissioning.statement import OutcomeEvidence, Statement
from resettle.commissioning.words import count, day
from resettle.errors import bad, did_you_mean
from resettle.provenance import Provenance, hash_json


def settle(contract: Contract, evidence: Evidence, at: date) -> Statement:
    """What is owed under `contract` for all that was delivered and known by the end of day `at`, since its start.

    A pure function: the same terms and evidence give the same statement, whatever the order of the rows. Every payment has at
    least one line, of 0.00 where nothing is paid; caps and floors are lines of their own; each line is divided between the
    payers to the penny. Evidence that does not count (another lot, another period, not verified) is listed in the notes with
    counts. An effect for an unknown measure and two different pieces of evidence with one id are a `BadInput`.
    """
    if at < contract.period.start:
        raise bad(
            "the day of the statement is before the contract starts",
            value=at,
            do=f"Settle on or after {contract.period.start}.",
        )
    known, notes = admitted(contract, evidence, at)
    drafts: list[Draft] = []
    for payment in contract.payments:
        lines, remarks = payment_lines(contract, payment, known, at)
        drafts += lines
        notes += remarks
    numbered = [(f"L{n}", draft) for n, draft in enumerate(drafts, start=1)]
    limited, remarks = limit_lines(contract, numbered, at)
    return Statement(
        id=f"{contract.id}@{at}",
        contract_id=contract.id,
        title=contract.title,
        currency=contract.currency,
        at=at,
        lines=tuple(line for n, d in enumerate(drafts + limited, start=1) for line in divided(n, d, contract)),
        parties={p.id: p.name for p in contract.parties},
        notes=(*((contract.note,) if contract.note else ()), *evidence.notes, *notes, *remarks),
        provenance=provenance(contract, evidence, at),
    )


def payment_lines(
    contract: Contract, payment: AnyPayment, evidence: Evidence, at: date
) -> tuple[list[Draft], list[str]]:
    """The lines and notes of one payment."""
    if isinstance(payment, Fee):
        return fee_lines(contract, payment, evidence, at), []
    if isinstance(payment, UnitTariff):
        return tariff_lines(contract, payment, evidence, at)
    if not isinstance(payment, OutcomeRate):
        raise bad("this kind of payment cannot be settled", column=payment.id, value=payment.kind)
    return rate_lines(contract, payment, evidence, at)


def admitted(contract: Contract, evidence: Evidence, at: date) -> tuple[Evidence, list[str]]:
    """The evidence that counts under the contract on day `at`, and notes on what was set aside."""
    measures = [m.id for m in contract.measures]
    for name in evidence.effects:
        if name not in measures:
            raise bad(
                "an effect for a measure that the contract does not have",
                value=name,
                do=did_you_mean(name, measures) if measures else "Leave the effect out.",
            )
    effects = {name: e for name, e in evidence.effects.items() if e.known_on is None or e.known_on <= at}
    paid = {o for p in contract.payments if isinstance(p, UnitTariff) for o in p.prices}
    kept, aside, unpriced = [], Counter[str](), Counter[str]()
    for item in once(evidence.outcomes):
        reason = set_aside(contract, item, at)
        aside[reason] += 1
        if not reason and item.outcome in paid:
            kept.append(as_known(item, at))
        elif not reason:
            unpriced[item.outcome] += 1
    starts = [s for s in once_started(evidence.starts) if s.service in contract.population.services]
    notes = [f"{count(n, 'outcome')} set aside: {why}." for why, n in sorted(aside.items()) if why]
    notes += unpriced_note(unpriced)
    notes += [
        f"The result for {name} is set aside: it is of people followed until {day(e.known_on)}, after this statement."
        for name, e in evidence.effects.items()
        if name not in effects and e.known_on
    ]
    known = {"outcomes": tuple(kept), "starts": tuple(starts), "effects": effects}
    return evidence.model_copy(update=known), notes


def set_aside(contract: Contract, item: OutcomeEvidence, at: date) -> str:
    """Why an outcome does not count at all; empty where it does."""
    if item.lot != contract.id:
        return f"evidence for another lot ({item.lot})"
    if item.observed_on > at:
        return "observed after the day of this statement"
    if not contract.period.start <= item.observed_on <= contract.period.end:
        return "observed outside the period of the contract"
    return ""


def unpriced_note(unpriced: Counter[str]) -> list[str]:
    """Outcomes for which the contract has no price, with their codes: a misspelt code shows here."""
    if not unpriced:
        return []
    codes = ", ".join(f"{code} {n:,}" for code, n in sorted(unpriced.items()))
    return [f"{count(unpriced.total(), 'outcome')} set aside: the contract has no price for them ({codes})."]


def as_known(item: OutcomeEvidence, at: date) -> OutcomeEvidence:
    """The outcome as it was known on a day: a later verification is not there yet."""
    if item.verified_on is not None and item.verified_on > at:
        return item.model_copy(update={"verified_on": None})
    return item


def once(outcomes: Iterable[OutcomeEvidence]) -> list[OutcomeEvidence]:
    """Each piece of evidence once, by id; the same id with other contents is a `BadInput`."""
    seen: dict[str, OutcomeEvidence] = {}
    for item in outcomes:
        first = seen.setdefault(item.evidence_id, item)
        if first is not item and first != item:
            raise bad(
                "two different outcomes have the same id",
                column="evidence_id",
                value=item.evidence_id,
                do="Give each outcome its own id, or keep the right one.",
            )
    return list(seen.values())


def once_started(starts: Iterable[Start]) -> list[Start]:
    """Each start once, by id."""
    return list({s.participation: s for s in starts}.values())


def provenance(contract: Contract, evidence: Evidence, at: date) -> Provenance:
    """The hashes of the terms, of the area's tables, and of each effect, with the day."""
    inputs = {f"contract:{contract.id}": hash_json(contract.model_dump(mode="json", by_alias=True))}
    inputs |= {f"effect:{e.id}": hash_json(e.model_dump(mode="json")) for e in evidence.effects.values()}
    return Provenance(inputs=inputs | evidence.provenance.inputs, parameters={"at": at.isoformat()})
