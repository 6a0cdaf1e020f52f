"""Whole files: what is read, and what is refused with one clear message and nothing changed."""

import random
import zipfile
from datetime import date, datetime, time
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from area_kit import PEOPLE, bring, files, made, stored
from openpyxl import Workbook

from resettle.area.importing import import_table
from resettle.errors import BadInput

REFUSED = {
    "empty": (b"", "the file is empty", "header row"),
    "blank lines only": (b"\n\n  \n", "the file is empty", "header row"),
    "windows-1252": (b"person_id,sex\nP1,M\nCaf\xe9,F\n", "not UTF-8 text", 'encoding = "windows-1252"'),
    "utf-16": ("person_id,sex\nP1,M\n".encode("utf-16"), "UTF-16 text", 'encoding = "utf-16"'),
    "utf-16 without mark": ("person_id,sex\nP1,M\n".encode("utf-16-le"), "not text", 'encoding = "utf-16"'),
    "duplicated header": (b"person_id,sex,sex\nP1,M,M\n", "a column name is there twice", "Rename or remove"),
    "missing required column": (b"Person ID,sex\nP1,M\n", "a required column is missing", '"Person ID" = "person_id"'),
    "missing, nothing near": (b"zzz\n1\n", "a required column is missing", "constants.person_id"),
    "misspelt optional column": (
        b"person_id,birth_dat\nP1,1980-01-01\n",
        "close to a declared one",
        '"birth_dat" = "birth_date"',
    ),
    "quotation not closed": (b'person_id,sex\nP1,"M\nP2,F\n', "not readable as CSV", "quotation mark"),
    "quotation in mid cell": (b'person_id,sex\nP1,"M"x\nP2,F\n', "not readable as CSV", "quotation mark"),
    "a workbook": (b"PK\x03\x04rest", "it is a zip file or workbook", "right ending"),
    "an old workbook": (b"\xd0\xcf\x11\xe0rest", "an old or locked workbook", "CSV"),
    "too many columns": (
        ",".join(f"c{i}" for i in range(100_000)).encode() + b"\n1\n",
        "too many columns",
        "at most 2000",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_cannot_be_used_is_refused_and_nothing_changes(tmp_path, case):
    data, rule, do = REFUSED[case]
    area = made(tmp_path / "a")
    before = files(area)
    with pytest.raises(BadInput) as refused:
        bring(area, "person", data)
    problem = refused.value.problems[0]
    assert rule in problem.rule and do in problem.do and problem.file.endswith("in.csv")
    assert files(area) == before and not (area / ".pending").exists()


def test_the_row_that_is_not_utf8_is_named(tmp_path):
    with pytest.raises(BadInput, match=r"in\.csv, row 3: not UTF-8 text"):
        bring(made(tmp_path / "a"), "person", b"person_id,sex\nP1,M\nCaf\xe9,F\n")


READ = {
    "byte order mark": PEOPLE.encode("utf-8-sig"),
    "semicolons": PEOPLE.replace(",", ";").encode(),
    "tabs": PEOPLE.replace(",", "\t").encode(),
    "pipes": PEOPLE.replace(",", "|").encode(),
    "carriage returns": PEOPLE.replace("\n", "\r\n").encode(),
    "no last line end": PEOPLE.rstrip().encode(),
    "trailing blank rows and columns": PEOPLE.replace("\n", ",,\n").encode() + b",,,,\n\n,,,,\n",
    "columns in another order": b"sex,person_id,birth_date\nM,P1,1980-01-02\nF,P2,1985-06-30\nM,P3,1990-02-28\n",
    "everything quoted": b'"person_id","birth_date","sex"\n"P1","1980-01-02","M"\n"P2","1985-06-30","F"\n"P3","1990-02-28","M"\n',
    "midnight after dates": PEOPLE.replace("-02,", "-02 00:00:00,").encode(),
}


@pytest.mark.parametrize("case", READ)
def test_ordinary_ways_of_writing_a_file_come_out_the_same(tmp_path, case):
    plain = made(tmp_path / "plain")
    bring(plain, "person", PEOPLE)
    area = made(tmp_path / "a")
    report = bring(area, "person", READ[case])
    assert (report.read, report.kept) == (3, 3)
    assert stored(area, "person") == stored(plain, "person")


def test_header_only_is_no_rows(tmp_path):
    area = made(tmp_path / "a")
    report = bring(area, "person", "person_id,sex\n")
    assert (report.read, report.kept, report.quarantined) == (0, 0, 0)
    assert stored(area, "person") == []


def test_quoted_new_lines_and_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path):
    area = made(tmp_path / "a")
    text = 'service_id,name,capacity\nS1,"two\nlines",1\n\nS2,plain,x\n'
    report = bring(area, "service", text)
    assert report.kept == 1 and report.problems[0].row == 4
    assert dict(stored(area, "service")[0])["name"] == "two\nlines"


def test_a_very_large_cell_is_kept_whole(tmp_path):
    area = made(tmp_path / "a")
    assert bring(area, "service", f"service_id,name\nS1,{'x' * 1_000_000}\n").kept == 1
    assert len(dict(stored(area, "service")[0])["name"]) == 1_000_000


def test_an_extra_column_is_told_and_kept_nowhere(tmp_path):
    report = bring(made(tmp_path / "a"), "person", "person_id,shoe size\nP1,43\n")
    assert report.kept == 1
    assert report.warnings == ("Not declared, and kept nowhere: shoe size.",)


@pytest.mark.parametrize(
    ("name", "rule"),
    [("none.csv", "no such file"), ("folder.csv", "not a file"), ("notes.docx", "a kind of file that is not read")],
)
def test_what_is_no_file_to_import(tmp_path, name, rule):
    area = made(tmp_path / "a")
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "notes.docx").write_bytes(b"x")
    with pytest.raises(BadInput, match=rule):
        import_table(area, "person", tmp_path / name)


def test_a_folder_that_is_no_area_and_a_table_that_is_none(tmp_path):
    (tmp_path / "in.csv").write_text(PEOPLE)
    with pytest.raises(BadInput, match=r"not an area: it has no area\.toml"):
        import_table(tmp_path, "person", tmp_path / "in.csv")
    with pytest.raises(BadInput, match="no such area"):
        import_table(tmp_path / "none", "person", tmp_path / "in.csv")
    with pytest.raises(BadInput, match="Did you mean 'person'"):
        import_table(made(tmp_path / "a"), "persons", tmp_path / "in.csv")


def workbook(path, rows, title="Sheet", **more):
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    for name, cells in more.items():
        sheet = book.create_sheet(name)
        for row in cells:
            sheet.append(row)
    book.save(path)
    return path


ROWS = [
    ["person_id", "birth_date", "sex"],
    ["P1", date(1980, 1, 2), "M"],
    [2, datetime(1985, 6, 30), "F"],
    ["P3", None, None],
]


def test_excel_dates_numbers_and_empty_cells(tmp_path):
    area = made(tmp_path / "a")
    report = import_table(area, "person", workbook(tmp_path / "in.xlsx", ROWS))
    assert (report.read, report.kept) == (3, 3)
    assert [dict(r).get("birth_date") for r in stored(area, "person")] == [date(1985, 6, 30), date(1980, 1, 2), None]
    assert dict(stored(area, "person")[0])["person_id"] == "2"


def test_excel_cells_with_times_formulas_and_bare_numbers(tmp_path):
    area = made(tmp_path / "a")
    rows = [
        ROWS[0],
        ["P1", datetime(1980, 1, 2, 13, 0), "M"],
        ["P2", 29222, "M"],
        ["P3", "=DATE(1980,1,2)", "M"],
        ["P4", time(13, 0), True],
    ]
    report = import_table(area, "person", workbook(tmp_path / "in.xlsx", rows))
    assert (report.kept, report.quarantined) == (
        1,
        3,
    )  # the formula was never worked out: its cell is empty, and not run
    assert [p.rule for p in report.problems][:3] == [
        "a date with a time of day",
        "an Excel date as a bare number",
        "a date with a time of day",
    ]
    assert "1980-01-02" in report.problems[1].do


def test_the_1904_calendar_of_excel(tmp_path):
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    for row in (ROWS[0], ["P1", 27760, "M"]):
        book.active.append(row)
    book.save(tmp_path / "in.xlsx")
    (tmp_path / "m.toml").write_text('date_format = "excel"\n')
    area = made(tmp_path / "a")
    assert import_table(area, "person", tmp_path / "in.xlsx", tmp_path / "m.toml").kept == 1
    assert dict(stored(area, "person")[0])["birth_date"] == date(1980, 1, 2)


def test_sheets_are_chosen_by_name_and_never_guessed(tmp_path):
    area = made(tmp_path / "a")
    two = workbook(tmp_path / "two.xlsx", ROWS, "one", other=[["x"]])
    with pytest.raises(BadInput, match=r"more than one sheet.*sheet = "):
        import_table(area, "person", two)
    (tmp_path / "m.toml").write_text('sheet = "none"\n')
    with pytest.raises(BadInput, match="The workbook has one, other"):
        import_table(area, "person", two, tmp_path / "m.toml")
    (tmp_path / "m.toml").write_text('sheet = "one"\n')
    assert import_table(area, "person", two, tmp_path / "m.toml").kept == 3
    named = workbook(tmp_path / "named.xlsx", [["notes"]], "cover", person=ROWS)
    assert import_table(area, "person", named).already_there == 3
    blank = workbook(tmp_path / "blank.xlsx", ROWS, "data", spare=[])
    assert import_table(area, "person", blank).already_there == 3


def test_workbooks_that_swell_break_or_define_things_are_refused(tmp_path):
    area = made(tmp_path / "a")
    good = workbook(tmp_path / "good.xlsx", ROWS)

    def rewritten(name, change):
        with zipfile.ZipFile(good) as old, zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as new:
            for part in old.namelist():
                new.writestr(part, change(part, old.read(part)))
        return tmp_path / name

    sheet = "xl/worksheets/sheet1.xml"
    bomb = rewritten("bomb.xlsx", lambda p, d: d + b" " * 50_000_000 if p == sheet else d)
    entity = rewritten(
        "entity.xlsx", lambda p, d: b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + d if p == sheet else d
    )
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(good.read_bytes()[:-200])
    broken = rewritten("broken.xlsx", lambda p, d: d[: len(d) // 2] if p == sheet else d)
    text = tmp_path / "text.xlsx"
    text.write_text(PEOPLE)
    for file, rule in [
        (bomb, "swells when it is opened"),
        (entity, "XML definitions"),
        (cut, "not readable as an Excel workbook"),
        (broken, "not readable as an Excel workbook"),
        (text, "not readable as an Excel workbook"),
    ]:
        with pytest.raises(BadInput, match=rule):
            import_table(area, "person", file)
    assert stored(area, "person") == []


def test_parquet_with_the_declared_types_and_with_others(tmp_path):
    area = made(tmp_path / "a")
    days = [date(1980, 1, 2), date(1985, 6, 30), None]
    pq.write_table(
        pa.table({"person_id": ["P1", "P2", "P3"], "birth_date": days, "sex": ["M", "F", "x"]}), tmp_path / "in.parquet"
    )
    report = import_table(area, "person", tmp_path / "in.parquet")
    assert (report.kept, report.quarantined) == (2, 1) and report.problems[0].row == 4
    changed = {
        "person_id": pa.array([4.0, 5.0, float("nan")]),
        "birth_date": pa.array([datetime(1980, 1, 2), datetime(1980, 1, 2, 13), None], pa.timestamp("us")),
        "sex": pa.array(["M", "M", "M"]).dictionary_encode(),
    }
    pq.write_table(pa.table(changed), tmp_path / "changed.parquet")
    report = import_table(area, "person", tmp_path / "changed.parquet")
    assert (report.kept, report.quarantined) == (1, 2)
    assert dict(stored(area, "person")[0])["person_id"] == "4"
    pq.write_table(
        pa.table({"person_id": ["P9"], "birth_date": pa.array([29222], pa.int32())}), tmp_path / "serial.parquet"
    )
    assert (
        import_table(area, "person", tmp_path / "serial.parquet").problems[0].rule == "an Excel date as a bare number"
    )


def test_money_in_parquet_and_excel(tmp_path):
    area = made(tmp_path / "a")
    pq.write_table(
        pa.table({"service_id": ["S1"], "name": ["a"], "unit_cost": [Decimal("12.50")]}), tmp_path / "in.parquet"
    )
    assert import_table(area, "service", tmp_path / "in.parquet").kept == 1
    rows = [["service_id", "name", "unit_cost"], ["S2", "b", 12.5], ["S3", "c", 0.125]]
    report = import_table(area, "service", workbook(tmp_path / "in.xlsx", rows))
    assert (report.kept, report.quarantined) == (1, 1)
    assert report.problems[0].rule == "money has more than two decimals"


@pytest.mark.parametrize("keep", [0, 4, 100, -8, -1])
def test_a_truncated_parquet_file_is_one_clear_error(tmp_path, keep):
    area = made(tmp_path / "a")
    pq.write_table(pa.table({"person_id": [f"P{i}" for i in range(1000)]}), tmp_path / "in.parquet")
    data = (tmp_path / "in.parquet").read_bytes()
    (tmp_path / "in.parquet").write_bytes(data[:keep])
    with pytest.raises(BadInput, match=r"not readable as Parquet|the file is empty"):
        import_table(area, "person", tmp_path / "in.parquet")


def test_noise_is_never_a_traceback(tmp_path):
    area = made(tmp_path / "a")
    noise = random.Random(1)
    for ending in (".csv", ".xlsx", ".parquet"):
        for size in (1, 7, 300, 5000):
            (tmp_path / f"noise{ending}").write_bytes(noise.randbytes(size))
            with pytest.raises(BadInput):
                import_table(area, "person", tmp_path / f"noise{ending}")
    assert stored(area, "person") == []
