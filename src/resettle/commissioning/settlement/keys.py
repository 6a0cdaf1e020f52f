"""Text as numbers: codes and order of a million identifiers, without a million Python objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

WIDEST = 16
"""Bytes of the longest text that is turned into whole numbers; longer text is sorted as text."""


def words(text: pa.Array) -> list[NDArray[np.uint64]] | None:
    """Each text as one or two whole numbers in the order of its bytes; None where some text is too long or has a zero byte."""
    import numpy as np
    import pyarrow as pa

    text = text.cast(pa.large_binary())
    ends = np.frombuffer(text.buffers()[1], dtype=np.int64, count=len(text) + 1, offset=8 * text.offset)
    data = np.frombuffer(text.buffers()[2] or b"", dtype=np.uint8)[: ends[-1]]
    lengths = np.diff(ends)
    widest = int(lengths.max(initial=0))
    if widest > WIDEST or (data[ends[0] :] == 0).any():
        return None
    width = 8 if widest <= 8 else WIDEST
    padded = np.zeros((len(text), width), dtype=np.uint8)
    for byte in range(widest):
        here = np.flatnonzero(lengths > byte)
        padded[here, byte] = data[ends[here] + byte]
    return list(padded.view(">u8").astype(np.uint64).T)


def order_of(text: pa.Array) -> tuple[Ints, NDArray[np.bool_]]:
    """Positions in the order of the text (by code point), and for each in that order whether it equals the one before."""
    import numpy as np
    import pyarrow.compute as pc

    numbers = words(text)
    if numbers is None:
        order = pc.sort_indices(text).to_numpy().astype(np.int64)
        held = text.take(order)
        same = np.zeros(len(order), dtype=bool)
        same[1:] = pc.equal(held[1:], held[:-1]).to_numpy(zero_copy_only=False)
        return order, same
    order = np.argsort(numbers[0], kind="stable") if len(numbers) == 1 else np.lexsort((numbers[1], numbers[0]))
    same = np.ones(len(order), dtype=bool)
    for number in numbers:
        held = number[order]
        same[1:] &= held[1:] == held[:-1]
    same[:1] = False
    return order, same


def codes_of(text: pa.Array) -> tuple[Ints, int]:
    """A whole number from 0 for each different text, in the order of the text, and how many there are."""
    import numpy as np

    order, same = order_of(text)
    codes = np.empty(len(order), dtype=np.int64)
    codes[order] = np.cumsum(~same) - 1
    return codes, int((~same).sum())
