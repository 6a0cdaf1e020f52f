"""What a start, a completion and an outcome cost, from the prices and purchases that the area holds."""

from __future__ import annotations

from resettle.area import Steps
from resettle.evidence.process.contacts import starters
from resettle.evidence.process.steps import Scope, participation_steps


def cost_steps(scope: Scope) -> Steps:
    """Starts, completions, starts with a verified outcome, what the service cost, and what was bought, by group.

    The cost of the service is `unit_cost` for each start; `unpriced` counts the starts of services without one. A person
    who started more than once in a group has their purchases counted once.
    """
    steps = starters(participation_steps(scope)).then(
        "proved",
        """SELECT DISTINCT n.participation_id FROM participation n JOIN outcome o ON o.person_id = n.person_id
            AND o.service_id = n.service_id AND o.observed_on >= n.started_on AND o.verified_on IS NOT NULL""",
        "participations with a verified outcome of this service since their start",
    )
    steps = steps.then(
        "tally",
        """SELECT m.axis, m.part, count(*) AS starts,
            CAST(sum(CASE WHEN n.completed THEN 1 ELSE 0 END) AS BIGINT) AS completions, count(o.participation_id) AS outcomes,
            CAST(sum(CASE WHEN n.unit_cost IS NULL THEN 1 ELSE 0 END) AS BIGINT) AS unpriced,
            CAST(coalesce(sum(n.unit_cost), 0) AS DECIMAL(18, 2)) AS service_cost
        FROM member m JOIN participation n ON n.participation_id = m.participation_id AND n.started_on IS NOT NULL
            LEFT JOIN proved o ON o.participation_id = n.participation_id
        GROUP BY m.axis, m.part""",
        "starts and what came of them, and what they cost at the service's price",
    )
    steps = steps.then(
        "bought",
        """SELECT s.axis, s.part,
            CAST(sum(CASE WHEN x.kind = 'refund' THEN -x.amount ELSE x.amount END) AS DECIMAL(18, 2)) AS spend
        FROM starter s JOIN spend x ON x.person_id = s.person_id GROUP BY s.axis, s.part""",
        "purchases for these people, less refunds",
    )
    return steps.then(
        "summary",
        """SELECT t.axis, t.part, t.starts, t.completions, t.outcomes, t.unpriced, t.service_cost,
            CAST(coalesce(b.spend, 0) AS DECIMAL(18, 2)) AS spend
        FROM tally t LEFT JOIN bought b ON b.axis = t.axis AND b.part = t.part ORDER BY t.axis, t.part""",
        "both together",
    )
