"""Unit tariff: a price for each verified outcome of one person."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from resettle.commissioning.language.payments import UnitTariff
from resettle.commissioning.settlement.case import Case, Window
from resettle.commissioning.settlement.claims import (
    Choice,
    Claims,
    Priced,
    groups,
    marked,
    price_table,
)
from resettle.commissioning.settlement.columns import day_number
from resettle.commissioning.settlement.draft import Draft, Made
from resettle.commissioning.settlement.reclaim import reclaimed
from resettle.commissioning.settlement.tariff_notes import (
    beyond_note,
    fallen_note,
    unpriced_note,
    unverified_note,
)
from resettle.commissioning.words import count, day
from resettle.money import show, to_pence

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Codes = NDArray[np.int32]
    Flags = NDArray[np.bool_]

PENNY = Decimal("0.01")


def price_of(tariff: UnitTariff, outcome: str, band: str | None) -> Decimal | None:
    """The price of an outcome for a band; None where the tariff has none."""
    prices = tariff.prices.get(outcome, {})
    named = prices.get(band) if band else None  # type: ignore[call-overload]
    return named if named is not None else prices.get("any")


def dearest(prices: Sequence[Decimal], most: int | None) -> list[Decimal]:
    """The `most` dearest of one person's prices; all of them where there is no limit."""
    return sorted(prices, reverse=True)[:most]


def tariff_lines(case: Case, tariff: UnitTariff) -> Made:
    """One line for each outcome, band and price in each period, lines of what is taken back, and notes on what was not paid."""
    versions = [next((p for p in t.payments if p.id == tariff.id), None) for _, t in case.held]
    agreed = [v if isinstance(v, UnitTariff) else None for v in versions]
    outcomes, bands = case.columns.words("outcome")[1], case.columns.words("band")[1]
    claims, priceless = claims_of(case, agreed, outcomes, bands)
    choice = choice_of(tariff, outcomes)
    sure = claims.only(claims.accepted)
    mask = sure.paid(choice)
    paid = sure.only(mask)
    made = Made(outcome_lines(case, tariff, paid, outcomes, bands))
    for number in range(len(tariff.reclaim)):
        made.drafts += reclaimed(case, tariff, number, paid, outcomes, bands)
    extra = unpaid_for_want(claims, paid, choice)
    made.notes += [
        *unverified_note(case, tariff, claims.rows[~claims.accepted], Decimal(extra) * PENNY),
        *beyond_note(tariff, int((~mask).sum())),
        *unpriced_note(case, tariff, priceless),
        *fallen_note(tariff, sure, outcomes),
    ]
    return made


def claims_of(
    case: Case, agreed: list[UnitTariff | None], outcomes: list[str | None], bands: list[str | None]
) -> tuple[Claims, Ints]:
    """The outcomes that the tariff has a price for, and the rows of those whose band has none."""
    import numpy as np

    columns, last = case.columns, len(bands) - 1
    outcome, _ = columns.words("outcome")
    band = bands_agreed(case, columns.words("band")[0], last)
    version = versions(case)
    cell = (version * len(outcomes) + outcome) * (len(bands) + 1) + band
    table = price_table(agreed, outcomes, [*bands, LOWEST])
    named = np.array([[[o in v.prices if v and o else False] for o in outcomes] for v in agreed])
    priced = Priced(columns, outcome, band, cell, table.ravel(), accepted_rows(case, agreed, version))
    dear, nameless = table >= 0, (table < 0) & named
    return Claims(priced, np.flatnonzero(dear.ravel()[cell])), np.flatnonzero(nameless.ravel()[cell])


def versions(case: Case) -> Ints:
    """Which of the terms held when each outcome was observed: 0 for the first."""
    import numpy as np

    starts = np.array([day_number(start) for start, _ in case.held[1:]], dtype=np.int32)
    if not len(starts):
        return np.broadcast_to(np.int32(0), len(case.columns.observed))
    return np.searchsorted(starts, case.columns.observed, side="right")


def unpaid_for_want(claims: Claims, paid: Claims, choice: Choice) -> int:
    """Pence that would be paid more, were all claims verified as agreed."""
    lacking = ~claims.accepted
    if not lacking.any():
        return 0
    if choice.most:
        return claims.worth(choice) - int(paid.price.sum())
    concerned = marked(claims.people, claims.person[lacking])
    return claims.only(concerned[claims.person]).worth(choice) - int(paid.price[concerned[paid.person]].sum())


LOWEST = "lowest"
"""Stands for a band that was set aside: the person is priced at the lowest price of the outcome."""


def bands_agreed(case: Case, band: Codes, none: int) -> Codes:
    """Bands as the contract accepts them: one set by somebody else than agreed, or too late, becomes `LOWEST` (the last code)."""
    import numpy as np

    banding = case.contract.population.banding
    if banding is None:
        return band
    by, names = case.columns.words("band_by")
    wrong = np.array([name is not None and name != banding.assessor for name in names])[by]
    late = case.late_bands(banding.before)
    return np.where((band != none) & (wrong | late), np.int32(none + 1), band)


def accepted_rows(case: Case, agreed: list[UnitTariff | None], version: Ints) -> Flags:
    """Outcomes verified by the day, in a way that the tariff accepted when they were observed, and in time."""
    import numpy as np

    columns, within = case.columns, case.contract.evidence.within_days
    kind, kinds = columns.words("verification")
    accepts = np.array([[v is not None and k in v.verification for k in kinds] for v in agreed])
    good = accepts[version, kind] if len(agreed) > 1 else accepts[0][kind]
    known = columns.verified <= day_number(case.at)
    return good & known & (columns.verified - columns.observed <= within) if within is not None else good & known


def choice_of(tariff: UnitTariff, outcomes: list[str | None]) -> Choice:
    """How claims are chosen, with outcomes as their codes. A milestone that nobody reached has a code that no claim has."""
    code = {name: n for n, name in enumerate(outcomes)}
    return Choice(
        tariff.once_per_person,
        tariff.max_per_person,
        {code[o]: most for o, most in tariff.most.items() if o in code},
        tuple(tuple(code.get(o, -1) for o in ladder) for ladder in tariff.ladders),
    )


def outcome_lines(
    case: Case, tariff: UnitTariff, paid: Claims, outcomes: list[str | None], bands: list[str | None]
) -> list[Draft]:
    """One line for each outcome, band and price in each period; where there is one period, also for what nobody reached."""
    import numpy as np

    merged: dict[tuple[int, str, str, Decimal], list[Ints]] = {}
    for (window, outcome, band, price), part in groups(case, paid):
        name = str(outcomes[outcome])
        merged.setdefault((window, name, line_band(tariff, name, band, bands), Decimal(price) * PENNY), []).append(part)
    if len(case.windows) == 1 or not merged:
        reached = {(o, b) for _, o, b, _ in merged}
        by_number = {c.outcome for c in case.evidence.counts}
        for outcome_name, prices in tariff.prices.items():
            if outcome_name in by_number:
                continue
            for own_band, amount in prices.items():
                if (outcome_name, own_band) not in reached:
                    merged[len(case.windows) - 1, outcome_name, own_band, amount] = []
    order: dict[tuple[str, str], int] = {
        (o, b): n for n, (o, b) in enumerate((o, b) for o, prices in tariff.prices.items() for b in prices)
    }
    drafts = []
    for (window, name, own, each), parts in sorted(
        merged.items(), key=lambda item: (item[0][0], order.get(item[0][1:3], len(order)), *item[0][1:])
    ):
        rows = np.concatenate(parts) if parts else np.array([], dtype=np.int64)
        rows = rows[np.argsort(paid.rank[rows], kind="stable")] if len(parts) > 1 else rows
        drafts.append(
            outcome_line(case, tariff, case.windows[window], name, own, each, case.columns.ids(paid.rows[rows]))
        )
    return drafts


def line_band(tariff: UnitTariff, outcome: str, band: int, bands: list[str | None]) -> str:
    """The band on whose line a claim stands: its own where the tariff has a price for it."""
    if band == len(bands):
        return LOWEST
    own = bands[band]
    return own if own and own in tariff.prices.get(outcome, {}) else "any"


def outcome_line(
    case: Case, tariff: UnitTariff, window: Window, outcome: str, band: str, price: Decimal, ids: list[str]
) -> Draft:
    """The line of one outcome and band."""
    number, contract = len(ids), case.contract
    amount = to_pence(number * price)
    words = f"{outcome.replace('_', ' ')}{band_words(tariff, outcome, band)}"
    money, once = show(price, contract.currency), ", each person counted once" if tariff.once_per_person else ""
    if number:
        why = f"{count(number, 'verified outcome')}: {words}{once}. At {money} each: {show(amount, contract.currency)}."
    else:
        why = f"No verified outcome of this kind ({words}) by {day(case.at)}, so nothing is paid. Each would earn {money}."
    return Draft(
        payment=tariff.id,
        rule="unit_tariff",
        label=words,
        quantity=Decimal(number),
        unit="outcome",
        price=price,
        amount=amount,
        payee=contract.payee(tariff),
        period=window.words,
        item=f"{window.tag}/{outcome}/{band}@{price}",
        first=window.start,
        last=window.end,
        inputs={
            "outcome": outcome,
            "band": band,
            "count": str(number),
            "price": str(price),
            "verification": ", ".join(tariff.verification),
            "once_per_person": str(tariff.once_per_person).lower(),
            "max_per_person": str(tariff.max_per_person or "no limit"),
        },
        why=why,
        evidence=tuple(ids),
    )


def band_words(tariff: UnitTariff, outcome: str, band: str) -> str:
    """How a line names its complexity band; nothing where there is one price for all."""
    if band == LOWEST:
        return ", priced at the lowest because the band was not set as agreed"
    if band == "any":
        return ", any other complexity" if len(tariff.prices.get(outcome, {})) > 1 else ""
    return f", {band} complexity"
