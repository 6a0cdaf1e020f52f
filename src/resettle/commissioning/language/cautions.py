"""Warnings about the terms of a contract: it can be settled, but it may not do what its parties want."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from statistics import NormalDist

from resettle.commissioning.language.finding import Fault
from resettle.commissioning.language.measures import Measure
from resettle.commissioning.language.payments import Fee, OutcomeRate, UnitTariff
from resettle.commissioning.language.people import Population
from resettle.commissioning.language.terms import Contract
from resettle.commissioning.settlement.fee import part_left_over

ACCEPTABLE = 0.05


def cautions(contract: Contract) -> Iterator[Fault]:
    """Every warning about the terms, rule by rule."""
    yield from unused_measures(contract)
    yield from caps_that_never_bite(contract)
    for i, payment in enumerate(contract.payments):
        if isinstance(payment, Fee):
            yield from fee_cautions(contract, i, payment)
        elif isinstance(payment, UnitTariff):
            yield from tariff_cautions(i, payment)
        elif isinstance(payment, OutcomeRate):
            yield from rate_cautions(contract, i, payment)


def caution(where: tuple[str | int, ...], rule: str, why: str, do: str, value: object = None) -> Fault:
    """A warning at a place in the contract."""
    return Fault(where, rule, why, do, value, severity="warning")


def unused_measures(contract: Contract) -> Iterator[Fault]:
    """A measure that no payment reads."""
    rates = [p for p in contract.payments if isinstance(p, OutcomeRate)]
    used = {p.measure for p in rates} | {p.hurdle for p in rates}
    for i, measure in enumerate(contract.measures):
        if measure.id not in used:
            yield caution(
                ("measures", i, "id"),
                "no payment depends on this measure",
                "It would be collected and change nothing.",
                "Pay on it, or leave it out.",
                measure.id,
            )


def caps_that_never_bite(contract: Contract) -> Iterator[Fault]:
    """A payment's cap that is above the cap of the whole contract."""
    for name, most in contract.limits.cap_payment.items():
        if contract.limits.cap is not None and most > contract.limits.cap:
            yield caution(
                ("limits", "cap_payment", name),
                "the cap of this payment is above the cap of the contract",
                "It can never take effect.",
                "Lower it, or leave it out.",
                most,
            )


def zero_price(where: tuple[str | int, ...], price: Decimal | None) -> Iterator[Fault]:
    """A price of nothing."""
    if price == 0:
        yield caution(where, "the price is zero", "Lines would be shown but nothing paid.", "Set a price.", price)


def fee_cautions(contract: Contract, i: int, fee: Fee) -> Iterator[Fault]:
    """A fee of zero, or a period that is not whole months or quarters."""
    yield from zero_price(("payments", i, "amount"), fee.amount)
    if contract.period.end >= contract.period.start and (days := part_left_over(fee, contract.period)):
        yield caution(
            ("period", "end"),
            f"the last {days} days are not a whole {fee.every}",
            "Only whole ones are paid, so these days carry no fee.",
            f"End the contract with a whole {fee.every}.",
            contract.period.end,
        )


def tariff_cautions(i: int, tariff: UnitTariff) -> Iterator[Fault]:
    """Prices of zero, word of mouth as evidence, and outcomes paid without end."""
    for outcome, prices in tariff.prices.items():
        for price in prices.values():
            yield from zero_price(("payments", i, "prices", outcome), price)
    if "self" in tariff.verification:
        yield caution(
            ("payments", i, "verification"),
            "the person's own word is accepted as verification",
            "Whoever is paid can ask for it, and nobody else has seen the outcome.",
            "Accept documents or registers; keep the person's word for learning.",
            "self",
        )
    if not tariff.once_per_person and tariff.max_per_person is None:
        yield caution(
            ("payments", i, "once_per_person"),
            "one person's outcomes are paid without limit",
            "Few people with many outcomes can earn what many people should.",
            "Set max_per_person, or pay each outcome once.",
        )


def rate_cautions(contract: Contract, i: int, rate: OutcomeRate) -> Iterator[Fault]:
    """Paying for chance, zones that swallow tiers, and tiers that pay less for more."""
    yield from zero_price(("payments", i, "price"), rate.price)
    yield from dead_tiers(i, rate)
    yield from falling_tiers(i, rate)
    measure = next((m for m in contract.measures if m.id == rate.measure), None)
    if measure and rate.dead_zone != "interval":
        yield from pays_for_chance(contract.population, measure, i, rate)


def dead_tiers(i: int, rate: OutcomeRate) -> Iterator[Fault]:
    """A dead zone that reaches past the start of the first tier, or past the threshold."""
    starts = rate.tiers[0].start if rate.tiers else None
    if isinstance(rate.dead_zone, Decimal) and starts is not None and rate.dead_zone > starts:
        yield caution(
            ("payments", i, "dead_zone"),
            f"the dead zone is wider than where tiers start ({starts} points)",
            "Part of the tiers can never pay.",
            "Start the tiers where the dead zone ends.",
            rate.dead_zone,
        )


def falling_tiers(i: int, rate: OutcomeRate) -> Iterator[Fault]:
    """A better result that pays less than a worse one."""
    for n, (lower, upper) in enumerate(pairwise(rate.tiers), start=1):
        if upper.amount < lower.amount:
            yield caution(
                ("payments", i, "tiers", n, "amount"),
                "a better result pays less",
                "The provider would gain by doing less.",
                "Let amounts rise from tier to tier.",
                upper.amount,
            )
    if rate.tiers and rate.tiers[-1].to is not None:
        yield caution(
            ("payments", i, "tiers", len(rate.tiers) - 1, "to"),
            "results beyond the last tier pay nothing",
            "The provider would gain by doing less.",
            "Leave `to` out of the last tier.",
            rate.tiers[-1].to,
        )


def pays_for_chance(people: Population, measure: Measure, i: int, rate: OutcomeRate) -> Iterator[Fault]:
    """A test that chance alone passes more than one time in twenty."""
    start = rate.tiers[0].start if rate.tiers else rate.threshold_points
    zone = rate.dead_zone if isinstance(rate.dead_zone, Decimal) else Decimal(0)
    needed = max(start, zone)
    chance = chance_payment(float(needed), people, measure)
    if chance is not None and chance <= ACCEPTABLE:
        return
    if chance is None and needed > 0:
        return
    often = f"about {100 * chance:.0f} times in 100" if chance is not None else "about one time in two"
    yield caution(
        ("payments", i, "dead_zone"),
        f"pays for chance: {often} when the service makes no difference",
        "Luck would be paid as if it were a result.",
        'Set dead_zone = "interval", raise the threshold, or measure more people.',
        rate.dead_zone,
    )


def chance_payment(needed: float, people: Population, measure: Measure) -> float | None:
    """The probability that chance alone passes `needed` points; None where cohort size or baseline rate is not given.

    Normal approximation, 1 - Phi(needed / SE), with SE the standard error of a difference of two equal rates, or of one rate
    against a fixed baseline.
    """
    if people.size is None or measure.baseline_rate is None:
        return None
    rate = measure.baseline_rate
    inverse = 1 / people.size + (1 / people.comparison_size if people.comparison_size else 0)
    error = 100 * math.sqrt(rate * (1 - rate) * inverse)
    return 1 - NormalDist().cdf(needed / error)
