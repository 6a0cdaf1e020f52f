"""Rows that were brought in and never mended are about nobody: they have a rule of the schedule too, and go when it says."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from test_retention import MARK, SCHEDULE, left_of

from resettle.area.importing.mapping import Mapping
from resettle.web.access.audit import broken_at, record
from resettle.web.access.models import AccessEvent
from resettle.web.importing import work
from resettle.web.importing.models import Import, Row
from resettle.web.retention import due
from resettle.web.retention.models import Schedule
from resettle.web.retention.unmended import erase_rows, past_rows
from resettle.web.upkeep import retain

OLD = SCHEDULE.split("[rules.unmended]")[0]
HEAD = "name,birth_date,kind\n"


@pytest.fixture
def waiting(office):
    """Two rows to mend and one that came in, of a file that came in four months ago."""
    text = f"{HEAD},1991-02-03,custody\n{MARK} Nowhere,1891-13-03,custody\nCy Example,1991-02-03,custody\n"
    made = work.send("people", "some.csv", text.encode(), office.coordinator)
    work.show(made, Mapping())
    counts = work.confirm(made)
    assert (counts["bad"], counts["kept"]) == (2, 1)
    Import.objects.filter(pk=made.pk).update(done_at=timezone.now() - timedelta(days=125))
    return made


def test_rows_go_on_the_day_after_their_last_and_not_before(waiting, office):
    schedule = Schedule.objects.create(document=SCHEDULE).rules()
    came = timezone.localdate(Import.objects.get(pk=waiting.pk).done_at)
    last = due.retention.months_on(came, 3)
    assert past_rows(schedule, last).count() == 0 and erase_rows(schedule, None, last) == 0
    assert left_of(MARK) and AccessEvent.objects.filter(verb="erase").count() == 0
    before = set(Row.objects.filter(of=waiting, state="bad").values_list("fingerprint", flat=True))
    assert erase_rows(schedule, office.administrator, last + timedelta(days=1)) == 2
    assert left_of(MARK) == set() and left_of(*before) == set()
    assert sorted(waiting.rows.values_list("number", "state")) == [(2, "left"), (3, "left"), (4, "kept")]
    assert erase_rows(schedule, None, last + timedelta(days=1)) == 0
    said = AccessEvent.objects.get(verb="erase")
    assert (said.person, said.user, said.reason) == (
        None,
        office.administrator,
        "2 rows of files that were never mended",
    )
    assert broken_at() is None


def test_rows_that_were_mended_and_files_that_wait_to_be_confirmed_are_not_counted(waiting, office):
    schedule = Schedule.objects.create(document=SCHEDULE).rules()
    waiting.rows.filter(number=2).update(state="mended")
    shown = work.send("people", "other.csv", f"{HEAD},1990-02-03,custody\n".encode(), office.coordinator)
    work.show(shown, Mapping())
    assert past_rows(schedule).count() == 1
    Import.objects.filter(pk=shown.pk).update(at=timezone.now() - timedelta(days=8))
    assert erase_rows(schedule, None) == 1
    assert not Import.objects.filter(pk=shown.pk).exists() and Import.objects.filter(pk=waiting.pk).exists()


def test_an_erasure_of_rows_about_nobody_hides_no_reason_that_was_taken_out_of_the_record(waiting, office):
    record(office.administrator, "export", "audit", reason="3 rows")
    erase_rows(Schedule.objects.create(document=SCHEDULE).rules(), None)
    kept = AccessEvent.objects.get(reason="3 rows")
    AccessEvent.objects.filter(pk=kept.pk).update(reason="", salt="")
    assert broken_at() == kept.pk


def test_the_administrator_sees_how_many_are_past_their_day_and_erases_them(waiting, as_role):
    client, where = as_role("administrator"), reverse("retention")
    assert client.post(where).status_code == 302 and left_of(MARK), "no schedule is in force"
    Schedule.objects.create(document=OLD)
    page = client.get(where).content.decode()
    assert "has no rule for them" in page and client.post(where).status_code == 302 and left_of(MARK)
    Schedule.objects.create(document=SCHEDULE)
    page = client.get(where).content.decode()
    assert (
        "2 rows are past their day. Our policy, part 3" in page and "Erase what they say" in page and MARK not in page
    )
    done = client.post(where, follow=True).content.decode()
    assert "Erased: what 2 rows of files said." in done and "None is past its day." in done and left_of(MARK) == set()


def test_the_run_of_retention_takes_them_too(waiting, monkeypatch, tmp_path):
    schedule = Schedule.objects.create(document=SCHEDULE).rules()
    monkeypatch.setattr(retain, "ready_schedule", lambda home: schedule)
    monkeypatch.setattr(retain, "tidy", lambda: None)
    assert retain.unmended(tmp_path) == 2 and left_of(MARK)
    assert retain.run(tmp_path).unmended == 2 and retain.unmended(tmp_path) == 0 and left_of(MARK) == set()
