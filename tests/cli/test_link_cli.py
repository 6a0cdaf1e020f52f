import csv
import json
import stat
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "evidence/linkage"))
from linkage_kit import make_lists

from resettle.cli import main


@pytest.fixture(scope="module")
def lists(tmp_path_factory):
    return make_lists(tmp_path_factory.mktemp("lists"), size=300, listed=60, strangers=10)


def run(capsys, *words):
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in ("link", *words)])
    return ended.value.code, *capsys.readouterr()


def rows(file):
    return list(csv.DictReader(file.open(encoding="utf-8", newline="")))


def test_a_list_is_linked_twice_with_the_same_pseudonyms(lists, tmp_path, capsys):
    out = tmp_path / "out"
    code, said, _ = run(capsys, lists.ours, lists.theirs, "--out", out, "--check", 5)
    assert code == 0 and "of 70 records" in said and "pairs to look at" in said
    linked, people = (
        rows(out / "linked.csv"),
        {row["person_id"]: row["record_id"] for row in rows(out / "pseudonyms.csv")},
    )
    right = sum(lists.truth.get(row["record_id"]) == people[row["person_id"]] for row in linked)
    assert right / len(linked) > 0.95 and len(linked) > 50
    assert {path.name for path in out.iterdir()} == {
        "linked.csv", "pseudonyms.csv", "pseudonyms.key", "review.csv", "attrition.csv", "set_aside.csv", "linkage.json",
    }  # fmt: skip
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in out.iterdir())
    assert rows(out / "attrition.csv")[0] == {"step": "submitted", "records": "70", "left": "70"}
    review = rows(out / "review.csv")
    for row in review:
        same = lists.truth.get(row["ours"]) == row["theirs"]
        row.update(decision="same" if same else "different", looked_by="A", looked_on="2026-01-02")
    sheet = tmp_path / "filled.csv"
    with sheet.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(review[0]))
        writer.writeheader()
        writer.writerows(review)
    code, said, _ = run(capsys, lists.ours, lists.theirs, "--out", out, "--decisions", sheet, "--json")
    assert code == 0 and json.loads(said)["quality"]["links"] == 5
    again = {row["record_id"]: row["person_id"] for row in rows(out / "linked.csv")}
    assert all(again.get(row["record_id"], row["person_id"]) == row["person_id"] for row in linked)
    assert len(again) >= right


def test_a_list_that_cannot_be_used_ends_with_one_clear_error(tmp_path, lists, capsys):
    code, said, told = run(capsys, tmp_path / "none.csv", lists.theirs, "--out", tmp_path / "out")
    assert (code, said) == (2, "") and told.count("\n") == 1 and "none.csv: no such file" in told
    assert not (tmp_path / "out").exists()
