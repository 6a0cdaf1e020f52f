"""Claims: a million outcomes with their prices, as columns of whole numbers (days, pence, codes)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from resettle.commissioning.language.payments import Reclaim, UnitTariff
from resettle.commissioning.outcomes import Outcomes
from resettle.commissioning.settlement.keys import codes_of

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from resettle.commissioning.settlement.case import Case

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

EPOCH = date(1970, 1, 1)
NEVER = 10**7
"""A day that never comes: of an outcome that was not verified."""


def day_number(day: date) -> int:
    """A date as days since 1 January 1970."""
    return (day - EPOCH).days


class Columns:
    """The outcomes of a contract as whole numbers. Text is coded only when a rule asks for it."""

    def __init__(self, outcomes: Outcomes, rank: Ints) -> None:
        """Take outcomes, each id once, and the place of each in the order of the ids."""
        self.table, self.rank = outcomes.table, rank

    @cached_property
    def observed(self) -> Ints:
        """Days on which they were observed."""
        return days(self.table["observed_on"])

    @cached_property
    def verified(self) -> Ints:
        """Days on which they were verified; `NEVER` where they were not."""
        return days(self.table["verified_on"])

    @cached_property
    def people(self) -> tuple[Ints, int]:
        """A number for each person, and how many people there are."""
        return codes_of(self.table["person"].combine_chunks())

    def words(self, column: str) -> tuple[Ints, list[str | None]]:
        """A number for each different word of a column with few words, and the words; empty values have the last number."""
        import numpy as np

        held = self.table[column].combine_chunks().dictionary_encode()
        known = held.dictionary.to_pylist()
        codes = held.indices.fill_null(len(known)).to_numpy(zero_copy_only=False).astype(np.int64)
        return codes, [*known, None]

    def ids(self, rows: Ints) -> list[str]:
        """The ids of some rows, as a line names its evidence: `outcome:…`."""
        import pyarrow as pa
        import pyarrow.compute as pc

        held = self.table["evidence_id"].combine_chunks().take(pa.array(rows))
        found: list[str] = pc.binary_join_element_wise("outcome", held, ":").to_pylist()
        return found


def days(column: pa.ChunkedArray) -> Ints:
    """Dates as days since 1970; `NEVER` where there is none."""
    import numpy as np
    import pyarrow as pa

    held = column.combine_chunks().cast(pa.int32())
    numbers: Ints = held.fill_null(NEVER).to_numpy(zero_copy_only=False).astype(np.int64)
    return numbers


@dataclass(frozen=True)
class Choice:
    """The rules by which claims are chosen for payment, with outcomes as codes."""

    once: bool
    most_each: int | None
    most: dict[int, int]
    ladders: tuple[tuple[int, ...], ...]


def in_order(*keys: Ints) -> Ints:
    """Positions in the order of the first key, then the second, and so on; the last key only where all others are equal.

    Keys that fit into one whole number are sorted as one.
    """
    import numpy as np

    packed, size = np.zeros(len(keys[0]), dtype=np.int64), 1
    for key in keys[:-1]:
        low, high = (int(key.min()), int(key.max())) if len(key) else (0, 0)
        size *= high - low + 1
        if size >= 2**62:
            return np.lexsort(tuple(reversed(keys)))
        packed = packed * (high - low + 1) + (key - low)
    order = np.argsort(packed)
    held = packed[order]
    same = held[1:] == held[:-1]
    if same.any():
        tied = np.flatnonzero(np.r_[same, False] | np.r_[False, same])
        rows = order[tied]
        order[tied] = rows[np.lexsort((keys[-1][rows], packed[rows]))]
    return order


def chosen(choice: Choice, person: Ints, people: int, outcome: Ints, price: Ints, observed: Ints, rank: Ints) -> Flags:
    """Which claims are paid: ladders first, then each outcome once a person, then the dearest for a person, then the most of each.

    All arrays have one entry a claim. Where several claims could be paid, the dearest is, then the earliest, then the first by id:
    so the order of rows never matters, and one more outcome never lowers what is paid.
    """
    import numpy as np

    paid = on_ladders(choice.ladders, person, people, outcome)
    if choice.once:
        rows = np.flatnonzero(paid)
        order = rows[in_order(*(k[rows] for k in (person, outcome, -price, observed, rank)))]
        first = np.ones(len(order), dtype=bool)
        first[1:] = (np.diff(person[order]) != 0) | (np.diff(outcome[order]) != 0)
        paid = marked(len(person), order[first])
    if choice.most_each is not None:
        paid = first_of_each(person, paid, (-price, observed, rank), choice.most_each)
    for code, most in choice.most.items():
        own = np.flatnonzero(paid & (outcome == code))
        order = own[in_order(-price[own], observed[own], rank[own])]
        paid[order[most:]] = False
    return paid


def marked(size: int, rows: Ints) -> Flags:
    """Flags that are true at some rows."""
    import numpy as np

    flags = np.zeros(size, dtype=bool)
    flags[rows] = True
    return flags


def first_of_each(group: Ints, among: Flags, order_by: Sequence[Ints], most: int) -> Flags:
    """The first `most` rows of each group, among some rows, in the order of the keys."""
    import numpy as np

    rows = np.flatnonzero(among)
    order = rows[in_order(group[rows], *(key[rows] for key in order_by))]
    start = np.ones(len(order), dtype=bool)
    start[1:] = np.diff(group[order]) != 0
    places = np.arange(len(order))
    place_in_group = places - np.maximum.accumulate(np.where(start, places, 0)) if len(order) else places
    return marked(len(group), order[place_in_group < most])


def on_ladders(ladders: tuple[tuple[int, ...], ...], person: Ints, people: int, outcome: Ints) -> Flags:
    """Claims whose earlier milestones the same person reached too."""
    import numpy as np

    allowed = np.ones(len(person), dtype=bool)
    for ladder in ladders:
        reached = np.ones(people, dtype=bool)
        for code in ladder:
            own = outcome == code
            allowed &= ~own | reached[person]
            reached &= marked(people, person[own])
    return allowed


def undone(rule: Reclaim, person: Ints, observed: Ints, events: Ints, event_days: Ints) -> Flags:
    """Claims after which the person had one of the events, within the months of the rule. `events` are the people who had one."""
    import numpy as np

    span = np.int64(1) << 25
    keys = np.sort(events * span + event_days)
    ends = months_after(observed, rule.within_months)
    return np.searchsorted(keys, person * span + ends, side="right") > np.searchsorted(
        keys, person * span + observed, side="right"
    )


def months_after(numbers: Ints, months: int) -> Ints:
    """The same day of a later month, or its last day, for days since 1970."""
    import numpy as np

    dates = numbers.astype("datetime64[D]")
    month = dates.astype("datetime64[M]")
    later = (month + months).astype("datetime64[D]").astype(np.int64)
    longest = (month + months + 1).astype("datetime64[D]").astype(np.int64) - later
    day = (dates - month.astype("datetime64[D]")).astype(np.int64)
    result: Ints = later + np.minimum(day, longest - 1)
    return result


def price_table(
    tariffs: Sequence[UnitTariff | None], outcomes: Sequence[str | None], bands: Sequence[str | None]
) -> Ints:
    """Pence by version of the tariff, outcome and band (`lowest`: the lowest price of the outcome); -1 where there is none."""
    import numpy as np

    from resettle.commissioning.settlement.tariff import price_of

    table = np.full((len(tariffs), len(outcomes), len(bands)), -1, dtype=np.int64)
    for v, tariff in enumerate(tariffs):
        for o, outcome in enumerate(outcomes):
            for b, band in enumerate(bands):
                price = None
                if tariff and outcome in tariff.prices:
                    prices = tariff.prices[outcome]
                    price = min(prices.values(), default=None) if band == "lowest" else price_of(tariff, outcome, band)
                if price is not None:
                    table[v, o, b] = int(100 * price)
    return table


@dataclass(frozen=True)
class Claims:
    """The claims under one tariff: rows of the evidence with their person, outcome, band, price in pence, day and place by id.

    `accepted` are those that were verified in a way and by a day that the contract accepts.
    """

    rows: Ints
    person: Ints
    people: int
    outcome: Ints
    band: Ints
    price: Ints
    observed: Ints
    rank: Ints
    accepted: Flags

    def only(self, which: Flags) -> Claims:
        """Some of the claims."""
        return Claims(
            self.rows[which],
            self.person[which],
            self.people,
            self.outcome[which],
            self.band[which],
            self.price[which],
            self.observed[which],
            self.rank[which],
            self.accepted[which],
        )

    def paid(self, choice: Choice) -> Flags:
        """Which of them would be paid, were all accepted."""
        return chosen(choice, self.person, self.people, self.outcome, self.price, self.observed, self.rank)


def groups(case: Case, paid: Claims) -> list[tuple[tuple[int, ...], Ints]]:
    """Claims by period, outcome, band and price: the keys, and the places of their claims in the order of the ids."""
    import numpy as np

    if not len(paid.rows):
        return []
    ends = np.array([day_number(w.end) for w in case.windows])
    window = np.minimum(np.searchsorted(ends, paid.observed), len(ends) - 1)
    keys = (window, paid.outcome, paid.band, paid.price)
    order = in_order(*keys, paid.rank)
    held = [k[order] for k in keys]
    starts = np.flatnonzero(np.r_[True, np.any([np.diff(k) != 0 for k in held], axis=0)])
    return [(tuple(int(k[s]) for k in held), part) for s, part in zip(starts, np.split(order, starts[1:]), strict=True)]
