"""A scenario and a block of draws made into a `System`: levers applied month by month, kernels made where they change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from resettle.reinvestment.flows import kernels
from resettle.reinvestment.flows.apply import APPLY, Reach, Use, reach_of, touches
from resettle.reinvestment.flows.effects import LogRatio, drawn_ratio, fading, together
from resettle.reinvestment.flows.kernels import Kernel
from resettle.reinvestment.flows.quantity import NORMAL_95, Quantity
from resettle.reinvestment.flows.scenario import Drift, Scenario, StateBlock, months_between
from resettle.reinvestment.flows.settings import Draws, Settings, Split, Stretch, settings_of
from resettle.reinvestment.flows.system import (
    LONGEST,
    Arrivals,
    Compartment,
    Month,
    Outlet,
    Stratum,
    System,
    compartments_of,
    merged,
    strata_of,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Marks = tuple[tuple[str, float], ...]
"""What changes the stays of a state, by name, and how far."""


def build(
    scenario: Scenario, draws: Draws, effects: dict[str, LogRatio], *, levers: bool = True, merge: bool = False
) -> System:
    """The arrays of a scenario; without its levers for the baseline. `merge` puts strata that are alike together."""
    if not levers:
        scenario = scenario.model_copy(update={"lever": ()})
    maker = Maker(scenario, draws, effects, merged(scenario) if merge else strata_of(scenario))
    nodes = (*(s.name for s in scenario.state), *(d.name for d in scenario.decision))
    return System(
        scenario=scenario,
        nodes=nodes,
        strata=maker.strata,
        places=tuple(p.name for p in scenario.places) or (scenario.place,),
        compartments=compartments_of(scenario),
        stock={s.name: draws.quantity(f"{s.name}: stock", s.stock)[None, :] for s in scenario.state},
        arrivals=tuple(inflows(scenario, draws)),
        months=tuple(epochs(scenario, maker)),
        draws=draws.stop - draws.start,
        maker=maker,
    )


def inflows(scenario: Scenario, draws: Draws) -> list[Arrivals]:
    """People from outside by month. By quarter: a third each month; the last quarter goes on."""
    import numpy as np

    found = []
    for number, inflow in enumerate(scenario.inflow, start=1):
        name = f"inflow {number} to {inflow.to}"
        if inflow.people is not None:
            level = draws.quantity(name, inflow.people)[None, None, :]
            found.append(Arrivals(inflow.to, level * np.ones((scenario.months, 1, 1))))
            continue
        quarter = np.minimum(np.arange(scenario.months) // 3, len(inflow.quarters) - 1)
        monthly = np.array(inflow.quarters)[quarter] / 3
        known = Quantity(value=1.0, low=np.exp(-NORMAL_95 * inflow.spread), high=np.exp(NORMAL_95 * inflow.spread))
        level = draws.quantity(name, known if inflow.spread else Quantity(value=1.0))
        found.append(Arrivals(inflow.to, level[None, None, :] * monthly[:, None, None]))
    return found


def part_in_force(lever: object, start: object, month: int) -> float:
    """How much of a lever is in force in a month: 0 before and after, rising in equal steps while it is phased in."""
    begins = months_between(start, lever.start)  # type: ignore[attr-defined, arg-type]
    ends = months_between(start, lever.until) if lever.until else None  # type: ignore[attr-defined, arg-type]
    if month < begins or (ends is not None and month >= ends):
        return 0.0
    over = lever.phased_over  # type: ignore[attr-defined]
    return min((month - begins + 1) / (over + 1), 1.0) if over else 1.0


def turning_points(scenario: Scenario) -> list[int]:
    """The months in which anything changes; 0 is always one."""
    parts = [tuple(part_in_force(one, scenario.start, t) for one in scenario.lever) for t in range(scenario.months)]
    walked = [tuple(quarter_of(one, scenario, t) for one in scenario.drift) for t in range(scenario.months)]
    both = list(zip(parts, walked, strict=True))
    return [t for t in range(scenario.months) if t == 0 or both[t] != both[t - 1]]


def quarter_of(drift: Drift, scenario: Scenario, month: int) -> int:
    """The quarter of a drift in which a month lies, from 1; 0 before it starts."""
    return max((month - months_between(scenario.start, drift.start)) // 3 + 1, 0)


def epochs(scenario: Scenario, make: Maker) -> list[Month]:
    """What holds from each turning point to the next. A kernel is made again only where a lever changed it."""
    found: list[Month] = []
    before: dict[str, Marks] = {}
    for t in turning_points(scenario):
        force = {one.name: part_in_force(one, scenario.start, t) for one in scenario.lever}
        settings = make.settings(force, t)
        marks: dict[str, Marks] = {s.name: marks_of(s.name, scenario, force, t) for s in scenario.state}
        fresh = [s for s in marks if not found or marks[s] != before[s]]
        held = {} if not found else {c: k for c, k in found[-1].kernels.items() if c.state not in fresh}
        made = {c: k for s in fresh for c, k in make.kernels(scenario.block(s), settings).items()}
        changed: dict[str, Reach] = {s: make.how(s, before[s], marks[s]) for s in fresh} if found else {}
        found.append(Month(t, {**held, **made}, changed, make.outlets(settings), make.decisions(settings), settings))
        before = marks
    return found


def marks_of(state: str, scenario: Scenario, force: dict[str, float], month: int) -> Marks:
    """What changes the stays of a state in a month, and how far: levers in force, and quarters of drifts."""
    levers = [(one.name, force[one.name]) for one in scenario.lever if state in touches(one, scenario)]
    walks = [(f"drift: {d.name}", float(quarter_of(d, scenario, month))) for d in scenario.drift if state in d.states]
    return (*levers, *walks)


@dataclass(frozen=True)
class Maker:
    """Makes the parts of a month from a scenario, draws and effects."""

    scenario: Scenario
    draws: Draws
    effects: dict[str, LogRatio]
    strata: tuple[Stratum, ...]

    def walk(self, drift: Drift, quarter: int) -> Floats:
        """What a drift multiplies stays by in one of its quarters, 1 x draws."""
        import numpy as np

        steps = [self.draws.normal(f"drift {drift.name}: quarter {q}") for q in range(1, quarter + 1)]
        size = self.draws.quantity(f"drift {drift.name}", drift.quarter)
        found: Floats = np.exp(size * np.sum(steps, axis=0))[None, :]
        return found

    def settings(self, force: dict[str, float], month: int) -> Settings:
        """The numbers of a month: drifts, then the levers in force in the order of the file."""
        import numpy as np

        settings = settings_of(self.scenario, self.draws)
        one = np.ones((1, 1))
        for drift in () if self.draws.centred else self.scenario.drift:
            if quarter := quarter_of(drift, self.scenario, month):
                for state in drift.states:
                    settings.stretches.setdefault(state, []).append(Stretch(self.walk(drift, quarter), 0 * one, one))
        strata, places = self.strata, [p.name for p in self.scenario.places]
        for lever in self.scenario.lever:
            if force[lever.name]:
                there = [not lever.places or places[s.place] in lever.places for s in strata]
                where = np.ones((1, 1)) if all(there) else np.array([there], dtype=float).T
                APPLY[lever.kind][0](Use(lever, force[lever.name], where, self.draws, self.scenario), settings)
        return settings

    def how(self, state: str, old: Marks, new: Marks) -> Reach:
        """Whom a change reaches: a lever that begins or grows reaches as its kind says; one that ends only arrivals, unless it
        changed a chance.
        """
        was, now = dict(old), dict(new)
        grown = {n for n in now if now[n] > was.get(n, 0.0)}
        reaches: set[Reach | None] = {reach_of(one) for one in self.scenario.lever if one.name in grown}
        fallen = {n for n in now if now[n] < was.get(n, 0.0)}
        reaches |= {r for one in self.scenario.lever if one.name in fallen and (r := reach_of(one)) == "chances"}
        return "chances" if "chances" in reaches else "inside" if "inside" in reaches else "arrivals"

    def kernels(self, block: StateBlock, settings: Settings) -> dict[Compartment, Kernel]:
        """The kernels of a state, one for each set of services that may have reached people in it."""
        leaves = self.leaves(block, settings)
        held = [c for c in compartments_of(self.scenario) if c.state == block.name]
        return {c: self.kernel(block, settings, c.services, 0, leaves) for c in held}

    def kernel(
        self,
        block: StateBlock,
        settings: Settings,
        services: tuple[str, ...],
        delay: int,
        leaves: Floats | None = None,
    ) -> Kernel:
        """The kernel of a state for people whom these services reached `delay` months after arrival."""
        leaves = self.leaves(block, settings) if leaves is None else leaves
        return kernels.compete(leaves, self.hazards(block, settings, services, len(leaves), delay))

    def leaves(self, block: StateBlock, settings: Settings) -> Floats:
        """The share whose stay ends after each month, before events."""
        import numpy as np

        months = months_in(block, self.draws)
        if block.stay is None:
            return np.zeros((months, 1, 1))
        if block.stay.mean is None:
            leaves = kernels.listed(block.stay.shares, months)
        else:
            mean = np.maximum(self.draws.quantity(mean_of(block), block.stay.mean)[None, :], 1.0)
            leaves = ended(kernels.stay(mean, block.stay.spread, months))
        for one in settings.stretches.get(block.name, []):
            room = int(np.ceil(len(leaves) * max(float(one.factor.max()), 1.0))) + 1
            wide = np.pad(leaves, ((0, min(room, LONGEST) - len(leaves)), (0, 0), (0, 0)))
            leaves = kernels.changed(wide, one.factor, one.off, one.eligible)
        return leaves

    def hazards(
        self, block: StateBlock, settings: Settings, services: tuple[str, ...], reach: int, delay: int
    ) -> list[Floats]:
        """Hazards of the state's events by month since arrival, with what services make of them."""
        import numpy as np

        found = []
        relative = np.array([[s.reoffending] for s in self.strata])
        plain = relative if (relative != 1).any() else np.ones((1, 1))
        for number, event in enumerate(block.event):
            share = self.draws.quantity(f"{block.name}: event {number + 1}", event.share, share=True)
            h = kernels.hazard(np.minimum(share, 1 - 1e-9), event.months, event.shape, reach)
            factor = settings.rates[block.name][number]
            if event.cause == "reoffending":
                factor = factor * plain
            acting = self.acting(services, event.cause)
            if acting:
                h = h * self.ratio(acting, reach, delay).T[:, None, :]
            found.append(h * factor if (factor != 1).any() else h)
        return found

    def acting(self, services: tuple[str, ...], cause: str) -> tuple[str, ...]:
        """Those of the services that act on events of a cause."""
        named = {s.name: s for s in self.scenario.service}
        return tuple(s for s in services if cause in named[s].acts_on)

    def ratio(self, services: tuple[str, ...], reach: int, delay: int) -> Floats:
        """The hazard ratio of people whom these services reached, by month since arrival."""
        named = {s.name: s for s in self.scenario.service}
        ratios = []
        for name in services:
            z, other = self.draws.normal(f"{name}: effect"), self.draws.normal(f"{name}: heterogeneity")
            ratios.append(fading(drawn_ratio(self.effects[name], named[name], z, other), named[name], reach, delay))
        return together(ratios, self.scenario.overlap)

    def outlets(self, settings: Settings) -> dict[str, tuple[Outlet, ...]]:
        """Where each way out of each state leads: the end of the stay first, then its events."""
        import numpy as np

        found: dict[str, tuple[Outlet, ...]] = {}
        for block in self.scenario.state:
            end = settings.splits.get(block.name)
            first = outlet(end) if end else Outlet((), np.ones((0, 1, 1)))
            found[block.name] = (first, *(Outlet((e.to,), np.ones((1, 1, 1))) for e in block.event))
        return found

    def decisions(self, settings: Settings) -> tuple[tuple[str, Outlet], ...]:
        """Decisions in an order in which each comes before those it leads to."""
        held: dict[str, Split] = {d.name: settings.splits[d.name] for d in self.scenario.decision}
        order: list[str] = []
        while len(order) < len(held):
            left = [n for n in held if n not in order]
            order += [n for n in left if not any(n in held[m].to for m in left if m != n)]
        return tuple((n, outlet(held[n])) for n in order)


def mean_of(block: StateBlock) -> str:
    """The name under which the mean stay in a state is drawn."""
    return f"{block.name}: mean stay"


def months_in(block: StateBlock, draws: Draws) -> int:
    """Months over which a state's stay is followed, before any lever: the same for every draw."""
    if block.stay is None:
        return LONGEST
    if block.stay.mean is None:
        return len(block.stay.shares)
    return kernels.reach(draws.largest(mean_of(block), block.stay.mean), block.stay.spread, LONGEST)


def outlet(split: Split) -> Outlet:
    """A split with its destinations first."""
    import numpy as np

    return Outlet(tuple(split.to), np.ascontiguousarray(np.moveaxis(split.share, -1, 0)))


def ended(leaves: Floats) -> Floats:
    """A stay in which the few who are left after its last month leave in it; kept as it is where people stay longer."""
    if len(leaves) >= LONGEST:
        return leaves
    leaves[-1] += 1 - leaves.sum(axis=0)
    return leaves
