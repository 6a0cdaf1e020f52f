"""Caps and the floor in every draw, in the order in which settlement applies them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from resettle.commissioning.language.terms import Contract
from resettle.commissioning.valuation.calendar import Calendar
from resettle.commissioning.valuation.pieces import Pieces, pieces

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]
    Bools = NDArray[np.bool_]

WHOLE = ""
"""The name of what a limit on the whole adds."""


def limited(calendar: Calendar, paid: dict[str, Pieces]) -> dict[str, Pieces]:
    """Every payment after caps of single payments, of cohorts, of contract years, and of the whole, then the floor.

    A cap cuts what would be paid last first. What exceeds a shared cap is cut from all payments of that time in proportion.
    """
    limits = calendar.contract.limits
    # One copy, in which every cap then cuts: copies for every cap and year would take most of the time. Each piece lies together.
    made = {name: replace(p, amounts=p.amounts.copy(order="F")) for name, p in paid.items()}
    for name, most in limits.cap_payment.items():
        if name in made:
            made |= capped({name: made[name]}, float(most), every)
    if limits.cap_cohort is not None:
        for number in sorted({int(c) for p in made.values() for c in p.cohort if c}):
            made |= capped(made, float(limits.cap_cohort), of_cohort(number))
    if limits.cap_year is not None:
        for year in sorted({int(m) // 12 for p in made.values() for m in p.earned}):
            made |= capped(made, float(limits.cap_year), of_year(year))
    if limits.cap is not None:
        made |= capped(made, float(limits.cap), every)
    return topped(calendar, made)


def every(found: Pieces) -> Bools:
    """All pieces."""
    import numpy as np

    return np.ones(len(found.earned), dtype=bool)


def of_cohort(number: int) -> Callable[[Pieces], Bools]:
    """The pieces of one cohort."""
    return lambda found: found.cohort == number


def of_year(year: int) -> Callable[[Pieces], Bools]:
    """The pieces earned in one contract year."""
    return lambda found: found.earned // 12 == year


def capped(paid: dict[str, Pieces], most: float, which: Callable[[Pieces], Bools]) -> dict[str, Pieces]:
    """Cut the chosen pieces, in the order in which they are paid, so that their running sum never passes `most`."""
    import numpy as np

    chosen = {name: np.flatnonzero(which(p)) for name, p in paid.items()}
    reached = sum((np.maximum(p.amounts[:, chosen[n]], 0.0).sum(axis=1).max(initial=0.0) for n, p in paid.items()), 0.0)
    if reached <= most:
        return paid
    months = sorted({int(p.paid[i]) for name, p in paid.items() for i in chosen[name]})
    part = kept_of(came_by(paid, chosen, months), most)
    if part is None:
        return paid
    return {name: cut(p, chosen[name], months, part) for name, p in paid.items()}


def came_by(paid: dict[str, Pieces], chosen: dict[str, Ints], months: list[int]) -> Floats:
    """What the chosen pieces come to by month of payment (draws x months)."""
    import numpy as np

    rows = max(len(p.amounts) for p in paid.values())
    place = {month: n for n, month in enumerate(months)}
    came = np.zeros((rows, len(months)), order="F")
    for name, found in paid.items():
        for i in chosen[name]:
            came[:, place[int(found.paid[i])]] += found.amounts[:, i]
    return came


def kept_of(came: Floats, most: float) -> Floats | None:
    """The part of each month's money that is left under a cap on the running sum; None where nothing is cut."""
    import numpy as np

    running = np.cumsum(came, axis=1)
    if running.max() <= most:
        return None
    allowed = np.diff(np.minimum(running, most), axis=1, prepend=0.0)
    return np.divide(allowed, came, out=np.ones_like(came), where=came != 0)


def cut(found: Pieces, chosen: Ints, months: list[int], part: Floats) -> Pieces:
    """The pieces of one payment after the cut of their months."""
    import numpy as np

    if not len(chosen):
        return found
    place = {month: n for n, month in enumerate(months)}
    rows = max(len(found.amounts), len(part))
    amounts = found.amounts
    if len(amounts) < rows:
        amounts = np.broadcast_to(amounts, (rows, amounts.shape[1])).copy(order="F")
    for i in chosen:
        amounts[:, i] *= part[:, place[int(found.paid[i])]]
    return replace(found, amounts=amounts)


def topped(calendar: Calendar, paid: dict[str, Pieces]) -> dict[str, Pieces]:
    """What a floor adds when the contract ends, under the empty name (a limit on the whole)."""
    import numpy as np

    contract: Contract = calendar.contract
    if contract.limits.floor is None:
        return paid
    total = sum((p.total for p in paid.values()), np.zeros(1))
    short = np.maximum(float(contract.limits.floor) - total, 0.0)
    end = calendar.months - 1
    return paid | {WHOLE: pieces(short[:, None], [end], [calendar.paid(end)])}
