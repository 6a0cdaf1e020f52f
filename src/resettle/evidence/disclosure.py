"""What may be published: small counts hidden, and with them whatever would let them be worked out.

Counts stand in named cells with the sums between them (`Counts`). `protect` hides every count of 1 to 9 people and the least
that must go with it, so that nobody who knows the sums can narrow a hidden small count to fewer than ten possible values
(sliding protection; Fischetti and Salazar-Gonzalez 2001, Solving the cell suppression problem on tabular data with linear
constraints, Management Science 47). What was hidden, and why, is logged without the numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from resettle.errors import bad
from resettle.result import Record

FEWEST = 10
"""Counts of 1 to 9 people are not published (the common rule of research environments)."""

FEWEST_FOR_RATE = 30
"""A rate is published only of at least this many people (the Justice Data Lab's rule for what it compares)."""

BASE = 5
"""Counts are rounded to multiples of this, where they are rounded."""

TOTAL = "total"
"""The name of the margin of a table."""

Key = Hashable


@dataclass(frozen=True)
class Counts:
    """Counts of people in named cells, and the sums between them: each is a total and the cells that make it up.

    A sum that does not add up, a negative count, and a sum of a cell that is not there are each a `BadInput`.
    """

    values: Mapping[Key, int]
    sums: Sequence[tuple[Key, tuple[Key, ...]]] = ()

    def __post_init__(self) -> None:
        for key, value in self.values.items():
            if value < 0:
                raise bad("a count of people is negative", column=named(key), value=value)
        for total, parts in self.sums:
            if lost := [key for key in (total, *parts) if key not in self.values]:
                raise bad("a sum names a cell that is not there", column=named(lost[0]), do="Give every cell a count.")
            if self.values[total] != (made := sum(self.values[p] for p in parts)):
                raise bad(
                    "a total is not the sum of its parts",
                    column=named(total),
                    value=f"{self.values[total]}, not {made}",
                    do="Correct the table before it is published.",
                )


class Hidden(Record):
    """One cell that is left out: which, by which rule, and why. Never the number itself."""

    cell: str
    rule: Literal["primary", "secondary", "rounded"]
    why: str


@dataclass(frozen=True)
class Protected:
    """Counts as they may be published: `value` is None where a cell is hidden; `log` names each hidden cell and why."""

    counts: Counts
    hidden: frozenset[Key]
    log: tuple[Hidden, ...]

    def value(self, key: Key) -> int | None:
        """The count of a cell, or None where it is hidden."""
        return None if key in self.hidden else self.counts.values[key]


def two_way(rows: Mapping[str, Mapping[str, int]]) -> Counts:
    """A table of counts by row and column, with its totals. Keys are (row, column), with `TOTAL` for the margins."""
    columns = list(dict.fromkeys(name for row in rows.values() for name in row))
    values: dict[Key, int] = {(r, c): cells.get(c, 0) for r, cells in rows.items() for c in columns}
    sums: list[tuple[Key, tuple[Key, ...]]] = []
    for r in rows:
        sums.append(((r, TOTAL), tuple((r, c) for c in columns)))
    for c in columns:
        sums.append(((TOTAL, c), tuple((r, c) for r in rows)))
    sums.append(((TOTAL, TOTAL), tuple((r, TOTAL) for r in rows)))
    sums.append(((TOTAL, TOTAL), tuple((TOTAL, c) for c in columns)))
    for total, parts in sums:
        values[total] = sum(values[p] for p in parts)
    return Counts(values, tuple(sums))


def protect(
    counts: Counts, threshold: int = FEWEST, hide: Collection[Key] = (), unseen: Collection[Key] = ()
) -> Protected:
    """Hide every count of 1 to `threshold` - 1, the cells named in `hide`, and the fewest others that must go with them.

    Cells in `unseen` are not published at all: they tie others together, are hidden at no cost, and are not logged.

    Afterwards each small count and each cell in `hide` could take any of at least `threshold` values above one another,
    for all that the shown cells and the sums say. Cells are preferred to totals, and small cells to large ones. Tables
    of 30 by 10 with their totals take seconds at most.
    """
    from resettle.evidence.secondary import widen

    cells = list(counts.values)
    small = {key for key, value in counts.values.items() if 0 < value < threshold}
    primary = small | set(hide)
    place = {key: i for i, key in enumerate(cells)}
    totals = {total for total, _ in counts.sums}
    chosen = widen(
        [counts.values[key] for key in cells],
        [(place[total], [place[p] for p in parts]) for total, parts in counts.sums],
        sorted(place[key] for key in primary),
        [key in totals for key in cells],
        threshold,
        sorted(place[key] for key in unseen),
    )
    hidden = [cells[i] for i in chosen]
    told = [key for key in hidden if key not in unseen]
    return Protected(
        counts, frozenset(hidden), tuple(reason(key, key in small, key in primary, threshold) for key in told)
    )


def reason(key: Key, small: bool, asked: bool, threshold: int) -> Hidden:
    """Why a cell is hidden."""
    if small:
        return Hidden(cell=named(key), rule="primary", why=f"fewer than {threshold} people")
    if asked:
        return Hidden(cell=named(key), rule="primary", why="a number beside it may not be shown")
    return Hidden(cell=named(key), rule="secondary", why="with it a hidden number could be worked out")


def named(key: Key) -> str:
    """A cell's key in words."""
    return ", ".join(str(part) for part in key) if isinstance(key, tuple) else str(key)


def rate_may_be_shown(people: int, events: int, least: int = FEWEST_FOR_RATE, threshold: int = FEWEST) -> bool:
    """Whether a rate may be published: of enough people, with enough of them on either side."""
    return people >= least and all(n == 0 or n >= threshold for n in (events, people - events))


def bounds(counts: Counts, hidden: Collection[Key], key: Key) -> tuple[float, float]:
    """The least and the greatest value that a cell can have for all that the shown cells and the sums say."""
    from resettle.evidence.secondary import range_of

    cells = list(counts.values)
    place = {k: i for i, k in enumerate(cells)}
    return range_of(
        [counts.values[k] for k in cells],
        [(place[total], [place[p] for p in parts]) for total, parts in counts.sums],
        [place[k] for k in hidden],
        place[key],
    )


class Leak(Record):
    """People who could be singled out by taking published groups from one another: which groups say so, and within which
    bounds their number can be told."""

    within: tuple[str, ...]
    outside: tuple[str, ...]
    low: float
    high: float

    def __str__(self) -> str:
        return f"in {' and '.join(self.within)}, not in {', '.join(self.outside) or 'any other group'}"


def differences(groups: Mapping[str, Collection[str]], threshold: int = FEWEST) -> tuple[Leak, ...]:
    """Whether the sizes of published groups, taken from one another, show a smaller group of people.

    `groups` are all groups of one report whose size is published, each with the pseudonyms of its people. People are put
    together who are in exactly the same groups; a set of 1 to `threshold` - 1 of them leaks if the published sizes leave
    fewer than `threshold` values for their number.
    """
    members = {person for people in groups.values() for person in people}
    sets = {name: frozenset(people) for name, people in groups.items()}
    atoms: dict[tuple[str, ...], int] = {}
    for person in members:
        where = tuple(sorted(name for name, people in sets.items() if person in people))
        atoms[where] = atoms.get(where, 0) + 1
    values: dict[Key, int] = {("atom", *where): n for where, n in sorted(atoms.items())}
    values |= {name: len(people) for name, people in sets.items()}
    sums = [(name, tuple(("atom", *where) for where in sorted(atoms) if name in where)) for name in sets]
    counts, hidden = Counts(values, sums), [("atom", *where) for where in sorted(atoms)]
    leaks = []
    for where, n in sorted(atoms.items()):
        if 0 < n < threshold:
            low, high = bounds(counts, hidden, ("atom", *where))
            if high - low < threshold:
                leaks.append(Leak(within=where, outside=tuple(sorted(set(sets) - set(where))), low=low, high=high))
    return tuple(leaks)


def rounded(counts: Counts, base: int = BASE) -> dict[Key, int]:
    """Every count at a multiple of `base` beside it, so that totals are still the sums of their parts.

    A count that is a multiple already stays. Of all such tables the one is taken that moves the counts least (controlled
    rounding; Cox and Ernst 1982). Where sums are so entangled that none exists, counts may move one multiple further.
    """
    from resettle.evidence.secondary import to_multiples

    cells = list(counts.values)
    place = {key: i for i, key in enumerate(cells)}
    sums = [(place[total], [place[p] for p in parts]) for total, parts in counts.sums]
    return dict(zip(cells, to_multiples([counts.values[key] for key in cells], sums, base), strict=True))
