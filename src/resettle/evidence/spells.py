"""From people and dates to stretches of time at risk: who was treated when, and what was known of them then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from resettle.area import literals
from resettle.errors import bad
from resettle.evidence.cox import Spells
from resettle.evidence.sealing import Sealed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

SAME_DAY = 0.5
"""The time given to an event on the index date itself, where a clock counts it, so that it lasts longer than nil."""
FAR = 1e6
"""More days than lie between any two dates: keeps the days of one person apart from those of the next."""


@dataclass(frozen=True)
class Followed:
    """Each row of a study that was followed at all: days to the event or the end, whether it came, and who it is."""

    row: Ints
    days: Floats
    event: Floats
    person: Ints


def followed(days_to_first: Floats, days_observed: Floats, person: Ints) -> Followed:
    """Those with any time at risk."""
    import numpy as np

    event = ~np.isnan(days_to_first)
    days = np.where(event, np.maximum(days_to_first, SAME_DAY), days_observed)
    row = np.flatnonzero(days > 0)
    return Followed(row, days[row], event[row].astype(float), person[row])


def make_spells(
    people: Followed, treated: Floats, x: Floats, start_day: Floats | None = None, changes: Changes | None = None
) -> Spells:
    """Stretches of time of the people followed; column 0 is the programme, then covariates, then those that change.

    Time is cut on the day of the start, where `start_day` is given (nan: never), and on the days of `changes`. A value holds
    from the day after it was noted, so that nothing of a day can explain an event of that day.
    """
    import numpy as np

    n = len(people.row)
    begun = start_day[people.row] if start_day is not None else np.full(n, np.nan)
    cut = np.flatnonzero((begun > 0) & (begun < people.days))
    who, day = [np.arange(n), cut], [np.zeros(n), begun[cut]]
    if changes is not None:
        at, when = changes.cuts(people)
        who.append(at)
        day.append(when)
    table = np.unique(np.column_stack([np.concatenate(who), np.concatenate(day)]), axis=0)
    own, start = table[:, 0].astype(np.int64), table[:, 1]
    last = np.append(own[1:] != own[:-1], True)
    stop = np.where(last, people.days[own], np.append(start[1:], 0.0))
    on = treated[people.row][own]
    if start_day is not None:
        on = (start >= np.where(np.isnan(begun), np.inf, np.maximum(begun, 0))[own]).astype(float)
    columns = [on[:, None], x[people.row][own]]
    if changes is not None:
        columns += [changes.latest(item, people.row[own], start)[:, None] for item in range(changes.items)]
    return Spells(start, stop, np.where(last, people.event[own], 0.0), np.column_stack(columns), people.person[own])


@dataclass(frozen=True)
class Changes:
    """Scores noted over time: `row` of the study, `day` from its index date (before it: what was known then), `item` and
    `score`, in order of row and day; `items` counts the kinds."""

    row: Ints
    day: Floats
    item: Ints
    score: Floats
    items: int

    def cuts(self, people: Followed) -> tuple[Ints, Floats]:
        """Who of the people followed has a score noted within their time, and on which day."""
        import numpy as np

        at = np.minimum(np.searchsorted(people.row, self.row), len(people.row) - 1)
        inside = (people.row[at] == self.row) & (self.day > 0) & (self.day < people.days[at])
        return at[inside], self.day[inside]

    def latest(self, item: int, row: Ints, start: Floats) -> Floats:
        """The latest score of an item on or before each start, of each row of the study; nan where none is known."""
        import numpy as np

        mine = self.item == item
        noted = self.row[mine] * FAR + self.day[mine]
        at = np.searchsorted(noted, row * FAR + start, side="right") - 1
        found = (at >= 0) & (self.row[mine][at] == row)
        return np.where(found, self.score[mine][at], np.nan)


def read_changes(sealed: Sealed, items: tuple[str, ...]) -> Changes:
    """The assessments of a study's people up to the end of their follow-up, by item, as days from the index date."""
    import numpy as np

    names = [name.partition(".")[2] for name in items]
    steps = sealed.steps.then(
        "noted",
        f"""SELECT d.index_id, CAST(date_diff('day', n.index_date, a.assessed_on) AS BIGINT) AS day, a.item, a.score
        FROM designed d JOIN entry n ON n.index_id = d.index_id JOIN assessment a ON a.person_id = d.person_id
        WHERE a.item IN {literals(tuple(names))} AND a.score IS NOT NULL ORDER BY d.index_id, a.assessed_on, a.item""",
        "what was known of each person, and when",
    )
    found = sealed.area.run(steps, "noted")
    held = set(found["item"].to_pylist())
    if missing := [name for name in names if name not in held]:
        raise bad(
            "nobody has such an assessment", column="survival.varying", value=missing[0], do="Check the item's name."
        )
    ids = np.array(sealed.rows["index_id"].to_pylist())
    row = np.searchsorted(ids, np.array(found["index_id"].to_pylist()))
    code = {name: i for i, name in enumerate(names)}
    item = np.array([code[name] for name in found["item"].to_pylist()])
    day, score = (found[name].to_numpy().astype(float) for name in ("day", "score"))
    return Changes(row, day, item, score, len(names))


def filled(x: Floats, names: tuple[str, ...], first: int) -> tuple[Floats, tuple[str, ...]]:
    """Columns from `first` on with their mean where nothing is known, and a 0/1 column that says so."""
    import numpy as np

    columns, labels = [x[:, :first]], list(names[:first])
    for i in range(first, x.shape[1]):
        missing = np.isnan(x[:, i])
        columns.append(np.where(missing, np.nanmean(x[:, i]), x[:, i])[:, None])
        labels.append(names[i])
        if missing.any():
            columns.append(missing.astype(float)[:, None])
            labels.append(f"{names[i]} missing")
    return np.column_stack(columns), tuple(labels)
