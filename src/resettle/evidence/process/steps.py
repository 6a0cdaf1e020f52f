"""The steps that every process measure starts from: participations, the contacts in each, and the groups they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from resettle.area import Area, Steps, literal, literals
from resettle.errors import bad, did_you_mean
from resettle.evidence.follow import GROUPINGS

OF_PEOPLE = {name: sql for name, sql in GROUPINGS.items() if name not in ("quarter", "year")}
OF_SERVICES = {"provider": "s.provider_id", "service": "g.service_id"}
RECEIVED = "(d.attended IS NULL OR d.attended IN ('yes', 'late'))"
"""A contact was received if the person came, also late; where nobody noted who came, what was delivered counts."""


@dataclass(frozen=True)
class Scope:
    """Whose process is looked at: some services (None: all), referrals in a window, and groupings, each shown apart.

    `extract` is the day on which the data were taken: nothing is known after it.
    """

    extract: date
    services: tuple[str, ...] | None = None
    start: date | None = None
    end: date | None = None
    by: tuple[str, ...] = ()


def scope_of(
    area: Area, services: tuple[str, ...] | None, by: tuple[str, ...], start: date | None, end: date | None
) -> Scope:
    """A scope whose services the area has and whose groupings are known; else `BadInput`."""
    known = [str(row["service_id"]) for row in area.query("SELECT service_id FROM service").to_pylist()]
    for name in services or ():
        if name not in known:
            raise bad(
                "the area has no such service", column="service.service_id", value=name, do=did_you_mean(name, known)
            )
    for name in by:
        if name not in OF_PEOPLE | OF_SERVICES:
            raise bad("unknown grouping", value=name, do=did_you_mean(name, OF_PEOPLE | OF_SERVICES))
    return Scope(area.info.extract_date, services, start, end, by)


def participation_steps(scope: Scope) -> Steps:
    """Steps `spell`, `participation` and `member`.

    `member` has one row for each participation and group: participation_id, person_id, `axis` (`everyone`, or one of
    `scope.by`) and `part`.
    """
    groups = "".join(f", {(OF_PEOPLE | OF_SERVICES)[name]} AS {name}" for name in scope.by if name != "service")
    steps = Steps().then(
        "spell",
        f"""SELECT g.participation_id, g.person_id, g.service_id, g.referred_on, g.started_on, g.ended_on, g.completed,
            g.end_reason, coalesce(g.referred_on, g.started_on) AS opened_on, p.died_on, e.index_date, e.observed_until,
            s.unit_cost{groups}
        FROM programme g LEFT JOIN service s ON s.service_id = g.service_id
            LEFT JOIN person p ON p.person_id = g.person_id LEFT JOIN index_event e ON e.index_id = g.index_id
        WHERE g.arm IS NULL OR g.arm = 'treated'""",
        "every participation, with the person's groups; in a trial, those assigned to the service",
    )
    where = [f"service_id IN {literals(scope.services)}"] if scope.services is not None else []
    where += [f"opened_on >= {literal(scope.start)}"] if scope.start else []
    where += [f"opened_on <= {literal(scope.end)}"] if scope.end else []
    steps = steps.then(
        "participation",
        f"SELECT * FROM spell{' WHERE ' + ' AND '.join(where) if where else ''}",
        "the participations in question: by service, and by the day of referral (of start, where none is held)",
    )
    parts = ["SELECT participation_id, person_id, 'everyone' AS axis, 'everyone' AS part FROM participation"]
    parts += [
        f"SELECT participation_id, person_id, '{name}', coalesce(CAST({of_spell(name)} AS VARCHAR), 'not known')"
        " FROM participation"
        for name in scope.by
    ]
    return steps.then("member", " UNION ALL ".join(parts), "the groups to which each participation belongs")


def of_spell(grouping: str) -> str:
    """The column of `spell` that holds a grouping."""
    return "service_id" if grouping == "service" else grouping


def contact_steps(scope: Scope) -> Steps:
    """The steps of `participation_steps`, then `contact`: each delivery in the participation that it belongs to."""
    return participation_steps(scope).then(
        "contact",
        f"""SELECT d.delivery_id, n.participation_id, d.person_id, d.worker_id, d.delivered_on, d.minutes,
            CASE WHEN {RECEIVED} THEN 1 ELSE 0 END AS received,
            CASE WHEN d.attended = 'service_cancelled' THEN 0 ELSE 1 END AS offered
        FROM delivery d JOIN spell n ON n.person_id = d.person_id AND n.service_id = d.service_id
            AND d.delivered_on >= n.opened_on
        QUALIFY row_number() OVER (PARTITION BY d.delivery_id ORDER BY n.opened_on DESC, n.participation_id) = 1""",
        "each contact belongs to the latest participation of that person in that service that was open by then",
    )


def shares(steps: Steps, unit: str, why: str) -> Steps:
    """End a pipeline whose `unit` is SQL of rows (axis, part, person_id, hit), hit being 0 or 1.

    The last step, `summary`, has for each group n, count, and the sums over people from which clustering is allowed for.
    """
    return (
        steps.then("unit", unit, why)
        .then(
            "by_person",
            "SELECT axis, part, person_id, count(*) AS n, sum(hit) AS k FROM unit GROUP BY axis, part, person_id",
            "the same, one row a person, because what happens to one person goes together",
        )
        .then(
            "summary",
            """SELECT axis, part, CAST(sum(n) AS BIGINT) AS n, CAST(sum(k) AS BIGINT) AS count,
            CAST(sum(k * k) AS BIGINT) AS kk, CAST(sum(n * k) AS BIGINT) AS nk, CAST(sum(n * n) AS BIGINT) AS nn,
            count(*) AS people
        FROM by_person GROUP BY axis, part ORDER BY axis, part""",
            "counts by group, and sums over people",
        )
    )


def means(steps: Steps, unit: str, why: str) -> Steps:
    """End a pipeline whose `unit` is SQL of rows (axis, part, amount): `summary` has n, total and sum of squares."""
    return steps.then("unit", unit, why).then(
        "summary",
        """SELECT axis, part, count(*) AS n, CAST(sum(amount) AS DOUBLE) AS total,
            CAST(sum(CAST(amount AS DOUBLE) * CAST(amount AS DOUBLE)) AS DOUBLE) AS squares
        FROM unit GROUP BY axis, part ORDER BY axis, part""",
        "number, sum and sum of squares by group",
    )
