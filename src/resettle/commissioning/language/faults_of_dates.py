"""Errors about days: cohorts, instalments, early ends and variations that lie outside the contract, or out of order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from resettle.commissioning.language.finding import Fault
from resettle.commissioning.language.payments import Grant
from resettle.commissioning.language.terms import Contract

Where = tuple[str | int, ...]


def of_dates(contract: Contract) -> Iterator[Fault]:
    """Every error about days, apart from variations."""
    start, end = contract.period.start, contract.period.end
    for where, day in days(contract):
        if not start <= day <= end:
            why = "It would never happen, or before anything was agreed."
            yield Fault(where, "a day outside the contract", why, f"Choose a day from {start} to {end}.", day)
    yield from cohorts(contract)
    referrals = contract.population.referrals
    if referrals and None not in (referrals.least, referrals.most) and referrals.least > referrals.most:  # type: ignore[operator]
        why = "No number is at least the one and at most the other."
        yield Fault(
            ("population", "referrals", "most"), "fewer at most than at least", why, "Raise it.", referrals.most
        )


def days(contract: Contract) -> Iterator[tuple[Where, date]]:
    """Days that must lie in the contract."""
    for i, payment in enumerate(contract.payments):
        if isinstance(payment, Grant):
            yield from (
                (("payments", i, "instalments", n, "on"), part.on) for n, part in enumerate(payment.instalments)
            )
    if contract.termination:
        for key in ("break_from", "left_on"):
            if (day := getattr(contract.termination, key)) is not None:
                yield ("termination", key), day
    intake = contract.population.intake
    if intake and intake.start:
        yield ("population", "intake", "start"), intake.start


def cohorts(contract: Contract) -> Iterator[Fault]:
    """Cohorts by count have a size; cohorts by time begin before the contract ends."""
    intake = contract.population.intake
    if intake is None:
        return
    if intake.every == "count":
        if intake.size is None:
            why = "Nobody could say when a cohort is full."
            yield Fault(("population", "intake"), "cohorts by count without their size", why, "Add `size`.")
        return
    start, months = intake.start or contract.period.start, 3 if intake.every == "quarter" else 12
    last = start.year * 12 + start.month + (intake.cohorts - 1) * months
    if last > contract.period.end.year * 12 + contract.period.end.month:
        why = "People of the last cohort would enter after the contract."
        yield Fault(
            ("population", "intake", "cohorts"),
            "more cohorts than the contract has time for",
            why,
            "Lower the number.",
            intake.cohorts,
        )


def dates_of_variations(contract: Contract) -> Iterator[Fault]:
    """Variations take effect within the contract, each after the one before."""
    period = contract.period
    for i, variation in enumerate(contract.variations):
        where = ("variations", i, "effective")
        if variation.effective <= period.start:
            why = "The terms it changes would never have held."
            yield Fault(
                where,
                "a variation before the contract has started",
                why,
                f"Choose a day after {period.start}, or change the terms.",
                variation.effective,
            )
        elif variation.effective > period.end:
            why = "There is nothing left to change."
            yield Fault(
                where,
                "a variation after the end of the contract",
                why,
                f"Choose a day up to {period.end}.",
                variation.effective,
            )
        if not variation.changes and not variation.removes:
            yield Fault(
                ("variations", i),
                "a variation that changes nothing",
                "It would only confuse.",
                "Add `changes`, or leave it out.",
            )
    for i, (one, other) in enumerate(pairwise(contract.variations), start=1):
        if other.effective <= one.effective:
            why = "Nobody could say which of two holds."
            yield Fault(
                ("variations", i, "effective"),
                "variations are out of order, or of one day",
                why,
                "List them by date; put those of one day into one.",
                other.effective,
            )
