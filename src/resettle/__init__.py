"""Resettle: commissioning personalised resettlement, from a person's plan to a reinvested pound.

The verbs of the command line, for a notebook. Each returns a result that prints a sentence and offers `.table()`,
`.plot()` and `.to_json()`. Nothing heavy is loaded until a verb is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from resettle.area import Area, open_area
    from resettle.area.check import check_area
    from resettle.area.describe import describe_area
    from resettle.area.generate import generate_area
    from resettle.area.importing import import_table
    from resettle.commissioning.compare import compare
    from resettle.commissioning.contract import read_contract
    from resettle.commissioning.evidence import gather
    from resettle.commissioning.settle import settle
    from resettle.commissioning.value import value
    from resettle.evidence.evaluate import evaluate, evaluate_outcomes
    from resettle.evidence.measures import measure
    from resettle.evidence.study import read_study
    from resettle.evidence.survival import time_to_first
    from resettle.goodlives.need import needs
    from resettle.reference.figures import figure
    from resettle.reinvestment.appraisal import read_appraisal
    from resettle.reinvestment.programme import project_programme
    from resettle.reinvestment.project import project
    from resettle.reinvestment.rounds.allocate import reinvest
    from resettle.reinvestment.valuing import savings
    from resettle.report import run_thread
    from resettle.thread.trace import trace

__version__ = "0.1.0"

VERBS = {
    "Area": "area",
    "check_area": "area.check",
    "compare": "commissioning.compare",
    "describe_area": "area.describe",
    "evaluate": "evidence.evaluate",
    "evaluate_outcomes": "evidence.evaluate",
    "figure": "reference.figures",
    "gather": "commissioning.evidence",
    "generate_area": "area.generate",
    "import_table": "area.importing",
    "measure": "evidence.measures",
    "needs": "goodlives.need",
    "open_area": "area",
    "project": "reinvestment.project",
    "project_programme": "reinvestment.programme",
    "read_appraisal": "reinvestment.appraisal",
    "read_contract": "commissioning.contract",
    "read_study": "evidence.study",
    "reinvest": "reinvestment.rounds.allocate",
    "run_thread": "report",
    "savings": "reinvestment.valuing",
    "settle": "commissioning.settle",
    "time_to_first": "evidence.survival",
    "trace": "thread.trace",
    "value": "commissioning.value",
}
"""Each verb, and the room that it is loaded from when it is first used."""

__all__ = [
    "Area",
    "check_area",
    "compare",
    "describe_area",
    "evaluate",
    "evaluate_outcomes",
    "figure",
    "gather",
    "generate_area",
    "import_table",
    "measure",
    "needs",
    "open_area",
    "project",
    "project_programme",
    "read_appraisal",
    "read_contract",
    "read_study",
    "reinvest",
    "run_thread",
    "savings",
    "settle",
    "time_to_first",
    "trace",
    "value",
]


def __getattr__(name: str) -> Any:
    if name not in VERBS:
        raise AttributeError(f"module 'resettle' has no attribute {name!r}")
    from resettle.result import draw_with

    draw_with(lambda result: import_module("resettle.report.charts").draw(result))
    return getattr(import_module(f"resettle.{VERBS[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
