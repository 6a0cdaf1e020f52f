"""The page of a process evaluation: what was done, for whom, when, by whom, and at what cost."""

from __future__ import annotations

from pathlib import Path

from resettle.evidence.process import Funnel, Process, ProcessMeasure, Stage, UnitCost
from resettle.money import show
from resettle.report.blocks import Bullets, Cell, Part, Row, Table, cells, row
from resettle.report.charts.process import funnel_chart, stages_chart, waited, waits_chart
from resettle.report.disclosure import FEW
from resettle.report.programme.page import Chapter, Page, drawing, write_page
from resettle.report.programme.small import (
    kinds,
    reasons,
    shown_costs,
    shown_groups,
    shown_measures,
    shown_parts,
    shown_stages,
)
from resettle.report.words import capital, money, number, percent, plain

LEFT_OUT = f"Groups of {FEW} people, or with {FEW} on one side of a share, are not shown, nor a group that would give one away."
FUNNELS = 3
"""How many shares are drawn as a funnel: those with most groups beyond the limits first."""
FROM = 3
"""Fewest groups of which a funnel is drawn."""
TITLES = {
    "reach": "reach",
    "started_within_28_days": "starts within 28 days",
    "contacts": "contacts received",
    "hours": "hours received",
    "attendance": "attendance",
    "spend": "spent for each person",
    "steps_done": "steps done",
    "steps_in_order": "steps done in order",
    "steps_by_named_worker": "steps with the named worker",
    "goals_in_own_words": "goals in own words",
    "gaps_with_a_goal": "goods lacked that have a goal",
    "purchases_for_own_goals": "purchases for own goals",
    "spread_of_goods": "spread of goals over goods",
    "same_worker_through_gate": "same worker through the gate",
    "workers_in_12_months": "workers met in 12 months",
    "continuity_index": "continuity index",
}


def write_process(found: Process, out: Path, area: str = "AREA") -> Path:
    """Write the page of a process evaluation, and its JSON, to a folder; returns the path of `index.html`.

    The page is meant for publication and shows no small group. `results.json` holds every number and is not.
    """
    page = Page(
        title=f"What was done: {', '.join(plain(s) for s in found.services) or 'all services'}",
        station="service",
        chapters=[chapter for chapter in chapters(found) if chapter.parts],
        command=f"resettle process {area} --out DIR",
        provenance=found.provenance,
        caveat=found.caveat,
    )
    return write_page(page, out, found.to_json())


def chapters(found: Process) -> list[Chapter]:
    """Where people were lost, how long they waited, what was measured, groups against chance, costs, and what is not known."""
    return [
        lost(found),
        waiting(found),
        measured(found),
        against_chance(found),
        costs(found),
        Chapter("unknown", "What the records cannot tell", "Nothing that was not recorded is counted as nothing.",
                [Bullets([(note,) for note in found.notes])] if found.notes else [], "micro"),
    ]  # fmt: skip


def lost(found: Process) -> Chapter:
    """The waterfall of everyone, and of the groups that are large enough."""
    stages = shown_stages([s for s in found.stages if s.axis == "everyone"])
    if len(stages) < 2:
        return Chapter("lost", "Where people were lost", "Too few people were referred for this to be shown.", [])
    last = stages[-1]
    finding = f"{stages[0].n:,} were referred; {last.n:,} ({percent(last.n / stages[0].n, 0)}) were {last.label}."
    rows = [stage_row(s, s.label) for s in stages]
    rows += [stage_row(s, f"{plain(s.part)}: {s.label}") for group in shown_groups(found.stages) for s in group]
    table = Table("From referral to follow-up", cells("Stage", "People", "Of those referred", "Lost before it"),
                  rows, frozenset({1, 2, 3}), LEFT_OUT)  # fmt: skip
    return Chapter(
        "lost",
        "Where people were lost",
        finding,
        [drawing(stages_chart(stages, found.area, found.caveat)), table],
        "micro",
    )


def stage_row(stage: Stage, label: str) -> Row:
    """One stage, with why people were lost before it."""
    return row(
        Cell((capital(label),), reasons(stage)), f"{stage.n:,}", percent(stage.of_referred, 0), f"{stage.lost:,}"
    )


def waiting(found: Process) -> Chapter:
    """Curves of waiting, and half of whom had started by when."""
    shown = shown_parts(found)
    waits = [w for w in found.waits if (w.axis, w.part) in shown]
    if not waits:
        return Chapter("waiting", "How long people waited", "Too few people waited for this to be shown.", [])
    rows = [
        row(capital(plain(w.part)), f"{w.curve.n:,}", f"{w.median:.0f}" if w.median is not None else "not reached")
        for w in waits
    ]
    table = Table(
        "Days from referral until half had started",
        cells("Group", "Referrals", "Days"),
        rows,
        frozenset({1, 2}),
        LEFT_OUT,
    )
    chart = waits_chart(waits[:4], found.area, found.caveat)
    return Chapter("waiting", "How long people waited", f"{waited(waits[0])}.", [drawing(chart), table], "micro")


def measured(found: Process) -> Chapter:
    """Every measure of everyone and of groups, each with its interval."""
    measures = shown_measures(found.measures)
    held = kinds(measures, lambda m: m.name)
    parts: list[Part] = [measure_table(some, found.currency) for some in held]
    whole = {m.name: m for m in measures if m.axis == "everyone"}
    said = [f"{TITLES[name]} {value_of(whole[name])}" for name in ("reach", "attendance", "contacts") if name in whole]
    finding = f"{capital('; '.join(said))}." if said else "The measures of each group, each with its interval."
    return Chapter("measures", "What people received", finding, parts, "micro")


def measure_table(measures: list[ProcessMeasure], currency: str) -> Table:
    """One measure of everyone and of groups."""
    first = measures[0]
    return Table(
        f"{capital(TITLES[first.name])}: {first.label}",
        cells("Group", "Value", "95% interval", "Counted", "Against chance"),
        [measure_row(m, currency) for m in measures],
        frozenset({1, 2, 3}),
    )


def measure_row(m: ProcessMeasure, currency: str) -> Row:
    """One group's value."""
    verdict = "–" if m.funnel is None else m.funnel.verdict
    return row(capital(plain(m.part)), value_of(m, currency), interval_of(m), f"{m.n:,}", verdict)


def value_of(m: ProcessMeasure, currency: str = "GBP") -> str:
    """A value in its unit."""
    if m.value is None:
        return "–"
    return (
        percent(m.value)
        if m.unit == "share"
        else money(m.value, currency, pence=True)
        if m.unit == "pounds"
        else number(m.value)
    )


def interval_of(m: ProcessMeasure) -> str:
    """The interval of a value in its unit."""
    if m.interval is None:
        return "–"
    factor, places = (100.0, 1) if m.unit == "share" else (1.0, 2)
    return f"{factor * m.interval.low:,.{places}f} to {factor * m.interval.high:,.{places}f}"


def against_chance(found: Process) -> Chapter:
    """Funnels of the shares in which groups differ most."""
    held = [
        some
        for some in kinds(shown_measures(found.measures), lambda m: (m.name, m.axis))
        if len(some) >= FROM and all(m.funnel for m in some)
    ]
    held.sort(key=lambda some: -sum(1 for m in some if m.funnel and m.funnel.verdict.startswith("very")))
    beyond = [m for some in held for m in some if m.funnel and m.funnel.verdict.startswith("very")]
    judged = sum(len(some) for some in held)
    finding = f"{len(beyond)} of {judged} shares of groups lie beyond the limits that hold 99.8 in 100 groups by chance alone."
    parts: list[Part] = [drawing(funnel_chart(some, found.area, found.caveat)) for some in held[:FUNNELS]]
    if parts:
        parts.append(funnel_table(held))
    return Chapter("chance", "Which groups differ by more than chance", finding, parts, "micro")


def funnel_table(held: list[list[ProcessMeasure]]) -> Table:
    """Every group beyond a limit, with the limits."""
    rows = [
        row(Cell((capital(plain(m.part)),), TITLES[m.name]), value_of(m), limits_of(m.funnel), m.funnel.verdict)
        for some in held
        for m in some
        if m.funnel and m.funnel.verdict != "inside"
    ]
    note = "Limits hold 99.8 in 100 groups of that size, were they like everyone."
    return Table("Groups beyond a limit", cells("Group", "Value", "Limits", "Verdict"), rows, frozenset({1, 2}), note)


def limits_of(found: Funnel) -> str:
    """The outer limits of a funnel, in per cent."""
    return f"{100 * found.very_low:.1f} to {100 * found.very_high:.1f}"


def costs(found: Process) -> Chapter:
    """What a start, a completion and an outcome cost."""
    shown = shown_costs(found.costs)
    if not shown:
        return Chapter("costs", "What it cost", "Too few people started for costs to be shown.", [])
    whole = {c.per: c for c in shown if c.axis == "everyone"}
    said = [f"a {per} {show(c.each, found.currency)}" for per, c in whole.items() if c.each is not None]
    finding = (
        f"{capital(', '.join(said).replace('a outcome', 'an outcome'))}."
        if said
        else "The price of a start is not known."
    )
    table = Table(
        "Cost of each start, completion and verified outcome",
        cells("Group", "For each", "How many", "Each", "95% interval", "Service", "Purchases"),
        [cost_row(c, found.currency) for c in shown],
        frozenset({2, 3, 4, 5, 6}),
        "The interval is of how many starts go on to it; the costs themselves are known. " + LEFT_OUT,
    )
    return Chapter("costs", "What it cost", finding, [table], "micro")


def cost_row(c: UnitCost, currency: str) -> Row:
    """One unit cost."""
    known = "not known" if c.each is None else show(c.each, currency)
    ends = "–" if c.interval is None else f"{c.interval.low:,.0f} to {c.interval.high:,.0f}"
    service = "not known" if c.unpriced else show(c.service_cost, currency)
    bought = "not held" if c.spend is None else show(c.spend, currency)
    return row(capital(plain(c.part)), c.per, f"{c.n:,}", known, ends, service, bought)
