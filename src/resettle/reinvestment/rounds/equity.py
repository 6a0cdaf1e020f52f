"""How evenly money or need lies over places: Gini and concentration index, weighted by people."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby


def concentration(a_head: Sequence[float], people: Sequence[int], order: Sequence[float]) -> float:
    """The concentration index of an amount a head over places ordered by `order`, ascending; -1 to 1.

    `2 / mean * sum(share of people * amount * mid-rank) - 1` (Kakwani, Wagstaff and van Doorslaer 1997). Above 0: more goes
    where `order` is high. Places level in `order` share their mid-rank. 0 where there is no amount.
    """
    whole = sum(people)
    mean = sum(one * n for one, n in zip(a_head, people, strict=True)) / whole
    if mean == 0:
        return 0.0
    rank, total = 0.0, 0.0
    ranked = sorted(zip(order, a_head, people, strict=True), key=lambda one: one[0])
    for _, level in groupby(ranked, key=lambda one: one[0]):
        group = list(level)
        share = sum(n for _, _, n in group) / whole
        total += sum(amount * n / whole for _, amount, n in group) * (rank + share / 2)
        rank += share
    return 2 * total / mean - 1


def gini(a_head: Sequence[float], people: Sequence[int]) -> float:
    """The Gini coefficient of an amount a head: 0 where all places have the same, towards 1 where one has all."""
    return concentration(a_head, people, a_head)
