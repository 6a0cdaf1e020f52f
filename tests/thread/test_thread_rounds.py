"""The thread on the flows of the whole system: every reinvested pound leads back to people and on to goods and places."""

from decimal import Decimal

import pytest
from rounds_kit import documents, small_area, spoilt

from resettle.errors import BadInput
from resettle.reinvestment.flows.effects import log_ratio
from resettle.thread.run import make_thread
from resettle.thread.thread import Thread
from resettle.thread.trace import lines_of, trace


@pytest.fixture(scope="module")
def files(examples, tmp_path_factory):
    folder = tmp_path_factory.mktemp("rounds")
    return documents(examples, folder), small_area(folder)


@pytest.fixture(scope="module")
def made(files):
    return make_thread(files[0], area=files[1])


def test_the_effect_of_the_scenario_is_the_one_that_the_run_evaluates(made):
    found = made.result
    used = log_ratio(found.effect)
    assert f"log hazard ratio of {used.mean:.3f} (standard error {used.se:.3f})" in found.macro.fades
    assert "shrunk to 80%" in found.macro.fades and "fades by half every 12 months" in found.macro.fades
    assert not any("typed by hand" in note for note in found.macro.flows.notes)
    assert "scenarios" not in found.provenance.inputs
    assert set(found.provenance.inputs) >= {"greater-manchester.toml", "greater-manchester-votes.csv"}


def test_the_example_reaches_a_reinvestment_in_the_places_of_the_area(made):
    found = made.result
    assert found.savings.shown and found.savings.certain_cash > 0
    assert found.macro.rounds.held and found.allocations.allocations
    assert found.allocations.total == found.macro.rounds.spent
    assert found.allocations.total + found.allocations.left == found.savings.certain_cash
    places = {need.place for need in found.needs.needs}
    assert {a.place for a in found.allocations.allocations} <= places
    assert Thread.from_json(found.to_json()) == found


def test_every_reinvested_pound_traces_back_to_people_and_on_to_what_they_lack(made):
    total = Decimal(0)
    for one in made.result.allocations.allocations[:2]:
        found = trace(made.graph, f"allocation:{one.id}")
        by = {stop.kind: stop for stop in found.causes}
        assert {"saving", "effect", "line", "contract", "service", "participation", "person"} <= set(by)
        for kind in ("saving", "effect", "followed"):
            assert by[kind].share == pytest.approx(1.0, abs=1e-9), kind
        whole = trace(made.graph, f"allocation:{one.id}", examples=6_000) if total == 0 else None
        if whole:
            people = next(stop for stop in whole.causes if stop.kind == "person")
            assert float(sum(p.share for p in people.examples if p.share)) == pytest.approx(1.0, abs=1e-9)
        assert [stop.kind for stop in found.consequences] == ["need"]
        assert found.consequences[0].examples[0].id == f"need:{one.place}/{one.good}"
        total += found.start.pounds
    nodes = made.graph.nodes.to_pylist()
    assert sum(n["amount"] for n in nodes if n["kind"] == "allocation") == made.result.macro.rounds.spent


def test_a_person_traced_forwards_reaches_a_round_with_its_service_place_and_date(made):
    one = made.result.allocations.allocations[0]
    person = next(s for s in trace(made.graph, f"allocation:{one.id}").causes if s.kind == "person").examples[0]
    found = trace(made.graph, person.id, examples=1000)
    rounds = next(stop for stop in found.consequences if stop.kind == "allocation")
    assert f"allocation:{one.id}" in {reached.id for reached in rounds.examples}
    said = next(reached.sentence for reached in rounds.examples if reached.id == f"allocation:{one.id}")
    assert "it buys" in said and ", in July 20" in said and "by need" in said
    assert "through the flows of the whole system" in "\n".join(lines_of(trace(made.graph, f"allocation:{one.id}")))


@pytest.mark.slow
def test_the_same_files_and_seed_give_the_same_rounds(made, files):
    again = make_thread(files[0], area=files[1])
    assert again.result.to_json() == made.result.to_json()
    assert again.graph.links.equals(made.graph.links)


def test_a_larger_effect_frees_more_and_the_swings_say_so(made):
    swings = {one.about: one for one in made.result.macro.swings}
    assert set(swings) == {
        "the effect", "how many are reached", "how much of the effect carries over", "how fast the effect fades",
        "the discount rate", "the price index",
    }  # fmt: skip
    # The lower rate is the first end: more is left of later work.
    assert swings["the discount rate"].work_low > swings["the discount rate"].work_high
    for one in (swings[name] for name in swings if name not in ("the discount rate", "the price index")):
        assert one.work_high > one.work_low, one.about
        assert one.cash_high >= one.cash_low, one.about


def test_the_places_that_would_have_to_pool_free_what_all_free_together(made):
    for one in made.result.macro.pools:
        step = next(s for s in made.result.savings.steps if s.step == one.step)
        assert sum(member.freed for member in one.members) == pytest.approx(step.free, rel=1e-4, abs=1e-6)
        assert {member.name for member in one.members} == set(made.result.macro.flows.places)


def test_what_is_paid_is_what_the_contract_paid_for_each_person(made):
    found = made.result
    assert found.macro.each == pytest.approx(found.statement.total / found.effect.treated.n, abs=Decimal("0.01"))
    yearly = sum(found.macro.pays.values())
    assert float(yearly) == pytest.approx(
        12 * found.macro.starts * float(found.statement.total / found.effect.treated.n), rel=1e-6
    )
    cash, agencies, society = found.macro.worth
    assert cash.cost == agencies.cost == society.cost
    assert cash.benefit <= agencies.benefit <= society.benefit


@pytest.mark.parametrize(
    ("kind", "name", "old", "new", "message"),
    [
        ("runs", "greater-manchester-reinvestment.toml", 'service = "peer support"', 'service = "peer suport"', "Did you mean 'peer support'"),
        ("runs", "greater-manchester-reinvestment.toml", 'wing = "prison"', 'wing = "prisons"', "Did you mean 'prison'"),
        ("runs", "greater-manchester-reinvestment.toml", 'wing = "prison"', 'wings = "prison"', "Did you mean 'wing'"),
        ("runs", "greater-manchester-reinvestment.toml", "optimism = 0.1", "optimism = 40", "less than or equal to 5"),
        ("runs", "greater-manchester-reinvestment.toml", "sobol = 64", "sobol = 65", "a power of two"),
        ("runs", "greater-manchester-reinvestment.toml", "sobol = 64", 'neighbour = [{ step = "wings", name = "A", freed = 1, start = 2026-01-01, source = "b" }]', "Did you mean 'wing'"),
        ("runs", "greater-manchester-reinvestment.toml", "../menus/greater-manchester.toml", "../menus/none.toml", "no such file"),
        ("menus", "greater-manchester-votes.csv", "v01,", "v01,bus-to-the-moon\nv01,", "not on the menu"),
        ("appraisals", "greater-manchester.toml", "years = 5", "years = 6", "longer than the scenario"),
    ],
)  # fmt: skip
def test_documents_that_do_not_fit_are_one_clear_error(files, examples, tmp_path, kind, name, old, new, message):
    run = documents(examples, tmp_path)
    spoilt(tmp_path / kind / name, (old, new))
    with pytest.raises(BadInput) as caught:
        make_thread(run, area=files[1])
    assert message in " ".join(str(problem) for problem in caught.value.problems)


def test_a_run_splits_its_answer_from_each_point_of_view(made):
    found = made.result.macro
    assert [one.perspective for one in found.unsure] == ["cash", "agencies", "society"]
    for one, worth in zip(found.unsure, found.worth, strict=True):
        assert one.value.mean == pytest.approx(float(worth.value), abs=float(one.value.variance) ** 0.5)
        names = {index.name for index in one.value.indices}
        assert {"effect of peer support", "flows of the system"} <= names
        assert all(i.total_interval.low <= i.total <= i.total_interval.high for i in one.value.indices)


def test_a_run_that_does_not_say_is_split_only_where_the_extra_is_installed(monkeypatch):
    from resettle.thread import macro

    said = {"scenario": "s", "service": "p", "menu": "m"}
    assert macro.ReinvestmentBlock(**said).sample == macro.SAMPLE
    monkeypatch.setattr(macro, "find_spec", lambda name: None)
    assert macro.ReinvestmentBlock(**said).sample == 0
    assert macro.ReinvestmentBlock(**said, sobol=64).sample == 64
