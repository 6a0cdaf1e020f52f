"""The links of a thread: who and what led to which payment, saving and reinvestment, each with its share and its
reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from resettle.area import Area, Steps, literal, literals
from resettle.commissioning.contract import Contract
from resettle.evidence.clock import read_clock
from resettle.evidence.people import study_steps
from resettle.evidence.study import Study
from resettle.goodlives.gaps import gap_steps
from resettle.money import show
from resettle.result import Link

if TYPE_CHECKING:
    import pyarrow as pa

    from resettle.thread.run import Thread

Station = Literal[
    "person", "plan", "service", "contract", "outcome", "impact", "payment", "saving", "reinvestment", "good"
]

STATIONS: dict[str, tuple[Station, int]] = {
    "person": ("person", 0),
    "plan": ("plan", 1),
    "participation": ("service", 2),
    "service": ("service", 3),
    "contract": ("contract", 4),
    "followed": ("outcome", 5),
    "outcome": ("outcome", 5),
    "effect": ("impact", 6),
    "line": ("payment", 7),
    "saving": ("saving", 8),
    "allocation": ("reinvestment", 9),
    "need": ("good", 10),
}
"""Station and rank of each kind of node. A link always leads from a lower rank to a higher one, so the links have no
cycle.
"""


@dataclass(frozen=True)
class Graph:
    """`nodes` (id, kind, label, sentence, amount) and `links` (from_id, to_id, share, why), as Arrow tables sorted by
    id.
    """

    nodes: pa.Table
    links: pa.Table


def link(area: Area, thread: Thread, contract: Contract, study: Study) -> Graph:
    """All nodes and links of a thread: those of single people from the area by SQL, those of results from the thread."""
    steps = study_steps(area, study, read_clock(study.clock))
    nodes = [records(area, sql, steps) for sql in person_nodes(study)]
    links = [records(area, sql, steps) for sql in person_links(contract, study)]
    nodes.append(node_table(result_nodes(thread, contract)))
    links.append(link_table(result_links(area, thread, contract)))
    return Graph(gather_tables(nodes, ["id"]), gather_tables(links, ["from_id", "to_id"]))


def records(area: Area, sql: str, steps: Steps) -> pa.Table:
    """The rows of one query that may read the steps of the study and the gaps."""
    if "FROM lacked" in sql:
        return area.run(gap_steps().then("linked", sql, "links"))
    return area.run(steps.then("linked", sql, "links")) if "studied" in sql else area.query(sql)


def gather_tables(parts: list[pa.Table], order: list[str]) -> pa.Table:
    """One table of all parts with plain types, in a fixed order."""
    import pyarrow as pa

    names = parts[0].column_names
    columns = {"id", "kind", "label", "sentence", "from_id", "to_id", "why"}
    fields = [
        (n, pa.string() if n in columns else pa.float64() if n == "share" else pa.decimal128(18, 2)) for n in names
    ]
    return pa.concat_tables([p.rename_columns(names).cast(pa.schema(fields)) for p in parts]).sort_by(
        [(name, "ascending") for name in order]
    )


def person_nodes(study: Study) -> list[str]:
    """SQL of the nodes that stand for records of single people."""
    label = literal(study.programme.label)
    return [
        """SELECT 'person:' || p.person_id AS id, 'person' AS kind, 'Person ' || p.person_id AS label,
            'Person ' || p.person_id || coalesce(', living in ' || l.name, '') || '.' AS sentence, NULL AS amount
        FROM person p LEFT JOIN place l ON l.place_id = p.place_id""",
        """SELECT 'plan:' || p.plan_id, 'plan', 'Plan ' || p.plan_id, 'A plan that is ' || replace(p.status, '_', ' ')
            || coalesce(', with goals for ' || g.goods, '') || '.', NULL
        FROM plan p LEFT JOIN (SELECT plan_id, string_agg(DISTINCT replace(good, '_', ' '), ', ' ORDER BY replace(good, '_', ' ')) AS goods
            FROM goal GROUP BY plan_id) g ON g.plan_id = p.plan_id""",
        """SELECT 'participation:' || g.participation_id, 'participation', 'Participation ' || g.participation_id,
            CASE WHEN g.arm = 'comparison' THEN 'Assigned to the comparison group of ' || s.name
                WHEN g.started_on IS NULL THEN 'Referred to ' || s.name || ', never started'
                ELSE 'Started ' || s.name || ' on ' || g.started_on END || '.', NULL
        FROM programme g JOIN service s ON s.service_id = g.service_id""",
        """SELECT 'service:' || s.service_id, 'service', s.name, s.name || coalesce(', provided by ' || r.name, '') || '.', NULL
        FROM service s LEFT JOIN provider r ON r.provider_id = s.provider_id""",
        f"""SELECT 'followed:' || d.index_id, 'followed', 'Follow-up of ' || d.index_id,
            CASE WHEN d.treated = 1 THEN 'With ' || {label} ELSE 'In the comparison group' END || ': '
                || CASE WHEN d.reoffences = 0 THEN 'none counted' ELSE d.reoffences || ' counted, the first after ' || d.days_to_first || ' days'
                END || '.', NULL
        FROM studied d""",
        """SELECT 'outcome:' || o.outcome_id, 'outcome', 'Outcome ' || o.outcome_id, replace(o.outcome, '_', ' ') || ', observed on '
            || o.observed_on || coalesce(', verified on ' || o.verified_on, ', not verified') || ' (' || o.verification || ').', NULL
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
    first = "(SELECT person_id, service_id, min(participation_id) AS participation_id FROM programme GROUP BY person_id, service_id)"
    return [
        """SELECT 'person:' || person_id AS from_id, 'plan:' || plan_id AS to_id, 1.0 AS share, 'the person''s own plan' AS why FROM plan""",
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
        """SELECT 'participation:' || g.participation_id, 'followed:' || d.index_id, NULL, 'took part before or at the start of the follow-up'
        FROM studied d JOIN index_event e ON e.index_id = d.index_id JOIN programme g ON g.person_id = e.person_id
            AND g.index_id = d.index_id AND g.service_id IN (SELECT service_id FROM service)""",
        f"""SELECT 'followed:' || d.index_id, {effect}, CASE WHEN d.treated = 1 THEN 1.0 / sum(d.treated) OVER () ELSE 0.0 END,
            CASE WHEN d.treated = 1 THEN 'one of the people treated' ELSE 'one of the people compared with' END FROM studied d""",
        f"""SELECT CASE WHEN f.participation_id IS NULL THEN 'person:' || o.person_id ELSE 'participation:' || f.participation_id END,
            'outcome:' || o.outcome_id, 1.0, 'an outcome of this person' FROM outcome o LEFT JOIN {first} f
            ON f.person_id = o.person_id AND f.service_id = o.service_id AND f.service_id IN (SELECT service_id FROM service)""",
        """SELECT 'person:' || person_id, 'need:' || coalesce(place_id, 'unknown') || '/' || good, NULL,
            'said that it matters (' || importance || ' of 10) and is lacking (' || attainment || ' of 10)' FROM lacked""",
    ]


def result_nodes(thread: Thread, contract: Contract) -> Iterable[tuple[str, str, str, Decimal | None]]:
    """Id, label, sentence and amount of the nodes that are results."""
    yield (
        f"contract:{contract.id}",
        contract.title,
        f"{contract.title}, {contract.period.start} to {contract.period.end}.",
        None,
    )
    yield f"effect:{thread.effect.id}", thread.study.question, thread.effect.sentence, None
    for line in thread.statement.lines:
        yield f"line:{line.id}", line.label, line.why, line.amount
    savings = thread.savings
    for saving in savings.savings:
        words = (
            f"{saving.label}, {saving.agency}, year {saving.year}: {show(saving.amount, savings.currency)} {saving.kind} "
            f"(95% interval {saving.interval.low:,.0f} to {saving.interval.high:,.0f}; {savings.label})."
        )
        yield f"saving:{saving.id}", f"{saving.label}, year {saving.year}", words, saving.amount
    for allocation in thread.allocations.allocations:
        place, good = allocation.place or "place not known", allocation.good.replace("_", " ")
        yield (
            f"allocation:{allocation.id}",
            f"{good} in {place}, round {allocation.round}",
            f"{show(allocation.pounds, savings.currency)} to {good} in {place}, {allocation.rule}; it could use {allocation.service}.",
            allocation.pounds,
        )
    for need in thread.needs.needs:
        if need.lacking:
            place, good = need.place or "unknown", need.good.replace("_", " ")
            yield (
                f"need:{place}/{need.good}",
                f"{good} in {place}",
                f"People in {place} say that they lack {good}.",
                None,
            )


def result_links(area: Area, thread: Thread, contract: Contract) -> Iterable[Link]:
    """The links between results: from contract, outcomes and effect to lines, from effect and lines to savings, and on
    to allocations and needs. Pounds of a saving flow from the effect alone; lines are named beside it, without a share.
    """
    for line in thread.statement.lines:
        into = f"line:{line.id}"
        yield Link(
            from_id=f"contract:{contract.id}",
            to_id=into,
            share=None if line.evidence else 1.0,
            why=f"by the rule {line.rule}",
        )
        for evidence in line.evidence:
            yield Link(
                from_id=evidence, to_id=into, share=1 / len(line.evidence), why="the evidence that the rule read"
            )
    for saving in thread.savings.savings:
        for line in thread.statement.lines:
            yield Link(
                from_id=f"line:{line.id}",
                to_id=f"saving:{saving.id}",
                share=None,
                why="paid under the contract for the programme behind this saving",
            )
        yield Link(
            from_id=f"effect:{thread.effect.id}",
            to_id=f"saving:{saving.id}",
            share=1.0,
            why="the effect, times the people reached, times what each reoffence costs or uses",
        )
    for allocation in thread.allocations.allocations:
        for saving_id, share in allocation.savings.items():
            yield Link(
                from_id=f"saving:{saving_id}",
                to_id=f"allocation:{allocation.id}",
                share=share,
                why="cashable pounds of this year",
            )
        yield Link(
            from_id=f"allocation:{allocation.id}",
            to_id=f"need:{allocation.place or 'unknown'}/{allocation.good}",
            share=None,
            why="goes to what people said they lack",
        )


def node_table(nodes: Iterable[tuple[str, str, str, Decimal | None]]) -> pa.Table:
    """Result nodes as an Arrow table."""
    import pyarrow as pa

    rows: list[dict[str, Any]] = [
        {"id": i, "kind": i.split(":", 1)[0], "label": label, "sentence": sentence, "amount": amount}
        for i, label, sentence, amount in nodes
    ]
    schema = pa.schema(
        [
            ("id", pa.string()),
            ("kind", pa.string()),
            ("label", pa.string()),
            ("sentence", pa.string()),
            ("amount", pa.decimal128(18, 2)),
        ]
    )
    return pa.Table.from_pylist(rows, schema=schema)


def link_table(links: Iterable[Link]) -> pa.Table:
    """Result links as an Arrow table."""
    import pyarrow as pa

    schema = pa.schema(
        [("from_id", pa.string()), ("to_id", pa.string()), ("share", pa.float64()), ("why", pa.string())]
    )
    return pa.Table.from_pylist([link.model_dump() for link in links], schema=schema)
