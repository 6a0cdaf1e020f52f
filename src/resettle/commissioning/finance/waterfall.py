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
    """One layer of capital. `drawn` is what it pays in at each time; `rate` the yearly return it is owed before anybody below.

    `seniority` 1 is paid first; those of one seniority share in proportion to what they are owed. `share_of_rest` is its part
    of what is left when everyone is repaid. `most` is the largest multiple of its money that it may ever receive (None: no
    limit). `guarantee` is what a guarantor makes good of its unreturned money at the end. `repayable` is False for grants.
    """

    name: str
    drawn: Floats
    rate: float = 0.0
    seniority: int = 1
    share_of_rest: float = 0.0
    most: float | None = None
    guarantee: float = 0.0
    repayable: bool = True


@dataclass(frozen=True)
class Paid:
    """What a waterfall pays: to each tranche at each time, what guarantors add at the end, and what nobody may take."""

    tranches: dict[str, Floats]
    guaranteed: dict[str, Floats]
    left: Floats


def waterfall(proceeds: ArrayLike, tranches: Sequence[Tranche], years: ArrayLike) -> Paid:
    """Share `proceeds` (draws x times, none negative) among tranches.

    At every time each tranche's balance has grown at its rate; proceeds repay balances in order of seniority; what is left
    goes to `share_of_rest`, up to each tranche's limit. What a limit stops is `left`, for whoever the contract says. Nothing is
    made or lost: proceeds and guarantees equal what is paid and left.
    """
    import numpy as np

    money = np.atleast_2d(np.asarray(proceeds, dtype=float))
    steps = np.diff(np.asarray(years, dtype=float), prepend=np.asarray(years, dtype=float)[:1])
    owed = {t.name: np.zeros(len(money)) for t in tranches}
    paid = {t.name: np.zeros_like(money) for t in tranches}
    left = np.zeros_like(money)
    for time, step in enumerate(steps):
        for t in tranches:
            owed[t.name] = owed[t.name] * (1 + t.rate) ** step + (t.drawn[..., time] if t.repayable else 0.0)
        rest = repay(money[:, time].copy(), tranches, owed, paid, time)
        left[:, time] = share_rest(rest, tranches, paid, time)
    return Paid(paid, {t.name: made_good(t, paid[t.name]) for t in tranches}, left)


def repay(
    rest: Floats, tranches: Sequence[Tranche], owed: dict[str, Floats], paid: dict[str, Floats], time: int
) -> Floats:
    """Repay balances in order of seniority from what came in at one time; what is left over."""
    import numpy as np

    for level in sorted({t.seniority for t in tranches}):
        layer = [t for t in tranches if t.seniority == level]
        due = {t.name: np.minimum(owed[t.name], room(t, paid[t.name])) for t in layer}
        total = np.sum(list(due.values()), axis=0)
        part = np.minimum(1.0, np.divide(rest, total, out=np.zeros_like(rest), where=total > LEAST))
        for name, amount in due.items():
            paid[name][:, time] += amount * part
            owed[name] = owed[name] - amount * part
        rest = np.maximum(rest - total * part, 0.0)
    return rest


def share_rest(rest: Floats, tranches: Sequence[Tranche], paid: dict[str, Floats], time: int) -> Floats:
    """Give what is left to those with a share in it, within their limits; what nobody may take stays."""
    import numpy as np

    taken = np.zeros_like(rest)
    for t in tranches:
        part = np.minimum(rest * t.share_of_rest, room(t, paid[t.name]))
        paid[t.name][:, time] += part
        taken += part
    return rest - taken


def room(tranche: Tranche, paid: Floats) -> Floats:
    """How much more a tranche may ever receive."""
    import numpy as np

    if tranche.most is None:
        return np.full(len(paid), np.inf)
    limit = tranche.most * np.asarray(tranche.drawn, dtype=float).sum(axis=-1)
    return np.asarray(np.maximum(limit - paid.sum(axis=1), 0.0))


def made_good(tranche: Tranche, paid: Floats) -> Floats:
    """What the guarantor pays at the end: the money not returned, up to the guarantee."""
    import numpy as np

    drawn = np.asarray(tranche.drawn, dtype=float).sum(axis=-1)
    short = np.maximum(drawn - paid.sum(axis=1), 0.0) if tranche.repayable else np.zeros(len(paid))
    return np.asarray(np.minimum(short, tranche.guarantee))


def loss_after_guarantee(drawn: float, repaid: float, guarantee: float) -> float:
    """What a lender loses: `max(0, drawn - repaid - guarantee)`. Source: the terms of NYC ABLE as published (MDRC, 2015)."""
    return max(0.0, drawn - repaid - guarantee)
