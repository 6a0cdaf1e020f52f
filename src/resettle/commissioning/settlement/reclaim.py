"""Reclaims: outcomes that were paid and did not last, taken back."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from resettle.commissioning.language.payments import UnitTariff
from resettle.commissioning.settlement.case import Case, Window
from resettle.commissioning.settlement.claims import Claims, groups, months_after, undone
from resettle.commissioning.settlement.draft import Draft
from resettle.commissioning.words import count
from resettle.money import show, to_pence

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

PENNY = Decimal("0.01")


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
        reclaim_line(case, tariff, number, case.windows[w], name, Decimal(p) * PENNY, back, part, events)
        for (w, name, p), part in by_price(case, back, outcomes)
    ]


def by_price(case: Case, claims: Claims, outcomes: list[str | None]) -> list[tuple[tuple[int, str, int], Ints]]:
    """Claims by period, outcome and price, whatever their band."""
    import numpy as np

    merged: dict[tuple[int, str, int], list[Ints]] = {}
    for (window, outcome, _, price), part in groups(case, claims):
        merged.setdefault((window, str(outcomes[outcome]), price), []).append(part)
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
