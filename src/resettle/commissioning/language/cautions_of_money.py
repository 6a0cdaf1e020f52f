"""Warnings about money: caps that cannot be reached or leave nothing for results, ladders with a step missing, who judges whom."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from resettle.commissioning.language.cautions_of_tests import caution
from resettle.commissioning.language.finding import Fault
from resettle.commissioning.language.payments import Fee, Grant, OutcomeRate, ShareOfSavings, UnitTariff
from resettle.commissioning.language.terms import Contract
from resettle.commissioning.settlement.fee import fee_amount, whole_units
from resettle.money import show

ZERO = Decimal("0.00")
STEPS = re.compile(r"^(?P<stem>.*?)[_-]?(?P<number>\d+)[_-]?(?P<unit>[a-z]*)$")


def of_money(contract: Contract) -> Iterator[Fault]:
    """Every warning about money and incentives outside single payments."""
    yield from fees_use_up_the_cap(contract)
    yield from cap_out_of_reach(contract)
    yield from judges(contract)
    yield from payers_caps(contract)
    yield from vehicle_without_income(contract)
    yield from index_of_the_base_year(contract)


def certain(contract: Contract) -> Decimal:
    """What is paid whatever the results: fees and grants over the whole contract, before volume."""
    total = ZERO
    for payment in contract.payments:
        if isinstance(payment, Fee):
            units, _ = whole_units(payment, contract.period, contract.period.end)
            each = {"month": 12, "quarter": 4, "year": 1, "once": 1}[payment.every]
            total += sum((fee_amount(payment, n // each) for n in range(units)), ZERO)
        elif isinstance(payment, Grant):
            total += sum((part.amount for part in payment.instalments), ZERO)
    return total


def fees_use_up_the_cap(contract: Contract) -> Iterator[Fault]:
    """A cap that fees alone reach, although results are to be paid too."""
    cap, fees = contract.limits.cap, certain(contract)
    results = [p for p in contract.payments if isinstance(p, UnitTariff | OutcomeRate | ShareOfSavings)]
    if cap is not None and results and fees >= cap > 0:
        yield caution(
            ("limits", "cap"),
            f"fees alone come to {show(fees, contract.currency)}, and use up the cap",
            "No result could earn anything.",
            "Raise the cap or lower the fees.",
            show(cap, contract.currency),
        )


def cap_out_of_reach(contract: Contract) -> Iterator[Fault]:
    """Tariffs that cannot come near the cap, or go far beyond it, with the number of people expected."""
    cap, people = contract.limits.cap, contract.population.size
    if cap is None or people is None or any(not isinstance(p, Fee | Grant | UnitTariff) for p in contract.payments):
        return
    most = certain(contract) + sum(
        (most_for_one(p) * people for p in contract.payments if isinstance(p, UnitTariff)), ZERO
    )
    if most < cap:
        rule, why = "tariffs that cannot reach the cap", "The cap is money set aside that nobody can earn."
    elif most > 2 * cap:
        rule, why = (
            "tariffs that go far beyond the cap",
            "Once the cap is reached, helping one more person earns nothing.",
        )
    else:
        return
    yield caution(
        ("limits", "cap"),
        f"{rule}: at most {show(most, contract.currency)} for {people:,} people",
        why,
        "Change the prices, the cap, or the number of people.",
        show(cap, contract.currency),
    )


def most_for_one(tariff: UnitTariff) -> Decimal:
    """The most that one person can earn under a tariff that pays each outcome once."""
    best = sorted((max(prices.values(), default=ZERO) for prices in tariff.prices.values()), reverse=True)
    return sum(best[: tariff.max_per_person], ZERO)


def ladder_steps(i: int, tariff: UnitTariff) -> Iterator[Fault]:
    """Codes that look like steps of one milestone (`home_3m`, `home_6m`) and stand in no ladder."""
    stems: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for code in tariff.prices:
        if (found := STEPS.match(code)) and found["stem"]:
            stems[found["stem"].rstrip("_-"), found["unit"]].append((int(found["number"]), code))
    for steps in stems.values():
        codes = [code for _, code in sorted(steps)]
        if len(codes) < 2 or any(set(codes) <= set(ladder) for ladder in tariff.ladders):
            continue
        yield caution(
            ("payments", i, "prices", codes[1]),
            f"a later milestone pays without the earlier: {', '.join(codes)} stand in no ladder",
            "The later one could be claimed for people who never reached the first, and evidence could not be checked by itself.",
            f"Add ladders = [{codes}].".replace("'", '"'),
            codes[1],
        )


def judges(contract: Contract) -> Iterator[Fault]:
    """Who is paid must not set bands, nor verify what it is paid for."""
    paid = {payee for p in contract.payments for payee in contract.payees(p)}
    banding, evidence = contract.population.banding, contract.evidence
    if banding and banding.assessor in paid:
        yield caution(
            ("population", "banding", "assessor"),
            "complexity is assessed by whoever is paid for it",
            "A higher band pays more, so bands would drift upwards.",
            "Let someone else set them before the provider is chosen.",
            banding.assessor,
        )
    if evidence.verifier in paid and evidence.verification == "independent":
        yield caution(
            ("evidence", "verifier"),
            "independent verification by whoever is paid",
            "It is not independent.",
            'Name another party, or say verification = "self".',
            evidence.verifier,
        )


def payers_caps(contract: Contract) -> Iterator[Fault]:
    """Payers' caps that together stay below what the contract may come to: the last payer bears what is beyond."""
    split = contract.split
    if split and split.caps and set(split.caps) >= set(split.payers):
        room, most = sum(split.caps.values(), ZERO), contract.limits.cap
        if most is None or room < most:
            yield caution(
                ("split", "caps"),
                "every payer has a cap, and together they can fall short",
                "What is owed beyond them is still owed, and the last payer bears it.",
                "Leave one payer without a cap, or cap the contract at their sum.",
                show(room, contract.currency),
            )


def vehicle_without_income(contract: Contract) -> Iterator[Fault]:
    """Investors are repaid out of what the vehicle is paid."""
    capital = contract.capital
    if capital and all(capital.vehicle not in contract.payees(p) for p in contract.payments):
        yield caution(
            ("capital", "vehicle"),
            "nothing is paid to the vehicle",
            "Investors could never be repaid.",
            "Make the vehicle the payee of a payment.",
            capital.vehicle,
        )


def index_of_the_base_year(contract: Contract) -> Iterator[Fault]:
    """In the year whose prices the amounts are in, the factor is 1."""
    by_year = contract.indexation.by_year if contract.indexation else {}
    factor = by_year.get(contract.price_base_year)
    if factor is not None and factor != 1:
        yield caution(
            ("indexation", "by_year"),
            f"the factor of the price base year {contract.price_base_year} is not 1",
            "Amounts would rise before any time has passed.",
            "Divide all factors by it.",
            factor,
        )
