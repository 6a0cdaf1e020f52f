"""A negative control: an outcome that the programme cannot have changed. A difference there is one between the people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resettle.area import Area, Steps, literals
from resettle.evidence.clock import Clock
from resettle.evidence.diagnostics.sides import Sides, reach
from resettle.evidence.effect import Flag
from resettle.evidence.follow import counted, follows
from resettle.result import Record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class NegativeControl(Record):
    """The difference in an outcome that the programme cannot have changed: green above p = 0.10, amber above 0.05.

    Rates and counts are None where they are not published.
    """

    groups: tuple[str, ...]
    events: int | None
    treated: float | None
    comparison: float | None
    estimate: float | None
    low: float | None
    high: float | None
    p: float | None
    flag: Flag | None


def control_steps(steps: Steps, clock: Clock, groups: tuple[str, ...]) -> Steps:
    """Adds the step `control`: who had an offence of these groups under the clock (0 or 1), ordered as `designed`."""
    return steps.then(
        "counted_control", counted(clock, None, ("offence_group",)), "offences that can count, with their group"
    ).then(
        "control",
        f"""SELECT d.index_id, max(CASE WHEN c.person_id IS NULL THEN 0 ELSE 1 END) AS had
        FROM designed d JOIN entry n ON n.index_id = d.index_id
            LEFT JOIN counted_control c ON c.offence_group IN {literals(groups)} AND {follows(clock)}
        GROUP BY d.index_id ORDER BY d.index_id""",
        "an outcome that the programme cannot have changed",
    )


def negative_control(area: Area, steps: Steps, clock: Clock, groups: tuple[str, ...], sides: Sides) -> NegativeControl:
    """The study's comparison on the negative control."""
    had = area.run(control_steps(steps, clock, groups), "control")["had"].to_numpy().astype(float)
    found = sides.effect_among(sides.kept, had)
    events = int(had[sides.treated & sides.kept].sum())
    if found is None or found.se == 0.0:
        return NegativeControl(
            groups=groups,
            events=events,
            treated=None,
            comparison=None,
            estimate=None,
            low=None,
            high=None,
            p=None,
            flag=None,
        )
    low, high = reach(found)
    p = found.tests[0].p
    return NegativeControl(
        groups=groups,
        events=events,
        treated=found.treated_rate,
        comparison=found.comparison_rate,
        estimate=found.estimate,
        low=low,
        high=high,
        p=p,
        flag="green" if p > 0.1 else "amber" if p > 0.05 else "red",
    )
