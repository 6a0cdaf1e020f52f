"""Settling a tariff on many outcomes: the data, and `settle` beside what a user would write instead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

START, AT = date(2024, 1, 1), date(2024, 12, 31)
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

Lines = dict[tuple[str, str], tuple[int, str, str, Sequence[str]]]
"""By outcome and band: how many are paid, the money, the sentence, and the ids in their order."""
Statement = tuple[Lines, list[str]]
"""The lines and the notes."""


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


def ours() -> Callable[[Path, int], Statement]:
    """`settle`."""
    import pandas  # noqa: F401 (pyarrow imports it when it makes an array)
    import pyarrow.compute
    import pyarrow.parquet  # noqa: F401

    from resettle.commissioning import Evidence, parse_contract, settle
    from resettle.commissioning.outcomes import Outcomes

    def job(folder: Path, _rows: int) -> Statement:
        outcomes = Outcomes.read(folder / "outcomes.parquet")
        made = settle(parse_contract(CONTRACT), Evidence(outcomes=outcomes), AT)
        lines = {
            (line.inputs["outcome"], line.inputs["band"]): (
                int(line.quantity),
                str(line.amount),
                line.why,
                line.evidence,
            )
            for line in made.lines
        }
        return lines, list(made.notes)

    return job


def by_hand(name: str) -> Callable[[], Callable[[Path, int], Statement]]:
    """What a user would write instead."""

    def contender() -> Callable[[Path, int], Statement]:
        import contracts_settle_contenders

        found: Callable[[Path, int], Statement] = getattr(contracts_settle_contenders, name)()
        return found

    return contender


CONTENDERS: dict[str, Callable[[], Callable[[Path, int], Any]]] = {
    "ours": ours,
    "pandas": by_hand("pandas"),
    "pandas-lines": by_hand("pandas_lines"),
    "loop": by_hand("loop"),
}
NAMES = {
    "ours": "Resettle: `settle`",
    "pandas": "pandas, column by column, the same statement",
    "pandas-lines": "pandas, the lines only, without the notes",
    "loop": "Python, row by row, the same statement",
}


def told(answer: Statement) -> dict[str, Any]:
    """The statement in short, the evidence of each line as a hash; ours says of what kind it is."""
    lines, notes = answer
    return {"lines": sorted([*key, *line[:3], hash_of(line[3])] for key, line in lines.items()), "notes": notes}


def hash_of(ids: Sequence[str]) -> str:
    """The ids of the evidence in short."""
    return sha256("\n".join(i.removeprefix("outcome:") for i in ids).encode()).hexdigest()[:16]


def agree(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two statements are the same, to the penny, the sentence and the evidence; one without notes by its lines."""
    return one["lines"] == other["lines"] and other["notes"] in ([], one["notes"])


def also(rows: int) -> list[str]:
    """What else the page says of the work."""
    return [
        "",
        "Each but the one that says so makes the same statement, word for word: the lines with their sentences and the evidence",
        "that earned them in order, and the notes on what was set aside, not paid, and added by verification.",
    ]
