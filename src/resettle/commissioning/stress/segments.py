"""Creaming and parking: which people a tariff makes it pay to choose or to leave, and how bands of price can mend it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from pydantic import Field

from resettle.errors import bad
from resettle.money import exact, show, to_pence
from resettle.result import Record, Result


class Group(Record):
    """People alike in need: how many, what helping one properly costs, and how probably one reaches each outcome."""

    name: str
    people: int = Field(ge=1)
    cost: Decimal = Field(ge=0)
    outcomes: dict[str, float]


class Segment(Record):
    """One group under a tariff: expected income and margin for one person; `parked` where helping them properly loses money.

    `breaks_even` is the part of the group's chances at which one of them is worth nothing either way (None where no chance is).
    """

    group: str
    band: str
    people: int
    income: Decimal
    cost: Decimal
    margin: Decimal
    parked: bool
    breaks_even: float | None = None


class Segments(Result):
    """Expected margin by group under a tariff.

    `spread` is the standard deviation of margin within bands, weighted by people: what creaming can earn. `gap` is the mean
    margin of the fifth of people with the best prospects less that of the fifth with the worst. `parked_share` is the share of
    people whose help loses money.
    """

    currency: str
    segments: tuple[Segment, ...]
    spread: Decimal
    gap: Decimal
    parked_share: float

    @property
    def sentence(self) -> str:
        """Whom it pays to choose, whom to leave."""
        best, worst = (f(self.segments, key=lambda s: s.margin) for f in (max, min))
        return (
            f"A person of group {best.group} is worth {self.pounds(best.margin)} to the provider, one of group {worst.group} "
            f"{self.pounds(worst.margin)}. Helping {100 * self.parked_share:.0f}% of people properly loses money."
        )

    def pounds(self, amount: Decimal) -> str:
        """An amount as a reader sees it."""
        return show(amount, self.currency, pence=False)

    def rows(self) -> list[dict[str, Any]]:
        """One row for each group."""
        return [s.model_dump() for s in self.segments]


def segments(
    groups: Sequence[Group],
    prices: Mapping[str, Mapping[str, Decimal]],
    bands: Mapping[str, str] | None = None,
    *,
    currency: str = "GBP",
    a_head: Decimal = Decimal(0),
) -> Segments:
    """Expected margin of one person in each group: `a_head + sum_o price[o, band] p_o - cost`.

    `prices` are by outcome, then by band; `bands` gives each group's band (default: every group is in band `any`). An outcome
    without a price for the band pays nothing. `a_head` is paid for each person whatever they reach.
    """
    if not groups:
        raise bad("no groups of people are given", column="groups")
    found = [segment(g, prices, (bands or {}).get(g.name, "any"), a_head) for g in groups]
    people = sum(s.people for s in found)
    return Segments(
        currency=currency,
        segments=tuple(found),
        spread=within_spread(found),
        gap=fifths_apart(found),
        parked_share=sum(s.people for s in found if s.parked) / people,
    )


def segment(
    group: Group, prices: Mapping[str, Mapping[str, Decimal]], band: str, a_head: Decimal = Decimal(0)
) -> Segment:
    """One group."""
    earned = Decimal(0)
    for outcome, chance in group.outcomes.items():
        table = prices.get(outcome, {})
        earned += table.get(band, table.get("any", Decimal(0))) * exact(chance)
    income = to_pence(earned + a_head)
    margin = income - group.cost
    return Segment(
        group=group.name,
        band=band,
        people=group.people,
        income=income,
        cost=group.cost,
        margin=margin,
        parked=margin < 0,
        breaks_even=float((group.cost - a_head) / earned) if earned and group.cost > a_head else None,
    )


def within_spread(found: Sequence[Segment]) -> Decimal:
    """The standard deviation of margin within bands, weighted by people."""
    total = Decimal(0)
    for band in {s.band for s in found}:
        own = [s for s in found if s.band == band]
        people = sum(s.people for s in own)
        mean = sum((s.margin * s.people for s in own), Decimal(0)) / people
        total += sum(((s.margin - mean) ** 2 * s.people for s in own), Decimal(0))
    return to_pence((total / sum(s.people for s in found)).sqrt())


def fifths_apart(found: Sequence[Segment]) -> Decimal:
    """Mean margin of the best fifth of people less that of the worst fifth."""
    ordered = sorted(found, key=lambda s: s.margin)
    fifth = Decimal(sum(s.people for s in found)) / 5
    return to_pence(mean_of(list(reversed(ordered)), fifth) - mean_of(ordered, fifth))


def mean_of(ordered: Sequence[Segment], people: Decimal) -> Decimal:
    """The mean margin of the first so many people."""
    left, total = people, Decimal(0)
    for s in ordered:
        part = min(left, Decimal(s.people))
        total += s.margin * part
        left -= part
    return total / people


def best_bands(groups: Sequence[Group], number: int, margin: Decimal = Decimal(0)) -> dict[str, str]:
    """Put groups into so many bands of neighbouring need so that prices can follow cost most closely.

    Groups are ordered by the income that would give each its cost and `margin` per expected outcome; the cuts minimise the
    variance of that break-even price within bands (exact, by dynamic programming). Bands are named `1` (easiest) upwards.
    """
    if not 1 <= number <= len(groups):
        raise bad("bands must be at least one, and no more than groups", column="number", value=number)
    ordered = sorted(groups, key=lambda g: (needed_price(g, margin), g.name))
    prices, weights = [float(needed_price(g, margin)) for g in ordered], [g.people for g in ordered]
    cuts = best_cuts(prices, weights, number)
    return {g.name: str(sum(i >= cut for cut in cuts) + 1) for i, g in enumerate(ordered)}


def needed_price(group: Group, margin: Decimal = Decimal(0)) -> Decimal:
    """The price of one outcome that covers a group's cost and margin: cost over the expected number of outcomes."""
    expected = sum(map(exact, group.outcomes.values()), Decimal(0))
    if expected <= 0:
        raise bad("nobody of the group reaches an outcome, so no price covers its cost", value=group.name)
    return (group.cost + margin) / expected


def band_prices(groups: Sequence[Group], bands: Mapping[str, str], margin: Decimal = Decimal(0)) -> dict[str, Decimal]:
    """One price for all outcomes in each band at which the band's people together cover their cost and margin."""
    made: dict[str, Decimal] = {}
    for band in sorted(set(bands.values())):
        own = [g for g in groups if bands[g.name] == band]
        cost = sum(((g.cost + margin) * g.people for g in own), Decimal(0))
        expected = sum((sum(map(exact, g.outcomes.values()), Decimal(0)) * g.people for g in own), Decimal(0))
        made[band] = to_pence(cost / expected)
    return made


def best_cuts(values: Sequence[float], weights: Sequence[int], number: int) -> list[int]:
    """The first places of the second and later pieces when an ordered list is cut with least variance within pieces."""
    size = len(values)
    best = {(0, 0): (0.0, [0])}
    for pieces in range(1, number + 1):
        for end in range(pieces, size + 1):
            best[pieces, end] = min(
                (best[pieces - 1, start][0] + scatter(values, weights, start, end), [*best[pieces - 1, start][1], end])
                for start in range(pieces - 1, end)
                if (pieces - 1, start) in best
            )
    return best[number, size][1][1:-1]


def scatter(values: Sequence[float], weights: Sequence[int], start: int, end: int) -> float:
    """Weighted sum of squares about the mean of one piece."""
    total = sum(weights[start:end])
    mean = sum(v * w for v, w in zip(values[start:end], weights[start:end], strict=True)) / total
    return sum(w * (v - mean) ** 2 for v, w in zip(values[start:end], weights[start:end], strict=True))
