"""Fees, volume bands, grants, personal budgets and open books in every draw."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from resettle.commissioning.language.limits import ServiceLevel
from resettle.commissioning.language.payments import CostPlus, Fee, Grant, PersonalBudget, VolumeBands
from resettle.commissioning.valuation.calendar import STEP, Calendar
from resettle.commissioning.valuation.pieces import Pieces, joined, nothing, pieces
from resettle.commissioning.valuation.rates import cohort_result
from resettle.commissioning.valuation.world import World

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def fee_pieces(calendar: Calendar, payment: Fee, world: World) -> Pieces:
    """A fee for each whole month, quarter or year; what follows volume is reckoned at the end of each contract year."""
    import numpy as np

    if payment.every == "once":
        return pieces(np.array([[float(payment.amount)]]), [0], [calendar.wait])
    due = list(fee_units(calendar, payment))
    if not due:
        return nothing()
    months = [month for month, _ in due]
    made = pieces(np.array([[amount for _, amount in due]]), months, [m + calendar.wait for m in months])
    return joined([made, volume_change(calendar, payment, world, due), credits(calendar, payment, world, due)])


def fee_units(calendar: Calendar, payment: Fee) -> list[tuple[int, float]]:
    """The last month of each unit of a fee, with its amount under the terms in force when it began."""
    number, made = 0, []
    whole = whole_months(calendar)
    while number < whole:
        held = [p for p in calendar.terms(number).payments if p.id == payment.id]
        fee = held[0] if held else None
        if not isinstance(fee, Fee) or fee.every == "once":
            number += 1
            continue
        step = STEP[fee.every]
        if number + step > whole:
            break
        made.append((number + step - 1, float(fee.amount * (1 - fee.learning) ** calendar.year_of(number))))
        number += step
    return made


def whole_months(calendar: Calendar) -> int:
    """Months of the contract that are whole: a part of a month at the end carries no fee."""
    from datetime import timedelta

    return calendar.month_of(calendar.contract.end + timedelta(days=1))


def volume_change(calendar: Calendar, payment: Fee, world: World, due: list[tuple[int, float]]) -> Pieces:
    """What a fee gains or loses by volume: fee x marginal x (volume - bound) / expected, for each contract year."""
    return joined([year_change(calendar, payment, world, due, y) for y in range(calendar.year_of(due[-1][0]) + 1)])


def year_change(calendar: Calendar, payment: Fee, world: World, due: list[tuple[int, float]], year: int) -> Pieces:
    """What one contract year's fee gains or loses by volume, under the terms in force when the year began."""
    import numpy as np

    held = next((p for p in calendar.terms(12 * year).payments if p.id == payment.id), None)
    if not isinstance(held, Fee) or held.volume is None:
        return nothing()
    v, years = held.volume, calendar.months / 12
    weighted = sum(
        (float(v.weights.get(band, 1)) * size for band, size in world.band_sizes.items()), np.zeros(1)
    ) / years  # fmt: skip
    low, high, expected = float(v.low), float(v.high), float(v.expected)
    beyond = np.minimum(weighted - low, 0.0) + np.maximum(weighted - high, 0.0)
    fee = sum(amount for month, amount in due if calendar.year_of(month) == year)
    end = min(12 * year + 11, calendar.months - 1)
    change = fee * float(v.marginal) * beyond / expected
    return pieces(np.atleast_1d(change)[:, None], [end], [end + calendar.wait])


def credits(calendar: Calendar, payment: Fee, world: World, due: list[tuple[int, float]]) -> Pieces:
    """What missed service levels take off the fee of their period, up to the fee at risk in each contract year."""
    import numpy as np

    levels = [s for s in calendar.contract.service_levels if s.payment == payment.id and not s.reinvested]
    parts = [credit(calendar, level, world, due) for level in levels if level.id in world.beliefs.levels]
    found = joined(parts)
    most = calendar.contract.limits.credits
    if most is None or not len(found.earned):
        return found
    limited = np.array(found.amounts, dtype=float)
    for year in np.unique(found.earned // 12):
        own = found.earned // 12 == year
        fee = sum(amount for month, amount in due if month // 12 == year)
        taken = -limited[:, own].sum(axis=1)
        limited[:, own] *= np.minimum(1.0, float(most) * fee / np.maximum(taken, 1e-12))[:, None]
    return pieces(np.asarray(limited, dtype=np.float64), list(found.earned), list(found.paid))


def credit(calendar: Calendar, level: ServiceLevel, world: World, due: list[tuple[int, float]]) -> Pieces:
    """The credits of one service level."""
    import numpy as np

    belief, step = world.beliefs.levels[level.id], STEP[level.every]
    sign = 1.0 if level.better == "higher" else -1.0
    parts = []
    for first in range(0, whole_months(calendar), step):
        fee = sum(amount for month, amount in due if first <= month < first + step)
        reading = belief.mean + belief.sd * world.normal("chance", "level", level.id, str(first))
        short = sign * (float(level.target) - reading)
        share = np.zeros(world.draws)
        for s in level.steps:
            share = np.where((short > 0) & (short >= float(s.short_by)), float(s.credit), share)
        month = min(first + step, calendar.months) - 1
        parts.append(pieces(np.asarray(-(fee * share)[:, None], dtype=np.float64), [month], [month + calendar.wait]))
    return joined(parts)


def band_pieces(calendar: Calendar, payment: VolumeBands, world: World) -> Pieces:
    """A fixed price for each period, by how many people came in it: beyond the last band, the last band's."""
    import numpy as np

    step, parts = STEP[payment.every], []
    people = world.beliefs.people * world.volume / calendar.months
    for first in range(0, calendar.months, step):
        length = min(step, calendar.months - first)
        came = world.poisson(people * length, "volume", str(first))
        amount = np.full(came.shape, float(payment.bands[-1].amount))
        for band in reversed(payment.bands):
            amount = np.where((came <= (np.inf if band.to is None else band.to)), float(band.amount), amount)
        amount = np.where(came < payment.bands[0].start, 0.0, amount)
        month = first + length - 1
        parts.append(pieces(amount[:, None], [month], [calendar.paid(month)]))
    return joined(parts)


def grant_pieces(calendar: Calendar, payment: Grant, world: World) -> Pieces:
    """A grant on its days, and what is repaid where the target was missed."""
    import numpy as np

    months = [calendar.month_of(i.on) for i in payment.instalments]
    made = pieces(np.array([[float(i.amount) for i in payment.instalments]]), months, months)
    back, left = payment.clawback, calendar.contract.termination
    if back is None or (
        back.waived_if_left_by and left and left.left_on is not None and left.left_on <= back.waived_if_left_by
    ):
        return made
    window = calendar.cohorts()[-1]
    result = cohort_result(calendar, world, back.measure, window)
    missed = result.percent < float(back.minimum)
    amount = -float(back.share) * float(sum(i.amount for i in payment.instalments)) * missed
    known = calendar.known(window, calendar.contract.measure(back.measure))
    back_paid = np.asarray(amount[:, None], dtype=np.float64)
    return joined([made, pieces(back_paid, [window.last], [calendar.paid(known)])])


def budget_pieces(calendar: Calendar, payment: PersonalBudget, world: World) -> Pieces:
    """What is spent for people, evenly over the contract: the part of their amounts that is believed to be spent."""
    import numpy as np

    total = np.zeros(1)
    for band, size in world.band_sizes.items():
        prices: dict[str, Decimal] = dict(payment.amounts)  # type: ignore[arg-type]
        amount = prices.get(band, prices.get("any"))
        total = total + size * float(amount or 0) * world.beliefs.spend_share
    return spread_evenly(calendar, total)


def cost_pieces(calendar: Calendar, payment: CostPlus, cost: Floats) -> Pieces:
    """The provider's recorded cost by month, with its margin."""
    months = list(range(cost.shape[1]))
    return pieces(cost * (1 + float(payment.margin)), months, [calendar.paid(m) for m in months])


def spread_evenly(calendar: Calendar, total: Floats, delay: int = 0, cohort: int = 0) -> Pieces:
    """A total in equal parts over the months of the contract, each earned so many months later.

    Months of one contract year that are paid at one time are one piece.
    """
    import numpy as np

    parts: dict[tuple[int, int], list[int]] = {}
    for month in range(delay, calendar.months + delay):
        parts.setdefault((calendar.paid(month), calendar.year_of(month)), []).append(month)
    shares = np.array([len(months) for months in parts.values()]) / calendar.months
    earned, paid = [months[-1] for months in parts.values()], [when for when, _ in parts]
    return pieces(total[:, None] * shares, earned, paid, [cohort] * len(parts))
