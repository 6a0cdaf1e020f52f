"""Local Justice Reinvestment as it was run (2010 to 2013): from an area's flows, at agreed prices, to what would have been paid.

The cost of demand of a year is the sum of price times quantity over a basket. Its fall since the baseline year earns a reward, by
the two rules that sources give, settled by the contract engine on the contracts of the library. Beside it stands the same net of
what happened in the country anyway, and what such a reward is not: money that a closed step has set free.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from resettle.area import Area, literal, literals
from resettle.area.sound import require_sound
from resettle.commissioning.evidence import Evidence
from resettle.commissioning.language.terms import Contract
from resettle.commissioning.library.deal import deal
from resettle.commissioning.records import CohortResult
from resettle.commissioning.settle import settle
from resettle.commissioning.stress import net_of_trend
from resettle.errors import bad, did_you_mean
from resettle.money import exact, show, to_pence
from resettle.provenance import Provenance, hash_file
from resettle.reference.figures import figure
from resettle.reinvestment.basket import Basket, Metric, read_basket
from resettle.result import Record, Result

Variant = Literal["a", "b"]
THRESHOLDS = {"adult": Decimal(5), "youth": Decimal(10)}
"""Falls below these, in percent, earned nothing: Local Justice Reinvestment pilots, adults and young people."""

AGES = {"adult": "18 AND 200", "youth": "10 AND 17"}


class MetricFlow(Record):
    """One metric: how many in the baseline year and in each year after it, at its price."""

    id: str
    label: str
    price: Decimal
    quantities: tuple[float, ...]
    national: tuple[float, ...]
    source: str


class JusticeYear(Record):
    """One year: cost of demand, its fall, and the reward by both variants, as run and net of the national trend, if known."""

    year: int
    demand: Decimal
    fall: float
    national_fall: float | None
    net_fall: float | None
    reward_a: Decimal
    reward_b: Decimal
    net_a: Decimal | None
    net_b: Decimal | None


class LocalJustice(Result):
    """What a basket would have earned, year by year, by both variants."""

    title: str
    group: str
    threshold: Decimal
    baseline: Decimal
    metrics: tuple[MetricFlow, ...]
    years: tuple[JusticeYear, ...]
    note: str

    @property
    def sentence(self) -> str:
        """Falls and rewards, and how much of them was for the trend."""
        parts = "; ".join(year_words(one) for one in self.years)
        return (
            f"{self.title}: a year's demand cost {pounds(self.baseline)}; {parts}. A reward by average prices says nothing "
            "of a step that was closed."
        )

    def rows(self) -> list[dict[str, Any]]:
        """One row a year."""
        return [one.model_dump() for one in self.years]

    def by_metric(self) -> list[dict[str, Any]]:
        """One row for each metric and year; year 0 is the baseline."""
        return [
            {"metric": one.label, "price": one.price, "year": year, "quantity": count, "cost": cost(one.price, count)}
            for one in self.metrics
            for year, count in enumerate(one.quantities)
        ]


def local_justice(path: str | Path, area: Area | None = None) -> LocalJustice:
    """Work out a basket from its file; metrics that are `counted` need an area."""
    basket = read_basket(path)
    held = [flow_of(one, basket, area, Path(path)) for one in basket.metric]
    made = rewarded(basket, held)
    inputs = {Path(path).name: hash_file(Path(path))}
    if area is not None and any(one.counted for one in basket.metric):
        inputs |= area.provenance("offence", "person").inputs
    provenance = Provenance(inputs=inputs, parameters={"basket": basket.model_dump(mode="json")})
    return made.model_copy(update={"provenance": provenance})


def rewarded(basket: Basket, metrics: Sequence[MetricFlow]) -> LocalJustice:
    """The rewards of a basket whose quantities are known."""
    demand = [sum((cost(m.price, m.quantities[y]) for m in metrics), Decimal(0)) for y in range(basket.years + 1)]
    if demand[0] <= 0:
        raise bad("the baseline year has no demand to fall from", value=basket.id, do="Check its quantities.")
    trend = national(metrics, basket.years)
    falls = [1 - float(one / demand[0]) for one in demand[1:]]
    net = [None if t is None else net_of_trend(f, t) for f, t in zip(falls, trend, strict=True)]
    as_run = {v: rewards(v, basket, demand[0], demand[1:]) for v in ("a", "b")}
    after = [demand[0] if n is None else to_pence(demand[0] * exact(1 - n)) for n in net]
    apart = {v: rewards(v, basket, demand[0], after) for v in ("a", "b")}
    return LocalJustice(
        title=basket.title,
        group=basket.group,
        threshold=THRESHOLDS[basket.group],
        baseline=demand[0],
        metrics=tuple(metrics),
        years=tuple(
            JusticeYear(
                year=y + 1,
                demand=demand[y + 1],
                fall=falls[y],
                national_fall=trend[y],
                net_fall=net[y],
                reward_a=as_run["a"][y],
                reward_b=as_run["b"][y],
                net_a=None if net[y] is None else apart["a"][y],
                net_b=None if net[y] is None else apart["b"][y],
            )
            for y in range(basket.years)
        ),
        note=basket.note,
    )


def rewards(variant: str, basket: Basket, baseline: Decimal, demand: Sequence[Decimal]) -> list[Decimal]:
    """What the library's contract pays for each year, settled by the contract engine."""
    contract = terms(variant, basket, baseline)
    first = contract.period.start.year
    results = tuple(
        CohortResult(
            id=f"year-{n + 1}",
            measure="demand",
            cohort=n + 1,
            people=1,
            value=amount,
            known_on=date(first + n + 2, 1, 31),
        )
        for n, amount in enumerate(demand)
    )
    evidence = Evidence(results=results)
    statement = settle(contract, evidence, date(first + basket.years + 2, 1, 31))
    paid = [Decimal("0.00")] * basket.years
    for line in statement.lines:
        for n in range(basket.years):
            if f"result:year-{n + 1}" in line.evidence:
                paid[n] += line.amount
    return paid


def terms(variant: str, basket: Basket, baseline: Decimal) -> Contract:
    """The contract of the library with the baseline, the years and the threshold of a basket."""
    held = deal(f"local-justice-reinvestment-{variant}").contract()
    payments = tuple(one.model_copy(update={"threshold": THRESHOLDS[basket.group]}) for one in held.payments)
    measures = tuple(
        one.model_copy(update={"baseline": one.baseline and one.baseline.model_copy(update={"value": baseline})})
        for one in held.measures
    )
    return held.model_copy(update={"payments": payments, "measures": measures})


def national(metrics: Sequence[MetricFlow], years: int) -> list[float | None]:
    """The fall of the same basket in the country in each year, at the same prices; None where it is not known."""
    if not all(one.national for one in metrics):
        return [None] * years
    demand = [sum((cost(m.price, m.national[y]) for m in metrics), Decimal(0)) for y in range(years + 1)]
    if demand[0] <= 0:
        raise bad("the country has no demand in the baseline year", do="Check the national quantities.")
    return [1 - float(one / demand[0]) for one in demand[1:]]


def flow_of(metric: Metric, basket: Basket, area: Area | None, path: Path) -> MetricFlow:
    """One metric with its quantities: as given, published, or counted."""
    if metric.published is not None:
        held = [metric.published.baseline, *metric.published.years]
        quantities = tuple(sum(figure(metric.published.figure, p).value for p in periods) for periods in held)
        source = f"{metric.source}; {figure(metric.published.figure).source}"
    elif metric.counted is not None:
        quantities, source = counted(metric, basket, area, path), metric.source
    else:
        quantities, source = (metric.baseline or 0.0, *metric.years), metric.source
    return MetricFlow(
        id=metric.id,
        label=metric.label,
        price=metric.price,
        quantities=quantities,
        national=metric.national,
        source=source,
    )


def counted(metric: Metric, basket: Basket, area: Area | None, path: Path) -> tuple[float, ...]:
    """How many there were in the area in each year, by the date on which they were proven."""
    if area is None:
        raise bad(
            "a metric is counted from an area, and none was given", file=path, column=metric.id, do="Give --area."
        )
    require_sound(area, "offence", "person")
    check_dates(basket, area, path)
    assert metric.counted is not None
    where = [f"o.outcome IN {literals(metric.counted.outcomes)}", "o.proven_date IS NOT NULL"]
    where.append(f"date_diff('year', p.birth_date, o.offence_date) BETWEEN {AGES[basket.group]}")
    if metric.counted.custody is not None:
        where.append(f"coalesce(o.custody, FALSE) = {metric.counted.custody}")
    if basket.place is not None:
        known_place(basket.place, area, path)
        where.append(f"p.place_id = {literal(basket.place)}")
    begin = literal(basket.start)
    found: Mapping[int, int] = {
        row["year"]: row["count"]
        for row in area.query(
            f"""SELECT CAST(floor(date_diff('month', {begin}, o.proven_date) / 12.0) AS INTEGER) AS year, count(*) AS count
            FROM offence o JOIN person p ON p.person_id = o.person_id WHERE {" AND ".join(where)} GROUP BY 1"""
        ).to_pylist()
    }
    return tuple(float(found.get(year, 0)) for year in range(basket.years + 1))


def check_dates(basket: Basket, area: Area, path: Path) -> None:
    """Refuse years that the area does not hold whole, and an area without dates of birth."""
    end = basket.start.replace(year=basket.start.year + basket.years + 1)
    if basket.start < area.info.period_start or end > area.info.extract_date:
        raise bad(
            "the area does not hold the baseline and the years after it whole",
            file=path,
            column="start",
            value=basket.start,
            do=f"Begin in {area.info.period_start:%B %Y} or later, and end by {area.info.extract_date:%B %Y}.",
        )
    if not area.query("SELECT count(birth_date) AS n FROM person").to_pylist()[0]["n"]:
        raise bad(
            "adults and young people cannot be told apart: no dates of birth", file=area.path, column="birth_date"
        )


def known_place(place: str, area: Area, path: Path) -> None:
    """Refuse a place that the area does not have, or in which nobody lives."""
    known = [
        row["place_id"]
        for row in area.query("SELECT DISTINCT place_id FROM person WHERE place_id IS NOT NULL").to_pylist()
    ]
    if place not in known:
        raise bad(
            "nobody of the area lives in such a place",
            file=path,
            column="place",
            value=place,
            do=did_you_mean(place, known),
        )


def year_words(one: JusticeYear) -> str:
    """One year in words."""
    side = "less" if one.fall >= 0 else "more"
    paid = f"pays {pounds(one.reward_a)} (variant A) or {pounds(one.reward_b)} (B)"
    net = "" if one.net_a is None else f", {pounds(one.net_a)} or {pounds(one.net_b)} net of the trend"
    return f"year {one.year}: demand {abs(one.fall):.1%} {side}, {paid}{net}"


def cost(price: Decimal, quantity: float) -> Decimal:
    """Price times quantity, in whole pence."""
    return to_pence(price * exact(quantity))


def pounds(amount: Decimal | None) -> str:
    """An amount to the pound."""
    return show(amount or Decimal(0), pence=False)
