"""Interrupted time series: one set of places, period by period, before the programme began and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resettle.errors import bad
from resettle.evidence.autoregression import autoregressive
from resettle.evidence.effect import Check, Flag, StandardError
from resettle.evidence.linear import Fit, classical, least_squares, newey_west
from resettle.evidence.randomised import Estimate, t_interval, t_test

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

METHOD = "interrupted time series: segmented regression of the periods' means, weighted by people; average over the periods after"
AUTOCORRELATED, INDEPENDENT = "Newey and West", "independent periods"
AUTOREGRESSIVE = "each period like the one before"
NOTES = {
    AUTOCORRELATED: "periods may go together with those next to them",
    INDEPENDENT: "periods do not go together",
    AUTOREGRESSIVE: "autoregression of order one, put right for a short series",
}
FEWEST_SIDE, FEWEST, FEW = 3, 8, 24


def interrupted_series(outcome: Floats, period: Ints, year: int = 4) -> Estimate:
    """The mean outcome after the programme began less what the trend before would have led to, on average over those periods.

    `period` counts whole periods from the day on which it began (negative before), `year` of them to a year. Least squares of
    the periods' means, weighted by people, on a trend, a step and a change of trend (Wagner and others 2002). Of the errors
    that let periods go together (Newey and West 1987; autoregression) and the one that does not, the largest is the headline,
    because in a short series each can be too small. Student's t on T - 4 degrees of freedom. Refused with fewer than eight
    periods, or three on a side.
    """
    import numpy as np

    periods, place = np.unique(period, return_inverse=True)
    people = np.bincount(place).astype(float)
    mean = np.bincount(place, outcome) / people
    after = (periods >= 0).astype(float)
    check_periods(after)
    columns = np.column_stack([np.ones(len(periods)), periods, after, after * periods]).astype(float)
    weight = np.sqrt(people / people.mean())
    fit = least_squares(
        columns * weight[:, None], mean * weight, ("the level", "the trend", "the step", "the change of trend")
    )
    later = after * people / (after @ people)
    contrasts = {
        "average over the periods after": np.array([0.0, 0.0, 1.0, float(later @ periods)]),
        "step": np.array([0.0, 0.0, 1.0, 0.0]),
        "change of trend, a period": np.array([0.0, 0.0, 0.0, 1.0]),
    }
    main = contrasts["average over the periods after"]
    lag = lags(len(periods))
    pairs = {
        AUTOCORRELATED: newey_west(fit, main, lag),
        AUTOREGRESSIVE: autoregressive(fit, main)[0],
        INDEPENDENT: classical(fit, main),
    }
    named = sorted(pairs, key=lambda name: -pairs[name])
    freedom = float(fit.left)
    estimate, se = float(main @ fit.beta), pairs[named[0]]
    method = f"{METHOD}; standard error: {named[0]}, Student's t on {freedom:.0f} degrees of freedom"
    errors = tuple(StandardError(name=n, se=pairs[n], headline=n == named[0], note=NOTES[n]) for n in named)
    tests = [t_test(estimate, pairs[n], freedom, f"average over the periods after ({n})", NOTES[n]) for n in named]
    for name in ("step", "change of trend, a period"):
        at = contrasts[name]
        error = max(newey_west(fit, at, lag), autoregressive(fit, at)[0], classical(fit, at))
        tests.append(
            t_test(
                float(at @ fit.beta),
                error,
                freedom,
                name,
                f"{float(at @ fit.beta):+.4f}: a part of the effect, not all of it",
            )
        )
    rate = float(later @ mean)
    happened = period >= 0
    return Estimate(
        estimate, se, rate, rate - estimate, tuple(tests), (told(fit, periods, lag),), errors,
        interval=t_interval(estimate, se, freedom, method),
        checks=(length_check(after), going_together(fit, main), yearly(fit, periods, year)), method=method,
        members=(happened, ~happened),
    )  # fmt: skip


def lags(periods: int) -> int:
    """How many periods back errors may go together: 4 (T / 100) to the power 2/9 (Newey and West 1994), at least one."""
    return max(1, int(4 * (periods / 100) ** (2 / 9)))


def check_periods(after: Floats) -> None:
    """Refuse a series that is too short to have a trend on both sides."""
    n, later = len(after), int(after.sum())
    if n < FEWEST or min(later, n - later) < FEWEST_SIDE:
        raise bad(
            f"a series needs at least {FEWEST} periods, and {FEWEST_SIDE} on each side of the day on which the programme began",
            column="change", value=f"{n - later} before and {later} after",
            do="Use shorter periods, a longer time, or another design.",
        )  # fmt: skip


def length_check(after: Floats) -> Check:
    """How long the series is."""
    n, later = len(after), int(after.sum())
    flag: Flag = "green" if n >= FEW else "amber" if n >= FEW / 2 else "red"
    return Check(
        name="periods",
        value=n,
        flag=flag,
        words=f"{n - later} periods before and {later} after (green from {FEW} in all, amber from {FEW // 2}): a short series "
        "cannot tell a trend from chance.",
    )


def going_together(fit: Fit, contrast: Floats) -> Check:
    """Whether periods go together with the one before, put right for what the fit hides of it."""
    tie = autoregressive(fit, contrast)[1]
    return Check(
        name="periods go together",
        value=tie,
        flag="green" if tie <= 0.1 else "amber" if tie <= 0.3 else "red",
        words=f"The correlation from one period to the next is about {tie:.2f} (green up to 0.10, amber up to 0.30). The headline "
        "error allows for it, but in a short series it is not known well: where it is high, intervals are too short.",
    )


def yearly(fit: Fit, periods: Ints, year: int) -> Check:
    """Whether a yearly pattern is left in what the model leaves."""
    import numpy as np
    from scipy.stats import f as fisher

    season = periods % year
    kinds = np.unique(season)
    left = len(periods) - 4 - (len(kinds) - 1)
    if len(kinds) < 2 or left < 2:
        return Check(name="a yearly pattern", value=None, words="The series is too short to look for one.")
    dummies = (season[:, None] == kinds[None, 1:]).astype(float)
    both = np.column_stack([fit.x, dummies])
    rest = fit.x @ fit.beta + fit.rest
    again = rest - both @ np.linalg.lstsq(both, rest, rcond=None)[0]
    gain = float(fit.rest @ fit.rest - again @ again)
    p = float(fisher.sf(gain / (len(kinds) - 1) / (float(again @ again) / left), len(kinds) - 1, left))
    return Check(
        name="a yearly pattern",
        value=p,
        flag="green" if p > 0.1 else "amber" if p > 0.01 else "red",
        words=f"{'One may be' if p <= 0.1 else 'None was shown to be'} left in what the model leaves (p = {p:.3f}; green "
        "above 0.10, amber above 0.01).",
    )


def told(fit: Fit, periods: Ints, lag: int) -> str:
    """The parts of the model in words."""
    return (
        f"Before: {fit.beta[1]:+.5f} a period. When it began: a step of {fit.beta[2]:+.4f} and a change of trend of "
        f"{fit.beta[3]:+.5f} a period, over {len(periods)} periods. Errors may go together up to {lag} periods apart."
    )
