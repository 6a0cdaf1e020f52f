"""Charts: one for each kind of result, drawn as SVG with no script and no outside request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from resettle.commissioning.compare import Comparison
from resettle.commissioning.market import BesideLots
from resettle.commissioning.price import PassThrough
from resettle.commissioning.statement import Statement
from resettle.commissioning.stress import Segmentation, Segments
from resettle.commissioning.value import Valuation
from resettle.errors import bad
from resettle.evidence.economics import CostEffectiveness
from resettle.evidence.effect import Effect
from resettle.evidence.measures import Measures
from resettle.evidence.process import Process
from resettle.evidence.survival import Curves
from resettle.evidence.voices import Agreement, Themes
from resettle.goodlives.need import Needs
from resettle.reinvestment.business_case.case import BusinessCase
from resettle.reinvestment.business_case.sensitivity import Sobol
from resettle.reinvestment.flows.projection import Projection
from resettle.reinvestment.programme import ProgrammeProjection
from resettle.reinvestment.rounds.allocate import Allocations
from resettle.reinvestment.rounds.arriving import Cash
from resettle.reinvestment.rounds.choose import Choice
from resettle.reinvestment.rounds.fund import Fund
from resettle.reinvestment.saving import Savings
from resettle.reinvestment.spending.change import SpendingChange
from resettle.reinvestment.spending.spending import SpendingMap
from resettle.report.charts.appraised import sobol_chart, views_chart
from resettle.report.charts.chart import NARROW, WIDE, Chart, Size
from resettle.report.charts.flows import projected_chart
from resettle.report.charts.found import curves_chart, effect_chart, measures_chart
from resettle.report.charts.lacked import needs_chart
from resettle.report.charts.paid import comparison_chart, statement_chart, valuation_chart
from resettle.report.charts.process import process_chart
from resettle.report.charts.reinvested import beside_chart, cash_chart, fund_chart
from resettle.report.charts.saved import allocations_chart, projection_chart, savings_chart, steps_chart
from resettle.report.charts.shared_out import beside_lots_chart, chain_chart, segmentation_chart, segments_chart
from resettle.report.charts.spent import change_chart, spent_chart
from resettle.report.charts.voiced import agreement_chart, themes_chart
from resettle.report.charts.worth import plane_chart
from resettle.report.picture import ThreadPicture
from resettle.result import Result
from resettle.thread.thread import Thread

__all__ = ["NARROW", "WIDE", "Chart", "Size", "draw", "steps_chart"]

CHARTS: dict[type[Result], Callable[[Any], Chart]] = {
    Measures: measures_chart,
    Effect: effect_chart,
    Curves: curves_chart,
    Process: process_chart,
    Themes: themes_chart,
    Agreement: agreement_chart,
    CostEffectiveness: plane_chart,
    Statement: statement_chart,
    Valuation: valuation_chart,
    Comparison: comparison_chart,
    Segments: segments_chart,
    Segmentation: segmentation_chart,
    PassThrough: chain_chart,
    BesideLots: beside_lots_chart,
    ProgrammeProjection: projection_chart,
    Projection: projected_chart,
    Savings: savings_chart,
    SpendingMap: spent_chart,
    SpendingChange: change_chart,
    BusinessCase: views_chart,
    Sobol: sobol_chart,
    Needs: needs_chart,
    Allocations: allocations_chart,
    Cash: cash_chart,
    Choice: beside_chart,
    Fund: fund_chart,
}
"""Which chart draws which result."""


def draw(result: Result) -> Chart | ThreadPicture:
    """The chart of a result; for a whole thread, the picture of its nine stations.

    A result that has no chart of its own is a `BadInput` that says what to use instead.
    """
    if isinstance(result, Thread):
        return ThreadPicture(result.title)
    for kind, chart in CHARTS.items():
        if isinstance(result, kind):
            return chart(result)
    raise bad("there is no chart of this kind of result", value=type(result).__name__, do="Use `.table()`.")
