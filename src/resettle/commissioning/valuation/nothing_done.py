"""The same beliefs, if the service made no difference."""

from __future__ import annotations

from resettle.commissioning.beliefs import Beliefs


def nothing_done(beliefs: Beliefs, drift: bool = True) -> Beliefs:
    """The same beliefs, but the service makes no difference (and, if asked, nothing else gets better either)."""
    nil = {"effect_mean": 0.0, "effect_sd": 0.0} | ({} if drift else {"drift_mean": 0.0, "drift_sd": 0.0})
    rates = {name: belief.model_copy(update=nil) for name, belief in beliefs.rates.items()}
    outcomes = {
        name: belief if belief.without is None else belief.model_copy(update={"chance": belief.without, "sd": 0.0})
        for name, belief in beliefs.outcomes.items()
    }
    return beliefs.model_copy(update={"rates": rates, "outcomes": outcomes})
