"""Errors about parties: names that nobody has, and shares that do not add up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from resettle.commissioning.language.finding import Fault
from resettle.commissioning.language.terms import Contract
from resettle.errors import did_you_mean

Where = tuple[str | int, ...]


def of_parties(contract: Contract) -> Iterator[Fault]:
    """Every party named anywhere must be in the contract; shares among parties must add up to one."""
    known = [p.id for p in contract.parties]
    for where, name in named(contract):
        if name not in known:
            yield Fault(
                where, "unknown party", "Nobody in the contract could do this.", did_you_mean(name, known), name
            )
    for where, shares in shared(contract):
        if (total := sum(shares.values(), Decimal(0))) != 1:
            why = "Part of every payment would be owed twice, or by nobody."
            yield Fault(
                where, "the shares do not add up to 1", why, "Change them so that they add up to 1 exactly.", total
            )
    yield from both_payees(contract)
    yield from twice(contract)


def named(contract: Contract) -> Iterator[tuple[Where, str]]:
    """Every place that names a party, apart from payees and payers of the whole."""
    if contract.population.banding:
        yield ("population", "banding", "assessor"), contract.population.banding.assessor
    if contract.evidence.verifier:
        yield ("evidence", "verifier"), contract.evidence.verifier
    for i, payment in enumerate(contract.payments):
        yield from ((("payments", i, "payees"), party) for party in payment.payees)
    if contract.split:
        yield from ((("split", "caps", party), party) for party in contract.split.caps)
        for payment_id, shares in contract.split.by_payment.items():
            yield from ((("split", "by_payment", payment_id), party) for party in shares)
    if contract.capital:
        yield ("capital", "vehicle"), contract.capital.vehicle
        for i, instrument in enumerate(contract.capital.instruments):
            yield ("capital", "instruments", i, "party"), instrument.party
        for i, guarantee in enumerate(contract.capital.guarantees):
            yield ("capital", "guarantees", i, "party"), guarantee.party


def shared(contract: Contract) -> Iterator[tuple[Where, Mapping[str, Decimal]]]:
    """Every table of shares that must add up to one, apart from that of the payers."""
    for i, payment in enumerate(contract.payments):
        if payment.payees:
            yield ("payments", i, "payees"), payment.payees
    for name, shares in (contract.split.by_payment if contract.split else {}).items():
        yield ("split", "by_payment", name), shares
    for i, measure in enumerate(contract.measures):
        if measure.estimator and measure.estimator.fallback:
            mix = {str(design): weight for design, weight in measure.estimator.fallback.mix.items()}
            yield ("measures", i, "estimator", "fallback", "mix"), mix


def both_payees(contract: Contract) -> Iterator[Fault]:
    """A payment has one payee or several with shares, not both."""
    for i, payment in enumerate(contract.payments):
        if payment.payee and payment.payees:
            why = "The two can disagree."
            yield Fault(("payments", i, "payees"), "payee and payees both say who is paid", why, "Keep one of the two.")


def twice(contract: Contract) -> Iterator[Fault]:
    """Instruments and indicators have ids of their own."""
    lists = {("report", "kpis"): [k.id for k in contract.report.kpis]}
    if contract.capital:
        lists["capital", "instruments"] = [i.id for i in contract.capital.instruments]
    for where, ids in lists.items():
        for i, name in enumerate(ids):
            if name in ids[:i]:
                yield Fault(
                    (*where, i, "id"),
                    "an id is used twice",
                    "Evidence could not say which one it is of.",
                    "Give each its own id.",
                    name,
                )
