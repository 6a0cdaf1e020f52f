"""Threads whose groups are small: what the page leaves out."""

import re
from decimal import Decimal

import pytest
from html_kit import Page

from resettle.commissioning.statement import Line
from resettle.money import show
from resettle.report.blocks import anchor
from resettle.report.front import front_sentence
from resettle.report.notes import OTHER, UNPAID, WHERE, published_notes
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


def shrunk(effect):
    """The same effect with eight events among the treated: too few to be shown."""
    return effect.model_copy(update={"treated": effect.treated.model_copy(update={"n": 26, "events": 8})})


def test_an_effect_of_small_groups_is_not_shown(maryland_run, render):
    effect = maryland_run.result.effect
    found = render(maryland_run, effect=shrunk(effect))
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
    assert quantities[small.id] == "not shown"
    assert sum(q == "not shown" for q in quantities.values()) > 1


def test_needs_of_small_places_are_not_shown(synthetic_run, render):
    needs = synthetic_run.result.needs
    small = needs.model_copy(
        update={
            "needs": tuple(n.model_copy(update={"people": 9, "lacking": 5, "met": 2, "unmet": 3}) for n in needs.needs)
        }
    )
    found = render(synthetic_run, needs=small)
    ids = {f"need:{n.place or 'unknown'}/{n.good}" for n in needs.needs}
    assert small.published().totals
    assert all(n.people is None and n.lacking is None for n in small.published().needs)
    assert len(ids) == len(needs.needs)
    one = small.model_copy(update={"needs": small.needs[:1]})
    found = render(synthetic_run, needs=one)
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


@pytest.fixture
def hidden_effect(maryland_run, synthetic_run):
    """Two threads whose effect may not be shown: one that pays for it alone, one that pays, saves and reinvests."""
    runs = maryland_run, synthetic_run
    return [(run, run.result.model_copy(update={"effect": shrunk(run.result.effect)})) for run in runs]


def numbers_of(thread):
    """Every number on a page that an effect could be worked out from, as the page would write it."""
    currency, lines = thread.statement.currency, thread.statement.lines
    paid = [x for x in lines if any(e.startswith("effect:") for e in x.evidence)]
    assert paid
    yield from (show(x.amount, currency) for x in paid if x.amount)
    yield from (x.why for x in paid)
    yield f"{100 * thread.effect.estimate:+.2f}"
    yield f"{100 * thread.effect.interval.low:+.1f}"
    if thread.statement.total:
        yield show(thread.statement.total, currency)
    yield from (show(t.amount, currency, pence=False) for t in thread.savings.totals if abs(t.amount) > 1000)
    yield from (show(s.amount, currency, pence=False) for s in thread.savings.savings if abs(s.amount) > 1000)
    yield from (show(a.pounds, currency) for a in thread.allocations.allocations)
    yield from (f"{m.reoffenders_low:,.1f} to {m.reoffenders_high:,.1f}" for m in thread.projection.months)


def test_nothing_that_rests_on_a_hidden_effect_gives_it_away(hidden_effect, render):
    for run, thread in hidden_effect:
        open_, found = render(run), render(run, effect=thread.effect)
        numbers = list(numbers_of(run.result))
        assert sum(n in open_.text for n in numbers) > 10
        assert not [n for n in numbers if n in found.text]
        assert "Fewer people who reoffend" not in found.text and "whole step" not in found.text
        hidden = 2 + thread.effect.disputed  # two sections, and the note that names the tests
        assert found.text.count("Not shown: the numbers would give a small group away.") == hidden
        assert dict(zip(found.column("Line"), found.column("Owed"), strict=True))["All lines"] == "not shown"


def test_the_results_of_a_hidden_effect_keep_their_anchors(hidden_effect, render):
    for run, thread in hidden_effect:
        ids = render(run, effect=thread.effect).ids
        wanted = [i for i in run.graph.nodes["id"].to_pylist() if i.split(":")[0] in ("saving", "allocation", "line")]
        assert wanted and {anchor(i) for i in wanted} <= set(ids) and len(ids) == len(set(ids))


def test_what_you_can_say_claims_no_number_of_a_hidden_effect(hidden_effect):
    from resettle.report.claims import claims

    for run, thread in hidden_effect:
        assert any(re.search(r"\d", claim) for claim in claims(run.result).can)
        assert claims(thread).can and not [c for c in claims(thread).can if re.search(r"\d", c)]
        assert not [c for c in claims(thread).cannot if "percentage points" in c]
        assert not re.search(r"[\d£$]", front_sentence(thread).removeprefix(thread.study.question))


def test_a_cap_on_a_hidden_line_says_nothing(maryland_run, render):
    statement = maryland_run.result.statement
    rate = next(x for x in statement.lines if x.rule == "outcome_rate")
    cap = Line(
        id="L9", rule="cap", label="Cap on the contract", quantity=Decimal(1), unit="limit", price=Decimal("-12.34"),
        amount=Decimal("-12.34"), payer=rate.payer, payee=rate.payee, period="p", evidence=(f"line:{rate.id}",),
        inputs={"cap": "777.00", "before": "789.34", "cut": "12.34"}, why="£789.34 was earned, so £12.34 is taken off.",
    )  # fmt: skip
    changed = statement.model_copy(update={"lines": (*statement.lines, cap)})
    assert "£789.34" in render(maryland_run, statement=changed).text
    found = render(maryland_run, statement=changed, effect=shrunk(maryland_run.result.effect)).text
    assert "12.34" not in found and "789.34" not in found
    assert "cap: the most that is paid" in found and "£777.00" in found


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("Goals: 12 outcomes not paid for want of verification (3 not verified, 9 other).", [UNPAID, WHERE]),
        ("7 outcomes set aside: too late.", [UNPAID, WHERE]),
        ("Class 2 people are left out.", [OTHER, WHERE]),
        ("Goals: 12 outcomes not paid, of £5,000.50 or 2.5%.", None),
        ("At least £5,000 is paid in all, when it ends, on 5 March 2025.", None),
    ],
)
def test_notes_with_small_numbers_are_replaced(maryland_run, note, expected):
    statement = maryland_run.result.statement.model_copy(update={"notes": (note,)})
    thread = maryland_run.result.model_copy(update={"statement": statement})
    assert published_notes(thread) == (expected or [note])


def test_notes_do_not_give_the_tests_of_a_hidden_effect_away(maryland_run):
    thread = maryland_run.result
    assert any("p = 0.0" in note for note in published_notes(thread))
    small = thread.model_copy(update={"effect": shrunk(thread.effect)})
    assert not any("p = " in note for note in published_notes(small))


def test_every_need_has_a_row_and_a_node_whether_somebody_lacks_it_or_not(synthetic_run, render):
    needs = synthetic_run.result.needs
    rows = {f"need:{n.place or 'unknown'}/{n.good}" for n in needs.needs}
    assert rows <= set(synthetic_run.graph.nodes["id"].to_pylist())
    none = needs.model_copy(update={"needs": tuple(n.model_copy(update={"lacking": 0}) for n in needs.needs)})
    assert {anchor(i) for i in rows} <= set(render(synthetic_run, needs=none).ids)


def test_a_total_is_given_only_where_it_does_not_give_the_number_of_a_place_away(synthetic_run, render):
    needs = synthetic_run.result.needs
    one = next(n for n in needs.needs if n.place)
    whole = {"people": 100, "lacking": 60, "met": 30, "unmet": 30, "contacts": 0, "pounds": Decimal(0)}
    places = [one.model_copy(update={**whole, "place": place}) for place in ("a", "b")]
    full = render(synthetic_run, needs=needs.model_copy(update={"needs": tuple(places)}))
    assert full.column("Not reached") == ["60", "30", "30"]
    places[1] = places[1].model_copy(update={"met": 55, "unmet": 5})
    part = render(synthetic_run, needs=needs.model_copy(update={"needs": tuple(places)}))
    assert part.column("Not reached") == ["35", "–", "–"] and part.column("Lack it") == ["120", "60", "60"]
    assert "0 of 0" not in part.text


def test_what_a_contract_pays_for_lists_tiers_and_caps(carolina_run, maryland_run, render):
    rate = next(x for x in carolina_run.result.statement.lines if x.rule == "outcome_rate")
    tiers = [text for key, text in rate.inputs.items() if key.startswith("tier_")]
    found = render(carolina_run)
    prices = dict(zip(found.column("What for"), found.column("Price"), strict=False))
    assert len(tiers) == 3 and len([name for name in prices if "percentage points better" in name]) == 3
    assert {show(Decimal(t.split(": ")[1]), "GBP") for t in tiers} <= set(prices.values())
    for run in (carolina_run, maryland_run):
        assert not [p for p in render(run).column("Price") if p.startswith(("-", "−"))]
