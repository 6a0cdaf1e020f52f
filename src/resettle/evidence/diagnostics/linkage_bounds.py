"""What errors of linkage could do to an effect: people whose records are somebody else's, and people not found."""

from __future__ import annotations

from resettle.evidence.randomised import Estimate
from resettle.result import Record


class LinkageBounds(Record):
    """The effect under errors of linkage.

    `likely` takes the wrong records to be like those of the comparison and the missed people to be like those found.
    `low` and `high` hold whatever the wrong records and the missed people are like; they are widened by the error of the
    estimate to `interval_low` and `interval_high`.
    """

    wrong: float
    missed: float
    likely: float
    low: float
    high: float
    interval_low: float
    interval_high: float

    @property
    def sentence(self) -> str:
        """The bounds in plain words."""
        return (
            f"If {100 * self.wrong:g}% of the records of people treated are somebody else's and {100 * self.missed:g}% of "
            f"those submitted were not found, the difference lies between {100 * self.low:+.1f} and "
            f"{100 * self.high:+.1f} points whatever those people did (with chance, {100 * self.interval_low:+.1f} to "
            f"{100 * self.interval_high:+.1f}); {100 * self.likely:+.1f} if wrong records are like the comparison's."
        )


def linkage_bounds(found: Estimate, wrong: float, missed: float) -> LinkageBounds:
    """Bounds on the difference of two rates.

    With a share `wrong` of somebody else's records, the rate seen is a mixture: taken apart at both ends it bounds the
    rate of those who are rightly linked (contaminated sampling; Horowitz and Manski 1995). With a share `missed`, the
    rate of all who were submitted lies between what it would be if none, and if all, of the missed had the event.
    """
    from scipy.stats import norm

    p = found.treated_rate
    ends = [min(1.0, max(0.0, (p - wrong * other) / (1 - wrong))) for other in (1.0, 0.0)]
    low, high = (1 - missed) * ends[0], (1 - missed) * ends[1] + missed
    like = min(1.0, max(0.0, (p - wrong * found.comparison_rate) / (1 - wrong)))
    half = float(norm.ppf(0.975)) * found.se
    stretched = half * (1 - missed) / (1 - wrong)
    return LinkageBounds(
        wrong=wrong,
        missed=missed,
        likely=like - found.comparison_rate,
        low=low - found.comparison_rate,
        high=high - found.comparison_rate,
        interval_low=low - found.comparison_rate - max(half, stretched),
        interval_high=high - found.comparison_rate + max(half, stretched),
    )
