"""Whether a policy does what justice reinvestment is for: to move money out of prisons, to the places and people it comes from."""

from __future__ import annotations

from collections.abc import Iterable

INSIDE = {"remand_length", "sentence_length", "release_point", "recall_length", "recall_rate"}
"""Levers that change how long people are held, or how often they are taken back, and bring nothing to places or people outside."""

WORDS = (
    "This scenario only changes how long people are held, or how often they are taken back: any money moves inside prisons. "
    "Justice reinvestment was meant to move money out of prisons, to the places and people it comes from."
)


def only_inside(kinds: Iterable[str]) -> bool:
    """Whether every lever, of these kinds, only moves people or money inside prisons."""
    held = set(kinds)
    return bool(held) and held <= INSIDE
