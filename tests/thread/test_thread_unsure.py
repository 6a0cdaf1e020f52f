"""The split of what makes a reinvestment unsure: draws put together anew, and indices of answers that are known."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from rounds_kit import documents, small_area

from resettle.area import open_area
from resettle.reinvestment.flows.run import run
from resettle.reinvestment.project import prepare
from resettle.reinvestment.valuing import Flow
from resettle.thread.unsure import EACH, FLOWS, groups_of, net, unsure_values

SERVICE = "peer support"
WORTH = (SimpleNamespace(perspective="agencies", cost=3),)


@pytest.fixture(scope="module")
def files(examples, tmp_path_factory):
    folder = tmp_path_factory.mktemp("unsure")
    return documents(examples, folder), small_area(folder)


@pytest.fixture(scope="module")
def job(files):
    with open_area(files[1]) as area:
        ready = prepare(files[0].parent.parent / "scenarios/greater-manchester-peer-support.toml", area)
    scenario = ready.job.scenario.model_copy(update={"months": 24, "places": ready.job.scenario.places[:1]})
    return replace(ready.job, scenario=scenario, draws=24)


def worth_of(amounts):
    return (Flow("a", "police", "work", "fiscal", "capacity", None, 0, amounts),)


def offences(drawn, each):
    return worth_of(-drawn.change("offence").sum(axis=1))


def test_draws_in_their_own_places_are_the_run(job):
    rows = np.arange(job.draws)
    groups = groups_of(job, SERVICE)
    assert set(groups) == {
        "effect of peer support",
        "spread of the effect between places",
        "share of people reached",
        FLOWS,
    }
    found = net({**dict.fromkeys(groups, rows), EACH: rows}, job, groups, np.ones(job.draws), WORTH, offences)
    alone = -run(job).change("offence").sum(axis=1) - 3
    assert found[:, 0] == pytest.approx(alone, rel=1e-4, abs=1e-3)


def test_an_answer_that_rests_on_one_input_is_split_onto_it_alone(job):
    each = np.linspace(1, 4, job.draws)
    (found,) = unsure_values(job, SERVICE, each, WORTH, lambda drawn, each: worth_of(each), 64)
    total = {one.name: one.total for one in found.value.indices}
    assert total.pop(EACH) == pytest.approx(1, abs=0.1) and max(total.values()) == pytest.approx(0, abs=1e-9)
    # Two thirds of the draws of reoffences are below the cost of 3.
    assert found.chance_of_loss == pytest.approx(2 / 3, abs=0.03)
    assert found.loss.indices[0].name == EACH and found.value.runs == 64 * 7


def test_what_does_not_vary_is_not_split(job):
    (found,) = unsure_values(job, SERVICE, np.ones(job.draws), WORTH, lambda drawn, each: worth_of(each), 64)
    assert found.value is None and found.loss is None and found.chance_of_loss == 1
