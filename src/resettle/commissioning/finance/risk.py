"""How bad it can become: value at risk, expected shortfall, ruin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resettle.commissioning.finance.cash import cumulative

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def value_at_risk(margin: ArrayLike, level: float = 0.95) -> float:
    """The loss that is not exceeded in `level` of draws: minus the (1 - level) quantile of the margin; negative is a gain."""
    import numpy as np

    return -float(np.quantile(np.asarray(margin, dtype=float), 1 - level))


def expected_shortfall(margin: ArrayLike, level: float = 0.95) -> float:
    """The mean loss in the worst `1 - level` of draws (CVaR): at least one draw is in it."""
    import numpy as np

    ordered = np.sort(np.asarray(margin, dtype=float))
    worst = max(1, round(len(ordered) * (1 - level)))
    return -float(ordered[:worst].mean())


def ruin(cash: ArrayLike, reserves: float) -> float:
    """How often cash in hand would at some time fall below nothing, starting with `reserves`: rows are draws, columns times."""
    import numpy as np

    return float((np.atleast_2d(cumulative(cash)).min(axis=1) < -reserves - 1e-9).mean())
