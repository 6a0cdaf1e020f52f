"""A chart made ready for a page."""

from __future__ import annotations

from resettle.report.blocks import Drawing
from resettle.report.charts import NARROW, WIDE, Chart
from resettle.thread.thread import Thread


def drawing(chart: Chart, thread: Thread) -> Drawing:
    """A chart in its wide and its narrow form, with where the records come from in its source line."""
    info = thread.info
    method = chart.source.removeprefix(f"{info.name}. ").removeprefix(f"{info.caveat} ")
    source = f"Source: {info.source}. {info.caveat} {method}"
    return Drawing(chart.title, chart.subtitle, source, chart.picture(WIDE), chart.picture(NARROW))
