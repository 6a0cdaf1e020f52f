"""The same job four ways: proven reoffending by quarterly cohort, 365 days of follow-up, proven within 548.

Each contender is a function that imports what it needs and returns the job: a function from an area's folder to its
answer. All read the same Parquet files from the start and end with the same 24 rows; none keeps anything between runs.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple


class Cohort(NamedTuple):
    """What happened to one cohort: `days` is the mean number of days to the first reoffence of those who reoffended."""

    quarter: str
    people: int
    reoffenders: int
    reoffences: int
    days: float


Answer = list[Cohort]
Job = Callable[[Path], Answer]

PROVEN = ("conviction", "caution", "reprimand", "warning")
FOLLOW_UP, PROVEN_WITHIN = 365, 548


def ours() -> Job:
    """`measure` as a user calls it: area opened, four measures with intervals for each cohort, input files hashed."""
    import duckdb  # noqa: F401  (so that its import is outside the time, as it is for the others)
    import pyarrow  # noqa: F401
    import scipy.stats  # noqa: F401

    from resettle.area import open_area
    from resettle.evidence.clock import Clock, Span
    from resettle.evidence.measures import Measure, measure

    clock = Clock(
        name="benchmark",
        label="proven reoffending within 365 days",
        event="reoffence",
        source="benchmarks/README.md",
        follow_up=Span(days=FOLLOW_UP),
        wait=Span(days=PROVEN_WITHIN - FOLLOW_UP),
        outcomes=PROVEN,
        entry="every",
        recordable_only=True,
    )

    def job(area: Path) -> Answer:
        found = measure(open_area(area), clock, by="quarter")
        by_quarter: dict[str, dict[str, Measure]] = {}
        for m in found.measures:
            by_quarter.setdefault(str(m.group["quarter"]), {})[m.name] = m
        return [
            Cohort(q, m["rate"].n, m["rate"].count, m["per_offender"].count, m["days_to_first"].value or 0.0)
            for q, m in by_quarter.items()
        ]

    return job


def duckdb_sql() -> Job:
    """SQL by hand, run by DuckDB with its default settings."""
    import duckdb

    def job(area: Path) -> Answer:
        tables = area / "tables"
        rows = duckdb.connect().execute(
            f"""
            WITH reoffence AS (
                SELECT i.index_id, count(*) AS reoffences, min(o.offence_date - i.index_date) AS days
                FROM '{tables}/offence.parquet' o JOIN '{tables}/index_event.parquet' i USING (person_id)
                WHERE o.recordable AND o.outcome IN {PROVEN}
                    AND o.offence_date > i.index_date AND o.offence_date <= i.index_date + {FOLLOW_UP}
                    AND o.proven_date <= i.index_date + {PROVEN_WITHIN}
                GROUP BY i.index_id)
            SELECT year(index_date) AS year, quarter(index_date) AS quarter, count(*), count(days), sum(reoffences), avg(days)
            FROM '{tables}/index_event.parquet' LEFT JOIN reoffence USING (index_id)
            GROUP BY ALL ORDER BY ALL"""
        )
        return [Cohort(f"{y} Q{q}", n, again, int(events), days) for y, q, n, again, events, days in rows.fetchall()]

    return job


def polars_lazy() -> Job:
    """A lazy query, run by the streaming engine of polars."""
    import polars as pl

    def job(area: Path) -> Answer:
        index = pl.scan_parquet(area / "tables/index_event.parquet").select("index_id", "person_id", "index_date")
        since = pl.col("offence_date") - pl.col("index_date")
        reoffence = (
            pl.scan_parquet(area / "tables/offence.parquet")
            .filter(pl.col("recordable") & pl.col("outcome").is_in(PROVEN))
            .select("person_id", "offence_date", "proven_date")
            .join(index, on="person_id")
            .filter(
                (since > pl.duration(days=0))
                & (since <= pl.duration(days=FOLLOW_UP))
                & (pl.col("proven_date") - pl.col("index_date") <= pl.duration(days=PROVEN_WITHIN))
            )
            .group_by("index_id")
            .agg(reoffences=pl.len(), days=since.min().dt.total_days())
        )
        rows = (
            index.join(reoffence, on="index_id", how="left")
            .group_by(year=pl.col("index_date").dt.year(), quarter=pl.col("index_date").dt.quarter())
            .agg(
                people=pl.len(),
                again=pl.col("days").count(),
                events=pl.col("reoffences").sum(),
                mean=pl.col("days").mean(),
            )
            .sort("year", "quarter")
            .collect(engine="streaming")
        )
        return [Cohort(f"{y} Q{q}", n, again, events, days) for y, q, n, again, events, days in rows.iter_rows()]

    return job


def pandas_frames() -> Job:
    """Frames in memory: columns chosen and rows filtered as they are read."""
    import pandas as pd

    def job(area: Path) -> Answer:
        index = pd.read_parquet(area / "tables/index_event.parquet", columns=["index_id", "person_id", "index_date"])
        offence = pd.read_parquet(
            area / "tables/offence.parquet",
            columns=["person_id", "offence_date", "proven_date"],
            filters=[("recordable", "==", True), ("outcome", "in", list(PROVEN))],
        )
        for frame in (index, offence):
            for column in frame.columns.intersection(["index_date", "offence_date", "proven_date"]):
                frame[column] = pd.to_datetime(frame[column])
        both = offence.merge(index, on="person_id")
        both["days"] = (both["offence_date"] - both["index_date"]).dt.days
        proven = (both["proven_date"] - both["index_date"]).dt.days <= PROVEN_WITHIN
        both = both[both["days"].between(1, FOLLOW_UP) & proven]
        reoffence = both.groupby("index_id")["days"].agg(reoffences="count", days="min")
        everyone = index.join(reoffence, on="index_id")
        quarters = everyone.groupby(everyone["index_date"].dt.to_period("Q"))
        rows = quarters.agg(
            people=("index_id", "count"), again=("days", "count"), events=("reoffences", "sum"), days=("days", "mean")
        )
        return [
            Cohort(f"{p.year} Q{p.quarter}", int(r.people), int(r.again), int(r.events), float(r.days))
            for p, r in rows.iterrows()
        ]

    return job


CONTENDERS: dict[str, Callable[[], Job]] = {
    "ours": ours,
    "duckdb": duckdb_sql,
    "polars": polars_lazy,
    "pandas": pandas_frames,
}
NAMES = {
    "ours": "Resettle `measure`",
    "duckdb": "DuckDB, SQL by hand",
    "polars": "polars, lazy and streaming",
    "pandas": "pandas",
}
