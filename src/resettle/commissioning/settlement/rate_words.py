"""Why an outcome rate pays what it pays, in the words of a letter."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from resettle.commissioning.language.measures import Measure
from resettle.commissioning.language.payments import OutcomeRate, Test
from resettle.commissioning.language.sure import chance_better
from resettle.commissioning.settlement.rate import RateRule, outside_zone
from resettle.commissioning.settlement.reading import Reading
from resettle.commissioning.words import count, percent, plain, points
from resettle.money import show

if TYPE_CHECKING:
    from resettle.commissioning.settlement.case import Case
    from resettle.commissioning.settlement.rate_lines import Judged

ZERO = Decimal("0.00")
PAID_ALL_THE_SAME = " The contract pays on the difference found, although it may be chance."


def inputs(rate: OutcomeRate, reading: Reading) -> dict[str, str]:
    """Every number that the line used, as text."""
    source = {"effect": reading.id, "design": reading.effect.design} if reading.effect else {"result": reading.id}
    interval = (
        {"interval_low": plain(reading.low, 9), "interval_high": plain(reading.high, 9)}
        if reading.low is not None and reading.high is not None
        else {}
    )
    better = "points_better" if rate.scale == "points" else "percent_better"
    used = {
        **source,
        better: plain(reading.better, 9),
        **interval,
        **reading.inputs,
        "threshold_points": str(rate.threshold_points),
        "dead_zone": str(rate.dead_zone),
        "per": rate.per,
        "price": str(rate.price) if rate.price is not None else "tiers",
    }
    for n, tier in enumerate(rate.tiers, start=1):
        used[f"tier_{n}"] = f"from {tier.start} to {tier.to if tier.to is not None else 'any'}: {tier.amount}"
    tests = {
        "minimum": rate.test.minimum,
        "pooled_minimum": rate.test.pooled_minimum,
        "penalty": rate.penalty,
        "hurdle": rate.hurdle,
        "confidence": rate.test.confidence if rate.test.confidence != 0.95 else None,
    }
    if rate.test.prior:
        tests |= {"prior_mean": rate.test.prior.mean, "prior_sd": rate.test.prior.sd}
    return used | {key: str(value) for key, value in tests.items() if value is not None}


def amount_of(rate: OutcomeRate, size: Decimal) -> str:
    """A size of difference in words, on the scale of the payment."""
    return points(size) if rate.scale == "points" else f"{plain(size)}%"


def result(measure: Measure, rate: OutcomeRate, reading: Reading) -> str:
    """What was found, in words: both sides, the difference and its interval; 'not shown' where the interval includes zero."""
    effect = reading.effect
    if effect is None:
        return published_result(measure, rate, reading)
    rates = (
        f"{percent(effect.treated.rate)} of {count(effect.treated.n, 'person', 'people')} ({effect.treated.label}) against "
        f"{percent(effect.comparison.rate)} of {effect.comparison.n:,} ({effect.comparison.label})"
    )
    if effect.covariates:
        rates += ", allowing for recorded differences"
    shown = "shown" if effect.shown else "not shown"
    end = ", which includes zero" if not effect.shown and not rate.test.prior else ""
    return f"A difference was {shown} in {effect.outcome_label}: {rates}, {size(rate, reading)}{end}."


def size(rate: OutcomeRate, reading: Reading) -> str:
    """The difference and its interval, in words."""
    side = "better" if reading.better >= 0 else "worse"
    found = f"{amount_of(rate, abs(reading.better))} {side}"
    if reading.low is None or reading.high is None:
        return found
    unit = "points" if rate.scale == "points" else "percent"
    of = ", with what was believed before," if rate.test.prior else ","
    return f"{found}{of} {100 * rate.test.confidence:g}% interval {plain(reading.low)} to {plain(reading.high)} {unit} better"


def published_result(measure: Measure, rate: OutcomeRate, reading: Reading) -> str:
    """What was published of a cohort, in words."""
    what = measure.name[:1].upper() + measure.name[1:]
    if reading.low is None or reading.high is None:
        return f"{what}: {reading.words}, {size(rate, reading)}."
    shown = not reading.low <= 0 <= reading.high
    return (
        f"A difference was {'shown' if shown else 'not shown'} in {measure.name}: {reading.words}, {size(rate, reading)}"
        + ("." if shown else ", which includes zero.")
    )


def reason(
    case: Case, one: Judged, rule: RateRule, reading: Reading, units: Decimal, owed: Decimal, together: Decimal | None
) -> str:
    """Why the contract pays what it pays, or nothing."""
    rate = one.rate
    currency = case.contract.currency
    if together is not None:
        return (
            f"On its own this cohort is not paid. All cohorts together came to {amount_of(rate, together)} better, and from "
            f"{amount_of(rate, rate.test.pooled_minimum or ZERO)} they are all paid. {paid_reason(currency, rate, units, owed)}"
        )
    if owed < 0:
        unit = "unit" if rate.per == "point" else rate.per
        return f"The contract deducts {show(rule.penalty, currency)} for each {unit} worse: {show(owed, currency)}."
    if not outside_zone(rule, reading.better, reading.surest):
        return f"{zone_reason(rate, reading)} nothing is paid."
    if rate.test.minimum is not None and reading.better < rate.test.minimum:
        return f"The contract pays only from {amount_of(rate, rate.test.minimum)} better, so nothing is paid."
    if not one.over_hurdle:
        name = one.contract.measure(rate.hurdle or "").label or rate.hurdle
        return f"The contract pays only if {name} is shown to be better too, and it was not, so nothing is paid."
    if not units:
        return f"The contract pays only {start(rate)}, so nothing is paid."
    return f"{paid_reason(currency, rate, units, owed)}{'' if surely(reading) else PAID_ALL_THE_SAME}"


def surely(reading: Reading) -> bool:
    """Whether a difference was shown: by the evaluation's own word, or by the interval."""
    return reading.effect.shown if reading.effect else reading.low is None or reading.low > 0


def start(rate: OutcomeRate) -> str:
    """From where a payment starts, in words."""
    if rate.tiers:
        return f"from {amount_of(rate, rate.tiers[0].start)} better, in the tiers it names"
    return f"beyond {amount_of(rate, rate.threshold_points)} better"


def zone_reason(rate: OutcomeRate, reading: Reading) -> str:
    """Why a result within the dead zone is not paid; the words 'nothing is paid' follow."""
    if rate.dead_zone == "interval" and rate.test.prior and reading.low is not None and reading.high is not None:
        chance = chance_better(rate.test, float(reading.low), float(reading.high))
        return (
            f"The chance that the service makes a difference for the better, with what was believed before, is {percent(chance)}; "
            f"the contract asks for {percent(asked_chance(rate.test))}, so"
        )
    if rate.dead_zone == "interval":
        if reading.effect.shown if reading.effect else reading.high is not None and reading.high < 0:
            return "The contract pays only for a better result than the comparison, so"
        return "The contract pays only for a difference that is shown, so"
    return f"The contract pays only for more than {amount_of(rate, Decimal(rate.dead_zone))} better, so"


def asked_chance(test: Test) -> float:
    """The chance of a true result better than none from which the interval leaves out zero."""
    return 1 - (1 - test.confidence) / test.sides


def paid_reason(currency: str, rate: OutcomeRate, units: Decimal, owed: Decimal) -> str:
    """How a payment was worked out."""
    money = show(owed, currency)
    if rate.tiers:
        return f"The result falls in the tier that pays {money}."
    each = show(rate.price or ZERO, currency)
    beyond = f" beyond the threshold of {amount_of(rate, rate.threshold_points)}" if rate.threshold_points else ""
    if rate.per == "person":
        return f"That is {plain(units)} people kept from the outcome{beyond}, at {each} each: {money}."
    if rate.per == "event":
        return f"That is {plain(units)} events avoided{beyond}, at {each} each: {money}."
    return f"That is {amount_of(rate, units)}{beyond}, at {each} a {'point' if rate.scale == 'points' else 'percent'}: {money}."
