"""The rule for small numbers in a process evaluation: what of it may stand on a page that is meant for publication."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from resettle.evidence.process import Process, ProcessMeasure, Stage, UnitCost
from resettle.goodlives.need import FEWEST
from resettle.report.disclosure import hidden, publishable, safe

Item = TypeVar("Item")


def shown_measures(measures: Sequence[ProcessMeasure]) -> list[ProcessMeasure]:
    """The measures that may be shown. Where a group is hidden, the next smallest of its kind goes with it."""
    return [m for held in kinds(measures, lambda m: (m.name, m.axis)) for m in kept(held, size_of, safe_measures)]


def size_of(measure: ProcessMeasure) -> int:
    """How many people a measure is of, or what it counts where people are not told."""
    return measure.n if measure.people is None else measure.people


def safe_measures(some: Sequence[ProcessMeasure]) -> bool:
    """Whether measures, taken together, may be shown: ten people, and for a share ten on either side of it."""
    people = sum(size_of(m) for m in some)
    if any(m.count is None for m in some):
        return people >= FEWEST
    return people >= FEWEST and safe(sum(m.n for m in some), sum(m.count or 0 for m in some))


def shown_costs(costs: Sequence[UnitCost]) -> list[UnitCost]:
    """The unit costs that may be shown."""
    held = kinds(costs, lambda c: (c.axis, c.per))
    return [c for group in held for c in kept(group, lambda c: c.n, lambda some: sum(c.n for c in some) >= FEWEST)]


def shown_groups(stages: Sequence[Stage]) -> list[list[Stage]]:
    """The waterfalls of groups that may be shown whole: every stage and every loss is zero or at least ten."""
    groups = kinds([s for s in stages if s.axis != "everyone"], lambda s: (s.axis, s.part))
    made = kinds(groups, lambda group: group[0].axis)
    return [g for axis in made for g in kept(axis, lambda g: g[0].n, safe_waterfall)]


def safe_waterfall(groups: Sequence[Sequence[Stage]]) -> bool:
    """Whether waterfalls, added up, show no small number."""
    sums = [(sum(s.n for s in level), sum(s.lost for s in level)) for level in zip(*groups, strict=True)]
    return sums[0][0] >= FEWEST and all(publishable(n) and publishable(lost) for n, lost in sums)


def shown_stages(stages: Sequence[Stage]) -> list[Stage]:
    """A waterfall without stages that would show a few people: what was lost there is counted at the next one shown."""
    made: list[Stage] = []
    lost: int = 0
    for stage in stages:
        lost += stage.lost
        if not (publishable(stage.n) and publishable(lost)):
            continue
        apart = lost != stage.lost
        made.append(stage if not apart else stage.model_copy(update={"lost": lost, "reasons": {}, "of_before": None}))
        lost = 0
    return made


def reasons(stage: Stage) -> str:
    """Why people were lost, with numbers where none of them is small."""
    if not stage.reasons:
        return ""
    counted = all(n >= FEWEST for n in stage.reasons.values())
    said = [f"{why} {n:,}" if counted else why for why, n in sorted(stage.reasons.items(), key=lambda r: -r[1])]
    return "; ".join(said).replace("_", " ") + ("" if counted else " (numbers not shown)")


def shown_parts(found: Process) -> set[tuple[str, str]]:
    """The groups whose curve of waiting may be shown."""
    made = kinds(found.waits, lambda w: w.axis)
    held = [
        w
        for axis in made
        for w in kept(axis, lambda w: w.curve.n, lambda some: safe(sum(w.curve.n for w in some), sum(w.curve.events for w in some)))
    ]  # fmt: skip
    return {(w.axis, w.part) for w in held}


def kinds(items: Iterable[Item], key: Callable[[Item], object]) -> list[list[Item]]:
    """Items by their kind, in the order in which they came."""
    made: dict[object, list[Item]] = {}
    for item in items:
        made.setdefault(key(item), []).append(item)
    return list(made.values())


def kept(items: Sequence[Item], size: Callable[[Item], int], shows: Callable[[Sequence[Item]], bool]) -> list[Item]:
    """The items of one kind that may be shown."""
    out = hidden(items, size, shows)
    return [item for n, item in enumerate(items) if n not in out]
