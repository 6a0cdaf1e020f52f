"""What a finding amounts to besides its size: its checks, and the weights that it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resettle.evidence.designing import Designed
from resettle.evidence.effect import Check, Unit, WeightSummary
from resettle.evidence.observed import Observed
from resettle.evidence.randomised import Estimate
from resettle.evidence.sensitivity import bias_checks, needed_to_show, power_checks, smallest_difference
from resettle.evidence.study import Study
from resettle.result import Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

HEAVIEST = 0.01


def finding_checks(
    study: Study, found: Estimate, observed: Observed, interval: Interval, treated: int, designed: Designed | None
) -> tuple[Check, ...]:
    """The checks of the finding: what it could show, and what else could explain it."""
    if found.scale != "difference":
        return ()
    if observed.unit != "share":
        return tuple(power_of(found, observed.unit, treated))
    bias = study.design != "randomised" and observed.of == "people"
    more = bias_checks(found, interval.low, interval.high, designed, observed.value) if bias else []
    return (*power_checks(found, treated), *more)


def power_of(found: Estimate, unit: Unit, treated: int) -> list[Check]:
    """What a study of events or days could have shown, and the people that the difference found would have needed."""
    least, needed = smallest_difference(found.se), needed_to_show(found.estimate, found.se, treated)
    size = f"{least:.1f} days" if unit == "days" else f"{least:.2f} a person"
    return [
        Check(
            name="smallest difference that would be shown",
            value=least,
            words=f"A true difference of {size} would be shown four times in five; a smaller one less often.",
        ),
        Check(
            name="people needed to show the difference found",
            value=needed,
            words="No difference was found, so no number would show one."
            if needed is None
            else f"If the difference found were the true one, about {needed:,} treated people would put it at the edge of being "
            f"shown; there were {treated:,}.",
        ),
    ]


def weight_summary(designed: Designed) -> WeightSummary:
    """The weights of the comparison."""
    import numpy as np

    weights = np.sort(designed.weights[~designed.treated & designed.kept])
    top = max(1, round(HEAVIEST * len(weights)))
    return WeightSummary(
        n=len(weights),
        total=float(weights.sum()),
        smallest=float(weights[0]),
        median=float(np.median(weights)),
        largest=float(weights[-1]),
        top_share=float(weights[-top:].sum() / weights.sum()),
        effective_n=designed.effective_n,
    )
