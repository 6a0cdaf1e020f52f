"""Kaplan-Meier and log-rank against lifelines, published results and brute force."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from lifelines.datasets import load_rossi
from lifelines.statistics import logrank_test

from resettle.evidence.survival import count_days, curve, kaplan_meier, log_rank, survival_interval, time_to_first

people = st.lists(st.tuples(st.integers(1, 30), st.booleans(), st.booleans()), min_size=2, max_size=60)


def columns(rows):
    return tuple(np.array(c, dtype=float) for c in zip(*rows, strict=True))


@given(people)
def test_kaplan_meier_equals_lifelines(rows):
    time, event, _ = columns(rows)
    counts = count_days(time, event)
    survival, variance = kaplan_meier(counts)
    fit = KaplanMeierFitter().fit(time, event)
    assert survival == pytest.approx(fit.survival_function_at_times(counts.days).to_numpy(), abs=1e-12)
    for day, s, v in zip(counts.days, survival, variance, strict=True):
        if 1e-6 < s < 1 - 1e-9 and np.isfinite(v):
            ours, theirs = survival_interval(float(s), float(v)), fit.confidence_interval_.loc[day].to_numpy()
            assert (ours.low, ours.high) == pytest.approx(tuple(theirs), abs=1e-9)


@given(people)
def test_log_rank_equals_lifelines(rows):
    time, event, group = columns(rows)
    if 0 < group.sum() < len(group) and event.any():
        theirs = logrank_test(time[group == 1], time[group == 0], event[group == 1], event[group == 0])
        statistic, p = log_rank(time, event, group)
        if np.isfinite(theirs.test_statistic):
            assert statistic == pytest.approx(theirs.test_statistic, abs=1e-8)
            assert p == pytest.approx(theirs.p_value, abs=1e-8)


def test_maryland_log_rank_as_published():
    """Rossi data: chi-squared 3.838, p .0501 (R survival::survdiff)."""
    rossi = load_rossi()
    statistic, p = log_rank(rossi.week.to_numpy(), rossi.arrest.to_numpy(), rossi.fin.to_numpy())
    assert statistic == pytest.approx(3.838, abs=5e-4)
    assert p == pytest.approx(0.0501, abs=5e-5)


def test_the_curve_of_an_area_ends_at_its_rate(maryland):
    (found,) = time_to_first(maryland, "rearrest-52-weeks").curves
    assert found.share[-1] == pytest.approx(114 / 432, abs=1e-12)
    assert (found.n, found.events) == (432, 114)
    assert all(low <= share <= high for low, share, high in zip(found.low, found.share, found.high, strict=True))


def test_people_lost_to_follow_up_are_censored(make_area):
    area = make_area(
        {
            "person": [{"person_id": p} for p in "ABC"],
            "index_event": [
                {
                    "index_id": f"{p}1",
                    "person_id": p,
                    "index_date": "2020-01-01",
                    "disposal": "custody",
                    "observed_until": until,
                }
                for p, until in zip("ABC", ["2020-02-01", "2021-06-01", "2021-06-01"], strict=True)
            ],
            "offence": [{"offence_id": "o", "person_id": "B", "offence_date": "2020-04-10", "outcome": "arrest"}],
        }
    )
    (found,) = time_to_first(area, "rearrest-52-weeks").curves
    assert (found.n, found.days, found.share) == (3, (100.0,), (0.5,))


def test_an_empty_curve_is_no_error():
    assert curve(count_days(np.array([]), np.array([])), {}).n == 0
