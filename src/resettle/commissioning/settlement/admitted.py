"""Which evidence counts: of this contract, in its days, known by the day, each id once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from resettle.commissioning.language.payments import Fee, UnitTariff
from resettle.commissioning.records import CohortResult, Start
from resettle.commissioning.settlement.case import DAY, MONTHS, Case, months_later
from resettle.commissioning.settlement.columns import Columns, day_number
from resettle.commissioning.settlement.keys import all_differ, changes, in_order
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
    check_readings(case)
    known = {e: f for e, f in evidence.effects.items() if f.known_on is None or f.known_on <= case.at}
    results = [r for r in once(evidence.results) if r.known_on is None or r.known_on <= case.at]
    records: dict[str, object] = {name: tuple(once(getattr(evidence, name))) for name in ALL}
    begun = once_started(evidence.starts)
    starts = [s for s in begun if s.service in case.contract.population.services]
    columns, notes = counted(case)
    kept = evidence.model_copy(update={**records, "results": tuple(results), "starts": tuple(starts), "effects": known})
    notes += [*count_notes(case), *late_notes(case, known, results), *elsewhere_notes(case, begun)]
    return replace(case, evidence=kept, columns=columns), notes


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
    """Each start once, by id and in the order of the ids; the same id with other contents is a `BadInput`."""
    seen: dict[str, Start] = {}
    for start in starts:
        first = seen.setdefault(start.participation, start)
        if first != start:
            raise bad(
                "two different starts have the same id",
                column="participation",
                value=start.participation,
                do="Give each its own id, or keep the right one.",
            )
    return [seen[name] for name in sorted(seen)]


def elsewhere_notes(case: Case, starts: Sequence[Start]) -> list[str]:
    """Starts with services that the contract does not buy, and volumes where no payment follows volume."""
    counted = Counter(s.service for s in starts if s.service not in case.contract.population.services)
    named = ", ".join(f"{service} {n:,}" for service, n in sorted(counted.items()))
    notes = [f"{count(sum(counted.values()), 'start')} set aside: of another service ({named})."] if counted else []
    following = any(
        p.kind == "volume_bands" or (isinstance(p, Fee) and p.volume) for _, t in case.held for p in t.payments
    )
    if case.evidence.volumes and not following:
        number = count(len(case.evidence.volumes), "number")
        notes.append(f"{number} of people served set aside: no payment of this contract follows volume.")
    return notes


def check_readings(case: Case) -> None:
    """A service level is read once in each of its periods: two readings of one day would be credited twice (`BadInput`)."""
    every = {s.id: MONTHS[s.every] for _, terms in case.held for s in terms.service_levels}
    free: dict[str, tuple[date, str]] = {}
    for reading in sorted(once(case.evidence.levels), key=lambda r: (r.starts_on, r.id)):
        until, before = free.get(reading.service_level, (reading.starts_on, ""))
        if reading.starts_on < until:
            raise bad(
                f"two readings of service level {reading.service_level!r} for the same days",
                file=f"reading {reading.id}",
                column="starts_on",
                value=reading.starts_on,
                do=f"Reading {before} goes on to {until - DAY}: keep one of them, or correct its first day.",
            )
        free[reading.service_level] = months_later(reading.starts_on, every[reading.service_level]), reading.id


def count_notes(case: Case) -> list[str]:
    """Numbers of outcomes that do not count: without a price, or counted outside the period or after the day of the statement."""
    priced = {o for _, terms in case.held for p in terms.payments if isinstance(p, UnitTariff) for o in p.prices}
    start, notes = case.contract.period.start, list[str]()
    for one in once(case.evidence.counts):
        if one.outcome not in priced:
            notes.append(f"Number {one.id} is set aside: the contract has no price for its outcome ({one.outcome}).")
        elif one.counted_on > case.at:
            notes.append(
                f"Number {one.id} is set aside: it was counted on {day(one.counted_on)}, after this statement."
            )
        elif not start <= one.counted_on <= case.contract.end:
            notes.append(f"Number {one.id} is set aside: it was counted outside the period of the contract.")
    return notes


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


def counted(case: Case) -> tuple[Columns, list[str]]:
    """The outcomes that count, each id once, and notes on those set aside."""
    import numpy as np

    columns, contract = each_once(case.columns, case.at), case.contract
    priced = [p for _, terms in case.held for p in terms.payments if isinstance(p, UnitTariff)]
    codes = {o for p in priced for o in p.prices} | {r.on for p in priced for r in p.reclaim}
    (lot, lots), (outcome, named) = columns.words("lot"), columns.words("outcome")
    own = np.array([name == contract.id for name in lots])[lot]
    known = np.array([name in codes for name in named])[outcome]
    later = columns.observed > day_number(case.at)
    outside = (columns.observed < day_number(contract.period.start)) | (columns.observed > day_number(contract.end))
    here = own & ~(later | outside)
    others = columns.tally("lot", np.flatnonzero(~own))
    reasons = {f"evidence for another lot ({name})": number for name, number in others.items()}
    reasons["observed after the day of this statement"] = int((own & later).sum())
    reasons["observed outside the period of the contract"] = int((own & outside & ~later).sum())
    notes = [f"{count(n, 'outcome')} set aside: {why}." for why, n in sorted(reasons.items()) if n]
    notes += unpriced_note(columns.tally("outcome", np.flatnonzero(here & ~known)))
    return columns.only(np.flatnonzero(here & known), case.at), notes


def unpriced_note(unpriced: Mapping[str | None, int]) -> list[str]:
    """Outcomes for which the contract has no price, with their codes: a misspelt code shows here."""
    if not unpriced:
        return []
    codes = ", ".join(f"{code} {n:,}" for code, n in sorted((str(code), n) for code, n in unpriced.items()))
    return [f"{count(sum(unpriced.values()), 'outcome')} set aside: the contract has no price for them ({codes})."]


def each_once(columns: Columns, at: date) -> Columns:
    """Each piece of evidence once, by id; one id with two contents is a `BadInput`."""
    import numpy as np

    if all_differ(columns.rank):
        return columns
    order = in_order(columns.rank)
    first = changes(columns.rank[order])
    again, firsts = order[~first], order[first]
    require_alike(columns.table.take(again), columns.table.take(firsts[first.cumsum() - 1][~first]))
    return columns.only(np.sort(firsts), at)


def require_alike(again: pa.Table, before: pa.Table) -> None:
    """Rows of evidence that have the same id must be the same."""
    for row, (one, other) in enumerate(zip(again.to_pylist(), before.to_pylist(), strict=True)):
        if one != other:
            raise bad(
                "two different outcomes have the same id",
                column="evidence_id",
                value=again["evidence_id"][row].as_py(),
                do="Give each outcome its own id, or keep the right one.",
            )
