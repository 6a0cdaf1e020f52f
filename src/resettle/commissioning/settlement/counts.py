"""Unit tariffs where only the number of outcomes was published, not who reached them."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from resettle.commissioning.language.payments import UnitTariff
from resettle.commissioning.records import OutcomeCount
from resettle.commissioning.settlement.case import Case
from resettle.commissioning.settlement.draft import Draft, Made
from resettle.commissioning.settlement.tariff import band_words, price_of
from resettle.commissioning.words import count, day
from resettle.money import show, to_pence

ZERO = Decimal("0.00")


def counted(case: Case) -> list[OutcomeCount]:
    """The numbers of the contract's days that were known on the day, in their order."""
    start = case.contract.period.start
    return [c for c in case.evidence.counts if start <= c.counted_on <= case.last]


def unknown_counts(case: Case) -> bool:
    """Whether a number that the contract pays for was not published."""
    paid = {o for p in case.payments if isinstance(p, UnitTariff) for o in p.prices}
    return any(c.number is None and c.outcome in paid for c in counted(case))


def count_lines(case: Case, tariff: UnitTariff) -> Made:
    """One line for each number of an outcome, at the price of the day it was counted, and notes on numbers that cannot be."""
    made = Made()
    order = {outcome: n for n, outcome in enumerate(tariff.prices)}
    own = [c for c in counted(case) if c.outcome in order]
    for one in sorted(own, key=lambda c: (order[c.outcome], c.counted_on, c.id)):
        agreed = case.payment(tariff.id, one.counted_on)
        price = price_of(agreed, one.outcome, one.band) if isinstance(agreed, UnitTariff) else None
        if price is None:
            made.notes.append(
                f"{tariff.name}: a number of {one.outcome} has no price for its band ({one.band}), and is not paid."
            )
        else:
            made.drafts.append(line(case, tariff, one, price))
    made.notes += [*too_many(case, tariff, own), *rising(tariff, own)]
    return made


def line(case: Case, tariff: UnitTariff, one: OutcomeCount, price: Decimal) -> Draft:
    """The line of one number; of nothing where it was not published."""
    number, window = one.number or 0, case.window(one.counted_on)
    amount, money = to_pence(number * price), show(price, case.contract.currency)
    words = f"{one.outcome.replace('_', ' ')}{band_words(tariff, one.outcome, one.band)}"
    if one.number is None:
        why = f"How many reached this ({words}) was not published. It is missing, not zero: each would earn {money}."
    else:
        why = f"{count(number, 'outcome')} counted by {day(one.counted_on)}: {words}. At {money} each: "
        why += f"{show(amount, case.contract.currency)}."
    return Draft(
        payment=tariff.id,
        rule="unit_tariff",
        label=words,
        quantity=Decimal(number),
        unit="outcome",
        price=price,
        amount=amount,
        payee=case.contract.payee(tariff),
        period=window.words,
        item=f"{window.tag}/{one.outcome}/{one.band}@{price}/{one.id}",
        first=window.start,
        last=window.end,
        inputs={
            "outcome": one.outcome,
            "band": one.band,
            "count": "not published" if one.number is None else str(number),
            "price": str(price),
        },
        why=why,
        evidence=(f"count:{one.id}",),
    )


def numbers(counts: list[OutcomeCount]) -> dict[str, int]:
    """The number of each outcome, over all bands and days; outcomes with a number that was not published are left out."""
    found: dict[str, int] = {}
    for one in counts:
        found[one.outcome] = found.get(one.outcome, 0) + (one.number or 0)
    missing = {c.outcome for c in counts if c.number is None}
    return {outcome: n for outcome, n in found.items() if outcome not in missing}


def too_many(case: Case, tariff: UnitTariff, counts: list[OutcomeCount]) -> list[str]:
    """Outcomes paid once a person of which there are more than people."""
    people = len({s.person for s in case.evidence.starts}) or case.contract.population.size
    if not tariff.once_per_person or not people:
        return []
    return [
        f"{tariff.name}: {outcome} was counted {n:,} times, and there are {people:,} people; it is paid once a person."
        for outcome, n in numbers(counts).items()
        if n > people
    ]


def rising(tariff: UnitTariff, counts: list[OutcomeCount]) -> list[str]:
    """Later milestones that more people reached than the one before."""
    found = numbers(counts)
    return [
        f"{tariff.name}: {later} was counted {found[later]:,} times, and {before}, which comes before it, {found[before]:,} times."
        for ladder in tariff.ladders
        for before, later in pairwise(ladder)
        if before in found and later in found and found[later] > found[before]
    ]
