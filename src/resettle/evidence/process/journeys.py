"""Whom a service reached, how long they waited, and how far they went: reach, waiting and attrition as steps."""

from __future__ import annotations

from resettle.area import Steps, literal, literals
from resettle.evidence.process.steps import OF_PEOPLE, Scope, participation_steps, shares

NEAR = 90
"""A start that names no index event reaches the person's index events within this many days, before or after."""
WAIT_BY = 28
FOLLOW_MONTHS = 12
STAGES = ("referred", "started", "four_weeks", "completed", "followed_up")


def reach_steps(scope: Scope) -> Steps:
    """Share of index events with which a start of one of the services belongs, by groups of people.

    Only index events whose time to start has passed are counted. Groupings by service have no eligible people of their
    own and are left out.
    """
    by = [name for name in scope.by if name in OF_PEOPLE]
    window = [f"e.index_date + {NEAR} <= {literal(scope.extract)}"]
    window += [f"e.index_date >= {literal(scope.start)}"] if scope.start else []
    window += [f"e.index_date <= {literal(scope.end)}"] if scope.end else []
    chosen = f" AND service_id IN {literals(scope.services)}" if scope.services is not None else ""
    steps = Steps().then(
        "eligible",
        f"""SELECT e.index_id, e.person_id, e.index_date{"".join(f", {OF_PEOPLE[name]} AS {name}" for name in by)}
        FROM index_event e LEFT JOIN person p ON p.person_id = e.person_id WHERE {" AND ".join(window)}""",
        "index events after which a service could have been started",
    )
    steps = steps.then(
        "beginning",
        f"""SELECT person_id, index_id, started_on FROM programme
        WHERE started_on IS NOT NULL AND (arm IS NULL OR arm = 'treated'){chosen}""",
        "starts of these services",
    )
    steps = steps.then(
        "reached",
        f"""SELECT e.index_id, max(CASE WHEN b.started_on IS NULL THEN 0 ELSE 1 END) AS hit
        FROM eligible e LEFT JOIN beginning b ON b.person_id = e.person_id AND (b.index_id = e.index_id
            OR (b.index_id IS NULL AND b.started_on BETWEEN e.index_date - {NEAR} AND e.index_date + {NEAR}))
        GROUP BY e.index_id""",
        f"whether a start belongs to the index event, or, naming none, lies within {NEAR} days of it",
    )
    unit = ["SELECT 'everyone' AS axis, 'everyone' AS part, e.person_id, r.hit"]
    unit += [f"SELECT '{name}', coalesce(CAST(e.{name} AS VARCHAR), 'not known'), e.person_id, r.hit" for name in by]
    joined = " FROM eligible e JOIN reached r ON r.index_id = e.index_id"
    return shares(steps, " UNION ALL ".join(part + joined for part in unit), "each index event in each of its groups")


def waiting(scope: Scope) -> Steps:
    """The steps up to `wait`: days from referral to start, or to the last day on which a start could have been seen.

    Whoever has not started is still waiting, also if the referral was closed: the curve then gives the share of all
    referrals that led to a start. A start before the referral is set aside.
    """
    extract = literal(scope.extract)
    return participation_steps(scope).then(
        "wait",
        f"""SELECT participation_id, person_id, CASE WHEN started_on IS NULL THEN 0 ELSE 1 END AS begun,
            CAST(date_diff('day', referred_on, coalesce(started_on, least({extract}, coalesce(died_on, {extract})))) AS BIGINT)
                AS days,
            CASE WHEN referred_on + {WAIT_BY} <= {extract} THEN 1 ELSE 0 END AS long_enough
        FROM participation WHERE referred_on IS NOT NULL AND (started_on IS NULL OR started_on >= referred_on)
            AND referred_on <= {extract} AND (died_on IS NULL OR died_on >= referred_on)""",
        "days from referral to start; without a start, days until the extract or death",
    )


def wait_curve_steps(scope: Scope) -> Steps:
    """How many started, and how many left unobserved, on each day after referral, by group."""
    return waiting(scope).then(
        "by_day",
        """SELECT m.axis, m.part, w.days AS day, CAST(sum(w.begun) AS BIGINT) AS events,
            CAST(sum(1 - w.begun) AS BIGINT) AS censored
        FROM wait w JOIN member m ON m.participation_id = w.participation_id
        GROUP BY m.axis, m.part, w.days ORDER BY m.axis, m.part, w.days""",
        "what a Kaplan-Meier curve needs",
    )


def prompt_steps(scope: Scope) -> Steps:
    """Share of referrals that led to a start within 28 days, among those made at least 28 days before the extract."""
    return shares(
        waiting(scope),
        f"""SELECT m.axis, m.part, m.person_id, CASE WHEN w.begun = 1 AND w.days <= {WAIT_BY} THEN 1 ELSE 0 END AS hit
        FROM wait w JOIN member m ON m.participation_id = w.participation_id WHERE w.long_enough = 1""",
        f"each referral that is {WAIT_BY} days old, in each of its groups",
    )


def attrition_steps(scope: Scope) -> Steps:
    """Where people were lost on the way, and why: `summary` has axis, part, lost_at (NULL: followed up), reason, n.

    Stages: referred; started; in the service for four weeks (or completed sooner); completed; followed up, which is an
    outcome on record since the start, or an index event whose records cover twelve months.
    """
    extract = literal(scope.extract)
    steps = participation_steps(scope).then(
        "noted",
        """SELECT DISTINCT n.participation_id FROM participation n JOIN outcome o ON o.person_id = n.person_id
            AND o.observed_on >= n.started_on AND (o.service_id IS NULL OR o.service_id = n.service_id)""",
        "participations with an outcome on record since their start",
    )
    steps = steps.then(
        "journey",
        f"""SELECT n.participation_id, n.ended_on, n.end_reason,
            CASE WHEN n.started_on IS NULL THEN 'started'
                WHEN n.completed IS NOT TRUE AND n.started_on + 28 > coalesce(n.ended_on, {extract}) THEN 'four_weeks'
                WHEN n.completed IS NOT TRUE THEN 'completed'
                WHEN o.participation_id IS NULL AND (n.index_date IS NULL OR CAST(n.index_date + INTERVAL {FOLLOW_MONTHS}
                    MONTH AS DATE) > least({extract}, coalesce(n.observed_until, {extract}))) THEN 'followed_up'
                END AS lost_at
        FROM participation n LEFT JOIN noted o ON o.participation_id = n.participation_id""",
        "the first stage that each participation did not reach",
    )
    return steps.then(
        "summary",
        """SELECT m.axis, m.part, j.lost_at, CASE WHEN j.lost_at IS NULL THEN NULL
            WHEN j.lost_at = 'followed_up' THEN 'no follow-up on record yet'
            WHEN j.ended_on IS NULL AND j.end_reason IS NULL THEN
                CASE WHEN j.lost_at = 'started' THEN 'no start on record' ELSE 'still going' END
            ELSE coalesce(j.end_reason, 'no reason on record') END AS reason, count(*) AS n
        FROM journey j JOIN member m ON m.participation_id = j.participation_id
        GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4""",
        "how many were lost before each stage, by group and reason",
    )
