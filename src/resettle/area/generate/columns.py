"""Numpy arrays as Arrow columns of the declared types: identifiers, codes, dates, money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from resettle.area.declare import Table
from resettle.area.generate.draw import Ints

TYPES = {
    "id": pa.dictionary(pa.int32(), pa.string()),
    "text": pa.dictionary(pa.int32(), pa.string()),
    "code": pa.dictionary(pa.int32(), pa.string()),
    "date": pa.date32(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "money": pa.decimal128(15, 2),
    "boolean": pa.bool_(),
}


def schema(table: Table) -> pa.Schema:
    """The Arrow schema of a declared table: text dictionary-encoded, but for identifiers that are never repeated."""
    unique = {table.key[0]} if len(table.key) == 1 else set()
    return pa.schema([(c.name, pa.string() if c.name in unique else TYPES[c.type]) for c in table.columns.values()])


@dataclass(frozen=True)
class Ids:
    """Identifiers `prefix` + number, numbered without a gap from `first`, `width` digits wide."""

    prefix: str
    first: int
    count: int
    width: int

    def all(self) -> pa.Array:
        """Every identifier, in order."""
        return numbered(self.prefix, np.arange(self.first, self.first + self.count), self.width)

    def of(self, rows: Ints) -> pa.Array:
        """The identifiers of given rows (0 is the first; -1 is missing)."""
        if 2 * len(rows) > self.count:
            return coded(rows, self.all())
        present = rows >= 0
        texts = numbered(self.prefix, self.first + rows[present], self.width).dictionary_encode()
        at = np.full(len(rows), -1, np.int64)
        at[present] = texts.indices.to_numpy(zero_copy_only=False)
        return coded(at, texts.dictionary)


def numbered(prefix: str, numbers: Ints, width: int) -> pa.Array:
    """Text such as `P0000001`, written digit by digit straight into Arrow's buffers."""
    head = np.frombuffer(prefix.encode(), np.uint8)
    size = len(head) + width
    text = np.empty((len(numbers), size), np.uint8)
    text[:, : len(head)] = head
    left = np.asarray(numbers, np.int64)
    for place in range(size - 1, len(head) - 1, -1):
        left, digit = np.divmod(left, 10)
        text[:, place] = digit + ord("0")
    offsets = np.arange(0, (len(numbers) + 1) * size, size, dtype=np.int64)
    return pa.LargeStringArray.from_buffers(len(numbers), pa.py_buffer(offsets), pa.py_buffer(text)).cast(pa.string())


def coded(rows: Ints, words: Sequence[str] | pa.Array) -> pa.DictionaryArray:
    """Words by position; -1 is missing. A word may stand at several positions."""
    at = np.asarray(rows, np.int32)
    if isinstance(words, pa.Array):
        known = words
    else:
        # Parquet's dictionaries must not hold a word twice: the bytes written would differ from run to run.
        once = list(dict.fromkeys(words))
        known = pa.array(once, pa.string())
        place = np.array([once.index(word) for word in words] + [-1], np.int32)
        at = place[at]
    missing = at < 0
    indices = pa.array(np.where(missing, 0, at), mask=missing) if missing.any() else pa.array(at)
    return pa.DictionaryArray.from_arrays(indices, known)


def dates(values: npt.NDArray[np.datetime64]) -> pa.Array:
    """Dates; NaT is missing."""
    return pa.array(values.astype("datetime64[D]"), pa.date32())


def whole(values: npt.ArrayLike, missing: npt.NDArray[np.bool_] | None = None) -> pa.Array:
    """Whole numbers, with those marked `missing` left empty."""
    return pa.array(np.asarray(values, np.int64), pa.int64(), mask=missing)


def flags(values: npt.ArrayLike) -> pa.Array:
    """True and false."""
    return pa.array(np.asarray(values, bool))


def money(pence: Ints) -> pa.Array:
    """Whole pence as exact decimal pounds."""
    words = np.zeros((len(pence), 2), np.int64)  # 128 bits, low half first; no amount here is negative
    words[:, 0] = pence
    return pa.Array.from_buffers(pa.decimal128(15, 2), len(pence), [None, pa.py_buffer(words)])
