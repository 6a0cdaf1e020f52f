"""Process evaluation: reach, waiting, dose, fidelity, personalisation, continuity, attrition and unit cost."""

from resettle.evidence.process.contacts import bice_boxerman
from resettle.evidence.process.evaluate import evaluate_process
from resettle.evidence.process.funnel import Funnel, funnel, funnel_counts
from resettle.evidence.process.result import Process, ProcessMeasure, Stage, UnitCost, Wait

__all__ = [
    "Funnel",
    "Process",
    "ProcessMeasure",
    "Stage",
    "UnitCost",
    "Wait",
    "bice_boxerman",
    "evaluate_process",
    "funnel",
    "funnel_counts",
]
