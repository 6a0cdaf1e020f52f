"""Writing the tables of an area block by block, as Parquet."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

from resettle.area.declare import tables
from resettle.area.generate.columns import schema

Columns = dict[str, pa.Array]


class Writers:
    """One open Parquet file for each declared table, used as a context manager; each block becomes a row group."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: dict[str, pq.ParquetWriter] = {}
        self._stack = ExitStack()

    def write(self, name: str, columns: Columns) -> None:
        """Add rows to a table. Declared columns that are not given are left empty; a column that is not declared is an error."""
        shape = schema(tables()[name])
        if unknown := set(columns) - set(shape.names):
            raise KeyError(f"{name} has no column {sorted(unknown)}")
        rows = len(next(iter(columns.values())))
        arrays = [columns[f.name].cast(f.type) if f.name in columns else pa.nulls(rows, f.type) for f in shape]
        writer = self._writer(name, shape)
        if rows:
            writer.write_table(pa.Table.from_arrays(arrays, schema=shape))

    def _writer(self, name: str, shape: pa.Schema) -> pq.ParquetWriter:
        """The table's file, opened when first written to."""
        if name not in self._open:
            repeated = [f.name for f in shape if f.type != pa.string()]
            self._open[name] = self._stack.enter_context(
                pq.ParquetWriter(
                    self.folder / f"{name}.parquet",
                    shape,
                    compression="zstd",
                    compression_level=1,
                    use_dictionary=repeated,
                    store_schema=False,
                )
            )
        return self._open[name]

    def __enter__(self) -> Writers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)
