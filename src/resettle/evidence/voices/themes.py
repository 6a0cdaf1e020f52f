"""Themes: what was said, by circle of the model, by how many of how many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from resettle.errors import bad, did_you_mean
from resettle.evidence.intervals import wilson
from resettle.evidence.voices.extract import CIRCLES, Circle, Voices
from resettle.evidence.voices.refi import JOIN
from resettle.provenance import Provenance
from resettle.result import Interval, Record, Result


class Theme(Record):
    """One code: in how many pieces of text, and how many people (or sources, where people are not known) spoke of it.

    `roles` says how many of each role did.
    """

    code: str
    circle: Circle
    pieces: int
    people: int
    of: int
    coders: int
    roles: dict[str, int] = {}

    @property
    def words(self) -> str:
        """The theme in words: `trust (7 of 20)`."""
        return f"{self.code} ({self.people} of {self.of})"

    @property
    def interval(self) -> Interval:
        """Wilson interval of the share who spoke of it, were they a random sample; people who are interviewed seldom are."""
        return wilson(self.people, self.of)


class Themes(Result):
    """All themes, circle by circle, the most widespread first."""

    themes: tuple[Theme, ...]
    people: int
    counted: str

    @property
    def sentence(self) -> str:
        """The most widespread theme of each circle."""
        first = {t.circle: t for t in reversed(self.themes)}
        said = "; ".join(f"{c}: {first[c].words}" for c in CIRCLES if c in first)
        return f"{len(self.themes)} themes from {self.people} {self.counted}. Most widespread in each circle: {said}."

    def rows(self) -> list[dict[str, Any]]:
        """One row for each theme."""
        return [
            {
                "circle": t.circle,
                "theme": t.code,
                self.counted: t.people,
                "of": t.of,
                "pieces": t.pieces,
                "coders": t.coders,
                "roles": "; ".join(f"{role} {n}" for role, n in t.roles.items()),
            }
            for t in self.themes
        ]

    def theme(self, code: str) -> Theme:
        """One theme by its code; an unknown one is a `BadInput`."""
        held = {t.code: t for t in self.themes}
        if code not in held:
            raise bad("no such theme", value=code, do=did_you_mean(code, held))
        return held[code]


def find_themes(voices: Voices, circles: Mapping[str, Circle] | None = None) -> Themes:
    """The themes of coded extracts, by circle.

    A theme is a code; what was coded narrowly counts for the broader codes too. `circles` places codes (and all under
    them) in circles; other codes keep the circle of their extracts. People are counted, or sources if any extract has no
    person.
    """
    by_person = all(e.person for e in voices.extracts)
    everyone = {e.person if by_person else e.source for e in voices.extracts}
    made = []
    for code in sorted({c for e in voices.extracts for c in broader(e.code)}):
        held = [e for e in voices.extracts if code in broader(e.code)]
        who = {(e.person if by_person else e.source): e.role or "role not known" for e in held}
        roles = sorted(set(who.values()))
        made.append(
            Theme(
                code=code,
                circle=placed(code, [e.circle for e in held], circles or {}),
                pieces=len({e.id for e in held}),
                people=len(who),
                of=len(everyone),
                coders=len({e.coder for e in held}),
                roles={role: sum(1 for r in who.values() if r == role) for role in roles},
            )
        )
    order = list(CIRCLES)
    made.sort(key=lambda t: (order.index(t.circle), -t.people, t.code))
    return Themes(
        themes=tuple(made),
        people=len(everyone),
        counted="people" if by_person else "sources",
        provenance=Provenance(inputs=voices.provenance.inputs, parameters={"circles": dict(circles or {})}),
    )


def broader(code: str) -> list[str]:
    """A code and the codes above it, from the broadest."""
    parts = code.split(JOIN)
    return [JOIN.join(parts[:n]) for n in range(1, len(parts) + 1)]


def placed(code: str, found: list[Circle], circles: Mapping[str, Circle]) -> Circle:
    """The circle of a code: as it or the nearest code above it is placed, else that of its extracts if they agree."""
    for name in reversed(broader(code)):
        if name in circles:
            return circles[name]
    return found[0] if len(set(found)) == 1 else "unplaced"
