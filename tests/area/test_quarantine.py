"""Bad rows wait whole; mended, they come in, and nothing is ever dropped."""

import csv
import json

import pyarrow.parquet as pq
import pytest
from area_kit import PEOPLE, bring, files, made, peopled, stored

from resettle.area.importing import import_table, quarantined, write_quarantine
from resettle.errors import BadInput

BAD = "person_id,birth_date,sex\nP1,1980-02-31,M\nP2,1980-01-02,W\n,1990-01-01,F\nP4,1991-01-01,F\n"


def statuses(area):
    table = pq.read_table(area / "quarantine.parquet")
    return dict(zip([c[0] for c in table["cells"].to_pylist()], table["status"].to_pylist(), strict=True))


def edited(path, change):
    """Change an exported file as a person would: `change` maps an identifier to the cells to set."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row.update(change.get(row["person_id"], {}))
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def test_bad_rows_keep_their_cells_and_say_what_to_do(tmp_path):
    area = made(tmp_path / "a")
    bring(area, "person", BAD)
    rows = quarantined(area, "person").to_pylist()
    assert [r["cells"] for r in rows] == [["P1", "1980-02-31", "M"], ["P2", "1980-01-02", "W"], ["", "1990-01-01", "F"]]
    assert [(r["file"], r["row"]) for r in rows] == [("in.csv", 2), ("in.csv", 3), ("in.csv", 4)]
    problem = rows[0]["problems"][0]
    assert problem == {
        "column": "birth_date",
        "rule": "no such date",
        "value": "1980-02-31",
        "do": "Check the day and the month.",
    }


def test_the_same_file_twice_adds_nothing(tmp_path):
    area = made(tmp_path / "a")
    bring(area, "person", BAD)
    before = files(area)
    report = bring(area, "person", BAD)
    assert (report.kept, report.quarantined, report.already_there) == (0, 3, 1)
    after = files(area)
    assert {n: d for n, d in before.items() if n != "imports.jsonl"} == {
        n: d for n, d in after.items() if n != "imports.jsonl"
    }
    assert [json.loads(line)["read"] for line in after["imports.jsonl"].decode().splitlines()] == [4, 4]


def test_a_mended_export_comes_in_and_leaves_the_quarantine(tmp_path):
    area = made(tmp_path / "a")
    bring(area, "person", BAD)
    (out,) = write_quarantine(area, "person", tmp_path / "bad.csv")
    edited(out, {"P1": {"birth_date": "1980-02-28"}, "": {"person_id": "P3"}})
    report = import_table(area, "person", out)
    assert (report.kept, report.quarantined, report.mended) == (2, 1, 2)
    assert quarantined(area)["cells"].to_pylist() == [["P2", "1980-01-02", "W"]]
    assert statuses(area) == {"P1": "mended", "P2": "open", "": "mended"}
    assert len(stored(area, "person")) == 3
    again = import_table(area, "person", out)
    assert (again.kept, again.already_there, again.quarantined, again.mended) == (0, 2, 1, 0)


def test_a_mended_original_comes_in_and_leaves_the_quarantine(tmp_path):
    area = made(tmp_path / "a")
    bring(area, "person", BAD)
    report = bring(area, "person", BAD.replace("02-31", "02-28").replace("W", "F").replace("\n,", "\nP3,"))
    assert (report.kept, report.already_there, report.mended) == (3, 1, 3)
    assert quarantined(area).num_rows == 0 and set(statuses(area).values()) == {"mended"}


def test_a_mended_row_in_another_file_is_known_by_its_key(tmp_path):
    area = made(tmp_path / "a")
    bring(area, "person", BAD)
    report = bring(area, "person", "person_id,birth_date\nP1,1980-02-28\n", name="later.csv")
    assert (report.kept, report.mended) == (1, 1)
    assert statuses(area) == {"P1": "mended", "P2": "open", "": "open"}


def test_another_file_of_the_same_name_closes_nothing_that_it_does_not_mend(tmp_path):
    area = made(tmp_path / "a")
    bring(area, "person", BAD)
    assert bring(area, "person", PEOPLE.replace("P", "Q")).mended == 0
    assert quarantined(area).num_rows == 3


def test_a_row_that_comes_back_changed_but_still_bad_is_replaced(tmp_path):
    area = made(tmp_path / "a")
    bring(area, "person", BAD)
    (out,) = write_quarantine(area, "person", tmp_path / "bad.csv")
    edited(out, {"P1": {"birth_date": "1980-02-30"}})
    assert import_table(area, "person", out).quarantined == 3
    assert sorted(c[1] for c in quarantined(area)["cells"].to_pylist()) == ["1980-01-02", "1980-02-30", "1990-01-01"]
    table = pq.read_table(area / "quarantine.parquet").to_pylist()
    old = next(r for r in table if r["status"] == "replaced")
    assert old["cells"][1] == "1980-02-31"
    assert old["replaced_by"] == next(r["quarantine_id"] for r in table if r["cells"][1] == "1980-02-30")


def test_orphans_come_in_once_their_person_does(tmp_path):
    area = peopled(tmp_path / "a")
    offences = "offence_id,person_id,offence_date,outcome\n1,P1,2019-01-01,caution\n2,P4,2019-01-01,caution\n"
    assert bring(area, "offence", offences).quarantined == 1
    bring(area, "person", "person_id,sex\nP4,M\n")
    report = bring(area, "offence", offences)
    assert (report.kept, report.already_there, report.mended) == (1, 1, 1)


def test_one_of_two_conflicting_rows_chosen(tmp_path):
    area = made(tmp_path / "a")
    bring(area, "person", "person_id,sex\nP1,M\nP1,F\n")
    (out,) = write_quarantine(area, "person", tmp_path / "bad.csv")
    out.write_text("".join(line for line in out.read_text().splitlines(True) if not line.rstrip().endswith(",M")))
    report = import_table(area, "person", out)
    assert (report.kept, report.mended) == (1, 2)
    assert quarantined(area).num_rows == 0


def test_a_ragged_row_filled_up_by_a_spreadsheet_is_not_taken_for_mended(tmp_path):
    area = made(tmp_path / "a")
    bring(area, "person", "person_id,birth_date,sex\nP1,M\nP2,1980-01-02,F,,x\n")
    (out,) = write_quarantine(area, "person", tmp_path / "bad.csv")
    lines = out.read_text().splitlines()
    assert lines[1].endswith(",P1,M") and lines[2].endswith(",P2,1980-01-02,F,,x")
    filled = "\n".join([lines[0], f"{lines[1]},", lines[2].removesuffix(",,x")])
    out.write_text(filled + "\n")
    assert import_table(area, "person", out).quarantined == 2
    out.write_text(filled.replace("P1,M,", "P1,,M") + "\n")
    assert import_table(area, "person", out).mended == 1


def test_a_quarantine_that_cannot_be_read_stops_the_import_and_stays(tmp_path):
    area = made(tmp_path / "a")
    bring(area, "person", BAD)
    file = area / "quarantine.parquet"
    file.write_bytes(file.read_bytes()[:-9])
    before = files(area)
    for work in (lambda: bring(area, "person", PEOPLE), lambda: quarantined(area)):
        with pytest.raises(BadInput, match="the quarantine cannot be read"):
            work()
    assert files(area) == before


HOSTILE = ["=1+1", "+44 161", "-x", "@SUM(A1)", "\t=1", "'=quoted", "''@twice", "=cmd|' /C calc'!A0", "-5", "plain"]


def test_what_a_spreadsheet_would_run_is_marked_and_comes_back_as_it_was(tmp_path):
    area = made(tmp_path / "a")
    file = tmp_path / "in.csv"
    with file.open("w", newline="") as out:
        csv.writer(out).writerows(
            [["service_id", "=name", "capacity"], *([f"S{i}", v, "x"] for i, v in enumerate(HOSTILE))]
        )
    (tmp_path / "m.toml").write_text('[columns]\n"=name" = "name"\n')
    import_table(area, "service", file, tmp_path / "m.toml")
    (out,) = write_quarantine(area, "service", tmp_path / "bad.csv")
    with out.open(newline="") as lines:
        rows = list(csv.reader(lines))
    assert all(not cell.startswith(("=", "+", "@", "\t")) and cell != "-x" for row in rows for cell in row)
    out.write_text(out.read_text().replace(",x\n", ",5\n").replace(",x\r\n", ",5\r\n"))
    assert import_table(area, "service", out, tmp_path / "m.toml").mended == len(HOSTILE)
    assert sorted(dict(r)["name"] for r in stored(area, "service")) == sorted(v.strip() for v in HOSTILE)


def test_files_with_other_columns_are_exported_apart_and_nothing_is_written_over(tmp_path):
    area = made(tmp_path / "a")
    bring(area, "person", "person_id,sex\nP1,x\n")
    bring(area, "person", "sex,person_id\ny,P2\n")
    paths = write_quarantine(area, "person", tmp_path / "bad.csv")
    assert [p.name for p in paths] == ["bad.csv", "bad-2.csv"]
    with pytest.raises(BadInput, match="there is a file of this name"):
        write_quarantine(area, "person", tmp_path / "bad.csv")
    with pytest.raises(BadInput, match="no open quarantined rows"):
        write_quarantine(area, "place", tmp_path / "other.csv")
    with pytest.raises(BadInput, match="cannot be written"):
        write_quarantine(area, "person", tmp_path / "none/bad.csv")
