"""`Pieces`: one payment over time in every draw, and how it is put off, held back and cut."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from resettle.commissioning.language.payments import Payment
from resettle.commissioning.valuation.calendar import Calendar
from resettle.commissioning.valuation.world import World

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Pieces:
    """What is paid in parts: pounds (draws x parts), the month each was earned in and paid in, and its cohort (0: none)."""

    amounts: Floats
    earned: Ints
    paid: Ints
    cohort: Ints

    @property
    def total(self) -> Floats:
        """Pounds in every draw."""
        import numpy as np

        return np.asarray(self.amounts.sum(axis=1))


def pieces(amounts: Floats, earned: list[int], paid: list[int], cohort: list[int] | None = None) -> Pieces:
    """Pieces from lists; a single row of amounts holds in every draw."""
    import numpy as np

    held = np.atleast_2d(np.asarray(amounts, dtype=float))
    return Pieces(
        held.reshape(len(held), len(earned)),
        np.asarray(earned, dtype=np.int64),
        np.asarray(paid, dtype=np.int64),
        np.asarray(cohort or [0] * len(earned), dtype=np.int64),
    )


def nothing() -> Pieces:
    """No payment at all."""
    import numpy as np

    return pieces(np.zeros((1, 0)), [], [])


def joined(parts: list[Pieces]) -> Pieces:
    """Several pieces as one, each piece together in memory (draws are what is worked along)."""
    import numpy as np

    kept = [p for p in parts if len(p.earned)]
    if not kept:
        return nothing()
    rows = max(len(p.amounts) for p in kept)
    wide = [np.broadcast_to(p.amounts, (rows, p.amounts.shape[1])) for p in kept]
    return Pieces(
        np.concatenate([w.T for w in wide]).T,
        np.concatenate([p.earned for p in kept]),
        np.concatenate([p.paid for p in kept]),
        np.concatenate([p.cohort for p in kept]),
    )


def put_off(found: Pieces, payment: Payment, calendar: Calendar) -> Pieces:
    """The pieces of a payment after deferral and retention: the same money, later."""
    import numpy as np

    found = replace(found, paid=found.paid + payment.deferred_months)
    if payment.retention is None or not len(found.earned):
        return found
    share = float(payment.retention.share)
    if payment.retention.months is None:
        later = np.maximum(found.paid, calendar.months - 1 + calendar.wait)
    else:
        later = found.paid + payment.retention.months
    return joined(
        [
            replace(found, amounts=found.amounts * (1 - share)),
            replace(found, amounts=found.amounts * share, paid=later),
        ]
    )


def indexed(found: Pieces, payment: Payment, calendar: Calendar, world: World) -> Pieces:
    """The pieces in the prices of their day, where the payment rises with prices."""
    import numpy as np

    if not payment.indexed or not len(found.earned):
        return found
    contract, first = calendar.contract, calendar.start.year
    by_year = {y: float(f) for y, f in (contract.indexation.by_year if contract.indexation else {}).items()}
    years = np.array([calendar.first_day(int(m)).year for m in found.earned])
    agreed = np.array([by_year[max(known)] if (known := [y for y in by_year if y <= year]) else 1.0 for year in years])
    moved = world.prices(int(years.max()) - first + 1)[:, years - first]
    return replace(found, amounts=found.amounts * agreed * moved)


def over_time(found: Pieces, months: int, offset: int = 0, *, by: str = "paid") -> Floats:
    """Pounds by month (draws x months), at the month of payment or of earning; `offset` months stand before the first."""
    import numpy as np

    when = found.paid if by == "paid" else found.earned
    made = np.zeros((len(found.amounts), months), order="F")
    for place, month in enumerate(when):
        made[:, min(max(int(month) + offset, 0), months - 1)] += found.amounts[:, place]
    return made
