"""Errors in the terms of a contract: what makes it impossible to say what is owed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from resettle.commissioning.language.base import LATEST
from resettle.commissioning.language.faults_of_dates import dates_of_variations, of_dates
from resettle.commissioning.language.faults_of_money import of_money
from resettle.commissioning.language.faults_of_parties import of_parties
from resettle.commissioning.language.faults_of_payments import of_measures, of_payments
from resettle.commissioning.language.finding import Fault
from resettle.commissioning.language.payments import OutcomeRate, Tier, UnitTariff
from resettle.commissioning.language.reading import timeline
from resettle.commissioning.language.terms import Contract
from resettle.errors import did_you_mean
from resettle.evidence.clock import clock_names
from resettle.money import show


def faults(contract: Contract) -> Iterator[Fault]:
    """Every error in the terms, rule by rule: as signed, and as each variation leaves them."""
    found = list(faults_of_terms(contract))
    yield from found
    if not found:
        yield from variation_faults(contract)


def variation_faults(contract: Contract) -> Iterator[Fault]:
    """Variations out of place, and terms that a variation breaks."""
    wrong = list(dates_of_variations(contract))
    yield from wrong
    if wrong:
        return
    for i, (_, terms) in enumerate(timeline(contract, LATEST)[1:]):
        for fault in faults_of_terms(terms):
            place = ".".join(str(p + 1) if isinstance(p, int) else str(p) for p in fault.where)
            yield replace(fault, where=("variations", i), rule=f"this variation breaks {place}: {fault.rule}")


def faults_of_terms(contract: Contract) -> Iterator[Fault]:
    """Every error in one set of terms."""
    for rule in (lists_left_empty, periods, names_used_twice, clocks, payees, payers, shares, measures_named, limits):
        yield from rule(contract)
    for more in (of_parties, of_measures, of_payments, of_money, of_dates):
        yield from more(contract)
    for i, payment in enumerate(contract.payments):
        if isinstance(payment, OutcomeRate):
            yield from rate_terms(i, payment)
            yield from tiers(i, payment.tiers)


def periods(contract: Contract) -> Iterator[Fault]:
    """A period must not end before it starts."""
    for where, period in ((("period",), contract.period), (("population", "index"), contract.population.index)):
        if period and period.end < period.start:
            yield Fault(
                (*where, "end"),
                "the period ends before it starts",
                "No fee falls due and no outcome can count in such a period.",
                f"Put the end on or after {period.start}.",
                period.end,
            )


def lists_left_empty(contract: Contract) -> Iterator[Fault]:
    """Services, payments, prices and kinds of verification must be named."""
    must: list[tuple[tuple[str | int, ...], object]] = [
        (("population", "services"), contract.population.services),
        (("payments",), contract.payments),
    ]
    for i, payment in enumerate(contract.payments):
        if isinstance(payment, UnitTariff):
            must += [
                (("payments", i, "verification"), payment.verification),
                (("payments", i, "prices"), payment.prices),
            ]
            must += [(("payments", i, "prices", outcome), prices) for outcome, prices in payment.prices.items()]
    for where, named in must:
        if not named:
            yield Fault(where, "nothing is named", "Nothing could ever be paid for it.", "Name at least one.")


def names_used_twice(contract: Contract) -> Iterator[Fault]:
    """An id names one thing only."""
    for block in ("parties", "measures", "payments", "service_levels"):
        seen: set[str] = set()
        for i, item in enumerate(getattr(contract, block)):
            if item.id in seen:
                yield Fault(
                    (block, i, "id"),
                    "an id is used twice",
                    f"Other parts of the contract could not say which of the {block} they mean.",
                    "Give each its own id.",
                    item.id,
                )
            seen.add(item.id)
    twice = {s for s in contract.population.services if contract.population.services.count(s) > 1}
    for service in sorted(twice):
        yield Fault(
            ("population", "services"),
            "a service is named twice",
            "Its evidence must count once.",
            "Name it once.",
            service,
        )


def clocks(contract: Contract) -> Iterator[Fault]:
    """A measure's clock must be one that ships with Resettle, or a TOML file."""
    for i, measure in enumerate(contract.measures):
        if measure.clock and measure.clock not in clock_names() and not measure.clock.endswith(".toml"):
            yield Fault(
                ("measures", i, "clock"),
                "no such clock",
                "Nobody could say which events count, and for how long.",
                did_you_mean(measure.clock, clock_names()),
                measure.clock,
            )


def payees(contract: Contract) -> Iterator[Fault]:
    """Every payment must have one known payee."""
    known = [p.id for p in contract.parties]
    for i, payment in enumerate(contract.payments):
        if payment.payees:
            continue
        if payment.payee is None and len(contract.providers) != 1:
            yield Fault(
                ("payments", i),
                f"the payment names no payee, and the contract has {len(contract.providers)} providers",
                "Nobody could say who is paid.",
                "Add `payee`, or name one party as provider.",
            )
        elif payment.payee is not None and payment.payee not in known:
            yield Fault(
                ("payments", i, "payee"),
                "unknown party",
                "Money would go to nobody in the contract.",
                did_you_mean(payment.payee, known),
                payment.payee,
            )


def payers(contract: Contract) -> Iterator[Fault]:
    """Everybody who pays must be a party; without a split there must be one commissioner."""
    known = [p.id for p in contract.parties]
    commissioners = [p for p in contract.parties if p.role == "commissioner"]
    if contract.split is None and len(commissioners) != 1:
        yield Fault(
            ("parties",),
            f"there is no split, and the contract has {len(commissioners)} commissioners",
            "Nobody could say who pays.",
            "Add `[split]`, or name one party as commissioner.",
        )
    for party in contract.split.payers if contract.split else ():
        if party not in known:
            yield Fault(
                ("split", "payers", party),
                "unknown party",
                "Money would come from nobody in the contract.",
                did_you_mean(party, known),
                party,
            )


def shares(contract: Contract) -> Iterator[Fault]:
    """The payers' shares must add up to one exactly."""
    total = sum(contract.split.payers.values(), Decimal(0)) if contract.split else Decimal(1)
    if total != 1:
        yield Fault(
            ("split", "payers"),
            "the payers' shares do not add up to 1",
            "Part of every payment would be owed twice, or by nobody.",
            "Change the shares so that they add up to 1 exactly.",
            total,
        )


def measures_named(contract: Contract) -> Iterator[Fault]:
    """A payment or hurdle must name a measure of the contract."""
    known = [m.id for m in contract.measures]
    for i, payment in enumerate(contract.payments):
        clawback = getattr(payment, "clawback", None)
        for key, name in (
            ("measure", getattr(payment, "measure", None)),
            ("hurdle", getattr(payment, "hurdle", None)),
            ("clawback", clawback.measure if clawback else None),
        ):
            if name is not None and name not in known:
                yield Fault(
                    ("payments", i, key),
                    "hurdle on an unknown measure" if key == "hurdle" else "unknown measure",
                    "The payment could never be decided.",
                    did_you_mean(name, known) if known else "Add a `[[measures]]` block.",
                    name,
                )


def limits(contract: Contract) -> Iterator[Fault]:
    """The cap must not lie below the floor, and a payment's cap must name a payment."""
    most, least = contract.limits.cap, contract.limits.floor
    if most is not None and least is not None and most < least:
        yield Fault(
            ("limits", "cap"),
            f"the cap lies below the floor of {show(least, contract.currency)}",
            "No amount can be above the one and below the other.",
            "Raise the cap or lower the floor.",
            show(most, contract.currency),
        )
    known = [p.id for p in contract.payments]
    for name in contract.limits.cap_payment:
        if name not in known:
            yield Fault(
                ("limits", "cap_payment", name),
                "cap on an unknown payment",
                "The cap would limit nothing.",
                did_you_mean(name, known),
                name,
            )


def rate_terms(i: int, payment: OutcomeRate) -> Iterator[Fault]:
    """An outcome rate is paid by price or by tiers: one of the two."""
    if bool(payment.tiers) == (payment.price is not None):
        yield Fault(
            ("payments", i),
            "an outcome rate needs either a price or tiers",
            "With both, or neither, the amount cannot be worked out.",
            "Keep one of the two.",
        )
    if payment.tiers and payment.threshold_points:
        yield Fault(
            ("payments", i, "threshold_points"),
            "tiers and threshold_points both say where payment starts",
            "The two can disagree.",
            "Leave threshold_points out: the first tier says where payment starts.",
            payment.threshold_points,
        )


def tiers(i: int, steps: tuple[Tier, ...]) -> Iterator[Fault]:
    """Tiers must rise, meet, and not be empty; only the last may be open."""
    for n, tier in enumerate(steps):
        if tier.to is not None and tier.to <= tier.start:
            yield Fault(
                ("payments", i, "tiers", n, "to"),
                "the tier ends where it starts, or before",
                "No result can fall into it.",
                f"Put `to` above {tier.start}.",
                tier.to,
            )
    for n, (lower, upper) in enumerate(pairwise(steps), start=1):
        where = ("payments", i, "tiers", n, "from")
        if lower.to is not None and lower.to <= lower.start:
            continue  # told above; what follows it cannot be judged
        if upper.start <= lower.start:
            yield Fault(
                where,
                "tiers are out of order",
                "A result could be read against the wrong tier.",
                "List tiers from the smallest difference to the largest.",
                upper.start,
            )
        elif lower.to is None or upper.start < lower.to:
            end = "is open at the top" if lower.to is None else f"ends at {lower.to}"
            yield Fault(
                where,
                f"tiers overlap: the tier before {end}",
                "One result would have two prices.",
                "Let each tier start where the one before it ends.",
                upper.start,
            )
        elif upper.start > lower.to:
            yield Fault(
                where,
                f"gap between tiers: nothing is said of results from {lower.to} to {upper.start} points",
                "A result in the gap would pay nothing, although a smaller one pays.",
                "Let each tier start where the one before it ends.",
                upper.start,
            )
