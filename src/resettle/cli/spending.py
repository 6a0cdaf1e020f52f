"""The spending map, from the command line."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from resettle.cli.area import AreaPath
from resettle.cli.circles import Json

if TYPE_CHECKING:
    from resettle.area import Area
    from resettle.reinvestment.spending.change import SpendingChange
    from resettle.reinvestment.spending.spending import SpendingMap
    from resettle.reinvestment.spending.told import Policy


class By(StrEnum):
    """What the rows of the map are."""

    place = "place"
    need = "need"


def spending_(
    path: AreaPath,
    appraisal: Annotated[Path, typer.Argument(metavar="APPRAISAL.toml", help="Unit costs by agency.")],
    clock: Annotated[str, typer.Option(help="Which offences count.")] = "moj-2017",
    months: Annotated[int, typer.Option(help="Of how many months before the extract.")] = 12,
    by: Annotated[By, typer.Option(help="By place of residence, or by what people say they lack.")] = By.place,
    years: Annotated[int, typer.Option(help="Each of so many years, place by agency by year.")] = 1,
    study: Annotated[Path | None, typer.Option(help="A study whose effect is carried over: before and after.")] = None,
    reach: Annotated[float, typer.Option(help="Share of people whom the programme would reach.")] = 0.5,
    scenario: Annotated[Path | None, typer.Option(help="A scenario of flows: before and after.")] = None,
    flow: Annotated[str, typer.Option(help="The stock or flow of the scenario that spending follows.")] = "receptions",
    picture: Annotated[Path | None, typer.Option(help="SVG file to write the map to.")] = None,
    boundaries: Annotated[Path | None, typer.Option(help="Boundaries for the picture (GeoJSON, GeoPackage).")] = None,
    column: Annotated[str | None, typer.Option(help="Column of the boundaries that holds the places.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for a page of all of it: HTML, PDF, tables.")] = None,
    as_json: Json = False,
) -> None:
    """The spending map: what agencies spend on people's offences, by the place where they live.

    With `--out` a page is written: place by agency by year, by need, and before and after a study or a scenario.
    """
    from resettle.area import open_area
    from resettle.cli.printing import refuse_unwritable, show_result
    from resettle.errors import bad
    from resettle.reinvestment.appraisal import read_appraisal
    from resettle.reinvestment.spending.change import spending_years
    from resettle.reinvestment.spending.spending import spending

    if out is not None:
        from resettle.reinvestment.spending.told import Policy

        policy = Policy(study, reach, scenario, flow)
        report(path, appraisal, years, clock, policy, Map(boundaries, column, out), as_json)
        return
    if (years > 1 or by is By.need) and (study or scenario):
        raise bad("before and after are of one year, by place", do="Leave out --years and --by need.")
    if not 0 < reach <= 1:
        raise bad("a share is above 0 and at most 1", column="--reach", value=reach, do="Write 35 % as 0.35.")
    refuse_unwritable(picture, "--picture")
    costs = read_appraisal(appraisal)
    with open_area(path) as area:
        if years != 1:
            several = spending_years(area, costs, years, clock=clock, by=by.value)
            found = several.maps[-1]
            show_result(several, as_json)
        else:
            found = spending(area, costs, clock=clock, months=months, by=by.value)
            change = changed(area, found, study, reach, scenario, flow)
            show_result(change or found, as_json)
            draw_change(change, picture)
    if not as_json:
        typer.echo(f"\n{found.caveat}")
    if picture and not (study or scenario):
        draw(found, picture, boundaries, column)


class Map(NamedTuple):
    """The boundaries of the page, and where it is written."""

    boundaries: Path | None
    column: str | None
    out: Path


def report(path: Path, appraisal: Path, years: int, clock: str, policy: Policy, to: Map, as_json: bool) -> None:
    """Write the page of a spending map, and say what it finds."""
    from resettle.area import open_area
    from resettle.reinvestment.appraisal import read_appraisal
    from resettle.reinvestment.spending.boundaries import names_of, read_boundaries
    from resettle.reinvestment.spending.told import tell
    from resettle.report.folder import check_replaceable
    from resettle.report.spending.write import MARK, write_spending

    check_replaceable(to.out, MARK)
    with open_area(path) as area:
        found = tell(area, read_appraisal(appraisal), years, policy, clock=clock)
    drawn = read_boundaries(to.boundaries, names_of(found.latest.places), to.column) if to.boundaries else None
    pages = write_spending(found, to.out, drawn)
    typer.echo(found.to_json() if as_json else found.sentence)
    for page in () if as_json else pages:
        typer.echo(f"Written: {page}")


def changed(
    area: Area, found: SpendingMap, study: Path | None, reach: float, scenario: Path | None, flow: str
) -> SpendingChange | None:
    """The map before and after a programme or a scenario, where one is given."""
    from resettle.evidence.evaluate import evaluate
    from resettle.reinvestment.project import project
    from resettle.reinvestment.spending.change import with_programme, with_projection

    if study is not None:
        return with_programme(found, evaluate(area, study), reach)
    return with_projection(found, project(scenario, area), flow) if scenario is not None else None


def draw_change(change: SpendingChange | None, picture: Path | None) -> None:
    """The picture of a change, where one is wanted."""
    from resettle.report.charts.spent import change_chart

    if change is not None and picture is not None:
        picture.write_text(change_chart(change).svg(), "utf-8")


def draw(found: SpendingMap, picture: Path, boundaries: Path | None, column: str | None) -> None:
    """The picture of a map: tiles, bars by need, or the user's own boundaries."""
    from resettle.reinvestment.spending.boundaries import names_of, read_boundaries
    from resettle.report.charts.boundaries import boundary_chart
    from resettle.report.charts.spent import spent_chart

    if boundaries is None or found.by == "need":
        picture.write_text(spent_chart(found).svg(), "utf-8")
        return
    drawn = read_boundaries(boundaries, names_of(found.places), column)
    picture.write_text(boundary_chart(found, drawn).svg(), "utf-8")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("spending")(spending_)
