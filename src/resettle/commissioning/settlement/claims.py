"""Claims: a million outcomes with their prices, as columns of whole numbers (days, pence, codes)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from resettle.commissioning.language.payments import Reclaim, UnitTariff
from resettle.commissioning.settlement.keys import changes, codes_of, in_order, rank_of

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from resettle.commissioning.settlement.case import Case

    Ints = NDArray[np.int64]
    Days = NDArray[np.int32]
    Codes = NDArray[np.int32]
    Flags = NDArray[np.bool_]

EPOCH = date(1970, 1, 1)
NEVER = 10**7
"""A day that never comes: of an outcome that was not verified."""


def day_number(day: date) -> int:
    """A date as days since 1 January 1970."""
    return (day - EPOCH).days


class Columns:
    """The outcomes of a contract as whole numbers. A column is read only when a rule asks for it, and once."""

    def __init__(self, table: pa.Table) -> None:
        """Take the table of some `Outcomes`."""
        self.table = table
        self.coded: dict[str, tuple[Codes, list[str | None]]] = {}

    @cached_property
    def observed(self) -> Days:
        """Days on which they were observed."""
        return days(self.table["observed_on"])

    @cached_property
    def verified(self) -> Days:
        """Days on which they were verified; `NEVER` where they were not."""
        return days(self.table["verified_on"])

    @cached_property
    def banded(self) -> Days:
        """Days on which their complexity band was set; `NEVER` where that is not known."""
        return days(self.table["banded_on"])

    @cached_property
    def rank(self) -> Ints:
        """A number for each in the order of the ids."""
        return rank_of(self.table["evidence_id"])[0]

    @cached_property
    def people(self) -> tuple[Ints, int]:
        """A number for each person, and one more than the highest."""
        return codes_of(self.table["person"])

    def words(self, column: str) -> tuple[Codes, list[str | None]]:
        """A number for each different word of a column with few words, and the words; empty values have the last number."""
        if column not in self.coded:
            self.coded[column] = self.read_words(column)
        return self.coded[column]

    def read_words(self, column: str) -> tuple[Codes, list[str | None]]:
        """The numbers and words of a column, from its dictionary."""
        held = self.table[column].combine_chunks()
        known = held.dictionary.to_pylist()
        return held.indices.fill_null(len(known)).to_numpy(zero_copy_only=False), [*known, None]

    def tally(self, column: str, rows: Ints) -> dict[str | None, int]:
        """How often each word of a column stands among some rows."""
        import numpy as np

        codes, known = self.words(column)
        numbers = np.bincount(codes[rows], minlength=len(known))
        return {word: int(n) for word, n in zip(known, numbers, strict=True) if n}

    def by_person(self, numbers: dict[str, int]) -> Days:
        """For each row the number that its person has; `NEVER` where the person has none."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        found = pc.index_in(self.table["person"], value_set=pa.array(list(numbers), pa.string()))
        place = found.combine_chunks().fill_null(len(numbers)).to_numpy(zero_copy_only=False)
        known: Days = np.array([*numbers.values(), NEVER], dtype=np.int32)
        return known[place]

    def ids(self, rows: Ints) -> list[str]:
        """The ids of some rows, as a line names its evidence: `outcome:…`."""
        import pyarrow as pa
        import pyarrow.compute as pc

        held = self.table["evidence_id"].take(pa.array(rows))
        found: list[str] = pc.binary_join_element_wise("outcome", held, ":").to_pylist()
        return found

    def only(self, rows: Ints, at: date) -> Columns:
        """Some of the rows, as they were known on a day: a later verification is not there yet."""
        return Some(self, rows, at)


class Some(Columns):
    """Some of the rows of columns, as known on a day."""

    def __init__(self, whole: Columns, rows: Ints, at: date) -> None:
        """Take the columns, which rows of them, and the day."""
        super().__init__(whole.table)
        self.whole, self.rows, self.last = whole, rows, day_number(at)

    @cached_property
    def observed(self) -> Days:
        """As of all columns."""
        return self.whole.observed[self.rows]

    @cached_property
    def verified(self) -> Days:
        """As of all columns; `NEVER` also where it was later."""
        import numpy as np

        days = self.whole.verified[self.rows]
        return np.where(days > self.last, np.int32(NEVER), days)

    @cached_property
    def banded(self) -> Days:
        """As of all columns."""
        return self.whole.banded[self.rows]

    @cached_property
    def rank(self) -> Ints:
        """As of all columns."""
        return self.whole.rank[self.rows]

    @cached_property
    def people(self) -> tuple[Ints, int]:
        """As of all columns."""
        codes, number = self.whole.people
        return codes[self.rows], number

    def read_words(self, column: str) -> tuple[Codes, list[str | None]]:
        """As of all columns."""
        codes, known = self.whole.words(column)
        return codes[self.rows], known

    def by_person(self, numbers: dict[str, int]) -> Days:
        """As of all columns."""
        return self.whole.by_person(numbers)[self.rows]

    def ids(self, rows: Ints) -> list[str]:
        """As of all columns."""
        return self.whole.ids(self.rows[rows])


def days(column: pa.ChunkedArray) -> Days:
    """Dates as days since 1970; `NEVER` where there is none."""
    import pyarrow as pa

    numbers: Days = column.cast(pa.int32()).combine_chunks().fill_null(NEVER).to_numpy(zero_copy_only=False)
    return numbers


@dataclass(frozen=True)
class Choice:
    """The rules by which claims are chosen for payment, with outcomes as codes."""

    once: bool
    most_each: int | None
    most: dict[int, int]
    ladders: tuple[tuple[int, ...], ...]


def chosen(
    choice: Choice, person: Ints, people: int, outcome: Codes, dearness: Codes, observed: Days, rank: Ints
) -> Flags:
    """Which claims are paid: ladders first, then each outcome once a person, then the dearest for a person, then the most of each.

    All arrays have one entry a claim; `dearness` is 0 for the dearest. Where several claims could be paid, the dearest is, then the
    earliest, then the first by id: so the order of rows never matters, and one more outcome never lowers what is paid.
    """
    import numpy as np

    paid = on_ladders(choice.ladders, person, people, outcome)
    if choice.once or choice.most_each is not None:
        rows = np.flatnonzero(paid)
        order = rows[in_order(*(k[rows] for k in (person, dearness, observed, rank)))]
        if choice.once:
            order = order[first_of_each(person[order], outcome[order])]
        if choice.most_each is not None:
            order = order[place_in_group(person[order]) < choice.most_each]
        paid = marked(len(person), order)
    for code, most in choice.most.items():
        own = np.flatnonzero(paid & (outcome == code))
        order = own[in_order(dearness[own], observed[own], rank[own])]
        paid[order[most:]] = False
    return paid


def marked(size: int, rows: Ints) -> Flags:
    """Flags that are true at some rows."""
    import numpy as np

    flags = np.zeros(size, dtype=bool)
    flags[rows] = True
    return flags


def first_of_each(person: Ints, outcome: Codes) -> Flags:
    """Which rows are the first of their person and outcome."""
    order = in_order(person, outcome)
    return marked(len(person), order[changes(person[order], outcome[order])])


def place_in_group(group: Ints) -> Ints:
    """The place of each row among those of its group, from 0, for rows that stand group by group."""
    import numpy as np

    places = np.arange(len(group))
    starts: Ints = np.maximum.accumulate(np.where(changes(group), places, 0))
    return places - starts


def on_ladders(ladders: tuple[tuple[int, ...], ...], person: Ints, people: int, outcome: Codes) -> Flags:
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


def undone(rule: Reclaim, person: Ints, observed: Days, events: Ints, event_days: Days) -> Flags:
    """Claims after which the person had one of the events, within the months of the rule. `events` are the people who had one."""
    import numpy as np

    span = np.int64(1) << 25
    keys = np.sort(events * span + event_days)
    ends = months_after(observed, rule.within_months)
    return np.searchsorted(keys, person * span + ends, side="right") > np.searchsorted(
        keys, person * span + observed, side="right"
    )


def months_after(numbers: Days, months: int) -> Ints:
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
class Priced:
    """What one tariff would pay for each row of the evidence: its outcome, band and cell, and what each cell costs.

    `prices` are in pence by cell, -1 where there is none. `accepted` are rows that were verified in a way and by a day that the
    contract accepts.
    """

    columns: Columns
    outcome: Codes
    band: Codes
    cell: Ints
    prices: Ints
    accepted: Flags

    @cached_property
    def dearness(self) -> Codes:
        """By cell: 0 for the dearest price, 1 for the next."""
        import numpy as np

        return np.unique(-self.prices, return_inverse=True)[1].astype(np.int32)


@dataclass(frozen=True)
class Claims:
    """Some claims under one tariff, as rows of the evidence. What is known of them is read only when a rule asks for it."""

    priced: Priced
    rows: Ints

    @property
    def people(self) -> int:
        """One more than the highest number of a person."""
        return self.priced.columns.people[1]

    @cached_property
    def person(self) -> Ints:
        """The number of each person."""
        return self.priced.columns.people[0][self.rows]

    @cached_property
    def outcome(self) -> Codes:
        """The outcomes."""
        return self.priced.outcome[self.rows]

    @cached_property
    def band(self) -> Codes:
        """The complexity bands as the contract accepts them."""
        return self.priced.band[self.rows]

    @cached_property
    def cell(self) -> Ints:
        """The cells of the prices."""
        return self.priced.cell[self.rows]

    @property
    def price(self) -> Ints:
        """Prices in pence."""
        return self.priced.prices[self.cell]

    @property
    def dearness(self) -> Codes:
        """0 for the dearest."""
        return self.priced.dearness[self.cell]

    @cached_property
    def observed(self) -> Days:
        """Days on which they were observed."""
        return self.priced.columns.observed[self.rows]

    @cached_property
    def rank(self) -> Ints:
        """A number for each in the order of the ids."""
        return self.priced.columns.rank[self.rows]

    @cached_property
    def accepted(self) -> Flags:
        """Which were verified as the contract accepts it."""
        return self.priced.accepted[self.rows]

    def only(self, which: Flags) -> Claims:
        """Some of the claims."""
        return Claims(self.priced, self.rows[which])

    def paid(self, choice: Choice) -> Flags:
        """Which of them would be paid, were all accepted."""
        return chosen(choice, self.person, self.people, self.outcome, self.dearness, self.observed, self.rank)

    def worth(self, choice: Choice) -> int:
        """Pence that would be paid for them, were all accepted."""
        return int(self.price[self.paid(choice)].sum())


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
    starts = np.flatnonzero(changes(*held))
    return [(tuple(int(k[s]) for k in held), part) for s, part in zip(starts, np.split(order, starts[1:]), strict=True)]
