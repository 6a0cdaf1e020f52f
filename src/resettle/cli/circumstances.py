"""`resettle circumstances`: housing and work after release or sentence."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from resettle.cli.area import AreaPath

Names = Annotated[list[str] | None, typer.Option("--measure", help="Measure; may be given more than once.")]
By = Annotated[list[str] | None, typer.Option(help="Grouping; may be given more than once.")]
Own = Annotated[Path | None, typer.Option(help="TOML file of measures of your own.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("circumstances")(circumstances)


def circumstances(
    path: AreaPath,
    measure: Names = None,
    by: By = None,
    rules: Own = None,
    start: Day = None,
    end: Day = None,
    as_json: Json = False,
) -> None:
    """Who was housed and in work so long after release or sentence, and on how many days, each with its interval."""
    from resettle.area import open_area
    from resettle.cli.printing import show_result
    from resettle.evidence.circumstances import circumstances as run

    first, last = (day.date() if day else None for day in (start, end))
    with open_area(path) as area:
        show_result(run(area, tuple(measure or ()), tuple(by or ()), rules=rules, start=first, end=last), as_json)
