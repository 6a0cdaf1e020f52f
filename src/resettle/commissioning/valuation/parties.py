"""Who pays and who receives, in all and by year."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from resettle.commissioning.language.terms import Contract
from resettle.commissioning.valuation.calendar import Calendar
from resettle.commissioning.valuation.limits import WHOLE
from resettle.commissioning.valuation.payments import agreed
from resettle.commissioning.valuation.pieces import Pieces, over_time
from resettle.commissioning.valuation.spread import Spread, spread
from resettle.result import Record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class PartyValue(Record):
    """What one party pays, receives, or is left with (`margin`: receipts less the believed cost of delivery)."""

    party: str
    name: str
    what: str
    spread: Spread


class YearValue(Record):
    """What one payer needs in one contract year (from 1), by when money moves: the mean, and what suffices in 90 of 100 draws."""

    payer: str
    name: str
    year: int
    starts_on: date
    mean: float
    p90: float


def by_year(found: Pieces) -> Floats:
    """Pounds by contract year in which they are paid (draws x years)."""
    import numpy as np

    months = int(found.paid.max()) // 12 * 12 + 12 if len(found.paid) else 12
    return np.add.reduceat(over_time(found, months), np.arange(0, months, 12), axis=1)


def paid_by(calendar: Calendar, paid: dict[str, Pieces]) -> dict[str, Floats]:
    """What each payer pays by year, after the split of each payment and the payers' own caps."""
    import numpy as np

    contract = calendar.contract
    yearly = {name: by_year(found) for name, found in paid.items()}
    length = max(y.shape[1] for y in yearly.values())
    payers = {p: np.zeros((1, length)) for name in paid for p in contract.payer_shares(name)}
    for name, amounts in yearly.items():
        wide = np.pad(amounts, ((0, 0), (0, length - amounts.shape[1])))
        for payer, share in contract.payer_shares(name).items():
            payers[payer] = payers[payer] + float(share) * wide
    return within_caps(contract, payers)


def within_caps(contract: Contract, payers: dict[str, Floats]) -> dict[str, Floats]:
    """Payers' amounts after their own caps: what one need not pay falls to the others by their shares."""
    import numpy as np

    caps = contract.split.caps if contract.split else {}
    for name, most in caps.items():
        if name not in payers:
            continue
        running = np.cumsum(payers[name], axis=1)
        allowed = np.diff(np.minimum(running, float(most)), axis=1, prepend=0.0)
        over, payers[name] = payers[name] - allowed, allowed
        others = {p: float(s) for p, s in contract.shares.items() if p != name and p not in caps and p in payers}
        whole = sum(others.values())
        for other, share in others.items():
            payers[other] = payers[other] + over * share / whole
    return payers


def party_values(calendar: Calendar, paid: dict[str, Pieces], margin: Floats) -> list[PartyValue]:
    """What each payer pays and each payee receives; the margin where there is one payee."""
    import numpy as np

    contract, draws = calendar.contract, len(margin)
    made: list[tuple[str, str, Floats]] = [
        (party, "pays", np.broadcast_to(amounts.sum(axis=1), (draws,)))
        for party, amounts in paid_by(calendar, paid).items()
    ]
    received: dict[str, Floats] = {}
    for name, found in paid.items():
        for party, share in payees_of(calendar, name).items():
            received[party] = received.get(party, np.zeros(1)) + float(share) * found.total
    made += [(party, "receives", np.broadcast_to(a, (draws,))) for party, a in received.items()]
    if len(received) == 1:
        made.append((next(iter(received)), "margin", margin))
    return [PartyValue(party=p, name=contract.party(p).name, what=w, spread=spread(a)) for p, w, a in made]


def payees_of(calendar: Calendar, name: str) -> dict[str, Decimal]:
    """Who is paid under a payment; a limit on the whole is paid as the first payment is."""
    payments = {p.id: p for p in agreed(calendar)}
    own = calendar.contract.payments[0] if name == WHOLE else payments[name]
    return calendar.contract.payees(own)


def year_values(calendar: Calendar, paid: dict[str, Pieces]) -> list[YearValue]:
    """Every payer's need of money by year."""
    import numpy as np

    contract, start = calendar.contract, calendar.start
    return [
        YearValue(
            payer=party,
            name=contract.party(party).name,
            year=year + 1,
            starts_on=calendar.first_day(12 * year) if year else start,
            mean=float(amounts[:, year].mean()),
            p90=float(np.quantile(amounts[:, year], 0.9)),
        )
        for party, amounts in paid_by(calendar, paid).items()
        for year in range(amounts.shape[1])
    ]
