"""Which savings are money: capacity freed against whole steps, month by month, in every draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from resettle.reinvestment.appraisal import Step

    Floats = NDArray[np.float64]


def freed(fewer: Floats, shape: Floats, units_each: float, lasting_months: int) -> Floats:
    """Capacity free in each draw and month (draws x months).

    `fewer` is how many fewer events happen a month at full scale in each draw, `shape` the part of it that has come
    through by each month. Each event frees `units_each` units for `lasting_months`, so what is free is the sum over the
    last months.
    """
    import numpy as np

    total = np.cumsum(shape)
    total[lasting_months:] -= total[:-lasting_months].copy()
    result: Floats = np.outer(fewer * units_each, total)
    return result


def steps_closed(free: Floats, size: float, notice_months: int) -> Floats:
    """Whole steps closed in each draw and month: `floor(free / size)` that has stayed free through the notice period.

    `free` is draws x months. During the first `notice_months` nothing can be closed. Capacity that fills up again
    re-opens at once.
    """
    import numpy as np

    # A free capacity that equals the step to rounding error has reached it.
    return lasted(np.floor(np.maximum(free, 0.0) / size + 1e-9), notice_months)


def lasted(reached: Floats, months: int) -> Floats:
    """The least of each month and the `months` before it; nothing before the first month."""
    import numpy as np

    if months == 0:
        return reached
    padded = np.concatenate([np.zeros((reached.shape[0], months)), reached], axis=1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, months + 1, axis=1)
    result: Floats = windows.min(axis=2)
    return result


def cash(
    closed: Floats, saves_a_year: float, one_off: float, double_running_months: int = 0, reopening: float = 0.0
) -> Floats:
    """Pounds that can be moved in each draw and month: a twelfth of the year's saving for each step that is closed and no longer
    run double, less the one-off cost of each closure and the cost of each re-opening.
    """
    import numpy as np

    newly = np.diff(closed, axis=1, prepend=0.0)
    saved = lasted(closed, double_running_months) * saves_a_year / 12
    result: Floats = saved - np.maximum(newly, 0.0) * one_off - np.maximum(-newly, 0.0) * reopening
    return result


def step_cash(closed: Floats, step: Step, saves_a_year: float) -> Floats:
    """`cash` of one step of an appraisal, with its own one-off, double-running and re-opening costs."""
    return cash(closed, saves_a_year, float(step.one_off), step.double_running_months, float(step.reopening))
