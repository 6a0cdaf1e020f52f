"""Adjusted rates and the reconciliation of quarters and years, against plain Python and known truths."""

from datetime import date, timedelta

import numpy as np
import pytest

from resettle.errors import BadInput
from resettle.evidence.adjusted import Adjusted, adjusted
from resettle.evidence.clock import Clock, Span
from resettle.evidence.reconcile import Reconciliation, reconcile

CLOCK = Clock(
    name="year", label="an arrest within 100 days", event="arrest", source="made for a test", follow_up=Span(days=100),
    outcomes=("arrest",), entry="first_in_cohort", cohort="year",
)  # fmt: skip


def people(seed, effect=0.0, n=300):
    """Two years of people; in the second more of them have a history, and the chance changes by `effect`."""
    random = np.random.default_rng(seed)
    tables = {"person": [], "index_event": [], "offence": [], "assessment": []}
    for i in range(n):
        year = 2020 + i % 2
        history = int(random.poisson(2 + 3 * (i % 2)))
        chance = 1 / (1 + np.exp(1.5 - 0.3 * history))
        day = date(year, 1, 1) + timedelta(days=int(random.integers(0, 360)))
        tables["person"].append({"person_id": f"p{i}"})
        tables["index_event"].append({"index_id": f"i{i}", "person_id": f"p{i}", "index_date": day, "disposal": "custody",
                                      "previous_convictions": history})  # fmt: skip
        tables["assessment"].append(
            {"person_id": f"p{i}", "assessed_on": day, "item": "chance", "score": round(chance, 6)}
        )
        if random.random() < chance + effect * (year == 2021):
            tables["offence"].append({"offence_id": f"o{i}", "person_id": f"p{i}", "offence_date": day + timedelta(days=9),
                                      "outcome": "arrest"})  # fmt: skip
    return tables


def test_the_additive_form_by_hand(make_area):
    tables = people(1)
    area = make_area(tables)
    again = {o["person_id"] for o in tables["offence"]}
    found = adjusted(area, 2020, CLOCK, predictor="assessment.chance")
    chance = {a["person_id"]: a["score"] for a in tables["assessment"]}
    mean = {}
    for year in (2020, 2021):
        ids = [e["person_id"] for e in tables["index_event"] if e["index_date"].year == year]
        mean[year] = np.mean([i in again for i in ids]), np.mean([chance[i] for i in ids])
    first, second = found.years
    assert first.adjusted == pytest.approx(mean[2020][0])
    assert second.adjusted == pytest.approx(mean[2021][0] - (mean[2021][1] - mean[2020][1]))
    assert second.change == pytest.approx(second.adjusted - mean[2020][0])
    assert (first.change, first.change_interval.low) == pytest.approx((0, 0), abs=1e-12)
    share = mean[2020][0]
    assert first.interval.high - share == pytest.approx(1.959964 * np.sqrt(share * (1 - share) / 150), rel=1e-4)
    assert Adjusted.from_json(found.to_json()) == found
    assert "with people as in 2020" in str(found)


def test_a_model_predicts_the_baseline_year_itself(make_area):
    found = adjusted(make_area(people(2)), 2020, CLOCK, covariates=["previous_convictions"])
    first, second = found.years
    assert first.predicted == pytest.approx(first.observed)
    assert second.predicted > first.predicted + 0.05
    assert second.observed > first.observed + 0.05
    assert second.change_interval.low < 0 < second.change_interval.high
    assert len(found.rows()) == 2


def test_intervals_hold_the_truth_as_often_as_they_say():
    """Nothing changes but the people: about 95 of 100 intervals of the change hold zero."""
    import pyarrow as pa

    from resettle.evidence.adjusted import adjusted_year, modelled

    held = 0
    random = np.random.default_rng(5)
    for _ in range(400):
        year = np.repeat([2020, 2021], 300)
        x = random.normal(0.6 * (year == 2021))
        y = (random.random(600) < 1 / (1 + np.exp(0.5 - 0.8 * x))).astype(int)
        table = pa.table({"person_id": np.arange(600), "year": year.astype(str).tolist(), "again": y, "x_age": x})
        chances, _ = modelled(table, ["age"], "2020")
        interval = adjusted_year(table, chances, "2021", "2020").change_interval
        held += interval.low <= 0 <= interval.high
    assert 0.92 <= held / 400 <= 0.975


def test_what_cannot_be_adjusted_is_said(make_area):
    area = make_area(people(3, n=60))
    with pytest.raises(BadInput, match="either covariates"):
        adjusted(area, 2020, CLOCK)
    with pytest.raises(BadInput, match="Choose a year that is held: 2020, 2021"):
        adjusted(area, 2011, CLOCK, covariates=["age"])
    with pytest.raises(BadInput, match="Divide per cents by 100"):
        adjusted(area, 2020, CLOCK, predictor="previous_convictions")
    with pytest.raises(BadInput, match="missing"):
        adjusted(area, 2020, CLOCK, predictor="assessment.other")


def histories(seed, n=80):
    """People with up to five index events in a year, those with many of them arrested more."""
    random = np.random.default_rng(seed)
    index, offences = [], []
    for i in range(n):
        often = int(random.integers(1, 6))
        for day in random.integers(0, 366, often):
            index.append((f"p{i}", date(2020, 1, 1) + timedelta(days=int(day))))
        for day in random.integers(0, 466, int(random.poisson(often / 2))):
            offences.append((f"p{i}", date(2020, 1, 1) + timedelta(days=int(day))))
    return index, offences


@pytest.mark.parametrize("seed", range(3))
def test_quarters_and_the_year_differ_by_what_is_said(make_area, seed):
    index, offences = histories(seed)
    area = make_area({
        "person": [{"person_id": p} for p in {p for p, _ in index}],
        "index_event": [{"index_id": f"i{n:03d}", "person_id": p, "index_date": d, "disposal": "fine"} for n, (p, d) in enumerate(index)],
        "offence": [{"offence_id": f"o{n}", "person_id": p, "offence_date": d, "outcome": "arrest"} for n, (p, d) in enumerate(offences)],
    })  # fmt: skip
    found = reconcile(area, CLOCK, 2020)

    def again(person, day):
        return sum(p == person and day < d <= day + timedelta(days=100) for p, d in offences)

    by_quarter, by_year = {}, {}
    for person, day in sorted(index, key=lambda e: e[1]):
        by_quarter.setdefault((person, (day.month - 1) // 3), again(person, day))
        by_year.setdefault(person, again(person, day))
    rates = [np.mean([n > 0 for (_, q), n in by_quarter.items() if q == k]) for k in range(4)]
    rate, often = found.measures
    assert rate.of_quarters == pytest.approx(np.mean(rates))
    assert rate.annual == pytest.approx(np.mean([n > 0 for n in by_year.values()]))
    assert often.annual == pytest.approx(np.mean(list(by_year.values())))
    for m in found.measures:
        assert m.sizes + m.entries + m.later == pytest.approx(m.difference, abs=1e-12)
    assert rate.entries > 0  # those who come back often are counted more often
    entries = [p for p, _ in by_quarter]
    assert found.people_counted_again == sum(entries.count(p) > 1 for p in set(entries))
    assert sum(q.n for q in found.quarters) == len(by_quarter)
    assert Reconciliation.from_json(found.to_json()) == found
    assert "in one annual cohort" in str(found)
    assert len(found.rows()) == 5


def test_only_cohorts_are_reconciled(maryland, make_area):
    with pytest.raises(BadInput, match="every index event enters"):
        reconcile(maryland, "rearrest-52-weeks")
    assert "nobody entered in 2003" in str(reconcile(make_area(people(4, n=20)), CLOCK, 2003))
