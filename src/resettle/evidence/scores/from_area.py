"""What an area's tables say of each person at their index event, as the columns that scores are made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from resettle.area import Area, literals
from resettle.evidence.scores.columns import Columns, declared, items
from resettle.evidence.scores.offence_codes import OffenceCodes
from resettle.evidence.scores.scored import Floats

if TYPE_CHECKING:
    import pyarrow as pa

PROVEN = ("conviction", "caution", "reprimand", "warning")


def completed_years(day: str) -> str:
    """SQL of a person's age in completed years on a day, from their date of birth, or else their age at the index date.

    As in the service, somebody born on 29 February is a year older from 1 March of other years.
    """
    month_and_day = "month({0}) * 100 + day({0})"
    not_yet = f"{month_and_day.format(day)} < {month_and_day.format('p.birth_date')}"
    return f"""CASE WHEN p.birth_date IS NOT NULL
            THEN year({day}) - year(p.birth_date) - CASE WHEN {not_yet} THEN 1 ELSE 0 END
        ELSE floor(e.age - date_diff('day', {day}, e.index_date) / 365.25) END"""


def history_sql(violent: list[str]) -> str:
    """SQL with one row for each index event: sex, ages, sanctions and the offence, as they were on the index date.

    A sanction occasion is a day on which offences were proven. The current sanction is the last of them on or before the
    index date. The number of sanctions is the source's own count where there is one. The first sanction and the violent
    ones are known only where the table `offence` holds at least as many occasions as were counted.
    """
    is_violent = f"o.offence_code IN {literals(violent)}" if violent else "FALSE"
    conviction = "coalesce(e.last_proven, e.index_date)"
    return f"""
    WITH h AS (
        SELECT e.index_id, count(DISTINCT o.proven_date) AS occasions, min(o.proven_date) AS first_proven,
            max(o.proven_date) AS last_proven, count(*) FILTER (o.offence_code IS NULL) AS uncoded,
            count(DISTINCT CASE WHEN {is_violent} THEN o.proven_date END) AS violent
        FROM index_event e JOIN offence o ON o.person_id = e.person_id AND o.proven_date <= e.index_date
        WHERE o.outcome IN {literals(PROVEN)} GROUP BY e.index_id
    ), counted AS (
        SELECT e.*, coalesce(e.previous_convictions + 1, h.occasions) AS sanctions, h.* EXCLUDE (index_id)
        FROM index_event e LEFT JOIN h ON h.index_id = e.index_id
    )
    SELECT e.index_id, e.person_id, p.sex, e.offence_code, e.sanctions,
        {completed_years("e.index_date")} AS age_at_follow_up,
        {completed_years(conviction)} AS age_at_conviction,
        CASE WHEN e.sanctions = 1 THEN {completed_years(conviction)}
            WHEN e.occasions >= e.sanctions THEN {completed_years("e.first_proven")} END AS age_at_first_sanction,
        CASE WHEN e.sanctions = 1 AND e.offence_code IS NOT NULL
                THEN CAST({is_violent.replace("o.", "e.")} AS INTEGER)
            WHEN e.occasions >= e.sanctions AND e.uncoded = 0 THEN least(e.violent, e.sanctions)
            END AS violent_sanctions
    FROM counted e LEFT JOIN person p ON p.person_id = e.person_id ORDER BY e.index_id"""


def items_sql() -> str:
    """SQL of the latest score of each item that any predictor uses, on or before the index date."""
    return f"""SELECT e.index_id, a.item, arg_max(a.score, a.assessed_on) AS score
        FROM index_event e JOIN assessment a ON a.person_id = e.person_id AND a.assessed_on <= e.index_date
        WHERE a.item IN {literals(items())} GROUP BY e.index_id, a.item"""


def columns_of(area: Area, codes: OffenceCodes) -> tuple[Columns, pa.Table]:
    """The columns of every index event of an area, in the order of index_id, and the rows they came from.

    Items of the table `assessment` go by their names in `columns.toml`; yes-or-no items count as yes from 1 up.
    """
    rows = area.query(history_sql([str(c) for c in codes.codes[codes.violent]]))
    index = [str(i) for i in rows["index_id"].to_pylist()]
    people = {
        name: rows[name].to_pandas().to_numpy() for name in rows.column_names if name not in ("index_id", "person_id")
    }
    people |= pivot(index, area.query(items_sql()))
    names = [f"index event {i}" for i in index]
    held = {name: area.file("assessment") for name in items()}
    return Columns(people, file_of=lambda name: held.get(name, area.file("index_event")), names=names), rows


def pivot(index: list[str], long: pa.Table) -> dict[str, Floats]:
    """Items as columns: one value for each index event, NaN where there is none."""
    place = {i: n for n, i in enumerate(index)}
    wide = {name: np.full(len(index), np.nan) for name in items()}
    where = np.array([place[str(i)] for i in long["index_id"].to_pylist()], dtype=int)
    named, scores = np.array(long["item"].to_pylist(), dtype=object), long["score"].to_pandas().to_numpy(dtype=float)
    for name, values in wide.items():
        rows = named == name
        values[where[rows]] = np.minimum(scores[rows], 1) if declared()[name]["high"] == 1 else scores[rows]
    return wide
