"""The waterfall: who of those who lent is paid back first, what guarantees cover, and what is left for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

LEAST = 1e-9
"""Pounds below which nothing is owed: what is left of balances that were repaid."""


@dataclass(frozen=True)
class Tranche:
    """One layer of capital. `drawn` is what it pays in at each time; `rate` the yearly return on what is outstanding.

    Return is simple interest, owed after the principal and before anybody below. `seniority` 1 is paid first; those of one
    seniority share in proportion to what they are owed. `share_of_rest` is its part of what is left when everyone is repaid.
    `most` is the largest multiple of its money that it may ever receive, `most_rate` the largest internal rate of return (None:
    no limit). `guarantee` is what a guarantor makes good of its unreturned money at the end. `repayable` is False for grants and
    equity; `loses` is False for grants, whose money is meant to be gone.
    """

    name: str
    drawn: Floats
    rate: float = 0.0
    seniority: int = 1
    share_of_rest: float = 0.0
    most: float | None = None
    most_rate: float | None = None
    guarantee: float = 0.0
    repayable: bool = True
    loses: bool = True


@dataclass(frozen=True)
class Paid:
    """What a waterfall pays: to each tranche at each time, what guarantors add at the end, and what nobody may take."""

    tranches: dict[str, Floats]
    guaranteed: dict[str, Floats]
    left: Floats


def waterfall(proceeds: ArrayLike, tranches: Sequence[Tranche], years: ArrayLike) -> Paid:
    """Share `proceeds` (draws x times, none negative) among tranches.

    At every time proceeds repay principal and then return, in order of seniority; what is left goes to `share_of_rest`, up to
    each tranche's limit. What a limit stops is `left`, for whoever the contract says. Nothing is made or lost: proceeds equal
    what is paid and left.
    """
    import numpy as np

    money = np.atleast_2d(np.asarray(proceeds, dtype=float))
    steps = np.diff(np.asarray(years, dtype=float), prepend=np.asarray(years, dtype=float)[:1])
    books = [Book.open(t, len(money)) for t in tranches]
    paid = {t.name: np.zeros_like(money) for t in tranches}
    left = np.zeros_like(money)
    for time, step in enumerate(steps):
        for book in books:
            book.grow(float(step), float(book.tranche.drawn[time]))
        rest = money[:, time].copy()
        for level in sorted({t.seniority for t in tranches}):
            rest = repay(rest, [b for b in books if b.tranche.seniority == level], paid, time)
        left[:, time] = share_rest(rest, books, paid, time)
    guaranteed = {t.name: made_good(t, paid[t.name]) for t in tranches}
    return Paid(paid, guaranteed, left)


@dataclass
class Book:
    """What one tranche is owed as time goes: principal, return, and the most that it may still receive."""

    tranche: Tranche
    principal: Floats
    interest: Floats
    room: Floats
    drawn: float = 0.0

    @classmethod
    def open(cls, tranche: Tranche, rows: int) -> Book:
        """An empty book."""
        import numpy as np

        limits = [limit for limit in (tranche.most, tranche.most_rate) if limit is not None]
        return cls(tranche, np.zeros(rows), np.zeros(rows), np.full(rows, 0.0 if limits else np.inf))

    def grow(self, step: float, drawn: float) -> None:
        """One step of time passes, and then money is paid in."""
        t = self.tranche
        self.interest = self.interest + self.principal * t.rate * step
        if t.most_rate is not None:
            self.room = self.room * (1 + t.most_rate) ** step + drawn
        elif t.most is not None:
            self.room = self.room + t.most * drawn
        self.principal = self.principal + (drawn if t.repayable else 0.0)

    @property
    def due(self) -> Floats:
        """What is owed and may be paid now."""
        import numpy as np

        return np.minimum(self.principal + self.interest, self.room)

    def take(self, amount: Floats) -> None:
        """Money is repaid: principal first, then return."""
        import numpy as np

        off = np.minimum(amount, self.principal)
        self.principal = self.principal - off
        self.interest = np.maximum(self.interest - (amount - off), 0.0)
        self.room = np.maximum(self.room - amount, 0.0)


def repay(rest: Floats, books: Sequence[Book], paid: dict[str, Floats], time: int) -> Floats:
    """Repay one rank from what came in at one time; what is left over."""
    import numpy as np

    due = [book.due for book in books]
    total = np.sum(due, axis=0)
    part = np.minimum(1.0, np.divide(rest, total, out=np.zeros_like(rest), where=total > LEAST))
    for book, amount in zip(books, due, strict=True):
        paid[book.tranche.name][:, time] += amount * part
        book.take(amount * part)
    return np.asarray(np.maximum(rest - total * part, 0.0))


def share_rest(rest: Floats, books: Sequence[Book], paid: dict[str, Floats], time: int) -> Floats:
    """Give what is left to those with a share in it, within their limits; what nobody may take stays."""
    import numpy as np

    taken = np.zeros_like(rest)
    for book in books:
        part = np.minimum(rest * book.tranche.share_of_rest, book.room)
        paid[book.tranche.name][:, time] += part
        book.room = np.maximum(book.room - part, 0.0)
        taken += part
    return rest - taken


def made_good(tranche: Tranche, paid: Floats) -> Floats:
    """What the guarantor pays at the end: the money not returned, up to the guarantee."""
    import numpy as np

    drawn = np.asarray(tranche.drawn, dtype=float).sum(axis=-1)
    short = np.maximum(drawn - paid.sum(axis=1), 0.0) if tranche.loses else np.zeros(len(paid))
    return np.asarray(np.minimum(short, tranche.guarantee))


def loss_after_guarantee(drawn: float, repaid: float, guarantee: float) -> float:
    """What a lender loses: `max(0, drawn - repaid - guarantee)`. Source: the terms of NYC ABLE as published (MDRC, 2015)."""
    return max(0.0, drawn - repaid - guarantee)
