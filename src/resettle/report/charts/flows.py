"""Charts of a projection of the whole system: a fan over the months, and who goes where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from textwrap import wrap
from typing import Any

from resettle.reinvestment.flows.projection import Fan, Projection, Series
from resettle.reinvestment.programme import month_at
from resettle.report.charts.chart import Chart, Size, Spec
from resettle.report.charts.lines import Line, lines_chart
from resettle.report.charts.rows import Row, rows_chart
from resettle.report.look import CIRCLES, INK, QUIET
from resettle.report.words import capital, number

MACRO, EVIDENCE = CIRCLES["macro"], CIRCLES["evidence"]


def projected_chart(projection: Projection, name: str = "prison") -> Chart:
    """The fan of one stock or flow: what the policy changes, month by month; or the baseline where there is no policy."""
    chosen = projection.one(name if projection.has(name) else projection.series[0].name)
    shown = chosen.change or chosen.baseline
    what = f"People more (above zero) or fewer (below): {chosen.label}" if chosen.change else capital(chosen.label)
    return Chart(
        title=f"{capital(projection.words(chosen.name))}.",
        subtitle=f"{what}, mean and 95% interval by month, {projection.place}.",
        source=f"{projection.title}. {projection.draws:,} draws, seed {projection.provenance.seed}. {first(projection)}".strip(),
        body=lambda size: lines_chart([line(chosen, shown, projection)], size, x=time_axis(), y=axis_title(chosen)),
    )


def first(projection: Projection) -> str:
    """The first note, which must stand wherever a figure does."""
    return projection.notes[0] if projection.notes else ""


def axis_title(series: Series) -> str:
    """What the axis counts."""
    people = "people at the month's end" if series.kind == "stock" else "people a month"
    return f"{people}, policy less baseline" if series.change else people


def time_axis() -> Spec:
    """Years along the bottom."""
    return {"type": "temporal", "axis": {"title": None, "grid": False, "tickCount": 5, "format": "%Y"}}


def line(series: Series, fan: Fan, projection: Projection) -> Line:
    """One fan as a line, named by its end."""
    months: list[date] = [month_at(projection.start, t) for t in range(projection.months)]
    points = list(zip(months, fan.mean, fan.low, fan.high, strict=True))
    name = f"{fan.mean[-1]:+,.0f}" if series.change else f"{fan.mean[-1]:,.0f}"
    return Line(f"{name} ({fan.low[-1]:,.0f} to {fan.high[-1]:,.0f})", MACRO, points)


@dataclass(frozen=True)
class Box:
    """One box of the flow chart: its words, row (0 at the top) and place in the row (0 at the left, 1 at the right)."""

    words: str
    row: int
    across: float


BOXES = {
    "new": Box("New, or after years", 0, 0.0),
    "risk": Box("At risk", 0, 0.333),
    "community": Box("On a community sentence", 0, 0.667),
    "licence": Box("On licence", 0, 1.0),
    "offence": Box("Offences that come to notice", 1, 0.4),
    "out_of_court": Box("Out of court", 2, 0.08),
    "charge": Box("Charged", 2, 0.6),
    "court": Box("Sentenced", 3, 0.4),
    "remand": Box("Held on remand", 3, 1.0),
    "other": Box("Other outcomes", 4, 0.0),
    "ordered": Box("Community sentences", 4, 0.4),
    "custody": Box("Prison sentences", 4, 0.8),
    "released": Box("Licence after release", 5, 0.8),
    "recalled": Box("Recalled", 5, 0.3),
}
"""The boxes of the flow chart. People under supervision stand twice: where they come from, and where they go."""

INTO = {
    "out_of_court": "out_of_court", "charge": "charge", "offence": "offence", "received_on_remand": "remand",
    "sentence_on_bail": "court", "sentence_after_remand": "court", "received_on_sentence": "custody",
    "sentenced_from_remand": "custody", "community_sentence": "ordered", "other_outcome": "other", "release": "released",
    "recall": "recalled",
}  # fmt: skip
"""The box that people enter with a decision."""

FROM = {
    "at_risk": "risk", "settled": "new", "licence": "licence", "community_order": "community",
    "suspended_sentence": "community", "remand_untried": "remand", "remand_unsentenced": "remand", "recall_fixed": "recalled",
    "recall_standard": "recalled",
}  # fmt: skip
"""The box that people leave with a state; prison sentences are left by their bands."""


def between(projection: Projection) -> dict[tuple[str, str], tuple[float, float]]:
    """People a month from box to box: baseline and policy."""
    found: dict[tuple[str, str], tuple[float, float]] = {}
    for one in projection.links:
        if one.to not in INTO:
            continue
        band = one.source.startswith("custody_")
        source = "custody" if band else FROM.get(one.source, INTO.get(one.source, ""))
        to = INTO[one.to]
        source = "released" if source == "licence" and to == "recalled" else source
        if source and source != to:
            a, b = found.get((source, to), (0.0, 0.0))
            found[source, to] = a + one.baseline, b + one.policy
    arriving = sum(v[0] for (_, to), v in found.items() if to == "offence")
    passing = projection.one("offence").baseline.mean[-12:] if projection.has("offence") else ()
    outside = sum(passing) / len(passing) - arriving if passing else 0.0
    if outside > 0.5:
        a, b = found.get(("new", "offence"), (0.0, 0.0))
        found["new", "offence"] = a + outside, b + outside
    return {k: v for k, v in found.items() if max(v) >= 0.5}


def flow_picture(projection: Projection) -> Chart:
    """Who goes where in a month: boxes, from top to bottom, joined by lines as wide as the flow of people."""
    held = between(projection)
    changed = bool(projection.levers)
    end = month_at(projection.start, projection.months - 1)
    return Chart(
        title=flow_title(projection, held),
        subtitle=f"People a month, mean of the last twelve months to {end:%B %Y}, {projection.place}"
        + (", with the policy (and the change that it makes)." if changed else "."),
        source=f"{projection.title}. At the middle of every number. {first(projection)}".strip(),
        body=lambda size: flow_rows(held, size, changed) if size.letters < 60 else flow_boxes(held, size, changed),
    )


def flow_title(projection: Projection, held: dict[tuple[str, str], tuple[float, float]]) -> str:
    """The finding: how many of those who come to notice are sentenced to prison, or the largest change."""
    into = sum(v[1] for (_, to), v in held.items() if to == "custody")
    seen = sum(v[1] for (_, to), v in held.items() if to == "offence")
    if projection.levers and held:
        (a, b), (base, policy) = max(held.items(), key=lambda item: abs(item[1][1] - item[1][0]))
        side = "fewer" if policy < base else "more"
        step = f"{BOXES[a].words.lower()} to {BOXES[b].words.lower()}"
        return f"The largest change is from {step}: {number(abs(policy - base), 0)} people a month {side}."
    return f"Of {number(seen, 0)} offences a month that come to notice, {number(into, 0)} end in a prison sentence."


def flow_rows(held: dict[tuple[str, str], tuple[float, float]], size: Size, changed: bool) -> Spec:
    """The flows in rows, for a narrow screen."""
    rows = [
        Row(f"{BOXES[a].words} → {BOXES[b].words.lower()}", words(v, changed), v[1], colour=MACRO)
        for (a, b), v in held.items()
    ]
    return rows_chart(rows, "people a month", size, bars=True)


def words(value: tuple[float, float], changed: bool) -> str:
    """People a month, and the change."""
    base, policy = value
    return f"{policy:,.0f} ({round(policy - base) + 0:+,d})" if changed else f"{policy:,.0f}"


WIDTH, HEIGHT, TALL = 148, 590, 42


def centre(name: str, width: int) -> tuple[float, float]:
    """The middle of a box."""
    box = BOXES[name]
    return WIDTH / 2 + 2 + box.across * (width - WIDTH - 4), TALL / 2 + 1 + box.row * (HEIGHT - TALL - 2) / 5


def flow_boxes(held: dict[tuple[str, str], tuple[float, float]], size: Size, changed: bool) -> Spec:
    """Boxes in rows, and lines between them."""
    widest = max((v[1] for v in held.values()), default=1.0) or 1.0
    used = {name for pair in held for name in pair}
    lines, numbers = [], []
    for (a, b), value in held.items():
        (x, y), (x2, y2) = centre(a, size.width), centre(b, size.width)
        level = BOXES[a].row == BOXES[b].row
        across, down = (WIDTH / 2 if level else 0.0) * (1 if x2 > x else -1), 0.0 if level else TALL / 2
        ends = {"x": x + across, "y": y + down, "x2": x2 - across, "y2": y2 - down}
        lines.append({**ends, "width": 1 + 17 * value[1] / widest})
        far = 0.2 if abs(x2 - x) > size.width / 2 and BOXES[a].row > 1 else 0.5
        at = ends["x"] + far * (ends["x2"] - ends["x"]), ends["y"] + far * (ends["y2"] - ends["y"])
        numbers.append({"x": at[0], "y": at[1], "text": words(value, changed)})
    boxes = [box_at(name, size.width) for name in BOXES if name in used]
    return {"height": HEIGHT, "layer": layers(lines, boxes, numbers, size.width)}


def box_at(name: str, width: int) -> dict[str, Any]:
    """One box with its corners and words."""
    x, y = centre(name, width)
    corners = {"x": x - WIDTH / 2, "x2": x + WIDTH / 2, "y": y - TALL / 2, "y2": y + TALL / 2}
    return {**corners, "cx": x, "cy": y, "text": wrap(BOXES[name].words, 20)}


def layers(lines: list[Any], boxes: list[Any], numbers: list[Any], width: int) -> list[Spec]:
    """Lines, boxes and numbers, one above the other."""
    x = {"type": "quantitative", "axis": None, "scale": {"domain": [0, width], "nice": False, "zero": False}}
    y = {"type": "quantitative", "axis": None, "scale": {"domain": [HEIGHT, 0], "nice": False, "zero": False}}
    ends = {"x": {"field": "x", **x}, "y": {"field": "y", **y}, "x2": {"field": "x2"}, "y2": {"field": "y2"}}
    thick = {"field": "width", "type": "quantitative", "scale": None, "legend": None}
    at = {"x": {"field": "x", **x}, "y": {"field": "y", **y}, "text": {"field": "text"}}
    inside = {"x": {"field": "cx", **x}, "y": {"field": "cy", **y}, "text": {"field": "text"}}
    halo = {"type": "text", "fontSize": 12, "stroke": "#ffffff", "strokeWidth": 4, "dy": -1}
    label = {"type": "text", "fontSize": 12, "color": INK, "fontWeight": "bold", "dy": -1}
    box = {"type": "rect", "fill": "#ffffff", "stroke": QUIET, "strokeWidth": 1.5, "cornerRadius": 4}
    written = {"type": "text", "fontSize": 12, "lineHeight": 14, "baseline": "middle", "color": INK}
    return [
        {"data": {"values": lines}, "mark": {"type": "rule", "color": MACRO, "opacity": 0.35},
         "encoding": {**ends, "strokeWidth": thick}},
        {"data": {"values": boxes}, "mark": box, "encoding": ends},
        {"data": {"values": boxes}, "mark": {**written, "dy": {"expr": "-7 * (length(datum.text) - 1)"}}, "encoding": inside},
        {"data": {"values": numbers}, "mark": halo, "encoding": at},
        {"data": {"values": numbers}, "mark": label, "encoding": at},
    ]  # fmt: skip
