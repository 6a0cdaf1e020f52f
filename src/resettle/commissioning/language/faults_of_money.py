"""Errors in limits, service levels, parameters and capital."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from resettle.commissioning.language.finding import Fault
from resettle.commissioning.language.payments import Fee
from resettle.commissioning.language.terms import Contract
from resettle.errors import did_you_mean
from resettle.money import show


def of_money(contract: Contract) -> Iterator[Fault]:
    """Every error about money that is not in a single payment."""
    for rule in (year_caps, service_levels, payments_named, parameters, instruments, guarantees):
        yield from rule(contract)


def year_caps(contract: Contract) -> Iterator[Fault]:
    """The caps of all years must leave room for the floor."""
    limits = contract.limits
    if limits.cap_year is None or limits.floor is None:
        return
    years = (contract.period.end - contract.period.start).days // 365 + 1
    if limits.cap_year * years < limits.floor:
        why = "The floor could never be reached."
        rule = f"the caps of {years} years lie below the floor of {show(limits.floor, contract.currency)}"
        yield Fault(
            ("limits", "cap_year"),
            rule,
            why,
            "Raise the cap or lower the floor.",
            show(limits.cap_year, contract.currency),
        )


def service_levels(contract: Contract) -> Iterator[Fault]:
    """Credits are taken from a fee, in steps that rise."""
    fees = [p.id for p in contract.payments if isinstance(p, Fee)]
    for i, level in enumerate(contract.service_levels):
        where = ("service_levels", i)
        if level.payment not in fees:
            do = did_you_mean(level.payment, fees) if fees else "Add a fee."
            yield Fault(
                (*where, "payment"),
                "service credits on what is no fee",
                "There is nothing to take them from.",
                do,
                level.payment,
            )
        if not level.steps:
            yield Fault(
                (*where, "steps"), "nothing is named", "A shortfall would cost nothing.", "Name at least one step."
            )
        for n, (lower, upper) in enumerate(pairwise(level.steps), start=1):
            if upper.short_by <= lower.short_by or upper.credit < lower.credit:
                why = "A larger shortfall must not cost less."
                yield Fault(
                    (*where, "steps", n),
                    "steps are out of order",
                    why,
                    "List steps from the smallest shortfall to the largest.",
                    upper.short_by,
                )


def payments_named(contract: Contract) -> Iterator[Fault]:
    """Shares of single payments and indicators must name what there is."""
    known = [p.id for p in contract.payments]
    for name in contract.split.by_payment if contract.split else ():
        if name not in known:
            yield Fault(
                ("split", "by_payment", name),
                "shares of an unknown payment",
                "They would divide nothing.",
                did_you_mean(name, known),
                name,
            )
    reported = [*known, *(m.id for m in contract.measures), *(s.id for s in contract.service_levels)]
    for i, kpi in enumerate(contract.report.kpis):
        if kpi.of not in reported:
            why = "There would be nothing to report."
            yield Fault(
                ("report", "kpis", i, "of"),
                "an indicator of something unknown",
                why,
                did_you_mean(kpi.of, reported),
                kpi.of,
            )


def parameters(contract: Contract) -> Iterator[Fault]:
    """A value must lie in its own plausible range."""
    for name, p in contract.parameters.items():
        low, high = p.low if p.low is not None else p.value, p.high if p.high is not None else p.value
        if not low <= p.value <= high:
            why = "Either the value or its range is wrong."
            yield Fault(
                ("parameters", name),
                f"the value lies outside its plausible range, {low} to {high}",
                why,
                "Correct one of them.",
                p.value,
            )


def instruments(contract: Contract) -> Iterator[Fault]:
    """No more is drawn than was promised."""
    for i, one in enumerate(contract.capital.instruments if contract.capital else ()):
        drawn = sum((d.amount for d in one.drawdowns), Decimal(0))
        if drawn > one.commitment:
            rule = f"more is drawn than the commitment of {show(one.commitment, contract.currency)}"
            yield Fault(
                ("capital", "instruments", i, "drawdowns"),
                rule,
                "Nobody has promised the rest.",
                "Lower the drawdowns.",
                drawn,
            )


def guarantees(contract: Contract) -> Iterator[Fault]:
    """A guarantee covers instruments that there are."""
    known = [i.id for i in contract.capital.instruments] if contract.capital else []
    for i, guarantee in enumerate(contract.capital.guarantees if contract.capital else ()):
        for name in guarantee.covers:
            if name not in known:
                why = "It would guarantee nothing."
                yield Fault(
                    ("capital", "guarantees", i, "covers"),
                    "an unknown instrument",
                    why,
                    did_you_mean(name, known),
                    name,
                )
