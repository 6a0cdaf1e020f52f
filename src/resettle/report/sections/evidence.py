"""Outcome and impact: what happened, and what the programme caused."""

from __future__ import annotations

from dataclasses import replace

from resettle.evidence.effect import Effect, Group
from resettle.evidence.measures import UNITS, Measure, Measures
from resettle.evidence.survival import Curve
from resettle.goodlives.need import FEWEST
from resettle.report.blocks import Bullets, Facts, Notice, Part, Ref, Row, Section, Table, Text, cells, row
from resettle.report.charts import Chart
from resettle.report.charts.found import curves_chart, effect_chart, group_words, measures_chart
from resettle.report.disclosure import FEW, group_key, hidden_groups, masked, people, safe, shown_curves, shown_effect
from resettle.report.look import station
from resettle.report.sections.alike import comparison
from resettle.report.sections.drawn import drawing
from resettle.report.trails import PEOPLE_PAGES, Trails
from resettle.report.words import capital, listed, number, p_value, percent, percents
from resettle.thread.thread import Thread

MEASURES = {
    "rate": "Share with the event",
    "per_offender": "Events for each person",
    "per_reoffender": "Events for each person who had any",
    "days_to_first": "Days to the first event",
}
DESIGNS = {
    "randomised": "People were assigned at random",
    "standardised_regression": "People were not assigned at random; recorded differences are allowed for",
}
MADE_ALIKE = "People were not assigned at random; a comparison was made to be alike on what was recorded"
AGAIN = "One person can be counted more than once: each release or sentence starts a follow-up of its own."
TOO_SMALL = f"{capital(FEW)} people are on one side of the result, so it is not shown here."


def outcome(thread: Thread, trails: Trails) -> Section:
    """What happened to people, under the clock."""
    clock = thread.clock
    rate = next((m for m in thread.measures.measures if m.name == "rate"), None)
    rule = Text((f"What counts, and for how long: {clock.label} (clock “{clock.id}”).",))
    if rate is None or rate.value is None or not safe(rate.n, rate.count):
        return Section(station("outcome"), 5, TOO_SMALL, (rule,))
    share = f"{percent(rate.value)} (95% interval {percents(rate.interval)})"
    who = "people" if rate.n <= thread.people else "releases and sentences"
    finding = f"{rate.count:,} of {rate.n:,} {who} had {clock.label}: {share}."
    parts: list[Part] = [rule, measures_table(thread.measures)]
    if rate.n > thread.people:
        parts.insert(
            1,
            Text(
                ("One person can be counted more than once: each release or sentence starts a follow-up of its own.",)
            ),
        )
    if thread.groups:
        parts += groups(thread, thread.groups)
    verified = trails.kinds.get("outcome", 0)
    if verified:
        link = Ref(f"{people(verified)} outcomes of single people", PEOPLE_PAGES)
        parts.append(Text(("Besides, ", link, " are on record, each with how it is known.")))
    return Section(station("outcome"), 5, finding, parts)


def measures_table(measures: Measures) -> Table:
    """The four measures of everybody."""
    return Table(
        f"{capital(measures.clock_label)}: everybody who could be followed",
        cells("Measure", "People", "Counted", "Value", "95% interval", "Unit", "Method"),
        [measure_row(m) for m in measures.measures],
        frozenset({1, 2, 3, 4}),
    )


def measure_row(m: Measure) -> Row:
    """One measure with its interval; a rate in per cent."""
    rate = m.name == "rate"
    value = percent(m.value) if rate else number(m.value)
    ends = (
        percents(m.interval)
        if rate
        else f"{number(m.interval.low)} to {number(m.interval.high)}"
        if m.interval
        else "–"
    )
    unit = "per cent of people" if rate else UNITS[m.name]
    return row(MEASURES[m.name], f"{m.n:,}", f"{m.count:,}", value, ends, unit, m.method)


def groups(thread: Thread, measures: Measures) -> list[Part]:
    """The rate by group: a chart and a table, small groups left out."""
    out = hidden_groups(measures.measures)
    shown = measures.model_copy(update={"measures": tuple(m for m in measures.measures if group_key(m) not in out)})
    by = listed([name.replace("_", " ") for name in measures.by])
    table = Table(
        f"{capital(measures.clock_label)} by {by}",
        cells("Group", "People", "With the event", "Share", "95% interval"),
        [group_row(m, group_key(m) in out) for m in measures.measures if m.name == "rate"],
        frozenset({1, 2, 3, 4}),
        f"Groups with {FEW} people, or with {FEW} on one side of the result, are not shown, nor a group that would give one away."
        if out
        else "",
    )
    return [drawing(measures_chart(shown), thread), table]


def group_row(m: Measure, hidden: bool) -> Row:
    """One group, or that it is not shown."""
    name = capital(group_words(m))
    if hidden:
        return row(name, FEW if m.n < FEWEST else "not shown", "not shown", "not shown", "not shown")
    return row(name, f"{m.n:,}", f"{m.count:,}", percent(m.value), percents(m.interval))


def impact(thread: Thread, trails: Trails) -> Section:
    """What the programme caused, by which design, and how far to trust it."""
    effect = thread.effect
    if not shown_effect(effect):
        return Section(station("impact"), 6, TOO_SMALL, (trails.trail(f"effect:{effect.id}", thread.study.question),))
    parts: list[Part] = [Text((f"The question: {thread.study.question}",))]
    if effect.disputed:
        parts.append(Notice((disputed(effect),)))
    if thread.truth_sentence:
        parts.append(Text((thread.truth_sentence,)))
    parts += [
        drawing(titled(effect, thread.truth), thread),
        effect_table(effect),
        tests_table(effect),
        *curves(thread),
        *comparison(thread),
        design(effect),
    ]
    if effect.notes:
        parts.append(Bullets([(masked(note),) for note in effect.notes]))
    parts.append(trails.trail(f"effect:{effect.id}", "The effect"))
    return Section(station("impact"), 6, answer(effect), parts)


def titled(effect: Effect, truth: float | None) -> Chart:
    """The chart of an effect under a short title."""
    title = f"{short(effect)}." if not effect.disputed else f"{short(effect)}, but the answer changes with the test."
    return replace(effect_chart(effect, truth), title=title)


def short(effect: Effect) -> str:
    """The finding in a few words."""
    if effect.verdict == "not shown":
        return f"A difference in {effect.outcome_label} was not shown"
    return f"{'Less' if effect.verdict == 'fewer' else 'More'} {effect.outcome_label} with {effect.programme}"


def answer(effect: Effect) -> str:
    """The answer in plain words, with the difference, its interval, and the people."""
    rates = (
        f"{percent(effect.treated.rate)} of {effect.treated.n:,} people with {effect.treated.label}, against "
        f"{percent(effect.comparison.rate)} of {effect.comparison.n:,} with {effect.comparison.label}"
    )
    adjusted = "" if effect.design == "randomised" else " (allowing for recorded differences)"
    low, high = 100 * effect.interval.low, 100 * effect.interval.high
    size = f"a difference of {100 * effect.estimate:+.2f} percentage points (95% interval {low:+.2f} to {high:+.2f})"
    return f"{short(effect)}: {rates}{adjusted}, {size}."


def disputed(effect: Effect) -> str:
    """That the answer changes with the test chosen, and which tests stand on which side."""
    yes = [f"{t.name}, p = {p_value(t.p)}" for t in effect.tests if t.p <= 0.05]
    no = [f"{t.name}, p = {p_value(t.p)}" for t in effect.tests if t.p > 0.05]
    return (
        f"The answer changes with the test chosen. Of {len(effect.tests)} tests of the same question, {len(yes)} give p of 0.05 or "
        f"less ({'; '.join(yes)}), and {len(no)} give more ({'; '.join(no)}). Whoever reads only one of them learns only half. "
        "The evidence is at the edge: it neither settles that the programme works nor that it does not."
    )


def effect_table(effect: Effect) -> Table:
    """Both groups and the difference."""
    difference = row(
        "Difference", f"{effect.n:,}", "", f"{100 * effect.estimate:+.2f} points",
        f"{100 * effect.interval.low:+.2f} to {100 * effect.interval.high:+.2f} points", p_value(effect.p),
    )  # fmt: skip
    return Table(
        f"The two groups and the difference: {effect.outcome_label}",
        cells("Group", "People", "With the event", "Share used", "95% interval", "p"),
        [group_line(effect.treated), group_line(effect.comparison), difference],
        frozenset({1, 2, 3, 4, 5}),
        f"Method: {effect.method}."
        + (
            ""
            if effect.design == "randomised"
            else " The share used for the comparison is adjusted, not the plain one."
        ),
    )


def group_line(group: Group) -> Row:
    """One side of the comparison."""
    return row(capital(group.label), f"{group.n:,}", f"{group.events:,}", percent(group.rate), "", "")


def tests_table(effect: Effect) -> Table:
    """Every test of the same question, with its side of 0.05."""
    return Table(
        "Tests of the same question",
        cells("Test", "p", "Side of 0.05", "What it does differently"),
        [
            row(capital(t.name), p_value(t.p), "0.05 or less" if t.p <= 0.05 else "more than 0.05", t.note)
            for t in effect.tests
        ],
        frozenset({1}),
    )


def curves(thread: Thread) -> list[Part]:
    """When it happened: both curves, and what they say at a few moments."""
    shown = shown_curves(thread.curves.curves)
    if not shown:
        return []
    found = thread.curves.model_copy(update={"curves": shown})
    ends = "; ".join(f"{percent(c.share[-1])} {', '.join(str(v) for v in c.group.values())}" for c in shown if c.share)
    chart = replace(curves_chart(found), title=f"By the end of follow-up: {ends}.")
    last = max(c.days[-1] for c in shown if c.days)
    moments = [round(last * part / 4) for part in (1, 2, 3, 4)]
    table = Table(
        f"Share with {thread.curves.clock_label} by day, as they are (no allowance for differences)",
        cells("Group", *(f"Day {m}" for m in moments)),
        [row(capital(", ".join(str(v) for v in c.group.values())), *(at(c, m) for m in moments)) for c in shown],
        frozenset({1, 2, 3, 4}),
    )
    return [drawing(chart, thread), table]


def at(curve: Curve, day: float) -> str:
    """A curve's value and interval on a day."""
    reached = [i for i, d in enumerate(curve.days) if d <= day]
    if not reached:
        return "0.0%"
    i = reached[-1]
    return f"{percent(curve.share[i])} ({100 * curve.low[i]:.1f} to {100 * curve.high[i]:.1f})"


def design(effect: Effect) -> Facts:
    """How it was found out, and how strong that is."""
    items = [
        ("Design", f"{DESIGNS.get(effect.design, MADE_ALIKE)}."),
        (
            "Strength",
            f"Maryland scale level {effect.grade.maryland} of 5, Nesta level {effect.grade.nesta} of 5. {effect.grade.why}",
        ),
        ("Method", f"{capital(effect.method)}."),
        ("Follow-up", f"{effect.follow_up}."),
        (
            "Allowed for",
            f"{listed([c.removeprefix('assessment.').replace('_', ' ') for c in effect.covariates]) or 'nothing'}.",
        ),
    ]
    if effect.seal:
        items.append(("Seal of the design", f"{effect.seal} (made before outcomes were read)"))
    return Facts([(name, (text,)) for name, text in items])
