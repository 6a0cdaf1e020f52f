"""An area whose tables break their declarations is refused before it is used, because its figures would not look wrong."""

import shutil

import pytest

from resettle.area import open_area
from resettle.area.sound import STAMP, require_sound
from resettle.errors import BadInput
from resettle.evidence.evaluate import evaluate
from resettle.evidence.measures import measure
from resettle.evidence.survival import time_to_first


@pytest.fixture
def spoilt(examples, tmp_path):
    """A copy of Maryland, and the means to spoil one of its tables."""
    folder = tmp_path / "maryland"
    shutil.copytree(examples / "areas/maryland", folder)
    (folder / STAMP).unlink(missing_ok=True)

    def spoil(table, change):
        file = folder / "tables" / f"{table}.csv"
        file.write_text(change(file.read_text()))
        return open_area(folder)

    spoil.folder = folder
    return spoil


def twice(text):
    lines = text.splitlines(keepends=True)
    return text + "".join(lines[1:101])


@pytest.mark.parametrize(
    ("table", "change", "message"),
    [
        ("index_event", twice, "index_event.csv"),
        ("offence", twice, "offence.csv"),
        ("person", twice, "person.csv"),
        ("offence", lambda t: t.replace(",arrest", ",Arrest"), "arrest"),
        ("offence", lambda t: t.replace(",M0", ",M00"), "person"),
        ("index_event", lambda t: t.replace("1970-01-01", "0001-01-01"), "0001-01-01"),
        ("offence", lambda t: "", "empty"),
    ],
)
def test_what_would_give_a_wrong_number_is_refused(spoilt, table, change, message):
    area = spoilt(table, change)
    for use in (lambda: measure(area, "rearrest-52-weeks"), lambda: time_to_first(area, "rearrest-52-weeks")):
        with pytest.raises(BadInput) as caught:
            use()
        assert message in str(caught.value)
        assert "resettle area check" in str(caught.value.problems[-1])


def test_nobody_is_said_not_to_have_reoffended_where_there_is_no_record_of_offences(spoilt, examples):
    (spoilt.folder / "tables/offence.csv").unlink()
    area = open_area(spoilt.folder)
    with pytest.raises(BadInput, match="no table offence"):
        measure(area, "rearrest-52-weeks")
    with pytest.raises(BadInput, match="no table offence"):
        evaluate(area, examples / "studies/maryland-aid.toml")


def test_a_fault_in_a_table_that_is_not_needed_does_not_stop_a_measure(spoilt):
    area = spoilt("provider", lambda t: t.replace("public", "nonsense"))
    assert measure(area, "rearrest-52-weeks").measures[0].count == 114
    assert not (spoilt.folder / STAMP).exists()


def test_a_state_that_passed_is_remembered_until_a_table_changes(spoilt):
    area = spoilt("person", lambda t: t)
    measure(area, "rearrest-52-weeks")
    assert (spoilt.folder / STAMP).exists()
    with pytest.raises(BadInput):
        measure(spoilt("person", twice), "rearrest-52-weeks")


def test_a_table_with_semicolons_is_told_before_what_follows_from_it(make_area):
    """Excel saves CSV with semicolons in many countries: the file is the fault, not the people whose place is then unknown."""
    area = make_area(
        {
            "place": [{"place_id": "bolton", "name": "Bolton", "kind": "borough"}],
            "person": [{"person_id": "P1", "place_id": "bolton"}],
        }
    )
    file = area.path / "tables" / "place.csv"
    (area.path / "tables" / "place.parquet").unlink(missing_ok=True)
    file.write_text("\ufeffplace_id;name;kind\nbolton;Bolton;borough\n", "utf-8")
    with pytest.raises(BadInput) as caught:
        require_sound(open_area(area.path), "person")
    first = caught.value.problems[0]
    assert (first.rule, first.row, first.value) == ("the columns are not separated by commas", 1, "place_id;name;kind")
    assert first.file.endswith("place.csv") and "commas" in first.do
