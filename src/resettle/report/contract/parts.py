"""Parts that several chapters about a contract are made of."""

from __future__ import annotations

from collections.abc import Sequence

from resettle.report.blocks import Drawing, Part
from resettle.report.charts import Chart
from resettle.report.drawn import drawing


def present(parts: Sequence[Part | None]) -> list[Part]:
    """The parts that there are."""
    return [p for p in parts if p is not None]


def of(chart: Chart | None) -> Drawing | None:
    """A drawing, where there is a chart."""
    return None if chart is None else drawing(chart)
