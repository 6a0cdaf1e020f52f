"""The line of an outcome rate, and why it pays or does not, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from resettle.commissioning.evidence import Evidence
from resettle.commissioning.language.payments import OutcomeRate
from resettle.commissioning.language.terms import Contract
from resettle.commissioning.settlement.draft import Draft
from resettle.commissioning.settlement.rate import RateRule, amount, outside_zone, price, quantity, read_points, rule_of
from resettle.commissioning.words import count, day, percent, plain, points
from resettle.errors import bad
from resettle.evidence.effect import Effect
from resettle.money import show, to_pence

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Reading:
    """An effect as a payment reads it: percentage points better than the comparison, and its 95% interval on that scale."""

    effect: Effect
    better: Decimal
    low: Decimal
    high: Decimal

    @property
    def shown(self) -> bool:
        """Whether the interval leaves out zero, on the good side."""
        return self.low > 0


def read_effect(contract: Contract, measure_id: str, evidence: Evidence) -> Reading | None:
    """The effect on a measure, or None where there is none yet.

    A ratio or hazard, an interval at another level, and a result on another clock cannot be paid on: `BadInput`.
    """
    effect = evidence.effects.get(measure_id)
    if effect is None:
        return None
    clock = contract.measure(measure_id).clock
    name = f"effect {effect.id}"
    if effect.scale != "difference":
        raise bad("an outcome rate is paid on a difference of rates", file=name, value=effect.scale)
    if effect.interval.level != 0.95:
        raise bad("an outcome rate reads a 95% interval", file=name, value=effect.interval.level)
    if clock and effect.outcome.split(" v")[0] != clock and not clock.endswith(".toml"):
        raise bad(
            f"measured by another clock than measure {measure_id!r} of the contract",
            value=effect.outcome,
            do=f"Use a study on the clock {clock!r}.",
            file=name,
        )
    sign = -1 if effect.lower_is_better else 1
    ends = sorted((sign * read_points(effect.interval.low), sign * read_points(effect.interval.high)))
    return Reading(effect, sign * read_points(effect.estimate), ends[0], ends[1])


def rate_lines(contract: Contract, rate: OutcomeRate, evidence: Evidence, at: date) -> tuple[list[Draft], list[str]]:
    """The one line of an outcome rate, of zero where nothing is paid, and notes where the evidence is open or disputed."""
    reading = read_effect(contract, rate.measure, evidence)
    if reading is None:
        return [unmeasured(contract, rate, at)], []
    hurdle = read_effect(contract, rate.hurdle, evidence) if rate.hurdle else None
    over_hurdle = rate.hurdle is None or (hurdle is not None and hurdle.shown)
    rule, people = rule_of(rate), Decimal(reading.effect.treated.n)
    units = quantity(rule, reading.better, reading.low, people) * over_hurdle
    each = price(rule, reading.better) if rate.tiers else rate.price or ZERO
    owed = to_pence(amount(rule, reading.better, reading.low, people) * over_hurdle)
    draft = Draft(
        payment=rate.id,
        rule="outcome_rate",
        label=rate.name,
        quantity=abs(Decimal(units)),
        unit="tier" if rate.tiers else "percentage point" if rate.per == "point" else "person",
        price=Decimal(each),
        amount=abs(owed),
        payee=contract.payee(rate),
        period=f"{contract.period.start} to {min(at, contract.period.end)}",
        inputs=inputs(rate, reading),
        why=f"{result(reading)} {reason(contract, rate, rule, reading, over_hurdle, Decimal(units), owed)}",
        evidence=tuple(f"effect:{r.effect.id}" for r in (reading, hurdle) if r is not None),
    )
    return [draft], disputed_note(rate, reading)


def unmeasured(contract: Contract, rate: OutcomeRate, at: date) -> Draft:
    """The line of an outcome rate whose measure has no result yet."""
    return Draft(
        payment=rate.id,
        rule="outcome_rate",
        label=rate.name,
        quantity=Decimal(0),
        unit="percentage point",
        price=rate.price or ZERO,
        amount=ZERO,
        payee=contract.payee(rate),
        period=f"{contract.period.start} to {min(at, contract.period.end)}",
        inputs={"measure": rate.measure, "effect": "none yet"},
        why=f"No result for this measure had been given by {day(at)}, so nothing is paid yet.",
    )


def inputs(rate: OutcomeRate, reading: Reading) -> dict[str, str]:
    """Every number that the line used, as text."""
    effect = reading.effect
    used = {
        "effect": effect.id,
        "design": effect.design,
        "points_better": plain(reading.better, 9),
        "interval_low": plain(reading.low, 9),
        "interval_high": plain(reading.high, 9),
        "treated_people": str(effect.treated.n),
        "treated_events": str(effect.treated.events),
        "treated_rate": repr(effect.treated.rate),
        "comparison_people": str(effect.comparison.n),
        "comparison_events": str(effect.comparison.events),
        "comparison_rate": repr(effect.comparison.rate),
        "threshold_points": str(rate.threshold_points),
        "dead_zone": str(rate.dead_zone),
        "per": rate.per,
        "price": str(rate.price) if rate.price is not None else "tiers",
    }
    for n, tier in enumerate(rate.tiers, start=1):
        used[f"tier_{n}"] = f"from {tier.start} to {tier.to if tier.to is not None else 'any'}: {tier.amount}"
    return used | ({"hurdle": rate.hurdle} if rate.hurdle else {})


def result(reading: Reading) -> str:
    """What was found, in words: both rates, the difference and its interval; 'not shown' where the interval includes zero."""
    effect = reading.effect
    rates = (
        f"{percent(effect.treated.rate)} of {count(effect.treated.n, 'person', 'people')} ({effect.treated.label}) against "
        f"{percent(effect.comparison.rate)} of {effect.comparison.n:,} ({effect.comparison.label})"
    )
    if effect.covariates:
        rates += ", allowing for recorded differences"
    side = "better" if reading.better >= 0 else "worse"
    size = f"{points(abs(reading.better))} {side}, 95% interval {plain(reading.low)} to {plain(reading.high)} points better"
    if not effect.shown:
        return f"A difference was not shown in {effect.outcome_label}: {rates}, {size}, which includes zero."
    return f"A difference was shown in {effect.outcome_label}: {rates}, {size}."


def reason(
    contract: Contract,
    rate: OutcomeRate,
    rule: RateRule,
    reading: Reading,
    over_hurdle: bool,
    units: Decimal,
    owed: Decimal,
) -> str:
    """Why the contract pays what it pays, or nothing."""
    if not outside_zone(rule, reading.better, reading.low):
        return f"{zone_reason(rate, reading)} nothing is paid."
    if not over_hurdle:
        name = contract.measure(rate.hurdle or "").label or rate.hurdle
        return f"The contract pays only if {name} is shown to be better too, and it was not, so nothing is paid."
    if not units:
        return f"The contract pays only {start(rate)}, so nothing is paid."
    return f"{paid_reason(contract, rate, units, owed)}{'' if reading.effect.shown else PAID_ALL_THE_SAME}"


PAID_ALL_THE_SAME = " The contract pays on the difference found, although it may be chance."


def start(rate: OutcomeRate) -> str:
    """From where a payment starts, in words."""
    if rate.tiers:
        return f"from {points(rate.tiers[0].start)} better, in the tiers it names"
    return f"beyond {points(rate.threshold_points)} better"


def zone_reason(rate: OutcomeRate, reading: Reading) -> str:
    """Why a result within the dead zone is not paid; the words 'nothing is paid' follow."""
    if rate.dead_zone == "interval":
        if reading.effect.shown:
            return "The contract pays only for a better result than the comparison, so"
        return "The contract pays only for a difference that is shown, so"
    return f"The contract pays only for more than {points(Decimal(rate.dead_zone))} better, so"


def paid_reason(contract: Contract, rate: OutcomeRate, units: Decimal, owed: Decimal) -> str:
    """How a payment was worked out."""
    money = show(owed, contract.currency)
    if rate.tiers:
        return f"The result falls in the tier that pays {money}."
    each = show(rate.price or ZERO, contract.currency)
    beyond = f" beyond the threshold of {points(rate.threshold_points)}" if rate.threshold_points else ""
    if rate.per == "person":
        return f"That is {plain(units)} people kept from the outcome{beyond}, at {each} each: {money}."
    return f"That is {points(units)}{beyond}, at {each} a point: {money}."


def disputed_note(rate: OutcomeRate, reading: Reading) -> list[str]:
    """A note where tests of the same question fall on both sides of p = 0.05."""
    if not reading.effect.disputed:
        return []
    tests = ", ".join(f"{t.name} p = {t.p:.4f}" for t in reading.effect.tests)
    return [
        f"{rate.name}: the answer changes with the test chosen ({tests}). The contract reads the 95% interval alone."
    ]
