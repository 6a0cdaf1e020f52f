"""`Outcomes`: outcomes of single people as columns, so that a million rows can be settled in seconds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, overload

from resettle.commissioning.statement import OutcomeEvidence
from resettle.errors import bad

if TYPE_CHECKING:
    import pyarrow as pa

TEXT = ("evidence_id", "person", "lot", "outcome", "verification", "band", "goal", "band_by")
DATES = ("observed_on", "verified_on", "banded_on")
NEEDED = ("evidence_id", "person", "lot", "outcome", "observed_on", "verification")
KNOWN = {"verification": ("self", "worker", "document", "registry")}


class Outcomes(Sequence[OutcomeEvidence]):
    """Outcomes as an Arrow table with the columns of `OutcomeEvidence`; a sequence of them to whoever reads it row by row."""

    def __init__(self, table: pa.Table) -> None:
        """Take a table. Columns that are missing, of another type, or empty where a value is needed are a `BadInput`."""
        self.table = typed(table)

    @classmethod
    def of(cls, rows: Iterable[OutcomeEvidence]) -> Outcomes:
        """From single records."""
        import pyarrow as pa

        if isinstance(rows, cls):
            return rows
        given = list(rows)
        columns = {name: pa.array([getattr(r, name) for r in given], pa.string()) for name in TEXT}
        columns |= {name: pa.array([getattr(r, name) for r in given], pa.date32()) for name in DATES}
        return cls(pa.table(columns))

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @overload
    def __getitem__(self, place: int) -> OutcomeEvidence: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[OutcomeEvidence]: ...
    def __getitem__(self, place: int | slice) -> OutcomeEvidence | Sequence[OutcomeEvidence]:
        if isinstance(place, slice):
            return [self[n] for n in range(*place.indices(len(self)))]
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        return OutcomeEvidence(**self.table.slice(place % len(self), 1).to_pylist()[0])

    def __iter__(self) -> Iterator[OutcomeEvidence]:
        for batch in self.table.to_batches(10_000):
            yield from (OutcomeEvidence(**row) for row in batch.to_pylist())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Outcomes):
            return bool(self.table.equals(other.table))
        return isinstance(other, Sequence) and len(other) == len(self) and list(self) == list(other)

    def __hash__(self) -> int:
        return hash(len(self))


def typed(table: pa.Table) -> pa.Table:
    """The table with exactly the columns of an outcome, as text and dates, each in one piece."""
    import pyarrow as pa

    columns: dict[str, Any] = {}
    for name in (*TEXT, *DATES):
        if name not in table.column_names:
            if name in NEEDED:
                raise bad("a column is missing", file="outcomes", column=name, do="Add it.")
            columns[name] = pa.nulls(table.num_rows, pa.string() if name in TEXT else pa.date32())
            continue
        held = table[name].combine_chunks()
        held = held.combine_chunks() if isinstance(held, pa.ChunkedArray) else held
        try:
            columns[name] = held.cast(pa.string() if name in TEXT else pa.date32())
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            raise bad("a column of another type", file="outcomes", column=name, value=held.type) from None
        if name in NEEDED and columns[name].null_count:
            raise bad("an empty value", file="outcomes", column=name, do="Give every outcome one.")
    check_words(columns)
    return pa.table({name: columns[name] for name in OutcomeEvidence.model_fields})


def check_words(columns: dict[str, Any]) -> None:
    """Refuse kinds of verification and bands that there are not."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for name, known in KNOWN.items():
        strange = pc.and_(pc.is_valid(columns[name]), pc.invert(pc.is_in(columns[name], pa.array(known))))
        if pc.any(strange).as_py():
            value = columns[name].filter(strange)[0].as_py()
            raise bad(
                "not one of the known values",
                file="outcomes",
                column=name,
                value=value,
                do=f"Known: {', '.join(known)}.",
            )
