"""`resettle contract export` and `import`: a contract, and what it paid, in the standards that others read, and back."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from resettle.commissioning.statement import Statement


class Standard(StrEnum):
    """What to export to."""

    ocds = "ocds"
    giving = "360giving"
    indigo = "indigo"


def export(
    path: Annotated[Path, typer.Argument(metavar="CONTRACT.toml")],
    to: Annotated[Standard, typer.Option(help="Standard.")] = Standard.ocds,
    out: Annotated[Path | None, typer.Option(help="Write the document here; without it, print it.")] = None,
    publisher: Annotated[str, typer.Option(help="Who publishes (OCDS), or the prefix of grants (360Giving).")] = "",
    published: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Date of publication; absent: today.")
    ] = None,
    evidence: Annotated[Path | None, typer.Option(help="Evidence file: what was paid on it is exported too.")] = None,
    at: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Date of the statement, with --evidence.")
    ] = None,
) -> None:
    """A contract in OCDS with the UK extension, 360Giving or INDIGO, and a list of what that standard cannot hold."""
    from resettle.commissioning.contract import read_contract
    from resettle.commissioning.evidence import read_evidence
    from resettle.commissioning.settle import settle
    from resettle.commissioning.standards import to_360giving, to_indigo, to_ocds
    from resettle.errors import bad

    contract = read_contract(path)
    statements: tuple[Statement, ...] = ()
    if evidence is not None:
        if at is None:
            raise bad("a statement needs its date", column="--at", do="Add --at 2026-03-31.")
        statements = (settle(contract, read_evidence(evidence, contract), at.date()),)
    day = published.date() if published else date.today()
    if to is not Standard.indigo and not publisher:
        raise bad("the publisher is not named", column="--publisher", do="Name who publishes.")
    if to is Standard.ocds:
        written = to_ocds(contract, publisher, day, statements)
    elif to is Standard.giving:
        written = to_360giving(contract, publisher)  # type: ignore[assignment]
    else:
        written = to_indigo(contract, statements)  # type: ignore[assignment]
    text = written.document.to_json()
    if out is None:
        typer.echo(text)
    else:
        out.write_text(text, "utf-8")
        typer.echo(f"Written to {out}.")
    for loss in written.losses:
        typer.echo(f"Not held: {loss.what}. {loss.why}", err=True)


def bring_in(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="JSON document of the standard.")],
    source: Annotated[Standard, typer.Option("--from", help="Standard.")],
    out: Annotated[
        Path | None, typer.Option(help="Contract file to write; it must not be there yet. Without it, print.")
    ] = None,
    wanted: Annotated[
        str | None, typer.Option("--id", help="Contract or grant, where the document has several.")
    ] = None,
    service: Annotated[str | None, typer.Option(help="Service of the area that it buys, by service_id.")] = None,
) -> None:
    """A contract file from a published document (OCDS, 360Giving, INDIGO), and a list of what could not be carried over."""
    from resettle.commissioning.standards import bring_in as read
    from resettle.errors import bad

    if out is not None and out.exists():
        raise bad("there is such a file already", file=out, do="Choose another name; nothing was changed.")
    found = read(path, source.value, wanted, service)
    if out is None:
        typer.echo(found.text)
    else:
        out.write_text(found.text, "utf-8")
        typer.echo(f"Wrote {out}. Next: resettle contract check {out}")
    for sentence in found.assumed:
        typer.echo(f"Assumed: {sentence}", err=True)
    for loss in found.losses:
        typer.echo(f"Not carried over: {loss.what}. {loss.why}", err=True)


def register(contract_app: typer.Typer) -> None:
    """Add the commands to `resettle contract`."""
    contract_app.command("export")(export)
    contract_app.command("import")(bring_in)
