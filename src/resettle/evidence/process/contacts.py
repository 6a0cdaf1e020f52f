"""How much people received, and from whom: dose and continuity as steps."""

from __future__ import annotations

from collections.abc import Sequence

from resettle.area import Steps, literal
from resettle.errors import bad
from resettle.evidence.process.steps import Scope, contact_steps, means, participation_steps, shares

GATE_DAYS = 30
MONTHS = 12

AMOUNTS = {"contacts": "sum(c.received)", "hours": "sum(c.received * c.minutes) / 60.0"}


def dose_steps(scope: Scope, amount: str) -> Steps:
    """Contacts or hours received by each participation that started (none: 0), by group.

    Participations with a contact of unknown length are left out of the hours.
    """
    steps = contact_steps(scope).then(
        "received",
        f"""SELECT c.participation_id, {AMOUNTS[amount]} AS amount,
            sum(CASE WHEN c.received = 1 AND c.minutes IS NULL THEN 1 ELSE 0 END) AS of_unknown_length
        FROM contact c GROUP BY c.participation_id""",
        f"{amount} that people came to, by participation",
    )
    known = " WHERE coalesce(r.of_unknown_length, 0) = 0" if amount == "hours" else ""
    return means(
        steps,
        f"""SELECT m.axis, m.part, coalesce(r.amount, 0) AS amount FROM member m
            JOIN participation n ON n.participation_id = m.participation_id AND n.started_on IS NOT NULL
            LEFT JOIN received r ON r.participation_id = n.participation_id{known}""",
        "each participation that started, in each of its groups",
    )


def spend_steps(scope: Scope) -> Steps:
    """Pounds spent for each person who started, less refunds, whoever arranged it; a person counts once in a group."""
    steps = participation_steps(scope).then(
        "spent",
        """SELECT person_id, sum(CASE WHEN kind = 'refund' THEN -amount ELSE amount END) AS amount
        FROM spend GROUP BY person_id""",
        "personal budgets and funds used by each person, less refunds",
    )
    return means(
        starters(steps),
        """SELECT s.axis, s.part, coalesce(x.amount, 0) AS amount
        FROM starter s LEFT JOIN spent x ON x.person_id = s.person_id""",
        "each person who started, in each of their groups",
    )


def starters(steps: Steps) -> Steps:
    """Add `starter`: each person who started, once in each group."""
    return steps.then(
        "starter",
        """SELECT DISTINCT m.axis, m.part, m.person_id FROM member m
            JOIN participation n ON n.participation_id = m.participation_id AND n.started_on IS NOT NULL""",
        "each person who started, once in each group",
    )


def attendance_steps(scope: Scope) -> Steps:
    """Share of contacts offered (not cancelled by the service) that people came to."""
    return shares(
        contact_steps(scope),
        """SELECT m.axis, m.part, m.person_id, c.received AS hit
        FROM contact c JOIN member m ON m.participation_id = c.participation_id WHERE c.offered = 1""",
        "each contact offered, in each of its groups",
    )


def gate_steps(scope: Scope) -> Steps:
    """Share of gate crossings at which a worker of the 30 days before is met again on the day or in the 30 days after.

    Counted are releases that lie 30 days before the extract or longer, of people who met a known worker in the 30 days
    before. Contacts count in the groups of their participation.
    """
    steps = contact_steps(scope).then(
        "met",
        f"""SELECT m.axis, m.part, x.custody_id, x.person_id, c.worker_id,
            max(CASE WHEN c.delivered_on < x.date_out THEN 1 ELSE 0 END) AS before_gate,
            max(CASE WHEN c.delivered_on >= x.date_out THEN 1 ELSE 0 END) AS after_gate
        FROM custody x JOIN contact c ON c.person_id = x.person_id AND c.received = 1 AND c.worker_id IS NOT NULL
                AND c.delivered_on BETWEEN x.date_out - {GATE_DAYS} AND x.date_out + {GATE_DAYS}
            JOIN member m ON m.participation_id = c.participation_id
        WHERE x.date_out + {GATE_DAYS} <= {literal(scope.extract)}
        GROUP BY m.axis, m.part, x.custody_id, x.person_id, c.worker_id""",
        f"workers met within {GATE_DAYS} days of each release, before it or not",
    )
    return shares(
        steps,
        """SELECT axis, part, person_id, max(before_gate * after_gate) AS hit
        FROM met GROUP BY axis, part, custody_id, person_id HAVING max(before_gate) = 1""",
        "each release before which a worker was met, and whether one of them was met after",
    )


def worker_steps(scope: Scope, amount: str) -> Steps:
    """Number of workers (`workers`) or Bice-Boxerman index (`index`) in the twelve months from the start, by group.

    Counted are participations that started twelve months before the extract or longer, with at least one contact with a
    known worker (two for the index).
    """
    steps = contact_steps(scope).then(
        "seen",
        f"""SELECT c.participation_id, c.worker_id, count(*) AS n FROM contact c
            JOIN participation p ON p.participation_id = c.participation_id
        WHERE c.received = 1 AND c.worker_id IS NOT NULL
            AND CAST(p.started_on + INTERVAL {MONTHS} MONTH AS DATE) <= {literal(scope.extract)}
            AND c.delivered_on >= p.started_on AND c.delivered_on < CAST(p.started_on + INTERVAL {MONTHS} MONTH AS DATE)
        GROUP BY c.participation_id, c.worker_id""",
        "contacts with each worker in the twelve months from the start",
    )
    steps = steps.then(
        "year",
        """SELECT participation_id, count(*) AS workers, CAST(sum(n) AS DOUBLE) AS contacts,
            CAST(sum(n * n) AS DOUBLE) AS squares FROM seen GROUP BY participation_id""",
        "workers, contacts, and contacts with each worker squared",
    )
    sql = {"workers": "y.workers", "index": "(y.squares - y.contacts) / (y.contacts * (y.contacts - 1))"}[amount]
    where = " WHERE y.contacts >= 2" if amount == "index" else ""
    return means(
        steps,
        f"""SELECT m.axis, m.part, {sql} AS amount
        FROM year y JOIN member m ON m.participation_id = y.participation_id{where}""",
        "each participation in each of its groups",
    )


def bice_boxerman(contacts: Sequence[int]) -> float:
    """Continuity index of one person from the number of contacts with each worker: 1 all with one worker, 0 none twice.

    (sum of n_i squared less N) / (N (N - 1)), Bice and Boxerman (1977). Fewer than two contacts, or a negative number of
    them, are a `BadInput`.
    """
    total = sum(contacts)
    if total < 2 or min(contacts) < 0:
        raise bad("continuity needs two contacts or more", value=list(contacts), do="Leave this person out.")
    return (sum(n * n for n in contacts) - total) / (total * (total - 1))
