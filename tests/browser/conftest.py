"""Pages of threads, opened in Chromium with no network."""

import pytest

from resettle.area.generate import generate_area
from resettle.report.front import write_front
from resettle.report.write import write_thread
from resettle.thread.run import make_thread


@pytest.fixture(scope="session")
def threads(examples, tmp_path_factory):
    """The pages of the demo: two real areas and a small synthetic one."""
    out = tmp_path_factory.mktemp("demo")
    generate_area(out / "area", 6_000, 11).close()
    made = []
    for name in ("maryland", "north-carolina", "greater-manchester"):
        run = make_thread(examples / f"runs/{name}.toml", area=out / "area" if name == "greater-manchester" else None)
        made.append((run.result, write_thread(run, out / name)))
    return [write_front(out, made), *(page for _, page in made)]


@pytest.fixture(scope="session")
def pages(threads):
    """Every kind of page once, and the published page of each thread."""
    people = threads[1].parent / "people"
    return [*threads, people / "index.html", people / "people-0001.html"]


@pytest.fixture
def opened(chromium):
    """Open a page at a width; gives the page and what it asked for and complained of."""
    contexts = []

    def open_page(path, width=1280, scripts=True):
        context = chromium.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
        contexts.append(context)
        page, heard = context.new_page(), []
        page.on("console", lambda message: heard.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: heard.append(f"error: {error}"))
        page.on(
            "request",
            lambda request: heard.append(request.url) if request.url.split(":")[0] not in ("file", "data") else None,
        )
        page.goto(path.as_uri())
        return page, heard

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def workspaces(tmp_path_factory):
    """Workspaces by kind, each made and started once, when it is first asked for."""
    from workspace_kit import Workspace

    running = {}

    def of(kind):
        if kind not in running:
            running[kind] = Workspace(tmp_path_factory.mktemp(f"workspace-{kind}"), kind)
        return running[kind]

    yield of
    for one in running.values():
        one.stop()


@pytest.fixture
def walk(chromium, workspaces):
    """Somebody at a browser: `walk("practitioner")`, by default in the full workspace at 1280 pixels with scripts."""
    from workspace_kit import Walker

    walkers = []

    def start(role=None, kind="full", **how):
        walkers.append(Walker(chromium, workspaces(kind), role, **how))
        return walkers[-1]

    yield start
    for one in walkers:
        assert one.complaints == []
        one.context.close()
