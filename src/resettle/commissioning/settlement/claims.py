"""Claims: outcomes that a tariff has a price for, and which of them are paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from resettle.commissioning.language.payments import Reclaim, UnitTariff
from resettle.commissioning.settlement.columns import Columns, day_number
from resettle.commissioning.settlement.keys import changes, in_order

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from resettle.commissioning.settlement.case import Case

    Ints = NDArray[np.int64]
    Days = NDArray[np.int32]
    Codes = NDArray[np.int32]
    Flags = NDArray[np.bool_]


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
            order = order[firsts(person[order], outcome[order])]
        if choice.most_each is not None:
            order = order[among_first(person[order], choice.most_each)]
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


def firsts(person: Ints, outcome: Codes) -> Flags:
    """Which rows are the first of their person and outcome, for rows that stand person by person."""
    import numpy as np

    first = np.zeros(len(person), dtype=bool)
    for code in np.flatnonzero(np.bincount(outcome)):
        own = np.flatnonzero(outcome == code)
        first[own[changes(person[own])]] = True
    return first


def among_first(group: Ints, most: int) -> Flags:
    """Which rows are among the first `most` (at least 1) of their group, for rows that stand group by group."""
    import numpy as np

    first = np.ones(len(group), dtype=bool)
    first[most:] = group[most:] != group[:-most]
    return first


def on_ladders(ladders: tuple[tuple[int, ...], ...], person: Ints, people: int, outcome: Codes) -> Flags:
    """Claims whose earlier milestones the same person reached too."""
    import numpy as np

    allowed = np.ones(len(person), dtype=bool)
    for ladder in ladders:
        reached = np.ones(people, dtype=bool)
        for before, code in pairwise(ladder):
            reached &= marked(people, person[outcome == before])
            own = np.flatnonzero(outcome == code)
            allowed[own] &= reached[person[own]]
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
    target = month + np.timedelta64(months, "M")
    later = target.astype("datetime64[D]").astype(np.int64)
    longest = (target + np.timedelta64(1, "M")).astype("datetime64[D]").astype(np.int64) - later
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
    ends = [day_number(w.end) for w in case.windows[:-1]]
    window = np.searchsorted(ends, paid.observed) if ends else np.broadcast_to(np.int32(0), len(paid.rows))
    keys = (window, paid.outcome, paid.band, paid.price)
    order = in_order(*keys, paid.rank)
    held = [k[order] for k in keys]
    starts = np.flatnonzero(changes(*held))
    return [(tuple(int(k[s]) for k in held), part) for s, part in zip(starts, np.split(order, starts[1:]), strict=True)]
