"""`index.html`: the whole thread on one page, meant for publication, that needs nothing from outside."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from resettle.report.blocks import Section
from resettle.report.claims import claims
from resettle.report.disclosure import hidden_lines, shown_effect
from resettle.report.look import STATIONS
from resettle.report.picture import linked_svg
from resettle.report.sections import evidence, macro, meso, micro
from resettle.report.sources import figures_table, inputs_table, made_with, run_file
from resettle.report.trails import Trails
from resettle.thread.thread import Thread

if TYPE_CHECKING:
    from jinja2 import Environment

SECTIONS = (
    micro.person,
    micro.plan,
    micro.service,
    meso.contract,
    evidence.outcome,
    evidence.impact,
    meso.payment,
    macro.saving,
    macro.reinvestment,
)
"""What writes each station's section, in the order of the stations."""
SIGNED = re.compile(r"-(?=[£$€])")
WORD_JOINER = "\u2060"


@cache
def templates() -> Environment:
    """The templates, with every value escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("resettle.report", "templates")
    made = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=with_its_sign,
    )
    made.globals["style"] = files("resettle.report").joinpath("templates", "style.css").read_text("utf-8")
    return made


def with_its_sign(value: Any) -> Any:
    """A value as it is written: no line breaks between a minus sign and the pounds that it belongs to."""
    from markupsafe import Markup

    plain = isinstance(value, str) and not isinstance(value, Markup)
    return SIGNED.sub(f"-{WORD_JOINER}", value) if plain else value


def fill(template: str, **values: Any) -> str:
    """A template with its values."""
    return templates().get_template(template).render(**values)


def thread_page(thread: Thread, trails: Trails) -> str:
    """The page of one thread as HTML."""
    trails.uncounted = {f"line:{id}" for id in hidden_lines(thread.statement, thread.effect)}
    if not shown_effect(thread.effect):
        trails.uncounted.add(f"effect:{thread.effect.id}")
    sections: list[Section] = [make(thread, trails) for make in SECTIONS]
    return fill(
        "index.html",
        title=thread.title,
        thread=thread,
        claims=claims(thread),
        picture=linked_svg({s.name: f"#{s.name}" for s in STATIONS}),
        links={s.name: f"#{s.name}" for s in STATIONS},
        stations=STATIONS,
        sections=sections,
        figures=figures_table(thread),
        inputs=inputs_table(thread),
        made=made_with(thread),
        run_file=run_file(thread),
        example=next(iter(trails.ids("line")), "line:L1"),
    )
