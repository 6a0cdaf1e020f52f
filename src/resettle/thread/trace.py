"""`trace`: from any person, service, contract, payment line, saving or reinvestment to its causes and its consequences."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resettle.errors import bad, did_you_mean
from resettle.money import exact, show, to_pence
from resettle.result import Record, Result
from resettle.thread.graph import STATIONS, Graph, counted

if TYPE_CHECKING:
    import duckdb

EXAMPLES = 5
FEW = 12


class Reached(Record):
    """One thing that a trace reaches. `share` is the part of the amount that passes through it; `pounds` that part in
    money.
    """

    id: str
    label: str
    sentence: str
    why: str
    share: float | None = None
    pounds: Decimal | None = None


class Stop(Record):
    """One station of a trace: how many things lie there, the share that passes through all of them, and the first few.

    `sharing` of them carry a part of the amount; the others are linked to it without a share of it.
    """

    station: str
    kind: str
    count: int
    sharing: int
    share: float | None
    examples: tuple[Reached, ...]


class Trace(Result):
    """The causes and the consequences of one thing, station by station."""

    start: Reached
    currency: str = "GBP"
    causes: tuple[Stop, ...]
    consequences: tuple[Stop, ...]

    @property
    def sentence(self) -> str:
        """What was traced and how far it leads."""
        back = ", ".join(counted(stop.count, stop.kind) for stop in self.causes) or "nothing before it"
        on = ", ".join(counted(stop.count, stop.kind) for stop in self.consequences) or "nothing after it"
        return f"{self.start.id}: {self.start.sentence} Comes from: {back}. Leads to: {on}."

    def rows(self) -> list[dict[str, Any]]:
        """One row for each thing shown, causes first."""
        return [
            {"direction": way, "station": stop.station, "kind": stop.kind, "count": stop.count, **found.model_dump()}
            for way, stops in (("cause", self.causes), ("consequence", self.consequences))
            for stop in stops
            for found in stop.examples
        ]


def trace(source: str | Path | Graph, id: str, examples: int = EXAMPLES) -> Trace:
    """Trace one id (`person:P1`, `line:L1`, ...) through a thread's folder, or a graph in hand.

    Shares are multiplied along the links and added over paths, so the shares of all people behind a payment line add up
    to 1. Pounds are the traced amount times the share (backwards), or the reached amount times the share (forwards). An
    unknown id, or a folder without links, is a `BadInput`.
    """
    connection = load(source)
    try:
        found = connection.execute("SELECT label, sentence, amount FROM nodes WHERE id = ?", [id]).fetchone()
        if found is None:
            raise bad("nothing in this thread has that id", value=id, do=suggestion(connection, id))
        label, sentence, amount = found
        start = Reached(id=id, label=label, sentence=sentence, why="the start of this trace", pounds=amount)
        return Trace(
            start=start,
            causes=walk(connection, id, amount, False, examples),
            consequences=walk(connection, id, amount, True, examples),
        )
    finally:
        connection.close()


def load(source: str | Path | Graph) -> duckdb.DuckDBPyConnection:
    """A connection with the tables `nodes` and `links` of a thread."""
    import duckdb

    connection = duckdb.connect()
    if isinstance(source, Graph):
        connection.register("nodes", source.nodes)
        connection.register("links", source.links)
        return connection
    for name in ("nodes", "links"):
        file = Path(source) / f"{name}.parquet"
        if not file.is_file():
            raise bad(
                f"not the folder of a thread: it has no {file.name}",
                file=source,
                do="Name the folder that `resettle thread` wrote.",
            )
        try:
            connection.read_parquet(str(file)).create(name)
        except duckdb.Error as error:
            first = str(error).splitlines()[0]
            raise bad(f"cannot be read: {first}", file=file, do="Run `resettle thread` again.") from None
    return connection


def whole(source: str | Path | Graph) -> list[str]:
    """What a thread's folder holds that can be traced, as lines for the terminal: every result, and how many records."""
    connection = load(source)
    try:
        text = []
        for kind in STATIONS:
            ids = [
                r[0] for r in connection.execute("SELECT id FROM nodes WHERE kind = ? ORDER BY id", [kind]).fetchall()
            ]
            if ids:
                few = ids if len(ids) <= FEW else [*ids[:3], "..."]
                text.append(f"{counted(len(ids), kind)}: {', '.join(few)}")
        return text
    finally:
        connection.close()


def suggestion(connection: duckdb.DuckDBPyConnection, id: str) -> str:
    """What to try instead of an unknown id."""
    kind = id.split(":", 1)[0]
    if kind not in STATIONS:
        return "An id starts with its kind: " + ", ".join(f"{k}:" for k in STATIONS) + "."
    ids = [
        row[0]
        for row in connection.execute("SELECT id FROM nodes WHERE kind = ? ORDER BY id LIMIT 2000", [kind]).fetchall()
    ]
    return (
        did_you_mean(id, ids)
        if 0 < len(ids) <= 40
        else f"For example: {', '.join(ids[:3])}."
        if ids
        else f"This thread has no {kind}."
    )


def walk(
    connection: duckdb.DuckDBPyConnection, id: str, amount: Decimal | None, forward: bool, examples: int
) -> tuple[Stop, ...]:
    """Everything reached from `id` in one direction, by rank, so that each share is complete before it is passed on."""
    near, far = ("from_id", "to_id") if forward else ("to_id", "from_id")
    connection.execute("CREATE OR REPLACE TEMP TABLE reached (id VARCHAR, kind VARCHAR, share DOUBLE, why VARCHAR)")
    connection.execute("INSERT INTO reached SELECT id, kind, 1.0, '' FROM nodes WHERE id = ?", [id])
    kinds = sorted(STATIONS, key=lambda k: STATIONS[k][1], reverse=not forward)
    for kind in kinds:
        connection.execute(
            f"""INSERT INTO reached SELECT l.{far}, split_part(l.{far}, ':', 1), r.share * l.share, l.why
            FROM (SELECT id, sum(share) AS share FROM reached WHERE kind = ? GROUP BY id) r JOIN links l ON l.{near} = r.id""",
            [kind],
        )
    stops = [stop_at(connection, kind, id, amount, forward, examples) for kind in kinds]
    return tuple(stop for stop in stops if stop is not None)


def stop_at(
    connection: duckdb.DuckDBPyConnection, kind: str, id: str, amount: Decimal | None, forward: bool, examples: int
) -> Stop | None:
    """What a walk reached of one kind, the largest shares first."""
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE here AS SELECT id, sum(share) AS share, min(why) AS why FROM reached
        WHERE kind = ? AND id <> ? GROUP BY id""",
        [kind, id],
    )
    total = connection.execute("SELECT count(*), sum(share), count(*) FILTER (WHERE share > 0) FROM here").fetchone()
    if not total or not total[0]:
        return None
    rows = connection.execute(
        """SELECT h.id, n.label, n.sentence, h.why, h.share, n.amount FROM here h JOIN nodes n ON n.id = h.id
        ORDER BY h.share DESC NULLS LAST, h.id LIMIT ?""",
        [examples],
    ).fetchall()
    shown = tuple(
        Reached(
            id=i,
            label=label,
            sentence=sentence,
            why=why,
            share=share,
            pounds=part_of(own if forward else amount, share),
        )
        for i, label, sentence, why, share, own in rows
    )
    return Stop(station=STATIONS[kind][0], kind=kind, count=total[0], sharing=total[2], share=total[1], examples=shown)


def part_of(amount: Decimal | None, share: float | None) -> Decimal | None:
    """A share of an amount, to the penny; None where either is missing."""
    return None if amount is None or share is None else to_pence(amount * exact(share))


def lines_of(trace: Trace) -> list[str]:
    """A trace as lines for the terminal."""
    text = [f"{trace.start.id}: {trace.start.sentence}"]
    for heading, stops in (("Comes from", trace.causes), ("Leads to", trace.consequences)):
        text.append(f"{heading}:" + ("" if stops else " nothing in this thread"))
        for stop in stops:
            apart = f", of whom {stop.sharing:,} carry a part of it" if 0 < stop.sharing < stop.count else ""
            text.append(f"  {stop.station} ({counted(stop.count, stop.kind)}{apart})")
            for found in stop.examples:
                money = f" [{show(found.pounds, trace.currency)}]" if found.pounds is not None else ""
                text.append(f"    {found.id}{money}: {found.sentence} ({found.why})")
            if stop.count > len(stop.examples):
                text.append(f"    and {stop.count - len(stop.examples):,} more")
    return text
