"""Retention from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from resettle.cli.upkeep import module
from resettle.cli.workspace import Home


def retain(
    home: Home = Path("workspace"),
    erase: Annotated[bool, typer.Option("--erase", help="Erase what is due; without it, it is only listed.")] = False,
) -> None:
    """List the records whose time is over by the organisation's schedule, or erase them. Books and counts stay right."""
    upkeep, home = module("retain"), home.resolve()
    if erase:
        done = upkeep.run(home)
        typer.echo(
            f"Erased {done.kinds:,} kinds of record of {done.people:,} people: {done.rows:,} rows and {done.files:,} files."
        )
        typer.echo(f"Erased what {done.unmended:,} rows of files said that were never mended.")
        typer.echo(
            "The log is on the page Retention. Back-ups that were made before still hold it: delete them in time."
        )
        return
    found = upkeep.due(home)
    for one in found:
        for label, last, why in one.kinds:
            typer.echo(f"{one.record}  {label}: kept until {last}. {why}")
    typer.echo(f"{upkeep.unmended(home):,} rows of files were never mended and are past their day.")
    typer.echo(f"{len(found):,} people have records to erase today. Nothing was erased.")


def register(app: typer.Typer) -> None:
    """Add the command of retention."""
    app.command("retain")(retain)
