"""Reinvestment, from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from resettle.cli.circles import Json


def pool_(
    freed: Annotated[list[str], typer.Argument(metavar="NAME=FREED", help="Places or agencies: capacity freed.")],
    step: Annotated[float, typer.Option(help="Capacity that can only be closed whole.")],
    saves: Annotated[str, typer.Option(help="Pounds a year that one step saves.")],
    unit: Annotated[str, typer.Option(help="What the capacity is of.")] = "places",
    as_json: Json = False,
) -> None:
    """What several places or agencies close together that none closes alone, and a fair split of it."""
    from resettle.cli.printing import show_result
    from resettle.errors import bad
    from resettle.money import pounds
    from resettle.reinvestment.pooling import pool

    members: dict[str, float] = {}
    for text in freed:
        name, _, amount = text.rpartition("=")
        if not name or name in members:
            raise bad(
                "not a name of its own and its freed capacity", value=text, do="Write them as Bolton=45, each once."
            )
        try:
            members[name] = float(amount)
        except ValueError:
            raise bad("not a number", column=name, value=amount, do="Write it as Bolton=45.") from None
    result = pool(members, step, pounds(saves, column="--saves"), unit=unit)
    show_result(result, as_json)
    if not as_json and result.smallest:
        typer.echo(f"\nThe fewest who reach a step together: {', '.join(result.smallest)}.")


def reinvest(
    menu: Annotated[
        Path, typer.Argument(metavar="MENU.toml|RUN.toml", help="Services, need and rules; with --out, a run file.")
    ],
    area: Annotated[
        Path | None, typer.Option(help="Area whose places and unmet need stand in for those of the menu.")
    ] = None,
    budget: Annotated[str | None, typer.Option(help="Pounds to spend, in place of those of the menu.")] = None,
    ballots: Annotated[Path | None, typer.Option(help="Votes: a table of voter and service.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the report of a run file, for publication.")] = None,
    as_json: Json = False,
) -> None:
    """What a menu of services buys by the rules you choose, beside what other rules and votes would buy.

    With `--out` a run file goes the whole way, from records to dated rounds, and its report is written: HTML, PDF, tables, and one
    page in plain words.
    """
    if out:
        report(menu, area, out)
        return
    from resettle.area import open_area
    from resettle.cli.printing import show_result, show_rows
    from resettle.money import pounds
    from resettle.reinvestment.rounds.ballots import read_ballots
    from resettle.reinvestment.rounds.choose import choose
    from resettle.reinvestment.rounds.menu import read_menu
    from resettle.reinvestment.rounds.menu_need import for_area, with_budget

    chosen = read_menu(menu)
    if area:
        with open_area(area) as held:
            chosen = for_area(chosen, held)
    if budget is not None:
        chosen = with_budget(chosen, pounds(budget, column="--budget"))
    votes = read_ballots(ballots, [one.id for one in chosen.service]) if ballots else []
    result = choose(chosen, votes)
    show_result(result, as_json, ["service", "kinds", "grade", "place", "good", "units", "pounds", "gained"])
    if as_json:
        return
    typer.echo("\nBeside other rules:")
    show_rows(result.beside(), list(result.beside()[0]))
    if result.chosen.limits:
        typer.echo("\nWhat held it back, were units divisible:")
        for one in result.chosen.limits:
            typer.echo(f"- {one.words}.")
    if result.votes:
        typer.echo("\nVotes:")
        for counted in result.votes:
            typer.echo(f"- {counted.sentence}")


def report(run: Path, area: Path | None, out: Path) -> None:
    """Run a run file that goes on to rounds, and write the report of its reinvestment."""
    from resettle.reinvestment.purpose import WORDS
    from resettle.report.reinvestment.write import reinvestment_report

    found, pages = reinvestment_report(run, out, area, progress=lambda stage: typer.echo(f"  {stage} ...", err=True))
    assert found.macro is not None
    typer.echo(found.macro.cash.sentence)
    typer.echo(found.macro.rounds.sentence)
    if found.macro.inside:
        typer.echo(WORDS)
    for page in pages:
        typer.echo(f"Written: {page}")


def fund(
    opening: Annotated[str, typer.Argument(metavar="OPENING", help="Pounds in the fund at the start.")],
    years: Annotated[
        list[str], typer.Argument(metavar="SPENDS=RETURNS+-SPREAD", help="Each year: spent, mean back, its deviation.")
    ],
    together: Annotated[float, typer.Option(help="How far years share their luck, 0 to 1.")] = 0.5,
    certainty: Annotated[float, typer.Option(help="How sure it must be to last.")] = 0.8,
    draws: Annotated[int, typer.Option(min=100, max=1_000_000, help="How many draws.")] = 10_000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of every random number.")] = 1,
    as_json: Json = False,
) -> None:
    """A revolving fund over several years: its balance, and the chance that it runs dry."""
    from resettle.cli.printing import show_result
    from resettle.errors import bad
    from resettle.money import pounds
    from resettle.reinvestment.rounds.fund import normal_returns, revolve

    read = []
    for n, text in enumerate(years, start=1):
        spends, _, back = text.partition("=")
        mean, found, spread = back.partition("+-")
        if not found:
            raise bad("not a year", row=n, value=text, do="Write it as 100000=80000+-20000.")
        read.append([pounds(one, column=f"year {n}") for one in (spends, mean, spread)])
    drawn = normal_returns([one[1] for one in read], [one[2] for one in read], draws, seed, together)
    result = revolve(pounds(opening, column="OPENING"), [one[0] for one in read], drawn, certainty=certainty, seed=seed)
    show_result(result, as_json)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("pool")(pool_)
    app.command("reinvest")(reinvest)
    app.command("fund")(fund)
