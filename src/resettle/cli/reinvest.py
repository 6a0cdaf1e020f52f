"""Reinvestment, from the command line."""

from __future__ import annotations

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


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("pool")(pool_)
