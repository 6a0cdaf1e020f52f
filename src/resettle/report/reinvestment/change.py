"""The chapter on what would change the answer: one assumption at a time, what makes it unsure, and what would turn it."""

from __future__ import annotations

from resettle.report.blocks import Bullets, Heading, Part, Pieces, Table, Text, cells, row
from resettle.report.charts.appraised import sobol_chart
from resettle.report.charts.reinvested import swings_chart
from resettle.report.drawn import drawing
from resettle.report.reinvestment.chapters import VIEWS
from resettle.report.reinvestment.pools import needed
from resettle.report.sensitivity import price_year_words, share
from resettle.report.study.chapter import Chapter
from resettle.report.words import capital, money, number, percent
from resettle.thread.passed_on import Macro, UnsureValue
from resettle.thread.thread import Thread


def change(thread: Thread, macro: Macro) -> Chapter:
    """Sensitivity, and what would change the answer."""
    currency = thread.savings.currency
    rows = [
        row(
            capital(one.about),
            f"{one.low} to {one.high}",
            f"{money(one.work_low, currency)} to {money(one.work_high, currency)}",
            f"{money(one.cash_low, currency)} to {money(one.cash_high, currency)}",
        )
        for one in macro.swings
    ]
    would: list[Pieces] = [
        (f"{VIEWS[one.perspective]}: {enough(one.break_even)}",) for one in macro.worth if one.break_even is not None
    ]
    would += [
        (
            f"Knowing the effect for sure before deciding is worth at most {money(macro.worth[-1].information, currency)}.",
        )
    ]
    parts: list[Part] = [
        drawing(swings_chart(macro.swings, currency)),
        Table(
            "One assumption at a time", cells("Assumption", "From, to", "Work avoided", "Cash"), rows, frozenset({2, 3})
        ),
        price_year_words(macro.worth[-1].value, thread.savings.price_year, currency),
        *unsure(macro),
        Heading("What would change the answer"),
        Bullets([*would, *needed(macro)]),
    ]
    return Chapter("change", "Sensitivity: what would change the answer", "", parts)


def enough(break_even: float) -> str:
    """What part of the gain, or how many times it, would cover the cost."""
    if break_even <= 1:
        return f"it pays, and would as long as {percent(break_even, 0)} of the gain comes true."
    return f"it does not pay; it would with {number(break_even, 1)} times the gain, or at {percent(1 / break_even, 0)} of the cost."


def unsure(macro: Macro) -> list[Part]:
    """The split of the variance of net present value, and of whether it is a loss: drawn for the widest point of view, a table for
    each.
    """
    if not macro.unsure:
        return [Text((NOT_SPLIT,))]
    widest = macro.unsure[-1]
    drawn = [drawing(sobol_chart(one)) for one in (widest.value, widest.loss) if one]
    tables = [table for one in macro.unsure if (table := unsure_table(one))]
    chances: list[Pieces] = [(loss_words(one),) for one in macro.unsure]
    return [Heading("What makes the answer unsure"), Bullets(chances), *drawn, *tables, Text((FIXED,))]


NOT_SPLIT = "What makes the answer unsure is not split here: that needs the extra sim, and a run file that does not set sobol = 0."
FIXED = (
    "Each input takes any draw of the run beside any draw of the others. What stands fixed in the run, such as what carries over, "
    "the price of the service, the discount rate and the price index, has no share here: see one assumption at a time for these."
)


def unsure_table(found: UnsureValue) -> Table | None:
    """Every input from one point of view; None where the net present value does not vary."""
    if found.value is None:
        return None
    losses = {one.name: share(one.total, one.total_interval) for one in found.loss.indices} if found.loss else {}
    rows = [
        row(
            capital(one.name),
            share(one.first, one.first_interval),
            share(one.total, one.total_interval),
            losses.get(one.name, "–"),
        )
        for one in found.value.indices
    ]
    head = cells("Input", "Net value: alone", "Net value: with interactions", "Chance of a loss: with interactions")
    caption = f"Shares of the variance. {VIEWS[found.perspective]}"
    note = (
        f"Sobol indices with 95% bootstrap intervals, from {found.value.runs:,} runs of the flows, seed "
        f"{found.value.provenance.seed}; SALib."
    )
    return Table(caption, head, rows, frozenset({1, 2, 3}), note)


def loss_words(found: UnsureValue) -> str:
    """The chance of a loss, and what most of it hangs on."""
    chance = f"{VIEWS[found.perspective]}: a loss in {percent(found.chance_of_loss, 0)} of draws."
    if found.value is None:
        return f"{chance} The net value is the same in all of them, so there is nothing to split."
    if found.loss is None:
        return f"{chance} Nothing that varies here can turn it."
    first = found.loss.indices[0]
    return f"{chance} Whether it is one hangs most on the {first.name}: {percent(first.total, 0)} of the variance."
