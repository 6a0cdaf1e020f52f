"""How the thread looks: one colour for each circle, nine stations on a line."""

from __future__ import annotations

from dataclasses import dataclass

CIRCLES = {"micro": "#00703c", "meso": "#1d70b8", "macro": "#4c2c92", "evidence": "#505a5f"}
"""The circles' colours. On white each has a contrast of at least 4.5 to 1."""

SERIES = (*CIRCLES.values(), "#b55300", "#0a7373", "#a2206c", "#6b5900")
"""Colours of series: the circles' first, then others that readers with any colour vision can tell apart by lightness."""

INK, QUIET, FAINT = "#0b0c0c", "#505a5f", "#d9dcde"
"""Colours of text, of secondary text, and of grid lines."""


@dataclass(frozen=True)
class Station:
    """One station of the thread: its name, its circle, and what a reader finds there."""

    name: str
    circle: str
    about: str

    @property
    def colour(self) -> str:
        """The colour of its circle."""
        return CIRCLES[self.circle]


STATIONS = (
    Station("person", "micro", "who they were"),
    Station("plan", "micro", "what they lack"),
    Station("service", "micro", "what was done"),
    Station("contract", "meso", "on which terms"),
    Station("outcome", "evidence", "what happened"),
    Station("impact", "evidence", "what it caused"),
    Station("payment", "meso", "what is owed"),
    Station("saving", "macro", "what is freed"),
    Station("reinvestment", "macro", "what comes next"),
)
"""The nine stations, in order."""


def station(name: str) -> Station:
    """One station by name (`KeyError` if there is none)."""
    return {s.name: s for s in STATIONS}[name]
