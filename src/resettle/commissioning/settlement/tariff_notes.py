"""What a unit tariff did not pay, and why, as notes on the statement."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from resettle.commissioning.language.payments import UnitTariff
from resettle.commissioning.settlement.case import Case
from resettle.commissioning.settlement.claims import marked
from resettle.commissioning.settlement.columns import day_number
from resettle.commissioning.words import count
from resettle.money import show

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from resettle.commissioning.settlement.claims import Claims

    Ints = NDArray[np.int64]

VERIFIED_BY = {
    "self": "the person's word",
    "worker": "the worker's word",
    "document": "a document",
    "registry": "an official register",
}


def unverified_note(case: Case, tariff: UnitTariff, refused: Ints, extra: Decimal) -> list[str]:
    """What was not paid because nobody accepted by the contract had verified it in time, and what it would have added."""
    if not len(refused):
        return []
    columns = case.columns
    verified = columns.verified[refused] <= day_number(case.at)
    found = Counter({"not verified": int((~verified).sum())})
    for word, number in columns.tally("verification", refused[verified]).items():
        late = str(word) in tariff.verification
        found[
            f"verified too late ({VERIFIED_BY[str(word)]})" if late else f"verified only by {VERIFIED_BY[str(word)]}"
        ] += number
    why = ", ".join(f"{number:,} {text}" for text, number in sorted(found.items()) if number)
    number = len(refused)
    return [
        f"{tariff.name}: {count(number, 'outcome')} not paid for want of accepted verification ({why}). "
        f"Were {'it' if number == 1 else 'they'} verified, they would add {show(extra, case.contract.currency)} before limits."
    ]


def beyond_note(tariff: UnitTariff, over: int) -> list[str]:
    """How many verified outcomes were beyond what is paid."""
    if not over:
        return []
    reasons = ["paid once a person"] if tariff.once_per_person else []
    if tariff.max_per_person:
        reasons.append(
            f"at most {tariff.max_per_person} for one person" if reasons else "beyond the limit for one person"
        )
    if tariff.ladders:
        reasons.append("paid only after the milestones before them")
    if tariff.most:
        reasons.append("at most so many of each as agreed")
    return [f"{tariff.name}: {count(over, 'further verified outcome')} not paid: {', and '.join(reasons)}."]


def unpriced_note(case: Case, tariff: UnitTariff, rows: Ints) -> list[str]:
    """Outcomes that are in the tariff, but have no price for the person's complexity band."""
    if not len(rows):
        return []
    found = sorted((word or "no band", number) for word, number in case.columns.tally("band", rows).items())
    text = ", ".join(f"{number:,} with {band}" for band, number in found)
    return [f"{tariff.name}: {count(len(rows), 'outcome')} not paid, because no price is set for the band ({text})."]


def fallen_note(tariff: UnitTariff, claims: Claims, outcomes: list[str | None]) -> list[str]:
    """Milestones that more people reached than the milestone before: something is missing, or wrong, in the evidence."""
    steps = {step for ladder in tariff.ladders for step in ladder}
    reached = {
        name: int(marked(claims.people, claims.person[claims.outcome == n]).sum())
        for n, name in enumerate(outcomes)
        if name in steps
    }
    notes = []
    for ladder in tariff.ladders:
        for before, after in pairwise(ladder):
            first, then = reached.get(before, 0), reached.get(after, 0)
            if then > first:
                notes.append(
                    f"{tariff.name}: {count(then, 'person', 'people')} reached {after.replace('_', ' ')}, but only {first:,} "
                    f"reached {before.replace('_', ' ')} before it. Look for evidence that is missing."
                )
    return notes
