"""The verbs of contracts: new, schema, check, settle, explain."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from resettle.cli.printing import show_result

if TYPE_CHECKING:
    from resettle.commissioning.evidence import Evidence
    from resettle.commissioning.statement import Statement

contract_app = typer.Typer(
    help="Contracts: begin one, check it before anyone signs, and explain what it pays.", no_args_is_help=True
)

Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
ContractPath = Annotated[Path, typer.Argument(metavar="CONTRACT.toml")]
MaybeArea = Annotated[Path | None, typer.Argument(metavar="[AREA]", help="Folder of an area.")]
At = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Date of the statement.")]
StudyPath = Annotated[Path | None, typer.Option(help="Study file that answers the contract's measures.")]
EvidencePath = Annotated[
    Path | None, typer.Option("--evidence", help="TOML file of what no area holds, or CSV or Parquet of outcomes.")
]
Since = Annotated[Path | None, typer.Option(help="Statement (JSON) that was settled earlier and is carried on from.")]


@contract_app.command("new")
def new(
    path: Annotated[Path, typer.Argument(metavar="CONTRACT.toml", help="File to write; it must not be there yet.")],
    title: Annotated[str | None, typer.Option(help="What people call it.")] = None,
    commissioner: Annotated[str | None, typer.Option(help="Who pays.")] = None,
    provider: Annotated[str | None, typer.Option(help="Who provides.")] = None,
    service: Annotated[str | None, typer.Option(help="Service of the area, by service_id.")] = None,
    start: Annotated[str | None, typer.Option(help="First day.")] = None,
    end: Annotated[str | None, typer.Option(help="Last day.")] = None,
    people: Annotated[str | None, typer.Option(help="People expected.")] = None,
    pays: Annotated[
        str | None, typer.Option(help="fee, tariff, rate, volume, grant, budget; several with commas.")
    ] = None,
) -> None:
    """Begin a contract: ask a few questions, and write a file with a comment at each choice. Options answer without asking."""
    from resettle.commissioning.language.beginning import asked, begin_contract
    from resettle.errors import bad

    if path.exists():
        raise bad("there is such a file already", file=path, do="Choose another name; nothing was changed.")
    given = {
        "title": title,
        "commissioner": commissioner,
        "provider": provider,
        "service": service,
        "start": start,
        "end": end,
        "people": people,
        "pays": pays,
    }
    text = begin_contract(asked(lambda question, default: str(typer.prompt(question, default)), given))
    path.write_text(text, "utf-8")
    typer.echo(f"Wrote {path}. Next: resettle contract check {path}")


@contract_app.command("schema")
def schema() -> None:
    """The language of contracts as a JSON Schema, with which editors complete and check as you write."""
    import json

    from resettle.commissioning.language.schema import contract_schema

    typer.echo(json.dumps(contract_schema(), indent=2))


@contract_app.command("check")
def check(path: ContractPath) -> None:
    """Errors and warnings of a contract file, each with its line, why it matters and what to do. Ends with 1 on an error."""
    from resettle.commissioning.check import check_contract

    findings = check_contract(path)
    typer.echo("\n".join(str(finding) for finding in findings) or f"{path}: nothing to mend.")
    raise typer.Exit(1 if any(finding.severity == "error" for finding in findings) else 0)


def settle(
    path: ContractPath,
    at: At,
    area_path: MaybeArea = None,
    study: StudyPath = None,
    evidence: EvidencePath = None,
    since: Since = None,
    as_json: Json = False,
) -> None:
    """What is owed under a contract, line by line, on the evidence of an area, of a file, or of both."""
    statement = settled(path, at, area_path, study, evidence, since)
    show_result(statement, as_json, ["id", "rule", "quantity", "unit", "price", "amount", "payer", "payee"])
    if not as_json:
        typer.echo(f"\n{statement.explain()}")


@contract_app.command("explain")
def explain(
    path: ContractPath,
    at: At,
    area_path: MaybeArea = None,
    study: StudyPath = None,
    evidence: EvidencePath = None,
    since: Since = None,
    public: Annotated[bool, typer.Option("--public", help="For publication: no small numbers.")] = False,
) -> None:
    """The letter that says what is paid and why (or why not): for the provider, or for the public."""
    from resettle.commissioning.explain import explain as letter

    typer.echo(letter(settled(path, at, area_path, study, evidence, since), "public" if public else "provider"))


def settled(
    path: Path, at: datetime, area_path: Path | None, study: Path | None, evidence: Path | None, since: Path | None
) -> Statement:
    """The statement of a day, on what was given."""
    from resettle.commissioning.contract import read_contract
    from resettle.commissioning.evidence import Evidence, read_evidence
    from resettle.commissioning.settle import settle as run
    from resettle.errors import bad

    contract = read_contract(path)
    if study and area_path is None:
        raise bad("a study needs an area", value=study, do="Name the folder of the area after the contract.")
    held = of_area(area_path, path, at, study) if area_path else Evidence()
    held = read_evidence(evidence, contract, held) if evidence else held
    return run(contract, held, at.date(), read_statement(since) if since else None)


def of_area(area_path: Path, path: Path, at: datetime, study: Path | None) -> Evidence:
    """The evidence of an area, with the effect that a study finds."""
    from resettle.area import open_area
    from resettle.commissioning.contract import read_contract
    from resettle.commissioning.evidence import gather
    from resettle.commissioning.language.clocks import answered_by
    from resettle.evidence.evaluate import evaluate
    from resettle.evidence.study import read_study

    contract = read_contract(path)
    with open_area(area_path) as area:
        asked = read_study(study) if study else None
        answered = answered_by(contract, asked, evaluate(area, asked)) if asked else {}
        return gather(area, contract, at.date(), answered)


def read_statement(path: Path) -> Statement:
    """An earlier statement from its JSON; anything else is a `BadInput`."""
    from pydantic import ValidationError

    from resettle.commissioning.statement import Statement
    from resettle.document import read_text
    from resettle.errors import bad

    try:
        return Statement.from_json(read_text(path))
    except ValidationError as error:
        found = error.errors()[0]
        place = ".".join(str(part) for part in found["loc"]) or None
        raise bad(
            "not a statement that was settled here", file=path, column=place, do="Give the JSON of `resettle settle`."
        ) from None
