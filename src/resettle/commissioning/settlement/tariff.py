"""Unit tariff: a price for each verified outcome of one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from resettle.commissioning.language.payments import UnitTariff
from resettle.commissioning.settlement.case import Case, Window
from resettle.commissioning.settlement.claims import (
    NEVER,
    Choice,
    chosen,
    day_number,
    in_order,
    months_after,
    price_table,
    undone,
)
from resettle.commissioning.settlement.draft import Draft, Made
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


@dataclass(frozen=True)
class Claims:
    """The claims under one tariff: rows of the evidence with their person, outcome, band, price in pence, day and place by id.

    `accepted` are those that were verified in a way and by a day that the contract accepts.
    """

    rows: Ints
    person: Ints
    people: int
    outcome: Ints
    band: Ints
    price: Ints
    observed: Ints
    rank: Ints
    accepted: Flags

    def only(self, which: Flags) -> Claims:
        """Some of the claims."""
        return Claims(
            self.rows[which],
            self.person[which],
            self.people,
            self.outcome[which],
            self.band[which],
            self.price[which],
            self.observed[which],
            self.rank[which],
            self.accepted[which],
        )

    def paid(self, choice: Choice) -> Flags:
        """Which of them would be paid, were all accepted."""
        return chosen(choice, self.person, self.people, self.outcome, self.price, self.observed, self.rank)


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
    extra = (
        int(claims.price[claims.paid(choice)].sum()) - int(paid.price.sum()) if len(claims.rows) > len(sure.rows) else 0
    )
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

    columns = case.columns
    outcome, _ = columns.words("outcome")
    band = bands_agreed(case, columns.words("band")[0], len(bands) - 1)
    starts = np.array([-NEVER, *(day_number(start) for start, _ in case.held[1:])])
    version = np.searchsorted(starts, columns.observed, side="right") - 1
    price = price_table(agreed, outcomes, [*bands, LOWEST])[version, outcome, band]
    named = np.array([[o in v.prices if v and o else False for o in outcomes] for v in agreed])[version, outcome]
    rows = np.flatnonzero(price >= 0)
    accepted = accepted_rows(case, agreed, version)
    people, number = columns.people
    claims = Claims(
        rows,
        people[rows],
        number,
        outcome[rows],
        band[rows],
        price[rows],
        columns.observed[rows],
        columns.rank[rows],
        accepted[rows],
    )
    return claims, np.flatnonzero(named & (price < 0))


LOWEST = "lowest"
"""Stands for a band that was set aside: the person is priced at the lowest price of the outcome."""


def bands_agreed(case: Case, band: Ints, none: int) -> Ints:
    """Bands as the contract accepts them: one set by somebody else than agreed, or too late, becomes `LOWEST` (the last code)."""
    import numpy as np

    banding = case.contract.population.banding
    if banding is None:
        return band
    by, names = case.columns.words("band_by")
    wrong = np.array([name is not None and name != banding.assessor for name in names])[by]
    late = case.late_bands(banding.before)
    return np.where((band != none) & (wrong | late), none + 1, band)


def accepted_rows(case: Case, agreed: list[UnitTariff | None], version: Ints) -> Flags:
    """Outcomes verified by the day, in a way that the tariff accepted when they were observed, and in time."""
    import numpy as np

    columns, within = case.columns, case.contract.evidence.within_days
    kind, kinds = columns.words("verification")
    good = np.array([[v is not None and k in v.verification for k in kinds] for v in agreed])[version, kind]
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


def groups(case: Case, paid: Claims) -> list[tuple[tuple[int, ...], Ints]]:
    """Claims by period, outcome, band and price: the keys, and the places of their claims in the order of the ids."""
    import numpy as np

    if not len(paid.rows):
        return []
    ends = np.array([day_number(w.end) for w in case.windows])
    window = np.minimum(np.searchsorted(ends, paid.observed), len(ends) - 1)
    keys = (window, paid.outcome, paid.band, paid.price)
    order = in_order(*keys, paid.rank)
    held = [k[order] for k in keys]
    starts = np.flatnonzero(np.r_[True, np.any([np.diff(k) != 0 for k in held], axis=0)])
    return [(tuple(int(k[s]) for k in held), part) for s, part in zip(starts, np.split(order, starts[1:]), strict=True)]


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
        merged.items(), key=lambda item: (item[0][0], order.get(item[0][1:3], len(order)), item[0][3])
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


def reclaimed(
    case: Case, tariff: UnitTariff, number: int, paid: Claims, outcomes: list[str | None], bands: list[str | None]
) -> list[Draft]:
    """What is taken back because it did not last: a negative line for each outcome and price in each period."""
    import numpy as np

    rule = tariff.reclaim[number]
    if rule.on not in outcomes or not len(paid.rows):
        return []
    code, columns = outcomes.index(rule.on), case.columns
    events = np.flatnonzero(columns.words("outcome")[0] == code)
    lost = undone(rule, paid.person, paid.observed, columns.people[0][events], columns.observed[events])
    named = [n for n, name in enumerate(outcomes) if name != rule.on and (not rule.outcomes or name in rule.outcomes)]
    back = paid.only(lost & np.isin(paid.outcome, named))
    return [
        reclaim_line(case, tariff, number, case.windows[w], str(outcomes[o]), Decimal(p) * PENNY, back, part, events)
        for (w, o, p), part in by_price(case, back)
    ]


def by_price(case: Case, claims: Claims) -> list[tuple[tuple[int, int, int], Ints]]:
    """Claims by period, outcome and price, whatever their band."""
    import numpy as np

    merged: dict[tuple[int, int, int], list[Ints]] = {}
    for (window, outcome, _, price), part in groups(case, claims):
        merged.setdefault((window, outcome, price), []).append(part)
    return [(key, np.concatenate(parts)) for key, parts in sorted(merged.items())]


def reclaim_line(
    case: Case,
    tariff: UnitTariff,
    number: int,
    window: Window,
    outcome: str,
    price: Decimal,
    back: Claims,
    part: Ints,
    events: Ints,
) -> Draft:
    """The line of what is taken back of one outcome at one price."""
    import numpy as np

    rule, contract, columns = tariff.reclaim[number], case.contract, case.columns
    each = to_pence(price * rule.share)
    amount = -each * len(part)
    person = back.person[part]
    ends = months_after(back.observed[part], rule.within_months)
    span = {int(p): (int(a), int(b)) for p, a, b in zip(person, back.observed[part], ends, strict=True)}
    people, seen = columns.people[0], columns.observed
    why_rows = [e for e in events if (s := span.get(int(people[e]))) and s[0] < seen[e] <= s[1]]
    ids = sorted([*columns.ids(back.rows[part]), *columns.ids(np.array(why_rows, dtype=np.int64))])
    words = outcome.replace("_", " ")
    return Draft(
        payment=tariff.id,
        rule="reclaim",
        label=f"Taken back: {words}",
        quantity=Decimal(len(part)),
        unit="outcome",
        price=-each,
        amount=amount,
        payee=contract.payee(tariff),
        period=window.words,
        item=f"{window.tag}/{outcome}@{price}/reclaim-{number}",
        first=window.start,
        last=window.end,
        inputs={"outcome": outcome, "on": rule.on, "within_months": str(rule.within_months), "share": str(rule.share)},
        why=f"{count(len(part), 'outcome')} ({words}) did not last: {rule.on.replace('_', ' ')} within "
        f"{count(rule.within_months, 'month')}. {show(each, contract.currency)} each is taken back: "
        f"{show(-amount, contract.currency)}.",
        evidence=tuple(ids),
    )
