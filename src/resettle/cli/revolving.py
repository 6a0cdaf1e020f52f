"""The revolving door, from the command line."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from resettle.cli.area import AreaPath
from resettle.cli.circles import Json
from resettle.cli.printing import show_result, show_rows


def revolving_door(
    path: AreaPath,
    appraisal: Annotated[Path, typer.Argument(metavar="APPRAISAL.toml", help="Unit costs by agency.")],
    clock: Annotated[str, typer.Option(help="Which offences count.")] = "moj-2017",
    returns: Annotated[int, typer.Option(help="How often somebody came back, at least.")] = 3,
    months: Annotated[int, typer.Option(help="In how many months before the extract.")] = 24,
    found: Annotated[float, typer.Option(help="Share of true records that linkage is believed to find.")] = 1.0,
    study: Annotated[Path | None, typer.Option(help="A study whose effect is carried over, as a what-if.")] = None,
    reach: Annotated[float, typer.Option(help="Share of them who would be reached.")] = 0.5,
    as_json: Json = False,
) -> None:
    """Who comes back again and again, what they cost each agency a year, what they lack, what reaching them would change."""
    from resettle.area import open_area
    from resettle.evidence.evaluate import evaluate
    from resettle.money import show
    from resettle.reinvestment.appraisal import read_appraisal
    from resettle.reinvestment.revolving_door import revolving_door as find

    with open_area(path) as area:
        effect = evaluate(area, study) if study else None
        costs = read_appraisal(appraisal)
        result = find(area, costs, clock=clock, returns=returns, months=months, found=found, effect=effect, reach=reach)
    show_result(result, as_json)
    if as_json:
        return
    if result.lacked:
        typer.echo("\nWhat they say they lack:")
        rows = [
            {"good": one.good, "asked": one.asked, "lacking": one.lacking, "share": one.share} for one in result.lacked
        ]
        show_rows(rows, ["good", "asked", "lacking", "share"])
    if result.reached:
        one = result.reached

        def pounds(amount: Decimal) -> str:
            return show(amount, result.currency, pence=False)

        caution = "" if one.shown else " A difference was not shown, so this may be nothing, or a loss."
        typer.echo(
            f"\nIf {one.effect} held for {one.share:.0%} of them: {one.offences_avoided:,.0f} fewer counted offences a year "
            f"({one.low:,.0f} to {one.high:,.0f}), work worth {pounds(one.worth)} at average cost "
            f"({pounds(one.worth_low)} to {pounds(one.worth_high)}). A what-if: the study is of other people.{caution}"
        )
    typer.echo(f"\n{result.caveat}")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("revolving-door")(revolving_door)
