"""What a synthetic area says of itself is true: its rates are the published ones, and its effects can be found again."""

import numpy as np
import pytest
import statsmodels.api as sm

from resettle.area.generate import calibrate, generate_area, shapes
from resettle.area.generate.again import LAST_DAY
from resettle.area.generate.draw import expit, months_after
from resettle.area.generate.events import draw_block
from resettle.area.generate.make import BLOCK
from resettle.reference.figures import figure

PEOPLE, SEED = BLOCK, 2024

# The clock, written out once more and by hand: committed in the 12 months after the index date, proven within 18.
CLOCK = """
SELECT e.index_id, e.person_id, e.index_date, e.disposal, e.sentence_days, e.previous_convictions,
    date_diff('day', p.birth_date, e.index_date) / 365.25 AS age, (p.sex = 'F')::INT AS female,
    count(o.offence_id) AS reoffences, min(date_diff('day', e.index_date, o.offence_date)) AS days_to_first
FROM index_event e JOIN person p ON p.person_id = e.person_id
LEFT JOIN offence o ON o.person_id = e.person_id
    AND o.offence_date > e.index_date AND o.offence_date <= e.index_date + INTERVAL 12 MONTH
    AND o.proven_date <= e.index_date + INTERVAL 18 MONTH
    AND o.recordable AND NOT o.breach AND o.in_scope AND o.outcome IN ('conviction', 'caution', 'reprimand', 'warning')
GROUP BY ALL
"""


@pytest.fixture(scope="module")
def area(tmp_path_factory):
    with generate_area(tmp_path_factory.mktemp("truth") / "large", PEOPLE, SEED) as made:
        yield made


@pytest.fixture(scope="module")
def events(area):
    """One row for each index event, with what an analyst can see of it and the service that was started."""
    scores = """SELECT e.index_id, a.item, arg_max(a.score, a.assessed_on) AS score
        FROM index_event e JOIN assessment a ON a.person_id = e.person_id AND a.assessed_on <= e.index_date GROUP BY ALL"""
    started = "SELECT index_id, service_id FROM programme WHERE started_on IS NOT NULL"
    table = area.query(
        f"""SELECT c.*, g.service_id, s.* EXCLUDE (index_id) FROM ({CLOCK}) c
        LEFT JOIN ({started}) g ON g.index_id = c.index_id
        JOIN (PIVOT ({scores}) ON item USING first(score)) s ON s.index_id = c.index_id ORDER BY c.index_id"""
    ).to_pandas()
    table["y"] = (table.reoffences > 0).astype(int)
    long = table.sentence_days.fillna(0).to_numpy()
    band = np.select([long <= 182, long < 365, long < 1461], ["6", "12", "48"], "long")
    table["cell"] = np.where(table.disposal == "custody", "custody_" + band.astype(object), table.disposal)
    return table


@pytest.fixture(scope="module")
def truth(area):
    return {row["service_id"]: row for row in area.query("SELECT * FROM truth").to_pylist()}


def near(rate: float, events, published: float) -> bool:
    """Within three standard errors of sampling."""
    return abs(rate - published) < 3 * np.sqrt(published * (1 - published) / len(events))


@pytest.mark.parametrize("cell", list(shapes.disposals().cells))
def test_rates_by_disposal_and_sentence_meet_their_targets(events, cell):
    target = dict(zip(shapes.disposals().cells, calibrate.targets(), strict=True))[cell]
    mine = events[events.cell == cell]
    assert len(mine) > 500
    assert near(mine.y.mean(), mine, target)


def test_the_published_rates_come_out(events):
    custody = events[events.disposal == "custody"]
    short = custody[custody.sentence_days < 365]
    orders = events[events.disposal.isin(["custody", "suspended", "community"])]
    for rows, name in (
        (events, "reoffending.adults"),
        (orders, "reoffending.custody_or_court_order"),
        (short, "reoffending.custody_under_12_months"),
        (short[short.sentence_days <= 182], "reoffending.custody_up_to_6_months"),
    ):
        # Half a point for what follows from second index events, beside the error of sampling.
        assert abs(100 * rows.y.mean() - figure(name).value) < 0.5 + 300 * np.sqrt(0.25 / len(rows)), name


def test_targets_add_up_to_the_published_rates():
    cells = list(shapes.disposals().cells.values())
    share, rate = np.array([c.share for c in cells]), calibrate.targets()
    short = np.array([c.group in ("short_6", "short_12") for c in cells])
    order = np.array([c.group != "other" for c in cells])
    for which, name in ((short, "short"), (order, "order"), (share > 0, "all")):
        assert np.average(rate[which], weights=share[which]) == pytest.approx(calibrate.published(name))


def test_kept_intercepts_are_those_that_solving_gives():
    kept, solved = calibrate.intercepts(), calibrate.solve(6000)
    assert dict(zip(shapes.disposals().cells, calibrate.targets(), strict=True)) == pytest.approx(
        shapes.intercepts().targets, abs=1e-6
    )
    # 6,000 people in each cell leave an error of about 0.01 in these logits.
    np.testing.assert_allclose(kept.risk, solved.risk, atol=0.045)
    np.testing.assert_allclose(kept.start, solved.start, atol=0.06)


def test_reoffences_of_a_reoffender_and_days_to_the_first(events):
    reoffenders = events[events.y == 1]
    assert reoffenders.reoffences.mean() == pytest.approx(shapes.offences().reoffending.number, abs=0.1)
    assert 120 < reoffenders.days_to_first.mean() < 150
    assert reoffenders.days_to_first.min() >= 1


def test_the_clock_measures_exactly_what_was_drawn(events):
    drawn = draw_block(SEED, 0, 0, PEOPLE).events
    assert len(events) == len(drawn)
    np.testing.assert_array_equal(events.reoffences, drawn.reoffences)
    np.testing.assert_array_equal(events.index_date.to_numpy("datetime64[D]"), drawn.date)


def test_the_hidden_chance_is_the_documented_model_of_what_can_be_seen(events):
    drawn = draw_block(SEED, 0, 0, PEOPLE).events
    kept, risk = shapes.intercepts(), shapes.risk()
    logit = (
        events.cell.map(kept.risk).to_numpy()
        + risk.female * events.female.to_numpy()
        + risk.age * events.age.to_numpy()
        + risk.previous * events.previous_convictions.to_numpy()
        + sum(weight * events[area].to_numpy() for area, weight in risk.needs.items())
    )
    effect = events.service_id.map({name: s.effect for name, s in shapes.services().services.items()}).fillna(0.0)
    np.testing.assert_allclose(drawn.chance_without, expit(logit), rtol=1e-9)
    np.testing.assert_allclose(drawn.chance, expit(logit + effect.to_numpy()), rtol=1e-9)


def test_truth_is_the_mean_over_the_people_who_started(tmp_path):
    with generate_area(tmp_path / "area", 2000, 8) as area:
        written = {row["service_id"]: row for row in area.query("SELECT * FROM truth").to_pylist()}
        started = area.query("SELECT service_id, index_id FROM programme WHERE started_on IS NOT NULL").to_pylist()
    drawn = draw_block(8, 0, 0, 2000).events
    chance = {f"I{i + 1:07d}": pair for i, pair in enumerate(zip(drawn.chance, drawn.chance_without, strict=True))}
    for service in shapes.services().services:
        pairs = [chance[row["index_id"]] for row in started if row["service_id"] == service]
        row = written[service]
        assert row["people"] == len(pairs) > 0
        assert row["with_service"] == pytest.approx(np.mean([with_it for with_it, _ in pairs]))
        assert row["without_service"] == pytest.approx(np.mean([without for _, without in pairs]))
        assert row["effect"] == pytest.approx(row["with_service"] - row["without_service"])
        assert row["outcome"] == "proven_reoffending_12m"


def test_some_services_work_one_does_nothing_and_one_does_harm(truth):
    points = {name: 100 * row["effect"] for name, row in truth.items()}
    assert points["wellbeing"] == 0
    assert 1 < points["job_course"] < 4
    for name in ("accommodation", "recovery", "peer_support", "work_placement", "women"):
        assert -8 < points[name] < -4, name


def test_every_commissioned_service_has_enough_starters(area, truth):
    commissioned = area.query("SELECT service_id FROM service WHERE contract_id IS NOT NULL")["service_id"].to_pylist()
    assert len(commissioned) == 7
    assert all(1000 <= truth[name]["people"] <= 4300 for name in commissioned)


def test_planned_capacity_is_near_the_starts(area):
    sql = """SELECT service_id, s.capacity, count(*) / 24 AS starts FROM programme g JOIN service s USING (service_id)
        WHERE g.started_on IS NOT NULL GROUP BY ALL"""
    for row in area.query(sql).to_pylist():
        assert row["starts"] < row["capacity"] < 1.4 * row["starts"]


def adjusted(events, service: str) -> tuple[float, float, float]:
    """Naive difference; then effect on the treated by standardised logistic regression, with its standard error."""
    rows = events[(events.service_id == service) | events.service_id.isna()]
    treated = (rows.service_id == service).to_numpy(float)
    y = rows.y.to_numpy(float)
    cells = [c for c in shapes.disposals().cells if c != "fine"]
    x = np.column_stack(
        [
            np.ones(len(rows)),
            treated,
            rows[["female", "age", "previous_convictions", *shapes.needs().areas]].to_numpy(float),
        ]
        + [(rows.cell == c).to_numpy(float) for c in cells]
    )
    fit = sm.Logit(y, x).fit(disp=0)
    with_it = x[treated == 1]
    without = with_it.copy()
    without[:, 1] = 0
    p1, p0 = fit.predict(with_it), fit.predict(without)
    gradient = (with_it * (p1 * (1 - p1))[:, None] - without * (p0 * (1 - p0))[:, None]).mean(axis=0)
    se = float(np.sqrt(gradient @ fit.cov_params() @ gradient))
    return float(y[treated == 1].mean() - y[treated == 0].mean()), float((p1 - p0).mean()), se


@pytest.mark.parametrize("service", list(shapes.services().services))
def test_adjustment_for_what_can_be_seen_recovers_the_truth(events, truth, service):
    _, estimate, se = adjusted(events, service)
    assert abs(estimate - truth[service]["effect"]) < 2.58 * se  # the 99 % interval, because nine are looked at
    assert se < 0.02


def test_a_naive_comparison_is_biased(events, truth):
    naive, _, se = adjusted(events, "peer_support")
    assert naive > 0.03  # those who start look worse ...
    assert truth["peer_support"]["effect"] < -0.04  # ... although it helps them
    assert naive - truth["peer_support"]["effect"] > 5 * se


def test_selection_follows_observed_need(events):
    started = events[events.service_id == "accommodation"].accommodation.mean()
    assert started > 1.5 * events[events.service_id.isna()].accommodation.mean()
    mentored = events[events.service_id == "peer_support"].previous_convictions.mean()
    assert mentored > 1.3 * events[events.service_id.isna()].previous_convictions.mean()


def test_months_end_as_the_clocks_count():
    days = np.array(["2023-02-28", "2024-02-29", "2023-08-31", "2023-12-31"], "datetime64[D]")
    twelve = np.array(["2024-02-28", "2025-02-28", "2024-08-31", "2024-12-31"], "datetime64[D]")
    eighteen = np.array(["2024-08-28", "2025-08-29", "2025-02-28", "2025-06-30"], "datetime64[D]")
    np.testing.assert_array_equal(months_after(days, 12), twelve)
    np.testing.assert_array_equal(months_after(days, 18), eighteen)
    assert days[-1] == LAST_DAY
