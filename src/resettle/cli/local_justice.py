"""Local Justice Reinvestment, from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from resettle.cli.circles import Json


def local_justice_(
    basket: Annotated[Path, typer.Argument(metavar="BASKET.toml", help="Metrics, prices and quantities.")],
    area: Annotated[Path | None, typer.Option(help="Area from which metrics are counted.")] = None,
    as_json: Json = False,
) -> None:
    """Local Justice Reinvestment as it was run: from flows at agreed prices to the reward, and net of the national trend."""
    from resettle.area import open_area
    from resettle.cli.printing import show_result, show_rows
    from resettle.reinvestment.local_justice import local_justice

    if area is None:
        found = local_justice(basket)
    else:
        with open_area(area) as held:
            found = local_justice(basket, held)
    show_result(found, as_json)
    if as_json:
        return
    typer.echo("\nThe basket:")
    show_rows(found.by_metric(), list(found.by_metric()[0]))
    if found.note:
        typer.echo(f"\n{found.note}")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("local-justice")(local_justice_)
