"""`market`: who provides what in an area, how concentrated it is, and where referrals pass what services can take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from resettle.area import Area
from resettle.area.sound import require_sound
from resettle.commissioning.market.concentration import effective_number, hhi, shares_of
from resettle.commissioning.market.held import held_services, personal_spend
from resettle.errors import bad
from resettle.evidence.disclosure import FEWEST
from resettle.goodlives.need import Needs, needs
from resettle.money import exact, show, to_pence
from resettle.provenance import Provenance
from resettle.result import Record, Result

SMALL = ("micro", "small")


class Slice(Record):
    """A part of the market: by sector or by size, its yearly value and its share."""

    name: str
    value: Decimal
    share: float


class Strand(Record):
    """One strand: providers, yearly value, concentration, and referrals against what services can take in a month."""

    strand: str
    providers: int
    value: Decimal
    hhi: float | None
    effective: float | None
    small_share: float | None
    voluntary_share: float | None
    referrals_a_month: float | None
    capacity_a_month: int | None
    load: float | None


class Lot(Record):
    """One service as a lot: its provider, its yearly value, and whether a small charity could bid for one of its size."""

    service: str
    name: str
    strand: str | None
    provider: str | None
    size: str | None
    value: Decimal
    within_reach: bool | None


class Market(Result):
    """The market of an area, by yearly value: starts a year times what one start costs.

    `small_lot` is the yearly value up to which a small charity could bid, as the user says (None: not said). `personal` is what
    people spent from personal budgets a year, `personal_share` its part of that and the services together.
    """

    area: str
    caveat: str
    currency: str
    years: float
    total: Decimal
    sectors: tuple[Slice, ...]
    sizes: tuple[Slice, ...]
    strands: tuple[Strand, ...]
    lots: tuple[Lot, ...]
    small_lot: Decimal | None
    hhi: float | None
    effective: float | None
    personal: Decimal
    personal_share: float | None
    needs: Needs
    unpriced: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """How concentrated the market is, who has most of it, and where it is fullest."""
        if self.hhi is None or self.effective is None:
            return f"{self.area}: no service has both a cost and starts, so the market has no value to share."
        top = max(self.sectors, key=lambda s: s.share)
        text = (
            f"{self.area}: services worth {show(self.total, self.currency, pence=False)} a year, as concentrated as "
            f"{self.effective:.1f} equal providers; {100 * top.share:.0f}% goes to the {top.name} sector"
        )
        full = [s for s in self.strands if s.load is not None and s.load > 1]
        if not full:
            return f"{text}."
        worst = max(full, key=lambda s: s.load or 0)
        return (
            f"{text}. Referrals for {plain(worst.strand)} are {100 * (worst.load or 0):.0f}% of what services can take."
        )

    def rows(self) -> list[dict[str, Any]]:
        """One row for each strand."""
        return [s.model_dump() for s in self.strands]

    @property
    def reachable(self) -> tuple[Lot, ...]:
        """The lots that a small charity could bid for."""
        return tuple(lot for lot in self.lots if lot.within_reach)


def plain(code: str) -> str:
    """A code as words."""
    return code.replace("_", " ")


def market(area: Area, small_lot: Decimal | None = None) -> Market:
    """The market of an area, from its services, providers, participations, spend and ratings.

    `small_lot` is the yearly value up to which a lot counts as within a small charity's reach. Numbers of referrals that rest
    on fewer than ten people are not shown. Services without a unit cost are listed in `unpriced` and have no value here.
    """
    if small_lot is not None and small_lot <= 0:
        raise bad("the value of a small lot must be above zero", value=small_lot)
    require_sound(
        area, "service", also=("provider", "programme", "spend", "goods_rating", "person", "goal", "delivery")
    )
    held, years = held_services(area), years_of(area)
    value = {row["service"]: yearly(row, years) for row in held}
    total = sum(value.values(), Decimal(0))
    personal = to_pence(personal_spend(area) / exact(years))
    whole = total + personal
    by_provider = summed(held, value, "provider")
    return Market(
        area=area.info.name,
        caveat=area.info.caveat,
        currency=area.info.currency,
        years=years,
        total=total,
        sectors=slices(summed(held, value, "sector")),
        sizes=slices(summed(held, value, "size")),
        strands=tuple(strand(name, rows, value, years) for name, rows in grouped(held)),
        lots=tuple(lot(row, value[row["service"]], small_lot) for row in held),
        small_lot=small_lot,
        hhi=hhi(by_provider),
        effective=effective_number(by_provider),
        personal=personal,
        personal_share=float(personal / whole) if whole else None,
        needs=needs(area).published(),
        unpriced=tuple(row["service"] for row in held if row["unit_cost"] is None),
        provenance=provenance(area, small_lot),
    )


def years_of(area: Area) -> float:
    """The years that the area's period spans."""
    days = (area.info.period_end - area.info.period_start).days + 1
    return max(days, 1) / 365.25


def yearly(row: dict[str, Any], years: float) -> Decimal:
    """The yearly value of one service."""
    return to_pence((row["unit_cost"] or Decimal(0)) * row["starts"] / exact(years))


def summed(held: Iterable[dict[str, Any]], value: dict[str, Decimal], key: str) -> dict[str, float]:
    """Yearly value by provider, sector or size; what is not known is `not known`."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in held:
        sums[row[key] or "not known"] += value[row["service"]]
    return {name: float(amount) for name, amount in sorted(sums.items()) if amount}


def slices(sums: dict[str, float]) -> tuple[Slice, ...]:
    """Parts of the market, the largest first."""
    ordered = sorted(shares_of(sums).items(), key=lambda item: (-item[1], item[0]))
    return tuple(Slice(name=plain(n), value=to_pence(exact(sums[n])), share=s) for n, s in ordered)


def grouped(held: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Services by strand, in alphabetical order."""
    strands: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in held:
        strands[row["strand"] or "other"].append(row)
    return sorted(strands.items())


def strand(name: str, rows: list[dict[str, Any]], value: dict[str, Decimal], years: float) -> Strand:
    """One strand of the market."""
    by_provider = summed(rows, value, "provider")
    referred, capacity = sum(r["referred"] for r in rows), [r["capacity"] for r in rows if r["capacity"] is not None]
    a_month = referred / (12 * years) if referred >= FEWEST else None
    able = sum(capacity) if len(capacity) == len(rows) else None
    return Strand(
        strand=name,
        providers=len({r["provider"] for r in rows if r["provider"]}),
        value=sum((value[r["service"]] for r in rows), Decimal("0.00")),
        hhi=hhi(by_provider),
        effective=effective_number(by_provider),
        small_share=part(rows, value, "size", SMALL),
        voluntary_share=part(rows, value, "sector", ("voluntary", "social_enterprise")),
        referrals_a_month=a_month,
        capacity_a_month=able,
        load=a_month / able if a_month is not None and able else None,
    )


def part(rows: list[dict[str, Any]], value: dict[str, Decimal], key: str, names: tuple[str, ...]) -> float | None:
    """The share of value with providers of some sectors or sizes; None where there is no value, or it is not known of all."""
    total = sum((value[r["service"]] for r in rows), Decimal(0))
    if not total or any(r[key] is None for r in rows if value[r["service"]]):
        return None
    return float(sum((value[r["service"]] for r in rows if r[key] in names), Decimal(0)) / total)


def lot(row: dict[str, Any], value: Decimal, small_lot: Decimal | None) -> Lot:
    """One service as a lot."""
    return Lot(
        service=row["service"],
        name=row["name"],
        strand=row["strand"],
        provider=row["provider"],
        size=row["size"],
        value=value,
        within_reach=None if small_lot is None or not value else value <= small_lot,
    )


def provenance(area: Area, small_lot: Decimal | None) -> Provenance:
    """The tables that were read."""
    return area.provenance("service", "provider", "programme", "spend", "goods_rating", small_lot=small_lot)
