"""Charts of a process evaluation: where people were lost, how long they waited, and groups against chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from resettle.evidence.process import Process, ProcessMeasure, Stage, Wait
from resettle.evidence.process.funnel import ALARM, ALERT, funnel_counts
from resettle.report.charts.chart import Chart, Size, Spec
from resettle.report.charts.lines import Line, lines_chart
from resettle.report.charts.rows import Row, narrow, rows_chart
from resettle.report.look import CIRCLES, FAINT, INK, QUIET, SERIES
from resettle.report.words import capital, percent, plain

GREEN = CIRCLES["micro"]
COLOURS = (GREEN, *SERIES[1:])
POINTS = 60
"""How many sizes of group the limits of a funnel are worked out at."""
NAMED = 3
"""Most groups that a title names."""


def process_chart(found: Process) -> Chart:
    """The waterfall of everyone: what a notebook shows of a process evaluation."""
    return stages_chart([s for s in found.stages if s.axis == "everyone"], found.area, found.caveat)


def stages_chart(stages: Sequence[Stage], area: str, caveat: str) -> Chart:
    """How many people got to each stage, as bars from zero."""
    first, last = (stages[0], stages[-1]) if stages else (None, None)
    rows = [Row(capital(s.label), stage_words(s), float(s.n), colour=GREEN) for s in stages]
    ends = f"{last.n:,} of {first.n:,} were {last.label}" if first and last else "Nobody was referred"
    return Chart(
        title=f"{capital(ends)}.",
        subtitle="Referrals that got to each stage.",
        source=f"{area}. {caveat} Counted; nothing is estimated.",
        body=lambda size: rows_chart(rows, "referrals", size, bars=True),
    )


def stage_words(stage: Stage) -> str:
    """A stage's number, and its share of the stage before with the interval."""
    if stage.of_before is None:
        return f"{stage.n:,}"
    low, high = 100 * stage.of_before.low, 100 * stage.of_before.high
    share = stage.n / (stage.n + stage.lost) if stage.n + stage.lost else 0.0
    return f"{stage.n:,}: {percent(share, 0)} of the stage before ({low:.0f} to {high:.0f})"


def waits_chart(waits: Sequence[Wait], area: str, caveat: str) -> Chart:
    """The share that had started by each day after referral."""
    lines = [wait_line(wait, COLOURS[n % len(COLOURS)]) for n, wait in enumerate(waits) if wait.curve.days]
    x = {"type": "quantitative", "axis": {"title": "days from referral", "grid": False, "tickCount": 6}}
    return Chart(
        title=f"{waited(waits[0]) if waits else 'Nobody was referred'}.",
        subtitle="Share of referrals that had led to a start by each day, with its 95% interval.",
        source=f"{area}. {caveat} Method: Kaplan-Meier; whoever had not started is still waiting.",
        body=lambda size: lines_chart(lines, size, x=x, y="per cent started", steps=True),
    )


def waited(wait: Wait) -> str:
    """How long half of a group waited."""
    who = "of those referred" if wait.axis == "everyone" else f"of {plain(wait.part)}"
    if wait.median is None:
        return f"Fewer than half {who} had started when they were last seen"
    return f"Half {who} had started by day {wait.median:.0f}"


def wait_line(wait: Wait, colour: str) -> Line:
    """One waiting curve from zero, in per cent."""
    curve = wait.curve
    steps = zip(curve.days, curve.share, curve.low, curve.high, strict=True)
    points = [(0.0, 0.0, 0.0, 0.0), *((d, 100 * s, 100 * lo, 100 * hi) for d, s, lo, hi in steps)]
    return Line(capital(f"{plain(wait.part)}: {percent(curve.share[-1], 0)}"), colour, points)


def funnel_chart(measures: Sequence[ProcessMeasure], area: str, caveat: str) -> Chart:
    """Groups against what chance would do with groups of their size: one share, by one way of splitting people."""
    outside = [plain(m.part) for m in measures if m.funnel and m.funnel.verdict.startswith("very")]
    names = ", ".join(outside) if len(outside) <= NAMED else f"{len(outside)} of {len(measures)} groups"
    title = f"Beyond what chance would do: {names}" if outside else "No group lies beyond what chance would do"
    one = measures[0]
    return Chart(
        title=f"{title} ({one.label}).",
        subtitle=f"Share against size, by {plain(one.axis)}. Inner lines hold {100 * ALERT:.0f}, outer ones {100 * ALARM:.1f} "
        "in 100 groups that are like everyone.",
        source=f"{area}. {caveat} Limits: exact binomial.",
        body=lambda size: funnel_plot(measures, size),
    )


def funnel_plot(measures: Sequence[ProcessMeasure], size: Size) -> Spec:
    """Points, each named, between the limits."""
    held = [m for m in measures if m.funnel and m.value is not None]
    target = held[0].funnel.target if held and held[0].funnel else 0.0
    most = max((m.funnel.n for m in held if m.funnel), default=10)
    x = {"type": "quantitative", "axis": {"title": "size of the group", "grid": False, "tickCount": 5}}
    y = {
        "type": "quantitative",
        "scale": {"domain": reach(held), "clamp": True},
        "axis": {"title": "per cent", "tickCount": 5},
    }
    layers = [limit_line(side, level, target, most, x, y) for level in (ALERT, ALARM) for side in (0, 1)]
    layers += [level_line(100 * target, y), *points(held, x, y, size)]
    return {"height": 300 if not narrow(size) else 260, "layer": layers}


def reach(measures: Sequence[ProcessMeasure]) -> list[float]:
    """The shares, in per cent, that the picture of a funnel holds: every group and its outer limits, with some room."""
    ends = [100 * v for m in measures if m.funnel for v in (m.value or 0.0, m.funnel.very_low, m.funnel.very_high)]
    low, high = min(ends, default=0.0), max(ends, default=100.0)
    room = 0.15 * (high - low) or 1.0
    return [max(0.0, low - room), min(100.0, high + room)]


def limit_line(side: int, level: float, target: float, most: int, x: Spec, y: Spec) -> Spec:
    """One limit of the funnel over the sizes of group that there are."""
    sizes = sorted({max(1, round(1 + (1.1 * most - 1) * k / POINTS)) for k in range(POINTS + 1)})
    values = [{"n": n, "v": 100 * funnel_counts(n, target, level)[side] / n} for n in sizes]
    dash = [2, 3] if level == ALARM else [6, 4]
    mark = {"type": "line", "color": QUIET, "strokeDash": dash, "strokeWidth": 1.5}
    return {"data": {"values": values}, "mark": mark, "encoding": {"x": {"field": "n", **x}, "y": {"field": "v", **y}}}


def level_line(target: float, y: Spec) -> Spec:
    """Everyone's share."""
    return {
        "data": {"values": [{"v": target}]},
        "mark": {"type": "rule", "color": FAINT, "strokeWidth": 2},
        "encoding": {"y": {"field": "v", **y}},
    }


def points(measures: Sequence[ProcessMeasure], x: Spec, y: Spec, size: Size) -> list[Spec]:
    """The groups: a dot, black and named beyond the outer limits."""
    values: list[dict[str, Any]] = [
        {
            "n": m.funnel.n,
            "v": 100 * (m.value or 0.0),
            "name": plain(m.part),
            "out": m.funnel.verdict.startswith("very"),
        }
        for m in measures
        if m.funnel
    ]
    places = {"x": {"field": "n", **x}, "y": {"field": "v", **y}}
    colour = {"condition": {"test": "datum.out", "value": INK}, "value": GREEN}
    limit = 110 if narrow(size) else 260
    style = {"type": "text", "align": "right", "dx": -8, "dy": -10, "limit": limit}
    return [
        {
            "data": {"values": values},
            "mark": {"type": "point", "filled": True, "size": 80, "opacity": 1},
            "encoding": {**places, "color": colour},
        },
        {
            "data": {"values": [one for one in values if one["out"]]},
            "mark": style,
            "encoding": {**places, "text": {"field": "name"}},
        },
    ]
