"""The same job on Spark: the same numbers to the last bit, kept and taken up again like any other."""

import sys

import numpy as np
import pytest
from flow_kit import EFFECT, LEVERS, whole

from resettle.area.spark import start
from resettle.errors import BadInput
from resettle.reinvestment.flows import run as running
from resettle.reinvestment.flows.run import Job, run


@pytest.fixture(scope="module")
def cluster():
    """Spark on this machine, as `resettle project --spark` starts it."""
    return start()


@pytest.mark.spark
def test_persons_on_spark_are_the_same_persons(cluster, tmp_path):
    job = Job(whole(lever=LEVERS[:2], months=12), EFFECT, 5, "people")
    here = run(job)
    seen = []
    there = run(job, spark=True, folder=tmp_path, progress=lambda done, wanted: seen.append((done, wanted)))
    assert np.array_equal(here.baseline, there.baseline)
    assert np.array_equal(here.policy, there.policy)
    assert seen[-1] == (5, 5)
    assert len(list(tmp_path.rglob("*.npz"))) == 5
    again = run(job, spark=True, folder=tmp_path)
    assert np.array_equal(again.policy, here.policy)


@pytest.mark.spark
def test_cohorts_on_spark_give_the_same_numbers(cluster, monkeypatch):
    monkeypatch.setattr(running, "ROWS", 4)
    job = Job(whole(lever=LEVERS[:3]), EFFECT, 7)
    here, there = run(job), run(job, spark=True)
    assert np.array_equal(here.baseline, there.baseline)
    assert np.array_equal(here.policy, there.policy)


def test_without_spark_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(BadInput, match=r"Spark is not installed"):
        run(Job(whole(months=3), EFFECT, 2), spark=True)
