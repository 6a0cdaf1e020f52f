"""Random numbers of the person-level engine: one for each person, month and purpose, whatever else happens.

The finaliser of SplitMix64 (Steele, Lea and Flood 2014) turns a counter into a number. A lever changes only what it touches, and
the numpy and numba engines draw the same numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

GOLDEN, FIRST, SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
MASK = (1 << 64) - 1

LENGTH, WAY, CHANGED, AGE, PLACE = 0, 1, 2, 3, 4
DECISION, SERVICE = 10, 40
"""Purposes of a number; decisions and services are counted from theirs."""

PURPOSES = 64
BEFORE = 1 << 20
"""The month under which people of the start are drawn."""


def root(seed: int, draw: int) -> int:
    """The root of one draw's numbers."""
    return mixed((seed * GOLDEN + draw * SECOND + 1) & MASK)


def mixed(x: int) -> int:
    """The finaliser, for one whole number."""
    x = ((x ^ (x >> 30)) * FIRST) & MASK
    x = ((x ^ (x >> 27)) * SECOND) & MASK
    return x ^ (x >> 31)


def uniform(key: int, person: NDArray[Any], month: int, purpose: int | NDArray[Any]) -> Floats:
    """Numbers between 0 and 1 for persons in one month, for one purpose or one each."""
    import numpy as np

    x = person.astype(np.uint64)
    x *= GOLDEN
    if isinstance(purpose, np.ndarray):
        x += purpose.astype(np.uint64) * FIRST
        purpose = 0
    x += (key + (month * PURPOSES + purpose) * FIRST) & MASK
    # In place: for the few people of a month, each new array would cost as much as the sum.
    for _ in range(2):
        x ^= x >> 30
        x *= FIRST
        x ^= x >> 27
        x *= SECOND
        x ^= x >> 31
    x >>= 11
    return x * np.float64(2.0**-53)
