import pytest

from resettle.area.generate import generate_area
from resettle.thread.run import make_thread


@pytest.fixture(scope="session")
def synthetic(tmp_path_factory):
    """A synthetic area large enough for the example contract."""
    path = tmp_path_factory.mktemp("areas") / "gm"
    generate_area(path, 6_000, 11).close()
    return path


@pytest.fixture(scope="session")
def runs(examples, synthetic):
    """The three threads of the demo, the synthetic one on fewer people."""
    folder = examples / "runs"
    return {
        "maryland": make_thread(folder / "maryland.toml"),
        "north-carolina": make_thread(folder / "north-carolina.toml"),
        "greater-manchester": make_thread(folder / "greater-manchester.toml", area=synthetic),
    }


@pytest.fixture(scope="session", params=["maryland", "north-carolina", "greater-manchester"])
def run(request, runs):
    return runs[request.param]
