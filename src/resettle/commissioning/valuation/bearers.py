"""Who loses what: whoever delivers, each investor and each guarantor apart, in every draw.

Payments less the cost of delivery are what all of them together are left with. An investor is left with what it is paid back and
what guarantors add, less what it put in; a guarantor with minus what it adds; whoever delivers with the rest. So nothing is counted
twice, and nothing is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from resettle.commissioning.finance import Paid, Tranche, expected_shortfall
from resettle.commissioning.language.capital import Capital, Guarantee
from resettle.commissioning.valuation.calendar import Calendar
from resettle.commissioning.valuation.spread import Spread, spread
from resettle.result import Record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Role = Literal["delivers", "invests", "gives", "guarantees"]
PENNY = 0.005


class Bearer(Record):
    """What one party is left with in one role, over all draws: a gain is positive, a loss negative.

    `chance_of_loss` is how often it loses, `worst` the mean loss in the worst twentieth of draws (negative: a gain). Who `gives` a
    grant has no loss: that money is meant to be gone.
    """

    party: str
    name: str
    role: Role
    net: Spread
    chance_of_loss: float
    worst: float


def bearers_of(
    calendar: Calendar, margin: Floats, tranches: list[Tranche], made: Paid | None
) -> tuple[list[Bearer], Floats]:
    """Everybody who is left with something, whoever delivers first; and what whoever delivers is left with in every draw."""
    capital = calendar.contract.capital
    if capital is None or made is None:
        return [bearer(deliverers(calendar), "delivers", margin)], margin
    own, others = margin, list[Bearer]()
    for instrument, found in zip(capital.instruments, tranches, strict=True):
        extra, back = made.guaranteed[found.name], made.tranches[found.name].sum(axis=1)
        put_in = float(found.drawn.sum())
        own = own + put_in - back
        role: Role = "invests" if found.loses else "gives"
        others.append(bearer(named(calendar, instrument.party), role, wide(back + extra - put_in, margin)))
    others += [
        bearer(named(calendar, guarantee.party), "guarantees", wide(-borne(capital, guarantee, tranches, made), margin))
        for guarantee in capital.guarantees
    ]
    return [bearer(named(calendar, capital.vehicle), "delivers", own), *others], own


def deliverers(calendar: Calendar) -> tuple[str, str]:
    """Who delivers where no vehicle stands between, and its name: the payee, or all payees together where there are several."""
    contract = calendar.contract
    parties = list(dict.fromkeys(party for p in contract.payments for party in contract.payees(p)))
    return "+".join(parties), " and ".join(contract.party(party).name for party in parties)


def borne(capital: Capital, guarantee: Guarantee, tranches: list[Tranche], made: Paid) -> Floats:
    """What one guarantor adds in every draw: its part of what all who cover an instrument add, by what each would at most."""
    import numpy as np

    drawn = {t.name: float(t.drawn.sum()) for t in tranches}
    total = np.zeros(1)
    for name in guarantee.covers:
        all_of_it = sum(most_of(g, drawn[name]) for g in capital.guarantees if name in g.covers)
        if all_of_it:
            total = total + made.guaranteed[name] * (most_of(guarantee, drawn[name]) / all_of_it)
    return total


def most_of(guarantee: Guarantee, drawn: float) -> float:
    """The most that one guarantor adds to one instrument, were all of it lost."""
    most = float("inf") if guarantee.most is None else float(guarantee.most) / len(guarantee.covers)
    return min(float(guarantee.share) * drawn, most)


def wide(amounts: Floats, margin: Floats) -> Floats:
    """Amounts in every draw."""
    import numpy as np

    return np.broadcast_to(amounts, margin.shape)


def named(calendar: Calendar, party: str) -> tuple[str, str]:
    """A party and its name."""
    return party, calendar.contract.party(party).name


def bearer(who: tuple[str, str], role: Role, net: Floats) -> Bearer:
    """One party in one role."""
    return Bearer(
        party=who[0],
        name=who[1],
        role=role,
        net=spread(net),
        chance_of_loss=0.0 if role == "gives" else float((net < -PENNY).mean()),
        worst=0.0 if role == "gives" else expected_shortfall(net),
    )
