"""Made-up people with a known effect, for tests of designs."""

import numpy as np

NAMES = ("a", "b", "c")


def people(n, seed, effect=-0.1, share=0.3):
    """Covariates, who was treated and a 0/1 outcome whose chance is `effect` higher for the treated."""
    random = np.random.default_rng(seed)
    x = np.column_stack([random.normal(size=n), random.random(n) < 0.4, random.poisson(3, n) / 2]).astype(float)
    odds = np.log(share / (1 - share)) + 0.5 * x[:, 0] + 0.4 * (x[:, 1] - 0.4) - 0.2 * (x[:, 2] - 1.5)
    treated = random.random(n) < 1 / (1 + np.exp(-odds))
    chance = 0.15 + 0.6 / (1 + np.exp(-0.7 * x[:, 0] - 0.5 * x[:, 1] + 0.3 * x[:, 2]))
    return x, treated, (random.random(n) < chance + effect * treated).astype(float)
