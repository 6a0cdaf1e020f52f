"""Quotes: only with consent, screened, and never out before a named person has looked at these very words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from resettle.errors import BadInput, Problem
from resettle.evidence.voices.extract import Extract, Voices
from resettle.evidence.voices.review import Candidate, Review, sealed
from resettle.evidence.voices.screen import NEVER, Found, screen
from resettle.provenance import Provenance
from resettle.result import Record, Result

FEWEST = 10
"""A role is named beside a quote only if at least this many people have it."""
SOMEONE = "someone who took part"


class Quote(Record):
    """Words that may leave: as they are shown, who is said to have spoken, and who looked at them.

    Nothing in it leads back to the source.
    """

    code: str
    words: str
    attribution: str
    looked_by: str


class Quotes(Result):
    """Quotes that may be published, and how many candidates stayed behind and why."""

    quotes: tuple[Quote, ...]
    kept_back: int
    without_consent: int

    @property
    def sentence(self) -> str:
        """How many quotes there are, and how many stayed behind."""
        return (
            f"{len(self.quotes)} quotes, each looked at by a person; {self.kept_back} kept back, "
            f"{self.without_consent} pieces of text without consent."
        )

    def rows(self) -> list[dict[str, Any]]:
        """One row for each quote."""
        return [{"theme": q.code, "quote": q.words, "said by": q.attribution} for q in self.quotes]


def candidates(voices: Voices, names: Iterable[str] = (), places: Iterable[str] = ()) -> tuple[Candidate, ...]:
    """Every piece of text with consent, once, with what the screen found in it.

    `names` and `places` come on top of the names that a project file holds and of the pseudonyms of people.
    """
    known = known_names(voices, names)
    seen: dict[str, Extract] = {}
    for e in voices.extracts:
        if e.consent:
            seen.setdefault(e.id, e)
    return tuple(
        Candidate(id=e.id, code=e.code, role=e.role, text=e.text, found=screen(e.text, known, places))
        for e in seen.values()
    )


def known_names(voices: Voices, names: Iterable[str]) -> list[str]:
    """Every name that quotes are screened for."""
    return [*names, *voices.names, *sorted({e.person for e in voices.extracts if e.person})]


def release(
    voices: Voices,
    reviews: Iterable[Review],
    *,
    names: Iterable[str] = (),
    places: Iterable[str] = (),
    group_sizes: Mapping[str, int] | None = None,
) -> Quotes:
    """The quotes that may leave, or one `BadInput` that names every candidate still in the way.

    In the way are: a candidate whose words nobody has looked at as they are now; known names, numbers and addresses that were
    waved through; and words put in place of others in which the screen finds something again, until a second review of those
    words says `use`. `group_sizes` is how many people have each role (those in the extracts, if not given).
    """
    names, places = known_names(voices, names), list(places)
    held = {(r.id, r.seal): r for r in reviews}
    sizes = role_sizes(voices) if group_sizes is None else group_sizes
    offered = candidates(voices, names, places)
    quotes: list[Quote] = []
    problems: list[Problem] = []
    for candidate in offered:
        review = held.get((candidate.id, candidate.seal))
        if problem := in_the_way(candidate, review, held, lambda text: screen(text, names, places)):
            problems.append(problem)
        elif review is not None and review.decision != "keep_back":
            quotes.append(quote(candidate, review, sizes))
    if problems:
        raise BadInput(*problems)
    return Quotes(
        quotes=tuple(quotes),
        kept_back=len(offered) - len(quotes),
        without_consent=len({e.id for e in voices.extracts if not e.consent}),
        provenance=Provenance(inputs=voices.provenance.inputs),
    )


def quote(candidate: Candidate, review: Review, sizes: Mapping[str, int]) -> Quote:
    """The words as they leave; the role stands beside them only if ten people or more have it."""
    shown = candidate.role and sizes.get(candidate.role, 0) >= FEWEST
    return Quote(
        code=candidate.code,
        words=review.text if review.decision == "change" else candidate.text,
        attribution=candidate.role if shown else SOMEONE,
        looked_by=review.looked_by,
    )


def in_the_way(
    candidate: Candidate,
    review: Review | None,
    held: Mapping[tuple[str, str], Review],
    look: Callable[[str], Sequence[Found]],
) -> Problem | None:
    """Why a candidate must not leave yet, or None."""

    def problem(rule: str, do: str) -> Problem:
        return Problem(rule, None, None, "extract_id", candidate.id, do)

    if review is None:
        found = kinds(candidate.found)
        return problem("a quote whose words nobody has looked at", f"The screen found: {found}. Look at it and decide.")
    if review.decision == "keep_back":
        return None
    if review.decision == "use":
        barred = [f for f in candidate.found if f.kind in NEVER]
        return problem(f"the words hold: {kinds(barred)}", "Change them, or keep the quote back.") if barred else None
    if not review.text.strip():
        return problem("no words were put in place of the quote", "Write them, or keep the quote back.")
    again = look(review.text)
    second = held.get((candidate.id, sealed(review.text)))
    if any(f.kind in NEVER for f in again) or (again and (second is None or second.decision != "use")):
        return problem(f"the changed words still hold: {kinds(again)}", "Change them, or look again and say `use`.")
    return None


def kinds(found: Iterable[Found]) -> str:
    """The kinds of what was found, each once."""
    return ", ".join(sorted({f.kind for f in found})) or "nothing"


def role_sizes(voices: Voices) -> dict[str, int]:
    """How many people of each role the extracts come from."""
    people = {(e.role, e.person or e.source) for e in voices.extracts}
    return {role: sum(1 for r, _ in people if r == role) for role in {r for r, _ in people}}
