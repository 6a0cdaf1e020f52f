"""`reinvest`: cashable pounds, allocated to places and goods in proportion to unmet need."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from resettle.area import Area
from resettle.goodlives.need import Need, Needs
from resettle.money import show, split
from resettle.provenance import Provenance
from resettle.reinvestment.saving import Saving, Savings
from resettle.result import Record, Result

RULE = "in proportion to the people whose need is unmet"
BUDGET = "personal-budget"


class Allocation(Record):
    """Pounds of one round to one place and good: which service could use them, by which rule, from which savings (with
    their shares). `units` are whole units of the service (people reached), where a menu says what one costs.
    """

    id: str
    round: int
    place: str | None
    good: str
    service: str
    pounds: Decimal
    unmet: int
    rule: str = RULE
    units: int | None = None
    savings: dict[str, float]


class Allocations(Result):
    """A reinvestment: each round's allocations, adding up to the penny, and why anything was left."""

    area: str
    currency: str
    label: str
    rule: str = RULE
    allocations: tuple[Allocation, ...]
    left: Decimal
    why: str

    @property
    def total(self) -> Decimal:
        """All pounds allocated."""
        return sum((a.pounds for a in self.allocations), Decimal("0.00"))

    @property
    def sentence(self) -> str:
        """How much goes to how many places and goods, or why nothing does."""
        if not self.allocations:
            return f"{self.area}: nothing is reinvested. {self.why}"
        places, goods = {a.place for a in self.allocations}, {a.good for a in self.allocations}
        return (
            f"{self.area}: {show(self.total, self.currency, pence=False)} could be reinvested in {len(goods)} goods "
            f"in {len(places)} places, "
            f"{self.rule} ({self.label})."
        )

    def rows(self) -> list[dict[str, Any]]:
        """One row an allocation."""
        return [a.model_dump(exclude={"savings"}) for a in self.allocations]


def reinvest(area: Area, savings: Savings, needs: Needs) -> Allocations:
    """Allocate the cashable pounds that are certain enough, a round a year, to places and goods by unmet need.

    Only cells of need that may be published take part, so that the amounts give no small group away. Where nothing is
    cashable, or need is not known, nothing is allocated and the result says why. Pence are shared out by largest
    remainder.
    """
    cells = [n for n in needs.published().needs if n.unmet]
    why = ""
    if savings.certain_cash <= 0:
        why = f"{savings.cash_words}."
    elif not cells:
        why = (
            "Nobody was asked what they lack, so there is no need to allocate to. Ask first."
            if not needs.known
            else "No unmet need is large enough to be shown."
        )
    made: list[Allocation] = []
    if not why:
        services = best_services(area)
        cash = [s for s in savings.savings if s.kind == "cashable"]
        for year, total in enumerate(savings.available, start=1):
            made += allocate_round(year, total, [s for s in cash if s.year <= year], cells, services)
    total = sum((a.pounds for a in made), Decimal("0.00"))
    return Allocations(
        area=needs.area,
        currency=savings.currency,
        label=savings.label,
        allocations=tuple(made),
        left=savings.certain_cash - total,
        why=why,
        provenance=Provenance(
            inputs={**savings.provenance.inputs, **needs.provenance.inputs},
            seed=savings.provenance.seed,
            parameters={"rule": RULE, "certainty": savings.certainty},
        ),
    )


def allocate_round(
    year: int, total: Decimal, cash: list[Saving], cells: list[Need], services: dict[str, str]
) -> list[Allocation]:
    """One round: what a year adds, over the cells of need."""
    if total <= 0:
        return []
    shares = sources(year, cash)
    parts = split(total, [cell.unmet or 0 for cell in cells])
    return [
        Allocation(
            id=f"round-{year}-{cell.place or 'unknown'}-{cell.good}",
            round=year,
            place=cell.place,
            good=cell.good,
            service=services.get(cell.good, BUDGET),
            pounds=part,
            unmet=cell.unmet or 0,
            savings=shares,
        )
        for cell, part in zip(cells, parts, strict=True)
        if part > 0
    ]


def sources(year: int, cash: list[Saving]) -> dict[str, float]:
    """The savings that a year's pounds come from, with their shares: those of the year, or earlier ones if it has none."""
    found = [s for s in cash if s.year == year and s.amount > 0] or [s for s in cash if s.amount > 0]
    whole = sum((s.amount for s in found), Decimal("0.00"))
    return {s.id: float(s.amount / whole) for s in found}


def best_services(area: Area) -> dict[str, str]:
    """For each good, the area's service that serves it most; a good that no service serves goes to personal budgets."""
    rows = area.query(
        """SELECT good, arg_max(service_id, weight) AS service FROM (SELECT * FROM service_good ORDER BY service_id)
        GROUP BY good ORDER BY good"""
    ).to_pylist()
    return {row["good"]: row["service"] for row in rows}
