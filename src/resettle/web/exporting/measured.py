"""The rows of what was measured: scores and how far goals came as `assessment`, dated facts as `circumstance`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from resettle.web.exporting.names import Export, Row
from resettle.web.measures.models import Fact, Given, Scaling
from resettle.web.measures.work import t_of

GOALS = "goals_t"
"""Item of the T score of Goal Attainment Scaling, with whose view it is: `goals_t.person`, `goals_t.worker`."""


def assessments(e: Export) -> Iterator[Row]:
    """Each score of each day, the last one written down that day; an item is `questionnaire.scale`."""
    last: dict[tuple[Any, ...], Row] = {}
    for person, on, item, value in [*scores(), *attainments()]:
        last[(person, on, item)] = {"person_id": e.person(person), "assessed_on": on, "item": item, "score": value}
    yield from last.values()


def scores() -> Iterator[tuple[Any, ...]]:
    """Scores of questionnaires that stand."""
    for one in Given.objects.filter(taken_back_on=None).order_by("captured_at", "pk"):
        for score in one.scores:
            if score["value"] is not None:
                yield one.person_id, one.on, f"{one.instrument}.{score['scale']}", score["value"]


def attainments() -> Iterator[tuple[Any, ...]]:
    """T scores of goals that stand, in each view."""
    kept = Scaling.objects.filter(taken_back_on=None).prefetch_related("levels")
    for one in kept.order_by("captured_at", "pk"):
        t = t_of(one)
        if t is not None:
            yield one.person_id, one.on, f"{GOALS}.{one.rater}", round(t, 4)


def circumstances(e: Export) -> Iterator[Row]:
    """Dated facts that stand; what they say of which home or work stays here."""
    for one in Fact.objects.filter(taken_back_on=None).order_by("pk"):
        yield {
            "circumstance_id": e.names.of("F", one.pk),
            "person_id": e.person(one.person_id),
            "domain": one.domain,
            "code": one.code,
            "from_date": one.begins,
            "to_date": one.ends,
            "source": one.how,
            "verified_on": one.verified_on,
        }


MEASURED: dict[str, Callable[[Export], Iterator[Row]]] = {"assessment": assessments, "circumstance": circumstances}
