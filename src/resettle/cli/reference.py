"""`resettle reference ...`: published figures, each with its source."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Published figures, each with its source.", no_args_is_help=True)
Own = Annotated[
    Path | None, typer.Option("--figures", help="TOML file of your own figures, put in place of published ones.")
]


@app.command("list")
def list_(prefix: Annotated[str, typer.Argument(metavar="[BEGINNING]", help="Only names that begin so.")] = "") -> None:
    """List figures by name, with their last value."""
    from resettle.cli.printing import show_rows
    from resettle.reference.figures import list_figures

    last = {figure.name: figure for figure in list_figures(prefix)}
    rows = [
        {
            "name": f.name,
            "value": f.value,
            "unit": f.unit,
            "period": f.period,
            "price_year": f.price_year and str(f.price_year),
        }
        for f in last.values()
    ]
    show_rows(rows, ["name", "value", "unit", "period", "price_year"])


@app.command("show")
def show(name: Annotated[str, typer.Argument(metavar="NAME")], figures: Own = None) -> None:
    """Show one figure in every period, with its place, price year, source and note."""
    from resettle.reference.figures import figure, published
    from resettle.reference.overrides import read_overrides

    own = read_overrides(figures) if figures else {}
    chosen = figure(name, overrides=own, overridden_by=str(figures))
    if chosen.overridden_by:
        typer.echo(str(chosen))
    for found in published()[name]:
        typer.echo(str(found))
    if chosen.note:
        typer.echo(f"Note: {chosen.note}")
