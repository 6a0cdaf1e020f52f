"""People, plans and contacts from a file: what comes in, what waits, what is here already, and that nothing comes in twice."""

import csv
import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from resettle.area.importing.mapping import Mapping
from resettle.errors import BadInput
from resettle.web.access.models import AccessEvent
from resettle.web.importing import work
from resettle.web.importing.command import account
from resettle.web.importing.landing import hour_of
from resettle.web.importing.models import Import, Row
from resettle.web.importing.reading import MOST_BYTES, declared, read_rows
from resettle.web.importing.views import safe
from resettle.web.people.models import Identifier, Person

pytestmark = pytest.mark.django_db
HEAD = "number,name,birth_date,sex,kind,release,worker"
# Numbers with right check letters are those of the published vectors (criminal records: PNC 1979/0163001B).
CY = "X901234,Cy Example,1991-02-03,M,custody,2027-01-09,practitioner@example.org"


def text(*rows, head=HEAD):
    return "\n".join([head, *rows, ""]).encode()


def brought_in(user, kind, data, choices=None, name="from-delius.csv", mapping=None):
    made = work.send(kind, name, data, user)
    work.show(made, mapping or Mapping())
    counts = work.confirm(made, choices)
    made.refresh_from_db()
    return made, counts


def problems(made):
    return [(one.rule, one.column, one.row) for row in made.rows.filter(state="bad") for one in work.told(row)]


def test_a_person_comes_in_with_number_dates_and_worker_and_it_is_on_record(office):
    made, counts = brought_in(office.coordinator, "people", text(CY))
    cy = Person.objects.get(name="Cy Example")
    assert counts == {"kept": 1}
    assert cy.identifiers.get().value == "X901234" and cy.added_by == office.coordinator
    assert cy.episodes.get().release == date(2027, 1, 9)
    assert cy.relationships.get().worker == office.practitioner
    assert AccessEvent.objects.filter(person=cy, verb="change", page="import").count() == 1
    assert made.data is None
    row = made.rows.get()
    assert row.person == cy and row.values == {} and row.cells == []


def test_the_same_file_again_brings_in_nothing_and_half_of_it_new_brings_in_half(office):
    rows = [CY, "X901235,Di Example,1980-05-06,F,community,,practitioner@example.org"]
    brought_in(office.coordinator, "people", text(rows[0]))
    _, counts = brought_in(office.coordinator, "people", text(*rows))
    assert counts == {"there": 1, "kept": 1}
    _, again = brought_in(office.coordinator, "people", text(*rows))
    assert again == {"there": 2} and Person.objects.filter(name__endswith="Example").count() == 4


def test_a_file_is_brought_in_once_however_often_it_is_confirmed(office):
    made = work.send("people", "a.csv", text(CY), office.coordinator)
    work.show(made, Mapping())
    stale = Import.objects.get(pk=made.pk)
    assert work.confirm(made) == work.confirm(stale) == {"kept": 1}
    assert Person.objects.filter(name="Cy Example").count() == 1


@pytest.mark.parametrize(
    ("row", "rule", "column"),
    [
        (",,1991-02-03,M,custody,,", "missing", "name"),
        (",Cy,03/02/1991,M,custody,,", "not a date as YYYY-MM-DD", "birth_date"),
        (",Cy,1991-02-30,M,custody,,", "no such date", "birth_date"),
        (",Cy,1991-02-03,male,custody,,", "unknown code", "sex"),
        (
            "1979/0163001C,Cy,1991-02-03,M,custody,,",
            "no number that is known here, or its check letter is wrong",
            "number",
        ),
        (",Cy,2024-02-03,M,custody,,", "a date of birth of somebody under 10", "birth_date"),
        (",Cy,1991-02-03,M,custody,2020-01-01,", "a release before it begins", "release"),
        (",Cy,1991-02-03,M,custody,,stranger@example.org", "no practitioner whom you may name", "worker"),
        (",Cy,1991-02-03,M,custody,,nobody@example.org", "no practitioner whom you may name", "worker"),
        (",Cy\u202eexE,1991-02-03,M,custody,,", "holds hidden characters", "name"),
        (f",{'C' * 201},1991-02-03,M,custody,,", "more than 200 characters", "name"),
        (",Cy,1991-02-03,M,custody", "a row with the wrong number of cells", None),
    ],
)
def test_a_bad_row_waits_with_row_column_rule_and_what_to_do(office, row, rule, column):
    made, counts = brought_in(office.coordinator, "people", text(CY, row))
    assert counts == {"kept": 1, "bad": 1}
    assert problems(made) == [(rule, column, 3)]
    (told,) = work.told(made.rows.get(state="bad"))
    assert told.file == "from-delius.csv" and told.do
    assert not Person.objects.filter(name__startswith="CyCy").exists()
    _, again = brought_in(office.coordinator, "people", text(CY, row))
    assert again == {"there": 1, "held": 1}


def test_somebody_like_them_is_shown_and_never_merged_silently(as_role, office):
    like = ",Adda Example,1990-05-17,F,custody,,"
    _, counts = brought_in(office.coordinator, "people", text(like))
    assert counts == {"left": 1} and Person.objects.count() == 2
    numbered = "X901234,Adda Example,1990-05-17,F,custody,,"
    _, same = brought_in(office.coordinator, "people", text(numbered), {2: "same"})
    assert same == {"kept": 1} and Person.objects.count() == 2
    assert office.ada.identifiers.get().value == "X901234"
    _, new = brought_in(office.coordinator, "people", text(like), {2: "new"})
    assert new == {"kept": 1} and Person.objects.filter(name="Adda Example").count() == 1


def test_a_number_of_somebody_else_and_a_row_that_stands_twice_wait(office):
    Identifier.objects.create(person=office.ben, kind="crn", value="X901234")
    twice = ["X905555,Di Case,1980-05-06,F,community,,", "X905555,Di Casey,1980-05-06,F,community,,"]
    made, counts = brought_in(office.coordinator, "people", text(CY, *twice))
    assert counts == {"bad": 2, "kept": 1}
    assert problems(made) == [
        ("the number belongs to somebody with another name or date of birth", "number", 2),
        ("stands in row 3 too", "name", 4),
    ]
    assert "Ben" not in str([work.told(row) for row in made.rows.all()])


def test_columns_are_matched_by_the_user_and_remembered(as_role, office):
    client = as_role("coordinator")
    data = b"CRN;Full name;DOB;Status\nX901234;Cy Example;03/02/1991;custody\n"
    file = SimpleUploadedFile("delius.csv", data)
    answer = client.post(reverse("imports"), {"kind": "people", "file": file})
    made = Import.objects.get()
    assert answer.url == reverse("import_columns", kwargs={"import_id": made.pk})
    chosen = {"number": "CRN", "name": "Full name", "birth_date": "DOB", "kind": "Full name", "date_format": "%d/%m/%Y"}
    twice = client.post(answer.url, chosen)
    assert twice.status_code == 422 and "is chosen twice" in twice.content.decode()
    shown = client.post(answer.url, {**chosen, "kind": "Status"})
    page = client.get(shown.url).content.decode()
    assert "1 to bring in" in page and "1991-02-03" in page and not Person.objects.filter(name="Cy Example").exists()
    assert client.post(shown.url, {}).status_code == 302
    assert Person.objects.get(name="Cy Example").birth_date == date(1991, 2, 3)
    client.post(reverse("imports"), {"kind": "people", "file": SimpleUploadedFile("delius.csv", data)})
    again = client.get(reverse("import_columns", kwargs={"import_id": Import.objects.first().pk})).content.decode()
    assert again.count(" selected") >= 4 and 'value="%d/%m/%Y" checked' in again


def test_a_mapping_file_goes_straight_to_what_it_would_do(as_role, office):
    client = as_role("coordinator")
    mapping = b'date_format = "%d/%m/%Y"\n[columns]\n"CRN" = "number"\n"Full name" = "name"\nDOB = "birth_date"\n[constants]\nkind = "custody"\n[codes.sex]\nMale = "M"\n'
    data = b"CRN,Full name,DOB,sex\nX901234,Cy Example,03/02/1991,Male\n"

    def sent_with(text):
        files = {"file": SimpleUploadedFile("a.csv", data), "mapping": SimpleUploadedFile("m.toml", text)}
        return client.post(reverse("imports"), {"kind": "people", **files})

    answer = sent_with(mapping)
    assert answer.status_code == 302 and "1 to bring in" in client.get(answer.url).content.decode()
    wrong = sent_with(mapping.replace(b'"birth_date"', b'"birth_dat"'))
    assert wrong.status_code == 422 and "m.toml" in wrong.content.decode() and "birth_date" in wrong.content.decode()


def test_a_workbook_comes_in_with_its_real_dates(office):
    book, out = Workbook(), io.BytesIO()
    book.active.append(["name", "birth_date", "kind"])
    book.active.append(["Cy Example", date(1991, 2, 3), "custody"])
    book.save(out)
    _, counts = brought_in(office.coordinator, "people", out.getvalue(), name="people.xlsx")
    assert counts == {"kept": 1} and Person.objects.get(name="Cy Example").birth_date == date(1991, 2, 3)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.pdf", b"%PDF", "a kind of file that is not read"),
        ("a.xlsx", b"no workbook", "not readable as an Excel workbook"),
        ("a.csv", b"name,name\nx,y\n", "a column name is there twice"),
        ("a.csv", "n\u00e4me\n".encode("latin-1"), "not UTF-8 text"),
        ("a.csv", b"name\n" + b"x\n" * 2001, "too many rows"),
        ("a.csv", b"x" * (MOST_BYTES + 1), "5 MB or smaller"),
        ("a.csv", b"", "The file is empty"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_at_its_box_and_nothing_is_kept(as_role, office, name, data, said):
    answer = as_role("coordinator").post(reverse("imports"), {"kind": "people", "file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 422 and said in answer.content.decode()
    assert Import.objects.count() == 0 and "/tmp" not in answer.content.decode()


def test_a_missing_column_is_named(office):
    made = work.send("people", "a.csv", b"naam,birth_date\nCy,1991-02-03\n", office.coordinator)
    with pytest.raises(BadInput, match="a required column is missing"):
        work.show(made, Mapping())


def test_rows_to_mend_go_out_safely_and_close_when_they_come_back_mended(as_role, office):
    client = as_role("coordinator")
    made, _ = brought_in(office.coordinator, "people", text(",=2+5,1991-02-30,M,custody,,"))
    out = client.get(reverse("import_bad", kwargs={"import_id": made.pk})).content.decode("utf-8-sig")
    header, row = csv.reader(io.StringIO(out))
    assert header[:3] == ["_row_id", "_row", "_problems"] and row[header.index("name")] == "'=2+5"
    row[header.index("name")], row[header.index("birth_date")] = "Cy Example", "1991-02-28"
    back = io.StringIO()
    csv.writer(back).writerows([header, row])
    _, counts = brought_in(office.coordinator, "people", back.getvalue().encode())
    assert counts == {"kept": 1}
    waited = made.rows.get()
    assert waited.state == "mended" and waited.cells == []
    assert client.get(reverse("import_bad", kwargs={"import_id": made.pk})).content.decode().count("\n") == 1


def test_nobody_sees_what_somebody_else_sent(as_role, full_office):
    theirs = {"import_id": full_office.shown["administrator"].pk}
    client = as_role("coordinator")
    for name in ("import_rows", "import_columns"):
        assert client.get(reverse(name, kwargs=theirs)).status_code == 404
    assert (
        client.get(reverse("import_bad", kwargs={"import_id": full_office.done["administrator"].pk})).status_code == 404
    )


def test_a_file_that_is_thrown_away_leaves_nothing(as_role, office):
    client = as_role("coordinator")
    made = work.send("people", "a.csv", text(CY), office.coordinator)
    work.show(made, Mapping())
    assert client.post(reverse("import_rows", kwargs={"import_id": made.pk}), {"drop": "1"}).status_code == 302
    assert Import.objects.count() == Row.objects.count() == 0 and Person.objects.count() == 2


PLAN = "number,goal,so_that,goods,step,by,due,strength"


def test_goals_and_steps_come_in_as_ideas_to_agree(office):
    Identifier.objects.create(person=office.ada, kind="crn", value="X901234")
    rows = [
        "X901234,learn to drive,I can work,work;knowledge,Book a lesson,,2027-02-01,Patient",
        "X901234,learn to drive,,work,Take the test,Ada,,",
        "X901234,fly,,flying,Jump,,,",
        "X909999,learn to drive,,work,Book a lesson,,,",
    ]
    codes = {code for row in rows[:2] for code in row.split(",")[3].split(";")}
    from resettle.reference.goods import goods

    known = [good.code for good in goods()]
    rows = [row.replace("work;knowledge", ";".join(known[:2])).replace(",work,", f",{known[0]},") for row in rows]
    assert codes == {"work", "knowledge"}
    made, counts = brought_in(office.coordinator, "plans", text(*rows, head=PLAN))
    assert counts == {"kept": 2, "bad": 2}
    assert [rule for rule, *_ in problems(made)] == ["no such good", "nobody here has this number"]
    goal = office.ada.goals.get(own_words="learn to drive")
    assert [step.text for step in goal.steps.all()] == ["Book a lesson", "Take the test"] and not goal.offered
    assert office.ada.strengths.filter(text="Patient").count() == 1 and office.ada.plans.count() == 1
    _, again = brought_in(office.coordinator, "plans", text(*rows, head=PLAN))
    assert again == {"there": 2, "held": 2}


CONTACT = "number,day,time,medium,outcome,minutes,summary,worker"


def test_contacts_come_in_under_the_rules_and_show_as_late(office):
    Identifier.objects.create(person=office.ada, kind="crn", value="X901234")
    Identifier.objects.create(person=office.ben, kind="crn", value="X901235")
    rows = [
        "X901234,2026-02-01,14:30,phone,,25,Talked about work,",
        "X901234,2026-02-08,,,missed_acceptable,,Bus did not come,practitioner@example.org",
        "X901234,2026-02-09,25:00,,,,Talked,",
        "X901234,2026-02-10,,,,,Talked,stranger@example.org",
        "X901235,2026-02-10,,,,,Talked,",
    ]
    made, counts = brought_in(office.coordinator, "contacts", text(*rows, head=CONTACT))
    assert counts == {"kept": 2, "bad": 3}
    assert [(rule, column) for rule, column, _ in problems(made)] == [
        ("not a time of day", "time"),
        ("no practitioner who works with the person now", "worker"),
        ("a person of another team", "number"),
    ]
    held, missed = office.ada.contacts.order_by("at")
    assert (held.state, held.minutes, held.late_entry, held.worker) == ("happened", 25, True, office.practitioner)
    assert missed.state == "missed_acceptable"
    _, again = brought_in(office.coordinator, "contacts", text(*rows, head=CONTACT))
    assert again == {"there": 2, "held": 3} and office.ada.contacts.count() == 2
    office.ben.relationships.create(
        person=office.ben, worker=office.practitioner, role="practitioner", begin=date(2026, 1, 5)
    )
    _, since = brought_in(office.coordinator, "contacts", text(rows[-1], head=CONTACT))
    assert since == {"kept": 1} and made.rows.get(number=6).state == "mended"


def test_looking_changes_nothing(office):
    Identifier.objects.create(person=office.ada, kind="crn", value="X901234")
    made = work.send("contacts", "c.csv", text("X901234,2026-02-01,,,,,Talked,", head=CONTACT), office.coordinator)
    work.show(made, Mapping())
    assert work.counted(made) == {"good": 1} and office.ada.contacts.count() == 0
    assert not office.ada.happened.filter(kind="contact").exists()


@pytest.mark.parametrize(
    ("typed", "hour"), [("9:05", "09:05"), ("14.30", "14:30"), ("14:30:00", "14:30"), ("", "12:00"), ("24:00", None)]
)
def test_times(typed, hour):
    assert hour_of(typed) == hour


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=12), min_size=3, max_size=3))
def test_whatever_stands_in_a_row_it_is_read_or_told(cells):
    out = io.StringIO()
    csv.writer(out).writerows([["name", "birth_date", "kind"], cells, ["Cy", "1991-02-03", "custody"]])
    try:
        reads, _ = read_rows("people", "a.csv", out.getvalue().encode(), Mapping())
    except BadInput as error:
        assert str(error)
        return
    assert reads[-1].problems == [] and all(one.rule and one.do for read in reads for one in read.problems)


@given(st.text())
def test_no_cell_runs_in_a_spreadsheet(cell):
    assert not safe(cell).lstrip().startswith(("=", "+", "-", "@"))


def test_every_declared_column_is_one_that_is_used(office):
    assert list(declared()) == ["people", "plans", "contacts"]
    assert all(column.meaning.endswith(".") for table in declared().values() for column in table.columns.values())


def test_the_command_looks_first_and_brings_in_when_told_to(office, tmp_path):
    file = tmp_path / "people.csv"
    file.write_bytes(text(CY))
    _, counts = work.run("people", file, office.coordinator, Mapping(), go=False)
    assert (
        work.said_of(counts) == "1 row read: 1 to bring in." and not Person.objects.filter(name="Cy Example").exists()
    )
    _, counts = work.run("people", file, office.coordinator, Mapping(), go=True)
    assert work.said_of(counts) == "1 row read: 1 brought in." and Person.objects.filter(name="Cy Example").exists()


def test_only_a_coordinator_or_an_administrator_brings_in(office):
    assert account(" Coordinator@example.org ") == office.coordinator
    with pytest.raises(BadInput, match="nobody who may bring files in"):
        account("practitioner@example.org")
