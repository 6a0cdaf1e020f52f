import shutil

import pytest

from resettle.area.generate import generate_area
from resettle.report.write import write_thread
from resettle.thread.run import make_thread

RUNS = {"maryland_run", "carolina_run", "synthetic_run"}


def pytest_collection_modifyitems(items):
    """What reads the threads below runs in one process, so that they are made once."""
    for item in items:
        if RUNS & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group("threads"))


@pytest.fixture(scope="session")
def maryland_run(examples):
    return make_thread(examples / "runs/maryland.toml")


@pytest.fixture(scope="session")
def carolina_run(examples):
    return make_thread(examples / "runs/north-carolina.toml")


@pytest.fixture(scope="session")
def synthetic_run(examples, tmp_path_factory):
    """A small synthetic area with steps so small that some close, so that there is something to reinvest."""
    folder = tmp_path_factory.mktemp("synthetic")
    generate_area(folder / "area", 6_000, 13).close()
    for kind, name in (("studies", "peer-support"), ("contracts", "peer-support"), ("appraisals", ""), ("runs", "")):
        stem = "-".join(part for part in ("greater-manchester", name) if part)
        (folder / kind).mkdir()
        shutil.copy(examples / kind / f"{stem}.toml", folder / kind)
    appraisal = folder / "appraisals/greater-manchester.toml"
    appraisal.write_text(appraisal.read_text().replace("size = 12\n", "size = 0.05\n"))
    run = folder / "runs/greater-manchester.toml"
    run.write_text(run.read_text().replace('by = ["disposal"]', 'by = ["place", "age_band"]'))
    return make_thread(run, area=folder / "area")


@pytest.fixture(scope="session")
def folders(tmp_path_factory, maryland_run, carolina_run, synthetic_run):
    """The three threads as folders."""
    out = tmp_path_factory.mktemp("threads")
    runs = {"maryland": maryland_run, "north-carolina": carolina_run, "synthetic": synthetic_run}
    return {name: write_thread(run, out / name).parent for name, run in runs.items()}


@pytest.fixture(scope="session", params=["maryland", "north-carolina", "synthetic"])
def made(request, folders, maryland_run, carolina_run, synthetic_run):
    """Each thread with its folder."""
    runs = {"maryland": maryland_run, "north-carolina": carolina_run, "synthetic": synthetic_run}
    return runs[request.param], folders[request.param]
