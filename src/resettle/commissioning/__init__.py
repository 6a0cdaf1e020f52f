"""Meso: contracts as documents that run: read, checked, settled, valued and compared."""

from resettle.commissioning.beliefs import Beliefs, RateBelief, read_beliefs
from resettle.commissioning.check import check_contract
from resettle.commissioning.compare import Comparison, compare
from resettle.commissioning.contract import Contract, in_force, parse_contract, read_contract
from resettle.commissioning.evidence import Evidence, gather, read_evidence
from resettle.commissioning.explain import explain
from resettle.commissioning.investors import Repayment, repay
from resettle.commissioning.language.finding import Finding
from resettle.commissioning.outcomes import Outcomes
from resettle.commissioning.records import CohortResult, Start
from resettle.commissioning.settle import settle
from resettle.commissioning.statement import Line, OutcomeEvidence, Statement
from resettle.commissioning.value import Valuation, value

__all__ = [
    "Beliefs",
    "CohortResult",
    "Comparison",
    "Contract",
    "Evidence",
    "Finding",
    "Line",
    "OutcomeEvidence",
    "Outcomes",
    "RateBelief",
    "Repayment",
    "Start",
    "Statement",
    "Valuation",
    "check_contract",
    "compare",
    "explain",
    "gather",
    "in_force",
    "parse_contract",
    "read_beliefs",
    "read_contract",
    "read_evidence",
    "repay",
    "settle",
    "value",
]
