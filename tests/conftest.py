"""Fixtures for all tests, and the rule that a skip is a failure in continuous integration."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from resettle.area import Area, open_area

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"

settings.register_profile(
    "quick",
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
settings.register_profile("long", parent=settings.get_profile("quick"), max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture(scope="session")
def examples() -> Path:
    return EXAMPLES


@pytest.fixture
def maryland() -> Area:
    with open_area(EXAMPLES / "areas/maryland") as area:
        yield area


@pytest.fixture
def north_carolina() -> Area:
    with open_area(EXAMPLES / "areas/north-carolina") as area:
        yield area


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("RESETTLE_NO_SKIP"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which is a failure here: {report.longrepr}"


@pytest.fixture
def make_area(tmp_path):
    """Write a small area by hand: `make_area({"person": [{...}], ...})`."""
    import csv

    from resettle.area import tables as declarations

    declared = declarations()

    def make(
        tables: dict[str, list[dict]], name: str = "small", records: str = "synthetic", extract: str = "2030-01-01"
    ) -> Area:
        folder = tmp_path / name
        (folder / "tables").mkdir(parents=True)
        (folder / "area.toml").write_text(
            f'name = "{name}"\nplace = "Somewhere"\nperiod_start = 2000-01-01\nperiod_end = 2029-12-31\nextract_date = {extract}\n'
            f'source = "made for a test"\nlicence = "none"\nrecords = "{records}"\n',
            "utf-8",
        )
        for table, rows in tables.items():
            fields = list(dict.fromkeys(key for row in rows for key in row)) or declared[table].required
            with (folder / "tables" / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, fields)
                writer.writeheader()
                writer.writerows(rows)
        return open_area(folder)

    return make


FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
]
WIDTHS = (1280, 320)


@pytest.fixture(scope="session")
def chromium():
    """Chromium, driven with no network. A missing one is a failure: these tests are only run when they are asked for."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        pytest.fail(
            "no Chromium on this machine: install it (apt-get install chromium fonts-liberation) or set CHROMIUM to its path"
        )
    # Only `make test-all` installs the driver: it is imported where it is used.
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=WIDTHS)
def width(request):
    return request.param
