"""Warnings about the terms of a contract: it can be settled, but it may not do what its parties want."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from resettle.commissioning.language.cautions_of_money import ladder_steps, of_money
from resettle.commissioning.language.cautions_of_tests import caution, of_tests, stale_baselines
from resettle.commissioning.language.finding import Fault
from resettle.commissioning.language.payments import Fee, Grant, OutcomeRate, UnitTariff
from resettle.commissioning.language.terms import Contract
from resettle.commissioning.settlement.fee import part_left_over


def cautions(contract: Contract) -> Iterator[Fault]:
    """Every warning about the terms, rule by rule."""
    yield from unused_measures(contract)
    yield from caps_that_never_bite(contract)
    yield from stale_baselines(contract)
    yield from of_money(contract)
    for i, payment in enumerate(contract.payments):
        if isinstance(payment, Fee):
            yield from fee_cautions(contract, i, payment)
        elif isinstance(payment, UnitTariff):
            yield from tariff_cautions(i, payment)
        elif isinstance(payment, OutcomeRate):
            yield from rate_cautions(contract, i, payment)


def unused_measures(contract: Contract) -> Iterator[Fault]:
    """A measure that no payment reads."""
    used = {getattr(p, key, None) for p in contract.payments for key in ("measure", "hurdle")}
    used |= {p.clawback.measure for p in contract.payments if isinstance(p, Grant) and p.clawback}
    used |= {kpi.of for kpi in contract.report.kpis}
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
    yield from ladder_steps(i, tariff)
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
    yield from of_tests(contract, i, rate)


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
