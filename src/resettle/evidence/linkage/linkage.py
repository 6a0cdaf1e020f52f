"""`link_people`: a list of people linked to a register, with every probability kept and everybody accounted for."""

from __future__ import annotations

import hmac
import random
from collections import Counter
from collections.abc import Iterable
from typing import Any

from resettle.errors import bad
from resettle.evidence.linkage.deciding import REASONS, Answer, Asked, How, answers
from resettle.evidence.linkage.model import Pair, likely_pairs
from resettle.evidence.linkage.people import People
from resettle.evidence.linkage.quality import Quality, quality_by_check
from resettle.evidence.linkage.review import Decision, decided_pairs, review_sheet
from resettle.provenance import Provenance
from resettle.result import Record, Result

ACCEPT, REVIEW = 0.95, 0.5
DIGITS = 16


class Linked(Record):
    """A record of the list that was linked: to whom, how likely that is, and who said so."""

    ours: str
    theirs: str
    probability: float | None
    how: How


class Lost(Record):
    """Why some records were not linked, and how many."""

    reason: str
    people: int


class Linkage(Result):
    """A linkage of `submitted` records to a register of `within`.

    `links` are those made, `lost` the others by reason. `quality` is the precision that a person found in a sample of the
    links. `missed_at_most` is the share not linked, which is the share missed if all are in the register. `set_aside` counts
    values that could not be right. The JSON of this result holds identifiers of people: keep it where the lists are kept.
    """

    submitted: int
    within: int
    accept: float
    review: float
    links: tuple[Linked, ...]
    lost: tuple[Lost, ...]
    set_aside: int
    quality: Quality | None = None
    notes: tuple[str, ...] = ()

    @property
    def missed_at_most(self) -> float:
        """The share of those submitted who were not linked: the most that `linkage_bounds` may take as missed."""
        return 1.0 - len(self.links) / self.submitted

    @property
    def repeated(self) -> int:
        """Records beyond the first that were linked to the same person."""
        return len(self.links) - len({one.theirs for one in self.links})

    @property
    def sentence(self) -> str:
        """How many of how many were linked."""
        n = len(self.links)
        share = f"{100 * n / self.submitted:.1f}%"
        said = f"{n:,} of {self.submitted:,} records ({share}) were linked to a register of {self.within:,}"
        if self.repeated:
            said += f"; {self.repeated:,} of them to somebody already linked"
        return f"{said}. {self.quality.sentence}" if self.quality else f"{said}."

    def rows(self) -> list[dict[str, Any]]:
        """The attrition: how many were submitted, how many were lost for each reason, how many were linked and how."""
        made: list[dict[str, Any]] = [{"step": "submitted", "records": self.submitted, "left": self.submitted}]
        left = self.submitted
        for lost in self.lost:
            left -= lost.people
            made.append({"step": lost.reason, "records": -lost.people, "left": left})
        by = Counter(one.how for one in self.links)
        words: dict[How, str] = {"model": "linked by the model", "decision": "linked by a person's decision"}
        return made + [{"step": words[how], "records": by[how], "left": left} for how in words if by[how]]

    def pseudonym(self, theirs: str, key: bytes) -> str:
        """The pseudonym of a person of the register: the same in every linkage with the same key, and not to be undone without."""
        return f"P{hmac.new(key, theirs.encode(), 'sha256').hexdigest()[:DIGITS]}"


def link_people(
    ours: People,
    theirs: People,
    decisions: Iterable[Decision] = (),
    accept: float = ACCEPT,
    review: float = REVIEW,
    check: int = 0,
    seed: int = 1,
) -> tuple[Linkage, str]:
    """Link a list to a register; returns the linkage and the sheet of pairs that a person should look at.

    Pairs from `accept` upwards are linked, those from `review` upwards put on the sheet, with `check` links drawn by chance to
    measure the precision. `decisions` are read from a filled sheet. A record of the list has at most one person; a person may
    have several records. Needs the extra `link`.
    """
    if not 0 < review <= accept <= 1:
        raise bad("review and accept are probabilities, review not above accept", value=f"{review} and {accept}")
    if check < 0:
        raise bad("a number of links to check cannot be negative", value=check)
    made = tuple(decisions)
    decided = decided_pairs(made, ours, theirs)
    pairs, notes = likely_pairs(ours, theirs, seed)
    enough = [ours.enough(number) for number in range(len(ours.ids))]
    found, asked = answers(len(ours.ids), enough, pairs, decided, accept, review)
    asked += sample(found, check, seed)
    links = tuple(linked(answer, ours, theirs) for answer in found if answer.theirs is not None)
    lost = Counter(answer.reason for answer in found if answer.reason)
    result = Linkage(
        submitted=len(ours.ids),
        within=len(theirs.ids),
        accept=accept,
        review=review,
        links=links,
        lost=tuple(Lost(reason=reason, people=lost[reason]) for reason in REASONS if lost[reason]),
        set_aside=len(ours.faults) + len(theirs.faults),
        quality=quality_by_check(made),
        notes=notes,
        provenance=Provenance(
            inputs={"list": ours.hash, "register": theirs.hash},
            parameters={"accept": accept, "review": review, "check": check, "decisions": len(made)},
            seed=seed,
        ),
    )
    return result, review_sheet(asked, ours, theirs)


def linked(answer: Answer, ours: People, theirs: People) -> Linked:
    """A link by the identifiers of both records."""
    assert answer.theirs is not None and answer.how is not None
    return Linked(
        ours=ours.ids[answer.ours], theirs=theirs.ids[answer.theirs], probability=answer.probability, how=answer.how
    )


def sample(found: list[Answer], size: int, seed: int) -> list[Asked]:
    """Links of the model drawn by chance, for a person to check."""
    sure = [answer for answer in found if answer.how == "model"]
    drawn = random.Random(seed).sample(sure, min(size, len(sure)))
    return [
        Asked(Pair(one.ours, one.theirs, one.probability), "check")
        for one in sorted(drawn, key=lambda answer: answer.ours)
        if one.theirs is not None and one.probability is not None
    ]
