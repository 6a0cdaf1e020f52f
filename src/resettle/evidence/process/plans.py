"""Whether plans were kept to, and whose plans they were: fidelity and personalisation as steps."""

from __future__ import annotations

from resettle.area import Steps
from resettle.evidence.process.contacts import starters
from resettle.evidence.process.steps import RECEIVED, Scope, participation_steps, shares

LACKING = 4
"""A gap of this many points between importance and attainment (0 to 10) counts as lacking the good."""

PLAN_PARTS = {
    "steps_done": ("done", ""),
    "steps_in_order": ("in_order", " WHERE t.first_on IS NOT NULL"),
    "steps_by_named_worker": ("by_named", " WHERE t.by_named IS NOT NULL"),
}


def fidelity_steps(scope: Scope, part: str) -> Steps:
    """Share of the steps of agreed plans that were done, done in order, or done with the named worker, by group.

    A step is a goal of an agreed plan that is active, achieved or set aside. It is done if it was achieved or a contact
    served it. It is in order if its first contact is not before the first contact of a step set on an earlier day. The
    plans of each person who started count in the groups of that person's participations.
    """
    hit, where = PLAN_PARTS[part]
    return shares(
        plan_steps(scope),
        f"""SELECT s.axis, s.part, s.person_id, t.{hit} AS hit
        FROM kept t JOIN starter s ON s.person_id = t.person_id{where}""",
        "each step of a plan, in each group of its person",
    )


def plan_steps(scope: Scope) -> Steps:
    """The steps up to `kept`: one row for each step of an agreed plan, with what became of it."""
    steps = starters(participation_steps(scope)).then(
        "plan_step",
        """SELECT g.goal_id, g.plan_id, g.person_id, g.set_on, g.status, a.worker_id AS named
        FROM goal g JOIN plan a ON a.plan_id = g.plan_id
        WHERE (a.status = 'agreed' OR a.agreed_on IS NOT NULL) AND g.status IN ('active', 'achieved', 'set_aside')""",
        "goals of agreed plans that people set out to reach",
    )
    steps = steps.then(
        "served",
        f"""SELECT t.goal_id, min(d.delivered_on) AS first_on, max(CASE WHEN t.named IS NULL OR d.worker_id IS NULL THEN NULL
            WHEN d.worker_id = t.named THEN 1 ELSE 0 END) AS by_named
        FROM plan_step t JOIN delivery d ON d.goal_id = t.goal_id WHERE {RECEIVED} GROUP BY t.goal_id""",
        "the first contact for each, and whether any was with the named worker",
    )
    steps = steps.then(
        "earlier",
        """SELECT t.goal_id, max(v.first_on) AS first_on FROM plan_step t
            JOIN plan_step o ON o.plan_id = t.plan_id AND o.set_on < t.set_on JOIN served v ON v.goal_id = o.goal_id
        GROUP BY t.goal_id""",
        "the latest first contact of steps set on an earlier day",
    )
    return steps.then(
        "kept",
        """SELECT t.goal_id, t.person_id, v.first_on, v.by_named,
            CASE WHEN t.status = 'achieved' OR v.goal_id IS NOT NULL THEN 1 ELSE 0 END AS done,
            CASE WHEN e.first_on IS NULL OR v.first_on >= e.first_on THEN 1 ELSE 0 END AS in_order
        FROM plan_step t LEFT JOIN served v ON v.goal_id = t.goal_id LEFT JOIN earlier e ON e.goal_id = t.goal_id""",
        "what became of each step",
    )


def own_words_steps(scope: Scope) -> Steps:
    """Share of goals that are held in the person's own words."""
    return shares(
        starters(participation_steps(scope)),
        """SELECT s.axis, s.part, s.person_id, CASE WHEN trim(coalesce(g.own_words, '')) = '' THEN 0 ELSE 1 END AS hit
        FROM goal g JOIN starter s ON s.person_id = g.person_id""",
        "each goal, in each group of its person",
    )


def gap_goal_steps(scope: Scope) -> Steps:
    """Share of the goods that people say they lack for which there is a live or achieved goal.

    Only a person's own latest rating of now is used; a gap of four points or more counts as lacking.
    """
    steps = starters(participation_steps(scope)).then(
        "latest",
        """SELECT person_id, good, arg_max(importance, rated_on) - arg_max(attainment, rated_on) AS gap
        FROM goods_rating WHERE rater = 'person' AND at_time = 'now' AND importance IS NOT NULL AND attainment IS NOT NULL
        GROUP BY person_id, good""",
        "how far each good falls short, by the person's own latest rating",
    )
    steps = steps.then(
        "aimed",
        "SELECT DISTINCT person_id, good FROM goal WHERE status IN ('active', 'achieved')",
        "goods for which there is a live or achieved goal",
    )
    return shares(
        steps,
        f"""SELECT s.axis, s.part, s.person_id, CASE WHEN a.good IS NULL THEN 0 ELSE 1 END AS hit
        FROM latest l JOIN starter s ON s.person_id = l.person_id
            LEFT JOIN aimed a ON a.person_id = l.person_id AND a.good = l.good
        WHERE l.gap >= {LACKING}""",
        "each good that a person lacks, in each group of that person",
    )


def chosen_spend_steps(scope: Scope) -> Steps:
    """Share of purchases that serve a goal in the person's own words."""
    return shares(
        starters(participation_steps(scope)),
        """SELECT s.axis, s.part, s.person_id, CASE WHEN trim(coalesce(g.own_words, '')) = '' THEN 0 ELSE 1 END AS hit
        FROM spend x JOIN starter s ON s.person_id = x.person_id LEFT JOIN goal g ON g.goal_id = x.goal_id
        WHERE x.kind = 'spend'""",
        "each purchase, in each group of its person",
    )


def spread_steps(scope: Scope) -> Steps:
    """How many goals serve each good, by group: what the spread of plans is worked out from."""
    return starters(participation_steps(scope)).then(
        "summary",
        """SELECT s.axis, s.part, g.good, count(*) AS n FROM goal g JOIN starter s ON s.person_id = g.person_id
        GROUP BY s.axis, s.part, g.good ORDER BY s.axis, s.part, g.good""",
        "goals by good and group",
    )
