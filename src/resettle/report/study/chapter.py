"""A chapter of the report, and a chart made ready for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from resettle.evidence.diagnostics.findings import StudyFindings
from resettle.report.blocks import Drawing, Part
from resettle.report.charts import NARROW, WIDE, Chart
from resettle.report.study.said import Said


@dataclass(frozen=True)
class Chapter:
    """One chapter: its id, title, the finding under the title, its parts, and whether it is of the annex."""

    id: str
    title: str
    finding: str
    parts: Sequence[Part | Said]
    annex: bool = False


def drawn(chart: Chart, f: StudyFindings) -> Drawing:
    """A chart in its wide and narrow form."""
    invented = "Synthetic records. " if f.records == "synthetic" else ""
    source = f"Source: {f.source}. {invented}{chart.source}"
    return Drawing(chart.title, chart.subtitle, source, chart.picture(WIDE), chart.picture(NARROW))
