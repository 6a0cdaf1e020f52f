"""Extracts that others send, under the pseudonyms of the exports: whose rows go, what stays behind, and what is refused."""

import csv

import pytest

from resettle.errors import BadInput
from resettle.reference.identifiers import invented
from resettle.web.exporting import pseudonymise
from resettle.web.exporting.pseudonyms import Pseudonyms, export_key
from resettle.web.people.models import Identifier

HEAD = "person_id,Full name,offence_date,outcome"


@pytest.fixture
def numbered(office):
    """A person whom the police know by one number and probation by another."""
    Identifier.objects.create(person=office.ada, kind="pnc", value=invented("pnc", 7))
    Identifier.objects.create(person=office.ada, kind="crn", value=invented("crn", 7))
    return office.ada


def sent(folder, *lines, head=HEAD, name="sent.csv"):
    (folder / name).write_text("\n".join([head, *lines]), "utf-8")
    return folder / name


def read(file):
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def written(folder, file, mapping=None):
    return pseudonymise(file, folder / "out.csv", "offence", mapping, folder / "key")


def test_any_number_of_a_person_leads_to_one_pseudonym_and_names_stay(tmp_path, numbered):
    pnc = invented("pnc", 7).replace("/", " / ").lower()
    done = written(
        tmp_path, sent(tmp_path, f"{pnc},Ann Other,2024-01-02,caution", "X900007,Ann Other,2024-02-03,conviction")
    )
    rows = read(done.out)
    assert {row["person_id"] for row in rows} == {Pseudonyms(export_key(tmp_path / "key")).of("P", numbered.pk)}
    assert list(rows[0]) == ["offence_id", "person_id", "offence_date", "outcome"] and done.columns == ["Full name"]
    assert "Ann" not in done.out.read_text("utf-8") and not done.left_out.exists()


def test_each_row_is_in_one_of_the_two_files(tmp_path, numbered):
    lines = [
        "X900007,A,2024-01-02,caution",
        "X900008,B,2024-01-02,caution",
        "?,C,2024-01-02,caution",
        ",D,2024-01-02,caution",
    ]
    done = written(tmp_path, sent(tmp_path, *lines))
    assert done.written == len(read(done.out)) == 1
    left = read(done.left_out)
    assert [(row["_row"], row["Full name"]) for row in left] == [("3", "B"), ("4", "C"), ("5", "D")]
    assert [row["_why"] for row in left] == [
        "nobody in the workspace has this number",
        "no number that can be read",
        "no number that can be read",
    ]


def test_two_offences_alike_stay_two_and_a_second_time_gives_the_same_numbers(tmp_path, numbered):
    alike = ["X900007,A,2024-01-02,caution"] * 2
    done = written(tmp_path, sent(tmp_path, *alike))
    again = pseudonymise(sent(tmp_path, *alike), tmp_path / "again.csv", "offence", None, tmp_path / "key")
    assert len({row["offence_id"] for row in read(done.out)}) == 2
    assert done.out.read_text("utf-8") == again.out.read_text("utf-8")


def test_the_number_of_a_record_is_hidden_too(tmp_path, numbered):
    file = sent(tmp_path, "CASE-77,X900007,2024-01-02", head="offence_id,person_id,offence_date")
    done = written(tmp_path, file)
    assert "CASE-77" not in done.out.read_text("utf-8") and read(done.out)[0]["offence_id"].startswith("X")


def test_a_duplicate_goes_under_the_record_that_stands(tmp_path, numbered):
    from resettle.web.people.models import Person

    stands = Person.objects.create(name="The One", birth_date="1990-01-01", added_by=numbered.added_by)
    Person.objects.filter(pk=numbered.pk).update(merged_into=stands)
    done = written(tmp_path, sent(tmp_path, "X900007,A,2024-01-02,caution"))
    assert read(done.out)[0]["person_id"] == Pseudonyms(export_key(tmp_path / "key")).of("P", stands.pk)


def test_a_cell_that_is_a_formula_does_not_run(tmp_path, numbered):
    done = written(tmp_path, sent(tmp_path, "X900007,A,=1+1,-3"))
    assert read(done.out)[0]["offence_date"] == "'=1+1" and read(done.out)[0]["outcome"] == "-3"


def test_what_cannot_be_done_is_said_and_nothing_is_written(tmp_path, numbered):
    file = sent(tmp_path, "X900007,A,2024-01-02,caution", head="CRN,Full name,offence_date,outcome")
    with pytest.raises(BadInput, match="no column says whose record it is"):
        written(tmp_path, file)
    with pytest.raises(BadInput, match=r"no such table about people.*offence"):
        pseudonymise(file, tmp_path / "out.csv", "offense", None, tmp_path / "key")
    with pytest.raises(BadInput, match="no such file"):
        written(tmp_path, tmp_path / "not-there.csv")
    assert not (tmp_path / "out.csv").exists()
    (tmp_path / "out.csv").write_text("kept", "utf-8")
    with pytest.raises(BadInput, match="already"):
        written(tmp_path, sent(tmp_path, "X900007,A,2024-01-02,caution"))
    assert (tmp_path / "out.csv").read_text("utf-8") == "kept"
