"""Risk scores, to describe and adjust for case mix: never an operational assessment of a person (see `WARNING`)."""

from resettle.evidence.scores.explain import Explanation, explain
from resettle.evidence.scores.history import copas_rate
from resettle.evidence.scores.offence_codes import OffenceCodes, read_offence_codes
from resettle.evidence.scores.point_scales import ogp, ovp
from resettle.evidence.scores.predictors import (
    arp,
    arp_dynamic,
    arp_static,
    svrp,
    svrp_dynamic,
    svrp_static,
    vrp,
    vrp_dynamic,
    vrp_static,
)
from resettle.evidence.scores.reconviction import ogrs3
from resettle.evidence.scores.score_area import ScoreTable, score
from resettle.evidence.scores.scored import WARNING, Reason, Scores

__all__ = [
    "WARNING",
    "Explanation",
    "OffenceCodes",
    "Reason",
    "ScoreTable",
    "Scores",
    "arp",
    "arp_dynamic",
    "arp_static",
    "copas_rate",
    "explain",
    "ogp",
    "ogrs3",
    "ovp",
    "read_offence_codes",
    "score",
    "svrp",
    "svrp_dynamic",
    "svrp_static",
    "vrp",
    "vrp_dynamic",
    "vrp_static",
]
