"""Trials beyond the plain difference: adjusted for covariates, stratified, and assigned by whole clusters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from resettle.errors import bad
from resettle.evidence.effect import Check, StandardError
from resettle.evidence.linear import Fit, bias_reduced, classical, cluster_robust, least_squares, robust
from resettle.evidence.randomised import Estimate, difference_of_means, t_interval, t_test

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

HC2, CLASSICAL = "robust (HC2)", "classical"
CR2, CR1 = "by cluster, for few clusters (CR2)", "by cluster (CR1)"
ADJUSTED = "difference adjusted by regression on the covariates within each group (Lin 2013)"
CLUSTERED = "difference of two means of people assigned by cluster"
FEW_CLUSTERS, VERY_FEW = 40, 10
"""Clusters in all under which the ordinary cluster error is too small, and under which even the corrected one is doubtful."""


def adjusted(
    outcome: Floats, treated: Floats, x: Floats, names: tuple[str, ...], cluster: Ints | None = None
) -> Estimate:
    """Lin's (2013) regression: the outcome on assignment, the centred covariates, and their products.

    It holds whatever the shape of the outcome, because lots were drawn; covariates make it more exact. The interval is by
    Student's t on robust errors (HC2), or, where whole clusters were assigned, on those for few clusters (CR2).
    """
    import numpy as np

    centred = x - x.mean(axis=0)
    columns = np.column_stack([np.ones(len(outcome)), treated, centred, centred * treated[:, None]])
    labels = ("the constant", "the programme", *names, *(f"{name} among the treated" for name in names))
    fit = least_squares(columns, outcome, labels)
    return of_the_second(fit, cluster, ADJUSTED, treated)


def clustered_difference(outcome: Floats, treated: Floats, cluster: Ints) -> Estimate:
    """The plain difference of two means where whole clusters were assigned: people of a cluster are not independent."""
    import numpy as np

    columns = np.column_stack([np.ones(len(outcome)), treated])
    fit = least_squares(columns, outcome, ("the constant", "the programme"))
    found = of_the_second(fit, cluster, CLUSTERED, treated)
    means, sides = by_cluster(outcome, treated, cluster)
    test = difference_of_means(means, sides).tests[1]
    named = test.model_copy(update={"name": "means of clusters (Student's t)", "note": "each cluster counts once"})
    return replace(found, tests=(*found.tests, named))


def of_the_second(fit: Fit, cluster: Ints | None, words: str, treated: Floats) -> Estimate:
    """The estimate that is a fit's second coefficient, with the errors for people or for clusters, and both adjusted means."""
    import numpy as np

    contrast = np.zeros(len(fit.beta))
    contrast[1] = 1.0
    estimate, base = float(fit.beta[1]), float(fit.beta[0])
    if cluster is None:
        pairs = [(HC2, robust(fit, contrast), float(fit.left)), (CLASSICAL, classical(fit, contrast), float(fit.left))]
        checks: tuple[Check, ...] = ()
    else:
        check_clusters(treated, cluster)
        groups = int(cluster.max()) + 1
        pairs = [
            (CR2, *bias_reduced(fit, contrast, cluster)),
            (CR1, cluster_robust(fit, contrast, cluster), groups - 2.0),
        ]
        checks = cluster_checks(treated, cluster)
    errors = tuple(
        StandardError(name=name, se=se, headline=i == 0, note=NOTES[name]) for i, (name, se, _) in enumerate(pairs)
    )
    tests = [t_test(estimate, se, free, f"difference ({name})", NOTES[name]) for name, se, free in pairs]
    method = f"{words}; standard error: {pairs[0][0]}, Student's t on {pairs[0][2]:.1f} degrees of freedom"
    interval = t_interval(estimate, pairs[0][1], pairs[0][2], method)
    return Estimate(
        estimate, pairs[0][1], base + estimate, base, tuple(tests), errors=errors, interval=interval, checks=checks, method=method
    )  # fmt: skip


NOTES = {
    HC2: "spread may differ between people and groups",
    CLASSICAL: "one spread for everybody",
    CR2: "Bell and McCaffrey's correction, with Satterthwaite's degrees of freedom",
    CR1: "Liang and Zeger's error times G / (G - 1), on G - 2 degrees of freedom: too small with few clusters",
}


def check_clusters(treated: Floats, cluster: Ints) -> None:
    """Refuse a trial of clusters with fewer than two on a side, or with a cluster on both sides."""
    import numpy as np

    groups = int(cluster.max()) + 1
    ones = np.bincount(cluster, treated, groups)
    size = np.bincount(cluster, minlength=groups)
    both = (ones > 0) & (ones < size)
    if both.any():
        raise bad(
            "people of one cluster are on both sides, so the cluster was not what was assigned",
            column="trial.cluster", value=f"{int(both.sum())} of {groups} clusters",
            do="Leave cluster out, or name what was assigned.",
        )  # fmt: skip
    if min(int((ones > 0).sum()), int((ones == 0).sum())) < 2:
        raise bad(
            "there must be at least two clusters on each side: with one, a difference between clusters cannot be told from the "
            "programme's",
            column="trial.cluster", value=f"{int((ones > 0).sum())} treated of {groups}", do="Add clusters.",
        )  # fmt: skip


def cluster_checks(treated: Floats, cluster: Ints) -> tuple[Check, ...]:
    """How many clusters there are: the size of a trial of clusters is theirs."""
    import numpy as np

    groups = int(cluster.max()) + 1
    on = int((np.bincount(cluster, treated, groups) > 0).sum())
    flag: Literal["red", "amber", "green"] = (
        "red" if groups < VERY_FEW else "amber" if groups < FEW_CLUSTERS else "green"
    )
    return (
        Check(
            name="clusters",
            value=groups,
            flag=flag,
            words=f"{on} clusters were treated and {groups - on} were not. The error allows for few, but under {VERY_FEW} it is "
            f"doubtful (green from {FEW_CLUSTERS}, amber from {VERY_FEW}).",
        ),
    )


def by_cluster(outcome: Floats, treated: Floats, cluster: Ints) -> tuple[Floats, Floats]:
    """The mean outcome and the side of each cluster."""
    import numpy as np

    size = np.bincount(cluster)
    return np.bincount(cluster, outcome) / size, np.bincount(cluster, treated) / size
