"""The whole thread runs with the terms of any deal of the library, and every payment line leads back."""

import re
from collections import defaultdict

import pytest

from resettle.commissioning.library import deal, deals
from resettle.thread.run import make_thread

QUICK = ("peer-mentoring", "hmp-doncaster")


def run_with(name, examples, tmp_path):
    """The deal's own terms, for the people of a real trial."""
    found = deal(name)
    text = (found.folder / "contract.toml").read_text("utf-8")
    text = re.sub(r"^services = .*$", 'services = ["aid"]', text, flags=re.MULTILINE).replace('"USD"', '"GBP"')
    (tmp_path / "contract.toml").write_text(text, "utf-8")
    (tmp_path / "run.toml").write_text(
        f'title = "A deal"\narea = "{examples}/areas/maryland"\nstudy = "{examples}/studies/maryland-aid.toml"\n'
        f'contract = "contract.toml"\nappraisal = "{examples}/appraisals/england-wales-what-if.toml"\n'
        f"settle_at = {found.about.settle_at}\npeople_a_month = 18\ndraws = 200\n",
        "utf-8",
    )
    return make_thread(tmp_path / "run.toml")


def goes_through(name, examples, tmp_path):
    made = run_with(name, examples, tmp_path)
    statement = made.result.statement
    assert statement.contract_id == deal(name).contract().id
    assert sum(statement.by_payer.values()) == sum(statement.by_payee.values()) == statement.total
    causes = defaultdict(set)
    for into, source in zip(*(made.graph.links[c].to_pylist() for c in ("to_id", "from_id")), strict=True):
        causes[into].add(source)
    for line in statement.lines:
        behind = all_behind(causes, f"line:{line.id}")
        assert line.why
        assert f"contract:{statement.contract_id}" in behind, line.id
        assert any(one.startswith("person:") for one in behind), line.id
        # A limit names the lines that it cuts, and is linked to what earned them.
        assert {one for one in line.evidence if not one.startswith("line:")} <= behind, line.id


def all_behind(causes, start):
    """Everything that leads to a thing, walked in plain Python and not by `trace`."""
    seen, todo = set(), [start]
    while todo:
        for one in causes[todo.pop()] - seen:
            seen.add(one)
            todo.append(one)
    return seen


@pytest.mark.parametrize("name", QUICK)
def test_the_thread_runs(name, examples, tmp_path):
    goes_through(name, examples, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", [d.name for d in deals() if d.name not in QUICK])
def test_the_thread_runs_with_every_deal(name, examples, tmp_path):
    goes_through(name, examples, tmp_path)
