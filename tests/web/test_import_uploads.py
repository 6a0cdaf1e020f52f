"""Hostile files on the page that brings people in: each is refused once, in words, at its box, and nothing of it is kept."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from resettle.area.importing.mapping import Mapping
from resettle.web.importing import work
from resettle.web.importing.models import Import
from resettle.web.people.models import Person

pytestmark = pytest.mark.django_db


def workbook(*rows):
    book, out = Workbook(), io.BytesIO()
    for row in (("name", "birth_date", "kind"), *rows):
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def bomb():
    """A workbook of a hundred kilobytes that unpacks to thirty million bytes."""
    out = io.BytesIO(workbook())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/media/blank.bin", bytes(30_000_000))
    return out.getvalue()


def sent(client, name, data):
    return client.post(reverse("imports"), {"kind": "people", "file": SimpleUploadedFile(name, data)})


@pytest.mark.parametrize(
    ("name", "make", "said"),
    [
        ("a.xlsx", bomb, "a workbook that swells when it is opened"),
        ("a.xlsx", lambda: b"PK\x03\x04 and nothing more", "not readable as an Excel workbook"),
        ("a.csv", lambda: b"\x89PNG\r\n\x1a\n\x00\x00", "not UTF-8 text"),
        ("a.csv.exe", lambda: b"MZ", "a kind of file that is not read"),
        ("a.csv", lambda: b"x" * 50_000_000, "5 MB or smaller"),
        ("a.xlsx", lambda: b"", "The file is empty"),
        ("a.csv", lambda: b"\n\n", "the file is empty"),
    ],
)
def test_a_hostile_file_is_refused_once_and_in_words(as_role, office, name, make, said):
    answer = sent(as_role("coordinator"), name, make())
    page = answer.content.decode()
    assert answer.status_code == 422 and said in page and "There is a problem" in page
    assert page.count('class="govuk-error-message"') == 1
    assert "/tmp" not in page and Import.objects.count() == 0


def test_a_path_in_the_name_of_a_file_leads_nowhere(office):
    made = work.send("people", "../../../etc/people.csv", b"name,birth_date,kind\n", office.coordinator)
    assert made.file_name == "people.csv"


def test_a_formula_is_never_run_and_its_row_waits(office):
    row = ('=WEBSERVICE("http://example.org")', "1991-02-03", "custody")
    made = work.send("people", "people.xlsx", workbook(row), office.coordinator)
    work.show(made, Mapping())
    before = Person.objects.count()
    assert work.confirm(made) == {"bad": 1} and Person.objects.count() == before
    assert [one.rule for one in work.told(made.rows.get())] == ["missing"]
