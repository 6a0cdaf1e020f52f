"""Change over time: the scores of a person in the order of their days, one series a scale, and what may be said of a change."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from resettle.goodlives.instruments import reliable_change
from resettle.goodlives.instruments.instrument import Scale
from resettle.web.measures.models import Given, Scaling
from resettle.web.measures.work import t_of
from resettle.web.people.models import Person


@dataclass
class Series:
    """One scale of one questionnaire: its ends, and a score for each day (None: too few answers, with the reason)."""

    title: str
    low: float
    high: float
    note: str = ""
    low_is_better: bool = False
    reliability: float | None = None
    spread: float | None = None
    points: list[tuple[date, float | None, str]] = field(default_factory=list)

    @property
    def scored(self) -> list[tuple[date, float]]:
        """The days with a score."""
        return [(on, value) for on, value, _ in self.points if value is not None]

    @property
    def sentence(self) -> str:
        """How far it went from the first score to the last, and whether that is more than chance; no word of cause."""
        if len(self.scored) < 2:
            return ""
        (_, first), (_, last) = self.scored[0], self.scored[-1]
        said = f"From {first:g} to {last:g}." if first != last else f"{first:g} both times."
        known = reliable_change(
            Scale(label=self.title, items=("all",), least=1, reliability=self.reliability, spread=self.spread),
            first,
            last,
        )
        return (
            said
            + {
                None: "",
                True: " That is more than chance answers give, 19 times of 20.",
                False: " Chance answers may give as much.",
            }[known]
        )


def series_of(person: Person) -> list[tuple[str, list[Series]]]:
    """The scores of a person by questionnaire, oldest first; another version is another series."""
    found: dict[tuple[str, str], tuple[str, dict[str, Series]]] = {}
    for one in person.given.filter(taken_back_on=None).order_by("on", "captured_at"):
        _, scales = found.setdefault((one.instrument, one.version), (one.label, {}))
        for score in one.scores:
            add(scales, one, score)
    return [(label, list(scales.values())) for label, scales in found.values()]


def add(scales: dict[str, Series], given: Given, score: dict[str, Any]) -> None:
    """Put one score in the series of its scale."""
    if score["scale"] not in scales:
        about = ("note", "low_is_better", "reliability", "spread")
        scales[score["scale"]] = Series(
            score["label"], score["low"], score["high"], **{name: score[name] for name in about}
        )
    scales[score["scale"]].points.append((given.on, score["value"], score["why"]))


def goals_of(person: Person) -> list[tuple[str, Series]]:
    """The T scores of the goals in each view: the person's, then the worker's; never averaged."""
    found = []
    for rater, label in Scaling.Rater.choices:
        kept = person.scalings.filter(rater=rater, taken_back_on=None).order_by("on", "captured_at")
        made = Series("All goals together", 20, 80)
        for one in kept.prefetch_related("levels"):
            t = t_of(one)
            made.points.append((one.on, None if t is None else round(t, 1), ""))
        if made.points:
            found.append((label, made))
    return found
