"""The pages about a contract, written as HTML that needs nothing from outside, and as PDF where Typst is installed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from resettle.commissioning.alternatives import alternatives
from resettle.commissioning.beliefs import Beliefs
from resettle.commissioning.compare import compare
from resettle.commissioning.contract import read_contract
from resettle.commissioning.evidence import Evidence
from resettle.commissioning.language.terms import Contract
from resettle.commissioning.price import Chain, passed_on
from resettle.commissioning.settle import settle
from resettle.commissioning.stress import Groups, believed_segments, segment_tariff
from resettle.commissioning.tornado import tornado
from resettle.commissioning.value import SEED, Valuation, value
from resettle.commissioning.verdict import verdict
from resettle.report.chaptered import write_chapters
from resettle.report.contract.chapters import comparison_chapters, statement_chapters, stress, term_sheet
from resettle.report.contract.shared import believed_margins, chain_chapter, margins
from resettle.report.study.chapter import Chapter


def write_contract_report(
    contract_file: Path,
    out: Path,
    beliefs: Beliefs | None = None,
    evidence: Evidence | None = None,
    at: date | None = None,
    *,
    groups: Groups | None = None,
    chain: Chain | None = None,
    draws: int = 10_000,
    seed: int = SEED,
) -> list[Path]:
    """Write the pages of a contract to a folder.

    Always the term sheet; with `beliefs` the stress test and the comparison with alternatives; with `evidence` and `at` the
    statement. `groups` of people and a supply `chain` add to the stress test. Each as HTML, and as PDF where Typst is installed.
    """
    contract = read_contract(contract_file)
    pages = [("term-sheet", f"Term sheet: {contract.title}", "contract", term_sheet(contract))]
    if evidence is not None and at is not None:
        statement = settle(contract, evidence, at)
        pages.append(("statement", f"Statement: {contract.title}", "payment", statement_chapters(statement)))
    if beliefs is not None:
        pages += valued_pages(contract_file, contract, beliefs, (groups, chain), draws, seed)
    out.mkdir(parents=True, exist_ok=True)
    caveat = " ".join(dict.fromkeys(n for n in (contract.note, beliefs.note if beliefs else "") if n))
    return [path for name, title, here, made in pages for path in write_chapters(out / name, title, here, caveat, made)]


def valued_pages(
    contract_file: Path,
    contract: Contract,
    beliefs: Beliefs,
    beside: tuple[Groups | None, Chain | None],
    draws: int,
    seed: int,
) -> list[tuple[str, str, str, list[Chapter]]]:
    """The stress test, and the comparison where anything is expected to be paid."""
    found = value(contract, beliefs, draws, seed)
    bars = tornado(lambda inputs: read_contract(contract_file, inputs), beliefs, min(draws, 1000), seed)
    answer = verdict(contract, beliefs, draws=draws, seed=seed)
    made = stress(contract, beliefs, found, bars, answer)
    made += people_and_chain(contract, beliefs, found, *beside)
    pages = [("stress-test", f"Stress test: {contract.title}", "contract", made)]
    if found.total.mean > 0:
        others = alternatives(contract, beliefs, seed=seed)
        side = compare([contract, *others], beliefs, min(draws, 5000), seed)
        pages.append(("comparison", f"Comparison: {contract.title}", "contract", comparison_chapters(side)))
    return pages


def people_and_chain(
    contract: Contract, beliefs: Beliefs, found: Valuation, groups: Groups | None, chain: Chain | None
) -> list[Chapter]:
    """Whom it pays to choose, and how the risk reaches subcontractors."""
    made = []
    if groups is not None:
        made.append(margins(segment_tariff(contract, groups)))
    else:
        fees = sum(p.spread.mean for p in found.payments if p.kind != "unit_tariff")
        alike = believed_segments(contract, beliefs, fees, found.cost.mean)
        made += [believed_margins(alike)] if alike else []
    if chain is not None:
        made.append(chain_chapter(passed_on(contract, beliefs, chain, found.draws, found.seed)))
    return made
