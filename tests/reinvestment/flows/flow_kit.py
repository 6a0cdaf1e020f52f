"""Small scenarios for tests of flows."""

from resettle.reinvestment.flows.cohort import Cohort
from resettle.reinvestment.flows.effects import LogRatio
from resettle.reinvestment.flows.make import build
from resettle.reinvestment.flows.scenario import Scenario
from resettle.reinvestment.flows.settings import Draws

SETTLED = {"name": "settled"}


def scenario(**change) -> Scenario:
    given = {
        "id": "small",
        "title": "Small",
        "place": "Somewhere",
        "start": "2025-01-01",
        "months": 36,
        "draws": 20,
        "seed": 1,
    }
    return Scenario.model_validate({**given, **change})  # fmt: skip


def one_state(stay, *, stock=0.0, people=100.0, months=36, **change) -> Scenario:
    """Custody alone, with a steady inflow."""
    band = {"name": "custody_1_to_4_years", "stock": stock, "stay": stay, "ends": {"settled": 1}}
    return scenario(
        months=months, state=[band, SETTLED], inflow=[{"to": "custody_1_to_4_years", "people": people}], **change
    )


def whole(**change) -> Scenario:
    """Remand, custody, licence, recall, the community, two places and every decision that levers use."""
    states = [
        {"name": "remand_untried", "stock": 110, "stay": {"mean": {"value": 3, "low": 2, "high": 4}}, "ends": {"sentence_after_remand": 1}},
        {"name": "custody_under_6_months", "stock": 60, "stay": {"mean": 2.5, "spread": 0.5}, "ends": {"release": 1}},
        {"name": "custody_1_to_4_years", "stock": 300, "stay": {"mean": 12, "spread": 0.6}, "ends": {"release": 1}},
        {"name": "licence", "stock": 500, "stay": {"mean": 14, "spread": 0.5}, "ends": {"at_risk": 1},
         "event": [{"to": "offence", "share": 0.3, "shape": 0.8}, {"to": "recall", "cause": "recall", "share": 0.3}]},
        {"name": "recall_fixed", "stock": 20, "stay": {"mean": 1, "spread": 0}, "ends": {"licence": 1}},
        {"name": "community_order", "stock": 250, "stay": {"mean": 12, "spread": 0.4}, "ends": {"at_risk": 1},
         "event": [{"to": "offence", "share": 0.3}]},
        {"name": "at_risk", "stock": 2000, "stay": {"mean": 24, "spread": 0}, "ends": {"settled": 1},
         "event": [{"to": "offence", "share": {"value": 0.3, "low": 0.25, "high": 0.35}, "shape": 0.7}]},
        {"name": "settled", "stock": 1000, "event": [{"to": "offence", "share": 0.02}]},
    ]  # fmt: skip
    decisions = {
        "offence": {"out_of_court": 0.3, "charge": 0.7}, "out_of_court": {"at_risk": 1},
        "charge": {"received_on_remand": 0.3, "sentence_on_bail": 0.7}, "received_on_remand": {"remand_untried": 1},
        "sentence_on_bail": {"received_on_sentence": 0.2, "community_order": 0.3, "at_risk": 0.5},
        "sentence_after_remand": {"sentenced_from_remand": 0.6, "at_risk": 0.4},
        "received_on_sentence": {"custody_under_6_months": 0.6, "custody_1_to_4_years": 0.4},
        "sentenced_from_remand": {"custody_under_6_months": 0.4, "custody_1_to_4_years": 0.6},
        "release": {"licence": 1}, "recall": {"recall_fixed": 1},
    }  # fmt: skip
    given = {
        "state": states,
        "decision": [{"name": n, "to": to} for n, to in decisions.items()],
        "inflow": [{"to": "offence", "people": {"value": 60, "low": 50, "high": 72}}],
        "places": [{"name": "Here", "share": 0.4, "reoffending": 1.2}, {"name": "There", "share": 0.6}],
    }
    return scenario(**{**given, **change})


MENTORING = {
    "name": "mentoring",
    "at": ["licence"],
    "typed": {"hazard_ratio": 0.7, "low": 0.6, "high": 0.82, "source": "made"},
}
EFFECT = {"mentoring": LogRatio(-0.3567, 0.08, "made")}
COVER = {"kind": "service_coverage", "name": "cover", "service": "mentoring", "start": "2025-06-01", "coverage": 0.5}

LEVERS = [
    {"kind": "out_of_court", "name": "out of court", "start": "2025-04-01", "share": 0.4},
    {"kind": "charging", "name": "charging", "start": "2025-04-01", "factor": 0.9},
    {"kind": "remand_use", "name": "remand use", "start": "2025-04-01", "factor": 0.8},
    {"kind": "remand_length", "name": "remand length", "start": "2025-04-01", "factor": 0.8},
    {"kind": "sentence_length", "name": "sentence length", "start": "2025-04-01", "factor": 0.9, "phased_over": 3},
    {"kind": "release_point", "name": "release point", "start": "2025-09-01", "before": 0.5, "after": 0.4, "eligible": 0.7},
    {"kind": "recall_rate", "name": "recall rate", "start": "2026-01-01", "factor": 0.7, "until": "2027-01-01"},
    {"kind": "recall_length", "name": "recall length", "start": "2026-01-01", "factor": 1.5},
    {"kind": "community_mix", "name": "mix", "start": "2025-04-01", "share": 0.5, "places": ["Here"]},
]  # fmt: skip


def system(of: Scenario, draws: int = 20, *, seed: int = 1, effects=None, levers: bool = True, **more):
    return build(of, Draws(seed, draws, 0, draws, **more), EFFECT if effects is None else effects, levers=levers)


def run(of: Scenario, draws: int = 20, **more):
    return Cohort(system(of, draws, **more)).run()


def total(moves, name):
    """Months x draws of a state or flow, all strata together."""
    return moves.of(name).sum(axis=2)
