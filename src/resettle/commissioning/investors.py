"""`repay`: what investors have put in, what they are repaid in their order, and what a guarantee bears, to the penny."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from resettle.commissioning.evidence import Evidence
from resettle.commissioning.language.capital import Capital, Instrument
from resettle.commissioning.language.reading import in_force
from resettle.commissioning.language.terms import Contract
from resettle.commissioning.statement import Statement
from resettle.errors import bad
from resettle.money import show, split, to_pence
from resettle.provenance import Provenance
from resettle.result import Record, Result

ZERO = Decimal("0.00")
YEAR = Decimal("365.25")


class Holding(Record):
    """One investor under one instrument: what was put in, repaid and earned, borne by guarantors, and lost."""

    instrument: str
    party: str
    drawn: Decimal
    repaid: Decimal
    earned: Decimal
    guaranteed: Decimal
    lost: Decimal

    @property
    def gain(self) -> Decimal:
        """What is got back, less what was put in."""
        return self.repaid + self.earned + self.guaranteed - self.drawn


class Repayment(Result):
    """How money received is handed on. `received` = all repaid and earned + `left` in the vehicle; guarantors pay on top."""

    title: str
    currency: str
    at: date
    received: Decimal
    holdings: tuple[Holding, ...]
    guaranteed: dict[str, Decimal]
    left: Decimal

    @property
    def sentence(self) -> str:
        """What was received and put in, and what investors gain or lose in all."""
        drawn = sum((h.drawn for h in self.holdings), ZERO)
        gain = sum((h.gain for h in self.holdings if h.lost or h.repaid or h.earned), ZERO)
        money = show(abs(gain), self.currency)
        end = f"Investors {'gain' if gain >= 0 else 'lose'} {money}."
        return f"{self.title}: {show(drawn, self.currency)} was put in, {show(self.received, self.currency)} received. {end}"

    def rows(self) -> list[dict[str, Any]]:
        """One row an instrument."""
        return [{**h.model_dump(), "gain": h.gain} for h in self.holdings]


def repay(contract: Contract, statement: Statement, evidence: Evidence, at: date) -> Repayment:
    """What the vehicle has received by the statement, handed on in the order of the contract's `[capital]`.

    First principal, then return (simple interest on what was put in), rank by rank; within a rank in proportion; what is left goes
    to equity, up to its return cap, or stays in the vehicle. Once the contract has ended, what was not repaid is a loss (a
    grant is none), of which guarantors bear what they promised. `evidence.outflows` is what was put in; without any, as planned.
    """
    terms = in_force(contract, at)
    if terms.capital is None:
        raise bad("the contract has no investors", column="capital", do="Add `[capital]`.")
    capital = terms.capital
    drawn = {i.id: put_in(terms, i, evidence, at) for i in capital.instruments}
    received = max(statement.by_payee.get(capital.vehicle, ZERO), ZERO)
    repaid, rest = by_rank(
        capital.instruments, {i.id: principal(i, total(drawn[i.id])) for i in capital.instruments}, received
    )
    owed = {i.id: interest(i, drawn[i.id], at) for i in capital.instruments}
    earned, rest = by_rank(capital.instruments, owed, rest)
    shared, left = to_equity(capital.instruments, drawn, rest, at)
    repaid_equity = {i: min(shared[i], total(drawn[i])) for i in shared}
    repaid = {i: repaid[i] + repaid_equity.get(i, ZERO) for i in repaid}
    earned = {i: earned[i] + shared.get(i, ZERO) - repaid_equity.get(i, ZERO) for i in earned}
    lost = {
        i.id: max(total(drawn[i.id]) - repaid[i.id] - earned[i.id], ZERO)
        if at >= terms.end and i.kind != "grant"
        else ZERO
        for i in capital.instruments
    }
    borne, by_guarantor = guaranteed(capital, lost)
    return Repayment(
        title=terms.title,
        currency=terms.currency,
        at=at,
        received=received,
        holdings=tuple(
            Holding(
                instrument=i.id,
                party=i.party,
                drawn=total(drawn[i.id]),
                repaid=repaid[i.id],
                earned=earned[i.id],
                guaranteed=borne[i.id],
                lost=lost[i.id] - borne[i.id],
            )
            for i in capital.instruments
        ),
        guaranteed=by_guarantor,
        left=left,
        provenance=Provenance(
            inputs=statement.provenance.inputs, parameters={"at": at.isoformat(), "statement": statement.id}
        ),
    )


Flows = list[tuple[date, Decimal]]


def put_in(terms: Contract, instrument: Instrument, evidence: Evidence, at: date) -> Flows:
    """What was put in by a day: as recorded, or else as planned. More than was promised is a `BadInput`."""
    flows = [(f.on, to_pence(f.amount)) for f in evidence.outflows if f.instrument == instrument.id]
    planned = [(d.on, d.amount) for d in instrument.drawdowns] or [(terms.period.start, instrument.commitment)]
    held = [(on, amount) for on, amount in (flows if evidence.outflows else planned) if on <= at]
    if total(held) > instrument.commitment:
        raise bad("more was put in than was promised", file=f"instrument {instrument.id}", value=total(held))
    return held


def total(flows: Flows) -> Decimal:
    """The sum of some flows."""
    return sum((amount for _, amount in flows), ZERO)


def principal(instrument: Instrument, drawn: Decimal) -> Decimal:
    """What must be repaid before any return: nothing of grants, nor of equity, which takes what is left."""
    return drawn if instrument.kind in ("loan", "deferred_fee") else ZERO


def interest(instrument: Instrument, flows: Flows, at: date) -> Decimal:
    """The return promised by a day: simple interest on each flow for its time."""
    if instrument.kind not in ("loan", "deferred_fee"):
        return ZERO
    return to_pence(sum((a * instrument.rate * Decimal((at - on).days) / YEAR for on, a in flows), Decimal(0)))


def by_rank(
    instruments: Sequence[Instrument], owed: dict[str, Decimal], money: Decimal
) -> tuple[dict[str, Decimal], Decimal]:
    """Pay what is owed, rank by rank, in proportion within a rank; what each gets, and what is left."""
    paid = {i.id: ZERO for i in instruments}
    for rank in sorted({i.rank for i in instruments}):
        own = [i.id for i in instruments if i.rank == rank and owed[i.id] > 0]
        due = sum((owed[i] for i in own), ZERO)
        part = min(due, money)
        if own:
            paid |= dict(zip(own, split(part, [owed[i] for i in own]), strict=True))
        money -= part
    return paid, money


def to_equity(
    instruments: Sequence[Instrument], drawn: dict[str, Flows], money: Decimal, at: date
) -> tuple[dict[str, Decimal], Decimal]:
    """Share what is left among equity by what each put in, up to each one's return cap; the rest stays in the vehicle."""
    shared = {i.id: ZERO for i in instruments if i.kind == "equity"}
    open_ = [i for i in instruments if i.kind == "equity" and total(drawn[i.id]) > 0]
    while open_ and money > 0:
        room = {i.id: most_of(i, drawn[i.id], at) - shared[i.id] for i in open_ if i.return_cap is not None}
        parts = dict(zip([i.id for i in open_], split(money, [total(drawn[i.id]) for i in open_]), strict=True))
        given = {i: min(part, room.get(i, part)) for i, part in parts.items()}
        for i, part in given.items():
            shared[i] += part
        money -= sum(given.values(), ZERO)
        full = [i for i in open_ if given[i.id] < parts[i.id]]
        if not full:
            break
        open_ = [i for i in open_ if i not in full]
    return shared, money


def most_of(instrument: Instrument, flows: Flows, at: date) -> Decimal:
    """The most that equity may receive by a day: what was put in, compounded at its cap on the internal rate of return."""
    growth = 1 + float(instrument.return_cap or 0)
    return to_pence(sum((a * Decimal(repr(growth ** ((at - on).days / float(YEAR)))) for on, a in flows), Decimal(0)))


def guaranteed(capital: Capital, lost: dict[str, Decimal]) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """What guarantors bear of each instrument's loss, and what each guarantor pays."""
    borne = dict.fromkeys(lost, ZERO)
    paid: dict[str, Decimal] = {}
    for guarantee in capital.guarantees:
        open_ = {i: lost[i] - borne[i] for i in guarantee.covers if lost[i] > borne[i]}
        loss = to_pence(sum(open_.values(), ZERO) * guarantee.share)
        part = loss if guarantee.most is None else min(loss, guarantee.most)
        if part:
            for i, amount in zip(open_, split(part, list(open_.values())), strict=True):
                borne[i] += amount
        paid[guarantee.party] = paid.get(guarantee.party, ZERO) + part
    return borne, paid
