"""The area of the cohort benchmark: people with one index event each, and their offences, made once from a fixed seed.

Index dates are even over 2015-2020 (24 quarterly cohorts). Offences fall on people by gamma(0.35) shares, on an even day up to
1,800 days either side of the index date; 90% are recordable; 75% end in a conviction, 12% in a caution, 3% in a reprimand and 10%
in nothing; the first three are proven gamma(1.5, 80) days later, whole days, and the last never.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

SEED = 7
FIRST_DAY = np.datetime64("2015-01-01")
DAYS = 2192  # 2015-2020
CHUNK = 10_000_000  # offences drawn at a time: what bounds the memory of the largest area
ROW_GROUP = 500_000
OUTCOMES = ("conviction", "caution", "reprimand", "none")
SHARES = (0.75, 0.12, 0.03, 0.10)

AREA_TOML = """name = "Cohort benchmark"
place = "Nowhere"
period_start = 2015-01-01
period_end = 2020-12-31
extract_date = 2031-12-31
source = "benchmarks/cohort_data.py, seed 7"
licence = "CC0-1.0"
records = "synthetic"
"""


@dataclass(frozen=True)
class Size:
    """How many people (one index event each) and offences an area of the benchmark has."""

    name: str
    people: int
    offences: int


SIZES = {
    "small": Size("small", 20_000, 100_000),
    "normal": Size("normal", 2_000_000, 10_000_000),
    "large": Size("large", 20_000_000, 100_000_000),
}


def make_area(size: Size, folder: Path) -> Path:
    """The area of this size in `folder`, made if it is not there yet. Returns its path."""
    area = folder / size.name
    if (area / "area.toml").exists():
        return area
    shutil.rmtree(area, ignore_errors=True)
    (area / "tables").mkdir(parents=True)
    rng = np.random.default_rng(SEED)
    index = rng.integers(0, DAYS, size.people)
    shares = np.cumsum(rng.gamma(0.35, size=size.people))
    shares /= shares[-1]
    write_people(size.people, area / "tables" / "person.parquet")
    write_index_events(index, area / "tables" / "index_event.parquet")
    write_offences(rng, index, shares, size.offences, area / "tables" / "offence.parquet")
    (area / "area.toml").write_text(AREA_TOML, "utf-8")  # last: a folder without it was cut off, and is made again
    return area


def write_people(count: int, file: Path) -> None:
    """Write the people: whole numbers from 0, and nothing else about them."""
    people = pa.table({"person_id": np.arange(count, dtype="int32")})
    with writer(file, people.schema) as out:
        out.write_table(people, row_group_size=ROW_GROUP)


def write_index_events(index: np.ndarray, file: Path) -> None:
    """Write the index events: identifiers are whole numbers, the person's and the event's the same."""
    ids = np.arange(len(index), dtype="int32")
    disposal = pa.DictionaryArray.from_arrays(np.zeros(len(index), dtype="int8"), ["community"])
    events = pa.table({"index_id": ids, "person_id": ids, "index_date": dates(index), "disposal": disposal})
    with writer(file, events.schema) as out:
        out.write_table(events, row_group_size=ROW_GROUP)


def write_offences(rng: np.random.Generator, index: np.ndarray, shares: np.ndarray, count: int, file: Path) -> None:
    """Write the offences, a chunk at a time."""
    chunks = (offences(rng, index, shares, first, min(CHUNK, count - first)) for first in range(0, count, CHUNK))
    chunk = next(chunks)
    with writer(file, chunk.schema) as out:
        out.write_table(chunk, row_group_size=ROW_GROUP)
        for chunk in chunks:
            out.write_table(chunk, row_group_size=ROW_GROUP)


def writer(file: Path, shape: pa.Schema) -> pq.ParquetWriter:
    """A Parquet file with the settings of `resettle area generate`: dictionaries only for columns that repeat."""
    repeated = [name for name in shape.names if not name.endswith("_id")]
    return pq.ParquetWriter(file, shape, compression="zstd", compression_level=1, use_dictionary=repeated)


def offences(rng: np.random.Generator, index: np.ndarray, shares: np.ndarray, first: int, count: int) -> pa.Table:
    """Draw `count` offences, numbered from `first`."""
    who = shares.searchsorted(rng.random(count), side="right")
    day = index[who] + rng.integers(-1800, 1800, count)
    lag = rng.gamma(1.5, 80, count).astype("int64")
    recordable = rng.random(count) < 0.9
    outcome = rng.choice(len(OUTCOMES), count, p=SHARES).astype("int8")
    return pa.table(
        {
            "offence_id": np.arange(first, first + count, dtype="int32"),
            "person_id": who.astype("int32"),
            "offence_date": dates(day),
            "recordable": recordable,
            "outcome": pa.DictionaryArray.from_arrays(outcome, OUTCOMES),
            "proven_date": dates(day + lag, missing=outcome == OUTCOMES.index("none")),
        }
    )


def dates(days: np.ndarray, missing: np.ndarray | None = None) -> pa.Array:
    """Days since the first day as dates, NULL where `missing`."""
    since_epoch = days + FIRST_DAY.astype("datetime64[D]").astype("int64")
    return pa.array(since_epoch.astype("int32"), pa.int32(), mask=missing).cast(pa.date32())
