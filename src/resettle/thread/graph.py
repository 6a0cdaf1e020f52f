"""A graph of nodes and links: what is traced. Kinds of nodes lie at stations, and every link leads onwards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from resettle.result import Link

if TYPE_CHECKING:
    import pyarrow as pa

Station = Literal[
    "person", "plan", "service", "contract", "outcome", "impact", "payment", "saving", "reinvestment", "good"
]

STATIONS: dict[str, tuple[Station, int]] = {
    "person": ("person", 0),
    "plan": ("plan", 1),
    "participation": ("service", 2),
    "service": ("service", 3),
    "contract": ("contract", 4),
    "followed": ("outcome", 5),
    "outcome": ("outcome", 5),
    "effect": ("impact", 6),
    "line": ("payment", 7),
    "saving": ("saving", 8),
    "allocation": ("reinvestment", 9),
    "need": ("good", 10),
}
"""Station and rank of each kind of node. A link always leads from a lower rank to a higher one, so the links have no
cycle.
"""


WORDS: dict[str, tuple[str, str]] = {
    "person": ("person", "people"),
    "plan": ("plan", "plans"),
    "participation": ("participation", "participations"),
    "service": ("service", "services"),
    "contract": ("contract", "contracts"),
    "followed": ("follow-up", "follow-ups"),
    "outcome": ("verified outcome", "verified outcomes"),
    "effect": ("effect", "effects"),
    "line": ("payment line", "payment lines"),
    "saving": ("saving", "savings"),
    "allocation": ("allocation", "allocations"),
    "need": ("need", "needs"),
}
"""What one, and several, of each kind are called."""


def counted(number: int, kind: str) -> str:
    """A number of things of one kind in words: `1 person`, `2,030 people`."""
    return f"{number:,} {WORDS[kind][0 if number == 1 else 1]}"


@dataclass(frozen=True)
class Graph:
    """`nodes` (id, kind, label, sentence, amount) and `links` (from_id, to_id, share, why), as Arrow tables sorted by
    id.
    """

    nodes: pa.Table
    links: pa.Table


def gather_tables(parts: list[pa.Table], order: list[str]) -> pa.Table:
    """One table of all parts with plain types, in a fixed order."""
    import pyarrow as pa

    names = parts[0].column_names
    columns = {"id", "kind", "label", "sentence", "from_id", "to_id", "why"}
    fields = [
        (n, pa.string() if n in columns else pa.float64() if n == "share" else pa.decimal128(18, 2)) for n in names
    ]
    return pa.concat_tables([p.rename_columns(names).cast(pa.schema(fields)) for p in parts]).sort_by(
        [(name, "ascending") for name in order]
    )


def node_table(nodes: Iterable[tuple[str, str, str, Decimal | None]]) -> pa.Table:
    """Result nodes as an Arrow table."""
    import pyarrow as pa

    rows: list[dict[str, Any]] = [
        {"id": i, "kind": i.split(":", 1)[0], "label": label, "sentence": sentence, "amount": amount}
        for i, label, sentence, amount in nodes
    ]
    schema = pa.schema(
        [
            ("id", pa.string()),
            ("kind", pa.string()),
            ("label", pa.string()),
            ("sentence", pa.string()),
            ("amount", pa.decimal128(18, 2)),
        ]
    )
    return pa.Table.from_pylist(rows, schema=schema)


def link_table(links: Iterable[Link]) -> pa.Table:
    """Result links as an Arrow table."""
    import pyarrow as pa

    schema = pa.schema(
        [("from_id", pa.string()), ("to_id", pa.string()), ("share", pa.float64()), ("why", pa.string())]
    )
    return pa.Table.from_pylist([link.model_dump() for link in links], schema=schema)
