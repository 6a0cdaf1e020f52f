"""`Outcomes`: outcomes of single people as columns, so that a million rows can be settled in seconds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from resettle.commissioning.outcomes_csv import check_names, fault_of_csv, line_of
from resettle.commissioning.statement import OutcomeEvidence
from resettle.errors import BadInput, bad, did_you_mean

if TYPE_CHECKING:
    import pyarrow as pa

TEXT = ("evidence_id", "person", "lot", "outcome", "verification", "band", "goal", "band_by")
DATES = ("observed_on", "verified_on", "banded_on")
FEW = ("lot", "outcome", "verification", "band", "band_by")
"""Text of which there are few different words: held as a dictionary."""
NEEDED = ("evidence_id", "person", "lot", "outcome", "observed_on", "verification")
KNOWN = {"verification": ("self", "worker", "document", "registry")}


class Outcomes(Sequence[OutcomeEvidence]):
    """Outcomes as an Arrow table with the columns of `OutcomeEvidence`; a sequence of them to whoever reads it row by row."""

    def __init__(self, table: pa.Table, source: str | Path = "outcomes") -> None:
        """Take a table. Columns that are missing, of another type, or empty where a value is needed are a `BadInput`."""
        self.table = typed(table, source)

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

    @classmethod
    def read(cls, path: str | Path) -> Outcomes:
        """From a Parquet or CSV file with the columns of `OutcomeEvidence`; other columns are left out.

        A file that is not there, is of another kind, or has values that are no text or dates is a `BadInput`.
        """
        file = Path(path)
        if not file.is_file():
            raise bad("no such file", file=file, do="Check the name.")
        return cls(read_csv(file) if file.suffix.lower() == ".csv" else read_parquet(file), file)

    @property
    def lots(self) -> list[str]:
        """The lots that the outcomes are for, in the order in which they first stand."""
        found: list[str] = self.table["lot"].unique().to_pylist()
        return found

    def also(self, others: Outcomes) -> Outcomes:
        """These outcomes and some others behind them."""
        import pyarrow as pa

        return Outcomes(pa.concat_tables([self.table, others.table]))

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
            return bool(spelt(self.table).equals(spelt(other.table)))
        return isinstance(other, Sequence) and len(other) == len(self) and list(self) == list(other)

    def __hash__(self) -> int:
        return hash(len(self))


def read_parquet(file: Path) -> pa.Table:
    """The columns of an outcome in a Parquet file, text of few words as dictionaries."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(file)
        check_names(schema.names, file)
        own = [name for name in schema.names if name in OutcomeEvidence.model_fields]
        few = [
            name for name in own if name in FEW and schema.names.count(name) == 1 and is_text(schema.field(name).type)
        ]
        return pq.ParquetFile(file, read_dictionary=few).read(own)
    except (pa.ArrowInvalid, OSError):
        raise bad("not a Parquet file", file=file, do="Give outcomes as Parquet, CSV or TOML.") from None


def is_text(kind: pa.DataType) -> bool:
    """Whether a column holds text."""
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_dictionary(kind))


def read_csv(file: Path) -> pa.Table:
    """The columns of an outcome in a CSV file (UTF-8, with a line of names): text as it stands, dates as 2024-12-31."""
    import pyarrow as pa
    import pyarrow.csv as pc

    kinds = {name: pa.string() for name in TEXT} | {name: pa.date32() for name in DATES}
    options = pc.ConvertOptions(column_types=kinds, null_values=[""], strings_can_be_null=True)
    try:
        table = pc.read_csv(file, convert_options=options)
    except pa.ArrowInvalid as error:
        raise fault_of_csv(file, str(error)) from None
    check_names(table.column_names, file)
    return table


def typed(table: pa.Table, source: str | Path) -> pa.Table:
    """The table with exactly the columns of an outcome: dates, text, and text of few words as a dictionary in one piece."""
    import pyarrow as pa

    columns: dict[str, Any] = {}
    for name in (*TEXT, *DATES):
        if table.column_names.count(name) > 1:
            raise bad("a column stands twice", file=source, column=name, do="Keep one of them.")
        wanted = pa.string() if name in TEXT else pa.date32()
        if name not in table.column_names:
            if name in NEEDED:
                do = f"Add it. There are {', '.join(table.column_names)}."
                raise bad("a column is missing", file=source, column=name, do=do)
            kind = pa.dictionary(pa.int32(), wanted) if name in FEW else wanted
            held = pa.chunked_array([pa.nulls(table.num_rows, kind)])
        else:
            held = cast(table[name], wanted, name, source)
        columns[name] = one_dictionary(held) if name in FEW else held
        if name in NEEDED and columns[name].null_count:
            raise at_row("an empty value", source, columns[name].is_null(), name, None, "Give every outcome one.")
    for name in FEW:
        check_words(name, columns[name], KNOWN.get(name), source)
    check_order(columns["observed_on"], columns["verified_on"], source)
    return pa.table({name: columns[name] for name in OutcomeEvidence.model_fields})


def cast(held: pa.ChunkedArray, wanted: pa.DataType, name: str, source: str | Path) -> pa.ChunkedArray:
    """A column as text or dates; a dictionary of text may stay one where the words are few."""
    import pyarrow as pa

    kind = held.type
    if name in FEW and pa.types.is_dictionary(kind) and kind.value_type == wanted:
        return held
    try:
        return held.cast(wanted)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise bad("a column of another type", file=source, column=name, value=kind) from None


def one_dictionary(held: pa.ChunkedArray) -> pa.DictionaryArray:
    """A column of text with few words as numbers (32 bits) of words, each word once."""
    import pyarrow as pa
    import pyarrow.compute as pc

    number = pa.int32()
    if not pa.types.is_dictionary(held.type):
        held = held.dictionary_encode()
    one: pa.DictionaryArray = held.chunk(0) if held.num_chunks == 1 else held.unify_dictionaries().combine_chunks()
    words = one.dictionary
    if words.null_count or pc.count_distinct(words).as_py() < len(words):
        one = one.cast(pa.string()).dictionary_encode()
    indices = one.indices if one.indices.type == number else one.indices.cast(number)
    return pa.DictionaryArray.from_arrays(indices, one.dictionary, safe=False)


def spelt(table: pa.Table) -> pa.Table:
    """The table with every word spelt out, so that two can be compared."""
    import pyarrow as pa

    return table.cast(pa.schema([(name, pa.string() if name in TEXT else pa.date32()) for name in table.column_names]))


def check_words(name: str, column: pa.DictionaryArray, known: Sequence[str] | None, source: str | Path) -> None:
    """Refuse words with spaces around them, and others than those that are known, where that is agreed."""
    import pyarrow.compute as pc

    for code, word in enumerate(column.dictionary.to_pylist()):
        spaced = word != word.strip()
        if (spaced or (known and word not in known)) and pc.any(pc.equal(column.indices, code)).as_py():
            rule = "a space before or behind the word" if spaced else "not one of the known values"
            do = "Take it out." if spaced else did_you_mean(word, known or ())
            raise at_row(rule, source, pc.equal(column.indices, code), name, f"'{word}'" if spaced else word, do)


def check_order(observed: pa.ChunkedArray, verified: pa.ChunkedArray, source: str | Path) -> None:
    """Nothing can be verified before it was observed."""
    import pyarrow.compute as pc

    early = pc.less(verified, observed)
    if pc.any(early).as_py():
        value = verified[pc.index(early, True).as_py()].as_py()
        raise at_row("verified before observed", source, early, "verified_on", value, "Check both dates.")


def at_row(rule: str, source: str | Path, found: Any, column: str, value: object, do: str) -> BadInput:
    """A fault at the first row that is `found`: the row of a CSV file as its reader sees it, the header counted."""
    import pyarrow.compute as pc

    place = pc.index(found, True).as_py()
    row = line_of(Path(source), place) if str(source).lower().endswith(".csv") else place + 2
    return bad(rule, file=source, row=row, column=column, value=value, do=do)
