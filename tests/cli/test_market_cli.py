"""The commands of the market, of prices and of staged contracts."""

import json

import pytest
from typer.testing import CliRunner

from resettle.cli import app

run = CliRunner()


def test_the_market_of_an_area(examples):
    found = run.invoke(app, ["market", "show", str(examples / "areas/maryland"), "--small-lot", "100000"])
    assert found.exit_code == 0, found.output
    assert "By sector and by size" in found.output and "Lots:" in found.output
    as_json = run.invoke(app, ["market", "show", str(examples / "areas/maryland"), "--json"])
    assert json.loads(as_json.output)["area"]


def test_a_statement_of_need_is_written(examples, tmp_path):
    out = tmp_path / "need.md"
    found = run.invoke(app, ["market", "need", str(examples / "areas/maryland"), "--out", str(out)])
    assert found.exit_code == 0, found.output
    assert out.read_text("utf-8").startswith("# What people in")


def test_a_price_and_a_zone(examples):
    bid = str(examples / "bids/peer-mentors.toml")
    found = run.invoke(app, ["price", bid, "--success", "0.3", "--worth", "12000", "--without", "0.1"])
    assert found.exit_code == 0, found.output
    assert "A price between" in found.output and "Every amount in this bid is invented." in found.output
    poor = run.invoke(app, ["price", bid, "--success", "0.3", "--worth", "900"])
    assert "Do not pay for this by results" in poor.output


def test_a_staged_contract(examples):
    found = run.invoke(app, ["innovate", str(examples / "innovation/pick-up-at-the-gate.toml"), "--draws", "1000"])
    assert found.exit_code == 0, found.output
    assert "After pilot (300 people): go on if" in found.output


@pytest.mark.parametrize("arguments", [["market", "show", "nowhere"], ["price", "no.toml"], ["innovate", "no.toml"]])
def test_a_missing_file_is_one_clear_message(arguments, capsys):
    from resettle.cli import main

    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


def test_whom_it_pays_to_choose(examples, tmp_path):
    contract, groups = (
        examples / "contracts/greater-manchester-peer-support.toml",
        examples / "groups/peer-mentors.toml",
    )
    arguments = ["contract", "segments", str(contract), "--groups", str(groups)]
    found = run.invoke(app, [*arguments, "--out", str(tmp_path)])
    assert found.exit_code == 0, found.output
    assert "Helping 32% of people properly loses money" in found.output and "parked_share" in found.output
    page = (tmp_path / "segments.html").read_text("utf-8")
    assert "Whom it pays to choose" in page and page.count("<svg") >= 3 and "Price of one outcome" in page
    assert len(json.loads(run.invoke(app, [*arguments, "--json"]).output)["steps"]) == 3


def test_what_reaches_subcontractors(examples, tmp_path):
    name = "greater-manchester-peer-support.toml"
    found = run.invoke(
        app,
        ["contract", "pass-through", str(examples / "contracts" / name), "--beliefs", str(examples / "beliefs" / name),
         "--chain", str(examples / "chains" / name), "--draws", "500", "--out", str(tmp_path)],
    )  # fmt: skip
    assert found.exit_code == 0, found.output
    assert "A women's centre (invented)" in found.output
    assert "How the risk reaches subcontractors" in (tmp_path / "pass-through.html").read_text("utf-8")


def test_money_in_peoples_own_hands(examples, tmp_path, make_area):
    people = [{"person_id": f"P{n}"} for n in range(20)]
    rating = {"rater": "person", "at_time": "now", "rated_on": "2024-01-01", "importance": 10}
    ratings = [
        {
            **rating,
            "rating_id": f"{good}{n}",
            "person_id": p["person_id"],
            "good": good,
            "attainment": 1 if n < 10 else 8,
        }
        for n, p in enumerate(people)
        for good in ("work", "life")
    ]
    make_area({"person": people, "goods_rating": ratings})
    area, plan = tmp_path / "small", str(examples / "personal/help-with-housing.toml")
    found = run.invoke(app, ["market", "personal", plan, str(area), "--out", str(tmp_path / "pages")])
    assert found.exit_code == 0, found.output
    assert "Indicative amounts" in found.output and "individual service fund" in found.output
    # Ten people lack 18 points and ten lack 4: of 20 x £850, £1,390.90 and £309.09 each.
    assert "1,390.90" in found.output and "309.09" in found.output
    assert "decides nothing" in (tmp_path / "pages/personal.html").read_text("utf-8")


def test_groups_need_beliefs(examples, tmp_path):
    contract = examples / "contracts/greater-manchester-peer-support.toml"
    found = run.invoke(
        app,
        [
            "contract",
            "report",
            str(contract),
            "--groups",
            str(examples / "groups/peer-mentors.toml"),
            "--out",
            str(tmp_path),
        ],
    )
    assert found.exit_code != 0 and "needs beliefs" in str(found.exception)
