"""The links of a thread: who and what led to which payment, saving and reinvestment, each with its share and its reason."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from resettle.area import Area, Steps
from resettle.commissioning.contract import Contract
from resettle.commissioning.statement import Line
from resettle.evidence.people import study_steps
from resettle.evidence.study import Study
from resettle.goodlives.gaps import gap_steps
from resettle.money import show
from resettle.reinvestment.rounds.allocate import Allocation
from resettle.result import Link
from resettle.thread.graph import Graph, counted, gather_tables, link_table, node_table
from resettle.thread.records import person_links, person_nodes

if TYPE_CHECKING:
    import pyarrow as pa

    from resettle.thread.thread import Thread


def link(area: Area, thread: Thread, contract: Contract, study: Study) -> Graph:
    """All nodes and links of a thread: those of single people from the area by SQL, those of results from the thread."""
    steps = study_steps(area, study, study.own_clock)
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

    def name_of(id: str | None) -> str:
        return thread.names.get(id, id) if id else "a place not known"

    for saving in savings.savings:
        words = (
            f"{saving.label}, {saving.agency}, year {saving.year}: {show(saving.amount, savings.currency)} {saving.kind} "
            f"(95% interval {saving.interval.low:,.0f} to {saving.interval.high:,.0f}; {savings.label})."
        )
        yield f"saving:{saving.id}", f"{saving.label}, year {saving.year}", words, saving.amount
    for allocation in thread.allocations.allocations:
        place, good = name_of(allocation.place), allocation.good.replace("_", " ")
        yield (
            f"allocation:{allocation.id}",
            f"{good} in {place}, round {allocation.round}",
            allocation_words(thread, allocation),
            allocation.pounds,
        )
    for need in thread.needs.needs:
        place, good = name_of(need.place), need.good.replace("_", " ")
        yield (
            f"need:{need.place or 'unknown'}/{need.good}",
            f"{good} in {place}",
            f"What people in {place} say of {good}: how many lack it.",
            None,
        )


DIRECTLY = "the effect, times the people reached, times what each reoffence costs or uses"
THROUGH_FLOWS = (
    "the effect, shrunk and fading, on the people whom the scenario reaches, through the flows of the whole system"
)


def allocation_words(thread: Thread, allocation: Allocation) -> str:
    """One allocation in a sentence: what for, where, when, by which rule, and what it could use or buys."""
    place = thread.names.get(allocation.place or "", allocation.place or "a place not known")
    service = thread.names.get(allocation.service, allocation.service)
    people = counted(allocation.units or 0, "person")
    uses = f"it could use {service}" if allocation.units is None else f"it buys {service} for {people}"
    pounds, good = show(allocation.pounds, thread.savings.currency), allocation.good.replace("_", " ")
    rounds = thread.macro.rounds.rounds if thread.macro else ()
    when = next((f", in {one.on:%B %Y}" for one in rounds if one.number == allocation.round), "")
    return f"{pounds} to {good} in {place}{when}, {allocation.rule}; {uses}."


def result_links(area: Area, thread: Thread, contract: Contract) -> Iterable[Link]:
    """The links between results: from contract, outcomes and effect to lines, from effect and lines to savings, and on
    to allocations and needs. Pounds of a saving flow from the effect alone; lines are named beside it, without a share.
    """
    lines = {f"line:{line.id}": line for line in thread.statement.lines}
    for into, line in lines.items():
        earned = earned_by(line, lines, f"contract:{contract.id}")
        if f"contract:{contract.id}" not in earned:
            yield Link(from_id=f"contract:{contract.id}", to_id=into, share=None, why=f"by the rule {line.rule}")
        for evidence, share in earned.items():
            yield Link(from_id=evidence, to_id=into, share=share, why="what the rule read")
    through = THROUGH_FLOWS if thread.macro else DIRECTLY
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
            why=through,
        )
    for allocation in thread.allocations.allocations:
        for saving_id, share in allocation.savings.items():
            yield Link(
                from_id=f"saving:{saving_id}",
                to_id=f"allocation:{allocation.id}",
                share=share,
                why="cashable pounds, in the order in which they came"
                if thread.macro
                else "cashable pounds of this year",
            )
        yield Link(
            from_id=f"allocation:{allocation.id}",
            to_id=f"need:{allocation.place or 'unknown'}/{allocation.good}",
            share=None,
            why="goes to what people said they lack",
        )


def earned_by(line: Line, lines: dict[str, Line], contract: str) -> dict[str, float]:
    """What earned a line, with shares that add up to one: its evidence in equal parts, or the contract where it has none.

    A limit cuts or tops up other lines: it is earned by what earned them, in proportion to their amounts.
    """
    limited = {name: abs(float(lines[name].amount)) for name in line.evidence if name in lines}
    if not limited:
        return {name: 1 / len(line.evidence) for name in line.evidence} if line.evidence else {contract: 1.0}
    total = sum(limited.values())
    shares: dict[str, float] = {}
    for name, amount in limited.items():
        part = amount / total if total else 1 / len(limited)
        for evidence, share in earned_by(lines[name], lines, contract).items():
            shares[evidence] = shares.get(evidence, 0.0) + part * share
    return shares
