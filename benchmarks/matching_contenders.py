"""The same question five ways: what did taking part change for those who took part, on 20 covariates?

Each contender is a function that imports what it needs and returns the job: from covariates, treatment and outcome to what it
found. The peers are imported from an environment of their own (`peers.txt`); R runs `matching.R`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Found = dict[str, float | None]
Job = Callable[[np.ndarray, np.ndarray, np.ndarray], Found]

COLUMNS = [f"x{i}" for i in range(1, 21)]
CALIPER = 0.2  # standard deviations of the log odds, for all that take one


def ours() -> Job:
    """Logit, radius matching, effect, two standard errors, balance of each covariate, and the checks of the design."""
    import scipy.special
    import scipy.stats  # noqa: F401  (so that its import is outside the time, as it is for the others)

    from resettle.evidence.balance import balance_table, design_checks
    from resettle.evidence.designing import make_design
    from resettle.evidence.on_treated import effect_on_treated
    from resettle.evidence.study import Matching

    def job(x: np.ndarray, treated: np.ndarray, outcome: np.ndarray) -> Found:
        design = make_design("radius_matching", x, tuple(COLUMNS), treated == 1, Matching(caliper_sd=CALIPER))
        found = effect_on_treated(design, outcome)
        balance = balance_table(design)
        design_checks(design, balance)
        return {"effect": found.estimate, "se": found.se, "worst": max(abs(one.after) for one in balance)}

    return job


def causalml() -> Job:
    """A logit by scikit-learn, then the nearest neighbour with replacement; gives neither error nor interval."""
    import pandas as pd
    from causalml.match import NearestNeighborMatch
    from sklearn.linear_model import LogisticRegression

    def job(x: np.ndarray, treated: np.ndarray, outcome: np.ndarray) -> Found:
        p = LogisticRegression(C=1e6, max_iter=1000).fit(x, treated).predict_proba(x)[:, 1]
        data = pd.DataFrame({"t": treated.astype(int), "y": outcome, "score": np.log(p / (1 - p))})
        matched = NearestNeighborMatch(caliper=CALIPER, replace=True, ratio=1).match(data, "t", ["score"])
        rates = matched.groupby("t")["y"].mean()
        return {"effect": float(rates[1] - rates[0]), "se": None}

    return job


def pymatchit() -> Job:
    """The port of MatchIt: the nearest neighbour with replacement; gives neither error nor interval."""
    import pandas as pd
    from pymatchit import MatchIt

    def job(x: np.ndarray, treated: np.ndarray, outcome: np.ndarray) -> Found:
        data = pd.DataFrame(x, columns=COLUMNS).assign(t=treated.astype(int), y=outcome)
        fit = MatchIt(data, method="nearest", distance="glm", replace=True, ratio=1, caliper=CALIPER)
        fit.fit("t ~ " + " + ".join(COLUMNS))
        matched = fit.matched_data
        sides = [matched[matched["t"] == side] for side in (1, 0)]
        rates = [float(np.average(side["y"], weights=side["weights"])) for side in sides]
        return {"effect": rates[0] - rates[1], "se": None}

    return job


def doubleml() -> Job:
    """Double machine learning with logits, five folds: an error and an interval; no balance."""
    import doubleml as dml
    import pandas as pd
    from sklearn.linear_model import LogisticRegression

    def job(x: np.ndarray, treated: np.ndarray, outcome: np.ndarray) -> Found:
        np.random.seed(1)
        data = pd.DataFrame(x, columns=COLUMNS).assign(t=treated, y=outcome)
        model = dml.DoubleMLIRM(
            dml.DoubleMLData(data, "y", "t", COLUMNS),
            ml_g=LogisticRegression(max_iter=1000),
            ml_m=LogisticRegression(max_iter=1000),
            n_folds=5,
            score="ATTE",
        ).fit()
        return {"effect": float(model.coef[0]), "se": float(model.se[0])}

    return job


CONTENDERS: dict[str, Callable[[], Job]] = {
    "ours": ours,
    "causalml": causalml,
    "pymatchit-causal": pymatchit,
    "doubleml": doubleml,
}
# What each does: the design, and whether it gives an interval and the balance of the covariates.
DOES: dict[str, tuple[str, bool, bool]] = {
    "ours": ("radius, all within 0.2 sd of the log odds", True, True),
    "causalml": ("nearest, with replacement", False, False),
    "pymatchit-causal": ("nearest, with replacement", False, False),
    "doubleml": ("doubly robust, five folds", True, False),
    "r-matchit": ("nearest, without replacement", True, True),
}
PACKAGES: dict[str, Any] = {name: name for name in ("causalml", "pymatchit-causal", "doubleml")} | {"ours": "resettle"}
