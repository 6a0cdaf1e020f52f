"""Unit tariff: a price for each verified outcome of one person."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from resettle.commissioning.evidence import Evidence
from resettle.commissioning.language.payments import UnitTariff
from resettle.commissioning.language.terms import Contract
from resettle.commissioning.settlement.draft import Draft
from resettle.commissioning.statement import OutcomeEvidence
from resettle.commissioning.words import count, day
from resettle.money import show, to_pence

ZERO = Decimal("0.00")
VERIFIED_BY = {
    "self": "the person's word",
    "worker": "the worker's word",
    "document": "a document",
    "registry": "an official register",
}


@dataclass(frozen=True)
class Claim:
    """One outcome with the price it would earn, and whether its verification is accepted."""

    item: OutcomeEvidence
    price: Decimal
    accepted: bool

    @property
    def order(self) -> tuple[Decimal, date, str]:
        """The dearest first, then the earliest, then by id: so that the order of rows never matters."""
        return (-self.price, self.item.observed_on, self.item.evidence_id)


def price_of(tariff: UnitTariff, outcome: str, band: str | None) -> Decimal | None:
    """The price of an outcome for a band; None where the tariff has none."""
    prices = tariff.prices.get(outcome, {})
    named = prices.get(band) if band else None  # type: ignore[call-overload]
    return named if named is not None else prices.get("any")


def claims_of(tariff: UnitTariff, outcomes: Iterable[OutcomeEvidence]) -> list[Claim]:
    """The outcomes that the tariff has a price for."""
    found = []
    for item in outcomes:
        price = price_of(tariff, item.outcome, item.band)
        if price is not None:
            accepted = item.verified_on is not None and item.verification in tariff.verification
            found.append(Claim(item, price, accepted))
    return found


def dearest(prices: Sequence[Decimal], most: int | None) -> list[Decimal]:
    """The `most` dearest of one person's prices; all of them where there is no limit."""
    return sorted(prices, reverse=True)[:most]


def payable(tariff: UnitTariff, claims: Iterable[Claim]) -> list[Claim]:
    """The claims that are paid: each outcome once a person where so agreed, then the dearest up to the limit for a person.

    Taking the dearest means that one more outcome never lowers what is paid.
    """
    people: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        people[claim.item.person].append(claim)
    paid: list[Claim] = []
    for own in people.values():
        ordered = sorted(own, key=lambda c: c.order)
        if tariff.once_per_person:
            first: dict[str, Claim] = {}
            for claim in ordered:
                first.setdefault(claim.item.outcome, claim)
            ordered = list(first.values())
        paid += ordered[: tariff.max_per_person]
    return paid


def total(claims: Iterable[Claim]) -> Decimal:
    """The money of some claims."""
    return sum((c.price for c in claims), ZERO)


def tariff_lines(contract: Contract, tariff: UnitTariff, evidence: Evidence, at: date) -> tuple[list[Draft], list[str]]:
    """One line for each outcome and band of the tariff (also where nobody reached it), and notes on what was not paid."""
    claims = claims_of(tariff, evidence.outcomes)
    accepted = [c for c in claims if c.accepted]
    paid = payable(tariff, accepted)
    drafts = [
        outcome_line(contract, tariff, outcome, band, price, [c for c in paid if matches(tariff, c, outcome, band)], at)
        for outcome, prices in tariff.prices.items()
        for band, price in prices.items()
    ]
    return drafts, [
        *unverified_note(contract, tariff, claims, paid),
        *repeated_note(tariff, accepted, paid),
        *unpriced_note(tariff, evidence.outcomes),
    ]


def matches(tariff: UnitTariff, claim: Claim, outcome: str, band: str) -> bool:
    """Whether a claim belongs on the line of this outcome and band."""
    own = claim.item.band if claim.item.band in tariff.prices[claim.item.outcome] else "any"
    return claim.item.outcome == outcome and own == band


def outcome_line(
    contract: Contract, tariff: UnitTariff, outcome: str, band: str, price: Decimal, paid: list[Claim], at: date
) -> Draft:
    """The line of one outcome and band."""
    amount = to_pence(len(paid) * price)
    words = f"{outcome.replace('_', ' ')}{band_words(tariff, outcome, band)}"
    money, once = show(price, contract.currency), ", each person counted once" if tariff.once_per_person else ""
    if paid:
        why = f"{count(len(paid), 'verified outcome')}: {words}{once}. At {money} each: {show(amount, contract.currency)}."
    else:
        why = f"No verified outcome of this kind ({words}) by {day(at)}, so nothing is paid. Each would earn {money}."
    return Draft(
        payment=tariff.id,
        rule="unit_tariff",
        label=words,
        quantity=Decimal(len(paid)),
        unit="outcome",
        price=price,
        amount=amount,
        payee=contract.payee(tariff),
        period=f"{contract.period.start} to {min(at, contract.period.end)}",
        inputs={
            "outcome": outcome,
            "band": band,
            "count": str(len(paid)),
            "price": str(price),
            "verification": ", ".join(tariff.verification),
            "once_per_person": str(tariff.once_per_person).lower(),
            "max_per_person": str(tariff.max_per_person or "no limit"),
        },
        why=why,
        evidence=tuple(sorted(f"outcome:{c.item.evidence_id}" for c in paid)),
    )


def band_words(tariff: UnitTariff, outcome: str, band: str) -> str:
    """How a line names its complexity band; nothing where there is one price for all."""
    if band == "any":
        return ", any other complexity" if len(tariff.prices[outcome]) > 1 else ""
    return f", {band} complexity"


def unverified_note(contract: Contract, tariff: UnitTariff, claims: list[Claim], paid: list[Claim]) -> list[str]:
    """What was not paid because nobody accepted by the contract had verified it, and what it would have added."""
    refused = [c for c in claims if not c.accepted]
    if not refused:
        return []
    kinds = Counter(
        "not verified" if c.item.verified_on is None else f"verified only by {VERIFIED_BY[c.item.verification]}"
        for c in refused
    )
    extra = total(payable(tariff, claims)) - total(paid)
    why = ", ".join(f"{number:,} {kind}" for kind, number in sorted(kinds.items()))
    return [
        f"{tariff.name}: {count(len(refused), 'outcome')} not paid for want of accepted verification ({why}). "
        f"Were {'it' if len(refused) == 1 else 'they'} verified, they would add {show(extra, contract.currency)} before limits."
    ]


def repeated_note(tariff: UnitTariff, accepted: list[Claim], paid: list[Claim]) -> list[str]:
    """How many verified outcomes were beyond what is paid for one person."""
    over = len(accepted) - len(paid)
    reason = "paid once a person" if tariff.once_per_person else "beyond the limit for one person"
    if tariff.once_per_person and tariff.max_per_person:
        reason = f"paid once a person, and at most {tariff.max_per_person} for one person"
    return [f"{tariff.name}: {count(over, 'further verified outcome')} not paid: {reason}."] if over else []


def unpriced_note(tariff: UnitTariff, outcomes: Iterable[OutcomeEvidence]) -> list[str]:
    """Outcomes that are in the tariff, but have no price for the person's complexity band."""
    missing = Counter(
        o.band or "no band"
        for o in outcomes
        if o.outcome in tariff.prices and price_of(tariff, o.outcome, o.band) is None
    )
    if not missing:
        return []
    text = ", ".join(f"{number:,} with {band}" for band, number in sorted(missing.items()))
    return [
        f"{tariff.name}: {count(missing.total(), 'outcome')} not paid, because no price is set for the band ({text})."
    ]
