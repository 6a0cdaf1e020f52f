"""A version of a plan on paper: its words with dates as people write them, its PDF, and what there is to put in a letter."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from importlib.util import find_spec
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from resettle.web.look.jinja import day
from resettle.web.measures.change import Series
from resettle.web.people.models import Happened, Person
from resettle.web.plans.models import Plan

MARK = "OFFICIAL-SENSITIVE"
STATES = {"active": later("Working on it now"), "future": later("For later")}


def says(version: Plan) -> dict[str, Any]:
    """What a version says, word for word as it was sealed; days as dates."""
    found: dict[str, Any] = json.loads(version.snapshot)
    for step in (step for goal in found["goals"] for step in goal["steps"]):
        step["due"] = date.fromisoformat(step["due"]) if step["due"] else None
    return found


def can_write_pdf() -> bool:
    """Whether Typst (the extra `report`) is installed."""
    return find_spec("typst") is not None


def plan_pdf(version: Plan, scores: Sequence[tuple[str, Series]] = ()) -> bytes | None:
    """The version as an accessible PDF (PDF/UA-1) with its seal; None where a letter in it stands in no font here.

    PDF/UA-1 (ISO 14289-1) asks that every mark of the text can be read aloud, so Typst refuses a letter it cannot draw.
    """
    import typst

    try:
        source = plan_source(version, scores).encode()
        written: bytes = typst.compile(source, format="pdf", pdf_standards=["ua-1"])
    except typst.TypstError as why:
        if "could not be displayed" in str(why):
            return None
        raise
    return written


def plan_source(version: Plan, scores: Sequence[tuple[str, Series]] = ()) -> str:
    """The version as a Typst document, with how it goes; the words go in as quoted text, so none is taken for markup."""
    from resettle.report.look import CIRCLES, INK, QUIET
    from resettle.report.study.typst_source import FONTS, PREAMBLE, exact, paragraph, quoted

    found = says(version)
    about = {"called": found["called"], "number": version.number, "on": day(version.offered_at)}
    title = _("%(called)s: my plan, version %(number)s") % about
    sealed = paragraph(_("Seal of this version:"))
    went = [f"{words}: {' '.join(went_as(one))}" for words, one in scores]
    parts = [
        PREAMBLE.format(title=quoted(title), quiet=QUIET, ink=INK, fonts=FONTS, evidence=CIRCLES["micro"]),
        "#set text(size: 12pt)",
        heading(1, _("My plan")),
        paragraph(_("%(called)s, version %(number)s, %(on)s") % about),
        heading(2, _("What I am good at")),
        listed("list", found["strengths"]),
        heading(2, _("My goals")),
        *(goal_source(goal) for goal in found["goals"]),
        paragraph(_("Works with me: %(worker)s.") % {"worker": found["worker"]}),
        f'#text(size: 9pt)[{sealed} #par("{exact(version.seal)}")]',
        "#block(breakable: false)[" + heading(2, _("How it goes for me")) + f"\n{listed('list', went)}]"
        if went
        else "",
        f'#text(size: 9pt)[#par("{MARK}")]',
    ]
    return "\n\n".join(parts)


def went_as(one: Series) -> list[str]:
    """The last score of a series with its day and its ends and, where there is one before it, where it began."""
    (then, first), (on, last) = one.scored[0], one.scored[-1]
    about = {"last": f"{last:g}", "low": f"{one.low:g}", "high": f"{one.high:g}", "on": day(on)}
    about |= {"first": f"{first:g}", "then": day(then)}
    said = [_("%(last)s on %(on)s, on a scale from %(low)s to %(high)s.") % about]
    said += [_("It was %(first)s on %(then)s.") % about] if then != on else []
    return [*said, one.note] if one.note else said


def goal_source(goal: dict[str, Any]) -> str:
    """One goal: what I will do and why, what it is for, what stands in the way, and the steps."""
    from resettle.report.study.typst_source import paragraph

    parts = [
        heading(3, intent(goal)),
        paragraph(_("%(state)s. For %(goods)s.") % {"state": STATES[goal["state"]], "goods": goods_of(goal)}),
        paragraph(_("In the way: %(obstacle)s") % {"obstacle": goal["obstacle"]}) if goal["obstacle"] else "",
        listed("enum", [step_as(step) for step in goal["steps"]]),
    ]
    return "\n\n".join(parts)


def goods_of(goal: dict[str, Any]) -> str:
    """What in life a goal is for."""
    return ", ".join(_(name) for name in goal["goods"])


def step_as(step: dict[str, Any]) -> str:
    """A step: what, who, and by when."""
    if not step["due"]:
        return f"{step['text']} ({step['by']})"
    return _("%(text)s (%(by)s, by %(due)s)") % {"text": step["text"], "by": step["by"], "due": day(step["due"])}


def intent(goal: dict[str, Any]) -> str:
    """I will ... so that ..."""
    if goal["so_that"]:
        return _("I will %(own_words)s so that %(so_that)s") % goal
    return _("I will %(own_words)s") % goal


def heading(level: int, words: str) -> str:
    """A heading of Typst."""
    from resettle.report.study.typst_source import quoted

    return f"#heading(level: {level}, {quoted(words)})"


def listed(kind: str, items: list[str]) -> str:
    """A list of Typst, or nothing."""
    from resettle.report.study.typst_source import quoted

    return f"#{kind}({', '.join(quoted(item) for item in items)})" if items else ""


def progress(person: Person) -> dict[str, Any]:
    """What the person got to and what they did, each with its day: achieved goals, then steps done of the others."""
    kept = person.goals.exclude(state="deleted").prefetch_related("steps")
    when = days(person)
    rows = [
        {
            "goal": goal,
            "on": when.get(goal.pk),
            "done": [{"step": step, "on": when.get(step.pk)} for step in goal.steps.all() if step.state == "done"],
        }
        for goal in kept
    ]
    return {
        "achieved": [row for row in rows if row["goal"].state == "achieved"],
        "under_way": [row for row in rows if row["goal"].state != "achieved" and row["done"]],
    }


def days(person: Person) -> dict[Any, date]:
    """The last day on which each goal was achieved and each step done."""
    found: list[tuple[Any, datetime]] = list(
        Happened.objects.filter(person=person, to_state__in=("achieved", "done"), kind__in=("goal", "step"))
        .order_by("at")
        .values_list("thing", "at")
    )
    return {thing: timezone.localdate(at) for thing, at in found}
