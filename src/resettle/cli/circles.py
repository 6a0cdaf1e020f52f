"""The verbs of the circles: measure, evaluate, needs, settle, value, compare."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from resettle.cli.area import AreaPath, Engine
from resettle.cli.contract import settle
from resettle.cli.printing import show_result

Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
ContractPath = Annotated[Path, typer.Argument(metavar="CONTRACT.toml")]
BeliefsPath = Annotated[Path, typer.Option("--beliefs", help="TOML file of what is believed to happen.")]
Draws = Annotated[int, typer.Option(min=100, max=1_000_000, help="How many draws.")]
Seed = Annotated[int, typer.Option(min=0, help="Seed of every random number.")]


def measure(
    path: AreaPath,
    clock: Annotated[str, typer.Option(help="Clock profile: its name, or a TOML file.")] = "moj-2017",
    by: Annotated[list[str] | None, typer.Option(help="Grouping; may be given more than once.")] = None,
    exact: Annotated[bool, typer.Option("--exact", help="Exact binomial intervals instead of Wilson's.")] = False,
    engine: Annotated[Engine, typer.Option(help="What runs the measure.")] = Engine.duckdb,
    as_json: Json = False,
) -> None:
    """What happened to people: rates, counts and days to the first event, each with its interval."""
    from resettle.area import open_area
    from resettle.evidence.measures import measure as run

    with open_area(path) as area:
        interval = "exact" if exact else "wilson"
        show_result(run(area, clock, tuple(by or ()), interval=interval, engine=engine.value), as_json)  # type: ignore[arg-type]


def evaluate(
    path: AreaPath,
    study: Annotated[Path, typer.Argument(metavar="STUDY.toml")],
    out: Annotated[Path | None, typer.Option(help="Write the whole report, for publication, to this folder.")] = None,
    as_json: Json = False,
) -> None:
    """What a programme caused, as a study file asks, with its interval, tests and grade."""
    if out is not None:
        from resettle.cli.study import write_report

        write_report(path, study, out, as_json)
        return
    from resettle.area import open_area
    from resettle.cli.printing import show_rows
    from resettle.evidence.evaluate import evaluate_outcomes

    with open_area(path) as area:
        effect, *others = evaluate_outcomes(area, study)
    if as_json and others:
        typer.echo(f"[{','.join(one.to_json() for one in (effect, *others))}]")
        return
    show_result(effect, as_json)
    if as_json:
        return
    if others:
        typer.echo("\nOther outcomes of the same design:")
        for one in others:
            typer.echo(one.sentence)
    typer.echo("\nTests of the same question:")
    show_rows([test.model_dump() for test in effect.tests], ["name", "statistic", "p", "note"])
    typer.echo("\nStandard errors:")
    show_rows([error.model_dump() for error in effect.errors], ["name", "se", "note"])
    if flagged := [check for check in effect.diagnostics if check.flag in ("amber", "red")]:
        typer.echo("\nChecks that are not green:")
        for check in flagged:
            typer.echo(f"{check.flag}, {check.name}: {check.words}")
    grade = effect.grade
    typer.echo(f"\nMethod: {effect.method}. Design sealed as {effect.seal}.")
    typer.echo(
        f"Grade: {grade.maryland} of 5 on the Maryland Scientific Methods Scale, {grade.nesta} of 5 on Nesta's. {grade.why}"
    )
    for note in effect.notes:
        typer.echo(note)


def needs(path: AreaPath, as_json: Json = False) -> None:
    """Who lacks what: unmet need by good and place, small groups left out."""
    from resettle.area import open_area
    from resettle.goodlives.need import needs as run

    with open_area(path) as area:
        found = run(area)
    typer.echo(found.published().to_json()) if as_json else show_result(found.published())


def value(
    path: ContractPath, beliefs: BeliefsPath, draws: Draws = 10_000, seed: Seed = 1, as_json: Json = False
) -> None:
    """What a contract would pay, and the chance of paying for chance, before anyone signs."""
    from resettle.commissioning.beliefs import read_beliefs
    from resettle.commissioning.contract import read_contract
    from resettle.commissioning.value import value as run

    found = run(read_contract(path), read_beliefs(beliefs), draws, seed)
    show_result(found, as_json)
    if not as_json:
        typer.echo(f"\n{found.unsure}\n{found.losses}")


def compare(
    paths: Annotated[list[Path], typer.Argument(metavar="CONTRACT.toml ...")],
    beliefs: BeliefsPath,
    draws: Draws = 10_000,
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Contracts side by side on the same draws."""
    from resettle.commissioning.beliefs import read_beliefs
    from resettle.commissioning.compare import compare as run
    from resettle.commissioning.contract import read_contract

    show_result(run([read_contract(p) for p in paths], read_beliefs(beliefs), draws, seed), as_json)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (measure, evaluate, needs, settle, value, compare):
        app.command(command.__name__)(command)
