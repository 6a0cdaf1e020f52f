"""The workspace from the command line: serve, export and remind."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from resettle.errors import ResettleError

Home = Annotated[Path, typer.Option(help="Folder of the workspace: its database, key and files.")]


def serve(
    home: Home = Path("workspace"),
    port: Annotated[int, typer.Option(min=1024, max=65535, help="Port on this machine.")] = 8000,
    demo: Annotated[bool, typer.Option(help="A trial with 60 invented people; sign-ins are printed once.")] = False,
) -> None:
    """Start the workspace, the web application for people on a plan and those who work with them."""
    workspace().start(home.resolve(), port, demo)


def export(
    out: Annotated[Path, typer.Argument(metavar="AREA", help="Folder to write to; it must not be there yet.")],
    place: Annotated[str, typer.Option(help="Name of the area's place.")],
    home: Home = Path("workspace"),
    own_words: Annotated[bool, typer.Option(help="With people's own words, for those allowed to read them.")] = False,
) -> None:
    """Write a pseudonymised area from the workspace, for measuring, evaluating and paying."""
    counts = workspace().export(home.resolve(), out, place, own_words)
    typer.echo(
        f"{out}: {sum(counts.values()):,} rows in {sum(1 for n in counts.values() if n)} tables, {counts['person']:,} people."
    )
    typer.echo("Names, numbers, dates of birth and notes stay in the workspace, and so does the key of the pseudonyms.")


def pseudonymise(
    table: Annotated[str, typer.Argument(help="Table of the area that the extract is for, as offence.")],
    extract: Annotated[Path, typer.Argument(help="CSV, Excel or Parquet file with a CRN, PNC, CRO or prison number.")],
    out: Annotated[Path, typer.Argument(help="CSV file to write; it must not be there yet.")],
    mapping: Annotated[
        Path | None, typer.Option("--map", help="Mapping TOML, if the columns have other names.")
    ] = None,
    home: Home = Path("workspace"),
) -> None:
    """Put the pseudonyms of the workspace's exports in place of people's numbers, in an extract that somebody sent."""
    done = workspace().pseudonymise(home.resolve(), extract, out, table, mapping)
    left = sum(done.why.values())
    typer.echo(
        f"{extract.name}: {done.written + left:,} rows = {done.written:,} under pseudonyms in {out} + {left:,} left out."
    )
    for why, n in done.why.items():
        typer.echo(f"  {n:,} x {why}")
    if left:
        typer.echo(f"Rows left out are in {done.left_out}. That file names people: keep it in the office.")
    if done.columns:
        typer.echo(f"Columns left out, for they fill nothing in {table}: {', '.join(done.columns)}.")


def remind(home: Home = Path("workspace")) -> None:
    """Do what is due: set reviews, write reminders of appointments, send messages. Run it every hour; nothing goes twice."""
    counts = workspace().remind(home.resolve())
    typer.echo(
        f"Sent {counts['sent']:,}; {counts['waiting']:,} wait for a safe hour; {counts['held']:,} are held for a worker to look at."
    )
    typer.echo(
        f"Reminders: {counts['reminders_written']:,} written, {counts['reminders_dropped']:,} dropped. "
        f"Reviews: {counts['reviews_set']:,} set, {counts['reviews_overdue']:,} now overdue."
    )


def workspace() -> Any:
    """The module that starts the workspace; where its extra is not installed, one sentence says how."""
    try:
        from resettle.web import serve as module
    except ImportError:
        raise ResettleError("The workspace needs its extra: pip install 'resettle[web]'.") from None
    return module


def register(app: typer.Typer) -> None:
    """Add the commands of the workspace."""
    app.command("serve")(serve)
    app.command("export")(export)
    app.command("pseudonymise")(pseudonymise)
    app.command("remind")(remind)
