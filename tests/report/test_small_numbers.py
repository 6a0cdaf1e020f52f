"""Threads whose groups are small: what the page leaves out."""

import re
from decimal import Decimal

import pytest
from html_kit import Page

from resettle.report.page import thread_page
from resettle.report.reach import reach
from resettle.report.trails import Trails
from resettle.thread.run import ThreadRun


@pytest.fixture
def render():
    def make(run, **changes):
        connection = reach(run.graph)
        try:
            return Page(thread_page(run.result.model_copy(update=changes), Trails(connection)))
        finally:
            connection.close()

    return make


def test_an_effect_of_small_groups_is_not_shown(maryland_run, render):
    effect = maryland_run.result.effect
    small = effect.model_copy(update={"treated": effect.treated.model_copy(update={"n": 26, "events": 8})})
    found = render(maryland_run, effect=small)
    assert "Fewer than 10 people are on one side of the result" in found.text
    assert "-8.33" not in found.text and "22.2% of" not in found.text and "22.2222" not in found.text
    assert "effect:maryland-aid" in found.ids


def test_a_small_payment_line_shows_neither_number_nor_count(synthetic_run, render):
    statement = synthetic_run.result.statement
    lines = [x for x in statement.lines if x.rule == "unit_tariff" and len(x.evidence) >= 20 and x.id.endswith("-gmca")]
    small = lines[0].model_copy(
        update={
            "evidence": lines[0].evidence[:3],
            "quantity": Decimal(3),
            "amount": Decimal("271.80"),
            "why": "3 verified outcomes",
        }
    )
    changed = statement.model_copy(update={"lines": tuple(small if x.id == small.id else x for x in statement.lines)})
    found = render(synthetic_run, statement=changed)
    assert "271.80" not in found.text and not re.search(r"\b3 verified outcomes", found.text)
    assert "Lines about fewer than 10 people are not shown with their numbers." in found.text
    quantities = dict(zip(found.column("Line"), found.column("How much"), strict=True))
    assert quantities[small.id] == "fewer than 10"
    assert sum(q == "fewer than 10" for q in quantities.values()) > 1


def test_needs_of_small_places_are_not_shown(synthetic_run, render):
    needs = synthetic_run.result.needs
    small = needs.model_copy(
        update={
            "needs": tuple(n.model_copy(update={"people": 9, "lacking": 5, "met": 2, "unmet": 3}) for n in needs.needs)
        }
    )
    found = render(synthetic_run, needs=small)
    assert "No group is large enough for need to be shown." in found.text
    assert set(found.column("Lack it")) == {"–"}


def test_hidden_results_still_have_their_anchors(synthetic_run, render):
    needs = synthetic_run.result.needs
    small = needs.model_copy(update={"needs": tuple(n.model_copy(update={"lacking": 5}) for n in needs.needs)})
    ids = set(render(synthetic_run, needs=small).ids)
    assert {
        i
        for i in ThreadRun(synthetic_run.result, synthetic_run.graph).graph.nodes["id"].to_pylist()
        if i[:5] == "need:"
    } <= ids
