"""Settling a tariff on many outcomes: the data, and three ways to do the job. Each gives the same lines, with their evidence."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

AT = date(2024, 12, 31)
SIZES = {"full": 1_000_000, "small": 20_000}
WHAT = "{size} rows of evidence"
PRICES = {
    "home_found": {"low": "100.00", "medium": "150.00", "high": "250.00"},
    "home_kept_3_months": {"low": "300.00", "medium": "450.00", "high": "750.00"},
    "work_found": {"low": "200.00", "medium": "300.00", "high": "333.33"},
    "work_kept_3_months": {"low": "600.00", "medium": "900.00", "high": "1000.01"},
}
LADDERS = [["home_found", "home_kept_3_months"], ["work_found", "work_kept_3_months"]]
MOST = 3
CONTRACT = (
    """
id = "lot-1"
title = "A tariff"
price_base_year = 2024
[period]
start = 2024-01-01
end = 2024-12-31
[[parties]]
id = "payer"
name = "The payer"
role = "commissioner"
[[parties]]
id = "provider"
name = "The provider"
role = "provider"
[population]
services = ["s"]
[[payments]]
id = "tariff"
kind = "unit_tariff"
"""
    + f"max_per_person = {MOST}\nladders = {LADDERS}\n[payments.prices]\n".replace("'", '"')
    + "".join(f"{o}.{b} = {p}\n" for o, prices in PRICES.items() for b, p in prices.items())
)

Lines = dict[tuple[str, str], tuple[int, str, Sequence[str]]]
"""By outcome and band: how many are paid, the money, and the ids in their order."""


def prepare(folder: Path, rows: int) -> None:
    """Make the evidence, unless it is there."""
    if not (folder / "outcomes.csv").exists():
        make_outcomes(folder, rows)


def make_outcomes(folder: Path, rows: int) -> None:
    """Write `outcomes.parquet` and `outcomes.csv`: three outcomes a person, all codes and bands, some of all faults."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.csv as pc
    import pyarrow.parquet as pq

    random = np.random.default_rng(11)
    people = random.integers(0, max(rows // 3, 1), rows)
    observed = random.integers(19_700, 20_110, rows)
    verified = observed + random.integers(0, 60, rows)
    bands = np.array(["low", "medium", "high"])[random.integers(0, 3, max(rows // 3, 1))][people]
    table = pa.table(
        {
            "evidence_id": [f"o{n:08d}" for n in random.permutation(rows)],
            "person": [f"p{n:07d}" for n in people],
            "lot": random.choice(["lot-1", "lot-2"], rows, p=[0.97, 0.03]),
            "outcome": random.choice([*PRICES, "other"], rows, p=[0.35, 0.2, 0.25, 0.15, 0.05]),
            "observed_on": pa.array(observed.astype("int32")).cast(pa.date32()),
            "verification": random.choice(["document", "registry", "worker", "self"], rows, p=[0.6, 0.3, 0.07, 0.03]),
            "verified_on": pa.array(verified.astype("int32"), mask=random.random(rows) < 0.05).cast(pa.date32()),
            "band": bands,
        }
    )
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, folder / "outcomes.parquet")
    pc.write_csv(table, folder / "outcomes.csv")


def ours() -> Callable[[Path, int], Lines]:
    """`settle`: it also words every line and note, and divides it between payers."""
    import pandas  # noqa: F401 (pyarrow imports it when it makes an array)
    import pyarrow.compute
    import pyarrow.parquet  # noqa: F401

    from resettle.commissioning import Evidence, parse_contract, settle
    from resettle.commissioning.outcomes import Outcomes

    def job(folder: Path, _rows: int) -> Lines:
        outcomes = Outcomes.read(folder / "outcomes.parquet")
        statement = settle(parse_contract(CONTRACT), Evidence(outcomes=outcomes), AT)
        return {
            (line.inputs["outcome"], line.inputs["band"]): (int(line.quantity), str(line.amount), line.evidence)
            for line in statement.lines
        }

    return job


def loop() -> Callable[[Path, int], Lines]:
    """Row by row in Python, as a spreadsheet's macro would be written anew: a CSV file, dictionaries and `Decimal`."""

    def job(folder: Path, _rows: int) -> Lines:
        people: dict[str, list[tuple[Decimal, date, str, str, str]]] = defaultdict(list)
        reached: dict[str, set[str]] = defaultdict(set)
        with (folder / "outcomes.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                price = PRICES.get(row["outcome"], {}).get(row["band"])
                if price is None or row["lot"] != "lot-1" or row["verification"] not in ("document", "registry"):
                    continue
                on = date.fromisoformat(row["observed_on"])
                if (
                    not date(2024, 1, 1) <= on <= AT
                    or not row["verified_on"]
                    or date.fromisoformat(row["verified_on"]) > AT
                ):
                    continue
                people[row["person"]].append((-Decimal(price), on, row["evidence_id"], row["outcome"], row["band"]))
                reached[row["person"]].add(row["outcome"])
        needs = {later: earlier for earlier, later in LADDERS}
        lines: dict[tuple[str, str], list[str]] = {(o, b): [] for o, prices in PRICES.items() for b in prices}
        for person, claims in people.items():
            seen: set[str] = set()
            for _, _, evidence, outcome, band in sorted(claims):
                if outcome in seen or (outcome in needs and needs[outcome] not in reached[person]):
                    continue
                seen.add(outcome)
                if len(seen) > MOST:
                    break
                lines[outcome, band].append(evidence)
        return {
            key: (len(ids), str(len(ids) * Decimal(PRICES[key[0]][key[1]])), sorted(ids)) for key, ids in lines.items()
        }

    return job


def pandas() -> Callable[[Path, int], Lines]:
    """A data frame, column by column, as someone who knows pandas well would write it."""
    import pandas as pd

    def job(folder: Path, _rows: int) -> Lines:
        frame = pd.read_parquet(folder / "outcomes.parquet")
        price = {(o, b): round(100 * float(p)) for o, prices in PRICES.items() for b, p in prices.items()}
        frame["observed_on"] = pd.to_datetime(frame["observed_on"])
        verified = pd.to_datetime(frame["verified_on"])
        frame = frame[
            (frame["lot"] == "lot-1")
            & frame["outcome"].isin(list(PRICES))
            & frame["verification"].isin(["document", "registry"])
            & frame["observed_on"].between("2024-01-01", "2024-12-31")
            & (verified <= pd.Timestamp(AT))
        ].copy()
        frame["pence"] = [price[key] for key in zip(frame["outcome"], frame["band"], strict=True)]
        for earlier, later in LADDERS:
            has = set(frame.loc[frame["outcome"] == earlier, "person"])
            frame = frame[(frame["outcome"] != later) | frame["person"].isin(has)]
        frame = frame.sort_values(
            ["person", "pence", "observed_on", "evidence_id"], ascending=[True, False, True, True]
        )
        frame = frame.drop_duplicates(["person", "outcome"])
        frame = frame[frame.groupby("person").cumcount() < MOST]
        lines: Lines = {}
        for (outcome, band), own in frame.groupby(["outcome", "band"]):
            money = str(Decimal(int(own["pence"].sum())) / 100)
            lines[str(outcome), str(band)] = (
                len(own),
                str(Decimal(money).quantize(Decimal("0.01"))),
                sorted(own["evidence_id"]),
            )
        return lines

    return job


CONTENDERS: dict[str, Callable[[], Callable[[Path, int], Any]]] = {"ours": ours, "pandas": pandas, "loop": loop}
NAMES = {
    "ours": "Resettle: `settle`",
    "pandas": "pandas, column by column",
    "loop": "Python, row by row, with `Decimal`",
}


def told(answer: Lines) -> list[tuple[Any, ...]]:
    """The lines in short, the evidence of each as a hash; ours says of what kind it is."""
    return sorted((*key, count, money, hash_of(ids)) for key, (count, money, ids) in answer.items())


def hash_of(ids: Sequence[str]) -> str:
    """The ids of the evidence in short."""
    return sha256("\n".join(i.removeprefix("outcome:") for i in ids).encode()).hexdigest()[:16]


def agree(one: list[Any], other: list[Any]) -> bool:
    """Whether two answers are the same, to the penny and with the same evidence."""
    return one == other


def also(rows: int) -> list[str]:
    """What else the page says of the work."""
    return [
        "",
        "Ours also words every line and note, and divides each line between payers; the others only count and price.",
    ]
