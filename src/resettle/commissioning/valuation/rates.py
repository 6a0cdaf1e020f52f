"""Outcome rates and shares of savings in every draw, cohort by cohort."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from resettle.commissioning.language.payments import OutcomeRate, ShareOfSavings
from resettle.commissioning.language.sure import ends, width
from resettle.commissioning.settlement import rate
from resettle.commissioning.valuation.calendar import STEP, Calendar, Window
from resettle.commissioning.valuation.pieces import Pieces, joined, nothing, pieces
from resettle.commissioning.valuation.results import Found, found
from resettle.commissioning.valuation.world import World

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


def cohort_result(calendar: Calendar, world: World, measure_id: str, window: Window) -> Found:
    """What would be found of one cohort on one measure."""
    years = max(0.0, (window.first + window.last + 1) / 24)
    measure = calendar.contract.measure(measure_id)
    key = ("found", measure.model_dump_json(), window.number, years)
    result: Found = world.kept(key, lambda: found(world, measure, window.number, years))
    return result


def rate_pieces(calendar: Calendar, payment: OutcomeRate, world: World, advances: bool = True) -> Pieces:
    """One outcome rate: what each cohort is paid once its result is known, advances if wanted, and what pooling pays at the end."""
    windows = calendar.cohorts()
    agreed = [terms_of(calendar, payment, w) for w in windows]
    if advances and any(p.advance for p in agreed):
        return rate_pieces_as(calendar, payment, agreed, world)
    plain = [p.model_copy(update={"advance": None}) for p in agreed]
    # The calendar is kept too, so that no other can have its identity.
    key, make = (
        ("pieces", payment.id, id(calendar)),
        lambda: (calendar, rate_pieces_as(calendar, payment, plain, world)),
    )
    made: Pieces = world.kept(key, make)[1]
    return made


def rate_pieces_as(calendar: Calendar, payment: OutcomeRate, agreed: list[OutcomeRate], world: World) -> Pieces:
    """One outcome rate on the terms of each cohort."""
    import numpy as np

    windows = calendar.cohorts()
    results = [cohort_result(calendar, world, payment.measure, w) for w in windows]
    hurdles = [hurdle(calendar, p, world, w) for p, w in zip(agreed, windows, strict=True)]
    passed = [passes(p, r) & h for p, r, h in zip(agreed, results, hurdles, strict=True)]
    paid = [np.where(h, worth(p, r), 0.0) - loss(p, r) for p, r, h in zip(agreed, results, hurdles, strict=True)]
    known = [calendar.known(w, calendar.contract.measure(payment.measure)) for w in windows]
    parts = [
        on_its_own(calendar, p, w, k, amount) for p, w, k, amount in zip(agreed, windows, known, paid, strict=True)
    ]
    if payment.test.pooled_minimum is not None:
        parts.append(pooled(calendar, payment, windows, results, passed, max(known)))
    return joined(parts)


def terms_of(calendar: Calendar, payment: OutcomeRate, window: Window) -> OutcomeRate:
    """The payment as agreed when a cohort began; the last terms where it was not agreed yet."""
    held = [p for p in calendar.terms(window.first).payments if p.id == payment.id]
    return held[0] if held and isinstance(held[0], OutcomeRate) else payment


def hurdle(calendar: Calendar, payment: OutcomeRate, world: World, window: Window) -> Bools | bool:
    """Whether the measure that must be better first is shown to be."""
    if payment.hurdle is None:
        return True
    result = cohort_result(calendar, world, payment.hurdle, window)
    shown: Bools = result.points - width(payment.test) * result.error > 0
    return shown


def read(payment: OutcomeRate, result: Found) -> tuple[Floats, Floats, Floats, Floats | None]:
    """The result on the scale, both ends of its interval, and the difference per 100 people where the scale is another."""
    import numpy as np

    size = result.on(payment.scale)
    low, high = ends(payment.test, size, result.error_on(payment.scale))
    absolute = result.points if payment.scale == "percent" else None
    return size, np.round(low, 9), np.round(high, 9), absolute


def passes(payment: OutcomeRate, result: Found) -> Bools:
    """Whether a result is outside the dead zone and large enough."""
    import numpy as np

    rule = rate.rule_of(payment).floats()
    size, surest, _, _ = read(payment, result)
    return np.asarray(rate.outside_zone(rule, size, surest) & (size >= rule.minimum))


def worth(payment: OutcomeRate, result: Found, pooled: bool = False) -> Floats:
    """What a better result is paid, to the penny; once all cohorts passed together, whatever its own zone and minimum."""
    rule = rate.rule_of(payment).floats()
    if pooled:
        rule = replace(rule, zone=float(rate.NO_ZONE), minimum=float(rate.NO_ZONE))
    size, surest, _, absolute = read(payment, result)
    return rate.round_pence(rate.amount(rule, size, surest, result.people, absolute))


def loss(payment: OutcomeRate, result: Found) -> Floats:
    """What a worse result takes off, outside the dead zone on the other side."""
    import numpy as np

    if payment.penalty is None:
        return np.zeros(1)
    size, _, high, absolute = read(payment, result)
    return rate.round_pence(rate.deduction(rate.rule_of(payment).floats(), size, high, result.people, absolute))


def on_its_own(calendar: Calendar, payment: OutcomeRate, window: Window, known: int, amount: Floats) -> Pieces:
    """One cohort's payment, with advances paid during it and taken off when its result is known."""
    import numpy as np

    result = pieces(amount[:, None], [window.last], [calendar.paid(known)], [window.number])
    if payment.advance is None:
        return result
    step = STEP[payment.advance.every]
    months = list(range(window.first + step - 1, window.last + 1, step))
    each = float(payment.advance.amount)
    advanced = pieces(
        np.full((1, len(months)), each), months, [m + calendar.wait for m in months], [window.number] * len(months)
    )
    back = pieces(np.array([[-each * len(months)]]), [window.last], [calendar.paid(known)], [window.number])
    return joined([result, advanced, back])


def pooled(
    calendar: Calendar,
    payment: OutcomeRate,
    windows: list[Window],
    results: list[Found],
    passed: list[Bools],
    last: int,
) -> Pieces:
    """What cohorts that failed on their own are paid once all are known, if all together reach the pooled minimum."""
    import numpy as np

    people = np.array([r.people for r in results], dtype=float)[:, None]
    value = (np.stack([np.broadcast_to(r.value, r.points.shape) for r in results]) * people).sum(axis=0)
    against = (np.stack([r.against for r in results]) * people).sum(axis=0)
    sign = 1.0 if calendar.contract.measure(payment.measure).better == "lower" else -1.0
    gain = sign * (against - value)
    below = np.maximum(against, 1e-12) if payment.scale == "percent" else people.sum()
    size = 100 * gain / below
    enough = np.round(size, 9) >= float(payment.test.pooled_minimum or 0)
    parts = [
        pieces(
            np.where(enough & ~ok, worth(payment, r, pooled=True), 0.0)[:, None],
            [w.last],
            [calendar.paid(last)],
            [w.number],
        )
        for r, ok, w in zip(results, passed, windows, strict=True)
    ]
    return joined(parts) if parts else nothing()


def savings_pieces(calendar: Calendar, payment: ShareOfSavings, world: World) -> Pieces:
    """A share of savings, judged for each cohort (year) on its own."""
    import numpy as np

    measure, parts = calendar.contract.measure(payment.measure), []
    threshold, most = float(payment.threshold), float(payment.most)
    below, above = float(payment.share_below), float(payment.share_above)
    for window in calendar.cohorts():
        result = cohort_result(calendar, world, payment.measure, window)
        fall = np.minimum(result.percent, most)
        share = (below * threshold + above * (fall - threshold)) / 100
        amount = rate.round_pence(np.where(result.percent >= threshold, result.against * share, 0.0))
        known = calendar.paid(calendar.known(window, measure))
        parts.append(pieces(amount[:, None], [window.last], [known], [window.number]))
    return joined(parts)
