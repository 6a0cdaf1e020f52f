"""A page about one programme, whole or not at all: chapters with their picture and table, and where they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from resettle.provenance import Provenance
from resettle.report.blocks import Drawing, Facts, Part, Table, cells, row
from resettle.report.charts import NARROW, WIDE, Chart
from resettle.report.folder import replaced_folder
from resettle.report.look import STATIONS
from resettle.report.page import fill
from resettle.report.picture import linked_svg

MARK = "results.json"
"""The file by which a folder is known as one that these reports made."""


@dataclass(frozen=True)
class Chapter:
    """One chapter: the id that links lead to, its title, its finding in a sentence, its parts, and its circle."""

    id: str
    title: str
    finding: str
    parts: Sequence[Part]
    circle: str = "evidence"


@dataclass(frozen=True)
class Page:
    """A page: its title and chapters, the station at which it stands, the records' caveat, and the command that made it."""

    title: str
    station: str
    chapters: Sequence[Chapter]
    command: str
    provenance: Provenance
    caveat: str = ""


def write_page(page: Page, out: Path, results: str, files: Mapping[str, str] | None = None) -> Path:
    """Write a page with its `results.json` (and other `files`) to the folder `out`; returns the path of `index.html`.

    What an earlier run wrote there is replaced as a whole. Anything else that lies there is a `BadInput`.
    """
    html = html_of(page)
    with replaced_folder(out, MARK) as folder:
        (folder / MARK).write_text(results, "utf-8")
        (folder / "index.html").write_text(html, "utf-8")
        for name, text in (files or {}).items():
            (folder / name).write_text(text, "utf-8")
    return Path(out) / "index.html"


def html_of(page: Page) -> str:
    """The page as HTML. Every station leads to the chapters, for this page is about one of them."""
    links = {s.name: f"#{page.chapters[0].id}" for s in STATIONS}
    return fill(
        "programme.html",
        title=page.title,
        caveat=page.caveat,
        chapters=page.chapters,
        command=page.command,
        picture=linked_svg(links, page.station),
        links=links,
        stations=STATIONS,
        made=made_with(page.provenance),
        inputs=inputs_table(page.provenance),
    )


def made_with(found: Provenance) -> Facts:
    """The version, and the seed where there is one."""
    items = [("Version", (f"Resettle {found.version}",))]
    if found.seed is not None:
        items.append(("Seed", (str(found.seed),)))
    return Facts(items)


def inputs_table(found: Provenance) -> Table:
    """What the page was made from, by hash."""
    rows = [row(name, digest) for name, digest in found.inputs.items()]
    return Table("What it was made from, by SHA-256", cells("Input", "Hash"), rows)


def drawing(chart: Chart) -> Drawing:
    """A chart for wide and for narrow screens."""
    return Drawing(chart.title, chart.subtitle, f"Source: {chart.source}", chart.picture(WIDE), chart.picture(NARROW))
