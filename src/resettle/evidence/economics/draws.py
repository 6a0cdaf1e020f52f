"""Joint draws of differences in cost and in effect: from people, or from estimates."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from resettle.errors import bad

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

DRAWS = 2000


def people_draws(
    cost: ArrayLike, effect: ArrayLike, treated: ArrayLike, *, draws: int = DRAWS, seed: int = 1
) -> tuple[Floats, Floats]:
    """Joint draws of differences in mean cost and effect: people are drawn again within each group, cost and effect together.

    One value a person in each array; `treated` is 0 or 1. Fewer than two people in a group are a `BadInput`.
    """
    import numpy as np

    both = np.column_stack([checked(cost, "cost"), checked(effect, "effect")])
    group = checked(treated, "treated")
    if len(group) != len(both) or not np.isin(group, (0, 1)).all():
        raise bad("treated must be 0 or 1 for each person", do="Give one cost, effect and group for each person.")
    parts = [both[group == side] for side in (1, 0)]
    if min(map(len, parts)) < 2:
        raise bad("a group has fewer than two people", value=[len(p) for p in parts], do="Both groups are needed.")
    random = np.random.default_rng(seed)
    means = [
        np.array([part[random.integers(0, len(part), len(part))].mean(axis=0) for _ in range(draws)]) for part in parts
    ]
    differences = means[0] - means[1]
    return differences[:, 0], differences[:, 1]


def normal_draws(
    cost: tuple[float, float],
    effect: tuple[float, float],
    correlation: float = 0.0,
    *,
    draws: int = DRAWS,
    seed: int = 1,
) -> tuple[Floats, Floats]:
    """Joint draws from estimates and their standard errors, where single people's costs are not held.

    `correlation` is between the two estimates; 0 is an assumption to be stated.
    """
    import numpy as np

    numbers = (*cost, *effect, correlation)
    if not all(map(math.isfinite, numbers)) or min(cost[1], effect[1]) < 0 or abs(correlation) > 1:
        raise bad("not usable as estimates", value=numbers, do="Give finite numbers, no negative errors, -1 to 1.")
    a, b = np.random.default_rng(seed).standard_normal((2, draws))
    other = correlation * a + math.sqrt(1 - correlation**2) * b
    return cost[0] + cost[1] * a, effect[0] + effect[1] * other


def checked(values: ArrayLike, name: str) -> Floats:
    """A list of finite numbers as an array; anything else is a `BadInput`."""
    import numpy as np

    try:
        found = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise bad("not numbers", column=name, do="Give one number for each.") from None
    if found.ndim != 1 or not np.isfinite(found).all():
        raise bad("must be a list of finite numbers", column=name, do="Take missing values out, and say how many.")
    return found
