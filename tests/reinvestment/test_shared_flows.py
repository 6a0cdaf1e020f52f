"""The published series of the macro circle against the reference notes that lie beside the checkout, cell by cell."""

import re
from pathlib import Path

import pytest

from resettle.reference.figures import figure, published

pytestmark = pytest.mark.shared
NOTES = Path(__file__).parents[2] / "../shared" / "reference" / "reinvestment.md"
COLUMNS = ("first_receptions", "releases", "recalls", "under_probation")


@pytest.fixture(scope="module")
def notes():
    return NOTES.read_text("utf-8")


def number(text):
    return float(text.replace(",", ""))


def quarters(notes):
    """The rows of the table of flows: quarter, four counts (blank where not read), population with its date."""
    rows = [line.strip().strip("|").split("|") for line in notes.splitlines() if re.match(r"\| 20\d\d Q\d ", line)]
    assert len(rows) == 11
    return [[cell.strip() for cell in row] for row in rows]


def test_every_quarter_is_shipped_as_it_was_read_and_none_besides(notes):
    rows = quarters(notes)
    for n, name in enumerate(COLUMNS, start=1):
        read = {row[0]: number(row[n]) for row in rows if row[n]}
        assert {f.period: f.value for f in published()[f"flows.{name}"]} == read


def test_populations_are_shipped_under_their_dates(notes):
    months = {"Mar": "March", "Jun": "June", "Sep": "September", "Dec": "December"}
    found = re.findall(r"([\d,]+) \((\d+) (\w{3}) (\d{4})\)", " ".join(row[5] for row in quarters(notes)))
    read = {f"{day} {months[month]} {year}": number(value) for value, day, month, year in found}
    whole = {day: value for day, value in read.items() if value > 70_000}
    assert {f.period: f.value for f in published()["flows.prison_population"]} == whole
    assert len(whole) == 9


def test_the_change_on_the_year_that_an_edition_prints_is_that_of_its_counts(notes):
    """2025 Q1 is the one quarter whose year before was read too: receptions +3 %, releases about 0, recalls +36 %."""
    assert "2025 Q1: +3 %, about 0, +36 %" in notes
    changes = [figure(f"flows.{n}", "2025 Q1").value / figure(f"flows.{n}", "2024 Q1").value - 1 for n in COLUMNS[:3]]
    assert [round(100 * one) for one in changes] == [3, 0, 36]


def test_remand_is_a_fifth_of_the_population_and_its_parts_add_up():
    remand, sentenced = figure("flows.remand").value, figure("flows.sentenced").value
    assert figure("flows.remand.untried").value + figure("flows.remand.unsentenced").value == remand
    assert round(remand / (remand + sentenced), 2) == 0.20


def test_growth_of_prices_since_2022_and_its_forecast_are_those_of_the_notes(notes):
    """Before 2022 the notes give another series than that of the Office for National Statistics, which is the one that ships."""
    text = re.search(r"\*\*2\.6 Prices\*\*.*", notes)[0]
    read = {year: float(value) for year, value in re.findall(r"(202[2-6]) ([\d.]+)", text)}
    shipped = {f.period: f.value for f in (*published()["prices.cpi"], *published()["prices.cpi.forecast"])}
    assert len(read) == 5
    assert {year: shipped[year] for year in read} == pytest.approx(read, abs=0.05)


def test_each_unit_cost_of_crime_that_was_read_is_shipped(notes):
    """Named in the notes, in pounds of 2015/16; homicide stands there in millions and is shipped to the pound."""
    text = re.search(r"\[S press summary of the tables\]: (.*)", notes)[1]
    names = {
        "rape": "rape", "robbery": "robbery", "violence with injury": "violence_with_injury", "arson": "arson",
        "theft of vehicle": "theft_of_vehicle", "theft from vehicle": "theft_from_vehicle",
        "other criminal damage": "other_criminal_damage", "cyber crime": "cyber",
    }  # fmt: skip
    for said, name in names.items():
        value = re.search(rf"(?:^|[;:] |, ){said} ([\d,]+\d)", text)[1]
        shipped = figure(f"crime.{name}.total")
        assert (shipped.value, shipped.price_year) == (number(value), 2015), said
