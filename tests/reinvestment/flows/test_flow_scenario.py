"""Scenario files with faults: one clear error each, with its line and what to do."""

import re

import pytest

from resettle.errors import BadInput
from resettle.reinvestment.flows.memory import check_memory, memory_needed
from resettle.reinvestment.flows.run import Job
from resettle.reinvestment.flows.scenario import Scenario, read_scenario
from resettle.reinvestment.project import prepare

FILE = """id = "made"
title = "Made"
place = "Somewhere"
start = 2025-01-01
months = 24
draws = 10

[[state]]
name = "custody_1_to_4_years"
stock = 1200
stay = { mean = 12 }
ends = { licence = 0.6, settled = 0.4 }

[[state]]
name = "licence"
stock = 500
stay = { mean = 10 }
ends = { settled = 1.0 }

[[state.event]]
to = "offence"
share = { value = 0.3, low = 0.2, high = 0.4 }

[[state]]
name = "settled"

[[decision]]
name = "offence"
to = { custody_1_to_4_years = 0.1, settled = 0.9 }

[[inflow]]
to = "offence"
people = 900

[[places]]
name = "Here"
share = 0.4

[[places]]
name = "There"
share = 0.6

[[service]]
name = "mentoring"
typed = { hazard_ratio = 0.9, low = 0.8, high = 1.01, source = "made" }

[[lever]]
kind = "service_coverage"
name = "cover"
service = "mentoring"
start = 2025-06-01
coverage = 0.5

[[target]]
name = "prison"
at = 2025-06-01
value = 1200
error = 50
"""


def faults(tmp_path, *changes):
    text = FILE
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    file = tmp_path / "scenario.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(BadInput) as caught:
        prepare(file)
    assert len(caught.value.problems) == 1, caught.value.problems
    told = caught.value.problems[0]
    assert told.file == str(file) and told.row and told.column and told.do, told
    return str(told)


def test_the_file_is_sound_as_it_stands(tmp_path):
    file = tmp_path / "scenario.toml"
    file.write_text(FILE, "utf-8")
    assert isinstance(read_scenario(file), Scenario)


BAD = [
    (("licence = 0.6", "licence = 0.7"), "line 12, state.1.ends: the shares must add up to 1; they add up to 1.1. Correct the value."),
    (("licence = 0.6, settled = 0.4", "licence = 60, settled = 40"), "they add up to 100. Write 35 % as 0.35."),
    (("licence = 0.6", "licence = -0.6"), "the share of licence must be a number of at least 0 (found '-0.6')"),
    (("licence = 0.6, settled = 0.4", "licence = true"), "the share of licence must be a number of at least 0 (found 'True')"),
    (("licence = 0.6, settled", "license = 0.6, settled"), "no such state or decision (found 'license'). Did you mean 'licence'?"),
    (("stock = 1200", "stock = -1200"), "line 10, state.1.stock: must not be negative"),
    (("stock = 1200", 'stock = { figure = "flows.nothing" }'), "line 10, state.1.stock.figure: no such figure: flows.nothing"),
    (("stock = 1200", 'stock = { figure = "flows.prison_population", period = "30 June 2052" }'), "no such period (found '30 June 2052'). Did you mean '30 June 20"),
    (("stock = 1200", "stock = { value = 1e14, low = 1e13, high = 1e15 }"), "line 10, state.1.stock: more people than there can be (found '1e+15')"),
    (("stay = { mean = 12 }", "stay = { mean = 1e9 }"), "line 11, state.1.stay.mean: a stay of more than 100 years"),
    (("people = 900", "people = 1e12"), "inflow.1.people: more people than there can be"),
    (("coverage = 0.5", "coverage = 35"), "lever.1.coverage: a share is at most 1 (found '35'). Write 35 % as 0.35."),
    (("coverage = 0.5", "coverage = { value = 0.5, low = 0.4, high = 60 }"), "a share is at most 1 (found '60')"),
    (('source = "made" }', 'source = "made" }\ncoverage = 40'), "service.1.coverage: a share is at most 1 (found '40')"),
    (("hazard_ratio = 0.9, low = 0.8, high = 1.01", "hazard_ratio = 90, low = 80, high = 101"), "service.1.typed.high: Input should be less than or equal to 100"),
    (("stock = 1200", "stock = { value = 1200, low = 1300, high = 1400 }"), "the value must lie between low and high"),
    (("stock = 1200", "stock = { value = 1200, low = 1000 }"), "a range needs both low and high"),
    (("start = 2025-06-01", "start = 2030-06-01"), "lever.1.start: lever cover starts outside the months that are projected (found '2030-06-01'). 24 months are projected from 2025-01-01"),
    (("start = 2025-06-01", "start = 2025-06-15"), "lever.1.start: lever cover has a date that is not the first of a month (found '2025-06-15'). Write 2025-06-01."),
    (("start = 2025-06-01", "start = 2025-06-01\nuntil = 2025-03-01"), "a lever must end after it starts"),
    (("coverage = 0.5", 'coverage = 0.5\nplaces = ["Hree"]'), "a place that the scenario does not have (found 'Hree'). Did you mean 'Here'?"),
    (('service = "mentoring"', 'service = "mentorin"'), "a service that the scenario does not have (found 'mentorin'). Did you mean 'mentoring'?"),
    (("share = 0.6", "share = 0.5"), "the shares of places must add up to 1; they add up to 0.9"),
    (('name = "There"\nshare = 0.6', 'name = "There"\nshare = 0.6\n\n[[places]]\nname = "Nowhere"\nshare = 0.0'), "places.3.share: a place has no people (found 'Nowhere'). Take it out, or give it a share."),
    (("low = 0.8, ", ""), "service.1.typed.low: missing key. Add `low`."),
    (("low = 0.8, high = 1.01", "low = 0.9, high = 0.9"), "the hazard ratio must lie inside its interval"),
    (("typed = {", 'effect = "none.json"\ntyped = {'), "either the file of an evaluation result or a typed effect"),
    (('kind = "service_coverage"', 'kind = "service_cover"'), "lever.1"),
    (('name = "licence"\nstock', 'name = "licenced"\nstock'), "not one of the known values"),
    (("share = { value = 0.3, low = 0.2, high = 0.4 }", "share = 1.0"), "line 22, state.2.event.1.share: the share with an event must be under 1 (found '1'). Write 35 % as 0.35."),
    (("stay = { mean = 12 }", "stay = { mean = 0.5 }"), "a stay is at least one month end"),
    (("stay = { mean = 12 }", "stay = { shares = [0.5, 0.4] }"), "the shares by month must be at least 0 and add up to 1"),
    (("stay = { mean = 12 }\n", ""), "a stay needs `ends`"),
    (('to = { custody_1_to_4_years = 0.1, settled = 0.9 }', "to = { offence = 0.1, settled = 0.9 }"), "decision.1.to: decisions go round in a circle: offence. Let one of them lead to a state."),
    (('name = "settled"\n\n[[decision]]', 'name = "dead"\n\n[[decision]]'), "people are sent to settled, which has no [[state]] block"),
    (('[[state]]\nname = "settled"', '[[state]]\nname = "settled"\n\n[[state]]\nname = "settled"'), "state.4.name: two states have the same name (found 'settled')"),
    (("at = 2025-06-01\nvalue", "at = 2035-06-01\nvalue"), "target.1.at: target prison is outside the months that are projected (found '2035-06-01')"),
    (('[[target]]\nname = "prison"', '[[target]]\nname = "prisn"'), "target.1.name: no such state or flow for a target (found 'prisn'). Did you mean 'prison'?"),
    (("people = 900", "people = -900"), "must not be negative"),
    (("people = 900", "quarters = [100, -1]"), "inflow.1.quarters.2: Input should be greater than or equal to 0 (found '-1')"),
    (("months = 24", "months = 0"), "greater than or equal to 1"),
    (("title =", "tittle ="), "title"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "message"), BAD, ids=[message[:40] for _, message in BAD])
def test_a_fault_is_told_once_and_clearly(tmp_path, change, message):
    if change[0] == "title =":
        file = tmp_path / "scenario.toml"
        file.write_text(FILE.replace(*change), "utf-8")
        with pytest.raises(BadInput) as caught:
            read_scenario(file)
        assert any("Did you mean 'title'" in str(p) for p in caught.value.problems)
        return
    assert re.search(re.escape(message), faults(tmp_path, change))


def test_an_unknown_agency_of_a_lever_is_an_unknown_key(tmp_path):
    told = faults(tmp_path, ("coverage = 0.5", 'coverage = 0.5\nagency = "polise"'))
    assert "unknown key" in told


def test_a_lever_that_needs_a_decision_says_so(tmp_path):
    told = faults_of_run(tmp_path, ('kind = "service_coverage"\nname = "cover"\nservice = "mentoring"\nstart = 2025-06-01\ncoverage = 0.5',
                                    'kind = "remand_use"\nname = "less remand"\nstart = 2025-06-01\nfactor = 0.8'))  # fmt: skip
    assert "lever less remand" in told
    assert "Add a [[decision]] block for charge" in told


def faults_of_run(tmp_path, change):
    from resettle.reinvestment.project import project

    file = tmp_path / "scenario.toml"
    file.write_text(FILE.replace(*change), "utf-8")
    with pytest.raises(BadInput) as caught:
        project(file)
    return str(caught.value)


@pytest.mark.parametrize(
    ("given", "message"),
    [({"before": 0.5}, "give either the release point before and after"),
     ({"before": 0.4, "after": 0.5}, 'set people = "arrivals"'),
     ({"before": 0.5, "after": 0.4, "days": 5}, "give either")],
)  # fmt: skip
def test_release_points_are_given_one_way_and_cannot_be_later_for_people_inside(given, message):
    from resettle.reinvestment.flows.levers import ReleasePoint

    with pytest.raises(ValueError, match=re.escape(message)):
        ReleasePoint.model_validate({"kind": "release_point", "name": "x", "start": "2025-01-01", **given})


def test_a_run_that_would_not_fit_into_memory_is_refused_before_it_starts(tmp_path):
    """10,000 draws on a small machine: the memory is asked before the run, and what would fit is said."""
    file = tmp_path / "scenario.toml"
    file.write_text(FILE, "utf-8")
    job: Job = prepare(file, draws=10_000).job
    need = memory_needed(job)
    check_memory(job, 2 * need)
    with pytest.raises(BadInput, match=r"would not fit .*10,000 draws need about .*Ask for at most [\d,]+ draws"):
        check_memory(job, need // 2)
    check_memory(job, None)


def test_the_memory_that_is_asked_for_is_enough(tmp_path):
    """The estimate is held against what numpy really took: without levers, and where stays change month by month in one place."""
    import tracemalloc

    from flow_kit import EFFECT, LEVERS, MENTORING, whole

    from resettle.reinvestment.flows.run import run

    file = tmp_path / "scenario.toml"
    file.write_text(FILE, "utf-8")
    phased = {**LEVERS[4], "phased_over": 12, "places": ["Here"]}
    changing = Job(whole(lever=[phased, LEVERS[5]], service=[MENTORING], months=24), EFFECT, 300)
    for job in (prepare(file, draws=3000).job, changing):
        tracemalloc.start()
        run(job)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < memory_needed(job) < 3 * peak


def test_a_run_is_freed_as_soon_as_it_is_over():
    """Without waiting for the garbage collector, which would let blocks of draws pile up."""
    import gc
    import weakref

    from flow_kit import system, whole

    from resettle.reinvestment.flows.cohort import Cohort

    gc.disable()
    try:
        cohort = Cohort(system(whole(months=14), 3))
        for _ in cohort.walk():
            pass
        seen = weakref.ref(cohort)
        del cohort
        assert seen() is None
    finally:
        gc.enable()
