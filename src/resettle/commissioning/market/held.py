"""What an area holds of its services and of people's own spending."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from resettle.area import Area

SERVICES = """
WITH used AS (
    SELECT CAST(service_id AS VARCHAR) AS service,
        count(*) FILTER (WHERE arm IS DISTINCT FROM 'comparison') AS referred,
        count(started_on) FILTER (WHERE arm IS DISTINCT FROM 'comparison') AS starts
    FROM programme GROUP BY 1
)
SELECT CAST(s.service_id AS VARCHAR) AS service, s.name, s.strand, p.name AS provider, p.sector, p.size,
    s.capacity, s.unit_cost, coalesce(u.referred, 0) AS referred, coalesce(u.starts, 0) AS starts
FROM service s LEFT JOIN provider p ON CAST(p.provider_id AS VARCHAR) = CAST(s.provider_id AS VARCHAR)
    LEFT JOIN used u ON u.service = CAST(s.service_id AS VARCHAR)
ORDER BY 1
"""


def held_services(area: Area) -> list[dict[str, Any]]:
    """One row for each service: its provider, what it can take, what one start costs, who was referred and who started."""
    rows: list[dict[str, Any]] = area.query(SERVICES).to_pylist()
    for row in rows:
        row["unit_cost"] = None if row["unit_cost"] is None else Decimal(str(row["unit_cost"]))
    return rows


def personal_spend(area: Area) -> Decimal:
    """Pounds spent for people from personal budgets, less refunds, over the area's period."""
    sql = "SELECT coalesce(sum(CASE WHEN kind = 'refund' THEN -amount ELSE amount END), 0) AS pounds FROM spend"
    return Decimal(str(area.query(sql)["pounds"][0].as_py()))


def choices(area: Area) -> dict[str, float]:
    """Pounds by what they were spent on, less refunds, for what people chose at all."""
    sql = """SELECT coalesce(category, 'not said') AS category,
        sum(CASE WHEN kind = 'refund' THEN -amount ELSE amount END) AS pounds FROM spend GROUP BY 1 ORDER BY 1"""
    return {r["category"]: float(r["pounds"]) for r in area.query(sql).to_pylist() if r["pounds"] > 0}
