"""Whether a programme pays, from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from resettle.cli.circles import Json

if TYPE_CHECKING:
    from resettle.reinvestment.business_case.case import BusinessCase


def appraise(
    case: Annotated[Path, typer.Argument(metavar="CASE.toml", help="Programmes, people, costs, and how sure each is.")],
    area: Annotated[Path | None, typer.Option(help="Area on which the case's studies are evaluated.")] = None,
    figures: Annotated[Path | None, typer.Option(help="Figures of your own in place of published ones.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder to write the page to. One that `resettle` wrote before is replaced as a whole."),
    ] = None,
    draws: Annotated[int | None, typer.Option(help="How many draws, in place of the file's.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed, in place of the file's.")] = None,
    as_json: Json = False,
) -> None:
    """Whether a programme pays: to whom, by when, how sure, what would change it, and every figure that it rests on."""
    from resettle.area import open_area
    from resettle.reference.overrides import read_overrides
    from resettle.reinvestment.business_case.case import appraise_case

    if out is not None:
        from resettle.report.business_case.write import MARK
        from resettle.report.folder import check_replaceable

        check_replaceable(out, MARK)
    own = read_overrides(figures) if figures else {}
    if area is None:
        found = appraise_case(case, own=own, draws=draws, seed=seed)
    else:
        with open_area(area) as held:
            found = appraise_case(case, held, own=own, draws=draws, seed=seed)
    if out is not None:
        from resettle.report.business_case.write import write_case

        written = write_case(found, out)
    typer.echo(found.to_json()) if as_json else show(found)
    if out is not None and not as_json:
        typer.echo(f"\nWritten: {', '.join(str(path) for path in written)}")


def show(found: BusinessCase) -> None:
    """The answer, who pays and gains, what moves it, what knowing more is worth, and what it rests on."""
    from resettle.cli.printing import show_rows

    typer.echo(found.sentence)
    typer.echo("")
    show_rows(found.rows(), list(found.rows()[0]))
    typer.echo("\nWho pays and who gains:")
    show_rows(found.by_agency(), list(found.by_agency()[0]))
    typer.echo("\nBy year:")
    show_rows(found.by_agency(years=True), list(found.by_agency(years=True)[0]))
    typer.echo("\nGained, by sector:")
    show_rows(
        [one.model_dump(exclude={"interval"}) for one in found.sectors], ["sector", "about", "amount", "chance_of_loss"]
    )
    typer.echo(f"\n{found.cash.sentence}")
    show_rows(found.cash.rows(), list(found.cash.rows()[0]))
    typer.echo("\nCapacity against steps, by month:")
    show_rows(found.cash.by_month(), ["step", "size", "month", "free", "low", "high", "chance", "closed", "cash"])
    if pooled := found.cash.pooled():
        typer.echo("\nPlaces together:")
        show_rows(pooled, list(pooled[0]))
    if found.curve:
        typer.echo("\nBy what one reoffence fewer is worth:")
        show_rows(found.curve.rows(), ["worth of one", "net benefit", "low", "high", "chance", "EVPI a person"])
    typer.echo("\nWhat knowing more is worth:")
    show_rows([one.model_dump() for one in found.information], ["name", "worth", "cost", "left"])
    show_sensitivity(found)
    typer.echo("\nEvery figure:")
    rows = [one.model_dump() for one in found.assumptions]
    show_rows(rows, ["name", "value", "low", "high", "unit", "year", "source", "overridden_by"])
    for note in found.notes:
        typer.echo(f"Note: {note}")


def show_sensitivity(found: BusinessCase) -> None:
    """The tornado and the Sobol indices."""
    from resettle.cli.printing import show_rows

    typer.echo(f"\n{found.tornado.sentence}")
    show_rows(found.tornado.rows(), ["name", "low", "high", "at_low", "at_high"])
    if found.sobol:
        typer.echo(f"\n{found.sobol.sentence}")
        show_rows(found.sobol.rows(), list(found.sobol.rows()[0]))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("appraise")(appraise)
