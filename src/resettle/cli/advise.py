"""Should a contract be payment by results, what else could it be, and pages about it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from resettle.cli.printing import show_result, show_rows

Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
ContractPath = Annotated[Path, typer.Argument(metavar="CONTRACT.toml")]
BeliefsPath = Annotated[Path, typer.Option("--beliefs", help="TOML file of what is believed to happen.")]
Draws = Annotated[int, typer.Option(min=100, max=1_000_000, help="How many draws.")]
Seed = Annotated[int, typer.Option(min=0, help="Seed of every random number.")]


def advise(
    path: ContractPath, beliefs: BeliefsPath, draws: Draws = 10_000, seed: Seed = 1, as_json: Json = False
) -> None:
    """Should this be payment by results? A reasoned answer, and the contract beside other ways to pay."""
    from resettle.commissioning.alternatives import alternatives
    from resettle.commissioning.beliefs import read_beliefs
    from resettle.commissioning.compare import compare
    from resettle.commissioning.contract import read_contract
    from resettle.commissioning.verdict import verdict

    contract, believed = read_contract(path), read_beliefs(beliefs)
    found = verdict(contract, believed, draws=draws, seed=seed)
    show_result(found, as_json, ["question", "answer", "why"])
    if as_json:
        return
    beside = compare([contract, *alternatives(contract, believed, seed=seed)], believed, draws, seed)
    typer.echo(f"\n{beside.sentence}")
    show_rows(beside.risks(), list(beside.risks()[0]))


def report(
    path: ContractPath,
    out: Annotated[Path, typer.Option(help="Folder for the pages.")],
    beliefs: Annotated[Path | None, typer.Option(help="Beliefs: adds the stress test and the comparison.")] = None,
    evidence: Annotated[Path | None, typer.Option(help="Evidence file: adds the statement, with --at.")] = None,
    at: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Date of the statement.")] = None,
    groups: Annotated[Path | None, typer.Option(help="Groups of people: adds whom it pays to choose.")] = None,
    chain: Annotated[Path | None, typer.Option(help="Supply chain: adds how risk reaches subcontractors.")] = None,
    draws: Draws = 10_000,
    seed: Seed = 1,
) -> None:
    """Pages about a contract (HTML, and PDF where Typst is installed): term sheet, statement, stress test, comparison."""
    from resettle.commissioning.beliefs import read_beliefs
    from resettle.commissioning.contract import read_contract
    from resettle.commissioning.evidence import read_evidence
    from resettle.commissioning.price import read_chain
    from resettle.commissioning.stress import read_groups
    from resettle.errors import bad
    from resettle.report.contract import write_contract_report

    if beliefs is None and (groups or chain):
        raise bad("groups and a supply chain stand in the stress test, which needs beliefs", do="Add --beliefs.")
    if evidence is not None and at is None:
        raise bad("a statement needs its date", column="--at", do="Add --at 2026-03-31.")
    held = read_evidence(evidence, read_contract(path)) if evidence else None
    believed = read_beliefs(beliefs) if beliefs else None
    written = write_contract_report(
        path,
        out,
        believed,
        held,
        at.date() if at else None,
        groups=read_groups(groups) if groups else None,
        chain=read_chain(chain) if chain else None,
        draws=draws,
        seed=seed,
    )
    for made in written:
        typer.echo(f"Written: {made}")


def register(app: typer.Typer, contract_app: typer.Typer) -> None:
    """Add these commands."""
    app.command("advise")(advise)
    contract_app.command("report")(report)
