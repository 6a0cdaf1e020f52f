"""Volume: fees that follow the volume of work, and fixed prices by band of volume."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from resettle.commissioning.language.payments import Band, Fee, Volume, VolumeBands
from resettle.commissioning.settlement.case import DAY, MONTHS, Case, months_later
from resettle.commissioning.settlement.draft import Draft, Made
from resettle.commissioning.settlement.fee import units_of
from resettle.commissioning.statement import Open
from resettle.commissioning.words import count, plain, span
from resettle.money import show, to_pence

ZERO = Decimal("0.00")


def volume_adjustment(fee: Any, volume: Any, low: Any, high: Any, expected: Any, marginal: Any) -> Any:
    """How much a year's fee changes with the weighted volume: fee x marginal x (volume - bound) / expected outside the range.

    Works for one `Decimal` and for arrays. Source: the weighted annual volume of the Community Rehabilitation Companies, as the
    payment mechanism overview of February 2014 describes it; the functional form is ours.
    """
    outside = (volume - low) * (volume < low) + (volume - high) * (volume > high)
    return fee * marginal * outside / expected


def band_price(bands: Sequence[tuple[Any, Any, Any]], people: Any) -> Any:
    """The price of the band that a number of people falls in: the last one beyond its end, and 0 below the first.

    `bands` are (from, to, amount) from the fewest people to the most. Works for one number and for arrays.
    """
    price = 0 * people
    for start, _, amount in bands:
        price = price * (people < start) + amount * (people >= start)
    return price


UNKNOWN = "nobody has said how many people came."


def known(case: Case) -> bool:
    """Whether the evidence says anything of volumes."""
    return bool(case.evidence.volumes or case.evidence.starts)


def served(case: Case, first: date, last: date, volume: Volume | None = None) -> tuple[Decimal, tuple[str, ...]]:
    """The volume of some days: as counted in the evidence, weighted by band, or else the people who started; with its records."""
    weights = volume.weights if volume else {}
    if case.evidence.volumes:
        counted = [v for v in case.evidence.volumes if first <= v.starts_on <= last]
        total = sum((v.number * weights.get(v.band, Decimal(1)) for v in counted), Decimal(0))
        return total, tuple(sorted(f"volume:{v.id}" for v in counted))
    started = [s for s in case.evidence.starts if first <= s.started_on <= last]
    return Decimal(len(started)), tuple(sorted(f"participation:{s.participation}" for s in started))


def volume_lines(case: Case, fee: Fee) -> Made:
    """One line for each contract year that is over, where the fee follows the volume."""
    made = Made()
    for number, (first, last) in enumerate(case.years(), start=1):
        agreed = case.payment(fee.id, first)
        if not isinstance(agreed, Fee) or agreed.volume is None:
            continue
        if last > case.at or not known(case):
            why = "the year's volume is reckoned once the year is over." if last > case.at else UNKNOWN
            made.open.append(
                Open(
                    payment=fee.id,
                    what=f"{fee.name}, volume of year {number}",
                    why=why,
                    closes_on=last if last > case.at else None,
                )
            )
        else:
            made.drafts.append(year_line(case, agreed, agreed.volume, number, first, last))
    return made


def year_line(case: Case, fee: Fee, volume: Volume, number: int, first: date, last: date) -> Draft:
    """The line of one contract year's volume."""
    paid = sum((u.price for u in units_of(case, fee.id) if first <= u.last <= last), ZERO)
    found, evidence = served(case, first, last, volume)
    low, high, expected, marginal = volume.low, volume.high, volume.expected, volume.marginal
    amount = to_pence(volume_adjustment(paid, found, low, high, expected, marginal))
    inside = low <= found <= high
    bound = low if found < low else high
    currency = case.contract.currency
    why = f"The weighted volume of year {number}, {span(first, last)}, was {plain(found)}; the range of the bid is {plain(low)} to "
    why += f"{plain(high)}. " + (
        "Inside it the fee does not change."
        if inside
        else f"The fee of the year, {show(paid, currency)}, changes by {plain(100 * marginal)}% x "
        f"({plain(found)} - {plain(bound)}) / {plain(expected)}: {show(amount, currency)}."
    )
    return Draft(
        payment=fee.id,
        rule="volume",
        label=f"{fee.name}, volume of year {number}",
        quantity=Decimal(1),
        unit="adjustment",
        price=amount,
        amount=amount,
        payee=case.contract.payee(fee),
        period=f"{first} to {last}",
        item=f"volume/{first}",
        first=first,
        last=last,
        inputs={
            "volume": str(found),
            "low": str(low),
            "high": str(high),
            "expected": str(expected),
            "marginal": str(marginal),
            "fee": str(paid),
        },
        why=why,
        evidence=evidence,
    )


def band_lines(case: Case, payment: VolumeBands) -> Made:
    """One line for each period that is over: the fixed price of the band its volume falls in."""
    made, start, number = Made(), case.contract.period.start, 0
    while (first := months_later(start, number)) <= case.last:
        agreed = case.payment(payment.id, first)
        if not isinstance(agreed, VolumeBands):
            number += 1
            continue
        number += MONTHS[agreed.every]
        last = months_later(start, number) - DAY
        if last > case.contract.end:
            break
        if last > case.at or not known(case):
            why = f"the {agreed.every} is not over, so its volume is not known." if last > case.at else UNKNOWN
            made.open.append(
                Open(payment=payment.id, what=agreed.name, why=why, closes_on=last if last > case.at else None)
            )
            break
        made.drafts.append(band_line(case, agreed, first, last))
        made.notes += passed_cap(agreed, made.drafts[-1])
    if not made.drafts:
        first = case.contract.period.start
        made.drafts.append(band_line(case, payment, first, first, over=False))
    return made


def band_line(case: Case, payment: VolumeBands, first: date, last: date, over: bool = True) -> Draft:
    """The line of one period."""
    found, evidence = served(case, first, last) if over else (Decimal(0), ())
    agreed = [(b.start, b.to, case.indexed(payment, b.amount, first)) for b in payment.bands]
    amount = to_pence(Decimal(band_price(agreed, found))) if over else ZERO
    money = show(amount, case.contract.currency)
    if over:
        why = f"{count(int(found), 'person', 'people')} came {span(first, last)}, {band_words(payment.bands, found)}: {money}."
    else:
        why = f"No whole {payment.every} is over, so nothing is paid yet."
    return Draft(
        payment=payment.id,
        rule="volume_bands",
        label=payment.name,
        quantity=Decimal(1 if over else 0),
        unit=payment.every,
        price=amount,
        amount=amount,
        payee=case.contract.payee(payment),
        period=f"{first} to {last}" if over else f"{first} to {case.at}",
        item=str(first),
        first=first,
        last=last,
        inputs={"people": str(found)}
        | {
            f"band_{n}": f"from {b.start} to {b.to if b.to is not None else 'any'}: {b.amount}"
            for n, b in enumerate(payment.bands, 1)
        },
        why=why,
        evidence=evidence,
    )


def band_words(bands: Sequence[Band], people: Decimal) -> str:
    """The band that a volume falls in, in words."""
    held = [b for b in bands if b.start <= people]
    if not held:
        return f"below the first band, which starts at {bands[0].start:,}" if bands else "and there is no band"
    band = held[-1]
    return f"in the band from {band.start:,} {f'to {band.to:,}' if band.to is not None else 'up'}"


def passed_cap(payment: VolumeBands, draft: Draft) -> list[str]:
    """A note where the volume went beyond the cap on volume."""
    most = payment.bands[-1].to if payment.bands else None
    people = Decimal(draft.inputs["people"])
    if most is None or people <= most:
        return []
    return [
        f"{payment.name}: {plain(people)} people from {draft.period} are more than the volume cap of {most:,}. The last band is "
        "paid; the parties must agree what happens beyond it."
    ]
