"""Bringing people, plans and contacts into the workspace from the command line."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from resettle.cli.workspace import Home
from resettle.errors import ResettleError

SHOWN = 20


def import_records(
    kind: Annotated[str, typer.Argument(help="What the file holds: people, plans or contacts.")],
    file: Annotated[Path, typer.Argument(help="CSV or Excel file with the names of the columns in the first row.")],
    as_: Annotated[str, typer.Option("--as", help="E-mail address of the coordinator or administrator who does it.")],
    home: Home = Path("workspace"),
    mapping: Annotated[Path | None, typer.Option(help="TOML file that says which column is which.")] = None,
    confirm: Annotated[bool, typer.Option("--confirm", help="Bring it in; without it, it is only looked at.")] = False,
) -> None:
    """Bring people, plans or contacts into the workspace. Good rows come in, bad rows wait to be mended, nothing comes in twice."""
    if find_spec("django") is None:
        raise ResettleError("The workspace needs its extra: pip install 'resettle[web]'.")
    command = import_module("resettle.web.importing.command")
    done = command.run(home.resolve(), kind, file, as_, mapping, confirm)
    typer.echo(done.said)
    for line in done.problems[:SHOWN]:
        typer.echo(f"  {line}")
    if len(done.problems) > SHOWN:
        typer.echo(f"  ... and {len(done.problems) - SHOWN:,} more.")
    if done.like:
        typer.echo(f"  Somebody like them is here, so they are left out: {', '.join(done.like)}.")
        typer.echo("  Send the file on the page Bring in, and say there who they are.")
    if not confirm:
        typer.echo("Nothing was brought in. Add --confirm to do it.")


def register(app: typer.Typer) -> None:
    """Add the command of imports."""
    app.command("import-records")(import_records)
