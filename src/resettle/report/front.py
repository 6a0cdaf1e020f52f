"""The front page of several threads: one sentence and one link each."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from resettle.area.store import sync
from resettle.report.disclosure import AWAY, hidden_total, shown_effect
from resettle.report.look import STATIONS
from resettle.report.page import fill
from resettle.report.picture import linked_svg
from resettle.report.sections.evidence import short
from resettle.report.words import money
from resettle.thread.thread import Thread

TITLE = "From a person’s plan to a reinvested pound"


@dataclass(frozen=True)
class Item:
    """One thread on the front page."""

    title: str
    href: str
    sentence: str
    caveat: str
    circle: str


def write_front(out: Path, threads: Sequence[tuple[Thread, Path]], title: str = TITLE) -> Path:
    """Write `out/index.html`, which links threads whose pages lie at the given paths; returns its path.

    The stations of its picture lead to the first thread. The page is put in place whole.
    """
    items = [front_item(out, thread, page, n) for n, (thread, page) in enumerate(threads)]
    first = items[0].href if items else ""
    links = {s.name: f"{first}#{s.name}" for s in STATIONS}
    html = fill("front.html", title=title, threads=items, links=links, stations=STATIONS, picture=linked_svg(links))
    out.mkdir(parents=True, exist_ok=True)
    draft = out / f".index.html.{os.getpid()}"
    draft.write_text(html, "utf-8")
    sync(draft)
    os.replace(draft, out / "index.html")
    return out / "index.html"


def front_item(out: Path, thread: Thread, page: Path, number: int) -> Item:
    """What the front page says of one thread."""
    href = quote(Path(os.path.relpath(page, out)).as_posix())
    circle = ("micro", "meso", "macro", "evidence")[number % 4]
    return Item(thread.title, href, front_sentence(thread), thread.info.caveat, circle)


def front_sentence(thread: Thread) -> str:
    """What a thread found, in one sentence."""
    effect, statement = thread.effect, thread.statement
    if not shown_effect(effect):
        return f"{thread.study.question} {AWAY}."
    low, high = 100 * effect.interval.low, 100 * effect.interval.high
    size = f"{100 * effect.estimate:+.2f} points, 95% interval {low:+.2f} to {high:+.2f}"
    found = f"{short(effect)} ({size}){', but the answer changes with the test chosen' if effect.disputed else ''}"
    if hidden_total(statement, effect):
        paid = "an amount that is not shown"
    else:
        paid = money(statement.total, statement.currency, pence=True) if statement.total else "nothing"
    cashable = thread.savings.cash_words
    return f"{found}; by its own rules the contract would pay {paid}; {cashable[:1].lower()}{cashable[1:]}."
