"""`Evidence`: everything a contract is settled on, and `gather`, which reads it from an area as it was known on a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, InstanceOf, field_serializer

from resettle.area import Area, Steps, literal, literals
from resettle.area.sound import require_sound
from resettle.commissioning.language.base import Period
from resettle.commissioning.language.terms import Contract
from resettle.commissioning.outcomes import Outcomes
from resettle.commissioning.records import (
    CohortResult,
    LevelReading,
    OutcomeCount,
    Outflow,
    Spending,
    Start,
    VolumeCount,
)
from resettle.commissioning.statement import OutcomeEvidence
from resettle.document import read_document
from resettle.errors import BadInput, bad, did_you_mean
from resettle.evidence.effect import Effect
from resettle.provenance import Provenance, hash_file
from resettle.result import Record


class Evidence(Record):
    """What `settle` reads: outcomes of single people, results of cohorts, and what was delivered and spent.

    `outcomes` are records, or `Outcomes` (columns) where there are very many; `counts` are numbers of them, where only those were
    published. `effects` are results of an evaluation by measure id
    (`measure@2` for the second cohort); `results` are results of cohorts as published. `volumes` replace the count of `starts`
    where a contract pays by volume. `notes` are sentences that must stand on the statement (that records are nominal or
    synthetic, for instance).
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    outcomes: InstanceOf[Outcomes] | tuple[OutcomeEvidence, ...] = ()
    counts: tuple[OutcomeCount, ...] = ()
    effects: dict[str, Effect] = {}
    results: tuple[CohortResult, ...] = ()
    starts: tuple[Start, ...] = ()
    volumes: tuple[VolumeCount, ...] = ()
    levels: tuple[LevelReading, ...] = ()
    spending: tuple[Spending, ...] = ()
    outflows: tuple[Outflow, ...] = ()
    notes: tuple[str, ...] = ()
    provenance: Provenance = Provenance()

    @field_serializer("outcomes")
    def _rows(self, outcomes: Outcomes | tuple[OutcomeEvidence, ...]) -> tuple[OutcomeEvidence, ...]:
        return tuple(outcomes)


def gather(area: Area, contract: Contract, at: date, effects: Mapping[str, Effect] | None = None) -> Evidence:
    """Read a contract's evidence from an area: only its services, in its period, and only what was known on day `at`.

    Reads `outcome`, `programme`, `service` and, where the contract has an index window, `index_event`; where it pays a personal
    budget, also `spend`. A verification dated after `at` is left out, so that the outcome counts as not verified yet. People in a
    comparison arm are no starts. A service that the area does not know is a `BadInput`. `effects` are passed on as they are, by
    measure id.
    """
    budgets = [p.id for p in contract.payments if p.kind == "personal_budget"]
    tables = ("outcome", "programme", "service", "index_event", *(["spend"] if budgets else []))
    require_sound(area, "service", also=tables)
    check_services(area, contract)
    steps = evidence_steps(contract, at)
    return Evidence(
        outcomes=Outcomes(area.run(steps, "outcomes")),
        effects=dict(effects or {}),
        starts=tuple(Start(**row) for row in area.run(steps, "starts").to_pylist()),
        spending=spent_for_people(area, contract, budgets[0], at) if len(budgets) == 1 else (),
        notes=area_notes(area, contract, budgets),
        provenance=area.provenance(*tables, at=at.isoformat()),
    )


def check_services(area: Area, contract: Contract) -> None:
    """Every service of the contract must be one of the area's, or have participations there."""
    sql = (
        "SELECT CAST(service_id AS VARCHAR) AS id FROM service UNION SELECT CAST(service_id AS VARCHAR) FROM programme"
    )
    known = [row["id"] for row in area.query(sql).to_pylist()]
    for service in contract.population.services:
        if service not in known:
            raise bad(
                "the area has no such service",
                file=area.path,
                column="population.services",
                value=service,
                do=did_you_mean(service, known) if known else "Add the tables service and programme to the area.",
            )


def evidence_steps(contract: Contract, at: date) -> Steps:
    """The queries behind `gather`, to be looked at one by one."""
    services, start = literals(contract.population.services), literal(contract.period.start)
    last = literal(min(at, contract.period.end))
    return (
        Steps()
        .then(
            "lots",
            f"SELECT CAST(service_id AS VARCHAR) AS service, CAST(any_value(contract_id) AS VARCHAR) AS lot FROM service "
            f"WHERE CAST(service_id AS VARCHAR) IN {services} GROUP BY 1",
            "the contract or lot under which each service runs",
        )
        .then(
            "outcomes",
            f"""SELECT CAST(o.outcome_id AS VARCHAR) AS evidence_id, CAST(o.person_id AS VARCHAR) AS person,
                COALESCE(l.lot, {literal(contract.id)}) AS lot, o.outcome, o.observed_on, o.verification,
                CASE WHEN o.verified_on <= {literal(at)} THEN o.verified_on END AS verified_on, o.band,
                CAST(o.goal_id AS VARCHAR) AS goal
            FROM outcome o LEFT JOIN lots l ON l.service = CAST(o.service_id AS VARCHAR)
            WHERE CAST(o.service_id AS VARCHAR) IN {services} AND o.observed_on BETWEEN {start} AND {last}
                {of_the_window(contract.population.index)}
            ORDER BY evidence_id""",
            "outcomes of the contract's services, observed in its period, as known on the day",
        )
        .then(
            "starts",
            f"""SELECT CAST(p.participation_id AS VARCHAR) AS participation, CAST(p.person_id AS VARCHAR) AS person,
                CAST(p.service_id AS VARCHAR) AS service, p.started_on
            FROM programme p{in_window(contract.population.index)}
            WHERE CAST(p.service_id AS VARCHAR) IN {services} AND p.started_on BETWEEN {start} AND {last}
                AND COALESCE(p.arm, 'treated') <> 'comparison'
            ORDER BY participation""",
            "people who started one of the contract's services in its period",
        )
    )


def spent_for_people(area: Area, contract: Contract, budget: str, at: date) -> tuple[Spending, ...]:
    """What was spent from the budgets of people who started one of the contract's services, as known on the day.

    A refund is negative. A person's band is that of their latest outcome of those services which has one.
    """
    services, start = literals(contract.population.services), literal(contract.period.start)
    last = literal(min(at, contract.period.end))
    sql = f"""WITH began AS (
            SELECT CAST(p.person_id AS VARCHAR) AS person, min(p.started_on) AS started
            FROM programme p{in_window(contract.population.index)}
            WHERE CAST(p.service_id AS VARCHAR) IN {services} AND p.started_on BETWEEN {start} AND {last}
                AND COALESCE(p.arm, 'treated') <> 'comparison' GROUP BY 1
        ), banded AS (
            SELECT CAST(person_id AS VARCHAR) AS person, arg_max(band, (observed_on, CAST(outcome_id AS VARCHAR))) AS band
            FROM outcome
            WHERE CAST(service_id AS VARCHAR) IN {services} AND observed_on <= {last} AND band IS NOT NULL GROUP BY 1
        )
        SELECT CAST(s.spend_id AS VARCHAR) AS id, {literal(budget)} AS payment, s.spent_on, began.person, banded.band,
            CAST(s.goal_id AS VARCHAR) AS goal, COALESCE(s.category, '') AS what,
            CASE WHEN s.kind = 'refund' THEN -s.amount ELSE s.amount END AS amount
        FROM spend s JOIN began ON began.person = CAST(s.person_id AS VARCHAR)
            LEFT JOIN banded ON banded.person = began.person
        WHERE s.spent_on BETWEEN began.started AND {last}
        ORDER BY s.spent_on, id"""
    return tuple(Spending(**row) for row in area.query(sql).to_pylist())


def in_window(window: Period | None) -> str:
    """The join that keeps only participations whose index event falls in the window; nothing where there is none."""
    if window is None:
        return ""
    return (
        " JOIN index_event e ON CAST(e.index_id AS VARCHAR) = CAST(p.index_id AS VARCHAR) "
        f"AND e.index_date BETWEEN {literal(window.start)} AND {literal(window.end)}"
    )


def of_the_window(window: Period | None) -> str:
    """The condition that keeps only outcomes of people who took part after an index event in the window."""
    if window is None:
        return ""
    return f"""AND EXISTS (SELECT 1 FROM programme p{in_window(window)}
                    WHERE p.person_id = o.person_id AND CAST(p.service_id AS VARCHAR) = CAST(o.service_id AS VARCHAR))"""


def area_notes(area: Area, contract: Contract, budgets: list[str]) -> tuple[str, ...]:
    """What must stand on a statement made from this area."""
    notes = [] if area.info.records == "real" else [area.info.caveat]
    if area.info.currency != contract.currency:
        notes.append(
            f"The area keeps its money in {area.info.currency}; this contract pays in {contract.currency}. "
            "What it pays here is a what-if."
        )
    if len(budgets) > 1:
        notes.append(
            "The area does not say from which of the contract's personal budgets money was spent, so its spending is not read."
        )
    return tuple(notes)


class EvidenceFile(Record):
    """An evidence file: results, numbers and readings that are not in the tables of an area. `lot` is the contract they are for."""

    lot: str
    currency: str = "GBP"
    counts: tuple[OutcomeCount, ...] = ()
    results: tuple[CohortResult, ...] = ()
    starts: tuple[Start, ...] = ()
    outcomes: tuple[OutcomeEvidence, ...] = ()
    volumes: tuple[VolumeCount, ...] = ()
    levels: tuple[LevelReading, ...] = ()
    spending: tuple[Spending, ...] = ()
    outflows: tuple[Outflow, ...] = ()
    notes: tuple[str, ...] = ()


def read_evidence(path: str | Path, contract: Contract, also: Evidence | None = None) -> Evidence:
    """Read an evidence file for a contract, and put it to the evidence of an area.

    A Parquet or CSV file holds outcomes of single people, one a row, with the columns of `OutcomeEvidence`; any other file is a
    TOML document, `EvidenceFile`. Evidence for another lot, and money in another currency, are a `BadInput`.
    """
    file = Path(path)
    if file.suffix.lower() in (".xlsx", ".xls", ".ods", ".json", ".gz", ".zip"):
        raise bad("a kind of file that is not read", file=file, do="Save it as CSV, Parquet or TOML.")
    held = also or Evidence()
    found = {"outcomes": read_rows(file, contract)} if is_table(file) else read_records(file, contract)
    merged = {name: together(getattr(held, name), rows) for name, rows in found.items()}
    inputs = held.provenance.inputs | {file.name: hash_file(file)}
    return held.model_copy(update={**merged, "provenance": held.provenance.model_copy(update={"inputs": inputs})})


def is_table(file: Path) -> bool:
    """Whether a file holds rows, by the end of its name."""
    return file.suffix.lower() in (".parquet", ".csv")


def read_rows(file: Path, contract: Contract) -> Outcomes:
    """Outcomes in a file of rows; a file that has rows, and none of them for the contract's lot, is a `BadInput`."""
    found = Outcomes.read(file)
    lots = found.lots
    if lots and contract.id not in lots:
        raise another("lot", file, lots[0], contract.id)
    return found


def read_records(file: Path, contract: Contract) -> dict[str, tuple[Record | str, ...]]:
    """The records of a TOML document, by kind."""
    found = read_document(EvidenceFile, file)
    for key, given, wanted in (("lot", found.lot, contract.id), ("currency", found.currency, contract.currency)):
        if given != wanted:
            raise another(key, file, given, wanted)
    names = [name for name in EvidenceFile.model_fields if name not in ("lot", "currency")]
    return {name: getattr(found, name) for name in names if name != "outcomes" or found.outcomes}


def another(key: str, file: Path, given: str, wanted: str) -> BadInput:
    """The fault of evidence that is for something else than the contract."""
    rule = "evidence for another lot" if key == "lot" else "evidence in another currency than the contract"
    return bad(rule, file=file, column=key, value=given, do=f"The contract has {wanted}.")


def together(held: Any, found: Any) -> Any:
    """Rows of an area and of a file; columns stay columns."""
    if not isinstance(found, Outcomes):
        return (*held, *found)
    return Outcomes.of(held).also(found) if held else found
