"""Who lacked what, and what was done about it: ratings, plans, goals, deliveries and spend joined in named steps."""

from __future__ import annotations

from resettle.area import Steps

LACKING = 4
"""A gap of this many points between importance and attainment counts as lacking the good (proposed scale, 0 to 10)."""


def gap_steps(lacking: int = LACKING) -> Steps:
    """The pipeline whose last step, `answered`, has one row for each person and good that the person says they lack.

    Columns: person_id, place_id, good, importance, attainment, gap; `goal_id` of a goal for it in a plan the person was
    offered (NULL if none), contacts kept for that goal, and pounds spent on that good. Only the person's own latest
    rating of now is used.
    """
    steps = Steps().then(
        "latest",
        """SELECT person_id, good, arg_max(importance, rated_on) AS importance, arg_max(attainment, rated_on) AS attainment
        FROM goods_rating WHERE rater = 'person' AND at_time = 'now' AND importance IS NOT NULL AND attainment IS NOT NULL
        GROUP BY person_id, good""",
        "each person's own latest rating of each good, as things are now",
    )
    steps = steps.then(
        "rated",
        """SELECT l.person_id, p.place_id, l.good, l.importance, l.attainment, l.importance - l.attainment AS gap
        FROM latest l JOIN person p ON p.person_id = l.person_id""",
        "the gap between how much a good matters and how far the person has it, and where they live",
    )
    steps = steps.then(
        "lacked", f"SELECT * FROM rated WHERE gap >= {lacking}", f"a gap of {lacking} or more: the person lacks it"
    )
    steps = steps.then(
        "aimed",
        """SELECT g.person_id, g.good, min(g.goal_id) AS goal_id, max(CASE WHEN g.status = 'achieved' THEN 1 ELSE 0 END) AS achieved
        FROM goal g WHERE g.status IN ('active', 'achieved') GROUP BY g.person_id, g.good""",
        "goods for which the person has a live or achieved goal",
    )
    steps = steps.then(
        "delivered",
        """SELECT g.person_id, g.good, count(*) AS contacts FROM delivery d JOIN goal g ON g.goal_id = d.goal_id
        WHERE d.attended IN ('yes', 'late') GROUP BY g.person_id, g.good""",
        "contacts that the person came to, by the good that their goal serves",
    )
    steps = steps.then(
        "spent",
        """SELECT person_id, good, sum(CASE WHEN kind = 'refund' THEN -amount ELSE amount END) AS pounds
        FROM spend WHERE good IS NOT NULL GROUP BY person_id, good""",
        "money spent for each good, less refunds",
    )
    return steps.then(
        "answered",
        """SELECT l.person_id, l.place_id, l.good, l.importance, l.attainment, l.gap, a.goal_id,
            coalesce(a.achieved, 0) AS achieved, coalesce(d.contacts, 0) AS contacts, coalesce(s.pounds, 0) AS pounds
        FROM lacked l LEFT JOIN aimed a ON a.person_id = l.person_id AND a.good = l.good
            LEFT JOIN delivered d ON d.person_id = l.person_id AND d.good = l.good
            LEFT JOIN spent s ON s.person_id = l.person_id AND s.good = l.good""",
        "who lacked what, and what was done about it",
    )


def need_steps(lacking: int = LACKING) -> Steps:
    """The pipeline behind `needs`: `need` has one row for each good and place where people rated it."""
    return (
        gap_steps(lacking)
        .then(
            "asked",
            "SELECT place_id, good, count(*) AS people FROM rated GROUP BY place_id, good",
            "how many people rated each good in each place",
        )
        .then(
            "need",
            """SELECT k.place_id, k.good, k.people, count(a.person_id) AS lacking, coalesce(avg(a.gap), 0) AS mean_gap,
            CAST(coalesce(sum(CASE WHEN a.contacts > 0 OR a.pounds > 0 OR a.achieved = 1
                THEN 1 ELSE 0 END), 0) AS BIGINT) AS met,
            CAST(coalesce(sum(a.contacts), 0) AS BIGINT) AS contacts, coalesce(sum(a.pounds), 0) AS pounds
        FROM asked k LEFT JOIN answered a ON a.place_id IS NOT DISTINCT FROM k.place_id AND a.good = k.good
        GROUP BY k.place_id, k.good, k.people ORDER BY k.place_id, k.good""",
            "need by good and place: how many rated, lacked, and were helped",
        )
    )
