"""Who the people treated were, beside those they are compared with: shares by group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from resettle.area import Area, Steps
from resettle.area.declare import table
from resettle.evidence.follow import GROUPINGS
from resettle.result import Record

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

CODED = {
    "sex": ("person", "sex"),
    "ethnicity": ("person", "ethnicity"),
    "disposal": ("index_event", "disposal"),
    "offence_group": ("index_event", "offence_group"),
}
"""The table and column that say what a code means."""
NOT_KNOWN = "not known"
PUT_TOGETHER = "all others"
"""The level under which small ones are put together."""
ORDERED = ("age_band", "sentence_band", "quarter", "year")
"""Groupings whose levels are shown in their own order; others from the commonest to the rarest."""


class Share(Record):
    """One group: how many of the treated (None where it is not published), and the share of either side that it makes."""

    grouping: str
    level: str
    n: int | None
    treated: float | None
    comparison: float | None


def profiled(steps: Steps, groupings: Sequence[str]) -> Steps:
    """Adds the step `profiled`: the groups of each person in the study, in the order of `designed`."""
    chosen = "".join(f", CAST({GROUPINGS[name]} AS VARCHAR) AS {name}" for name in groupings)
    return steps.then(
        "profiled",
        f"""SELECT d.index_id{chosen} FROM designed d JOIN index_event e ON e.index_id = d.index_id
            LEFT JOIN person p ON p.person_id = e.person_id ORDER BY d.index_id""",
        "the groups by which people are described",
    )


def levels_of(area: Area, steps: Steps, groupings: Sequence[str]) -> dict[str, list[str]]:
    """For each grouping the level of each person, in words."""
    rows: pa.Table = area.run(profiled(steps, groupings), "profiled")
    return {name: [level_words(name, value) for value in rows[name].to_pylist()] for name in groupings}


def level_words(grouping: str, code: str | None) -> str:
    """What a code means."""
    if code is None:
        return NOT_KNOWN
    if grouping not in CODED:
        return code.replace("_", " ")
    of, column = CODED[grouping]
    return table(of).columns[column].allowed.get(code, code)


def put_together(levels: Mapping[str, Sequence[str]], sides: Sequence[Bools], fewest: int) -> dict[str, list[str]]:
    """Levels with fewer than `fewest` people on one of the `sides` put together, with the next smallest where they must be.

    A grouping of which one level is left is left out: it would say nothing.
    """
    import numpy as np

    made: dict[str, list[str]] = {}
    for grouping, values in levels.items():
        names, place = np.unique(np.array(values), return_inverse=True)
        counts = np.array([np.bincount(place[side], minlength=len(names)) for side in sides]).min(axis=0)
        order = np.argsort(counts, kind="stable").tolist()
        small = [i for i in order if counts[i] < fewest]
        if not small:
            made[grouping] = list(values)
            continue
        while sum(counts[i] for i in small) < fewest and len(small) < len(order):
            small.append(order[len(small)])
        if len(small) < len(order):
            gone = {str(names[i]) for i in small}
            made[grouping] = [PUT_TOGETHER if value in gone else value for value in values]
    return made


def profile(levels: Mapping[str, Sequence[str]], treated: Bools, weights: Floats) -> tuple[Share, ...]:
    """The share of each level on both sides; the comparison by its weights. The commonest among the treated comes first,
    what was put together last."""
    import numpy as np

    made = []
    kept, others = treated & (weights > 0), np.where(treated, 0.0, weights)
    for grouping, values in levels.items():
        names, place = np.unique(np.array(values), return_inverse=True)
        counts = np.bincount(place[kept], minlength=len(names))
        shares = np.bincount(place, others, len(names)) / others.sum()
        order = range(len(names)) if grouping in ORDERED else np.argsort(-counts, kind="stable")
        for i in sorted(order, key=lambda i: names[i] == PUT_TOGETHER):
            if counts[i] or shares[i] >= 0.0005:
                made.append(
                    Share(
                        grouping=grouping,
                        level=str(names[i]),
                        n=int(counts[i]),
                        treated=float(counts[i] / kept.sum()),
                        comparison=float(shares[i]),
                    )
                )
    return tuple(made)
