"""`cashability`: which of the work avoided is money, when, and what would have to be pooled, in draws of an effect.

Three kinds are kept apart by agency. Cashable: whole steps close, after their notice, and money can be moved. Usable but not
cashable: capacity that is free and stands open (less crowding, shorter queues). Not cashable: the rest of the work avoided, at its
average cost, which is nobody's budget line.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from resettle.errors import bad
from resettle.reinvestment.appraisal import Appraisal, Overrides, step_saves
from resettle.reinvestment.cashability import AgencyCash, Cashability, StepCash, StepMonth
from resettle.reinvestment.cashable import freed, step_cash
from resettle.reinvestment.freeing import Freed, pence
from resettle.reinvestment.pooling_draws import pool_of
from resettle.reinvestment.programme import Draws, month_at
from resettle.reinvestment.valuing import Flow, fewer_each_month, monthly_discounts, percentiles

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def cashability(
    found: Draws,
    appraisal: Appraisal,
    flows: Sequence[Flow] = (),
    own: Overrides | None = None,
    places: Mapping[str, float] | None = None,
) -> Cashability:
    """What is cashable, month by month, in draws of a programme's effect.

    `flows` are the draws of average worth (of `worth_flows`), `places` people a month by place, where several places make up the
    programme: each frees its part, on the same draws.
    """
    import numpy as np

    own = own or Overrides()
    parts = shares_of(places or {})
    months = 12 * appraisal.years
    discount = np.array(monthly_discounts(months, own))
    held = [
        Freed(
            step,
            freed(fewer_each_month(found, step.per), found.shape, step.units_each, step.lasting_months),
            float(step_saves(step, appraisal.price_year, own)[0]),
            discount,
        )
        for step in appraisal.steps
    ]
    steps = [step_of(one, appraisal, parts, places or {}) for one in held]
    return Cashability(
        place=appraisal.place,
        currency=appraisal.currency,
        price_year=appraisal.price_year,
        certainty=appraisal.certainty,
        agencies=tuple(agencies(held, steps, flows)),
        steps=tuple(steps),
    )


def shares_of(places: Mapping[str, float]) -> dict[str, float]:
    """Each place's part of the people. A place without people is a `BadInput`."""
    for name, people in places.items():
        if not math.isfinite(people) or people <= 0:
            raise bad("a place with no people", column="places", value=name, do="Leave it out, or say how many it has.")
    whole = sum(places.values())
    return {name: people / whole for name, people in places.items()}


def step_of(one: Freed, appraisal: Appraisal, parts: Mapping[str, float], places: Mapping[str, float]) -> StepCash:
    """One step month by month."""
    import numpy as np

    closed = one.closed()
    money = step_cash(closed, one.step, one.a_year)
    low, high = np.percentile(one.free, [2.5, 97.5], axis=0)
    chance = (closed > 0).mean(axis=0)
    sure = np.flatnonzero(np.minimum.accumulate(chance[::-1])[::-1] >= appraisal.certainty)
    first = month_at(appraisal.start, int(sure[0])) if len(sure) else None
    months = tuple(
        StepMonth(
            month=month_at(appraisal.start, t),
            free=float(one.free[:, t].mean()),
            low=float(low[t]),
            high=float(high[t]),
            chance=float(chance[t]),
            closed=float(closed[:, t].mean()),
            cash=float(money[:, t].mean()),
        )
        for t in range(one.free.shape[1])
    )
    step = one.step
    return StepCash(
        step=step.id,
        agency=step.agency,
        label=step.label,
        unit=step.unit,
        size=step.size,
        months=months,
        first=first,
        needed="" if first else needed(one, appraisal),
        pool=pool_of(one, appraisal.certainty, parts, places) if len(parts) > 1 else None,
    )


def needed(one: Freed, appraisal: Appraisal) -> str:
    """What would make a step cashable that is not: time, or how many times more people or areas like this one."""
    import numpy as np

    step, end = one.step, one.free[:, -1]
    mean, sure = float(end.mean()), float(np.percentile(end, 100 * (1 - appraisal.certainty)))
    of = f"{max(mean, 0):,.1f} of {step.size:,g} {step.unit} are freed on average"
    if sure >= step.size * (1 - 1e-9):
        return f"{of}, but {step.notice_months} months of notice are not over by the end: it would take a longer time."
    if sure <= 0:
        sure_of = f"{appraisal.certainty:.0%} certainty"
        return f"{of}, but with {sure_of} nothing is: no number of areas makes it sure, only better evidence."
    times = step.size / sure
    return (
        f"{of}. It would take {times:,.1f} times as many people, or {math.ceil(times - 1e-9):,} areas like this one in a pool, to "
        f"close {step.label} with {appraisal.certainty:.0%} certainty."
    )


def agencies(held: Sequence[Freed], steps: Sequence[StepCash], flows: Sequence[Flow]) -> list[AgencyCash]:
    """The three kinds by agency, draw by draw."""
    import numpy as np

    avoided: dict[str, Floats] = {}
    for flow in flows:
        if flow.kind == "capacity":
            avoided[flow.agency] = avoided.get(flow.agency, np.zeros(1)) + flow.draws
    made = []
    for agency in dict.fromkeys([*avoided, *(one.step.agency for one in held)]):
        own = [one for one in held if one.step.agency == agency]
        cashed = np.asarray(sum((one.worth() for one in own), np.zeros(1)))
        usable = np.asarray(sum((standing(one) for one in own), np.zeros(1)))
        rest = remainder(avoided.get(agency, np.zeros(1)), cashed + usable)
        what = " ".join(one.needed for one in steps if one.agency == agency and one.needed)
        made.append(
            agency_cash(agency, cashed, usable, rest, what if own else "No step is named: say what could be closed.")
        )
    return made


def standing(one: Freed) -> Floats:
    """Present value of capacity that is free and not closed, at the step's own cost of a unit; below nothing where demand grew."""
    import numpy as np

    open_ = one.free - one.closed() * one.step.size
    return np.asarray((open_ * one.a_year / one.step.size / 12 * one.discount).sum(axis=1))


def remainder(avoided: Floats, other: Floats) -> Floats:
    """What is left of work avoided beside cash and open capacity; never with another sign than the work avoided."""
    import numpy as np

    left = avoided - other
    return np.asarray(np.where(avoided >= 0, np.maximum(left, 0.0), np.minimum(left, 0.0)))


def agency_cash(agency: str, cashed: Floats, usable: Floats, rest: Floats, what: str) -> AgencyCash:
    """One agency from its draws."""
    return AgencyCash(
        agency=agency,
        cashable=pence(float(cashed.mean())),
        cashable_interval=percentiles(cashed),
        chance=float((cashed > 0).mean()),
        usable=pence(float(usable.mean())),
        usable_interval=percentiles(usable),
        not_cashable=pence(float(rest.mean())),
        not_cashable_interval=percentiles(rest),
        what=what,
    )
