"""Files of evidence as a bidder sends them, with something wrong: one error, with its place and what to do, or a note."""

from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from contract_kit import BASE, FEE, TARIFF
from hypothesis import given, settings
from hypothesis import strategies as st

from resettle.commissioning import parse_contract, settle
from resettle.commissioning.evidence import read_evidence
from resettle.errors import BadInput

LEVEL = """
[[service_levels]]
id = "prompt"
payment = "fee"
target = 95
steps = [{ short_by = 0, credit = "0.10" }]
"""
BUDGET = '\n[[payments]]\nid = "own"\nkind = "personal_budget"\namounts = { any = "500.00" }\n'
RATE = (
    '\n[[measures]]\nid = "again"\n[[payments]]\nid = "rate"\nkind = "outcome_rate"\nmeasure = "again"\nprice = "10.00"\n'
    'per = "point"\ndead_zone = "none"\n'
)
AGREED = parse_contract(BASE + FEE + TARIFF + LEVEL + BUDGET + RATE)
AT = AGREED.period.end

NAMES = "evidence_id,person,lot,outcome,observed_on,verification,verified_on,band\n"
ROW = "e1,p1,lot-1,home,2024-03-01,document,2024-03-10,low\n"
NEXT = ROW.replace("e1", "e2").replace("p1", "p2")

# The file, and what its one error says from the place on.
ROWS = {
    "a month that is none": (NAMES + ROW + NEXT.replace("2024-03-01", "2024-13-01"), r"row 3, observed_on: not a date \(found '2024-13-01'\)"),
    "a date as it is spoken": (NAMES + ROW + NEXT.replace("2024-03-01", "01/03/2024"), r"row 3, observed_on: not a date"),
    "a verification some day": (NAMES + ROW + NEXT.replace("2024-03-10", "soon"), r"row 3, verified_on: not a date"),
    "a date after a blank line": (NAMES + "\n" + ROW + "\n" + NEXT.replace("2024-03-10", "soon"), r"row 5, verified_on: not a date"),
    "a date after a line in two": (NAMES + ROW.replace("p1", '"p\n1"') + NEXT.replace("2024-03-10", "NA"), r"row 4, verified_on: not a date"),
    "a time of day": (NAMES + ROW.replace("2024-03-01", "2024-03-01T10:00:00"), r"row 2, observed_on: not a date"),
    "a year of five digits": (NAMES + ROW.replace("2024-03-01", "20244-03-01"), r"row 2, observed_on: not a date"),
    "semicolons": ((NAMES + ROW).replace(",", ";"), r"row 1: columns are not parted by commas"),
    "tabs": ((NAMES + ROW).replace(",", "\t"), r"row 1: columns are not parted by commas"),
    "a row too short": (NAMES + ROW + "e2,p2\n", r"row 3: a row of another length \(found '2 values for 8 columns'\)"),
    "a row too long": (NAMES + NEXT.strip() + ",x\n" + ROW, r"row 2: a row of another length \(found '9 values for 8 columns'\)"),
    "a quote that does not end": (NAMES + '"' + ROW, r"row 2: a row of another length"),
    "no names": (ROW, r"evidence_id: a column is missing\. Add it\. There are e1, p1"),
    "nothing": ("", r"an empty file"),
    "a column in capitals": (NAMES.replace("person", "Person") + ROW, r"row 1, Person: an unknown column\. Did you mean 'person'"),
    "a space before a column": (NAMES.replace(",person", ", person") + ROW, r"an unknown column\. Did you mean 'person'"),
    "a column misspelt": (NAMES.replace("verified_on", "verifed_on") + ROW, r"verifed_on: an unknown column\. Did you mean 'verified_on'"),
    "no lot": ((NAMES + ROW).replace("lot,", "").replace("lot-1,", ""), r"lot: a column is missing"),
    "a space round the lot": (NAMES + ROW.replace("lot-1", " lot-1"), r"row 2, lot: a space before or behind the word \(found \"' lot-1'\"\)"),
    "a space behind the outcome": (NAMES + ROW + NEXT.replace("home", "home "), r"row 3, outcome: a space before or behind the word"),
    "a verification in capitals": (NAMES + ROW + NEXT.replace("document", "Document"), r"row 3, verification: not one of .* Did you mean 'document'"),
    "no person, after a blank line": (NAMES + "\n" + ROW.replace("p1", ""), r"row 3, person: an empty value"),
    "verified before it was seen": (NAMES + ROW + NEXT.replace("2024-03-10", "2024-02-10"), r"row 3, verified_on: verified before observed"),
    "another lot in capitals": (NAMES + ROW.replace("lot-1", "LOT-1"), r"lot: evidence for another lot \(found 'LOT-1'\)"),
    "in another script": ((NAMES + ROW + NEXT.replace("p2", "pé")).encode("latin-1"), r"row 3: not UTF-8 text"),
    "in two bytes a letter": ((NAMES + ROW).encode("utf-16"), r"row 1: not UTF-8 text"),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_a_broken_file_of_rows_is_told_with_its_place(name, tmp_path):
    text, said = ROWS[name]
    file = tmp_path / "rows.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(BadInput, match=said) as caught:
        read_evidence(file, AGREED)
    assert (
        len(caught.value.problems) == 1 and caught.value.problems[0].file == str(file) and caught.value.problems[0].do
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"band": [["low"]]}, "band: a column of another type"),
        ({"person": [{"a": 1}]}, "person: a column of another type"),
        ({"person": [b"\xff"]}, "person: a column of another type"),
        ({"observed_on": ["01/03/2024"]}, "observed_on: a column of another type"),
        ({"verified_on": [date(2020, 1, 1)]}, "row 2, verified_on: verified before observed"),
        ({"verification": ["document "]}, "row 2, verification: a space"),
        ({"Band": ["low"]}, "row 1, Band: an unknown column"),
    ],
)
def test_a_broken_parquet_file_is_told(change, said, tmp_path):
    given = {
        "evidence_id": ["e1"],
        "person": ["p1"],
        "lot": ["lot-1"],
        "outcome": ["home"],
        "observed_on": [datetime(2024, 3, 1)],
        "verification": ["document"],
    }
    file = tmp_path / "rows.parquet"
    pq.write_table(pa.table(given), file)
    assert settle(AGREED, read_evidence(file, AGREED), AT).lines
    pq.write_table(pa.table(given | change), file)
    with pytest.raises(BadInput, match=said):
        read_evidence(file, AGREED)


def result(**changes):
    given = {
        "id": '"r"',
        "measure": '"again"',
        "people": "400",
        "value": "0.42",
        "comparison": "0.45",
        "comparison_people": "400",
    }
    return "[[results]]\n" + "".join(f"{key} = {value}\n" for key, value in (given | changes).items())


def start(person, **changes):
    given = {"participation": '"1"', "person": f'"{person}"', "service": '"peer"', "started_on": "2024-01-10"}
    return "[[starts]]\n" + "".join(f"{key} = {value}\n" for key, value in (given | changes).items())


def level(name, day, value=90):
    return f'[[levels]]\nid = "{name}"\nservice_level = "prompt"\nstarts_on = {day}\nvalue = {value}\n'


def spent(amount):
    return f'[[spending]]\nid = "s"\npayment = "own"\nspent_on = 2024-03-01\namount = {amount}\nperson = "p"\n'


# A document of evidence after its lot, and what its one error says.
RECORDS = {
    "half a person": (result(people="400.5"), r"line 5, results\.1\.people: not a whole number"),
    "yes for a number": (result(people="true"), r"line 5, results\.1\.people: not a whole number"),
    "a time of day": (result(known_on="2024-06-01T10:00:00"), r"line 9, results\.1\.known_on: a time of day, where a date is asked for"),
    "a date as it is spoken": (result(known_on='"01/06/2024"'), r"line 9, results\.1\.known_on: not a date"),
    "an id with a space": (result(id='"a b"'), r"line 3, results\.1\.id: not an identifier"),
    "an interval upside down": (result(low="0.1", high="-0.1"), r"line 9, results\.1\.low: the interval is upside down"),
    "half an interval": (result(low="0.01"), r"line 9, results\.1\.low: an interval with one end: `high` is missing"),
    "an interval of something else": (result(low="0.5", high="0.6"), r"the interval does not hold the reduction .*less the value is 0\.03"),
    "one result, not a list": ("[results]\nid = 'r'\n", r"line 2, results: not a list"),
    "numbers for results": ("results = [1]\n", r"line 2, results\.1: not a table"),
    "a number for a note": ("notes = [1]\n", r"line 2, notes\.1: not text"),
    "parts of a penny": (spent('"1.005"'), r"line 6, spending\.1\.amount: money has more than two decimals"),
    "two readings of a month": (level("a", "2024-03-01") + level("b", "2024-03-01", 80), r"reading b, starts_on: two readings of service level 'prompt' for the same days .*Reading a goes on to 2024-03-31"),
    "readings that overlap": (level("a", "2024-03-01") + level("b", "2024-03-17"), r"two readings of service level 'prompt' for the same days"),
    "one start, two people": (start("p") + start("q"), r"two different starts have the same id \(found '1'\)"),
    "referred after the start": (start("p", referred_on="2024-05-01"), r"line 7, starts\.1\.referred_on: referred after the start"),
}  # fmt: skip


@pytest.mark.parametrize("name", RECORDS)
def test_a_broken_document_of_evidence_is_told_with_its_place(name, tmp_path):
    text, said = RECORDS[name]
    file = tmp_path / "evidence.toml"
    file.write_text('lot = "lot-1"\n' + text, "utf-8")
    with pytest.raises(BadInput, match=said) as caught:
        settle(AGREED, read_evidence(file, AGREED), AT)
    assert len(caught.value.problems) == 1 and caught.value.problems[0].do


def test_readings_one_after_the_other_are_each_read_once(tmp_path):
    file = tmp_path / "evidence.toml"
    file.write_text(
        'lot = "lot-1"\n' + level("a", "2024-03-01") + level("b", "2024-04-01") + level("a", "2024-03-01"), "utf-8"
    )
    found = settle(AGREED, read_evidence(file, AGREED), AT)
    assert [line.period for line in found.lines if line.rule == "credit"] == [
        "2024-03-01 to 2024-03-31",
        "2024-04-01 to 2024-04-30",
    ]


def test_what_the_contract_does_not_pay_by_is_said(tmp_path):
    file = tmp_path / "evidence.toml"
    volume = '[[volumes]]\nid = "v"\nstarts_on = 2024-01-01\nnumber = 5\n'
    file.write_text('lot = "lot-1"\n' + start("p", service='"pear"') + volume, "utf-8")
    notes = settle(AGREED, read_evidence(file, AGREED), AT).notes
    assert "1 start set aside: of another service (pear 1)." in notes
    assert "1 number of people served set aside: no payment of this contract follows volume." in notes


@pytest.mark.parametrize("end", ["xlsx", "ods", "json", "zip"])
def test_kinds_of_files_that_are_not_read_are_named(end, tmp_path):
    file = tmp_path / f"evidence.{end}"
    file.write_bytes(b"PK\3\4")
    with pytest.raises(BadInput, match=r"a kind of file that is not read\. Save it as CSV, Parquet or TOML"):
        read_evidence(file, AGREED)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'kind = "unit_tariff"',
            'kind = "unit_tarif"',
            r"\.kind: not one of the known values .*Did you mean 'unit_tariff'",
        ),
        ('services = ["peer"]', 'services = "peer"', r"population\.services: not a list"),
        ("start = 2024-01-01", 'start = "01/01/2024"', r"period\.start: not a date"),
        ("start = 2024-01-01", 'start = "soon"', r"period\.start: not a date"),
        ("price_base_year = 2024", 'price_base_year = "then"', r"price_base_year: not a whole number"),
        ('id = "lot-1"', 'id = "../lot-1"', r"id: not an identifier"),
        ('id = "lot-1"', 'id = "lot-1"\ncurrency = "pounds"', r"currency: not a currency .*GBP"),
        ('id = "lot-1"', 'id = "lot-1"\nlimits = 5', r"limits: not a table"),
    ],
)
def test_a_broken_contract_is_told_in_plain_words(old, new, said):
    text = BASE + FEE + TARIFF
    assert old in text
    with pytest.raises(BadInput, match=said) as caught:
        parse_contract(text.replace(old, new, 1))
    (fault,) = caught.value.problems
    assert fault.row and new.split("\n")[-1].split(" = ")[0] in text.replace(old, new, 1).splitlines()[fault.row - 1]


@pytest.mark.parametrize("title", ['"   "', '"\\n"', '""'])
def test_a_title_must_not_be_blank(title):
    lines = [f"title = {title}" if line.startswith("title = ") else line for line in (BASE + FEE).splitlines()]
    with pytest.raises(BadInput, match="title"):
        parse_contract("\n".join(lines))


SOUND = {
    "rows.csv": NAMES + ROW + NEXT,
    "evidence.toml": 'lot = "lot-1"\n' + result() + start("p") + level("a", "2024-03-01") + spent("5"),
}


PIECES = st.one_of(
    st.sampled_from(
        [
            ",",
            ",,",
            '"',
            "\n",
            "\r\n",
            "\t",
            ";",
            "-",
            "1e9",
            "nan",
            "true",
            "[]",
            "{}",
            "9" * 30,
            "2024-02-30",
            "0001-01-01",
        ]
    ),
    st.text(alphabet=st.characters(codec="utf-8"), max_size=6),
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(SOUND)), st.data())
def test_a_file_with_anything_in_it_is_settled_or_told_of(name, data):
    """Pieces of a sound file are replaced by any text or by a piece of it: nothing but a `BadInput` may come of it."""
    text = SOUND[name]
    for _ in range(data.draw(st.integers(1, 3))):
        first = data.draw(st.integers(0, len(text)))
        last = data.draw(st.integers(first, min(len(text), first + 12)))
        text = text[:first] + data.draw(PIECES) + text[last:]
    with TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_text(text, "utf-8", newline="")
        try:
            found = settle(AGREED, read_evidence(file, AGREED), AT)
        except BadInput as error:
            assert all(problem.do for problem in error.problems), str(error)
            return
    assert found.total == sum(line.amount for line in found.lines)
