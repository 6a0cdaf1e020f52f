"""The need statement: what people said they lack, what answers it, and what nothing answers, in words for a committee."""

from __future__ import annotations

from typing import Any

from resettle.area import Area
from resettle.area.sound import require_sound
from resettle.goodlives.need import Needs, needs
from resettle.reference.goods import goods
from resettle.result import Record, Result


class GoodNeed(Record):
    """One good over the whole area: people asked, lacking and not reached; the services that serve it; where need is largest."""

    good: str
    label: str
    people: int
    lacking: int | None
    unmet: int | None
    services: tuple[str, ...]
    places: tuple[str, ...]

    @property
    def share(self) -> float | None:
        """The share of people asked who lack it."""
        return self.lacking / self.people if self.lacking is not None and self.people else None


class NeedStatement(Result):
    """Needs of an area from what people themselves said, the most unmet first. Small numbers are left out as published."""

    area: str
    caveat: str
    goods: tuple[GoodNeed, ...]
    needs: Needs

    @property
    def sentence(self) -> str:
        """The largest need, and how many goods nothing is commissioned for."""
        if not self.goods:
            return f"{self.area}: nobody was asked what they lack, so no statement of need can be made."
        none = [g.label for g in self.goods if not g.services]
        left = f" Nothing is commissioned for {', '.join(none)}." if none else ""
        return f"{self.needs.sentence}{left}"

    def rows(self) -> list[dict[str, Any]]:
        """One row for each good."""
        return [
            {
                "good": g.label,
                "people asked": g.people,
                "lack it": g.lacking,
                "not reached": g.unmet,
                "services": ", ".join(g.services) or "none",
                "where most": ", ".join(g.places),
            }
            for g in self.goods
        ]

    def markdown(self) -> str:
        """The statement as a document to put before a committee."""
        parts = [f"# What people in {self.area} say they lack", self.caveat, self.sentence]
        for g in self.goods:
            parts += [f"## {g.label[:1].upper()}{g.label[1:]}", paragraph(g)]
        return "\n\n".join(p for p in parts if p) + "\n"


def paragraph(need: GoodNeed) -> str:
    """What is known of one good, in words."""
    if need.lacking is None:
        text = f"{need.people:,} people were asked; how many lack it is not shown, because groups are small."
    else:
        text = f"{need.people:,} people were asked and {need.lacking:,} ({100 * (need.share or 0):.0f}%) said that they lack it."
    if need.unmet is not None:
        text += f" Nothing has reached {need.unmet:,} of them."
    if need.places:
        text += f" Unmet need is largest in {', '.join(need.places)}."
    served = f" Services that can answer it: {', '.join(need.services)}." if need.services else ""
    return text + (served or " No service that is commissioned can answer it: ask people what would.")


def need_statement(area: Area, lacking: int | None = None) -> NeedStatement:
    """The statement of an area. `lacking` is the gap in points that counts as lacking a good (default: as in `needs`)."""
    require_sound(area, also=("goods_rating", "person", "service", "service_good", "place"))
    found = (needs(area) if lacking is None else needs(area, lacking)).published()
    serving, names = services_of(area), place_names(area)
    made = [
        GoodNeed(
            good=good,
            label=label_of(good),
            people=people,
            lacking=lack,
            unmet=unmet,
            services=tuple(serving.get(good, ())),
            places=worst_places(found, good, names),
        )
        for good, (people, lack, unmet) in found.by_good().items()
    ]
    made.sort(key=lambda g: (-(g.unmet or 0), -(g.lacking or 0), g.good))
    return NeedStatement(
        area=area.info.name, caveat=area.info.caveat, goods=tuple(made), needs=found, provenance=found.provenance
    )


def label_of(good: str) -> str:
    """The good's short name as people read it."""
    known = {g.code: g for g in goods()}
    return known[good].name if good in known else good.replace("_", " ")


def services_of(area: Area) -> dict[str, list[str]]:
    """Names of the services that can serve each good."""
    rows = area.query(
        """SELECT g.good, s.name FROM service_good g JOIN service s ON s.service_id = g.service_id
        WHERE g.weight > 0 ORDER BY g.good, g.weight DESC, s.name"""
    ).to_pylist()
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["good"], []).append(row["name"])
    return found


def place_names(area: Area) -> dict[str, str]:
    """Names of places by id."""
    return {r["place_id"]: r["name"] for r in area.query("SELECT place_id, name FROM place").to_pylist()}


def worst_places(found: Needs, good: str, names: dict[str, str], number: int = 3) -> tuple[str, ...]:
    """The places where most people lack a good and nothing has reached them."""
    own = [n for n in found.needs if n.good == good and n.unmet and n.place is not None]
    own.sort(key=lambda n: (-(n.unmet or 0), n.place or ""))
    return tuple(names.get(n.place or "", n.place or "") for n in own[:number])
