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
