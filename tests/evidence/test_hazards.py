"""Nelson-Aalen, restricted means and Aalen-Johansen against lifelines, R and brute force."""

import json
import subprocess

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import AalenJohansenFitter, KaplanMeierFitter, NelsonAalenFitter
from lifelines.datasets import load_rossi
from lifelines.utils import restricted_mean_survival_time

from resettle.evidence.clock import read_clock
from resettle.evidence.competing import Competing, TimeFree, competing, competing_steps, time_free
from resettle.evidence.hazards import (
    aalen_johansen,
    count_causes,
    hazard_interval,
    nelson_aalen,
    restricted_mean,
    share_interval,
)
from resettle.evidence.survival import count_days, kaplan_meier

people = st.lists(st.tuples(st.integers(1, 30), st.booleans()), min_size=2, max_size=50)
causes = st.lists(st.tuples(st.integers(1, 400), st.integers(0, 2)), min_size=3, max_size=40, unique_by=lambda p: p[0])


def columns(rows):
    return tuple(np.array(c, dtype=float) for c in zip(*rows, strict=True))


@settings(max_examples=25)
@given(people)
def test_nelson_aalen_equals_lifelines(rows):
    time, event = columns(rows)
    counts = count_days(time, event)
    hazard, variance = nelson_aalen(counts)
    assert (variance >= 0).all()
    # lifelines has the binomial variance where ours, as in R, is Aalen's.
    n, d = counts.at_risk, counts.events
    binomial = np.cumsum(d * (n - d) / n**3)
    fit = NelsonAalenFitter(nelson_aalen_smoothing=False).fit(time, event)
    assert hazard == pytest.approx(fit.cumulative_hazard_.iloc[1:, 0].to_numpy(), abs=1e-12)
    for i, day in enumerate(counts.days):
        if hazard[i] > 0:
            low, high = fit.confidence_interval_.loc[day]
            ours = hazard_interval(float(hazard[i]), float(binomial[i]))
            assert (ours.low, ours.high) == pytest.approx((low, high), rel=1e-6)


@settings(max_examples=25)
@given(people, st.integers(2, 30))
def test_the_restricted_mean_equals_lifelines(rows, until):
    time, event = columns(rows)
    mean, error, interval = restricted_mean(count_days(time, event), until)
    fit = KaplanMeierFitter().fit(time, event)
    assert mean == pytest.approx(restricted_mean_survival_time(fit, t=until), abs=1e-9)
    assert interval.low <= mean <= interval.high
    assert error >= 0


def test_the_error_of_the_restricted_mean_without_censoring_is_that_of_a_mean():
    """Nobody censored: the area is the mean of min(time, t), and its variance the plain one of n."""
    time = np.random.default_rng(3).integers(1, 60, 400).astype(float)
    mean, error, _ = restricted_mean(count_days(time, np.ones(400)), 40)
    capped = np.minimum(time, 40)
    assert mean == pytest.approx(capped.mean())
    assert error == pytest.approx(capped.std() / np.sqrt(400), rel=1e-9)


@settings(max_examples=25)
@given(causes)
def test_aalen_johansen_equals_lifelines(rows):
    time, cause = columns(rows)
    counts = count_causes(time, cause.astype(int), 2)
    for k in (1, 2):
        if (cause == k).any():
            fit = AalenJohansenFitter(calculate_variance=True).fit(time, cause.astype(int), event_of_interest=k)
            share, variance = aalen_johansen(counts, k - 1)
            assert share == pytest.approx(fit.cumulative_density_.iloc[1:, 0].to_numpy(), abs=1e-12)
            theirs = fit.variance_.iloc[1:].to_numpy().ravel()
            left = counts.of_any.at_risk > counts.of_any.events  # at the last event theirs divides by nothing
            assert variance[left] == pytest.approx(theirs[left], abs=1e-10)
            low, high = fit.confidence_interval_.iloc[1:].to_numpy()[left].T
            for s, v, a, b in zip(share[left], variance[left], low, high, strict=True):
                if 0 < s < 1:
                    ours = share_interval(float(s), float(v))
                    assert (ours.low, ours.high) == pytest.approx(tuple(sorted((a, b))), abs=1e-8)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(1, 15), st.integers(0, 3)), min_size=1, max_size=40))
def test_causes_and_those_without_any_add_up_to_one(rows):
    time, cause = columns(rows)
    counts = count_causes(time, cause.astype(int), 3)
    shares = sum(aalen_johansen(counts, k)[0] for k in range(3))
    assert shares + kaplan_meier(counts.of_any)[0] == pytest.approx(1.0)


def test_without_censoring_the_share_is_a_plain_share():
    time = np.repeat([3.0, 5.0, 8.0, 9.0], 25)
    cause = np.tile([1, 2, 1, 1, 2], 20)
    share, variance = aalen_johansen(count_causes(time, cause, 2), 0)
    assert share[-1] == pytest.approx(0.6)
    assert variance[0] == pytest.approx(0.15 * 0.85 / 100)


@pytest.fixture
def area(make_area):
    """A reoffends on day 100; B is recalled on day 50, before an offence on day 60; C dies on day 200; D is free."""
    return make_area({
        "person": [{"person_id": p, "died_on": "2020-07-19" if p == "C" else ""} for p in "ABCD"],
        "index_event": [{"index_id": p, "person_id": p, "index_date": "2020-01-01", "disposal": "custody"} for p in "ABCD"],
        "offence": [{"offence_id": p, "person_id": p, "offence_date": d, "proven_date": d, "outcome": "conviction"}
                    for p, d in (("A", "2020-04-10"), ("B", "2020-03-01"))],
        "custody": [{"custody_id": "1", "person_id": "B", "date_in": "2020-02-20", "date_out": "", "kind": "recall"},
                    {"custody_id": "2", "person_id": "A", "date_in": "2020-01-05", "date_out": "", "kind": "remand"}],
    })  # fmt: skip


def test_what_came_first(area):
    rows = area.run(competing_steps(area, read_clock("moj-2017")), "came_first").to_pylist()
    assert {r["index_id"]: (r["day"], r["cause"]) for r in rows} == {
        "A": (100, 1), "B": (50, 2), "C": (200, 3), "D": (366, 0)
    }  # fmt: skip
    found = competing(area)
    assert [(c.cause, c.days, c.share) for c in found.curves] == [
        ("event", (100.0,), (0.25,)), ("recall", (50.0,), (0.25,)), ("death", (200.0,), (pytest.approx(0.25),))
    ]  # fmt: skip
    assert "reoffence 25.0%" in str(found)
    assert "within 12 months" in str(found)
    assert Competing.from_json(found.to_json()) == found
    assert len(found.rows()) == 3


def test_mean_days_free(area, maryland):
    found = time_free(area)
    assert found.groups[0].mean == pytest.approx((100 + 60 + 365 + 365) / 4)
    assert TimeFree.from_json(found.to_json()) == found
    (whole,) = time_free(maryland, "rearrest-52-weeks").groups
    rossi = load_rossi()
    days = np.where(rossi.arrest == 1, rossi.week * 7, 364)
    assert whole.hazard == pytest.approx(nelson_aalen(count_days(days, rossi.arrest))[0][-1])
    assert "mean time free of a first arrest" in str(time_free(maryland, "rearrest-52-weeks"))


@pytest.mark.oracle_r
def test_r_gives_the_same():
    """survival::survfit: restricted mean and its error at week 40, and the share arrested while others leave."""
    rossi = load_rossi()
    cause = np.where(rossi.arrest == 1, np.where(rossi.fin == 1, 1, 2), 0)
    code = f"""library(survival); w <- c({",".join(map(str, rossi.week))}); c <- c({",".join(map(str, cause))})
    m <- summary(survfit(Surv(w, c > 0) ~ 1), rmean=40)$table; a <- survfit(Surv(w, factor(c, 0:2)) ~ 1)
    n <- survfit(Surv(w, c > 0) ~ 1, ctype=1)
    p <- tail(a$pstate, 1); cat(sprintf('[%.10f,%.10f,%.10f,%.10f,%.10f,%.10f]', m[['rmean']], m[['se(rmean)']], p[2], p[3],
        tail(n$cumhaz, 1), tail(n$std.chaz, 1)^2))"""
    found = json.loads(subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=True).stdout)
    counts = count_causes(rossi.week.to_numpy(), cause, 2)
    mean, error, _ = restricted_mean(counts.of_any, 40)
    ours = [
        mean,
        error,
        *(aalen_johansen(counts, k)[0][-1] for k in (0, 1)),
        *(part[-1] for part in nelson_aalen(counts.of_any)),
    ]
    assert ours == pytest.approx(found, rel=1e-7)
