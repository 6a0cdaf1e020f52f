"""Investors in every draw: money in, the waterfall of what the vehicle receives, guarantees, returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from resettle.commissioning.finance import Paid, Tranche, irr_draws, waterfall
from resettle.commissioning.language.capital import Capital, Instrument
from resettle.commissioning.valuation.bearers import most_of
from resettle.commissioning.valuation.calendar import Calendar
from resettle.commissioning.valuation.pieces import Pieces
from resettle.result import Record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class InvestorValue(Record):
    """One instrument: money in, and over all draws what came back, its multiple, its return and its loss.

    `irr` is the return of the mean payments; `irr_p10`, `irr_p50` and `irr_p90` are over draws (None where most draws have no
    return to speak of). `guaranteed` is the mean that guarantors pay; `chance_of_loss` how often less came back than went in, and
    `loss_given_failure` the mean loss in those draws.
    """

    instrument: str
    party: str
    name: str
    kind: str
    put_in: float
    back: float
    guaranteed: float
    multiple: float | None
    irr: float | None
    irr_p10: float | None
    irr_p50: float | None
    irr_p90: float | None
    chance_of_loss: float
    loss_given_failure: float


def vehicle_receipts(calendar: Calendar, capital: Capital, paid: dict[str, Pieces]) -> Floats:
    """What the vehicle receives by month: payments that name it, or all where none does."""
    import numpy as np

    from resettle.commissioning.valuation.cash import horizon
    from resettle.commissioning.valuation.pieces import over_time

    contract = calendar.contract
    own = {p.id: float(contract.payees(p).get(capital.vehicle, 0)) for p in contract.payments if payable(contract, p)}
    if not any(own.values()):
        own = dict.fromkeys(paid, 1.0)
    months = horizon(paid, calendar)
    made = np.zeros((1, months))
    for name, found in paid.items():
        share = own.get(name, max(own.values()))
        if share:
            made = made + share * over_time(found, months)
    return made


def payable(contract: object, payment: object) -> bool:
    """Whether a payment has a payee: names one, or there is one provider."""
    return bool(
        getattr(payment, "payee", None) or getattr(payment, "payees", None) or getattr(contract, "providers", ())
    )


def tranche(calendar: Calendar, capital: Capital, instrument: Instrument, months: int) -> Tranche:
    """One instrument of a contract as a layer of the waterfall."""
    import numpy as np

    drawn = np.zeros(months)
    if instrument.drawdowns:
        for d in instrument.drawdowns:
            drawn[min(max(calendar.month_of(d.on), 0), months - 1)] += float(d.amount)
    else:
        drawn[0] = float(instrument.commitment)
    equity = [i for i in capital.instruments if i.kind == "equity"]
    whole = sum(float(i.commitment) for i in equity)
    return Tranche(
        name=instrument.id,
        drawn=drawn,
        rate=float(instrument.rate) if instrument.kind != "equity" else 0.0,
        seniority=instrument.rank,
        share_of_rest=float(instrument.commitment) / whole if instrument.kind == "equity" and whole else 0.0,
        most_rate=None if instrument.return_cap is None else float(instrument.return_cap),
        guarantee=covered(capital, instrument, drawn.sum()),
        repayable=instrument.kind in ("loan", "deferred_fee"),
        loses=instrument.kind != "grant",
    )


def covered(capital: Capital, instrument: Instrument, drawn: float) -> float:
    """How much of a total loss of one instrument guarantors bear."""
    return sum(most_of(g, drawn) for g in capital.guarantees if instrument.id in g.covers)


@dataclass(frozen=True)
class Investors:
    """Every instrument's value, its layer, and what the waterfall pays."""

    values: list[InvestorValue]
    tranches: list[Tranche]
    made: Paid | None

    @property
    def left(self) -> Floats | None:
        """What is left of the vehicle's receipts in every draw; None where there is no capital."""
        return None if self.made is None else self.made.left.sum(axis=1)


def investor_values(calendar: Calendar, paid: dict[str, Pieces]) -> Investors:
    """Every instrument in every draw; none where there is no capital."""
    import numpy as np

    capital = calendar.contract.capital
    if capital is None:
        return Investors([], [], None)
    came = np.maximum(vehicle_receipts(calendar, capital, paid), 0.0)
    months = came.shape[1]
    # Years are enough for returns: money is put together by quarter, so that 10,000 draws stay quick.
    quarters = (months + 2) // 3
    grouped = np.add.reduceat(came, np.arange(0, months, 3), axis=1)
    tranches = [tranche(calendar, capital, i, months) for i in capital.instruments]
    tranches = [by_quarter(t, months) for t in tranches]
    years = np.arange(quarters) / 4
    made = waterfall(grouped, tranches, years)
    values = [investor_value(calendar, i, t, made, years) for i, t in zip(capital.instruments, tranches, strict=True)]
    return Investors(values, tranches, made)


def by_quarter(found: Tranche, months: int) -> Tranche:
    """A tranche whose money is put in by quarter."""
    from dataclasses import replace

    import numpy as np

    return replace(found, drawn=np.add.reduceat(found.drawn, np.arange(0, months, 3)))


def investor_value(
    calendar: Calendar, instrument: Instrument, found: Tranche, made: Paid, years: Floats
) -> InvestorValue:
    """One instrument over all draws."""
    import numpy as np

    back, extra = made.tranches[found.name], made.guaranteed[found.name]
    put_in = float(found.drawn.sum())
    flows = back - found.drawn
    flows = flows + np.concatenate([np.zeros((len(extra), len(years) - 1)), extra[:, None]], axis=1)
    returns = irr_draws(flows, years) if found.loses else np.full(len(flows), np.nan)
    total = back.sum(axis=1) + extra
    lost = np.maximum(put_in - total, 0.0) if found.loses else np.zeros(len(total))
    usual = np.nanquantile(returns, (0.1, 0.5, 0.9)) if np.isfinite(returns).mean() > 0.5 else [None] * 3
    mean = irr_draws(flows.mean(axis=0)[None, :], years)[0] if found.loses else np.nan
    low, middle, high = (None if q is None else float(q) for q in usual)
    return InvestorValue(
        instrument=instrument.id,
        party=instrument.party,
        name=calendar.contract.party(instrument.party).name,
        kind=instrument.kind,
        put_in=put_in,
        back=float(back.sum(axis=1).mean()),
        guaranteed=float(extra.mean()),
        multiple=float(total.mean() / put_in) if put_in else None,
        irr=None if np.isnan(mean) else float(mean),
        irr_p10=low,
        irr_p50=middle,
        irr_p90=high,
        chance_of_loss=float((lost > 0.005).mean()),
        loss_given_failure=float(lost[lost > 0.005].mean()) if (lost > 0.005).any() else 0.0,
    )
