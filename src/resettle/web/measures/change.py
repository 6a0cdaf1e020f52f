"""Change over time: the scores of a person in the order of their days, one series a scale, and what may be said of a change."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from resettle.goodlives.instruments import reliable_change
from resettle.goodlives.instruments.instrument import Scale
from resettle.web.measures.models import Given, Scaling
from resettle.web.measures.work import t_of
from resettle.web.people.models import Person

VIEWS = (gettext_noop("How far I got, as I see it"), gettext_noop("How far I got, as my worker sees it"))


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
        first, last = self.scored[0][1], self.scored[-1][1]
        about = {"first": f"{first:g}", "last": f"{last:g}"}
        said = _("From %(first)s to %(last)s.") % about if first != last else _("%(first)s both times.") % about
        known = reliable_change(
            Scale(label=self.title, items=("all",), least=1, reliability=self.reliability, spread=self.spread),
            first,
            last,
        )
        return (
            said
            + {
                None: "",
                True: " " + _("That is more than chance answers give, 19 times of 20."),
                False: " " + _("Chance answers may give as much."),
            }[known]
        )


def series_of(person: Person) -> list[tuple[str, list[Series]]]:
    """The scores of a person by questionnaire, oldest first; another version is another series."""
    found: dict[tuple[str, str], tuple[str, dict[str, Series]]] = {}
    for one in person.given.filter(taken_back_on=None).order_by("on", "captured_at"):
        scales = found.setdefault((one.instrument, one.version), (one.label, {}))[1]
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


def standing(person: Person) -> list[tuple[str, Series]]:
    """What paper says of how it goes: how far the goals came, in the person's view and then the worker's, and each scale.

    Series with no score yet are left out. Labels are in the language of the reader.
    """
    views = {label: words for (_rater, label), words in zip(Scaling.Rater.choices, VIEWS, strict=True)}
    goals = [(_(views[label]), replace(one, note=_("50 is as far as I hoped."))) for label, one in goals_of(person)]
    scales = [(title_of(one), replace(one, note="")) for _label, listed in series_of(person) for one in listed]
    return [(words, one) for words, one in [*goals, *scales] if one.scored]


def title_of(one: Series) -> str:
    """What a scale is called, with which end of it is the better one where that is the low one."""
    return _(one.title) + (" " + _("(low is better)") if one.low_is_better else "")
