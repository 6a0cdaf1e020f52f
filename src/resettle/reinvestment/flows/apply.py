"""What each lever does to the numbers of a month."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from resettle.errors import bad
from resettle.reinvestment.flows import levers as kinds
from resettle.reinvestment.flows.quantity import Quantity
from resettle.reinvestment.flows.scenario import Scenario
from resettle.reinvestment.flows.settings import Draws, Settings, Split, Stretch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

DAYS_A_MONTH = 365.25 / 12
Reach = Literal["arrivals", "inside", "chances"]
"""Whom a change of a stay or a chance reaches: those who arrive after it; also those inside, by a shorter stay; or everyone, by
a changed monthly chance."""


@dataclass(frozen=True)
class Use:
    """One lever at one month: how much of it is in force (1 in full), and in which strata (strata x 1)."""

    lever: kinds.Lever
    part: float
    where: Floats
    draws: Draws
    scenario: Scenario

    def value(self, given: Quantity, *, share: bool = False) -> Floats:
        """Draws of a number of the lever, 1 x draws."""
        return self.draws.quantity(f"lever {self.lever.name}", given, share=share)[None, :]

    def blend(self, new: Floats, old: Floats | float) -> Floats:
        """The new value where and as far as the lever is in force, the old one elsewhere."""
        found: Floats = old + self.part * self.where * (new - old)
        return found

    def factor(self, given: Quantity) -> Floats:
        """A factor in force: 1 elsewhere."""
        return self.blend(self.value(given), 1.0)


def set_share(split: Split, to: str, new: Floats) -> None:
    """Set the share of one destination; the others keep their proportions."""
    import numpy as np

    column = split.column(to)
    old = split.share[..., column]
    rest = np.where(old < 1, (1 - new) / np.maximum(1 - old, 1e-12), 0.0)
    share = split.share * rest[..., None]
    share = np.broadcast_to(share, (*np.broadcast_shapes(share.shape[:-1], new.shape), len(split.to))).copy()
    share[..., column] = new
    split.share = share


def move(split: Split, source: str, to: str, amount: Floats) -> None:
    """Move part of one destination's share to another."""
    import numpy as np

    a, b = split.column(source), split.column(to)
    share = np.broadcast_to(
        split.share, (*np.broadcast_shapes(split.share.shape[:-1], amount.shape), len(split.to))
    ).copy()
    share[..., a] -= amount
    share[..., b] += amount
    split.share = share


def need_split(use: Use, settings: Settings, name: str) -> Split:
    """The split of a decision, which the scenario must have for this lever."""
    if name not in settings.splits:
        raise bad(
            "a lever needs a decision that the scenario does not have",
            column=f"lever {use.lever.name}",
            value=name,
            do=f"Add a [[decision]] block for {name}.",
        )
    return settings.splits[name]


def scaled(use: Use, split: Split, to: str, given: Quantity) -> None:
    """One share multiplied; the others keep their proportions. Never over 1."""
    import numpy as np

    set_share(split, to, np.minimum(split.share[..., split.column(to)] * use.factor(given), 1.0))


def out_of_court(use: Use, settings: Settings) -> None:
    """The share of offences that end out of court."""
    assert isinstance(use.lever, kinds.OutOfCourt)
    split = need_split(use, settings, "offence")
    new = use.value(use.lever.share, share=True)
    set_share(split, "out_of_court", use.blend(new, split.share[..., split.column("out_of_court")]))


def charging(use: Use, settings: Settings) -> None:
    """People charged, of offences that come to notice; the other ways keep their proportions."""
    assert isinstance(use.lever, kinds.Charging)
    scaled(use, need_split(use, settings, "offence"), "charge", use.lever.factor)


def remand_use(use: Use, settings: Settings) -> None:
    """The share of people charged who are held on remand."""
    assert isinstance(use.lever, kinds.RemandUse)
    scaled(use, need_split(use, settings, "charge"), "received_on_remand", use.lever.factor)


def stretched(use: Use, settings: Settings, factor: Floats, off: Floats, eligible: Floats) -> None:
    """A change of the stays in the lever's states."""
    for state in use.lever.states:  # type: ignore[union-attr]
        settings.stretches.setdefault(state, []).append(Stretch(factor, off, eligible))


def length(use: Use, settings: Settings) -> None:
    """Stays multiplied, for arrivals."""
    import numpy as np

    stretched(use, settings, use.factor(use.lever.factor), np.zeros((1, 1)), np.ones((1, 1)))  # type: ignore[union-attr]


def release_point(use: Use, settings: Settings) -> None:
    """An earlier or later release, for the eligible."""
    import numpy as np

    lever = use.lever
    assert isinstance(lever, kinds.ReleasePoint)
    eligible = use.draws.quantity(f"lever {lever.name}: eligible", lever.eligible, share=True)[None, :]
    eligible = use.part * use.where * eligible
    if lever.days is not None:
        stretched(use, settings, np.ones((1, 1)), use.value(lever.days) / DAYS_A_MONTH, eligible)
        return
    assert lever.before is not None and lever.after is not None
    stretched(use, settings, use.value(lever.after) / lever.before, np.zeros((1, 1)), eligible)


def recall_rate(use: Use, settings: Settings) -> None:
    """The monthly chance of recall."""
    assert isinstance(use.lever, kinds.RecallRate)
    factor = use.factor(use.lever.factor)
    for block in use.scenario.state:
        rates = settings.rates[block.name]
        settings.rates[block.name] = [
            r * factor if e.cause == "recall" else r for r, e in zip(rates, block.event, strict=True)
        ]


VIA = (("sentence_on_bail", "received_on_sentence"), ("sentence_after_remand", "sentenced_from_remand"))


def community_mix(use: Use, settings: Settings) -> None:
    """Community sentences in place of custody in one band: taken out of the band, and of the custodial decision before it."""
    import numpy as np

    lever = use.lever
    assert isinstance(lever, kinds.CommunityMix)
    moved = use.blend(use.value(lever.share, share=True), 0.0)
    found = [(p, v) for p, v in VIA if p in settings.splits and v in settings.splits]
    if not found:
        need_split(use, settings, VIA[0][0])
    for parent, via in found:
        before, after = settings.splits[parent], settings.splits[via]
        if lever.band not in after.to or via not in before.to:
            continue
        band, way = after.share[..., after.column(lever.band)], before.share[..., before.column(via)]
        move(before, via, lever.to, way * moved * band)
        kept = np.maximum(1 - moved * band, 1e-12)
        set_share(after, lever.band, band * (1 - moved) / kept)


def coverage(use: Use, settings: Settings) -> None:
    """Coverage of a service."""
    assert isinstance(use.lever, kinds.ServiceCoverage)
    name = use.lever.service
    settings.coverage[name] = use.blend(use.value(use.lever.coverage, share=True), settings.coverage[name])


def capacity(use: Use, settings: Settings) -> None:
    """Capacity of a service, and how long people may wait for it."""
    assert isinstance(use.lever, kinds.ServiceCapacity)
    settings.capacity[use.lever.service] = use.lever.capacity
    settings.wait[use.lever.service] = use.lever.wait_months


def continuity(use: Use, settings: Settings) -> None:
    """Take-up of a service raised by the same worker before and after release."""
    import numpy as np

    assert isinstance(use.lever, kinds.Continuity)
    name = use.lever.service
    settings.coverage[name] = np.minimum(settings.coverage[name] * use.factor(use.lever.factor), 1.0)


APPLY: dict[str, tuple[Callable[[Use, Settings], None], Reach | None]] = {
    "out_of_court": (out_of_court, None),
    "charging": (charging, None),
    "remand_use": (remand_use, None),
    "remand_length": (length, "arrivals"),
    "sentence_length": (length, "arrivals"),
    "release_point": (release_point, "inside"),
    "recall_rate": (recall_rate, "chances"),
    "recall_length": (length, "arrivals"),
    "community_mix": (community_mix, None),
    "service_coverage": (coverage, None),
    "service_capacity": (capacity, None),
    "continuity": (continuity, None),
}
"""For each kind of lever: what it does, and whom a change of time in a state reaches."""


def reach_of(lever: Any) -> Reach | None:
    """Whom a lever's change of time in a state reaches; None where it changes only where people go."""
    reach = APPLY[lever.kind][1]
    return "arrivals" if reach == "inside" and lever.people == "arrivals" else reach


def touches(lever: Any, scenario: Scenario) -> set[str]:
    """The states in which a lever changes how long people stay."""
    if reach_of(lever) == "chances":
        return {s.name for s in scenario.state if any(e.cause == "recall" for e in s.event)}
    held = {s.name for s in scenario.state}
    return set(lever.states) & held if reach_of(lever) else set()
