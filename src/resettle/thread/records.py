"""The nodes and links of single people, as SQL over the area's tables and the steps of the study."""

from __future__ import annotations

from resettle.area import literal, literals
from resettle.commissioning.contract import Contract
from resettle.evidence.study import Study


def person_nodes(study: Study) -> list[str]:
    """SQL of the nodes that stand for records of single people."""
    label = literal(study.programme.label)
    return [
        """SELECT 'person:' || p.person_id AS id, 'person' AS kind, 'Person ' || p.person_id AS label,
            'Person ' || p.person_id || coalesce(', living in ' || l.name, '') || '.' AS sentence, NULL AS amount
        FROM person p LEFT JOIN place l ON l.place_id = p.place_id""",
        """SELECT 'plan:' || p.plan_id, 'plan', 'Plan ' || p.plan_id, 'A plan that is ' || replace(p.status, '_', ' ')
            || coalesce(', with goals for ' || g.goods, '') || '.', NULL
        FROM plan p LEFT JOIN (SELECT plan_id, string_agg(DISTINCT replace(good, '_', ' '), ', '
                ORDER BY replace(good, '_', ' ')) AS goods FROM goal GROUP BY plan_id) g ON g.plan_id = p.plan_id""",
        """SELECT 'participation:' || g.participation_id, 'participation', 'Participation ' || g.participation_id,
            CASE WHEN g.arm = 'comparison' THEN 'Assigned to the comparison group of ' || s.name
                WHEN g.started_on IS NULL THEN 'Referred to ' || s.name || ', never started'
                ELSE 'Started ' || s.name || ' on ' || g.started_on END || '.', NULL
        FROM programme g JOIN service s ON s.service_id = g.service_id""",
        """SELECT 'service:' || s.service_id, 'service', s.name, s.name || coalesce(', provided by ' || r.name, '') || '.', NULL
        FROM service s LEFT JOIN provider r ON r.provider_id = s.provider_id""",
        f"""SELECT 'followed:' || d.index_id, 'followed', 'Follow-up of ' || d.index_id,
            CASE WHEN d.treated = 1 THEN 'With ' || {label} ELSE 'In the comparison group' END || ': '
                || CASE WHEN d.reoffences = 0 THEN 'none counted'
                    ELSE d.reoffences || ' counted, the first after ' || d.days_to_first || ' days' END || '.', NULL
        FROM studied d""",
        """SELECT 'outcome:' || o.outcome_id, 'outcome', 'Outcome ' || o.outcome_id,
            replace(o.outcome, '_', ' ') || ', observed on ' || o.observed_on
                || coalesce(', verified on ' || o.verified_on, ', not verified') || ' (' || o.verification || ').', NULL
        FROM outcome o""",
    ]


def person_links(contract: Contract, study: Study) -> list[str]:
    """SQL of the links between records of single people, up to the service, the effect and the need.

    Shares follow one path, so that they add up: a person leads to a participation through their plan where the plan's
    goals had contacts with that service, and directly where not. People of the comparison group take part in the
    estimate with share 0.
    """
    services, effect = literals(contract.population.services), literal("effect:" + study.id)
    served = """(SELECT d.person_id, d.service_id, min(g.plan_id) AS plan_id FROM delivery d JOIN goal g ON g.goal_id = d.goal_id
        GROUP BY d.person_id, d.service_id)"""
    first = """(SELECT person_id, service_id, min(participation_id) AS participation_id FROM programme
        GROUP BY person_id, service_id)"""
    return [
        """SELECT 'person:' || person_id AS from_id, 'plan:' || plan_id AS to_id, 1.0 AS share,
            'the person''s own plan' AS why FROM plan""",
        f"""SELECT CASE WHEN v.plan_id IS NULL THEN 'person:' || g.person_id ELSE 'plan:' || v.plan_id END,
            'participation:' || g.participation_id, 1.0,
            CASE WHEN v.plan_id IS NULL THEN 'took part' ELSE 'a goal of the plan was worked on in this service' END
        FROM programme g LEFT JOIN {served} v ON v.person_id = g.person_id AND v.service_id = g.service_id
        WHERE g.service_id IN (SELECT service_id FROM service)""",
        """SELECT 'participation:' || participation_id, 'service:' || service_id,
            1.0 / count(*) OVER (PARTITION BY service_id), 'one of those who took part' FROM programme
        WHERE started_on IS NOT NULL AND service_id IN (SELECT service_id FROM service)""",
        f"""SELECT 'service:' || g.service_id, {literal("contract:" + contract.id)}, count(*) / sum(count(*)) OVER (),
            'the contract pays for this service, in proportion to starts'
        FROM programme g WHERE g.started_on IS NOT NULL AND g.service_id IN {services} GROUP BY g.service_id""",
        """SELECT 'person:' || e.person_id, 'followed:' || d.index_id, 1.0, 'what happened in the follow-up'
        FROM studied d JOIN index_event e ON e.index_id = d.index_id""",
        """SELECT 'participation:' || g.participation_id, 'followed:' || d.index_id, NULL,
            'took part before or at the start of the follow-up'
        FROM studied d JOIN index_event e ON e.index_id = d.index_id JOIN programme g ON g.person_id = e.person_id
            AND g.index_id = d.index_id AND g.service_id IN (SELECT service_id FROM service)""",
        f"""SELECT 'followed:' || d.index_id, {effect},
            CASE WHEN d.treated = 1 THEN 1.0 / sum(d.treated) OVER () ELSE 0.0 END,
            CASE WHEN d.treated = 1 THEN 'one of the people treated' ELSE 'one of the people compared with' END FROM studied d""",
        f"""SELECT CASE WHEN f.participation_id IS NULL THEN 'person:' || o.person_id
                ELSE 'participation:' || f.participation_id END, 'outcome:' || o.outcome_id, 1.0,
            'an outcome of this person' FROM outcome o LEFT JOIN {first} f
            ON f.person_id = o.person_id AND f.service_id = o.service_id
                AND f.service_id IN (SELECT service_id FROM service)""",
        """SELECT 'person:' || person_id, 'need:' || coalesce(place_id, 'unknown') || '/' || good, NULL,
            'said that it matters (' || importance || ' of 10) and is lacking (' || attainment || ' of 10)' FROM lacked""",
    ]
