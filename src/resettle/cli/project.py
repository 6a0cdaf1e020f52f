"""`resettle project`: a scenario run with and without its policies."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from resettle.cli.circles import Json

if TYPE_CHECKING:
    from resettle.reinvestment.flows.projection import Projection


class Engine(StrEnum):
    """What runs a scenario."""

    cohort = "cohort"
    people = "people"


CHANGES = ["month", "name", "baseline", "policy", "change", "change_low", "change_high"]
LEVELS = ["month", "name", "baseline", "baseline_low", "baseline_high"]


def project(
    paths: Annotated[list[Path], typer.Argument(metavar="[AREA] SCENARIO.toml")],
    draws: Annotated[
        int | None, typer.Option(min=1, max=1_000_000, help="How many draws (default: the file's).")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of every random number (default: the file's).")] = None,
    engine: Annotated[Engine, typer.Option(help="Expected numbers of cohorts, or person by person.")] = Engine.cohort,
    workers: Annotated[int, typer.Option(min=1, max=256, help="How many work at once; the answer is the same.")] = 1,
    spark: Annotated[
        bool, typer.Option("--spark", help="Give the draws to a Spark cluster; the answer is the same.")
    ] = False,
    keep: Annotated[Path | None, typer.Option(help="Folder that keeps finished draws, to stop and go on.")] = None,
    figures: Annotated[Path | None, typer.Option("--figures", help="TOML file of your own figures.")] = None,
    chart: Annotated[Path | None, typer.Option(help="SVG file to write the fan chart to.")] = None,
    flow_chart: Annotated[Path | None, typer.Option(help="SVG file to write the flow chart to.")] = None,
    as_json: Json = False,
) -> None:
    """Project prison, probation and community under a scenario; only differences from its baseline are headline results."""
    from resettle.cli.printing import progress_line, refuse_unwritable
    from resettle.errors import bad
    from resettle.reference.overrides import read_overrides
    from resettle.reinvestment.project import project as run

    if len(paths) > 2:
        raise bad(
            "give one scenario, and before it at most one area",
            value=paths[2],
            do="resettle project AREA SCENARIO.toml",
        )
    for file, option in ((chart, "--chart"), (flow_chart, "--flow-chart")):
        refuse_unwritable(file, option)
    if keep is not None and keep.exists() and not keep.is_dir():
        raise bad("there is a file of this name", column="--keep", value=keep, do="Name a folder.")
    given: dict[str, Any] = {
        "draws": draws,
        "seed": seed,
        "engine": engine.value,
        "workers": workers,
        "spark": spark,
        "folder": keep,
        "own": read_overrides(figures) if figures else {},
        "progress": progress_line,
    }
    if len(paths) == 1:
        found = run(paths[0], **given)
    else:
        from resettle.area import open_area

        with open_area(paths[0]) as area:
            found = run(paths[1], area, **given)
    draw_charts(found, chart, flow_chart)
    typer.echo(found.to_json()) if as_json else show(found)


def draw_charts(found: Projection, chart: Path | None, flow_chart: Path | None) -> None:
    """Write the pictures that were asked for."""
    from resettle.report.charts.flows import flow_picture, projected_chart

    for path, drawn in ((chart, projected_chart), (flow_chart, flow_picture)):
        if path is not None:
            path.write_text(drawn(found).svg(), "utf-8")


def show(found: Projection) -> None:
    """The headline, what the levers are, the end of each year, published figures beside it, and what must be said."""
    from resettle.cli.printing import show_rows
    from resettle.reinvestment.purpose import WORDS, only_inside

    typer.echo(found.sentence)
    for lever in found.levers:
        typer.echo(f"- {lever.name}: {lever.words}.")
    if only_inside(lever.kind for lever in found.levers):
        typer.echo(WORDS)
    typer.echo("")
    show_rows(found.summary(), CHANGES if found.levers else LEVELS)
    if found.compared:
        typer.echo("\nPublished figures beside what came out:")
        rows = [c.model_dump() for c in found.compared]
        show_rows(rows, ["at", "name", "fitted", "published", "mean", "low", "high", "error_percent", "inside"])
    if found.calibration:
        done = found.calibration
        typer.echo(f"\nCalibrated: {done.draws:,} draws worth {done.effective_draws:,.0f}, posterior {done.hash[:12]}.")
    for note in found.notes:
        typer.echo(f"Note: {note}")


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("project")(project)
