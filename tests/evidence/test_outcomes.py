"""The outcomes of the Justice Data Lab against plain Python, one person and one day at a time."""

from datetime import date, timedelta

import numpy as np
import pytest
from dateutil.relativedelta import relativedelta

from resettle.area.translate import spark_sql
from resettle.evidence.clock import read_clock
from resettle.evidence.intervals import poisson_rate, ratio_of_sums
from resettle.evidence.outcomes import ELEVEN, LABELS, Outcomes, outcome_steps, outcomes

TIERS = ["indictable", "either_way", "summary", ""]
DAY = timedelta(days=1)


def drawn(seed, people=60):
    """Tables of made-up people: several offences a day, overlapping and open stays, unknown tiers, deaths."""
    random = np.random.default_rng(seed)
    start = date(2020, 1, 1)

    def day(most):
        return start + timedelta(days=int(random.integers(0, most)))

    tables = {"person": [], "index_event": [], "offence": [], "custody": []}
    for n in range(people):
        who = f"p{n}"
        died = day(900) if random.random() < 0.1 else ""
        tables["person"].append({"person_id": who, "died_on": died, "sex": "MF"[n % 2]})
        tables["index_event"].append(
            {"index_id": f"i{n}", "person_id": who, "index_date": day(300), "disposal": "custody"}
        )
        for _ in range(random.integers(0, 7)):
            committed = start + timedelta(days=7 * int(random.integers(0, 90)))
            tables["offence"].append({
                "offence_id": f"o{len(tables['offence'])}", "person_id": who, "offence_date": committed, "outcome": "conviction",
                "proven_date": committed + timedelta(days=int(random.integers(0, 90))),
                "court_tier": TIERS[random.integers(0, 4)], "custody": ["true", "false", ""][random.integers(0, 3)],
            })  # fmt: skip
        for _ in range(random.integers(0, 4)):
            inside = day(700)
            out = inside + timedelta(days=int(random.integers(0, 120)))
            tables["custody"].append({
                "custody_id": f"c{len(tables['custody'])}", "person_id": who, "date_in": inside,
                "date_out": "" if random.random() < 0.1 else out, "kind": "sentence",
            })  # fmt: skip
    return {name: rows for name, rows in tables.items() if rows}


EXTRACT = date(2030, 1, 1)


def plain(tables):
    """Each index event as the rules say, day by day."""
    found = {}
    for index in tables["index_event"]:
        who, begun = index["person_id"], index["index_date"]
        until = begun + relativedelta(months=12)
        events = [
            o for o in tables["offence"]
            if o["person_id"] == who and begun < o["offence_date"] <= until and o["proven_date"] <= begun + relativedelta(months=18)
        ]  # fmt: skip
        first = min((o["offence_date"] for o in events), default=None)
        on_first = [o for o in events if o["offence_date"] == first]
        tiers = [TIERS.index(o["court_tier"]) + 1 for o in on_first if o["court_tier"]]
        custody = [o["custody"] == "true" for o in on_first if o["custody"]]
        died = next(p["died_on"] for p in tables["person"] if p["person_id"] == who)
        last = min(until, died) if died else until
        stays = [
            (c["date_in"], c["date_out"] or EXTRACT + DAY) for c in tables.get("custody", ()) if c["person_id"] == who
        ]
        free = {d for d in days(begun, last) if not inside(d, stays)}
        found[index["index_id"]] = {
            "reoffences": len(events),
            "first_tier": min(tiers, default=None),
            "first_custody": max(custody) if custody else None,
            "custodial": sum(o["custody"] == "true" for o in events),
            **{t: sum(o["court_tier"] == t for o in events) for t in TIERS[:3]},
            "days_free": len(free),
            "events_free": sum(o["offence_date"] in free for o in events),
        }
    return found


def days(begun, last):
    return [begun + n * DAY for n in range(1, (last - begun).days + 1)]


def inside(day, stays):
    """Whether the day began and ended in custody: stays that touch are one, so the day between them is inside."""
    return any(a < day < b for a, b in stays) or (
        any(a < day <= b for a, b in stays) and any(a <= day < b for a, b in stays)
    )


@pytest.mark.parametrize("seed", range(4))
def test_every_index_event_equals_the_rules_day_by_day(make_area, seed):
    tables = drawn(seed)
    area = make_area(tables, extract=str(EXTRACT))
    rows = area.run(outcome_steps(area, read_clock("jdl")), "detailed").to_pylist()
    expected = plain(tables)
    assert {r["index_id"]: {k: r[k] for k in next(iter(expected.values()))} for r in rows} == expected


def test_the_outcomes_are_sums_over_people(make_area):
    tables = drawn(9, 80)
    area = make_area(tables, extract=str(EXTRACT))
    rows = list(plain(tables).values())
    found = {o.name: o for o in outcomes(area).outcomes}
    assert tuple(found) == tuple(LABELS)
    assert len(ELEVEN) == 11
    again = [r for r in rows if r["reoffences"]]
    events = sum(r["reoffences"] for r in rows)
    assert (found["rate"].count, found["rate"].n) == (len(again), len(rows))
    assert found["frequency"].value == pytest.approx(events / len(rows))
    assert found["per_100"].value == pytest.approx(100 * events / len(rows))
    exact = poisson_rate(events, sum(r["reoffences"] ** 2 for r in rows), len(rows))
    assert found["per_100"].interval.low == pytest.approx(100 * exact.low)
    known = [r for r in again if r["first_tier"]]
    assert found["first_indictable"].value == pytest.approx(sum(r["first_tier"] == 1 for r in known) / len(known))
    assert found["first_indictable"].not_known == len(again) - len(known) > 0
    assert found["indictable"].count == sum(r["indictable"] for r in rows)
    assert found["first_custody"].count == sum(r["first_custody"] is True for r in rows)
    assert found["any_custody"].count == sum(r["custodial"] > 0 for r in rows)
    free = sum(r["days_free"] for r in rows) / 365.25
    assert found["per_person_year"].years == pytest.approx(free)
    assert found["per_person_year"].value == pytest.approx(sum(r["events_free"] for r in rows) / free)
    for o in found.values():
        assert o.interval.low <= o.value <= o.interval.high


def test_groups_and_json(make_area):
    area = make_area(drawn(3), extract=str(EXTRACT))
    found = outcomes(area, by="sex")
    assert Outcomes.from_json(found.to_json()) == found
    whole = {o.name: o.count for o in outcomes(area).outcomes}
    for name, count in whole.items():
        assert sum(o.count for o in found.outcomes if o.name == name) == count
    assert "14 outcomes of 2 groups" in str(found)
    assert "of 100 people" in str(outcomes(area))
    assert len(found.rows()) == 28


def test_days_in_custody_are_taken_off_the_time_at_risk(make_area):
    """Released on 1 January 2021; inside from 1 March to 1 April, and from 1 April to 11 April: 40 whole days."""
    area = make_area({
        "person": [{"person_id": "A"}],
        "index_event": [{"index_id": "i", "person_id": "A", "index_date": "2021-01-01", "disposal": "custody"}],
        "offence": [
            {"offence_id": "o1", "person_id": "A", "offence_date": "2021-03-01", "proven_date": "2021-03-01", "outcome": "conviction"},
            {"offence_id": "o2", "person_id": "A", "offence_date": "2021-04-01", "proven_date": "2021-04-01", "outcome": "conviction"},
        ],
        "custody": [
            {"custody_id": "c1", "person_id": "A", "date_in": "2021-03-01", "date_out": "2021-04-01", "kind": "remand"},
            {"custody_id": "c2", "person_id": "A", "date_in": "2021-04-01", "date_out": "2021-04-11", "kind": "sentence"},
        ],
    })  # fmt: skip
    found = {o.name: o for o in outcomes(area).outcomes}
    assert found["per_person_year"].years == pytest.approx((365 - 40) / 365.25)
    assert (found["per_person_year"].count, found["frequency"].count) == (1, 2)


def test_nobody_to_follow_has_no_outcomes(make_area):
    area = make_area({"person": [{"person_id": "A"}], "offence": [],
                      "index_event": [{"index_id": "i", "person_id": "A", "index_date": "2029-12-01", "disposal": "fine"}]})  # fmt: skip
    found = outcomes(area)
    assert all(o.value is None and o.interval is None for o in found.outcomes)
    assert "nobody could be followed" in str(found)


def test_the_interval_of_a_ratio_covers():
    """Gamma time and Poisson counts with frailty: about 95 of 100 intervals hold the true rate."""
    random = np.random.default_rng(7)
    held = 0
    for _ in range(1000):
        years = random.uniform(0.3, 1.0, 200)
        events = random.poisson(years * random.gamma(1.0, 1.0, 200))
        some = ratio_of_sums(
            events.sum(), years.sum(), (events**2).sum(), (years**2).sum(), (events * years).sum(), 200
        )
        held += some.low <= 1.0 <= some.high
    assert 0.93 <= held / 1000 <= 0.965
    assert ratio_of_sums(0, 10, 0, 1, 0, 20).high == pytest.approx(3.689 / 10, abs=1e-3)
    assert ratio_of_sums(2, 0, 4, 0, 0, 1).high == np.inf


def test_every_step_can_be_written_for_spark(make_area):
    area = make_area(drawn(3), extract=str(EXTRACT))
    for step in outcome_steps(area, read_clock("peterborough"), ("sex", "quarter"), date(2020, 4, 6)).steps:
        assert spark_sql(step)
