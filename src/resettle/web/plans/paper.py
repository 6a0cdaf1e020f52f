"""A version of a plan on paper: its words with dates as people write them, its PDF, and what there is to put in a letter."""

from __future__ import annotations

import json
from datetime import date, datetime
from importlib.util import find_spec
from typing import Any

from django.utils import timezone

from resettle.web.look.jinja import day
from resettle.web.people.models import Happened, Person
from resettle.web.plans.models import Plan

MARK = "OFFICIAL-SENSITIVE"
STATES = {"active": "Working on it now", "future": "For later"}


def says(version: Plan) -> dict[str, Any]:
    """What a version says, word for word as it was sealed; days as dates."""
    found: dict[str, Any] = json.loads(version.snapshot)
    for step in (step for goal in found["goals"] for step in goal["steps"]):
        step["due"] = date.fromisoformat(step["due"]) if step["due"] else None
    return found


def can_write_pdf() -> bool:
    """Whether Typst (the extra `report`) is installed."""
    return find_spec("typst") is not None


def plan_pdf(version: Plan) -> bytes | None:
    """The version as an accessible PDF (PDF/UA-1) with its seal; None where a letter in it stands in no font here.

    PDF/UA-1 (ISO 14289-1) asks that every mark of the text can be read aloud, so Typst refuses a letter it cannot draw.
    """
    import typst

    try:
        written: bytes = typst.compile(plan_source(version).encode(), format="pdf", pdf_standards=["ua-1"])
    except typst.TypstError as why:
        if "could not be displayed" in str(why):
            return None
        raise
    return written


def plan_source(version: Plan) -> str:
    """The version as a Typst document; the words go in as quoted text, so none is taken for markup."""
    from resettle.report.look import CIRCLES, INK, QUIET
    from resettle.report.study.typst_source import FONTS, PREAMBLE, exact, paragraph, quoted

    found = says(version)
    title = f"{found['called']}: my plan, version {version.number}"
    parts = [
        PREAMBLE.format(title=quoted(title), quiet=QUIET, ink=INK, fonts=FONTS, evidence=CIRCLES["micro"]),
        f"#set text(size: 12pt)\n#heading(level: 1, {quoted('My plan')})",
        paragraph(f"{found['called']}, version {version.number}, {day(version.offered_at)}"),
        f"#heading(level: 2, {quoted('What I am good at')})",
        listed("list", found["strengths"]),
        f"#heading(level: 2, {quoted('My goals')})",
        *(goal_source(goal) for goal in found["goals"]),
        paragraph(f"Works with me: {found['worker']}."),
        f'#text(size: 9pt)[#par({quoted("Seal of this version:")}) #par("{exact(version.seal)}") #par("{MARK}")]',
    ]
    return "\n\n".join(parts)


def goal_source(goal: dict[str, Any]) -> str:
    """One goal: what I will do and why, what it is for, what stands in the way, and the steps."""
    from resettle.report.study.typst_source import paragraph, quoted

    steps = [
        step["text"] + f" ({step['by']}" + (f", by {day(step['due'])}" if step["due"] else "") + ")"
        for step in goal["steps"]
    ]
    parts = [
        f"#heading(level: 3, {quoted(intent(goal))})",
        paragraph(f"{STATES[goal['state']]}. For {', '.join(goal['goods'])}."),
        paragraph(f"In the way: {goal['obstacle']}") if goal["obstacle"] else "",
        listed("enum", steps),
    ]
    return "\n\n".join(parts)


def intent(goal: dict[str, Any]) -> str:
    """I will ... so that ..."""
    return f"I will {goal['own_words']}" + (f" so that {goal['so_that']}" if goal["so_that"] else "")


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
