"""The page of published figures in the documentation, generated from the data.

`python -m resettle.reference.page > docs/reference/figures.md` writes it anew.
"""

from __future__ import annotations

from collections.abc import Iterable

from resettle.reference.figures import Figure, topics

OPENING = """# Published figures

Every figure that Resettle ships, with its period, price year, place and source. Resettle uses the latest period unless told
otherwise. An area can put its own values in place of any of them, and a result names each figure it used and what overrode it.

A price year is a calendar year: figures in 2015/16 prices have price year 2015. Amounts of different price years are never
added without an index; the index is the Consumer Prices Index unless another series is given.

This page is generated from the data in `src/resettle/reference/figures/`."""
HEAD = (
    "| name | what it is | period | value | unit | price year | place | source |",
    "|---|---|---|---:|---|---|---|---|",
)


def figures_page() -> str:
    """The whole page as Markdown: one section a topic, one row a figure and period, the notes under each table."""
    parts = [OPENING, *(section(title, figures) for title, figures in topics().items())]
    return "\n\n".join(parts) + "\n"


def section(title: str, figures: Iterable[Figure]) -> str:
    """One topic: its table, then what must be known to use it."""
    figures = tuple(figures)
    lines = [f"## {title}", "", *HEAD, *(row(f) for f in figures)]
    notes = dict.fromkeys(f.note for f in figures if f.note)
    shared = [n for n in notes if all(f.note == n for f in figures)]
    own = {f.name: f.note for f in figures if f.note and f.note not in shared}
    said = [*shared, *(f"`{name}`: {note}" for name, note in own.items())]
    return "\n".join([*lines, *([""] if said else []), *(f"- {s}" for s in said)])


def row(one: Figure) -> str:
    """One figure as a row of the table."""
    year = str(one.price_year or "")
    cells = (f"`{one.name}`", one.label, one.period, f"{one.value:,.12g}", one.unit, year, one.place, one.source)
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


if __name__ == "__main__":
    print(figures_page(), end="")
