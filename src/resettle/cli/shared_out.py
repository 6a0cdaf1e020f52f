"""Who is left with what: people of a tariff, organisations of a supply chain, and people with money of their own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from resettle.cli.printing import show_result, show_rows

if TYPE_CHECKING:
    from resettle.area import Area
    from resettle.commissioning.market import Indicative, PersonalPlan
    from resettle.report.study.chapter import Chapter

Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Out = Annotated[
    Path | None, typer.Option(help="Folder for a page with the chart (HTML, and PDF where Typst is installed).")
]
ContractPath = Annotated[Path, typer.Argument(metavar="CONTRACT.toml")]


def segments(
    path: ContractPath,
    groups: Annotated[Path, typer.Option(help="TOML file of groups of people: cost, band and chances.")],
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Creaming and parking: what one person of each group is worth under a tariff, and what bands of price would do."""
    from resettle.commissioning.contract import read_contract
    from resettle.commissioning.stress import read_groups, segment_tariff

    found = segment_tariff(read_contract(path), read_groups(groups))
    show_result(found, as_json, ["group", "band", "people", "income", "cost", "margin", "parked", "breaks_even"])
    if as_json:
        return
    if found.steps:
        typer.echo(
            "\nPrices that follow need, each at break-even (spread: of margin within bands; gap: best fifth less worst):"
        )
        show_rows(found.step_rows(), list(found.step_rows()[0]))
    told(found.note)
    if out is not None:
        from resettle.report.contract.shared import margins

        write_to(out, "segments", found.title, found.note, [margins(found)])


def pass_through(
    path: ContractPath,
    beliefs: Annotated[Path, typer.Option(help="TOML file of what is believed to happen.")],
    chain: Annotated[Path, typer.Option(help="TOML file of the supply chain: shares, costs, reserves.")],
    draws: Annotated[int, typer.Option(min=100, max=1_000_000, help="How many draws.")] = 10_000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of every random number.")] = 1,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """How the risk of a contract reaches the organisations below its prime: margin, loss and ruin of each."""
    from resettle.commissioning.beliefs import read_beliefs
    from resettle.commissioning.contract import read_contract
    from resettle.commissioning.price import passed_on, read_chain

    held = read_chain(chain)
    found = passed_on(read_contract(path), read_beliefs(beliefs), held, draws, seed)
    show_result(
        found, as_json, ["name", "income", "at_risk", "margin", "low", "high", "chance_of_loss", "worst", "ruined"]
    )
    if as_json:
        return
    told(held.note)
    if out is not None:
        from resettle.report.contract.shared import chain_chapter

        write_to(out, "pass-through", held.title, held.note, [chain_chapter(found)])


def personal(
    path: Annotated[Path, typer.Argument(metavar="PLAN.toml")],
    area_path: Annotated[
        Path | None,
        typer.Argument(metavar="[AREA]", help="Area: what people bought, and amounts by what they lack."),
    ] = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Personal budgets and individual service funds beside a lot: unit cost and choice as more money moves to people."""
    from resettle.area import open_area
    from resettle.commissioning.market import beside_lots, bought_in, read_personal_plan

    plan, bought, amounts = read_personal_plan(path), None, None
    if area_path is not None:
        with open_area(area_path) as area:
            bought = bought_in(area) if area.file("spend") else None
            amounts = amounts_of(area, plan) if area.file("goods_rating") else None
    found = beside_lots(plan, bought)
    show_result(found, as_json, ["way", "share", "lot_unit", "budget_unit", "total", "each", "choices"])
    if as_json:
        return
    if amounts is not None:
        typer.echo(f"\nIndicative amounts, were all of the first way's money shared by need: {amounts.sentence}")
        show_rows(amounts.rows(), ["points", "to", "people", "amount"])
    told(found.note)
    if out is not None:
        from resettle.report.contract.shared import beside_chapters

        write_to(out, "personal", found.title, found.note, beside_chapters(found, amounts))


def amounts_of(area: Area, plan: PersonalPlan) -> Indicative | None:
    """Indicative amounts for the people of an area, whose mean is the plan's first budget; None where nobody lacks anything."""
    from resettle.commissioning.market import indicative_amounts, people_who_lack

    people = people_who_lack(area)
    return indicative_amounts(area, plan.ways[0].budget * people) if people and plan.ways[0].budget else None


def told(note: str) -> None:
    """Where the amounts come from, as a line of its own."""
    if note:
        typer.echo(f"\n{note}")


def write_to(out: Path, name: str, title: str, note: str, chapters: list[Chapter]) -> None:
    """A page of its own."""
    from resettle.report.chaptered import write_chapters

    out.mkdir(parents=True, exist_ok=True)
    for made in write_chapters(out / name, title, "contract", note, chapters):
        typer.echo(f"Written: {made}")


def register(contract_app: typer.Typer, market_app: typer.Typer) -> None:
    """Add these commands."""
    contract_app.command("segments")(segments)
    contract_app.command("pass-through")(pass_through)
    market_app.command("personal")(personal)
