"""What each outcome of a study is for each of its people: read once the design is sealed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from resettle.evidence.clock import Clock
from resettle.evidence.detail import TIERS
from resettle.evidence.effect import Of, Unit
from resettle.evidence.outcomes import LABELS
from resettle.evidence.study import OutcomeName

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

SIMPLE: tuple[OutcomeName, ...] = ("rate", "frequency", "days_to_first")
"""Outcomes for which court tiers and custody need not be read."""
MORE_IS_BETTER = ("days_to_first", "first_summary")
"""Outcomes of which more is better: later, and less serious, first reoffences."""


@dataclass(frozen=True)
class Observed:
    """One outcome: `value` for each row of the study, nan for those of whom it is not (no reoffence, or not recorded)."""

    name: OutcomeName
    label: str
    of: Of
    unit: Unit
    value: Floats

    @property
    def known(self) -> Bools:
        """Of whom it is an outcome."""
        import numpy as np

        result: Bools = ~np.isnan(self.value)
        return result

    @property
    def lower_is_better(self) -> bool:
        """Which sign is good news."""
        return self.name not in MORE_IS_BETTER


def observe(name: OutcomeName, studied: pa.Table, clock: Clock) -> Observed:
    """One outcome of the people of a study, in the order of its rows."""
    import numpy as np

    def column(of: str) -> Floats:
        values: Floats = studied[of].to_pandas().to_numpy(dtype=float)
        return values

    days = column("days_to_first")
    again = ~np.isnan(days)
    label = clock.label if name == "rate" else LABELS[name]
    if name == "rate":
        return Observed(name, label, "people", "share", again.astype(float))
    if name == "frequency":
        return Observed(name, label, "people", "events", column("reoffences"))
    if name == "days_to_first":
        return Observed(name, label, "reoffenders", "days", days)
    if name in ("first_custody", "any_custody", "custody"):
        return of_custody(name, label, again, column)
    kind = name.removeprefix("first_")
    if name.startswith("first_"):
        first = column("first_tier")
        value = np.where(np.isnan(first), np.nan, first == TIERS.index(kind) + 1)
        return Observed(name, label, "reoffenders", "share", value)
    value = np.where(again & (column("tiers_known") > 0), column(kind), np.nan)
    return Observed(name, label, "reoffenders", "events", value)


def of_custody(name: OutcomeName, label: str, again: Bools, column: Callable[[str], Floats]) -> Observed:
    """The outcomes of custody: for the first reoffence, for any, and how many led to it."""
    import numpy as np

    if name == "first_custody":
        return Observed(name, label, "reoffenders", "share", column("first_custody"))
    known, number = column("custody_known") > 0, np.nan_to_num(column("custodial"))
    if name == "custody":
        return Observed(name, label, "reoffenders", "events", np.where(again & known, number, np.nan))
    value = np.where(~again, 0.0, np.where(known, (number > 0).astype(float), np.nan))
    return Observed(name, label, "people", "share", value)
