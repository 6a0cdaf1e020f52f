"""What knowing more would be worth: expected value of perfect information, for one decision and for all it touches."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from resettle.errors import bad
from resettle.reference.discounting import discount_factor

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def evpi(benefits: ArrayLike) -> float:
    """Expected value of perfect information for one decision, from draws (rows) of the net benefit of options (columns).

    The mean of the best option in each draw, less the best mean. Doing nothing is an option too: a column of zeros.
    """
    import numpy as np

    found = np.asarray(benefits, dtype=float)
    if found.ndim != 2 or found.size == 0 or not np.isfinite(found).all():
        raise bad("needs draws by options, all finite", value=found.shape, do="One row a draw, one column an option.")
    return max(0.0, float(found.max(axis=1).mean() - found.mean(axis=0).max()))


def evpi_normal(mean: float, sd: float) -> float:
    """The same in closed form, where the net benefit over doing nothing is normal.

    sd (phi(z) - z (1 - Phi(z))) with z = |mean| / sd.
    """
    from scipy.stats import norm

    if sd < 0 or not math.isfinite(mean + sd):
        raise bad(
            "not a normal distribution",
            value=(mean, sd),
            do="Give a finite mean and a standard deviation of 0 or more.",
        )
    if sd == 0:
        return 0.0
    z = abs(mean) / sd
    return float(sd * (norm.pdf(z) - z * norm.sf(z)))


def over_people(each: float, people_a_year: float, years: int, overrides: Mapping[str, float] | None = None) -> float:
    """A value for each person over all whom a decision touches in whole `years` from now, discounted as in the Green Book.

    The first year is not discounted. `overrides` replace published rates, as in `reference.discounting`.
    """
    if people_a_year < 0 or years < 1:
        raise bad("not a horizon", value=(people_a_year, years), do="Give people a year and one year or more.")
    return each * people_a_year * sum(discount_factor(year, overrides) for year in range(years))
