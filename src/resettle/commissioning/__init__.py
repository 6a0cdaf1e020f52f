"""Meso: contracts as documents that run: read, checked, settled, valued and compared."""

from resettle.commissioning.beliefs import Beliefs, RateBelief, read_beliefs
from resettle.commissioning.check import check_contract
from resettle.commissioning.compare import Comparison, compare
from resettle.commissioning.contract import Contract, parse_contract, read_contract
from resettle.commissioning.evidence import Evidence, Start, gather
from resettle.commissioning.language.finding import Finding
from resettle.commissioning.settle import settle
from resettle.commissioning.statement import Line, OutcomeEvidence, Statement
from resettle.commissioning.value import Valuation, value

__all__ = [
    "Beliefs",
    "Comparison",
    "Contract",
    "Evidence",
    "Finding",
    "Line",
    "OutcomeEvidence",
    "RateBelief",
    "Start",
    "Statement",
    "Valuation",
    "check_contract",
    "compare",
    "gather",
    "parse_contract",
    "read_beliefs",
    "read_contract",
    "settle",
    "value",
]
