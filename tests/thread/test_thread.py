"""The whole way through: findings, and that the same files give the same thread."""

import shutil
from decimal import Decimal

import pytest

from resettle.errors import BadInput
from resettle.thread.run import STAGES, make_thread
from resettle.thread.thread import Thread


def test_maryland_pays_and_says_that_the_answer_changes_with_the_test(runs):
    found = runs["maryland"].result
    assert found.effect.disputed
    assert found.statement.total == Decimal("50000.00")
    assert found.savings.what_if
    assert "what-if" in found.savings.sentence
    assert found.allocations.allocations == ()
    assert "Nothing is cashable" in found.allocations.sentence


def test_north_carolina_pays_nothing_and_never_says_no_effect(runs):
    found = runs["north-carolina"].result
    assert found.statement.total == 0
    assert "not shown" in found.effect.sentence
    assert "no effect" not in found.to_json().lower()
    assert found.savings.certain_cash == 0
    assert "a difference was not shown" in found.savings.sentence


def test_the_synthetic_area_goes_all_the_way(runs):
    found = runs["greater-manchester"].result
    assert found.statement.total > 0
    assert found.needs.known
    assert found.allocations.total + found.allocations.left == found.savings.certain_cash


def test_every_station_has_a_finding(run):
    rows = run.result.rows()
    assert [row["station"] for row in rows] == [
        "person", "plan", "service", "contract", "outcome", "impact", "payment", "saving", "reinvestment"
    ]  # fmt: skip
    assert all(row["finding"] for row in rows)


def test_a_thread_can_be_written_and_read_back(run):
    assert Thread.from_json(run.result.to_json()) == run.result


def test_the_same_files_and_seed_give_the_same_thread(examples, runs):
    said = []
    again = make_thread(examples / "runs/maryland.toml", said.append)
    assert again.result.to_json() == runs["maryland"].result.to_json()
    assert again.graph.links.equals(runs["maryland"].graph.links)
    assert tuple(said) == STAGES


def test_the_draws_agree_with_the_estimate_that_they_came_from(runs):
    for found in (r.result for r in runs.values()):
        last = found.projection.months[-1]
        assert last.reoffenders == pytest.approx(
            -found.effect.estimate * found.projection.people_a_month,
            abs=0.05 * found.projection.people_a_month * found.effect.se + 1e-9,
        )


@pytest.fixture
def copied(examples, tmp_path):
    """The documents of the Maryland run, to be spoilt."""
    for name in ("runs", "studies", "contracts", "appraisals"):
        shutil.copytree(examples / name, tmp_path / name)
    shutil.copytree(examples / "areas/maryland", tmp_path / "areas/maryland")
    return tmp_path


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("runs/maryland.toml", "areas/maryland", "areas/nowhere", "no such area"),
        ("runs/maryland.toml", "studies/maryland-aid", "studies/none", "no such file"),
        ("runs/maryland.toml", "settle_at", "setle_at", "Did you mean 'settle_at'"),
        ("runs/maryland.toml", "people_a_month = 18", "", "people_a_month"),
        ("runs/maryland.toml", "people_a_month = 18", "people_a_month = -1", "greater than 0"),
        ("runs/maryland.toml", 'by = ["age_band"]', 'by = ["agebands"]', "Did you mean 'age_band'"),
        ("appraisals/england-wales-what-if.toml", "what_if = true", "", "what_if"),
        ("appraisals/england-wales-what-if.toml", "police.incident.other", "police.incident.any", "no such figure"),
        (
            "appraisals/england-wales-what-if.toml",
            'one_off = "150000.00"',
            'one_off = "150000.001"',
            "more than two decimals",
        ),
        ("appraisals/england-wales-what-if.toml", "size = 60", "size = 0", "greater than 0"),
        ("appraisals/england-wales-what-if.toml", "price_year = 2024", "price_year = 1870", "price"),
        ("contracts/maryland-aid.toml", 'services = ["aid"]', 'services = ["bus"]', "bus"),
        ("contracts/maryland-aid.toml", 'currency = "GBP"', 'currency = "USD"', "currency"),
        ("studies/maryland-aid.toml", 'design = "randomised"', 'design = "random"', "randomised"),
    ],
)
def test_documents_that_do_not_fit_are_one_clear_error(copied, file, old, new, message):
    path = copied / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(BadInput) as caught:
        make_thread(copied / "runs/maryland.toml")
    assert message in " ".join(str(problem) for problem in caught.value.problems)


def test_own_figures_replace_published_ones_and_are_named(copied):
    (copied / "runs/own.toml").write_text('[figures]\n"police.incident.other" = 1000000\n')
    file = copied / "runs/maryland.toml"
    before = make_thread(file).result
    file.write_text(file.read_text() + 'figures = "own.toml"\n')
    after = make_thread(file).result
    assert next(f for f in after.figures if f.name == "police.incident.other").overridden_by == "own.toml"
    assert after.savings.totals[0].amount > 10 * before.savings.totals[0].amount


def test_only_a_synthetic_area_knows_the_truth(runs):
    synthetic = runs["greater-manchester"].result
    assert -0.08 < synthetic.truth < -0.03
    assert "truth is known" in synthetic.truth_sentence
    assert runs["maryland"].result.truth is None
    assert runs["maryland"].result.truth_sentence == ""


def test_a_cap_is_earned_by_what_earned_the_lines_that_it_cuts(copied):
    contract = copied / "contracts/maryland-aid.toml"
    contract.write_text(contract.read_text().replace('cap = "60000.00"', 'cap = "20000.00"'))
    made = make_thread(copied / "runs/maryland.toml")
    assert made.result.statement.total == Decimal("20000.00")
    cut = made.result.statement.lines[-1]
    assert cut.amount == Decimal("-30000.00")
    into = [link for link in made.graph.links.to_pylist() if link["to_id"] == f"line:{cut.id}"]
    assert {link["from_id"]: link["share"] for link in into} == {
        "contract:maryland-aid": None,
        "effect:maryland-aid": 1.0,
    }
