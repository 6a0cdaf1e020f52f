"""`resettle area ...`: make, check, import, describe, explain and generate the tables of one place."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="The tables of one place: new, check, import, describe, explain, generate.", no_args_is_help=True
)

AreaPath = Annotated[Path, typer.Argument(metavar="AREA", help="Folder of an area.")]
Day = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], prompt=True)]


class Records(StrEnum):
    """Whether an area's records are real."""

    real = "real"
    nominal = "nominal"
    synthetic = "synthetic"


class Engine(StrEnum):
    """What runs a pipeline."""

    duckdb = "duckdb"
    spark = "spark"


class Pipeline(StrEnum):
    """The pipelines that can be explained."""

    measure = "measure"
    needs = "needs"
    lacked = "lacked"


@app.command("new")
def new(
    path: AreaPath,
    name: Annotated[str, typer.Option(prompt=True)],
    place: Annotated[str, typer.Option(prompt=True)],
    period_start: Day,
    period_end: Day,
    extract_date: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], prompt=True, help="Day the data were taken.")],
    source: Annotated[str, typer.Option(prompt=True)],
    licence: Annotated[str, typer.Option(prompt=True)],
    records: Annotated[
        Records, typer.Option(prompt="Are the records real, nominal (real, with made-up dates) or synthetic?")
    ],
    currency: str = "GBP",
    note: str = "",
) -> None:
    """Make an empty area with a template for each table. Asks for what is not given."""
    from resettle.area.create import new_area

    area = new_area(
        path,
        name=name,
        place=place,
        period_start=period_start.date(),
        period_end=period_end.date(),
        extract_date=extract_date.date(),
        currency=currency,
        source=source,
        licence=licence,
        records=records.value,
        note=note,
    )
    typer.echo(
        f"{area.info.name} is made in {path}. Fill a template of {path / 'templates'}, then: "
        f"resettle area import {path} TABLE FILE"
    )


@app.command("check")
def check(path: AreaPath) -> None:
    """Check every table against its declaration. Ends with 1 where a rule is broken."""
    from resettle.area.check import check_area
    from resettle.area.importing import quarantined

    report = check_area(path)
    typer.echo("\n".join(report.lines()))
    if waiting := quarantined(path).num_rows:
        typer.echo(f"In quarantine, and not in the tables: {waiting:,} rows (resettle area describe {path}).")
    raise typer.Exit(0 if report.ok else 1)


@app.command("import")
def import_(
    path: AreaPath,
    table: Annotated[str, typer.Argument(metavar="TABLE", help="Name of the table, as in the reference of tables.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, Excel or Parquet file.")],
    mapping: Annotated[Path | None, typer.Option("--map", help="TOML file that maps column names and codes.")] = None,
) -> None:
    """Import a file into a table. Good rows are kept, bad rows quarantined, nothing is lost; the same file twice adds nothing."""
    from resettle.area.importing import import_table

    report = import_table(path, table, file, mapping)
    typer.echo("\n".join(report.lines()))
    if report.quarantined:
        typer.echo(f"To mend them: resettle area quarantine {path} {table} --out mend.csv")


@app.command("quarantine")
def quarantine(
    path: AreaPath,
    table: Annotated[str, typer.Argument(metavar="TABLE")],
    out: Annotated[Path, typer.Option(help="CSV file to write: mend it and import it again.")],
) -> None:
    """Write the quarantined rows of a table to a CSV file, each with what is wrong with it."""
    from resettle.area.importing import write_quarantine

    written = write_quarantine(path, table, out)
    typer.echo("\n".join(f"Written: {file}" for file in written) or f"No rows of {table} are in quarantine.")


@app.command("describe")
def describe(path: AreaPath) -> None:
    """What an area is, how many rows its tables have, and what must be said wherever its results show."""
    from resettle.area.describe import describe_area

    typer.echo("\n".join(describe_area(path).lines()))


@app.command("explain")
def explain(
    path: AreaPath,
    pipeline: Annotated[Pipeline, typer.Argument(help="Which pipeline.")] = Pipeline.measure,
    clock: Annotated[str, typer.Option(help="Clock profile, for measure.")] = "moj-2017",
    by: Annotated[list[str] | None, typer.Option(help="Grouping, for measure; may be given more than once.")] = None,
    engine: Annotated[Engine, typer.Option(help="Whose dialect of SQL to show.")] = Engine.duckdb,
    rows: Annotated[bool, typer.Option("--rows", help="Also count the rows that each step returns.")] = False,
) -> None:
    """Show the named steps of a pipeline, why each is there, and its SQL."""
    from resettle.area import open_area
    from resettle.area.explain import explain as explain_steps
    from resettle.evidence.clock import read_clock
    from resettle.evidence.measures import measure_steps
    from resettle.goodlives.gaps import gap_steps, need_steps

    with open_area(path) as area:
        chosen = {
            Pipeline.measure: lambda: measure_steps(area, read_clock(clock), tuple(by or ())),
            Pipeline.needs: need_steps,
            Pipeline.lacked: gap_steps,
        }[pipeline]()
        typer.echo(explain_steps(area, chosen, engine.value, rows=rows))


@app.command("generate")
def generate(
    path: AreaPath,
    people: Annotated[int, typer.Option(help="How many people.")] = 50_000,
    seed: Annotated[int, typer.Option(help="Seed of every random number.")] = 1,
) -> None:
    """Make a synthetic Greater Manchester with a known true effect for each service."""
    from resettle.area.generate import generate_area
    from resettle.cli.printing import progress_line

    area = generate_area(path, people, seed, progress=progress_line)
    typer.echo(f"{area.info.name}: {people:,} people, seed {seed}, in {path}. {area.info.caveat}")
