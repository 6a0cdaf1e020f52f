"""The should-cost model: what a service costs a year at a volume, what of it is fixed, and what one person costs."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

from resettle.commissioning.price.bid import Bid, Staff
from resettle.errors import bad
from resettle.money import exact, show, to_pence
from resettle.provenance import Provenance, hash_json
from resettle.result import Record, Result

ZERO = Decimal("0.00")


class CostLine(Record):
    """One cost in one year (0: mobilisation). `quantity` is posts, people or 1; `fixed` what does not follow volume."""

    year: int
    name: str
    quantity: float
    amount: Decimal
    fixed: Decimal


class ShouldCost(Result):
    """What a service should cost over its years at a volume.

    `cost_a_person` is total cost over starts (None if nobody comes); `fixed_share` the part of cost (without mobilisation) that
    stays if nobody comes; `caseload_relief` how many people at a time the posts can serve over how many there are.
    """

    title: str
    currency: str
    note: str
    starts_a_month: float
    starts: float
    lines: tuple[CostLine, ...]
    total: Decimal
    mobilisation: Decimal
    cost_a_person: Decimal | None
    fixed_share: float
    caseload_relief: float

    @property
    def sentence(self) -> str:
        """The cost in all and of one person, and how much of it is fixed."""
        each = (
            f", {show(self.cost_a_person, self.currency, pence=False)} each" if self.cost_a_person is not None else ""
        )
        return (
            f"{self.title}: {show(self.total, self.currency, pence=False)} in all for {self.starts:,.0f} starts{each}. "
            f"{100 * self.fixed_share:.0f}% of the cost stays if nobody comes."
        )

    @property
    def by_year(self) -> dict[int, Decimal]:
        """Cost by year; year 0 is mobilisation."""
        sums: dict[int, Decimal] = {}
        for line in self.lines:
            sums[line.year] = sums.get(line.year, ZERO) + line.amount
        return sums

    def rows(self) -> list[dict[str, Any]]:
        """One row for each cost and year."""
        return [line.model_dump() for line in self.lines]


def should_cost(bid: Bid, starts_a_month: float | None = None) -> ShouldCost:
    """What the service costs at the bid's volume, or at another number of starts a month (zero or more).

    Posts with a caseload are `starts a month x months each / caseload`, rounded up to whole steps, never below the fewest.
    Pay and prices rise each year from the price base; overheads are a share of all other cost. People who transfer are paid
    their own salary in the posts they fill; those who find no post cost their redundancy, in mobilisation.
    """
    starts = bid.volume.starts_a_month if starts_a_month is None else starts_a_month
    if not (starts == 0 or 0.01 <= starts <= 1e6):
        raise bad("starts a month must be nothing, or from 0.01 to a million", value=starts)
    lines = [line for year in range(1, bid.years + 1) for line in year_lines(bid, year, starts)]
    before = mobilisation_lines(bid, starts)
    running = sum((line.amount for line in lines), ZERO)
    fixed = sum((line.fixed for line in lines), ZERO)
    total, people = running + sum((line.amount for line in before), ZERO), starts * 12 * bid.years
    return ShouldCost(
        title=bid.title,
        currency=bid.currency,
        note=bid.note,
        starts_a_month=starts,
        starts=people,
        lines=(*before, *lines),
        total=total,
        mobilisation=total - running,
        cost_a_person=to_pence(total / exact(people)) if people else None,
        fixed_share=float(fixed / running) if running else 0.0,
        caseload_relief=relief(bid, starts),
        provenance=Provenance(
            inputs={f"bid:{bid.id}": hash_json(bid.model_dump(mode="json"))}, parameters={"starts_a_month": starts}
        ),
    )


def year_lines(bid: Bid, year: int, starts: float) -> list[CostLine]:
    """All costs of one year of service."""
    pay, prices = grown(bid.money.pay_rise, year), grown(bid.money.price_rise, year)
    made = []
    for post in bid.staff:
        number, least = posts(bid, post, starts), posts(bid, post, 0.0)
        each = post.salary * (1 + exact(post.on_costs)) * pay
        dearer = transferred_difference(bid, post, number) * pay
        amount, fixed = to_pence(each * exact(number) + dearer), to_pence(each * exact(least))
        made.append(CostLine(year=year, name=post.role, quantity=number, amount=amount, fixed=min(fixed, amount)))
    for thing in bid.things:
        rise = prices if thing.prices else Decimal(1)
        fixed, moving = to_pence(thing.a_year * rise), to_pence(thing.a_person * exact(starts * 12) * rise)
        made.append(CostLine(year=year, name=thing.name, quantity=starts * 12, amount=fixed + moving, fixed=fixed))
    return [*made, overheads(bid, year, made)]


def overheads(bid: Bid, year: int, lines: list[CostLine]) -> CostLine:
    """Central costs, as a share of the other costs of the year."""
    share = exact(bid.money.overheads)
    amount = to_pence(share * sum((line.amount for line in lines), ZERO))
    fixed = to_pence(share * sum((line.fixed for line in lines), ZERO))
    return CostLine(year=year, name="overheads", quantity=1, amount=amount, fixed=min(fixed, amount))


def posts(bid: Bid, post: Staff, starts: float) -> float:
    """How many posts of one role are needed at a volume."""
    if post.posts is not None:
        return post.posts
    wanted = starts * bid.volume.months_each / (post.caseload or 1.0)
    return max(post.least, math.ceil(wanted / post.step - 1e-9) * post.step)


def transferred_difference(bid: Bid, post: Staff, number: float) -> Decimal:
    """How much dearer (cheaper, where negative) people who transferred are in the posts they fill."""
    if bid.transfer.replaces != post.role:
        return ZERO
    filled = min(float(bid.transfer.people), number)
    return (bid.transfer.salary - post.salary) * (1 + exact(post.on_costs)) * exact(filled)


def mobilisation_lines(bid: Bid, starts: float) -> list[CostLine]:
    """What is spent before the start: mobilisation, and redundancy of people who transfer and find no post."""
    made = []
    if bid.mobilisation.amount:
        amount = bid.mobilisation.amount
        made.append(CostLine(year=0, name="mobilisation", quantity=1, amount=amount, fixed=amount))
    role = next((p for p in bid.staff if p.role == bid.transfer.replaces), None)
    spare = max(0, bid.transfer.people - math.ceil(posts(bid, role, starts))) if role else bid.transfer.people
    if spare and bid.transfer.redundancy:
        amount = to_pence(bid.transfer.redundancy * spare)
        made.append(CostLine(year=0, name="redundancy", quantity=spare, amount=amount, fixed=amount))
    return made


def relief(bid: Bid, starts: float) -> float:
    """People whom the posts of the plan can serve at a time, over those who come at `starts` a month: below 1 is overload."""
    carrying = [p for p in bid.staff if p.caseload is not None]
    if not carrying or starts == 0:
        return math.inf
    seats = min(posts(bid, p, bid.volume.starts_a_month) * (p.caseload or 0) for p in carrying)
    return seats / (starts * bid.volume.months_each)


def grown(rise: float, year: int) -> Decimal:
    """The factor by which an amount has grown by a year of service; the first is in prices of the base year."""
    return Decimal((1 + exact(rise)) ** (year - 1))
