"""The market of an area, what a service should cost, and a staged contract for what is new."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from resettle.cli.advise import register as register_advise
from resettle.cli.area import AreaPath
from resettle.cli.contract import contract_app
from resettle.cli.export import register as register_export
from resettle.cli.library import library_app
from resettle.cli.printing import show_result, show_rows
from resettle.cli.shared_out import register as register_shared_out

market_app = typer.Typer(help="The market: who provides, what is missing, what to ask for.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
SmallLot = Annotated[
    str | None, typer.Option("--small-lot", help="Yearly value up to which a small charity could bid, in pounds.")
]
Out = Annotated[Path | None, typer.Option("--out", help="Write the document here.")]


@market_app.command("show")
def show_market(path: AreaPath, small_lot: SmallLot = None, as_json: Json = False) -> None:
    """Who provides what, how concentrated it is, and where referrals pass what services can take."""
    from resettle.area import open_area
    from resettle.commissioning.market import market

    with open_area(path) as area:
        found = market(area, pounds_of(small_lot))
    show_result(found, as_json)
    if as_json:
        return
    typer.echo("\nBy sector and by size:")
    show_rows([s.model_dump() for s in (*found.sectors, *found.sizes)], ["name", "value", "share"])
    typer.echo("\nLots:")
    columns = ["name", "provider", "size", "value", *(["within_reach"] if found.small_lot is not None else [])]
    show_rows([lot.model_dump() for lot in found.lots], columns)
    if found.personal_share is not None:
        typer.echo(f"\nPersonal budgets: {100 * found.personal_share:.1f}% of all that is spent. {found.caveat}")


@market_app.command("need")
def need(path: AreaPath, out: Out = None, as_json: Json = False) -> None:
    """The need statement: what people said they lack, and what answers it."""
    from resettle.area import open_area
    from resettle.commissioning.market import need_statement

    with open_area(path) as area:
        found = need_statement(area)
    show_result(found, as_json)
    write(out, found.markdown())


@market_app.command("specify")
def specify(
    path: AreaPath,
    good: Annotated[list[str] | None, typer.Option(help="Good to specify for; may be given more than once.")] = None,
    small_lot: SmallLot = None,
    out: Out = None,
) -> None:
    """A draft specification to consult on, from what people said they lack."""
    from resettle.area import open_area
    from resettle.commissioning.market import draft_specification

    with open_area(path) as area:
        found = draft_specification(area, tuple(good or ()), pounds_of(small_lot))
    if out is None:
        typer.echo(found.markdown())
    write(out, found.markdown())


@market_app.command("amounts")
def amounts(
    path: AreaPath,
    total: Annotated[str, typer.Option(help="Sum to share, in pounds.")],
    step: Annotated[int, typer.Option(min=1, help="Points of need in one step.")] = 10,
    as_json: Json = False,
) -> None:
    """Indicative personal budgets: a sum shared by what people say they lack."""
    from resettle.area import open_area
    from resettle.commissioning.market import indicative_amounts
    from resettle.money import pounds

    with open_area(path) as area:
        show_result(indicative_amounts(area, pounds(total, column="--total"), step), as_json)


def price(
    path: Annotated[Path, typer.Argument(metavar="BID.toml")],
    success: Annotated[
        float | None, typer.Option(min=0, max=1, help="Share of people who reach the outcome with the service.")
    ] = None,
    without: Annotated[float, typer.Option(min=0, max=1, help="Share who would reach it anyway.")] = 0.0,
    worth: Annotated[str | None, typer.Option(help="What one real outcome is worth to the payer, in pounds.")] = None,
    fee_moves: Annotated[float, typer.Option(min=0, max=1, help="Part of the fee that follows volume.")] = 1.0,
    as_json: Json = False,
) -> None:
    """What a service should cost, what a fall in volume does, and whether a bidder and a payer can agree on a price."""
    from resettle.commissioning.price import read_bid, should_cost, zone
    from resettle.commissioning.stress import volume_risk
    from resettle.money import pounds

    bid = read_bid(path)
    cost = should_cost(bid)
    show_result(cost, as_json)
    if as_json:
        return
    risk = volume_risk(cost.total, cost.total, cost.fixed_share, fee_moves, currency=bid.currency)
    typer.echo(f"\n{risk.sentence}")
    show_rows(risk.rows(), ["shock", "fee", "cost", "profit"])
    if success and worth is not None and cost.cost_a_person is not None:
        found = zone(
            cost.cost_a_person,
            success,
            pounds(worth, column="--worth"),
            without=without,
            finance_rate=bid.money.finance_rate,
            lag_years=bid.money.lag_months / 12,
            surplus=bid.money.margin,
            currency=bid.currency,
        )
        typer.echo(f"\n{found.sentence}")
        show_rows(found.rows(), ["what", "amount"])
    if bid.note:
        typer.echo(f"\n{bid.note}")


def innovate(
    path: Annotated[Path, typer.Argument(metavar="PLAN.toml")],
    draws: Annotated[int, typer.Option(min=100, max=1_000_000, help="How many draws.")] = 10_000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of every random number.")] = 1,
    as_json: Json = False,
) -> None:
    """A staged contract for a new service: pilot, test, scale, its stopping rules, and what each stage is worth."""
    from resettle.commissioning.innovation import read_innovation, stage_contract

    found = stage_contract(read_innovation(path), draws, seed)
    if as_json:
        typer.echo(found.to_json())
        return
    typer.echo(found.sentence)
    show_rows(found.rows(), [c for c in found.rows()[0] if c != "rule"])
    for stage in found.stages:
        typer.echo(stage.rule)
    if found.note:
        typer.echo(found.note)


def pounds_of(text: str | None) -> Decimal | None:
    """The value of a small lot as the user wrote it."""
    from resettle.money import pounds

    return None if text is None else pounds(text, column="--small-lot")


def write(out: Path | None, text: str) -> None:
    """Write a document, where a file is named."""
    if out is not None:
        out.write_text(text, "utf-8")
        typer.echo(f"Written to {out}.")


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(market_app, name="market")
    app.add_typer(library_app, name="library")
    register_export(contract_app)
    register_advise(app, contract_app)
    register_shared_out(contract_app, market_app)
    app.command("price")(price)
    app.command("innovate")(innovate)
