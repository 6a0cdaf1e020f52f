"""Every count of people that a report shows or that could be worked out from one, with the sums between them.

One side of a study at a time: those treated, or those compared with. Some cells are never shown and stand here because they
tie shown ones together (`Counted.unseen`): without them nobody could tell what a reader can work out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from resettle.evidence.diagnostics.profile import PUT_TOGETHER, level_words
from resettle.evidence.diagnostics.specification import covariate_of
from resettle.evidence.disclosure import Counts, Key

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

WITH, WITHOUT = "with the event", "without the event"
ANALYSED = "in the analysis of their group"


@dataclass
class Counted:
    """Cells of one side as they are gathered. Keys are (side, ...) in words; `unseen` are never shown."""

    side: str
    values: dict[Key, int] = field(default_factory=dict)
    sums: list[tuple[Key, tuple[Key, ...]]] = field(default_factory=list)
    unseen: set[Key] = field(default_factory=set)

    def key(self, *words: str) -> Key:
        """A cell of this side."""
        return (self.side, *words)

    def split(self, total: Key, parts: Mapping[Key, int], unseen: bool = False) -> None:
        """A total with the cells that make it up. A part that is nil is known to be so, and a cell that stands is kept."""
        for key, value in parts.items():
            if key not in self.values:
                self.values[key] = value
                if unseen:
                    self.unseen.add(key)
        self.sums.append((total, tuple(parts)))

    def counts(self) -> Counts:
        """All cells with their sums."""
        return Counts(self.values, self.sums)


def count_side(
    side: str,
    who: Bools,
    outcomes: Mapping[str, Floats],
    levels: Mapping[str, Sequence[str]],
    shown: Mapping[str, Sequence[str]],
    columns: tuple[Floats, tuple[str, ...]],
    groups: Mapping[tuple[str, str], Bools],
) -> Counted:
    """The cells of the people `who` of one side.

    `outcomes` has the values of each outcome (nan: not an outcome of that person), `levels` those of each grouping, `shown`
    the same with small ones put together, `columns` the design's columns with their names, `groups` who is analysed in
    each subgroup.
    """
    made = Counted(side)
    event = outcomes["rate"] == 1
    made.values[made.key()] = int(who.sum())
    made.split(made.key(), {made.key(WITH): n_of(who & event), made.key(WITHOUT): n_of(who & ~event)})
    count_firsts(made, who & event, outcomes)
    for grouping, values in levels.items():
        count_levels(made, who, grouping, values, shown.get(grouping))
    count_columns(made, who, columns, levels)
    for (grouping, level), analysed in groups.items():
        count_group(made, who, event, (grouping, level), levels[grouping], analysed)
    for grouping in {grouping for grouping, _ in groups}:
        tie_events(made, who & event, grouping, levels[grouping])
    return made


def n_of(mask: Bools) -> int:
    """How many."""
    return int(mask.sum())


def count_firsts(made: Counted, again: Bools, outcomes: Mapping[str, Floats]) -> None:
    """Court outcomes and custody for the first reoffence, among those who reoffended."""
    import numpy as np

    tiers = [name for name in ("first_indictable", "first_either_way", "first_summary") if name in outcomes]
    for what, names in (
        ("court outcome", tiers),
        ("custody", ["first_custody"] if "first_custody" in outcomes else []),
    ):
        if not names:
            continue
        known = again & ~np.isnan(outcomes[names[0]])
        total = made.key(f"{what} of the first known")
        made.split(
            made.key(WITH), {total: n_of(known), made.key(f"{what} of the first not known"): n_of(again & ~known)}
        )
        parts = {made.key(name): n_of(known & (outcomes[name] == 1)) for name in names}
        rest = n_of(known) - sum(parts.values())
        if what == "custody" or rest:
            parts[made.key(f"no {what} of those named")] = rest
        made.split(total, parts)


def count_levels(made: Counted, who: Bools, grouping: str, values: Sequence[str], shown: Sequence[str] | None) -> None:
    """The levels of one grouping: those that are shown, and the small ones that were put together, which are not."""
    import numpy as np

    found, counts = np.unique(np.array(values)[who], return_counts=True)
    own = {str(level): int(n) for level, n in zip(found, counts, strict=True)}
    made.split(made.key(), {made.key(grouping, level): n for level, n in own.items()})
    if shown is None:
        made.unseen |= {made.key(grouping, level) for level in own}
    elif joined := [level for level in own if level not in set(shown)]:
        together = made.key(grouping, PUT_TOGETHER)
        made.values[together] = sum(own[level] for level in joined)
        made.unseen |= {made.key(grouping, level) for level in joined}
        made.sums.append((together, tuple(made.key(grouping, level) for level in joined)))


def count_columns(
    made: Counted, who: Bools, columns: tuple[Floats, tuple[str, ...]], levels: Mapping[str, Sequence[str]]
) -> None:
    """The levels of covariates, as the balance table shows them: each against the rest, which it does not show."""
    x, names = columns
    chosen: dict[str, dict[Key, Bools]] = {}
    for i, name in enumerate(names):
        if (cell := cell_of(made, name)) is not None:
            chosen.setdefault(group_of(name), {})[cell] = x[:, i] == 1
    for group, parts in chosen.items():
        own = {apart(made, cell, n_of(who & mask)): n_of(who & mask) for cell, mask in parts.items()}
        rest = made.key(group, "all other levels")
        left = n_of(who) - sum(own.values())
        made.split(made.key(), {**own, rest: left})
        made.unseen.add(rest)
        raw = set(levels.get(group, ()))
        others = [key for key in made.values if is_level(key, made, group) and key not in own and key[2] in raw]  # type: ignore[index]
        if group in levels and sum(made.values[key] for key in others) == left:
            made.sums.append((rest, tuple(others)))


def apart(made: Counted, cell: Key, n: int) -> Key:
    """The cell, or one of its own where a cell of that name counts other people (two codes may mean the same)."""
    return cell if made.values.get(cell, n) == n else (*cell, "as a covariate")  # type: ignore[misc]


def is_level(key: Key, made: Counted, group: str) -> bool:
    """Whether a cell is a level of a grouping."""
    return isinstance(key, tuple) and len(key) == 3 and key[:2] == (made.side, group)


def group_of(column: str) -> str:
    """The covariate of a column; a flag of what is missing is one by itself."""
    return column if column.endswith(" missing") else covariate_of(column)


def cell_of(made: Counted, column: str) -> Key | None:
    """The cell that a 0/1 column of the design stands for; None for a number."""
    if column.endswith(" missing"):
        return made.key(column, "missing")
    covariate, is_one, level = column.partition(" = ")
    return made.key(covariate, level_words(covariate, level)) if is_one else None


def count_group(
    made: Counted, who: Bools, event: Bools, named: tuple[str, str], values: Sequence[str], analysed: Bools
) -> None:
    """One subgroup: those in its own analysis, who need not be those of the level who are in the whole analysis.

    They are tied together through people of the level by whether they are in the one, the other, and had the event.
    """
    import numpy as np

    level = np.array(values) == named[1]
    own = made.key(*named, ANALYSED)
    made.values[own] = n_of(analysed)
    sides = {
        made.key(*named, ANALYSED, told): n_of(analysed & (event == had))
        for had, told in ((True, WITH), (False, WITHOUT))
    }
    made.split(own, sides, unseen=True)
    both = {
        (inside, had): made.key(
            *named, ANALYSED, "also in the whole" if inside else "not in the whole", WITH if had else WITHOUT
        )
        for inside in (True, False)
        for had in (True, False)
    }
    for had, told in ((True, WITH), (False, WITHOUT)):
        parts = {both[inside, had]: n_of(analysed & (event == had) & (who == inside)) for inside in (True, False)}
        made.split(made.key(*named, ANALYSED, told), nonzero(parts), unseen=True)
    outside = {
        made.key(*named, "only in the whole", told): n_of(who & level & ~analysed & (event == had))
        for had, told in ((True, WITH), (False, WITHOUT))
    }
    inside = {both[True, had]: made.values.get(both[True, had], 0) for had in (True, False)}
    made.split(made.key(*named), nonzero({**inside, **outside}), unseen=True)


def nonzero(parts: Mapping[Key, int]) -> dict[Key, int]:
    """The parts that are not nil."""
    return {key: n for key, n in parts.items() if n}


def tie_events(made: Counted, again: Bools, grouping: str, values: Sequence[str]) -> None:
    """The people with the event by the levels of a grouping in which effects are shown."""
    import numpy as np

    found, counts = np.unique(np.array(values)[again], return_counts=True)
    parts = {made.key(grouping, str(level), "all", WITH): int(n) for level, n in zip(found, counts, strict=True)}
    made.split(made.key(WITH), parts, unseen=True)
    for level in found:
        total = made.key(grouping, str(level), "all", WITH)
        tied = [
            key
            for words in (("only in the whole", WITH), (ANALYSED, "also in the whole", WITH))
            if (key := made.key(grouping, str(level), *words)) in made.values
        ]
        if sum(made.values[key] for key in tied) == made.values[total] and tied:
            made.sums.append((total, tuple(tied)))
