"""Places and groups of people from an area's own records: their shares, and how their chance of reoffending compares."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from resettle.area import Area
from resettle.document import Misfit
from resettle.errors import bad
from resettle.evidence.measures import Measure, measure
from resettle.reinvestment.flows.checks import check_lever_places
from resettle.reinvestment.flows.scenario import Group, Place, Scenario

if TYPE_CHECKING:
    from collections.abc import Iterable

SMALL = 50
"""People of a group whose own rate and the rate of all weigh the same: small groups are drawn towards the rate of all."""
CLOCK = "moj-2017"


def with_area(scenario: Scenario, area: Area) -> tuple[Scenario, str]:
    """A scenario whose places are those of the area, and whose groups are those it names in `by`.

    Each place's share is its share of people followed under the clock, and its chance of reoffending is that of the area's own
    records, relative to all (drawn towards 1 where few people stand behind it). Stocks and flows stay those of the scenario.
    """
    places = relative(area, ("place",))
    if not places:
        raise bad("the area has no places with people", file=area.path, column="place", do="Fill place_id in person.")
    names = {r["place_id"]: r["name"] for r in area.query("SELECT place_id, name FROM place").to_pylist()}
    blocks = [Place(name=str(names.get(k[0], k[0])), share=s, reoffending=r) for k, s, r in places]
    known_places(scenario, [b.name for b in blocks])
    groups = relative(area, tuple(scenario.by)) if scenario.by else []
    made = [Group(name=", ".join(str(v) for v in k), share=s, reoffending=r) for k, s, r in groups]
    changed = scenario.model_copy(update={"places": tuple(blocks), "group": tuple(made) or scenario.group})
    people = f"Places{' and groups' if made else ''} are those of {area.info.name}, by people followed ({CLOCK}). "
    return changed, f"{people}{area.info.caveat}".strip()


def known_places(scenario: Scenario, names: list[str]) -> None:
    """Refuse levers that name places which are not there (`BadInput`)."""
    try:
        check_lever_places(scenario, names)
    except Misfit as error:
        raise bad(str(error), column="places", value=error.value, do=error.do) from None


def relative(area: Area, by: tuple[str, ...]) -> list[tuple[tuple[str, ...], float, float]]:
    """For each group: its name, its share of people, and its hazard of reoffending relative to that of all."""
    found = [m for m in rates(measure(area, CLOCK, by).measures) if all(m.group.get(b) for b in by)]
    people = sum(m.n for m in found)
    if not people:
        return []
    everyone = hazard(sum(m.count for m in found) / people)
    rows = []
    for m in found:
        weight = m.n / (m.n + SMALL)
        ratio = hazard(m.count / m.n) / everyone if everyone > 0 else 1.0
        relative_hazard = math.exp(weight * math.log(max(ratio, 0.05)))
        rows.append((tuple(str(m.group[b]) for b in by), m.n / people, relative_hazard))
    return rows


def rates(measures: Iterable[Measure]) -> list[Measure]:
    """The rates, of groups that have people."""
    return [m for m in measures if m.name == "rate" and m.n > 0]


def hazard(rate: float) -> float:
    """The cumulative hazard that gives a rate."""
    return -math.log1p(-min(rate, 0.999))
