"""Standard errors of an effect on the treated, by more than one method, each with its name and what it allows for."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from resettle.evidence.effect import StandardError
from resettle.evidence.matching import Matches

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

WEIGHTED = "weighted two-sample"
CLUSTERED = "weighted, clustered by person"
ABADIE_IMBENS = "Abadie and Imbens"
BOOTSTRAP = "bootstrap of persons"
PARTLY = "linearised"
DRAWS = 200


def two_sample(outcome: Floats, treated: Bools, weights: Floats) -> float:
    """As for two independent weighted means, weights taken as given: what the Justice Data Lab's t test uses."""
    return math.hypot(*side_errors(outcome, treated, weights))


def side_errors(outcome: Floats, treated: Bools, weights: Floats) -> tuple[float, float]:
    """The error of each side's mean: of the treated, who all count once, and of the weighted comparison."""
    ones, others = treated & (weights > 0), ~treated & (weights > 0)
    y1, y0, w = outcome[ones], outcome[others], weights[others]
    n1 = len(y1)
    spread = float(((y1 - y1.mean()) ** 2).sum()) / (n1 * (n1 - 1))
    rest = float((w**2) @ (y0 - (w @ y0) / w.sum()) ** 2) / float(w.sum()) ** 2
    return math.sqrt(spread), math.sqrt(rest)


def influences(outcome: Floats, treated: Bools, weights: Floats) -> Floats:
    """How far each person moves the difference of the weighted means: they add up to nil, their squares to its variance."""
    import numpy as np

    result = np.zeros(len(outcome))
    for side, sign in ((treated, 1.0), (~treated, -1.0)):
        w, y = weights[side], outcome[side]
        total = w.sum()
        result[side] = sign * w * (y - (w * y).sum() / total) / total
    return result


def clustered(influence: Floats, person: Ints | None = None) -> float:
    """The error from influences added up by person (by row, without `person`): people in several cohorts count once."""
    import numpy as np

    summed = influence if person is None else np.bincount(person, influence)
    there = int((summed != 0).sum())
    return math.sqrt(float(summed @ summed) * there / max(there - 1, 1))


def abadie_imbens(outcome: Floats, treated: Bools, matches: Matches) -> float:
    """Abadie and Imbens (2006) for the effect on the treated, with the score taken as given.

    The spread of each treated person's own difference, and for controls used more than once the variance of their
    outcome, taken from the neighbours on both sides in the order of scores.
    """
    y1, y0 = outcome[treated], outcome[~treated]
    kept = matches.matched
    own = (y1 - matches.means(y0))[kept]
    n = len(own)
    again = matches.weights() ** 2 - matches.weights(2)
    reused = float((again * neighbour_variance(y0, matches)).sum())
    return math.sqrt(float(((own - own.mean()) ** 2).sum()) / (n * (n - 1)) + max(reused, 0.0) / n**2)


def neighbour_variance(y0: Floats, matches: Matches) -> Floats:
    """The variance of each control's outcome, from its neighbours in the order of matching (one at the two ends).

    That is the order of scores; in exact strata, the order of rows within a stratum.
    """
    import numpy as np

    result = np.zeros(len(y0))
    listed = y0[matches.order]
    if len(listed) < 2:
        return result
    found = np.empty(len(listed))
    found[1:-1] = (listed[1:-1] - (listed[:-2] + listed[2:]) / 2) ** 2 * (2 / 3)
    found[[0, -1]] = (listed[[0, -1]] - listed[[1, -2]]) ** 2 / 2
    result[matches.order] = found
    return result


def bootstrap(again: Callable[[Ints], float], person: Ints, seed: int, draws: int = DRAWS) -> float:
    """The spread of the estimate over samples of persons with replacement, the whole design made again each time.

    `again` takes row numbers and returns the estimate. For matching on few neighbours it is known to be off (Abadie and
    Imbens 2008); it stands beside the others, never as the headline.
    """
    import numpy as np

    order = np.argsort(person, kind="stable")
    starts = np.searchsorted(person[order], np.arange(person.max() + 2))
    random = np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        drawn = random.integers(0, len(starts) - 1, len(starts) - 1)
        rows = np.concatenate([order[starts[one] : starts[one + 1]] for one in drawn])
        found.append(again(rows))
    return float(np.std(found, ddof=1))


def headline(errors: list[StandardError], name: str) -> tuple[StandardError, ...]:
    """The errors, the one of that name first and marked as the headline."""
    first = [one.model_copy(update={"headline": True}) for one in errors if one.name == name]
    return (*first, *(one for one in errors if one.name != name))
