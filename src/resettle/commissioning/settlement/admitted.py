"""Which evidence counts: of this contract, in its days, known by the day, each id once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from resettle.commissioning.language.payments import UnitTariff
from resettle.commissioning.outcomes import Outcomes
from resettle.commissioning.records import CohortResult, Start
from resettle.commissioning.settlement.case import Case
from resettle.commissioning.settlement.keys import order_of
from resettle.commissioning.words import count, day
from resettle.errors import bad, did_you_mean
from resettle.result import Record

if TYPE_CHECKING:
    import pyarrow as pa

One = TypeVar("One", bound=Record)
ALL = ("counts", "results", "volumes", "levels", "spending", "outflows")
"""Kinds of records that have an `id`."""


def admitted(case: Case) -> tuple[Case, list[str]]:
    """The case with the evidence that counts, and notes on what was set aside."""
    evidence = case.evidence
    check_names(case)
    known = {e: f for e, f in evidence.effects.items() if f.known_on is None or f.known_on <= case.at}
    results = [r for r in once(evidence.results) if r.known_on is None or r.known_on <= case.at]
    records: dict[str, object] = {name: tuple(once(getattr(evidence, name))) for name in ALL}
    starts = [s for s in once_started(evidence.starts) if s.service in case.contract.population.services]
    outcomes, rank, notes = counted(case)
    kept = evidence.model_copy(update={**records, "results": tuple(results), "starts": tuple(starts), "effects": known})
    notes += late_notes(case, known, results)
    return replace(case, evidence=kept, outcomes=outcomes, rank=rank), notes


def check_names(case: Case) -> None:
    """Evidence must name measures and payments that the contract has or had (`BadInput`)."""
    measures = {m.id for _, terms in case.held for m in terms.measures}
    for name in case.evidence.effects:
        if name.split("@")[0] not in measures:
            raise unknown("an effect for a measure that the contract does not have", name, measures)
    for result in case.evidence.results:
        if result.measure not in measures:
            raise unknown("a result for a measure that the contract does not have", result.measure, measures)
        most = max(len(replace(case, contract=terms).cohorts()) for _, terms in case.held)
        if result.cohort > most:
            raise bad(
                "a result for a cohort that the contract does not have",
                file=f"result {result.id}",
                column="cohort",
                value=result.cohort,
                do=f"The contract has {count(most, 'cohort')}.",
            )
    paying = {p.id for p in case.payments if p.kind in ("personal_budget", "cost_plus")}
    for row in case.evidence.spending:
        if row.payment not in paying:
            raise unknown("spending under a payment that the contract does not have", row.payment, paying)
    levels = {s.id for _, terms in case.held for s in terms.service_levels}
    for reading in case.evidence.levels:
        if reading.service_level not in levels:
            raise unknown("a reading of a service level that the contract does not have", reading.service_level, levels)
    instruments = {i.id for _, terms in case.held if terms.capital for i in terms.capital.instruments}
    for flow in case.evidence.outflows:
        if flow.instrument not in instruments:
            raise unknown(
                "money put in under an instrument that the contract does not have", flow.instrument, instruments
            )


def unknown(rule: str, name: str, known: Iterable[str]) -> Exception:
    """The fault of evidence that names something the contract does not have."""
    names = sorted(known)
    return bad(rule, value=name, do=did_you_mean(name, names) if names else "Leave it out.")


def once(records: Sequence[One]) -> list[One]:
    """Each record once, by id and in the order of the ids; the same id with other contents is a `BadInput`."""
    seen: dict[str, One] = {}
    for record in records:
        first = seen.setdefault(record.id, record)  # type: ignore[attr-defined]
        if first is not record and first != record:
            raise bad(
                "two different records have the same id",
                file=type(record).__name__,
                column="id",
                value=record.id,  # type: ignore[attr-defined]
                do="Give each its own id, or keep the right one.",
            )
    return [seen[name] for name in sorted(seen)]


def once_started(starts: Iterable[Start]) -> list[Start]:
    """Each start once, by id."""
    seen = {s.participation: s for s in sorted(starts, key=lambda s: (s.participation, s.started_on, s.person))}
    return list(seen.values())


def late_notes(case: Case, known: Mapping[str, object], results: Sequence[CohortResult]) -> list[str]:
    """Results that were not known on the day."""
    notes = [
        f"The result for {name} is set aside: it is of people followed until {day(e.known_on)}, after this statement."
        for name, e in case.evidence.effects.items()
        if name not in known and e.known_on
    ]
    ids = {r.id for r in results}
    return notes + [
        f"Result {r.id} is set aside: it was known on {day(r.known_on)}, after this statement."
        for r in sorted(case.evidence.results, key=lambda r: r.id)
        if r.id not in ids and r.known_on
    ]


def counted(case: Case) -> tuple[Outcomes, Any, list[str]]:
    """The outcomes that count, each id once, their places in the order of the ids, and notes on those set aside."""
    import pyarrow as pa
    import pyarrow.compute as pc

    (table, rank), contract = each_once(case.outcomes.table), case.contract
    priced = [p for _, terms in case.held for p in terms.payments if isinstance(p, UnitTariff)]
    codes = {o for p in priced for o in p.prices} | {r.on for p in priced for r in p.reclaim}
    observed = table["observed_on"]
    other_lot = pc.not_equal(table["lot"], contract.id)
    later = pc.greater(observed, pa.scalar(case.at, pa.date32()))
    outside = pc.or_(
        pc.less(observed, pa.scalar(contract.period.start, pa.date32())),
        pc.greater(observed, pa.scalar(contract.end, pa.date32())),
    )
    here = pc.invert(pc.or_(pc.or_(other_lot, later), outside))
    known = pc.is_in(table["outcome"], pa.array(sorted(codes), pa.string()))
    reasons: Counter[str] = Counter()
    for lot, number in tally(table.filter(other_lot)["lot"]).items():
        reasons[f"evidence for another lot ({lot})"] += number
    own = pc.invert(other_lot)
    reasons["observed after the day of this statement"] += true(pc.and_(own, later))
    reasons["observed outside the period of the contract"] += true(pc.and_(own, pc.and_(outside, pc.invert(later))))
    notes = [f"{count(n, 'outcome')} set aside: {why}." for why, n in sorted(reasons.items()) if n]
    notes += unpriced_note(tally(table.filter(pc.and_(here, pc.invert(known)))["outcome"]))
    kept = pc.and_(here, known)
    rows = kept.to_numpy()
    return Outcomes(as_known(table if rows.all() else table.filter(kept), case.at)), rank[rows], notes


def true(flags: pa.ChunkedArray) -> int:
    """How many flags are set."""
    import pyarrow.compute as pc

    return int(pc.sum(flags).as_py() or 0)


def tally(column: pa.ChunkedArray) -> dict[str, int]:
    """How often each value stands in a column."""
    return {row["values"]: row["counts"] for row in column.value_counts().to_pylist()}


def unpriced_note(unpriced: dict[str, int]) -> list[str]:
    """Outcomes for which the contract has no price, with their codes: a misspelt code shows here."""
    if not unpriced:
        return []
    codes = ", ".join(f"{code} {n:,}" for code, n in sorted(unpriced.items()))
    return [f"{count(sum(unpriced.values()), 'outcome')} set aside: the contract has no price for them ({codes})."]


def as_known(table: pa.Table, at: date) -> pa.Table:
    """Outcomes as they were known on a day: a later verification is not there yet."""
    import pyarrow as pa
    import pyarrow.compute as pc

    later = pc.greater(table["verified_on"], pa.scalar(at, pa.date32()))
    if not true(later):
        return table
    place = table.column_names.index("verified_on")
    return table.set_column(place, "verified_on", pc.if_else(later, pa.scalar(None, pa.date32()), table["verified_on"]))


def each_once(table: pa.Table) -> tuple[pa.Table, Any]:
    """Each piece of evidence once, by id, and its place in the order of the ids; one id with two contents is a `BadInput`."""
    import numpy as np

    order, same = order_of(table["evidence_id"].combine_chunks())
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    if not same.any():
        return table, rank
    again = order[same]
    firsts = order[~same]
    leader = firsts[(~same).cumsum() - 1][same]
    left, right = table.take(again).combine_chunks(), table.take(leader).combine_chunks()
    for row, (one, other) in enumerate(zip(left.to_pylist(), right.to_pylist(), strict=True)):
        if one != other:
            raise bad(
                "two different outcomes have the same id",
                column="evidence_id",
                value=left["evidence_id"][row].as_py(),
                do="Give each outcome its own id, or keep the right one.",
            )
    kept = np.sort(firsts)
    return table.take(kept), rank[kept]
