"""How results are printed: a sentence and a table, or JSON."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from resettle.result import Result


def show_result(result: Result, as_json: bool = False, columns: Iterable[str] | None = None) -> None:
    """Print a result: its JSON, or its sentence and then its rows."""
    if as_json:
        typer.echo(result.to_json())
        return
    typer.echo(result.sentence)
    rows = result.rows()
    show_rows(rows, list(columns) if columns else list(dict.fromkeys(key for row in rows for key in row)))


def show_rows(rows: list[dict[str, Any]], columns: list[str]) -> None:
    """Print rows as a plain table, numbers to the right. Nothing is cut off, so that it can be read by programs too."""
    if not rows:
        return
    cells = [[cell(row.get(name)) for name in columns] for row in rows]
    widths = [max(len(name), *(len(row[i]) for row in cells)) for i, name in enumerate(columns)]
    right = [all(isinstance(row.get(name), int | float | Decimal | None) for row in rows) for name in columns]
    for line in (columns, ["-" * w for w in widths], *cells):
        fitted = (text.rjust(w) if r else text.ljust(w) for text, w, r in zip(line, widths, right, strict=True))
        typer.echo("  ".join(fitted).rstrip())


def cell(value: object) -> str:
    """One value as text: thousands apart, four significant places for what is not whole, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value.normalize():,f}" if value.as_tuple().exponent not in (0, -2) else f"{value:,}"
    if isinstance(value, float):
        if not math.isfinite(value):
            return "not bounded"
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) else " ".join(str(value).split())


def refuse_unwritable(path: Path | None, option: str) -> None:
    """Refuse, before any work is done, a file that could not be written in the end (`BadInput`)."""
    from resettle.errors import bad

    if path is not None and path.is_dir():
        raise bad("there is a folder of this name", column=option, value=path, do="Name a file to write.")
    if path is not None and not path.parent.is_dir():
        raise bad("there is no such folder", column=option, value=path.parent, do="Make it, or name another file.")


def progress_line(done: int, wanted: int) -> None:
    """Overwrite one line of the terminal with how far a long job is; silent where nobody watches."""
    import sys

    if sys.stderr.isatty():
        end = "\n" if done >= wanted else ""
        typer.echo(f"\r{done:,} of {wanted:,}", err=True, nl=False)
        typer.echo(end, err=True, nl=False)
