import csv
import json
import subprocess
import sys
import textwrap
import time
from decimal import Decimal

import pyarrow as pa
import pytest
from html_kit import Page, read

from resettle.commissioning.statement import Statement
from resettle.errors import BadInput
from resettle.report import run_thread
from resettle.report.folder import replaced_folder
from resettle.report.front import write_front
from resettle.report.reinvestment.write import reinvestment_report
from resettle.report.write import write_thread
from resettle.thread.links import Graph
from resettle.thread.run import ThreadRun
from resettle.thread.thread import Thread
from resettle.thread.trace import trace

FILES = ["index.html", "links.parquet", "nodes.parquet", "people", "results.json", "statement.csv", "statement.json"]
HOSTILE = "<script>alert('1')</script> \"quoted\" & 'single' </td> {{ 7*7 }}"


def test_results_are_read_back_as_they_were(made):
    run, folder = made
    assert sorted(p.name for p in folder.iterdir()) == FILES
    assert Thread.from_json((folder / "results.json").read_bytes()) == run.result
    assert Statement.from_json((folder / "statement.json").read_bytes()) == run.result.statement
    rows = list(csv.DictReader((folder / "statement.csv").open(newline="", encoding="utf-8")))
    assert sum(Decimal(r["amount"]) for r in rows) == run.result.statement.total


def test_the_folder_can_be_traced(made):
    run, folder = made
    id = f"line:{run.result.statement.lines[0].id}"
    assert trace(folder, id) == trace(run.graph, id)


def test_the_same_run_gives_the_same_bytes(maryland_run, tmp_path):
    one, other = (write_thread(maryland_run, tmp_path / n).parent for n in ("one", "other"))
    files = sorted(p.relative_to(one) for p in one.rglob("*") if p.is_file())
    assert [p for p in files if (one / p).read_bytes() != (other / p).read_bytes()] == []


def test_an_earlier_thread_is_replaced_as_a_whole(maryland_run, tmp_path):
    out = write_thread(maryland_run, tmp_path / "out").parent
    (out / "left-over.txt").write_text("old")
    assert write_thread(maryland_run, out) == out / "index.html"
    assert sorted(p.name for p in out.iterdir()) == FILES
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_an_empty_folder_is_filled(maryland_run, tmp_path):
    (tmp_path / "out").mkdir()
    assert write_thread(maryland_run, tmp_path / "out").is_file()


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_anything_else_is_refused_and_left_alone(maryland_run, tmp_path, kind):
    out = tmp_path / "out"
    if kind == "folder":
        out.mkdir()
    mine = out / "mine.txt" if kind == "folder" else out
    mine.write_text("keep")
    with pytest.raises(BadInput, match="out"):
        write_thread(maryland_run, out)
    assert mine.read_text() == "keep" and [p.name for p in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("place", ["file", "file/below", "full"])
def test_a_folder_that_cannot_be_written_is_refused_before_any_work_is_done(examples, tmp_path, place):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("mine")
    stages = []
    with pytest.raises(BadInput, match=r"a file of this name|a file where a folder is needed|not empty"):
        run_thread(examples / "runs" / "maryland.toml", tmp_path / place, progress=stages.append)
    assert stages == []


def test_a_run_without_a_reinvestment_is_refused_before_any_work_is_done(examples, tmp_path):
    stages = []
    with pytest.raises(BadInput, match=r"Add a \[reinvestment\] block"):
        reinvestment_report(examples / "runs" / "maryland.toml", tmp_path / "out", progress=stages.append)
    assert stages == []


def test_a_failure_leaves_the_old_folder(tmp_path):
    out = tmp_path / "out"
    with replaced_folder(out, "mark") as folder:
        (folder / "mark").write_text("1")
    with pytest.raises(RuntimeError), replaced_folder(out, "mark") as folder:
        (folder / "mark").write_text("2")
        raise RuntimeError
    assert (out / "mark").read_text() == "1" and [p.name for p in tmp_path.iterdir()] == ["out"]


KILLED = textwrap.dedent("""
    import os, signal, sys
    from pathlib import Path
    from resettle.report import folder as module
    step, swap = int(sys.argv[2]), sys.argv[3] == "swap"
    calls = 0
    def counted(work):
        def wrapper(*args, **kwargs):
            global calls
            calls += 1
            if calls == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return work(*args, **kwargs)
        return wrapper
    for name in ("mkdir", "replace", "fsync", "unlink", "rmdir"):
        setattr(os, name, counted(getattr(os, name)))
    if not swap:
        module.swapped = lambda one, other: False
    else:
        module.swapped = counted(module.swapped)
    with module.replaced_folder(Path(sys.argv[1]), "mark") as made:
        (made / "mark").write_text("new")
        (made / "other").write_text("new")
""")


@pytest.mark.parametrize("swap", ["swap", "renames"])
def test_a_kill_at_any_step_leaves_the_old_or_the_new(tmp_path, swap):
    ended, seen = False, set()
    for step in range(1, 60):
        out = tmp_path / str(step) / "out"
        with replaced_folder(out, "mark") as folder:
            (folder / "mark").write_text("old")
            (folder / "other").write_text("old")
        done = subprocess.run(
            [sys.executable, "-c", KILLED, str(out), str(step), swap], capture_output=True, check=False
        )
        ended = done.returncode == 0
        if out.exists() or swap == "swap":
            states = {(out / n).read_text() for n in ("mark", "other")}
            assert len(states) == 1
            seen |= states
        with replaced_folder(out, "mark") as folder:
            (folder / "mark").write_text("again")
        assert (out / "mark").read_text() == "again"
        assert [p.name for p in out.parent.iterdir()] == ["out"]
        if ended:
            break
    assert ended and seen == {"old", "new"}


RUN = """
import sys
from pathlib import Path
from resettle.report import run_thread
run_thread(sys.argv[1], Path(sys.argv[2]), progress=lambda stage: print(stage, flush=True))
"""


@pytest.mark.slow
def test_a_thread_killed_while_it_writes_leaves_the_old_one(examples, folders, maryland_run, tmp_path):
    out = write_thread(maryland_run, tmp_path / "out").parent
    before = {p.relative_to(out): p.read_bytes() for p in out.rglob("*") if p.is_file()}
    command = [sys.executable, "-c", RUN, str(examples / "runs/north-carolina.toml"), str(out)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        while process.stdout.readline().strip() != "pages":
            assert process.poll() is None
        time.sleep(0.4)
        process.kill()
    assert {p.relative_to(out): p.read_bytes() for p in out.rglob("*") if p.is_file()} == before
    write_thread(maryland_run, out)
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_hostile_words_are_shown_as_words(maryland_run, tmp_path):
    result, graph = maryland_run.result, maryland_run.graph
    info = result.info.model_copy(update={"name": HOSTILE, "place": HOSTILE, "note": HOSTILE, "source": HOSTILE})
    lines = tuple(x.model_copy(update={"label": HOSTILE, "why": HOSTILE}) for x in result.statement.lines)
    changed = result.model_copy(
        update={
            "title": HOSTILE,
            "info": info,
            "contract_title": HOSTILE,
            "services": dict.fromkeys(result.services, HOSTILE),
            "statement": result.statement.model_copy(update={"lines": lines, "title": HOSTILE, "notes": (HOSTILE,)}),
            "effect": result.effect.model_copy(update={"programme": HOSTILE, "people": HOSTILE, "notes": (HOSTILE,)}),
        }
    )
    words = pa.array([HOSTILE] * graph.nodes.num_rows)
    nodes = graph.nodes.set_column(2, "label", words).set_column(3, "sentence", words)
    folder = write_thread(ThreadRun(changed, Graph(nodes, graph.links)), tmp_path / "out").parent
    for path in folder.rglob("*.html"):
        page = read(path)
        assert page.faults == [] and "script" not in page.tags
        assert "alert('1')" in page.text and "{{ 7*7 }}" in page.text


def test_hostile_ids_still_link(maryland_run, tmp_path):
    old, new = "person:M001", 'person:M "1"<b>%&#~/x'
    ids = {name: graph_column.to_pylist() for name, graph_column in (("id", maryland_run.graph.nodes["id"]),)}
    assert old in ids["id"]

    def renamed(column):
        return pa.array([new if v == old else v for v in column.to_pylist()])

    graph = maryland_run.graph
    nodes = graph.nodes.set_column(0, "id", renamed(graph.nodes["id"]))
    links = graph.links.set_column(0, "from_id", renamed(graph.links["from_id"]))
    folder = write_thread(ThreadRun(maryland_run.result, Graph(nodes, links)), tmp_path / "out").parent
    pages = [read(p) for p in (folder / "people").glob("people-*.html")]
    assert all(p.faults == [] for p in pages)
    assert "person:M~20~221~22~3Cb~3E~25~26~23~7E/x" in {i for p in pages for i in p.ids}


def test_the_front_page_links_every_thread(folders, maryland_run, carolina_run, tmp_path):
    out = folders["maryland"].parent
    path = write_front(
        out,
        [
            (maryland_run.result, folders["maryland"] / "index.html"),
            (carolina_run.result, folders["north-carolina"] / "index.html"),
        ],
    )
    page = read(path)
    assert page.faults == [] and {"maryland/index.html", "north-carolina/index.html"} <= set(page.hrefs)
    assert "the answer changes with the test chosen" in page.text and "was not shown" in page.text
    assert "no effect" not in page.text.lower()


def test_the_json_of_results_holds_no_path_of_this_machine(folders, tmp_path_factory):
    text = (folders["synthetic"] / "results.json").read_text("utf-8")
    assert str(tmp_path_factory.getbasetemp()) not in text
    assert json.loads(text)["title"]


def test_page_kit_finds_faults():
    assert Page("<p><b>x</p>").faults
