"""The hindcast of the prison population, September 2021 to September 2025, holds what its page says."""

from pathlib import Path

import pytest

from resettle.reinvestment.project import project

SCENARIO = Path(__file__).resolve().parents[3] / "examples/scenarios/hindcast-2021.toml"


@pytest.fixture(scope="module")
def hindcast():
    return project(SCENARIO, draws=200)


def prison(hindcast):
    return [c for c in hindcast.compared if c.name == "prison"]


def test_the_first_year_is_met(hindcast):
    fitted = [c for c in prison(hindcast) if c.fitted]
    assert len(fitted) == 3
    assert all(abs(c.error_percent) < 0.6 for c in fitted)


def test_published_populations_are_those_of_the_statistics(hindcast):
    assert [c.published for c in prison(hindcast)] == [79092, 80659, 81309, 85851, 87726, 87919, 87334, 87465]


def test_the_error_by_quarter_is_what_the_page_shows(hindcast):
    """Errors in percent of June 2023, June 2024 and September 2025, as on the page, within a point."""
    shown = {(c.at.year, c.at.month): c.error_percent for c in prison(hindcast) if not c.fitted}
    assert shown[2023, 6] == pytest.approx(0.2, abs=1)
    assert shown[2024, 6] == pytest.approx(3.9, abs=1)
    assert shown[2025, 9] == pytest.approx(7.5, abs=1)
    assert max(abs(e) for e in shown.values()) < 9


def test_release_policies_lower_the_population_and_without_them_the_error_would_be_larger(hindcast):
    one = hindcast.one("prison")
    assert one.change.high[-1] < 0
    assert one.change.mean[23] == pytest.approx(0, abs=0.1)
    assert one.baseline.mean[-1] - 87465 > one.policy.mean[-1] - 87465 > 0
