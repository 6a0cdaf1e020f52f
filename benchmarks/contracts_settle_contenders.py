"""Settling a tariff on many outcomes as a user would write it: with pandas, and row by row in Python.

Each writes the same statement as `settle`, word for word: the lines with their sentences and their evidence in order, and the notes
on what was set aside, what was not paid, and what verification would have added. `pandas_lines` makes the lines only.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from contracts_settle import AT, LADDERS, MOST, PRICES, START, Statement

PENCE = {(o, b): round(100 * float(p)) for o, prices in PRICES.items() for b, p in prices.items()}
ACCEPTED = ("document", "registry")
WORD = {"self": "the person's word", "worker": "the worker's word"}
BEFORE = {later: earlier for earlier, later in LADDERS}


def line(outcome: str, band: str, ids: list[str]) -> tuple[int, str, str, list[str]]:
    """One line of the statement."""
    price, number = Decimal(PRICES[outcome][band]), len(ids)
    money = number * price
    why = (
        f"{number:,} verified outcomes: {outcome.replace('_', ' ')}, {band} complexity, each person counted once. "
        f"At £{price:,} each: £{money:,}."
    )
    return number, str(money), why, ids


def notes(
    lots: Mapping[str, int], late: int, outside: int, unpriced: Mapping[str, int], unpaid: list[str]
) -> list[str]:
    """The notes of the statement."""
    aside = [(f"evidence for another lot ({name})", n) for name, n in lots.items()]
    aside += [
        ("observed after the day of this statement", late),
        ("observed outside the period of the contract", outside),
    ]
    found = [f"{n:,} outcomes set aside: {why}." for why, n in aside if n]
    codes = ", ".join(f"{code} {n:,}" for code, n in sorted(unpriced.items()))
    return [
        *found,
        f"{sum(unpriced.values()):,} outcomes set aside: the contract has no price for them ({codes}).",
        *unpaid,
    ]


def unpaid(refused: int, lacking: int, kinds: Mapping[str, int], extra: int, over: int) -> list[str]:
    """The notes on what was not paid."""
    why = {f"verified only by {WORD[kind]}": n for kind, n in kinds.items()} | {"not verified": lacking}
    text = ", ".join(f"{n:,} {reason}" for reason, n in sorted(why.items()) if n)
    return [
        f"tariff: {refused:,} outcomes not paid for want of accepted verification ({text}). Were they verified, they would add "
        f"£{Decimal(extra) / 100:,.2f} before limits.",
        f"tariff: {over:,} further verified outcomes not paid: paid once a person, and at most {MOST} for one person, and paid "
        "only after the milestones before them.",
    ]


def pandas(whole: bool = True) -> Callable[[Path, int], Statement]:
    """A data frame, column by column, as someone who knows pandas well would write it."""
    import numpy as np
    import pandas as pd

    def chosen(frame: Any) -> Any:
        for earlier, later in LADDERS:
            has = frame.loc[frame["outcome"] == earlier, "person"]
            frame = frame[(frame["outcome"] != later) | frame["person"].isin(has)]
        frame = frame.sort_values(
            ["person", "pence", "observed_on", "evidence_id"], ascending=[True, False, True, True]
        )
        frame = frame.drop_duplicates(["person", "outcome"])
        return frame[frame.groupby("person").cumcount() < MOST]

    def job(folder: Path, _rows: int) -> Statement:
        frame = pd.read_parquet(folder / "outcomes.parquet")
        if frame["evidence_id"].duplicated().any():
            raise SystemExit("an id stands twice")
        observed, verified = pd.to_datetime(frame["observed_on"]), pd.to_datetime(frame["verified_on"])
        frame["observed_on"], frame["known"] = observed, verified <= pd.Timestamp(AT)
        own, priced = frame["lot"] == "lot-1", frame["outcome"].isin(list(PRICES))
        inside = observed.between(pd.Timestamp(START), pd.Timestamp(AT))
        claims = frame[own & priced & inside].copy()
        claims["person"], _ = pd.factorize(claims["person"])
        names = ["outcome", "band", "verification"]
        claims[names] = claims[names].astype("category")
        outcomes, bands = claims["outcome"].cat, claims["band"].cat
        prices = np.array([[PENCE[o, b] for b in bands.categories] for o in outcomes.categories])
        claims["pence"] = prices[outcomes.codes, bands.codes]
        good = claims["known"] & claims["verification"].isin(ACCEPTED)
        paid = chosen(claims[good])
        lines = {
            (str(o), str(b)): line(str(o), str(b), sorted(part["evidence_id"]))
            for (o, b), part in paid.groupby(["outcome", "band"], observed=True)
        }
        if not whole:
            return lines, []
        later = own & (observed > pd.Timestamp(AT))
        lots = frame.loc[~own, "lot"].value_counts().to_dict()
        codes = frame.loc[own & inside & ~priced, "outcome"].value_counts().to_dict()
        refused = claims[~good]
        kinds = refused.loc[refused["known"], "verification"].value_counts()
        extra = int(chosen(claims)["pence"].sum() - paid["pence"].sum())
        told = unpaid(
            len(refused),
            int((~refused["known"]).sum()),
            {k: n for k, n in kinds.items() if k not in ACCEPTED},
            extra,
            int(good.sum()) - len(paid),
        )
        return lines, notes(lots, int(later.sum()), int((own & ~inside & ~later).sum()), codes, told)

    return job


def pandas_lines() -> Callable[[Path, int], Statement]:
    """The same without the notes."""
    return pandas(whole=False)


Claim = tuple[int, date, str, str, str]
"""Minus the price in pence, the day, the id, the outcome and the band: what is dearest, then earliest, sorts first."""


def picked(claims: Iterable[Claim]) -> list[Claim]:
    """Which of one person's claims are paid."""
    found = sorted(claims)
    reached = {c[3] for c in found}
    seen: dict[str, Claim] = {}
    for claim in found:
        if claim[3] not in seen and (claim[3] not in BEFORE or BEFORE[claim[3]] in reached):
            seen[claim[3]] = claim
    return list(seen.values())[:MOST]


def loop() -> Callable[[Path, int], Statement]:
    """Row by row in Python, as a spreadsheet's macro would be written anew: a CSV file and dictionaries."""

    def job(folder: Path, _rows: int) -> Statement:
        people: dict[str, list[Claim]] = defaultdict(list)
        lacking: dict[str, list[Claim]] = defaultdict(list)
        lots, unpriced, kinds, ids = Counter[str](), Counter[str](), Counter[str](), set[str]()
        late = outside = unverified = 0
        first, last = START.isoformat(), AT.isoformat()
        with (folder / "outcomes.csv").open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            if next(rows) != COLUMNS:
                raise SystemExit("other columns than expected")
            for evidence, person, lot, outcome, on, verification, verified, band in rows:
                if evidence in ids:
                    raise SystemExit("an id stands twice")
                ids.add(evidence)
                if lot != "lot-1":
                    lots[lot] += 1
                elif on > last:
                    late += 1
                elif on < first:
                    outside += 1
                elif outcome not in PRICES:
                    unpriced[outcome] += 1
                else:
                    claim = (-PENCE[outcome, band], date.fromisoformat(on), evidence, outcome, band)
                    known = bool(verified) and verified <= last
                    if known and verification in ACCEPTED:
                        people[person].append(claim)
                        continue
                    lacking[person].append(claim)
                    if known:
                        kinds[verification] += 1
                    else:
                        unverified += 1
        paid: dict[tuple[str, str], list[str]] = defaultdict(list)
        extra = 0
        for person, claims in people.items():
            own = picked(claims)
            for claim in own:
                paid[claim[3:]].append(claim[2])
            if person in lacking:
                extra += sum(c[0] for c in own)
        for person, claims in lacking.items():
            extra -= sum(c[0] for c in picked([*people.get(person, ()), *claims]))
        lines = {(o, b): line(o, b, sorted(ids)) for (o, b), ids in paid.items()}
        over = sum(map(len, people.values())) - sum(number for number, *_ in lines.values())
        told = unpaid(sum(map(len, lacking.values())), unverified, kinds, extra, over)
        return lines, notes(lots, late, outside, unpriced, told)

    return job


COLUMNS = ["evidence_id", "person", "lot", "outcome", "observed_on", "verification", "verified_on", "band"]
