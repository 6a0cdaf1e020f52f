"""A chart as a part of a page."""

from __future__ import annotations

from resettle.report.blocks import Drawing
from resettle.report.charts import NARROW, WIDE, Chart


def drawing(chart: Chart) -> Drawing:
    """A chart in its wide and its narrow form."""
    return Drawing(chart.title, chart.subtitle, chart.source, chart.picture(WIDE), chart.picture(NARROW))
