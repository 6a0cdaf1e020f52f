"""What a contract's own test can see: the smallest effect found with 80% power, and payment for chance, in closed form."""

from __future__ import annotations

import math

from resettle.commissioning.beliefs import Beliefs, RateBelief
from resettle.commissioning.language.measures import Measure
from resettle.commissioning.language.payments import OutcomeRate
from resettle.commissioning.language.sure import least
from resettle.commissioning.language.terms import Contract
from resettle.commissioning.stress.chance import NORMAL, chance_of_payment
from resettle.result import Record

POWER = 0.8


class Detection(Record):
    """One outcome rate's test on one cohort.

    `error` is the standard error of a result when nothing is achieved, on the scale of the payment; `asked` the smallest result
    that is paid; `by_chance` how often one cohort would be paid although nothing was achieved; `detectable` the smallest true
    effect that is paid in 80 of 100 cohorts.
    """

    payment: str
    label: str
    scale: str
    people: int
    error: float
    asked: float
    by_chance: float
    detectable: float


def detections(contract: Contract, beliefs: Beliefs) -> list[Detection]:
    """Every outcome rate's test, by the normal approximation."""
    return [detection(contract, p, beliefs) for p in contract.payments if isinstance(p, OutcomeRate)]


def detection(contract: Contract, payment: OutcomeRate, beliefs: Beliefs) -> Detection:
    """One outcome rate's test."""
    belief, measure = beliefs.rates[payment.measure], contract.measure(payment.measure)
    error = null_error(measure, belief) * (1.0 if payment.scale == "points" else 1 / belief.baseline)
    lowest = smallest_paid(payment, error)
    return Detection(
        payment=payment.id,
        label=payment.name,
        scale=payment.scale,
        people=belief.n,
        error=error,
        asked=lowest,
        by_chance=chance_of_payment(lowest, error) if error else float(lowest <= 0),
        detectable=max(0.0, lowest + NORMAL.inv_cdf(POWER) * error),
    )


def null_error(measure: Measure, belief: RateBelief) -> float:
    """The standard error of the difference, per 100 people, when nothing is achieved."""
    b, inverse = belief.baseline, 1 / belief.n + (1 / belief.comparison_n if belief.comparison_n else 0.0)
    if measure.kind == "binary":
        return 100 * math.sqrt(b * (1 - b) * inverse)
    if measure.kind in ("score", "cost"):
        return belief.noise_sd * b * (math.sqrt(2) if belief.comparison_n else 1.0)
    return 100 * math.sqrt(measure.dispersion * b * inverse)


def smallest_paid(payment: OutcomeRate, error: float) -> float:
    """The smallest result that is paid, on the scale of the payment."""
    zone = {"none": 0.0, "interval": least(payment.test, error)}.get(str(payment.dead_zone))
    bars = [float(payment.dead_zone) if zone is None else zone, float(payment.threshold_points)]
    if payment.tiers:
        bars.append(float(payment.tiers[0].start))
    if payment.test.minimum is not None:
        bars.append(float(payment.test.minimum))
    return max(bars)
