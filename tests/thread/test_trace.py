"""Every pound reaches records, every link has two ends, and a trace adds up to the pound."""

from collections import defaultdict

import pytest

from resettle.errors import BadInput
from resettle.thread.graph import STATIONS, Graph
from resettle.thread.trace import Trace, lines_of, trace


def edges(graph: Graph):
    return graph.links.to_pylist()


def test_links_are_closed(run):
    """Nothing points nowhere, no node is there twice, and every link leads onwards (so there is no cycle)."""
    ids = run.graph.nodes["id"].to_pylist()
    assert len(ids) == len(set(ids))
    known = set(ids)
    for link in edges(run.graph):
        assert link["from_id"] in known, link
        assert link["to_id"] in known, link
        assert STATIONS[link["from_id"].split(":")[0]][1] < STATIONS[link["to_id"].split(":")[0]][1], link
        assert link["why"]


def test_every_payment_line_saving_and_reinvestment_reaches_records(run):
    """Walked in plain Python, not by `trace`."""
    causes = defaultdict(list)
    for link in edges(run.graph):
        causes[link["to_id"]].append(link["from_id"])
    starts = [i for i in run.graph.nodes["id"].to_pylist() if i.startswith(("line:", "saving:", "allocation:"))]
    assert starts
    for start in starts:
        seen, todo = set(), [start]
        while todo:
            here = todo.pop()
            if here not in seen:
                seen.add(here)
                todo += causes[here]
        assert any(i.startswith("person:") for i in seen), start


def test_shares_into_each_result_add_up_to_one(run):
    into = defaultdict(float)
    for link in edges(run.graph):
        if link["share"] is not None:
            into[link["to_id"]] += link["share"]
    for name, total in into.items():
        assert total == pytest.approx(1.0, abs=1e-9), name


def test_a_pound_traced_back_to_people_adds_up_to_the_pound(run):
    for line in run.result.statement.lines[:4]:
        found = trace(run.graph, f"line:{line.id}")
        people = next(stop for stop in found.causes if stop.kind == "person")
        assert people.share == pytest.approx(1.0, abs=1e-9)
        assert people.count >= 10


def test_a_person_traced_forward_gets_the_same_pounds_as_the_line_traced_back(run):
    line = next((line for line in run.result.statement.lines if line.amount), run.result.statement.lines[0])
    back = trace(run.graph, f"line:{line.id}", examples=3)
    for person in next(stop for stop in back.causes if stop.kind == "person").examples:
        forward = trace(run.graph, person.id, examples=100)
        payments = next(stop for stop in forward.consequences if stop.kind == "line")
        assert next(p for p in payments.examples if p.id == f"line:{line.id}").pounds == person.pounds


def test_a_saving_leads_on_to_the_goods_that_people_said_they_lacked(runs):
    graph = runs["greater-manchester"].graph
    cash = [i for i in graph.nodes["id"].to_pylist() if i.startswith("allocation:")]
    if cash:
        found = trace(graph, cash[0])
        assert {stop.kind for stop in found.causes} >= {"saving", "effect", "line", "person", "service", "contract"}
        assert [stop.kind for stop in found.consequences] == ["need"]
    need = next(i for i in graph.nodes["id"].to_pylist() if i.startswith("need:"))
    assert any(stop.kind == "person" for stop in trace(graph, need).causes)


def test_a_trace_reads_well_and_can_be_written_and_read_back(runs):
    found = trace(runs["maryland"].graph, "person:M004")
    assert Trace.from_json(found.to_json()) == found
    text = "\n".join(lines_of(found))
    assert "line:L1 [£231.48]" in text
    assert "person:M004" in found.sentence
    assert len(found.table()) > 3


@pytest.mark.parametrize(
    ("id", "message"),
    [
        ("person:M999", "For example: person:M001"),
        ("line:L9", "line:L1"),
        ("nonsense", "An id starts with its kind"),
        ("plan:P1", "This thread has no plan"),
        ("", "An id starts with its kind"),
    ],
)
def test_an_unknown_id_says_what_there_is(runs, id, message):
    with pytest.raises(BadInput, match=message):
        trace(runs["maryland"].graph, id)


def test_a_folder_that_is_no_thread_is_refused(tmp_path):
    with pytest.raises(BadInput, match="not the folder of a thread"):
        trace(tmp_path, "person:M001")
