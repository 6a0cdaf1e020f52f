"""Checks of time: starts after the clock began, events before the start, and days in custody on either side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resettle.evidence.diagnostics.sides import Sides, reach
from resettle.evidence.effect import Flag
from resettle.evidence.sealing import Sealed
from resettle.result import Record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


class Immortal(Record):
    """Whether time before the start is credited to the programme.

    Of the treated, `after` started later than the index date and `before_start` of them had an event on or before the day
    of their start. `estimate` counts again from `landmark` days after the index date, among people without an event until
    then. Counts are None where they are not published; the estimate is None where too few are left.
    """

    treated: int | None
    after: int | None
    before_start: int | None
    landmark: int
    estimate: float | None
    low: float | None
    high: float | None
    flag: Flag


class AtRisk(Record):
    """Share of the follow-up spent at liberty on either side, and the flag of their difference.

    A side that spends more of the time in custody has less time in which to reoffend.
    """

    treated: float
    comparison: float
    flag: Flag


def immortal(sides: Sides, start: Floats, first: Floats, landmark: int) -> Immortal:
    """The check of immortal time. `start` and `first` are days to the start and to the first event (nan: none)."""
    import numpy as np

    treated = sides.treated & sides.kept
    after = treated & (start > 0)
    before_start = after & (first <= start)
    free = ~(first <= landmark)
    late = ((first > landmark) & ~np.isnan(first)).astype(float)
    again = sides.effect_among(free, late)
    low, high = reach(again) if again else (None, None)
    share = before_start.sum() / max(treated.sum(), 1)
    return Immortal(
        treated=int(treated.sum()),
        after=int(after.sum()),
        before_start=int(before_start.sum()),
        landmark=landmark,
        estimate=again.estimate if again else None,
        low=low,
        high=high,
        flag=worse(share, float(after.sum()) / max(treated.sum(), 1)),
    )


def worse(before_start: float, after: float) -> Flag:
    """Red where one in fifty or more of the treated had the event before they started; amber where half started late."""
    return "red" if before_start >= 0.02 else "amber" if after >= 0.5 else "green"


def at_risk(sealed: Sealed, sides: Sides) -> AtRisk | None:
    """The share of days at liberty on either side, weighted as the study is. None where no stay in custody is on record.

    The study must have been sealed with its detail.
    """
    import numpy as np

    if not sealed.area.query("SELECT 1 FROM custody LIMIT 1").num_rows:
        return None
    steps = sealed.steps.then(
        "liberty",
        """SELECT d.index_id, f.days_free, f.days_observed
        FROM designed d JOIN detailed f ON f.index_id = d.index_id ORDER BY d.index_id""",
        "days at liberty in the follow-up",
    )
    rows = sealed.area.run(steps, "liberty")
    free, days = (rows[name].to_numpy().astype(float) for name in ("days_free", "days_observed"))
    shares = []
    for side in (sides.treated, ~sides.treated):
        weights = np.where(side, sides.weights, 0.0)
        shares.append(float(weights @ free / (weights @ days)))
    apart = abs(shares[0] - shares[1])
    return AtRisk(
        treated=shares[0], comparison=shares[1], flag="green" if apart <= 0.02 else "amber" if apart <= 0.05 else "red"
    )
