"""The design stage: from covariates and who was treated to weights. It is not given an outcome, and cannot see one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from resettle.errors import bad
from resettle.evidence.logit import Logit, fit_logit
from resettle.evidence.matching import Matches, nearest, nearest_once, radius, strata, strata_of, subclasses
from resettle.evidence.study import DesignName, Matching
from resettle.evidence.weighting import entropy_balance, inside, odds_weights

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

FEWEST = 2
ALIKE = 0.05
"""The difference of means, in standard deviations, to which a shrinking caliper brings the groups."""
TAKING_PART = "those who took part"


@dataclass(frozen=True)
class Designed:
    """A comparison made alike, before any outcome is read. All arrays have one entry for each row of people.

    `weights` are 1 for treated people who are kept, and add up to their number over the comparison; 0 is set aside.
    `logit` is the fitted model of taking part, where the design has one; `matches` who is compared with whom, where it
    is matching; `caliper` in log odds.
    """

    kind: DesignName
    x: Floats
    names: tuple[str, ...]
    treated: Bools
    weights: Floats
    logit: Logit | None = None
    matches: Matches | None = None
    caliper: float | None = None

    @property
    def kept(self) -> Bools:
        """Who takes part in the comparison."""
        return self.weights > 0

    @property
    def effective_n(self) -> float:
        """The number of equally weighted people that the comparison amounts to (Kish)."""
        weights = self.weights[~self.treated]
        return float(weights.sum() ** 2 / (weights * weights).sum())


def make_design(
    kind: DesignName, x: Floats, names: tuple[str, ...], treated: Bools, settings: Matching | None = None
) -> Designed:
    """Make the comparison of people (rows of `x`, columns `names`) like those of them who are `treated`.

    Raises `BadInput`, with the reason, where that cannot be done: fewer than two people on a side, a covariate that is
    constant, repeats others or separates the sides, a caliper wider than all scores, or nobody left who can be compared.
    """
    settings = settings or Matching()
    check_binary(treated)
    check_people(treated)
    if kind == "entropy_balancing":
        designed = Designed(kind, x, names, treated, entropy_balance(x, treated, names))
    elif kind == "exact_strata":
        code = strata_of(x.T)
        matches = strata(code[treated], code[~treated])
        designed = Designed(kind, x, names, treated, weights_of(matches, treated), matches=matches)
    else:
        designed = on_the_score(kind, x, names, treated, settings)
    check_overlap(designed)
    return designed


def on_the_score(kind: DesignName, x: Floats, names: tuple[str, ...], treated: Bools, settings: Matching) -> Designed:
    """The designs that use the log odds of taking part."""
    import numpy as np

    logit = fit_logit(x, treated.astype(float), names, TAKING_PART)
    score = logit.score
    if kind in ("weighting", "doubly_robust"):
        kept = inside(score, settings.trim_above)
        check_people(treated[kept])
        weights = np.zeros(len(score))
        weights[kept] = odds_weights(score[kept], treated[kept])
        return Designed(kind, x, names, treated, weights, logit)
    sides = score[treated], score[~treated]
    if kind == "subclassification":
        matches = subclasses(*sides, settings.classes)
        return Designed(kind, x, names, treated, weights_of(matches, treated), logit, matches)
    caliper = settings.caliper_sd * float(score.std())
    check_caliper(caliper, score, settings)
    if kind == "radius_matching":
        matches = radius(*sides, caliper)
    else:
        matches = (nearest if settings.replacement else nearest_once)(*sides, settings.neighbours, caliper)
    made = Designed(kind, x, names, treated, weights_of(matches, treated), logit, matches, caliper)
    return shrunk(made) if settings.shrink else made


def shrunk(made: Designed) -> Designed:
    """Radius matching with the caliper halved until no covariate differs by more than 0.05 standard deviations.

    It is halved only as long as that brings the groups nearer and leaves two people on each side.
    """
    assert made.logit is not None and made.caliper is not None
    score, treated = made.logit.score, made.treated
    best, apart = made, farthest(made)
    while apart > ALIKE and best.caliper is not None:
        matches = radius(score[treated], score[~treated], caliper := best.caliper / 2)
        weights = weights_of(matches, treated)
        closer = replace(best, weights=weights, matches=matches, caliper=caliper)
        if min(int((closer.kept & side).sum()) for side in (treated, ~treated)) < FEWEST:
            break
        if (left := farthest(closer)) >= apart:
            break
        best, apart = closer, left
    return best


def farthest(made: Designed) -> float:
    """The largest difference of means that is left, in standard deviations of all the treated."""
    import numpy as np

    kept, others = made.treated & made.kept, ~made.treated
    spread = made.x[made.treated].std(axis=0)
    weights = made.weights[others]
    gap = made.x[kept].mean(axis=0) - weights @ made.x[others] / weights.sum()
    return (
        float(np.abs(gap / np.where(spread > 0, spread, 1.0)).max(initial=0.0))
        if kept.any() and weights.any()
        else np.inf
    )


def weights_of(matches: Matches, treated: Bools) -> Floats:
    """The weights that matches give: 1 for treated people with a match, what they stand for in the others."""
    import numpy as np

    weights = np.empty(len(treated))
    weights[treated] = matches.matched
    weights[~treated] = matches.weights()
    return weights


def check_binary(treated: NDArray[Any]) -> None:
    """Refuse sides that are neither treated (1) nor not (0)."""
    wrong = (treated != 0) & (treated != 1)
    if wrong.any():
        at = int(wrong.argmax())
        raise bad(
            "a person is neither treated nor not", row=at + 1, column="treated", value=treated[at],
            do="Give 1 to the treated and 0 to the others; a dose is no side.",
        )  # fmt: skip


def check_people(treated: Bools) -> None:
    """Refuse a study with fewer than two people on one side."""
    sides = (int(treated.sum()), "treated"), (int((~treated).sum()), "to compare with")
    for n, words in sides:
        if n < FEWEST:
            raise bad(
                f"there must be at least {FEWEST} people {words}",
                value=n,
                do="Widen the study: more dates, services or places.",
            )


def check_caliper(caliper: float, score: Floats, settings: Matching) -> None:
    """Refuse a caliper that would match everybody with everybody."""
    if caliper >= (reach := float(score.max() - score.min())):
        raise bad(
            "the caliper is wider than the range of the scores: everybody would be matched with everybody",
            column="matching.caliper_sd",
            value=settings.caliper_sd,
            do=f"The scores span {reach / float(score.std()):.2f} standard deviations; 0.2 is usual.",
        )


def check_overlap(designed: Designed) -> None:
    """Refuse a design that leaves fewer than two people on a side."""
    kept, treated = designed.kept, designed.treated
    sides = int((kept & treated).sum()), int((kept & ~treated).sum())
    if min(sides) < FEWEST:
        raise bad(
            "no overlap is left: too few people are alike on what was recorded",
            value=f"{sides[0]} treated and {sides[1]} others could be compared",
            do="Use fewer or coarser covariates, a wider caliper, or a wider comparison.",
        )
