"""Charts of a study's report: balance, overlap, the waterfall, and the curves of specifications and subgroups."""

from __future__ import annotations

from typing import Any

from resettle.evidence.diagnostics.findings import StudyFindings
from resettle.evidence.diagnostics.overlap import Overlap
from resettle.evidence.diagnostics.profile import level_words
from resettle.evidence.diagnostics.specification import Specification
from resettle.evidence.effect import Balance
from resettle.report.charts.alike import balance_title, love_plot
from resettle.report.charts.chart import Chart, Size, Spec
from resettle.report.charts.rows import Row, rows_chart
from resettle.report.look import CIRCLES, INK
from resettle.report.words import capital

OURS, THEIRS, BEFORE = CIRCLES["micro"], CIRCLES["evidence"], "#b55300"
POINTS = "percentage points, with the programme minus without"


def outcome_chart(f: StudyFindings) -> Chart:
    """The difference in the rate on its interval, against nil."""
    one = f.rate
    assert one.difference is not None and one.low is not None and one.high is not None
    value, low, high = (100 * v for v in (one.difference, one.low, one.high))
    row = Row(capital(one.label), f"{value:+.1f} points ({low:+.1f} to {high:+.1f})", value, low, high, OURS)
    told = (
        "leaves out nil: the difference was shown"
        if one.significant
        else "does not settle it: the difference was not shown"
    )
    return Chart(
        title=f"The interval {told}.",
        subtitle=f"Difference in {one.label}, with its 95% interval. {f.place}.",
        source=f"Method: {f.method}.",
        body=lambda size: rows_chart([row], POINTS, size),
    )


def attrition_chart(f: StudyFindings) -> Chart | None:
    """How many were left after each loss, as bars."""
    found = f.attrition
    if found is None or found.submitted is None:
        return None
    rows = [Row(capital(found.first), f"{found.submitted:,}", float(found.submitted), colour=THEIRS)]
    rows += [
        Row(f"Left after: {step.reason}", f"{step.left:,}", float(step.left), colour=THEIRS)
        for step in found.steps[:-1]
        if step.left is not None
    ]
    rows.append(Row("Analysed", f"{found.analysed:,}", float(found.analysed), colour=OURS))
    share = 100 * found.analysed / found.submitted
    return Chart(
        title=f"{share:.0f} of 100 {found.first} were analysed.",
        subtitle="Participations left after each loss, in the order in which reasons are looked at.",
        source="Method: each participation is lost for the first reason that holds.",
        body=lambda size: rows_chart(rows, "participations", size, bars=True),
    )


def subgroup_chart(f: StudyFindings) -> Chart | None:
    """The effect within each group, on its interval."""
    rows: list[Row] = []
    for grouping in dict.fromkeys(one.grouping for one in f.subgroups):
        own = [
            Row(
                capital(one.level),
                f"{100 * e:+.1f} ({100 * lo:+.1f} to {100 * hi:+.1f})",
                100 * e,
                100 * lo,
                100 * hi,
                OURS,
            )
            for one in f.subgroups
            if one.grouping == grouping
            and (e := one.estimate) is not None
            and (lo := one.low) is not None
            and (hi := one.high) is not None
        ]
        rows += [Row(capital(grouping.replace("_", " "))), *own] if own else []
    if not rows:
        return None
    kept = sum(1 for one in f.subgroups if one.p_holm is not None and one.p_holm <= 0.05)
    asked = sum(1 for one in f.subgroups if one.p is not None)
    return Chart(
        title=f"In {kept or 'none'} of {asked} groups a difference is shown once their number is allowed for.",
        subtitle=f"Difference in {f.rate.label} within each group, matched anew, with its 95% interval.",
        source="Method: as the whole study, among the people of each group; Holm's adjustment.",
        body=lambda size: rows_chart(rows, POINTS, size),
    )


TITLES = {
    "caliper": "Other calipers (standard deviations)",
    "design": "Other designs, same covariates",
    "covariate": "Without one covariate",
    "raw": "Without any design",
}


HALVES = (("caliper", "design"), ("covariate", "raw"))
"""Kinds of specification that stand in one chart: two charts, so that each fits on a page."""


def specification_charts(f: StudyFindings) -> list[Chart]:
    """The answer of every specification on its interval, with the sealed one as a line to read the others against."""
    made = [one for one in f.specifications if one.estimate is not None]
    sealed = next((100 * (one.estimate or 0) for one in made if one.kind == "sealed"), None)
    charts = [specification_chart(f, [one for one in made if one.kind in kinds], sealed) for kinds in HALVES]
    return [chart for chart in charts if chart is not None]


def specification_chart(f: StudyFindings, made: list[Specification], sealed: float | None) -> Chart | None:
    """Some of the specifications, under a heading for each kind."""
    if not made or sealed is None:
        return None
    rows: list[Row] = []
    for kind, title in TITLES.items():
        own = [row_of(one) for one in made if one.kind == kind]
        rows += [Row(title), *own] if own else []
    answers = [one for one in made if one.kind != "raw"]
    same = sum(1 for one in answers if (one.estimate or 0) * sealed > 0)
    what = "without one covariate" if made[0].kind == "covariate" else "by other calipers and designs"
    title = f"{same} of {len(answers)} answers {what} point the same way as the sealed one."
    return Chart(
        title=title if answers else "Without any design.",
        subtitle=f"Difference in {f.rate.label} under each specification, with its 95% interval. Dashed: the sealed answer.",
        source="Method: each made after the seal, with the same people; none replaces the sealed answer.",
        body=lambda size: rows_chart(rows, POINTS, size, reference=sealed),
    )


def row_of(one: Specification) -> Row:
    """One specification as a row."""
    assert one.estimate is not None and one.low is not None and one.high is not None
    value, low, high = 100 * one.estimate, 100 * one.low, 100 * one.high
    name = capital(one.name.removeprefix("assessment.").replace("_", " "))
    return Row(
        name, f"{value:+.1f} ({low:+.1f} to {high:+.1f})", value, low, high, OURS if one.kind == "sealed" else THEIRS
    )


def covariate_words(name: str) -> str:
    """A column of the design as a reader calls it."""
    covariate, is_level, level = name.partition(" = ")
    plain = covariate.removeprefix("assessment.").replace("_", " ")
    return capital(f"{plain}: {level_words(covariate, level)}" if is_level else plain)


def love_chart(f: StudyFindings) -> Chart | None:
    """The love plot: each covariate's standardised difference before and after the design, those that may be shown."""
    shown = [
        Balance(
            name=covariate_words(one.name), treated=0.0, comparison_before=0.0, comparison_after=0.0,
            before=one.before, after=one.after, flag=one.flag,
        )
        for one in f.balance
        if one.before is not None and one.after is not None
    ]  # fmt: skip
    if not shown:
        return None
    rows = sorted(shown, key=lambda one: -abs(one.before))
    return Chart(
        title=balance_title(rows),
        subtitle=f"{capital(f.programme)} less the comparison, in standard deviations: before the comparison was made (ring) "
        "and after (dot). The band is 0.1 either way.",
        source=f"Method: {f.method}.",
        body=lambda size: love_plot(rows, size),
    )


def overlap_chart(f: StudyFindings) -> Chart | None:
    """How likely both sides were to take part, before and after the design."""
    found = f.overlap
    if found is None:
        return None
    return Chart(
        title=f"The two sides' scores overlap by {shared(found.treated, found.before)}% before the design and by "
        f"{shared(found.treated, found.after)}% after it.",
        subtitle="Smoothed share of people by their log odds of taking part.",
        source="Method: Gaussian smoothing, so that no single person can be seen.",
        body=lambda size: overlap_spec(found, f, size),
    )


def shared(one: tuple[float, ...], other: tuple[float, ...]) -> int:
    """The part of two curves that lies under both, in per cent."""
    return round(100 * sum(map(min, one, other)) / max(sum(one), sum(other)))


def overlap_spec(found: Overlap, f: StudyFindings, size: Size) -> Spec:
    """Three curves, named at their heights."""
    curves = (
        (f"{capital(f.programme)}", found.treated, OURS, [1, 0]),
        ("Comparison before", found.before, BEFORE, [2, 3]),
        ("Comparison after", found.after, INK, [8, 4]),
    )
    top = max(max(curve) for _, curve, _, _ in curves)
    layers: list[dict[str, Any]] = []
    x = {
        "type": "quantitative",
        "axis": {"title": "log odds of taking part", "grid": False, "tickCount": 6},
        "scale": {"nice": False},
    }
    y = {"type": "quantitative", "axis": {"title": None, "labels": False, "ticks": False, "grid": False}}
    for row, (name, curve, colour, dash) in enumerate(curves):
        points = [{"x": a, "y": b} for a, b in zip(found.score, curve, strict=True)]
        layers.append(
            {
                "data": {"values": points},
                "mark": {
                    "type": "area",
                    "color": colour,
                    "fillOpacity": 0.12,
                    "line": {"color": colour, "strokeWidth": 2.5, "strokeDash": dash},
                },
                "encoding": {"x": {"field": "x", **x}, "y": {"field": "y", **y}},
            }
        )
        layers.append(
            {
                "data": {"values": [{"x": found.score[-1], "y": top * (1.06 - 0.1 * row), "t": name}]},
                "mark": {"type": "text", "align": "right", "fontWeight": "bold", "color": colour, "baseline": "top"},
                "encoding": {"x": {"field": "x", **x}, "y": {"field": "y", **y}, "text": {"field": "t"}},
            }
        )
    return {"height": 240 if size.letters > 60 else 200, "layer": layers}
