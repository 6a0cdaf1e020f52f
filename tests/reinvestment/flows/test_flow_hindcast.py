"""The hindcast of the prison population, September 2021 to September 2025, holds what its page says."""

from pathlib import Path

import numpy as np
import pytest

from resettle.reference.figures import figure
from resettle.reinvestment.flows.scenario import read_scenario
from resettle.reinvestment.project import project

SCENARIO = Path(__file__).resolve().parents[3] / "examples/scenarios/hindcast-2021.toml"


@pytest.fixture(scope="module")
def hindcast():
    return project(SCENARIO)


def prison(hindcast):
    return [c for c in hindcast.compared if c.name == "prison"]


def test_the_first_year_is_met(hindcast):
    fitted = [c for c in prison(hindcast) if c.fitted]
    assert len(fitted) == 3
    assert all(abs(c.error_percent) < 0.6 for c in fitted)


def test_published_populations_are_those_of_the_statistics(hindcast):
    assert [c.published for c in prison(hindcast)] == [79092, 80659, 81309, 85851, 87726, 87919, 87334, 87465]


def test_the_error_by_quarter_is_what_the_page_shows(hindcast):
    """Errors in percent of June 2023, June 2024 and September 2025, as on the page, within a point or so."""
    shown = {(c.at.year, c.at.month): c.error_percent for c in prison(hindcast) if not c.fitted}
    assert shown[2023, 6] == pytest.approx(1.4, abs=1)
    assert shown[2024, 6] == pytest.approx(6.0, abs=1)
    assert shown[2025, 9] == pytest.approx(10.2, abs=1.2)
    assert max(abs(e) for e in shown.values()) < 11.5


def test_the_size_of_the_drift_is_that_of_changes_known_at_the_start(hindcast):
    """The root of the mean of squared changes a quarter of releases, 2021 Q2 to Q3 and (two quarters) to 2022 Q1."""
    known = [figure("flows.releases", q, None).value for q in ("2021 Q2", "2021 Q3", "2022 Q1")]
    squares = [np.log(known[1] / known[0]) ** 2, np.log(known[2] / known[1]) ** 2 / 2]
    (drift,) = read_scenario(SCENARIO).drift
    assert drift.quarter.centre() == pytest.approx(np.sqrt(np.mean(squares)), abs=2e-4)


def test_who_leaves_from_remand_rests_on_the_published_ratio_of_releases_to_first_receptions():
    """Of 100 first receptions 24 leave without a custodial sentence: 2021 Q2 to 2022 Q1, nothing from the years that are compared."""
    quarters = ("2021 Q2", "2021 Q3", "2022 Q1")
    ratios = [figure("flows.releases", q).value / figure("flows.first_receptions", q).value for q in quarters]
    assert np.mean(ratios) == pytest.approx(0.760, abs=5e-4) and np.std(ratios, ddof=1) == pytest.approx(
        0.0206, abs=1e-4
    )
    of = read_scenario(SCENARIO)
    remand = of.block("remand_untried")
    (after,) = [d for d in of.decision if d.name == "sentence_after_remand"]
    leave = [remand.ends["settled"], after.to["settled"]]
    assert 0.75 * (1 - (1 - leave[0]) * (1 - leave[1])) == pytest.approx(1 - np.mean(ratios), abs=1e-3)
    counted = [p * (1 - p) / (n + 1) for p, n in zip(leave, (remand.ends_rest_on, after.rest_on), strict=True)]
    spread = 0.75 * np.sqrt(counted[0] * (1 - leave[1]) ** 2 + counted[1] * (1 - leave[0]) ** 2)
    assert spread == pytest.approx(np.std(ratios, ddof=1), abs=5e-4)


def test_only_the_first_year_is_fitted():
    of = read_scenario(SCENARIO)
    assert max(t.at for t in of.target if t.fit).isoformat() == "2022-09-01"


def test_every_published_figure_of_the_years_that_are_compared_is_inside(hindcast):
    later = [c for c in hindcast.compared if not c.fitted]
    assert [c.inside for c in later] == [True] * 10


def test_releases_and_the_remand_population_are_within_five_percent(hindcast):
    flows = [c for c in hindcast.compared if c.name in ("release", "remand")]
    assert len(flows) == 5
    assert max(abs(c.error_percent) for c in flows) < 5


def test_without_the_drift_the_interval_is_too_narrow():
    """What the interval of uncertain numbers alone misses: every population from June 2024 on. Releases it holds."""
    of = read_scenario(SCENARIO)
    plain = project(of.model_copy(update={"drift": ()}), draws=100)
    assert [c.inside for c in prison(plain) if c.at.year > 2023] == [False] * 4
    assert all(c.inside for c in plain.compared if c.name == "release")
    assert plain.one("prison").change.high[-1] < 0


def test_release_policies_lower_the_population_and_without_them_the_error_would_be_larger(hindcast):
    one = hindcast.one("prison")
    assert one.change.mean[-1] < -3000
    assert one.change.mean[23] == pytest.approx(0, abs=0.1)
    assert one.baseline.mean[-1] - 87465 > one.policy.mean[-1] - 87465 > 0
