"""Text as numbers: an order-keeping whole number for each of a million identifiers, without a million Python objects."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Bytes = NDArray[np.uint8]

WIDEST = 64
"""Bytes of the longest text that is turned into whole numbers; longer text is sorted as text."""
MOST = 2**62
"""More than any whole number that is used as a key."""


def bytes_of(text: pa.Array) -> Bytes | None:
    """The bytes of each text as one row, shorter text with zeros behind; None where some text is too long or has a zero byte."""
    import numpy as np

    ends = np.frombuffer(text.buffers()[1], dtype=np.int32, count=len(text) + 1, offset=4 * text.offset)
    data = np.frombuffer(text.buffers()[2] or b"", dtype=np.uint8)[ends[0] : ends[-1]]
    lengths = np.diff(ends)
    widest = int(lengths.max(initial=0))
    if widest > WIDEST or not data.all():
        return None
    if len(data) == widest * len(text):
        return data.reshape(len(text), widest)
    starts, padded = ends[:-1] - ends[0], np.zeros((len(text), widest), dtype=np.uint8)
    for byte in range(widest):
        here = np.flatnonzero(lengths > byte)
        padded[here, byte] = data[starts[here] + byte]
    return padded


def words(text: pa.ChunkedArray) -> list[tuple[Ints, int]] | None:
    """Each text as a few whole numbers in the order of its bytes, each with one more than its highest; None as `bytes_of`.

    Only what differs counts: a place of the text that has ten different digits makes the number ten times as high, and one that
    is the same in all of them leaves it as it is.
    """
    import numpy as np

    rows = []
    for chunk in text.chunks:
        found = bytes_of(chunk)
        if found is None:
            return None
        rows.append(found)
    spans = spans_of(rows)
    small = prod(high - low + 1 for low, high in spans) < 2**31
    numbers, size = [np.zeros(len(text), dtype="int32" if small else "int64")], [1]
    for place, (low, high) in enumerate(spans):
        span = high - low + 1
        if span <= 1:
            continue
        if size[-1] * span > MOST:
            numbers.append(np.zeros(len(text), dtype=np.int64))
            size.append(1)
        size[-1] *= span
        append_place(numbers[-1], rows, place, low, span)
    return list(zip(numbers, size, strict=True))


def spans_of(rows: list[Bytes]) -> list[tuple[int, int]]:
    """The lowest and highest byte at each place of some texts; a text that has ended has zeros.

    Sixty-four texts are compared at once, because a long run of bytes is compared many times as fast as short ones.
    """
    import numpy as np

    width = max((r.shape[1] for r in rows), default=0)
    low, high = np.full(width, 255, dtype=np.uint8), np.zeros(width, dtype=np.uint8)
    for part in (p for p in rows if len(p)):
        own, whole = part.shape[1], len(part) // 64 * 64
        for some in (part[:whole].reshape(whole // 64, 64 * own), part[whole:]):
            if some.size:
                low[:own] = np.minimum(low[:own], some.min(axis=0).reshape(-1, own).min(axis=0))
                high[:own] = np.maximum(high[:own], some.max(axis=0).reshape(-1, own).max(axis=0))
        low[own:] = 0
    return [(int(a), int(b)) for a, b in zip(low, high, strict=True)]


def append_place(numbers: Ints, rows: list[Bytes], place: int, low: int, span: int) -> None:
    """Put one more place of the text behind the numbers."""
    start = 0
    for part in rows:
        own = numbers[start : start + len(part)]
        own *= span
        if place < part.shape[1]:
            own += part[:, place]
        own -= low
        start += len(part)


def in_order(*keys: NDArray[np.integer]) -> Ints:
    """Positions in the order of the first key, then the second, and so on; rows that are equal stay in their order.

    As many keys as fit are sorted as one whole number, together with the position; only what still ties is sorted by the rest.
    """
    import numpy as np

    bits = len(keys[0]).bit_length()
    packed, used, room = np.zeros(len(keys[0]), dtype=np.int64), 0, MOST >> bits
    for key in keys:
        low, high = (int(key.min()), int(key.max())) if len(key) else (0, 0)
        if (room := room // (high - low + 1)) < 1:
            break
        packed *= high - low + 1
        packed += key
        packed -= low
        used += 1
    if not used:
        order = np.argsort(keys[0])
        return ties_broken(order, keys[0][order], keys[1:])
    packed <<= bits
    packed |= np.arange(len(packed))
    packed.sort()
    held = packed >> bits if used < len(keys) else None
    packed &= (1 << bits) - 1
    return packed if held is None else ties_broken(packed, held, keys[used:])


def ties_broken(order: Ints, held: NDArray[np.integer], keys: Sequence[NDArray[np.integer]]) -> Ints:
    """Positions that are in the order of `held`, with those that tie in the order of further keys."""
    import numpy as np

    same = held[1:] == held[:-1]
    if same.any():
        tied = np.flatnonzero(np.r_[same, False] | np.r_[False, same])
        rows = order[tied]
        order[tied] = rows[np.lexsort((rows, *(k[rows] for k in reversed(keys)), held[tied]))]
    return order


def changes(*keys: NDArray[np.integer]) -> NDArray[np.bool_]:
    """For rows in order: where one of the keys differs from the row before; true for the first."""
    import numpy as np

    first = np.ones(len(keys[0]), dtype=bool)
    np.not_equal(keys[0][1:], keys[0][:-1], out=first[1:])
    for key in keys[1:]:
        first[1:] |= key[1:] != key[:-1]
    return first


def rank_of(text: pa.ChunkedArray) -> tuple[Ints, int]:
    """For each text a whole number in the order of the text (by code point), and one more than the highest."""
    import numpy as np
    import pyarrow.compute as pc

    numbers = words(text)
    if numbers is not None and len(numbers) == 1:
        return numbers[0]
    if numbers is None:
        order = pc.sort_indices(text).to_numpy().astype(np.int64)
        held = text.take(order).combine_chunks()
        first = np.ones(len(order), dtype=bool)
        first[1:] = pc.not_equal(held[1:], held[:-1]).to_numpy(zero_copy_only=False)
    else:
        order = in_order(*(n for n, _ in numbers))
        first = changes(*(n[order] for n, _ in numbers))
    return numbered(order, first)


def numbered(order: Ints, first: NDArray[np.bool_]) -> tuple[Ints, int]:
    """The number of its group for each row, from positions in order and where groups begin; and how many groups there are."""
    import numpy as np

    codes = np.empty(len(order), dtype=np.int64)
    codes[order] = np.cumsum(first) - 1
    return codes, int(first.sum())


def all_differ(numbers: Ints) -> bool:
    """Whether no number from 0 stands twice: by a mark for each where they are close together, else in order."""
    import numpy as np

    if not len(numbers):
        return True
    if (size := int(numbers.max()) + 1) > 8 * len(numbers):
        return bool(changes(np.sort(numbers)).all())
    seen = np.zeros(size, dtype=bool)
    seen[numbers] = True
    return int(np.count_nonzero(seen)) == len(numbers)


def codes_of(text: pa.ChunkedArray) -> tuple[Ints, int]:
    """A whole number for each different text, and one more than the highest, which is at most four times as many as rows."""
    rank, size = rank_of(text)
    if size <= 4 * len(rank) + 1:
        return rank, size
    order = in_order(rank)
    return numbered(order, changes(rank[order]))
