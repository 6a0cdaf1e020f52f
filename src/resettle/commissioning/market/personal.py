"""Personalisation priced: indicative budgets from need, and what moving money to people does to unit cost and to choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_DOWN, Decimal
from typing import Any, Literal

from resettle.area import Area
from resettle.area.sound import require_sound
from resettle.commissioning.market.concentration import effective_number
from resettle.commissioning.market.held import choices
from resettle.errors import bad
from resettle.evidence.disclosure import FEWEST
from resettle.money import exact, show, to_pence
from resettle.result import Record, Result

Way = Literal["personal budget", "individual service fund"]


class Amount(Record):
    """The indicative amount of people with `points` to `to` points of need; at least ten people, unless there are fewer in all."""

    points: int
    to: int
    people: int
    amount: Decimal


class Indicative(Result):
    """A sum shared among people in proportion to need: the points by which what matters to them exceeds what they have."""

    area: str
    currency: str
    total: Decimal
    people: int
    amounts: tuple[Amount, ...]

    @property
    def sentence(self) -> str:
        """From what to what."""
        low, high = self.amounts[0].amount, self.amounts[-1].amount
        return (
            f"{show(self.total, self.currency, pence=False)} for {self.people:,} people: from "
            f"{show(low, self.currency, pence=False)} to {show(high, self.currency, pence=False)} each, by what they lack."
        )

    def rows(self) -> list[dict[str, Any]]:
        """One row for each number of points."""
        return [a.model_dump() for a in self.amounts]


POINTS = """
SELECT person_id, CAST(sum(gap) AS INTEGER) AS points FROM (
    SELECT person_id, good, greatest(arg_max(importance - attainment, rated_on), 0) AS gap FROM goods_rating
    WHERE rater = 'person' AND at_time = 'now' AND importance IS NOT NULL AND attainment IS NOT NULL GROUP BY 1, 2
) GROUP BY 1 HAVING sum(gap) > 0 ORDER BY 1
"""


def indicative_amounts(area: Area, total: Decimal, step: int = 10) -> Indicative:
    """Share `total` among the people who say they lack something, in proportion to points of need.

    Points are importance less attainment, where above nothing, over all goods of a person's own latest ratings. People are
    grouped in steps of `step` points, wider where a group would have fewer than ten; each group's amount follows its mean.
    Amounts are rounded down to whole pence. An amount starts a conversation; it decides nothing.
    """
    if total <= 0 or step < 1:
        raise bad("a sum to share must be above zero, and steps at least one point", value=f"{total}, {step}")
    points = points_of_need(area)
    if not points:
        raise bad("nobody was asked what they lack, so nothing can be shared by need", file=area.path)
    groups = in_groups(sorted(points), step)
    weights = [exact(sum(group)) / len(group) for group in groups]
    whole = sum((w * len(group) for w, group in zip(weights, groups, strict=True)), Decimal(0))
    return Indicative(
        area=area.info.name,
        currency=area.info.currency,
        total=to_pence(total),
        people=len(points),
        amounts=tuple(
            Amount(points=group[0], to=group[-1], people=len(group), amount=rounded_down(total * weight / whole))
            for weight, group in zip(weights, groups, strict=True)
        ),
        provenance=area.provenance("goods_rating", total=str(total), step=step),
    )


def points_of_need(area: Area) -> list[int]:
    """Points of need of each person of an area who says they lack something."""
    require_sound(area, "goods_rating")
    return [row["points"] for row in area.query(POINTS).to_pylist()]


def people_who_lack(area: Area) -> int:
    """How many people of an area say they lack something."""
    return len(points_of_need(area))


def in_groups(points: list[int], step: int) -> list[list[int]]:
    """People in order of need, cut where a step of points begins, each group of at least ten (the last joins the one before)."""
    groups: list[list[int]] = [[]]
    for p in points:
        last = groups[-1]
        if len(last) >= FEWEST and (p - 1) // step > (last[-1] - 1) // step:
            groups.append([])
        groups[-1].append(p)
    if len(groups) > 1 and len(groups[-1]) < FEWEST:
        groups[-2:] = [groups[-2] + groups[-1]]
    return groups


def rounded_down(amount: Decimal) -> Decimal:
    """Whole pence, rounded down, so that no more is given out than there is."""
    return amount.quantize(Decimal("0.01"), rounding=ROUND_DOWN)


class Mix(Record):
    """What happens when a share of people hold their own money.

    `lot_unit` is what one of the people left in the lot costs; `budget_unit` what one who holds a budget costs, with support
    and administration; `total` both together; `choices` how many different things, of one size, people buy.
    """

    share: float
    lot_unit: Decimal | None
    budget_unit: Decimal | None
    total: Decimal
    choices: float


class Personalised(Result):
    """A lot beside personal budgets, as more money moves to people. `bound` is what the fixed cost of the lot adds by then.

    `tipping` is the share of people beyond which one person in the lot costs more than `most_unit` (None: never, or not asked).
    """

    currency: str
    way: Way
    people: int
    mixes: tuple[Mix, ...]
    most_unit: Decimal | None
    tipping: float | None

    @property
    def sentence(self) -> str:
        """How unit cost and choice move from nobody to half of people."""
        first, half = self.mixes[0], min(self.mixes, key=lambda m: abs(m.share - 0.5))
        units = " to ".join(
            "nobody" if m.lot_unit is None else show(m.lot_unit, self.currency, pence=False) for m in (first, half)
        )
        text = (
            f"If {100 * half.share:.0f}% of people hold {an(self.way)}, one person in the lot goes from {units}, and what people "
            f"can choose from {first.choices:.1f} to {half.choices:.1f}."
        )
        if self.tipping is None or self.most_unit is None:
            return text
        limit = show(self.most_unit, self.currency, pence=False)
        return f"{text} Beyond {100 * self.tipping:.0f}% the lot costs more than {limit} a person."

    def rows(self) -> list[dict[str, Any]]:
        """One row for each share of people."""
        return [m.model_dump() for m in self.mixes]


def an(way: Way) -> str:
    """A way with its article."""
    return f"{'an' if way.startswith('i') else 'a'} {way}"


def personalise(
    people: int,
    fixed: Decimal,
    varying: Decimal,
    budget: Decimal,
    administration: Decimal,
    *,
    bought: Mapping[str, float] | None = None,
    shares: Sequence[float] = (0.0, 0.1, 0.25, 0.5, 0.75, 1.0),
    way: Way = "personal budget",
    most_unit: Decimal | None = None,
    currency: str = "GBP",
) -> Personalised:
    """What a lot and personal budgets cost side by side, at each share of people who hold their own money.

    The lot costs `fixed` whatever its volume (until nobody is left in it) and `varying` for each person in it; a budget costs
    `budget` and `administration` (support, payment, checks) for each person. `bought` is what people spend on, by category, as
    an area holds it (`choices`): the effective number of categories is the choice of those who hold money, one that of the
    lot, weighted by people.
    """
    if people < 1 or min(fixed, varying, budget, administration) < 0:
        raise bad("people must be at least one, and amounts zero or more", value=people)
    if any(not 0 <= s <= 1 for s in shares):
        raise bad("not a share between 0 and 1", column="shares", value=list(shares))
    wide = effective_number(bought or {}) or 1.0
    return Personalised(
        currency=currency,
        way=way,
        people=people,
        mixes=tuple(mix(people, fixed, varying, budget + administration, wide, s) for s in shares),
        most_unit=most_unit,
        tipping=tipping(people, fixed, varying, most_unit),
    )


def mix(people: int, fixed: Decimal, varying: Decimal, each: Decimal, wide: float, share: float) -> Mix:
    """One share of people."""
    holding = round(people * share)
    left = people - holding
    lot = fixed + varying * left if left else Decimal(0)
    return Mix(
        share=share,
        lot_unit=to_pence(lot / left) if left else None,
        budget_unit=to_pence(each) if holding else None,
        total=to_pence(lot + each * holding),
        choices=1 + (holding / people) * (wide - 1),
    )


def tipping(people: int, fixed: Decimal, varying: Decimal, most_unit: Decimal | None) -> float | None:
    """The share of people beyond which one person left in the lot costs more than `most_unit`: `1 - F / (n (u - v))`."""
    if most_unit is None or fixed == 0:
        return None
    if most_unit <= varying:
        return 0.0
    return max(0.0, float(1 - fixed / (exact(people) * (most_unit - varying))))


def bought_in(area: Area) -> dict[str, float]:
    """What people of an area bought with their own money, by category."""
    require_sound(area, "spend")
    return choices(area)
