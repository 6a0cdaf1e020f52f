"""A new area: described, empty, with a template for each table."""

import csv
from datetime import date

import pytest
from area_kit import made

from resettle.area import tables
from resettle.area.create import new_area
from resettle.area.importing import import_table
from resettle.errors import BadInput

GIVEN = {
    "name": 'A "quoted" place',
    "place": "Back\\slash\nand \x7f é",
    "period_start": date(2015, 1, 1),
    "period_end": date(2020, 12, 31),
    "extract_date": date(2022, 1, 1),
    "source": "s",
    "licence": "l",
    "records": "nominal",
    "note": "Said.",
}


def test_a_new_area_reads_back_as_given(tmp_path):
    area = new_area(tmp_path / "a", **GIVEN)
    assert {name: getattr(area.info, name) for name in GIVEN} == GIVEN
    assert area.info.currency == "GBP" and area.tables == []


def test_every_table_has_a_template_that_imports_as_no_rows(tmp_path):
    area = made(tmp_path / "a")
    templates = sorted((area / "templates").iterdir())
    assert [t.stem for t in templates] == sorted(tables())
    for template in templates:
        with template.open(newline="") as file:
            assert list(csv.reader(file)) == [list(tables()[template.stem].columns)]
    assert import_table(area, "person", area / "templates/person.csv").read == 0


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"records": "invented"}, "Known: nominal, real, synthetic"),
        ({"period_end": date(2014, 1, 1)}, "not in this order"),
        ({"extract_date": date(2016, 1, 1)}, "not in this order"),
    ],
)
def test_an_area_that_makes_no_sense_is_refused_and_nothing_is_left(tmp_path, change, rule):
    with pytest.raises(BadInput, match=rule):
        new_area(tmp_path / "a", **{**GIVEN, **change})
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_in_it_is_refused(tmp_path):
    with pytest.raises(BadInput, match="the folder is not empty"):
        made(made(tmp_path / "a"))
