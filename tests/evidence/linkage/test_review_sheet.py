import csv
import io

import pytest
from linkage_kit import TODAY, write

from resettle.errors import BadInput
from resettle.evidence.linkage import read_decisions, read_people
from resettle.evidence.linkage.deciding import Asked
from resettle.evidence.linkage.model import Pair
from resettle.evidence.linkage.review import decided_pairs, review_sheet

HEADER = ("record_id", "forename", "surname", "birth_date", "crn")


@pytest.fixture
def sides(tmp_path):
    ours = write(
        tmp_path / "a.csv", HEADER, [("=1+1", "Ann", "Lee", "1990-01-02", ""), ("2", "Bob", "Ray", "1991-01-02", "")]
    )
    theirs = write(tmp_path / "b.csv", HEADER, [("r1", "Anne", "Lee", "1990-01-02", "X123456")])
    return read_people(ours, TODAY), read_people(theirs, TODAY)


@pytest.fixture
def rows(sides):
    sheet = review_sheet([Asked(Pair(0, 0, 0.75), "likely, not sure")], *sides)
    return list(csv.DictReader(io.StringIO(sheet)))


@pytest.fixture
def read(tmp_path):
    def save_and_read(rows, **changes):
        filled = [{**row, "decision": "same", "looked_by": "A", "looked_on": "2026-01-02", **changes} for row in rows]
        return read_decisions(write(tmp_path / "s.csv", list(filled[0]), [list(row.values()) for row in filled]))

    return save_and_read


def test_both_records_stand_side_by_side(rows):
    (row,) = rows
    assert row["ours_forename"] == "ANN" and row["theirs_forename"] == "ANNE" and row["probability"] == "0.7500"
    assert row["ours"] == "'=1+1"  # no formula for a spreadsheet to run
    assert list(row)[-3:] == ["decision", "looked_by", "looked_on"] and row["decision"] == ""


def test_a_filled_sheet_comes_back_as_decided(rows, read, sides):
    (made,) = read(rows)
    assert (made.ours, made.theirs, made.decision) == ("=1+1", "r1", "same")
    assert decided_pairs([made], *sides) == {(0, 0): True}
    assert decided_pairs(read(rows, decision="different"), *sides) == {(0, 0): False}


def test_rows_without_a_decision_are_passed_over(rows, read):
    assert read(rows, decision="") == ()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"decision": "maybe"}, "row 2, decision: Input should be 'same' or 'different' (found 'maybe')"),
        ({"looked_by": ""}, "row 2, looked_by"),
        ({"looked_on": "yesterday"}, "row 2, looked_on"),
    ],
)
def test_a_sheet_filled_wrongly_is_told_by_row(rows, read, changes, said):
    with pytest.raises(BadInput) as error:
        read(rows, **changes)
    assert said in str(error.value)


def test_contradictions_are_refused(rows, read):
    with pytest.raises(BadInput, match="decided twice"):
        read([*rows, *rows])
    with pytest.raises(BadInput, match="one record cannot be two people"):
        read([*rows, {**rows[0], "theirs": "r2"}])


def test_a_decision_is_about_what_was_seen(rows, read, sides):
    with pytest.raises(BadInput, match="the records have changed since this was decided"):
        decided_pairs(read(rows, seal="0" * 16), *sides)
    with pytest.raises(BadInput, match=r"a decision on a record that is not there \(found 'r9'\)"):
        decided_pairs(read(rows, theirs="r9"), *sides)


def test_what_is_no_sheet_is_refused(tmp_path):
    with pytest.raises(BadInput, match="no such file"):
        read_decisions(tmp_path / "none.csv")
    with pytest.raises(BadInput, match="missing column"):
        read_decisions(write(tmp_path / "x.csv", ("ours", "theirs"), [("1", "2")]))
    (tmp_path / "y.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput, match="cannot be read as a review sheet"):
        read_decisions(tmp_path / "y.csv")
