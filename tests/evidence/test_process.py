"""The process of a service, equal to counts by hand on a small area, by every measure, and on both engines."""

import csv
import math
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resettle.area import open_area
from resettle.errors import BadInput
from resettle.evidence.process import Process, bice_boxerman, evaluate_process, funnel, funnel_counts
from resettle.evidence.process.costs import cost_steps
from resettle.evidence.process.evaluate import MEANS, SHARES, effective_n
from resettle.evidence.process.journeys import attrition_steps, wait_curve_steps
from resettle.evidence.process.plans import spread_steps
from resettle.evidence.process.steps import scope_of

# Four people and two providers. Ann: everything went as planned. Bob: started late, two workers, left early. Cat: never
# started. Dan: with the other provider, still going when the data were taken.
TABLES = {
    "person": [
        {"person_id": "ann", "sex": "F"},
        {"person_id": "bob", "sex": "M"},
        {"person_id": "cat", "sex": "F"},
        {"person_id": "dan", "sex": "M"},
    ],
    "index_event": [
        {"index_id": "i1", "person_id": "ann", "index_date": "2022-01-10", "disposal": "custody"},
        {"index_id": "i2", "person_id": "bob", "index_date": "2022-02-01", "disposal": "custody"},
        {"index_id": "i3", "person_id": "cat", "index_date": "2022-03-01", "disposal": "community"},
        {"index_id": "i4", "person_id": "dan", "index_date": "2023-11-01", "disposal": "custody"},
        {"index_id": "i5", "person_id": "ann", "index_date": "2022-12-01", "disposal": "caution"},
        {"index_id": "i6", "person_id": "dan", "index_date": "2023-12-15", "disposal": "fine"},
    ],
    "provider": [
        {"provider_id": "north", "name": "North", "sector": "voluntary"},
        {"provider_id": "south", "name": "South", "sector": "private"},
    ],
    "service": [
        {
            "service_id": "peers",
            "name": "Peers",
            "provider_id": "north",
            "strand": "peer_support",
            "unit_cost": "100.00",
        },
        {"service_id": "homes", "name": "Homes", "provider_id": "south", "strand": "accommodation", "unit_cost": ""},
    ],
    "programme": [
        {
            "participation_id": "t1",
            "person_id": "ann",
            "service_id": "peers",
            "index_id": "i1",
            "referred_on": "2022-01-01",
            "started_on": "2022-01-08",
            "ended_on": "2022-06-01",
            "completed": "true",
        },
        {
            "participation_id": "t2",
            "person_id": "bob",
            "service_id": "peers",
            "index_id": "i2",
            "referred_on": "2022-01-01",
            "started_on": "2022-02-10",
            "ended_on": "2022-03-01",
            "completed": "false",
            "end_reason": "moved_away",
        },
        {
            "participation_id": "t3",
            "person_id": "cat",
            "service_id": "peers",
            "index_id": "i3",
            "referred_on": "2022-02-01",
        },
        {
            "participation_id": "t4",
            "person_id": "dan",
            "service_id": "homes",
            "index_id": "i4",
            "referred_on": "2023-10-20",
            "started_on": "2023-11-01",
        },
        {
            "participation_id": "t5",
            "person_id": "cat",
            "service_id": "homes",
            "arm": "comparison",
            "referred_on": "2022-02-01",
            "started_on": "2022-02-02",
        },
    ],
    "delivery": [
        # Ann: two contacts with w1 before her release, three after; one that she missed, one the service cancelled.
        *(
            {
                "delivery_id": f"a{n}",
                "person_id": "ann",
                "service_id": "peers",
                "delivered_on": day,
                "attended": came,
                "minutes": 30,
                "worker_id": "w1",
                "goal_id": goal,
            }
            for n, (day, came, goal) in enumerate(
                [
                    ("2022-01-08", "yes", "g1"),
                    ("2022-01-09", "late", ""),
                    ("2022-01-10", "yes", "g2"),
                    ("2022-02-01", "", ""),
                    ("2022-03-01", "yes", "g3"),
                    ("2022-03-05", "no_unacceptable", ""),
                    ("2022-03-09", "service_cancelled", ""),
                    ("2021-12-01", "yes", ""),
                ]
            )
        ),
        # Bob: w1 once before the gate, then w2 twice.
        *(
            {
                "delivery_id": f"b{n}",
                "person_id": "bob",
                "service_id": "peers",
                "delivered_on": day,
                "attended": "yes",
                "minutes": 60,
                "worker_id": worker,
                "goal_id": goal,
            }
            for n, (day, worker, goal) in enumerate(
                [("2022-02-10", "w1", "g5"), ("2022-02-20", "w2", ""), ("2022-02-25", "w2", "g4")]
            )
        ),
        {
            "delivery_id": "d1",
            "person_id": "dan",
            "service_id": "homes",
            "delivered_on": "2023-11-05",
            "attended": "no_acceptable",
            "minutes": "",
            "worker_id": "w9",
            "goal_id": "",
        },
    ],
    "custody": [
        {"custody_id": "c1", "person_id": "ann", "date_in": "2021-10-01", "date_out": "2022-01-10", "kind": "sentence"},
        {"custody_id": "c2", "person_id": "bob", "date_in": "2022-02-11", "date_out": "2022-02-15", "kind": "recall"},
        {"custody_id": "c3", "person_id": "cat", "date_in": "2022-01-01", "date_out": "2022-03-01", "kind": "sentence"},
    ],
    "plan": [
        {"plan_id": "l1", "person_id": "ann", "status": "agreed", "agreed_on": "2022-01-02", "worker_id": "w1"},
        {"plan_id": "l2", "person_id": "bob", "status": "agreed", "agreed_on": "2022-01-02", "worker_id": "w1"},
        {"plan_id": "l3", "person_id": "dan", "status": "offered", "agreed_on": "", "worker_id": "w9"},
    ],
    "goal": [
        {
            "goal_id": g,
            "plan_id": p,
            "person_id": who,
            "good": good,
            "status": status,
            "own_words": words,
            "set_on": day,
        }
        for g, p, who, good, status, words, day in [
            ("g1", "l1", "ann", "life", "achieved", "I will find a flat", "2022-01-02"),
            ("g2", "l1", "ann", "work", "active", "I will drive a van", "2022-01-03"),
            ("g3", "l1", "ann", "work", "active", " ", "2022-01-04"),
            ("g6", "l1", "ann", "play", "idea", "", "2022-01-04"),
            ("g4", "l2", "bob", "life", "active", "I will stay off drink", "2022-01-02"),
            ("g5", "l2", "bob", "pleasure", "set_aside", "I will fish", "2022-01-05"),
            ("g7", "l3", "dan", "life", "active", "I will rest", "2023-11-01"),
        ]
    ],
    "goods_rating": [
        {
            "person_id": who,
            "rated_on": day,
            "good": good,
            "rater": rater,
            "at_time": "now",
            "importance": important,
            "attainment": attained,
        }
        for who, day, good, rater, important, attained in [
            ("ann", "2022-01-01", "life", "person", 9, 2),
            ("ann", "2022-01-01", "relatedness", "person", 9, 5),
            ("ann", "2022-01-01", "work", "person", 9, 8),
            ("ann", "2021-01-01", "work", "person", 9, 1),
            ("ann", "2022-01-01", "play", "person", 8, 1),
            ("bob", "2022-01-01", "work", "person", 10, 0),
            ("bob", "2022-01-01", "life", "worker", 10, 0),
        ]
    ],
    "spend": [
        {
            "spend_id": "s1",
            "person_id": "ann",
            "goal_id": "g1",
            "kind": "spend",
            "spent_on": "2022-02-01",
            "amount": "80.00",
        },
        {
            "spend_id": "s2",
            "person_id": "ann",
            "goal_id": "g1",
            "kind": "refund",
            "spent_on": "2022-02-09",
            "amount": "30.00",
        },
        {
            "spend_id": "s3",
            "person_id": "ann",
            "goal_id": "g3",
            "kind": "spend",
            "spent_on": "2022-02-10",
            "amount": "0.01",
        },
        {
            "spend_id": "s4",
            "person_id": "bob",
            "goal_id": "",
            "kind": "spend",
            "spent_on": "2022-02-10",
            "amount": "20.00",
        },
    ],
    "outcome": [
        {
            "outcome_id": "o1",
            "person_id": "ann",
            "service_id": "peers",
            "outcome": "home",
            "observed_on": "2022-06-01",
            "verification": "document",
            "verified_on": "2022-06-02",
        },
        {
            "outcome_id": "o2",
            "person_id": "bob",
            "service_id": "peers",
            "outcome": "home",
            "observed_on": "2022-06-01",
            "verification": "self",
            "verified_on": "",
        },
    ],
}
BY = ("provider", "sex")


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("process") / "small"
    (folder / "tables").mkdir(parents=True)
    (folder / "area.toml").write_text(
        'name = "small"\nplace = "Somewhere"\nperiod_start = 2021-01-01\nperiod_end = 2024-01-31\n'
        'extract_date = 2024-01-31\nsource = "made for a test"\nlicence = "none"\nrecords = "synthetic"\n',
        "utf-8",
    )
    for name, rows in TABLES.items():
        fields = list(dict.fromkeys(key for row in rows for key in row))
        with (folder / "tables" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fields)
            writer.writeheader()
            writer.writerows(rows)
    with open_area(folder) as area:
        yield area


@pytest.fixture(scope="module")
def found(small):
    return evaluate_process(small, by=BY)


# name, axis, part, count, n by hand
SHARES_BY_HAND = [
    ("reach", "everyone", "everyone", 3, 5),  # i1, i2, i4; not i3, not i5; i6 is younger than 90 days
    ("reach", "sex", "F", 1, 3),
    ("reach", "sex", "M", 2, 2),
    ("started_within_28_days", "everyone", "everyone", 2, 4),  # t1 after 7 days, t4 after 12; t2 took 40, t3 never
    ("started_within_28_days", "provider", "north", 1, 3),
    ("started_within_28_days", "provider", "south", 1, 1),
    ("attendance", "everyone", "everyone", 8, 10),  # Ann 5 of 6 (a7 is before her referral), Bob 3 of 3, Dan 0 of 1
    ("attendance", "provider", "south", 0, 1),
    ("steps_done", "everyone", "everyone", 5, 5),  # g1 to g5; Dan's plan was never agreed
    ("steps_in_order", "everyone", "everyone", 4, 5),  # g5 was set after g4 and came before it
    ("steps_in_order", "sex", "M", 1, 2),
    ("steps_by_named_worker", "everyone", "everyone", 4, 5),  # g4 was with w2
    ("goals_in_own_words", "everyone", "everyone", 5, 7),
    ("gaps_with_a_goal", "everyone", "everyone", 1, 4),  # life; not relatedness, play (an idea), nor Bob's work
    ("purchases_for_own_goals", "everyone", "everyone", 1, 3),
    ("same_worker_through_gate", "everyone", "everyone", 1, 2),  # Ann yes, Bob no, Cat met nobody
]


@pytest.mark.parametrize(("name", "axis", "part", "count", "n"), SHARES_BY_HAND)
def test_shares_equal_counts_by_hand(found, name, axis, part, count, n):
    m = found.of(name, axis, part)
    assert (m.count, m.n) == (count, n)
    assert m.value == count / n
    assert m.interval.low <= m.value <= m.interval.high


@pytest.mark.parametrize(
    ("name", "axis", "part", "n", "value"),
    [
        ("contacts", "everyone", "everyone", 3, 8 / 3),
        ("contacts", "provider", "south", 1, 0),
        ("hours", "everyone", "everyone", 3, 5.5 / 3),
        ("spend", "everyone", "everyone", 3, 70.01 / 3),
        ("workers_in_12_months", "everyone", "everyone", 2, 1.5),
        ("continuity_index", "everyone", "everyone", 2, (1 + 1 / 3) / 2),  # Ann 5 with one; Bob 1 and 2: (5 - 3) / 6
        (
            "spread_of_goods",
            "everyone",
            "everyone",
            7,
            math.exp(-sum(p * math.log(p) for p in (3 / 7, 2 / 7, 1 / 7, 1 / 7))),
        ),
    ],
)
def test_means_equal_counts_by_hand(found, name, axis, part, n, value):
    m = found.of(name, axis, part)
    assert m.n == n
    assert m.value == pytest.approx(value, abs=1e-12)


def test_the_waterfall_by_hand(found):
    stages = [(s.name, s.n, s.lost, s.reasons) for s in found.stages if s.axis == "everyone"]
    assert stages == [
        ("referred", 4, 0, {}),
        ("started", 3, 1, {"no start on record": 1}),
        ("four_weeks", 2, 1, {"moved_away": 1}),
        ("completed", 1, 1, {"still going": 1}),
        ("followed_up", 1, 0, {}),
    ]


def test_no_start_is_censored_on_the_day_of_the_extract_and_the_curve_is_kaplan_meier(found):
    wait = next(w for w in found.waits if w.axis == "everyone")
    assert wait.curve.days == (7.0, 12.0, 40.0)
    assert wait.curve.share == pytest.approx((0.25, 0.5, 0.75))
    assert wait.median == 12.0
    assert (wait.curve.n, wait.curve.events) == (4, 3)


def test_unit_costs_by_hand(found):
    held = {(c.part, c.per): c for c in found.costs}
    assert held[("north", "start")].each == Decimal("135.01")  # (200 + 70.01) / 2, halves up
    assert held[("north", "completion")].each == Decimal("270.01")
    assert held[("north", "outcome")].n == 1  # Bob's was never verified
    assert held[("south", "start")].each is None  # homes has no price
    assert held[("everyone", "start")].unpriced == 1
    assert held[("north", "completion")].interval.low == pytest.approx(135.005 / 0.9055, rel=1e-3)


def test_a_window_a_service_and_a_trial_arm_narrow_the_people(small):
    later = evaluate_process(small, start=date(2022, 1, 15))
    assert later.stages[0].n == 2
    assert later.of("contacts").n == 1
    peers = evaluate_process(small, ["peers"])
    assert [s.n for s in peers.stages if s.axis == "everyone"] == [3, 2, 1, 1, 1]


def test_the_result_reads_well_and_comes_back_from_json(found):
    assert found.sentence.startswith("small: 4 referred, 3 started, 2 four weeks in, or completed sooner, 1 completed")
    assert Process.from_json(found.to_json()) == found
    assert {row["funnel"] for row in found.rows() if row["axis"] == "everyone"} == {None}
    assert found.stage_rows()[1]["reasons"] == "no start on record 1"
    assert found.cost_rows()[0]["each"] == "not known"
    assert all(m.interval for m in found.measures if m.n > 1)


def test_an_area_with_no_programme_is_no_fault(make_area):
    empty = evaluate_process(make_area({"person": TABLES["person"], "index_event": TABLES["index_event"]}))
    assert empty.sentence == "small: nobody was referred."
    assert empty.measures == ()


def test_what_was_never_recorded_is_left_out_and_not_counted_as_nothing(maryland):
    found = evaluate_process(maryland)
    assert {m.name for m in found.measures} == {"reach", "started_within_28_days"}
    assert [s.name for s in found.stages if s.axis == "everyone"] == ["referred", "started"]
    assert {row["service"] for row in found.cost_rows()} == {"not known"}
    assert any(n.startswith("Nothing is held in delivery.worker_id") for n in found.notes)
    assert any("the stage 'completed'" in n for n in found.notes)


def test_half_of_the_men_in_the_maryland_trial_were_given_aid(maryland):
    # Published: 216 of 432 were assigned to receive financial aid (Rossi, Berk and Lenihan, 1980).
    reach = evaluate_process(maryland).of("reach")
    assert (reach.count, reach.n) == (216, 432)


def test_contacts_of_unknown_length_do_not_shorten_the_hours(make_area):
    people = [{"person_id": p} for p in "ab"]
    programme = [{"participation_id": p, "person_id": p, "service_id": "s", "started_on": "2024-01-01"} for p in "ab"]
    contacts = [
        {"delivery_id": f"{p}{n}", "person_id": p, "service_id": "s", "delivered_on": "2024-01-02", "minutes": minutes}
        for p, n, minutes in [("a", 1, 60), ("a", 2, 30), ("b", 1, 60), ("b", 2, "")]
    ]
    service = [{"service_id": "s", "name": "S", "strand": "other"}]
    tables = {"person": people, "programme": programme, "delivery": contacts, "service": service}
    found = evaluate_process(make_area(tables), by=())
    assert (found.of("hours").n, found.of("hours").value) == (1, 1.5)
    assert (found.of("contacts").n, found.of("contacts").value) == (2, 2)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"services": ["pears"]}, "no such service.*Did you mean 'peers'"),
        ({"by": ["sexx"]}, "unknown grouping.*Did you mean 'sex'"),
    ],
)
def test_unknown_names_are_refused(small, options, message):
    with pytest.raises(BadInput, match=message):
        evaluate_process(small, **options)


def pipelines(area):
    scope = scope_of(area, None, BY, None, None)
    made = {name: steps(scope) for name, steps in (SHARES | MEANS).items()}
    return made | {
        "wait": wait_curve_steps(scope),
        "attrition": attrition_steps(scope),
        "cost": cost_steps(scope),
        "spread": spread_steps(scope),
    }


def test_every_step_can_be_put_into_spark(small):
    from resettle.area.translate import spark_sql

    for steps in pipelines(small).values():
        assert all(spark_sql(step) for step in steps.steps)


@pytest.mark.spark
def test_spark_finds_the_same(small):
    assert evaluate_process(small, by=BY, engine="spark") == evaluate_process(small, by=BY)


# The funnel: exact binomial.


def tail(k, n, p, upper):
    some = range(k, n + 1) if upper else range(k + 1)
    return sum(comb(n, i) * p**i * (1 - p) ** (n - i) for i in some)


@given(st.integers(1, 60), st.integers(1, 39), st.sampled_from(["0.95", "0.998"]))
def test_funnel_limits_are_exactly_binomial(n, fortieths, level):
    p, least = Fraction(fortieths, 40), (1 - Fraction(level)) / 2
    low, high = funnel_counts(n, fortieths / 40, float(level))
    for k in range(n + 1):
        outside = min(tail(k, n, p, upper=False), tail(k, n, p, upper=True)) < least
        assert outside == (not low <= k <= high), k


def test_a_funnel_says_how_far_out_a_group_is():
    # Of 20 at 0.5: 95 % 6 to 14, 99.8 % 3 to 17.
    assert [funnel(k, 20, 0.5).verdict for k in (2, 3, 5, 6, 14, 15, 17, 18)] == [
        "very low",
        "low",
        "low",
        "inside",
        "inside",
        "high",
        "high",
        "very high",
    ]
    assert funnel(18, 20, 0.5).very_high == 17 / 20


def test_a_small_provider_is_not_ranked_on_noise():
    assert funnel(0, 3, 0.6).verdict == "inside"
    assert funnel(0, 30, 0.6).verdict == "very low"


def test_clusters_widen_the_funnel():
    assert funnel(40, 100, 0.5).verdict == "inside"
    assert funnel(39, 100, 0.5).verdict == "low"
    assert funnel(39, 100, 0.5, effective_n=25).verdict == "inside"


@pytest.mark.parametrize(("n", "p"), [(-1, 0.5), (5, 1.5), (5, math.nan)])
def test_impossible_funnels_are_refused(n, p):
    with pytest.raises(BadInput, match="share between 0 and 1"):
        funnel_counts(n, p)


def test_effective_number_by_hand():
    # Ten people with ten contacts each: five came to all, five to none. That is ten, not a hundred.
    row = {"n": 100, "count": 50, "people": 10, "kk": 500, "nk": 500, "nn": 1000}
    assert effective_n(row) == pytest.approx(10)
    assert effective_n({"n": 4, "count": 2, "people": 4, "kk": 2, "nk": 2, "nn": 4}) is None
    assert effective_n({"n": 9, "count": 9, "people": 3, "kk": 27, "nk": 27, "nn": 27}) == 3


# Continuity.


@pytest.mark.parametrize(
    ("contacts", "index"),
    [([5], 1.0), ([1, 1, 1], 0.0), ([2, 1], 1 / 3), ([3, 3], 0.4), ([4, 0, 1], 0.6), ([2], 1.0)],
)
def test_bice_boxerman_on_hand_cases(contacts, index):
    assert bice_boxerman(contacts) == pytest.approx(index)


@pytest.mark.parametrize("contacts", [[], [1], [0, 0], [3, -1]])
def test_continuity_of_one_contact_is_refused(contacts):
    with pytest.raises(BadInput, match="two contacts"):
        bice_boxerman(contacts)
