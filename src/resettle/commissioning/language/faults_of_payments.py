"""Errors in measures and in what is paid for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from resettle.commissioning.language.finding import Fault
from resettle.commissioning.language.measures import Measure
from resettle.commissioning.language.payments import (
    Band,
    Fee,
    Grant,
    OutcomeRate,
    PersonalBudget,
    ShareOfSavings,
    UnitTariff,
    VolumeBands,
)
from resettle.commissioning.language.terms import Contract
from resettle.errors import did_you_mean

Where = tuple[str | int, ...]
COUNTED = {"person": ("binary",), "event": ("count", "days")}


def of_measures(contract: Contract) -> Iterator[Fault]:
    """Baselines that a measure cannot have."""
    for i, measure in enumerate(contract.measures):
        base, where = measure.baseline, ("measures", i, "baseline")
        if base is None:
            continue
        if measure.kind == "binary" and base.value > 1:
            why = "A share of people lies between 0 and 1."
            yield Fault((*where, "value"), "a baseline above 1", why, "Write 0.475 for 47.5%.", base.value)
        if base.kind == "trend" and not base.trend:
            why = "Nobody could say what the cohort is compared with."
            yield Fault(
                (*where, "kind"), "a trend without its values", why, "Give `trend` for each cohort, or another kind."
            )
        if base.period and base.period.end < base.period.start:
            why = "Nobody could have been measured in it."
            yield Fault(
                (*where, "period"),
                "the period ends before it starts",
                why,
                "Put the end on or after the start.",
                base.period.end,
            )
        if base.adjustment and base.adjustment.form == "ratio" and base.adjustment.reference <= 0:
            why = "A result cannot be multiplied by it."
            yield Fault(
                (*where, "adjustment"), "a ratio to a reference of zero", why, "Give the reference, above zero."
            )


def of_payments(contract: Contract) -> Iterator[Fault]:
    """What is wrong in single payments."""
    measures = {m.id: m for m in contract.measures}
    for i, payment in enumerate(contract.payments):
        if isinstance(payment, UnitTariff):
            yield from tariff_codes(i, payment)
        elif isinstance(payment, OutcomeRate):
            yield from units_paid(i, payment, measures.get(payment.measure))
        elif isinstance(payment, ShareOfSavings):
            yield from savings(i, payment, measures.get(payment.measure))
        elif isinstance(payment, VolumeBands):
            yield from bands(i, payment.bands)
        elif isinstance(payment, Fee):
            yield from volume(i, payment)
        elif isinstance(payment, Grant | PersonalBudget):
            given = payment.instalments if isinstance(payment, Grant) else payment.amounts
            key = "instalments" if isinstance(payment, Grant) else "amounts"
            if not given:
                yield Fault(
                    ("payments", i, key), "nothing is named", "Nothing could ever be paid.", "Name at least one."
                )
        if payment.indexed and contract.indexation is None:
            why = "Nobody could say by how much it rises."
            yield Fault(
                ("payments", i, "indexed"),
                "indexed, and there is no [indexation]",
                why,
                "Add `[indexation]`, or leave it out.",
            )


def tariff_codes(i: int, tariff: UnitTariff) -> Iterator[Fault]:
    """Outcome codes in ladders, limits and reclaims must have a price; a ladder names each once."""
    named: list[tuple[Where, str]] = [
        (("payments", i, "ladders"), code) for ladder in tariff.ladders for code in ladder
    ]
    named += [(("payments", i, "most"), code) for code in tariff.most]
    named += [(("payments", i, "reclaim", n, "outcomes"), c) for n, r in enumerate(tariff.reclaim) for c in r.outcomes]
    for where, code in named:
        if code not in tariff.prices:
            why = "It says something of an outcome that is never paid."
            yield Fault(where, "an outcome without a price", why, did_you_mean(code, tariff.prices), code)
    for ladder in tariff.ladders:
        for code in sorted({c for c in ladder if ladder.count(c) > 1}):
            why = "A milestone cannot come before itself."
            yield Fault(("payments", i, "ladders"), "a milestone stands twice in a ladder", why, "Name it once.", code)


def units_paid(i: int, rate: OutcomeRate, measure: Measure | None) -> Iterator[Fault]:
    """The unit that is paid must be one that the measure counts."""
    kinds = COUNTED.get(rate.per)
    if measure and kinds and measure.kind not in kinds:
        why = f"A measure of kind {measure.kind} does not count one."
        yield Fault(
            ("payments", i, "per"),
            f"paid by the {rate.per}",
            why,
            f"Pay by the point, or measure {' or '.join(kinds)}.",
            rate.per,
        )
    if rate.scale == "percent" and rate.per != "point" and rate.threshold_points:
        why = "Part of a percentage is not a number of events."
        do = "Use test.minimum: from there on all is paid."
        yield Fault(
            ("payments", i, "threshold_points"),
            "a threshold in percent, paid by the event",
            why,
            do,
            rate.threshold_points,
        )
    if rate.test.prior and rate.dead_zone != "interval":
        why = "What was believed is taken into the interval, and no interval decides here."
        do = 'Set dead_zone = "interval", or leave the prior out.'
        yield Fault(
            ("payments", i, "test", "prior"), "a prior without an interval that decides", why, do, rate.dead_zone
        )
    if rate.test.pooled_minimum is not None and rate.tiers:
        why = "All cohorts together fall into no single tier."
        yield Fault(
            ("payments", i, "test", "pooled_minimum"), "a pooled test with tiers", why, "Pay by price, or leave it out."
        )


def savings(i: int, payment: ShareOfSavings, measure: Measure | None) -> Iterator[Fault]:
    """Savings are reckoned on costs, up to a cap above the threshold."""
    if measure and measure.kind != "cost":
        why = "Savings are a fall in cost."
        yield Fault(
            ("payments", i, "measure"),
            "a share of savings on a measure that is no cost",
            why,
            'Give the measure kind = "cost".',
        )
    if payment.most < payment.threshold:
        why = "No result can be above the one and below the other."
        yield Fault(("payments", i, "most"), "the most lies below the threshold", why, "Raise it.", payment.most)


def bands(i: int, steps: Sequence[Band]) -> Iterator[Fault]:
    """Bands of volume must rise and meet; only the last may be open."""
    if not steps:
        yield Fault(
            ("payments", i, "bands"), "nothing is named", "Nothing could ever be paid.", "Name at least one band."
        )
    for n, band in enumerate(steps):
        if band.to is not None and band.to < band.start:
            yield Fault(
                ("payments", i, "bands", n, "to"),
                "the band ends before it starts",
                "No volume falls into it.",
                f"Put `to` at {band.start} or above.",
                band.to,
            )
    for n, (lower, upper) in enumerate(pairwise(steps), start=1):
        where = ("payments", i, "bands", n, "from")
        if lower.to is None or upper.start <= lower.to:
            yield Fault(
                where,
                "bands overlap",
                "One volume would have two prices.",
                "Let each band start one after the end of the last.",
                upper.start,
            )
        elif upper.start > lower.to + 1:
            why = "A volume in the gap would be paid as if it were smaller."
            yield Fault(
                where,
                f"gap between bands: nothing is said of {lower.to + 1} to {upper.start - 1} people",
                why,
                "Let each band start one after the end of the last.",
                upper.start,
            )


def volume(i: int, fee: Fee) -> Iterator[Fault]:
    """The range of volume must not be upside down, and a fee paid once has no volume."""
    if fee.volume is None:
        return
    if fee.volume.high < fee.volume.low:
        why = "No volume lies inside it."
        yield Fault(
            ("payments", i, "volume", "high"),
            "the range of volume is upside down",
            why,
            "Put `high` at `low` or above.",
            fee.volume.high,
        )
    if fee.every == "once":
        why = "There is no fee of a year to change."
        yield Fault(
            ("payments", i, "volume"),
            "a fee paid once that follows the volume",
            why,
            "Pay it by the month, quarter or year.",
        )
