"""How good a linkage is: the share of links that are right, and of people who were found; what an effect needs to be bounded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from resettle.evidence.intervals import wilson
from resettle.evidence.linkage.review import Decision
from resettle.result import Interval, Record

if TYPE_CHECKING:
    from resettle.evidence.linkage.linkage import Linkage


class Quality(Record):
    """Precision: the share of links that are right. Recall: the share of people in the register who were found; None where
    nobody knows who is in it. Each with its interval (Wilson) and the people it rests on.
    """

    precision: float
    precision_interval: Interval
    links: int
    recall: float | None = None
    recall_interval: Interval | None = None
    people: int | None = None

    @property
    def wrong(self) -> float:
        """The share of links that are somebody else's: what `linkage_bounds` takes."""
        return 1.0 - self.precision

    @property
    def sentence(self) -> str:
        """Both shares in words, with their intervals."""
        low, high = (100 * end for end in (self.precision_interval.low, self.precision_interval.high))
        said = f"{100 * self.precision:.1f}% of {self.links:,} links are right ({low:.1f} to {high:.1f})"
        if self.recall is None or self.recall_interval is None:
            return f"{said}."
        low, high = (100 * end for end in (self.recall_interval.low, self.recall_interval.high))
        return f"{said}; {100 * self.recall:.1f}% of {self.people:,} people were found ({low:.1f} to {high:.1f})."


def quality_against(linkage: Linkage, truth: Mapping[str, str]) -> Quality | None:
    """Precision and recall against who is who: `truth` gives the register's record of each record of the list that has one.

    None where nothing was linked, or nobody is in the register.
    """
    links = {one.ours: one.theirs for one in linkage.links}
    right = sum(truth.get(own) == other for own, other in links.items())
    if not links or not truth:
        return None
    found = sum(links.get(own) == other for own, other in truth.items())
    return Quality(
        precision=right / len(links),
        precision_interval=wilson(right, len(links)),
        links=len(links),
        recall=found / len(truth),
        recall_interval=wilson(found, len(truth)),
        people=len(truth),
    )


def quality_by_check(decisions: Iterable[Decision]) -> Quality | None:
    """Precision of the model's links from those of a random sample that a person looked at (`why` is `check`)."""
    checked = [one.decision == "same" for one in decisions if one.why == "check"]
    if not checked:
        return None
    right = sum(checked)
    return Quality(precision=right / len(checked), precision_interval=wilson(right, len(checked)), links=len(checked))
