"""What a page is made of: findings, texts, tables, charts and trails. Templates turn these into HTML and decide nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote

from resettle.report.look import Station


def anchor(id: str) -> str:
    """The name of a node as an HTML id that a link can carry unchanged: `need:North East/work` becomes
    `need:North~20East/work`.
    """
    return quote(id, safe=":/").replace("~", "%7E").replace("%", "~")


@dataclass(frozen=True)
class Ref:
    """A link: its words and where it leads."""

    text: str
    href: str


Pieces = Sequence[str | Ref]


@dataclass(frozen=True)
class Cell:
    """One cell of a table: words and links, a quiet second line, the id that links may lead to, and how wide it is."""

    pieces: Pieces
    small: str = ""
    id: str | None = None


@dataclass(frozen=True)
class Row:
    """One row: its first cell is its header."""

    cells: Sequence[Cell]
    id: str | None = None


@dataclass(frozen=True)
class Table:
    """A table with a caption. `numbers` are the places of the columns that hold numbers; a long one scrolls inside its region."""

    part: ClassVar[str] = "table"
    caption: str
    head: Sequence[Cell]
    rows: Sequence[Row]
    numbers: frozenset[int] = frozenset()
    note: str = ""

    @property
    def long(self) -> bool:
        """Whether the table scrolls inside its own region."""
        return len(self.rows) > 24


@dataclass(frozen=True)
class Drawing:
    """A chart as it stands in a page: title, subtitle and source as text, and the picture for wide and for narrow screens."""

    part: ClassVar[str] = "drawing"
    title: str
    subtitle: str
    source: str
    wide: str
    narrow: str


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    part: ClassVar[str] = "text"
    pieces: Pieces


@dataclass(frozen=True)
class Notice:
    """A paragraph that must not be missed."""

    part: ClassVar[str] = "notice"
    pieces: Pieces


@dataclass(frozen=True)
class Heading:
    """A heading inside a section."""

    part: ClassVar[str] = "heading"
    text: str


@dataclass(frozen=True)
class Bullets:
    """A list."""

    part: ClassVar[str] = "bullets"
    items: Sequence[Pieces]


@dataclass(frozen=True)
class Facts:
    """Names with their values."""

    part: ClassVar[str] = "facts"
    items: Sequence[tuple[str, Pieces]]


@dataclass(frozen=True)
class Trail:
    """Where one thing comes from and what it leads to."""

    part: ClassVar[str] = "trail"
    id: str
    title: str
    causes: Sequence[Pieces]
    consequences: Sequence[Pieces]


@dataclass(frozen=True)
class Card:
    """One payment line: what it is, its amount, its reason, what it was worked out from, and its trail."""

    part: ClassVar[str] = "card"
    title: str
    amount: str
    why: str
    facts: Facts
    inputs: Sequence[tuple[str, str]]
    trail: Trail


Part = Table | Drawing | Text | Notice | Heading | Bullets | Facts | Trail | Card


@dataclass(frozen=True)
class Section:
    """One station of the thread: its finding in plain words, then its parts."""

    station: Station
    number: int
    finding: str
    parts: Sequence[Part]


def cells(*words: str | Ref | Cell) -> tuple[Cell, ...]:
    """Cells from words, links and cells."""
    return tuple(w if isinstance(w, Cell) else Cell((w,)) for w in words)


def row(*words: str | Ref | Cell, id: str | None = None) -> Row:
    """A row from words, links and cells; `id` is the node that it stands for."""
    return Row(cells(*words), None if id is None else anchor(id))


def joined(parts: Iterable[Pieces], between: str = ", ") -> tuple[str | Ref, ...]:
    """Pieces in a row, with something between them."""
    made: list[str | Ref] = []
    for part in parts:
        made += [between, *part] if made else part
    return tuple(made)
