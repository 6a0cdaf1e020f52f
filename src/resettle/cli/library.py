"""The library of deals: list, show, stress-test, settle on its example evidence, copy."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from resettle.cli.printing import show_result, show_rows

library_app = typer.Typer(help="The library of deals: contracts that were made, and patterns.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="DEAL")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


@library_app.command("list")
def list_deals() -> None:
    """Every deal of the library."""
    from resettle.commissioning.library import deals

    show_rows(
        [{"deal": d.name, "title": d.about.title, "place": d.about.place} for d in deals()], ["deal", "title", "place"]
    )


@library_app.command("show")
def show(name: Name) -> None:
    """What a deal was, what happened, what is not public, and its sources."""
    from resettle.commissioning.library import deal

    found = deal(name)
    about, contract = found.about, found.contract()
    typer.echo(
        f"{about.title} ({about.place})\n\n{' '.join(about.happened.split())}\n\n{contract.note}\n{found.beliefs.note}"
    )
    inputs = [
        {"input": n, **p.model_dump(include={"value", "low", "high", "why"})} for n, p in contract.parameters.items()
    ]
    if inputs:
        typer.echo("")
        show_rows(inputs, ["input", "value", "low", "high", "why"])
    typer.echo("\nSources: " + "; ".join(s.title for s in about.sources) + ".")


@library_app.command("stress")
def stress(
    name: Name,
    draws: Annotated[int, typer.Option(min=100, max=1_000_000, help="How many draws.")] = 10_000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of every random number.")] = 1,
    as_json: Json = False,
) -> None:
    """What the stress test would have said before signing."""
    from resettle.commissioning.library import deal, hindsight

    found = hindsight(deal(name), draws, seed)
    show_result(found, as_json)
    if as_json:
        return
    typer.echo(f"\n{found.valuation.sentence}")
    if found.sensitivity:
        typer.echo("\nWhat moves the expected payment most:")
        columns = ["name", "low", "high", "at_low", "at_high"]
        show_rows([b.model_dump() for b in found.sensitivity], columns)


@library_app.command("settle")
def settle(name: Name, as_json: Json = False) -> None:
    """What the deal pays on its example evidence, line by line, with the letter that says why."""
    from resettle.commissioning.library import deal
    from resettle.commissioning.settle import settle as run

    found = deal(name)
    statement = run(found.contract(), found.evidence, found.about.settle_at)
    show_result(statement, as_json, ["id", "rule", "label", "quantity", "unit", "price", "amount", "payer", "payee"])
    if not as_json:
        typer.echo(f"\n{statement.explain()}")


@library_app.command("copy")
def copy(name: Name, folder: Annotated[Path, typer.Argument(metavar="FOLDER")]) -> None:
    """Copy a deal's contract, beliefs and example evidence to a folder, to change them."""
    from resettle.commissioning.library import copy_deal

    for path in copy_deal(name, folder):
        typer.echo(f"Written: {path}")
