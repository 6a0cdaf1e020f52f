"""Evidence beside an effect: `resettle process`, `resettle theory ...`, `resettle voices ...`, `resettle economics`."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from resettle.cli.area import AreaPath
from resettle.cli.circles import Json

theory_app = typer.Typer(
    help="Theories of change: why a service should work, and what evidence is held.", no_args_is_help=True
)

Out = Annotated[Path | None, typer.Option(help="Folder to write a page, its picture and its JSON to.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only referrals from this day on, or to it.")]
TheoryPath = Annotated[Path, typer.Argument(metavar="THEORY.toml")]
Paid = Annotated[
    list[str] | None, typer.Option(help="An outcome or measure that a contract pays; may be given more than once.")
]


def process(
    path: AreaPath,
    service: Annotated[list[str] | None, typer.Option(help="Service to look at; may be given more than once.")] = None,
    by: Annotated[list[str] | None, typer.Option(help="Grouping; may be given more than once.")] = None,
    start: Day = None,
    end: Day = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """What was done: reach, waiting, dose, fidelity, the same worker through the gate, where people were lost, and cost."""
    from resettle.area import open_area
    from resettle.evidence.process import evaluate_process

    with open_area(path) as area:
        found = evaluate_process(area, service, by or ("provider",), start=day(start), end=day(end))
    show_process(found, as_json)
    if out:
        from resettle.report.programme import write_process

        said(write_process(found, out, str(path)))


def day(given: datetime | None) -> date | None:
    """A day as it was given on the command line."""
    return given.date() if given else None


def show_process(found: Any, as_json: bool) -> None:
    """Print a process evaluation: its sentence, then its four tables and its notes."""
    from resettle.cli.printing import show_result, show_rows

    columns = ["measure", "group", "value", "unit", "low", "high", "n", "funnel"]
    show_result(found, as_json, columns)
    if as_json:
        return
    waits = [
        {"group": w.part, "referrals": w.curve.n, "half had started by day": w.median if w.median is not None else "not reached"}
        for w in found.waits
    ]  # fmt: skip
    for title, rows in (
        ("Where people were lost:", found.stage_rows()),
        ("Waiting:", waits),
        ("Cost:", found.cost_rows()),
    ):
        typer.echo(f"\n{title}")
        show_rows(rows, list(rows[0]) if rows else [])
    for note in found.notes:
        typer.echo(f"Note. {note}")


@theory_app.command("check")
def check(
    path: TheoryPath,
    paid: Paid = None,
    area: Annotated[Path | None, typer.Option(help="Area whose services the activities must belong to.")] = None,
    as_json: Json = False,
) -> None:
    """What is weak in a theory of change, and what to do about it. A theory that cannot be one ends with 2."""
    from resettle.cli.printing import show_rows
    from resettle.evidence.theory import read_theory

    theory = read_theory(path, services=services_of(area), paid=paid or ())
    if as_json:
        typer.echo(theory.to_json())
        return
    typer.echo(theory.sentence)
    show_rows([finding.model_dump() for finding in theory.findings], ["rule", "about", "do"])


@theory_app.command("draw")
def draw(
    path: TheoryPath,
    out: Annotated[Path, typer.Option(help="Folder to write the page and the picture (theory.svg) to.")],
    paid: Paid = None,
    area: Annotated[Path | None, typer.Option(help="Area whose services the activities must belong to.")] = None,
) -> None:
    """Draw a theory of change, with the evidence for each arrow beside it."""
    from resettle.evidence.theory import read_theory
    from resettle.report.programme import write_theory

    theory = read_theory(path, services=services_of(area), paid=paid or ())
    typer.echo(theory.sentence)
    said(write_theory(theory, out))


def services_of(path: Path | None) -> list[str] | None:
    """The services of an area; None where no area is named."""
    from resettle.area import open_area

    if path is None:
        return None
    with open_area(path) as area:
        return [row["service_id"] for row in area.query("SELECT service_id FROM service").to_pylist()]


def economics(
    path: Annotated[Path, typer.Argument(metavar="ECONOMICS.toml")], out: Out = None, as_json: Json = False
) -> None:
    """Whether an effect is worth its cost: the plane, the chance that it pays, and where it breaks even."""
    from resettle.cli.printing import show_result
    from resettle.evidence.economics import evaluate_economics, read_economics

    found = evaluate_economics(path)
    show_result(found, as_json)
    if out:
        from resettle.report.programme import write_economics

        said(write_economics(found, out, read_economics(path).title))


def said(page: Path) -> None:
    """Say where a page lies, beside the results and not among them."""
    typer.echo(f"Page: {page}", err=True)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    from resettle.cli.voices import app as voices_app

    app.command("process")(process)
    app.command("economics")(economics)
    app.add_typer(theory_app, name="theory")
    app.add_typer(voices_app, name="voices")
