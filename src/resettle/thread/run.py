"""`run_thread`: one run file, the whole way from an area's records to a reinvestment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from os.path import normpath
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from resettle.area import Area, literals, open_area
from resettle.commissioning.contract import Contract, read_contract
from resettle.commissioning.evidence import gather
from resettle.commissioning.language.clocks import answered_by
from resettle.commissioning.settle import settle
from resettle.commissioning.statement import Statement
from resettle.document import read_document
from resettle.errors import bad, did_you_mean
from resettle.evidence.effect import Effect
from resettle.evidence.evaluate import evaluate, study_curves
from resettle.evidence.follow import GROUPINGS
from resettle.evidence.measures import measure
from resettle.evidence.study import Study, read_study
from resettle.goodlives.need import needs
from resettle.provenance import Provenance, hash_file
from resettle.reference.overrides import read_overrides
from resettle.reinvestment.appraisal import Appraisal, Overrides, read_appraisal
from resettle.reinvestment.programme import project_programme
from resettle.reinvestment.rounds.allocate import reinvest
from resettle.reinvestment.rounds.arriving import check as check_stocks
from resettle.reinvestment.valuing import savings
from resettle.thread.links import link
from resettle.thread.macro import MacroDocuments, ReinvestmentBlock, go_on, read_macro
from resettle.thread.thread import Thread

if TYPE_CHECKING:
    from resettle.thread.graph import Graph

STAGES = ("people and outcomes", "impact", "contract and payment", "savings", "need and reinvestment", "links")


class RunFile(BaseModel):
    """A run file: which area, study, contract and appraisal make the thread. Paths are relative to the file.

    `settle_at` is the date of the statement. `people_a_month` is how many start the programme each month if it goes on
    (default: as many as in the study, over the area's period; required where dates are nominal). `figures` names a file
    of the user's own figures. `reinvestment` takes the effect through the flows of the whole system, to dated rounds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    area: str
    study: str
    contract: str
    appraisal: str
    settle_at: date
    figures: str | None = None
    by: tuple[str, ...] = ()
    people_a_month: float | None = Field(None, gt=0, le=1_000_000)
    draws: int = Field(10_000, ge=100, le=1_000_000)
    seed: int = Field(1, ge=0)
    reinvestment: ReinvestmentBlock | None = None

    @field_validator("by")
    @classmethod
    def _known_groupings(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [name for name in names if name not in GROUPINGS]
        if unknown:
            do = did_you_mean(unknown[0], GROUPINGS)
            raise PydanticCustomError("grouping", "unknown grouping", {"do": do})
        return names


class ThreadRun:
    """A run that has been made: its `result`, and the `graph` of links along which it can be traced."""

    def __init__(self, result: Thread, graph: Graph) -> None:
        self.result = result
        self.graph = graph


@dataclass(frozen=True)
class Documents:
    """A run file and the documents that it names, read and typed."""

    file: Path
    run: RunFile
    study: Study
    contract: Contract
    appraisal: Appraisal
    macro: MacroDocuments | None = None


def read_documents(file: Path) -> Documents:
    """Read a run file and what it names; every fault is a `BadInput` with its file and line."""
    run = read_document(RunFile, file)
    folder = file.parent
    study, contract = read_study(folder / run.study), read_contract(folder / run.contract)
    appraisal = read_appraisal(folder / run.appraisal)
    macro = read_macro(run.reinvestment, file) if run.reinvestment else None
    if macro:
        check_stocks(macro.scenario.months, appraisal, macro.block.stocks, file)
    return Documents(file, run, study, contract, appraisal, macro)


def make_thread(
    path: str | Path, progress: Callable[[str], None] = lambda stage: None, area: str | Path | None = None
) -> ThreadRun:
    """Run the thread that a run file describes.

    `progress` is called with each of `STAGES` as it begins. `area` replaces the area that the file names. Nothing is
    written. The same files and seed give the same result.
    """
    documents = read_documents(Path(path))
    with open_area(area or normpath(documents.file.parent / documents.run.area)) as opened:
        check_fit(documents, opened)
        result = go_through(opened, documents, progress)
        progress(STAGES[5])
        return ThreadRun(result, link(opened, result, documents.contract, documents.study))


def go_through(area: Area, documents: Documents, progress: Callable[[str], None]) -> Thread:
    """Station by station, from the records to the reinvestment."""
    run, study, contract, appraisal = documents.run, documents.study, documents.contract, documents.appraisal
    progress(STAGES[0])
    clock = study.named_clock
    measured = measure(area, clock, start=study.start, end=study.end)
    groups = measure(area, clock, run.by, start=study.start, end=study.end) if run.by else None
    progress(STAGES[1])
    effect, curves = evaluate(area, study), study_curves(area, study)
    progress(STAGES[2])
    statement = pay(area, contract, study, effect, run.settle_at)
    progress(STAGES[3])
    volume = run.people_a_month or people_a_month(documents.file, area, effect)
    events = next((m for m in measured.measures if m.name == "per_reoffender"), None)
    own = own_figures(area, documents)
    projection = project_programme(effect, appraisal, volume, events, draws=run.draws, seed=run.seed)
    need = needs(area)
    if documents.macro:
        macro, saved, allocated = go_on(area, documents.macro, effect, appraisal, statement, events, own, run.seed)
        progress(STAGES[4])
    else:
        saved = savings(area.info.name, effect, appraisal, volume, events, own=own, draws=run.draws, seed=run.seed)
        progress(STAGES[4])
        macro, allocated = None, reinvest(area, saved, need)
    return Thread(
        title=run.title,
        info=area.info,
        people=count(area, "person"),
        plans=count(area, "plan"),
        services=services(area, contract),
        names={**names(area), **(documents.macro.titles if documents.macro else {})},
        contract_title=contract.title,
        contract_id=contract.id,
        study=study,
        clock=clock,
        measures=measured,
        groups=groups,
        curves=curves,
        effect=effect,
        statement=statement,
        projection=projection,
        savings=saved,
        needs=need,
        allocations=allocated,
        macro=macro,
        figures=tuple({f.name: f for f in (*(macro.flows.figures if macro else ()), *saved.figures)}.values()),
        truth=known_truth(area, study),
        provenance=provenance(documents, area),
    )


def known_truth(area: Area, study: Study) -> float | None:
    """The true effect on the treated that a synthetic area holds for the study's services, weighted by their people."""
    rows = area.query(
        f"SELECT people, effect FROM truth WHERE service_id IN {literals(study.programme.services)} AND people > 0"
    ).to_pylist()
    people = sum(row["people"] for row in rows)
    return sum(row["people"] * row["effect"] for row in rows) / people if people else None


def check_fit(documents: Documents, area: Area) -> None:
    """Refuse documents that do not belong together."""
    file, study, contract, appraisal = documents.file, documents.study, documents.contract, documents.appraisal
    unstudied = [s for s in contract.population.services if s not in study.programme.services]
    if unstudied and any(p.kind == "outcome_rate" for p in contract.payments):
        raise bad(
            "the contract pays for a service that the study does not evaluate",
            file=file,
            value=unstudied[0],
            do="Name the same services in both files.",
        )
    window = contract.population.index
    if window and (study.start, study.end) != (window.start, window.end):
        raise bad(
            "the study's people are not those whom the contract pays for",
            file=file,
            value=f"index dates {study.start} to {study.end}, and {window.start} to {window.end}",
            do="Give the study and the contract the same window of index dates.",
        )
    if area.info.currency != appraisal.currency and not appraisal.what_if:
        raise bad(
            "the area's money is of another currency than the appraisal's",
            file=file,
            value=f"{area.info.currency} and {appraisal.currency}",
            do="Set what_if = true in the appraisal if the area is to be valued at figures of another place.",
        )
    if contract.currency != appraisal.currency:
        raise bad(
            "the contract's currency is not the appraisal's",
            file=file,
            value=f"{contract.currency} and {appraisal.currency}",
            do="Use one currency.",
        )


def pay(area: Area, contract: Contract, study: Study, effect: Effect, at: date) -> Statement:
    """Settle the contract on the area's evidence; every measure under the study's clock is answered by its effect."""
    return settle(contract, gather(area, contract, at, answered_by(contract, study, effect)), at)


def own_figures(area: Area, documents: Documents) -> Overrides:
    """Figures of the user's own: the run's file first, then the area's."""
    name = documents.run.figures
    values = {**area.info.figures, **(read_overrides(documents.file.parent / name) if name else {})}
    return Overrides(values, name or "area.toml")


def people_a_month(file: Path, area: Area, effect: Effect) -> float:
    """People who started a month: the study's treated, over the months of the area's period."""
    if area.info.records == "nominal":
        raise bad(
            "the area's dates are nominal, so starts a month cannot be counted",
            file=file,
            column="people_a_month",
            do="Add people_a_month to the run file.",
        )
    months = (
        (area.info.period_end.year - area.info.period_start.year) * 12
        + area.info.period_end.month
        - area.info.period_start.month
        + 1
    )
    return effect.treated.n / months


def services(area: Area, contract: Contract) -> dict[str, str]:
    """Names of the contract's services by id. A service that the area does not have is a `BadInput`."""
    rows = area.query("SELECT service_id, name FROM service ORDER BY service_id").to_pylist()
    names = {row["service_id"]: row["name"] for row in rows}
    for service in contract.population.services:
        if service not in names:
            raise bad(
                "the contract names a service that the area does not have",
                file=area.path,
                column="service.service_id",
                value=service,
                do=f"The area has: {', '.join(names)}.",
            )
    return {service: names[service] for service in contract.population.services}


def names(area: Area) -> dict[str, str]:
    """Names of the area's places and services by id, for sentences."""
    rows = area.query(
        "SELECT place_id AS id, name FROM place UNION ALL SELECT service_id, name FROM service ORDER BY id"
    )
    return {row["id"]: row["name"] for row in rows.to_pylist()}


def count(area: Area, table: str) -> int:
    """How many rows a table has."""
    return int(area.query(f"SELECT count(*) AS n FROM {table}")["n"][0].as_py())


def provenance(documents: Documents, area: Area) -> Provenance:
    """Hashes of the run's documents and of every table of the area."""
    run, folder = documents.run, documents.file.parent
    further = documents.macro.files if documents.macro else ()
    named = {Path(n).name: folder / n for n in (run.study, run.contract, run.appraisal, run.figures, *further) if n}
    hashes = {name: hash_file(file) for name, file in {documents.file.name: documents.file, **named}.items()}
    return Provenance(
        inputs={**hashes, **area.provenance().inputs}, parameters=run.model_dump(mode="json"), seed=run.seed
    )
