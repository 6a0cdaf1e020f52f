"""`Reading`: the result of one cohort as a payment reads it, whether published or from an evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from statistics import NormalDist

from resettle.commissioning.language.measures import Adjustment, Measure
from resettle.commissioning.language.payments import Test
from resettle.commissioning.language.sure import after, width
from resettle.commissioning.records import CohortResult
from resettle.commissioning.settlement.intervals import HUNDRED, Z95, interval
from resettle.commissioning.settlement.rate import NINE_PLACES, read_points
from resettle.commissioning.words import count, percent, plain
from resettle.errors import bad
from resettle.evidence.effect import Effect

NORMAL = NormalDist()
UNITS = {
    "binary": "percentage point",
    "frequency": "reoffence per 100 reoffenders",
    "count": "event per 100 people",
    "days": "day per 100 people",
    "score": "hundredth of a point of the score",
    "cost": "hundredth of a unit of cost",
}


@dataclass(frozen=True)
class Reading:
    """A result: how much better than the comparison, with its interval, on the scale of the payment.

    `better` is per 100 people (`points`) or in percent of the comparison; `absolute` always per 100 people. `low` and `high` are
    None where the result has no interval. `words` say what was found.
    """

    id: str
    better: Decimal
    absolute: Decimal
    low: Decimal | None
    high: Decimal | None
    people: int
    value: Decimal
    against: Decimal
    words: str
    inputs: dict[str, str]
    notes: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    effect: Effect | None = field(default=None, compare=False)

    @property
    def shown(self) -> bool:
        """Whether the interval leaves out zero, on the good side."""
        return self.low is not None and self.low > 0

    @property
    def surest(self) -> Decimal:
        """The end of the interval nearest to no difference; without an interval, the result itself."""
        return self.better if self.low is None else self.low


def nine(number: Decimal) -> Decimal:
    """A number to nine decimal places, without idle zeros."""
    return number.quantize(NINE_PLACES).normalize() + Decimal(0)


def of_effect(measure: Measure, effect: Effect, scale: str, test: Test) -> Reading:
    """An effect that an evaluation estimated. A ratio or hazard, another level, and another clock cannot be paid on: `BadInput`."""
    name = f"effect {effect.id}"
    if effect.scale != "difference" or effect.measure != "rate":
        found = effect.scale if effect.scale != "difference" else effect.measure
        raise bad("an outcome rate is paid on a difference of rates", file=name, value=found)
    if effect.interval.level != 0.95:
        raise bad("an outcome rate reads a 95% interval", file=name, value=effect.interval.level)
    clock = measure.clock
    if clock and effect.outcome.split(" v")[0] != clock and not clock.endswith(".toml"):
        raise bad(
            f"measured by another clock than measure {measure.id!r} of the contract",
            value=effect.outcome,
            do=f"Use a study on the clock {clock!r}.",
            file=name,
        )
    sign = -1 if effect.lower_is_better else 1
    better = sign * read_points(effect.estimate)
    ends = sorted((sign * read_points(effect.interval.low), sign * read_points(effect.interval.high)))
    wide = Decimal(repr(width(test) / Z95))
    if wide != 1:
        ends = [better + (end - better) * wide for end in ends]
    against = Decimal(repr(effect.comparison.rate))
    factor = scale_factor(scale, against, name)
    return Reading(
        id=effect.id,
        better=nine(better * factor),
        absolute=better,
        low=nine(ends[0] * factor),
        high=nine(ends[1] * factor),
        people=effect.treated.n,
        value=Decimal(repr(effect.treated.rate)),
        against=against,
        words="",
        inputs=effect_inputs(effect),
        evidence=(f"effect:{effect.id}",),
        effect=effect,
    )


def scale_factor(scale: str, against: Decimal, name: str) -> Decimal:
    """What turns a difference per 100 people into the scale of the payment."""
    if scale == "points":
        return Decimal(1)
    if against <= 0:
        raise bad("a reduction in percent needs a comparison above zero", file=name, value=against)
    return 1 / against


def effect_inputs(effect: Effect) -> dict[str, str]:
    """The numbers of an effect that a line names."""
    return {
        "treated_people": str(effect.treated.n),
        "treated_events": str(effect.treated.events),
        "treated_rate": repr(effect.treated.rate),
        "comparison_people": str(effect.comparison.n),
        "comparison_events": str(effect.comparison.events),
        "comparison_rate": repr(effect.comparison.rate),
    }


def of_result(measure: Measure, result: CohortResult, scale: str, test: Test) -> Reading:
    """A result as published, with its interval as given or reckoned from the numbers of people."""
    name = f"result {result.id}"
    value = adjusted(measure, result, cost_of(measure, result, result.quantities, result.value, "value"), name)
    against = comparison_of(measure, result, name)
    sign = 1 if measure.better == "lower" else -1
    absolute = nine(sign * (against - value) * HUNDRED)
    factor = scale_factor(scale, against, name)
    half, low, high = interval(measure, result, value, against, test)
    if half is not None:
        low, high = absolute - half, absolute + half
    return Reading(
        id=result.id,
        better=nine(sign * (against - value) * HUNDRED * factor),
        absolute=absolute,
        low=None if low is None else nine(low * factor),
        high=None if high is None else nine(high * factor),
        people=result.people,
        value=value,
        against=against,
        words=found(measure, result, value, against),
        inputs={
            "people": str(result.people),
            "value": plain(value, 9),
            "comparison": plain(against, 9),
            "comparison_people": str(result.comparison_people or "agreed baseline"),
        },
        evidence=(f"result:{result.id}",),
    )


def cost_of(
    measure: Measure, result: CohortResult, quantities: dict[str, Decimal], given: Decimal | None, key: str
) -> Decimal:
    """A value as given, or as quantities at the contract's unit prices."""
    if measure.kind == "cost" and quantities:
        for metric in measure.unit_prices:
            if metric not in quantities:
                raise bad("a metric of the basket is missing", file=f"result {result.id}", column=key, value=metric)
        return sum((measure.unit_prices[m] * q for m, q in quantities.items() if m in measure.unit_prices), Decimal(0))
    if given is None:
        raise bad("the result has no value", file=f"result {result.id}", column=key, do="Give it.")
    if measure.kind == "binary" and given > 1:
        raise bad(
            "a share of people above 1",
            file=f"result {result.id}",
            column=key,
            value=given,
            do="Write 0.475 for 47.5%.",
        )
    return given


def adjusted(measure: Measure, result: CohortResult, value: Decimal, name: str) -> Decimal:
    """The cohort's value made comparable with the baseline, as agreed."""
    rule = measure.baseline.adjustment if measure.baseline else None
    if rule is None:
        return value
    if result.mean_risk is None:
        raise bad(
            f"the contract adjusts for {rule.covariate}, and the result has no mean of it",
            file=name,
            column="mean_risk",
        )
    return allow_for(rule, value, result.mean_risk)


def allow_for(rule: Adjustment, value: Decimal, mean: Decimal) -> Decimal:
    """A value after adjustment: `additive` adds reference - mean; `ratio` multiplies by reference / mean.

    Source of the additive form: Ministry of Justice bulletins on payment by results, adjusting for the Offender Group
    Reconviction Scale.
    """
    if rule.form == "additive":
        return value + rule.reference - mean
    if mean == 0:
        raise bad("a mean risk of zero cannot be adjusted for by a ratio", column="mean_risk", value=mean)
    return value * rule.reference / mean


def comparison_of(measure: Measure, result: CohortResult, name: str) -> Decimal:
    """What the cohort is compared with: the agreed baseline (moved with the trend, where agreed), or what comes with the result."""
    agreed = measure.baseline
    if agreed is None:
        return cost_of(measure, result, result.comparison_quantities, result.comparison, "comparison")
    if result.comparison is not None and result.comparison != agreed.value:
        raise bad(
            "the result has a comparison of its own, and the contract an agreed baseline",
            file=name,
            column="comparison",
            value=result.comparison,
            do=f"Leave it out, or change the baseline of {agreed.value} in the contract.",
        )
    if agreed.kind != "trend":
        return agreed.value
    if str(result.cohort) not in agreed.trend:
        raise bad("the trend says nothing of this cohort", file=name, column="cohort", value=result.cohort)
    return agreed.value * agreed.trend[str(result.cohort)]


def found(measure: Measure, result: CohortResult, value: Decimal, against: Decimal) -> str:
    """What was found, in words: both values, and of how many people."""
    size, other = count(result.people, "person", "people"), result.comparison_people
    whom = "an agreed baseline" if measure.baseline else f"{other:,} compared with" if other else "those compared with"
    if measure.kind == "binary":
        return f"{percent(float(value))} of {size} against {percent(float(against))} of {whom}"
    if measure.kind in ("cost", "score"):
        return f"{plain(value)} for {size} against {plain(against)} for {whom}"
    events = {"days": "days", "frequency": "reoffences"}.get(measure.kind, "events")
    of = "reoffenders" if measure.kind == "frequency" else "people"
    return f"{plain(100 * value)} {events} per 100 {of} ({size}) against {plain(100 * against)} ({whom})"


def power(effect: Decimal, se: float) -> float:
    """The probability that a true effect (per 100 people) is shown at 5%, two-sided: Phi(|effect| / se - 1.96)."""
    return 1.0 if se == 0 else NORMAL.cdf(float(effect) / (100 * se) - Z95)


def believed(reading: Reading, test: Test) -> Reading:
    """A result whose interval is that of what is believed after it; as it is where nothing was agreed, or it has no interval."""
    if test.prior is None or reading.low is None or reading.high is None:
        return reading
    error = float(reading.high - reading.low) / (2 * width(test))
    mean, sd = after(test, float(reading.better), error)
    half = width(test) * sd
    return replace(reading, low=nine(Decimal(repr(mean - half))), high=nine(Decimal(repr(mean + half))))


def pooled(readings: Sequence[Reading], scale: str) -> Decimal:
    """The result of all cohorts together: events avoided over events expected (percent), or per 100 people."""
    avoided = sum((r.absolute * r.people for r in readings), Decimal(0))
    if scale == "percent":
        expected = sum((r.against * r.people for r in readings), Decimal(0))
        return nine(avoided / expected) if expected else Decimal(0)
    return nine(avoided / sum(r.people for r in readings))
