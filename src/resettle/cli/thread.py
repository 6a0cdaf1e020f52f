"""The whole way: thread, trace, demo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from resettle.cli.circles import Json

Out = Annotated[Path, typer.Option(help="Folder to write to. One that `resettle` wrote before is replaced as a whole.")]


def thread(run: Annotated[Path, typer.Argument(metavar="RUN.toml")], out: Out) -> None:
    """Run the whole way on an area: outcomes, impact, payment, savings, reinvestment; write results and a page."""
    from resettle.report import run_thread

    result = run_thread(run, out, progress=lambda stage: typer.echo(f"  {stage} ...", err=True))
    typer.echo(result.sentence)
    typer.echo(f"Page: {out / 'index.html'}")


def trace(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that `resettle thread` wrote.")],
    id: Annotated[
        str | None,
        typer.Argument(metavar="[ID]", help="For example person:M001 or line:L1. Without it: what there is."),
    ] = None,
    examples: Annotated[int, typer.Option(min=1, max=100_000, help="How many to show at each station.")] = 5,
    as_json: Json = False,
) -> None:
    """From any person, service, contract, payment line, saving or reinvestment to its causes and consequences."""
    from resettle.thread.trace import lines_of, whole
    from resettle.thread.trace import trace as run

    if id is None:
        typer.echo("\n".join(whole(directory)))
        return
    found = run(directory, id, examples)
    typer.echo(found.to_json() if as_json else "\n".join(lines_of(found)))


def demo(out: Out = Path("out")) -> None:
    """The whole thread on two real areas and a synthetic Greater Manchester of 50,000 people."""
    from resettle.report.demo import run_demo

    for line in run_demo(out, progress=lambda text: typer.echo(text, err=True)):
        typer.echo(line)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (thread, trace, demo):
        app.command(command.__name__)(command)
