"""The page of an economic evaluation: the plane, the acceptability curve, and where it breaks even."""

from __future__ import annotations

from pathlib import Path

from resettle.evidence.economics import CostEffectiveness
from resettle.evidence.economics.effectiveness import AtThreshold
from resettle.report.blocks import Part, Row, Table, Text, cells, row
from resettle.report.charts.worth import acceptability_chart, plane_chart
from resettle.report.programme.page import Chapter, Page, drawing, write_page
from resettle.report.words import percent

SURE = "A chance of paying is no certainty, and an amount that stops being worth it is no budget cut: see what cashable means."


def write_economics(found: CostEffectiveness, out: Path, title: str) -> Path:
    """Write the page of an economic evaluation, and its JSON, to a folder; returns the path of `index.html`."""
    file = next(iter(found.provenance.inputs), "ECONOMICS.toml")
    page = Page(title, "saving", [plane(found), worth(found)], f"resettle economics {file} --out DIR", found.provenance)
    return write_page(page, out, found.to_json())


def plane(found: CostEffectiveness) -> Chapter:
    """What it adds to cost, and what it brings."""
    rows = [
        row("Cost", found.pounds(found.cost.value), ends(found.cost.interval.low, found.cost.interval.high, found)),
        row(
            found.effect_unit,
            f"{found.effect.value:+.3f}",
            f"{found.effect.interval.low:+.3f} to {found.effect.interval.high:+.3f}",
        ),
    ]
    if found.icer is not None:
        between = (
            "not given: not nearly all draws are better and dearer"
            if found.icer_interval is None
            else ends(found.icer_interval.low, found.icer_interval.high, found)
        )
        rows.append(row(f"Pounds for each further one ({found.effect_unit})", found.pounds(found.icer), between))
    table = Table("For each person", cells("What", "Estimate", "95% interval"), rows, frozenset({1, 2}))
    parts: list[Part] = [drawing(plane_chart(found)), table]
    return Chapter("plane", "What it adds and what it brings", found.sentence, parts, "macro")


def ends(low: float, high: float, found: CostEffectiveness) -> str:
    """Two amounts."""
    return f"{found.pounds(low)} to {found.pounds(high)}"


def worth(found: CostEffectiveness) -> Chapter:
    """The chance that it pays, and where it breaks even, by what one unit is worth."""
    table = Table(
        "By what one is worth",
        cells("Worth of one", "Net benefit a person", "95% interval", "Chance that it pays", "Break-even effect",
              "Break-even price", "Worth of knowing the truth"),
        [threshold_row(at, found) for at in found.curve],
        frozenset(range(1, 7)),
    )  # fmt: skip
    parts: list[Part] = [drawing(acceptability_chart(found)), table, Text((SURE,))]
    likely = next((at for at in found.curve if at.chance >= 0.5), None)
    finding = (
        f"It is more likely than not to pay if one is worth {found.pounds(likely.threshold)} or more."
        if likely
        else "At none of the values given is it more likely than not to pay."
    )
    return Chapter("worth", "Whether it pays", finding, parts, "macro")


def threshold_row(at: AtThreshold, found: CostEffectiveness) -> Row:
    """One value of a unit of effect."""
    benefit = at.net_benefit
    return row(
        found.pounds(at.threshold),
        found.pounds(benefit.value),
        ends(benefit.interval.low, benefit.interval.high, found),
        percent(at.chance, 0),
        "–" if at.break_even_effect is None else f"{at.break_even_effect:.3f}",
        "–" if at.break_even_price is None else found.pounds(at.break_even_price.value),
        found.pounds(at.evpi),
    )
