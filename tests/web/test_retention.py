"""Retention: what is due and why, holds, and erasure after which no word is left and every sum is as it was."""

import csv
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, models
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from resettle.errors import BadInput
from resettle.web.access.audit import broken_at, record
from resettle.web.access.models import AccessEvent
from resettle.web.budgets import work as budgets
from resettle.web.people.merged import keys_of
from resettle.web.people.models import Episode, Person
from resettle.web.people.subject_access import held_about, paths
from resettle.web.retention import due
from resettle.web.retention.columns import GONE, KINDS, OF_TABLE, erased_columns, holds_words, kind_of
from resettle.web.retention.erase import blurred, erase
from resettle.web.retention.models import Erasure, Schedule

MARK = "zqxvjkqzw"  # long enough that no random password or number holds it by chance
SCHEDULE = 'organisation = "The charity"\nregime = "uk_gdpr"\npurpose = "resettlement"\n' + "".join(
    f'[rules.{kind}]\nmonths = {months}\nafter = "case_closed"\nthen = "erase"\nwhy = "Our policy, part {months}"\n'
    for kind, months in zip(KINDS, (12, 12, 72, 84, 84, 84), strict=True)
)
SCHEDULE += '[rules.unmended]\nmonths = 3\nafter = "created"\nthen = "erase"\nwhy = "Our policy, part 3"\n'


@pytest.fixture
def closed(full_office, tmp_path, monkeypatch):
    """Ada's case, closed ten years ago, with a marked word in every column that can hold one, and a message in a file."""
    monkeypatch.setattr(settings, "EMAIL_FILE_PATH", tmp_path)
    office = full_office
    office.ada.holds.update(ended_at=timezone.now())
    long_ago = date.today() - timedelta(days=3660)
    office.ada.relationships.update(begin=long_ago, end=long_ago, state="ended")
    office.ada.referrals.update(state="closed")
    office.ada.budgets.get().requests.update(state="evidenced")
    office.lines = budgets.balance_of(office.budget)
    record(office.practitioner, "read", "person", office.ada, f"{MARK} asked for by her mother")
    mark_everything(office.ada)
    message = office.message
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / f"{message.pk}.txt").write_text(f"{MARK} See you", "utf-8")
    (tmp_path / "mail.log").write_text(f"To: a@b.c\nMessage-ID: <{message.pk}@resettle.invalid>\n\n{MARK}\n", "utf-8")
    (tmp_path / "other.log").write_text(
        "To: a@b.c\nMessage-ID: <other@resettle.invalid>\n\nof somebody else\n", "utf-8"
    )
    Schedule.objects.create(document=SCHEDULE)
    return office


def mark_everything(person):
    """Put a word that stands nowhere else into every column of the person's that holds words and is not a code."""
    from resettle.web.correspondence.models import Reach
    from resettle.web.mentors.models import Wish
    from resettle.web.portal.models import Card
    from resettle.web.topics.models import Note

    Card.give(person)
    Reach.objects.create(person=person)
    Wish.objects.get_or_create(person=person)
    person.identifiers.create(kind="crn", value="X900001")
    person.licence_conditions.create(code="no_internet")
    person.unmet_wants.create(good="life", place="Nowhere", choices=0)
    person.strengths.create(text="Good")
    Note.objects.create(person=person, topic="health", words="Words", written_by=person.added_by)
    for model, path in paths().items():
        for row in model._base_manager.filter(**{path: person.pk}):
            marked = {f.name: marked_value(f) for f in model._meta.fields if marks(model, f)}
            if marked:
                model._base_manager.filter(pk=row.pk).update(**marked)


def marks(model, field):
    kept = model._meta.label_lower in ("access.accessevent", "retention.erasure") or field.unique
    return holds_words(field) and not kept and (field.name in erased_columns(model) or model._meta.label_lower in GONE)


def marked_value(field):
    if isinstance(field, models.JSONField):
        return [f"{MARK} words"]
    return f"{MARK} {field.name}"[: field.max_length]


def everywhere():
    """Every cell of every table, as text."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                yield from ((table, str(cell)) for cell in row if cell is not None)


def left_of(*words):
    return {(table, cell) for table, cell in everywhere() if any(word in cell.casefold() for word in words)}


def erase_now(office):
    return erase(due.in_force(), office.ada, office.administrator)


def test_no_word_and_no_name_is_left_in_any_table_or_file(closed, tmp_path):
    words = (MARK, "x900001", "1990-05-17", "ada ex")
    assert len({table for table, _ in left_of(MARK)}) >= 20
    assert {one.kind for one in erase_now(closed)} == set(KINDS)
    assert left_of(*words) == set()
    assert [path.name for path in sorted(tmp_path.rglob("*")) if path.is_file()] == ["other.log"]
    assert Person.objects.get(pk=closed.ben.pk).name == "Ben Example"


def test_every_sum_and_every_row_that_a_contract_needs_is_as_it_was(closed, tmp_path):
    before, lines = exported(tmp_path / "before"), ledger()
    erase_now(closed)
    after = exported(tmp_path / "after")
    assert ledger() == lines and budgets.balance_of(closed.budget) == closed.lines
    assert set(before) == set(after) and len(before) >= 9
    free = {"person": {"place_id"}, "goods_rating": {"own_words"}, "goal": {"own_words", "so_that"}}
    for name, rows in before.items():
        assert without(rows, free.get(name, set())) == without(after[name], free.get(name, set())), name


def exported(folder):
    from resettle.web.exporting import export

    export(folder, folder.parent / "key", "Northway")
    return {
        file.stem: list(csv.DictReader(file.open()))
        for file in sorted((folder / "tables").glob("*.csv"))
        if file.stem != "place"
    }


def without(rows, columns):
    return [{key: value for key, value in row.items() if key not in columns} for row in rows]


def ledger():
    from resettle.web.budgets.models import Line

    return list(
        Line.objects.order_by("budget", "number").values_list(
            "budget", "number", "kind", "amount", "on", "request", "reverses"
        )
    )


def test_what_is_due_goes_in_its_own_time_and_who_it_is_goes_last(closed):
    closed.ada.relationships.update(end=date.today() - timedelta(days=800))
    assert {one.kind for one in erase_now(closed)} == {"messages", "restricted_notes"}
    assert Person.objects.get(pk=closed.ada.pk).birth_date == date(1990, 5, 17)
    assert erase_now(closed) == [] and Erasure.objects.count() == 2
    closed.ada.relationships.update(end=date.today() - timedelta(days=3000))
    assert {one.kind for one in erase_now(closed)} == {"casework", "money", "audit", "identity"}
    assert left_of(MARK) == set()


def keep_by_hold(office):
    office.ada.holds.create(reason="A claim", placed_by=office.administrator)


def keep_by_worker(office):
    office.ada.relationships.filter(worker=office.practitioner).update(end=None)


def keep_by_referral(office):
    office.ada.referrals.update(state="delivering")


def keep_by_money(office):
    office.budget.requests.update(state="committed")


@pytest.mark.parametrize("keep", [keep_by_hold, keep_by_worker, keep_by_referral, keep_by_money])
def test_nothing_is_erased_while_something_keeps_it(closed, keep):
    keep(closed)
    marked = left_of(MARK)
    assert erase_now(closed) == [] and left_of(MARK) >= marked and not Erasure.objects.exists()


def test_the_record_of_who_looked_holds_afterwards_and_shows_a_reason_that_was_wiped_for_nothing(closed):
    record(closed.practitioner, "read", "person", closed.ben, "Duty cover for the South team")
    events = AccessEvent.objects.count()
    erase_now(closed)
    assert broken_at() is None and AccessEvent.objects.count() == events + 2  # hers, and of a record merged into it
    assert not AccessEvent.objects.filter(person__in=keys_of(closed.ada)).exclude(reason="").exists()
    kept = AccessEvent.objects.get(person=closed.ben)
    AccessEvent.objects.filter(pk=kept.pk).update(reason="Another reason")
    assert broken_at() == kept.pk
    AccessEvent.objects.filter(pk=kept.pk).update(reason="", salt="")
    assert broken_at() == kept.pk


def test_an_erased_record_is_found_and_opened_by_nobody(closed, as_role):
    erase_now(closed)
    for role in ("practitioner", "coordinator", "administrator"):
        client = as_role(role)
        name = "retention_person" if role == "administrator" else "person"
        assert client.get(reverse(name, kwargs={"person_id": closed.ada.pk})).status_code == 404
    client = as_role("practitioner")
    for text in ("ada", "erased", "zzz", "X900001"):
        assert "Nobody was found" in client.get(reverse("people"), {"q": text}).content.decode()


def test_the_administrator_sees_what_is_due_and_why_and_erases_it_after_ticking_a_box(closed, as_role):
    Person.objects.filter(pk=closed.ada.pk).update(name="Ada Example")
    client = as_role("administrator")
    shown = client.get(reverse("retention")).content.decode()
    assert "Ada Example" in shown and "Our policy, part 12" in shown and MARK not in shown
    address = reverse("retention_person", kwargs={"person_id": closed.ada.pk})
    preview = client.get(address).content.decode()
    assert "1 goals" in preview and "2 files" in preview and "Erase what is due" in preview
    refused = client.post(address, {})
    assert refused.status_code == 422 and "Tick the box if it is to be erased" in refused.content.decode()
    assert not Erasure.objects.exists()
    assert client.post(address, {"sure": "on"}).status_code == 302
    log = client.get(reverse("retention")).content.decode()
    assert "Who the person is" in log and "Our policy, part 84" in log and "Ada" not in log


def test_a_hold_is_placed_with_a_reason_and_ended(closed, as_role):
    client = as_role("administrator")
    named = {"person_id": closed.ada.pk}
    empty = client.post(reverse("hold_add", kwargs=named), {"reason": " "})
    assert empty.status_code == 422 and "Say why everything about them must be kept" in empty.content.decode()
    client.post(reverse("hold_add", kwargs=named), {"reason": "An inquest"})
    held = client.get(reverse("retention_person", kwargs=named)).content.decode()
    assert "a legal hold since" in held and "Erase what is due" not in held
    hold = closed.ada.holds.get(ended_at=None)
    client.post(reverse("hold_end", kwargs={**named, "hold_id": hold.pk}))
    assert "Erase what is due" in client.get(reverse("retention_person", kwargs=named)).content.decode()


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("organisation = 3", "organisation"),
        (SCHEDULE.replace("[rules.money]", "[rules.monie]"), "no retention rule for this kind of record"),
        (
            SCHEDULE
            + SCHEDULE[SCHEDULE.index("[rules.money]") :].replace("money", "other", 1).split("[rules.audit]")[0],
            "no such kind",
        ),
        (SCHEDULE.split("[rules.unmended]")[0], "no retention rule for this kind of record"),
        (SCHEDULE.replace('"created"', '"sentence_end"'), "about nobody"),
        (SCHEDULE.replace("months = 12", "months = 0"), "months"),
    ],
)
def test_a_schedule_that_cannot_be_used_is_refused_with_what_was_typed_kept(as_role, office, document, said):
    answer = as_role("administrator").post(reverse("retention_schedule"), {"document": document})
    text = answer.content.decode()
    assert answer.status_code == 422 and said in text and "organisation" in text
    assert not Schedule.objects.exists()


def test_a_table_that_was_forgotten_is_erased_and_every_kind_has_a_table(db):
    assert {kind_of(model) for model in paths()} >= set(KINDS) and set(OF_TABLE.values()) <= set(KINDS)
    for model in paths():
        codes = {f.name for f in model._meta.fields if holds_words(f)} - set(erased_columns(model))
        long = {f.name for f in model._meta.fields if f.name in codes and isinstance(f, models.TextField)}
        assert long <= {"why"}, f"{model}: a long text is kept"


@hypothesis(max_examples=200, deadline=None)
@given(
    born=st.dates(date(1930, 1, 1), date(2006, 12, 31)),
    told=st.lists(st.dates(date(2010, 1, 1), date(2026, 12, 31)), max_size=5),
)
def test_ages_at_releases_stay_exact_whatever_the_birthday(born, told):
    from resettle.web.exporting.tables import years

    class Rows:
        @staticmethod
        def filter(**_):
            return Rows

        @staticmethod
        def values_list(*_):
            return [("custody", day, day) for day in told]

    kept, Episode.objects = Episode.objects, Rows
    try:
        after = blurred(Person(birth_date=born))
    finally:
        Episode.objects = kept
    assert [years(after, day) for day in told] == [years(born, day) for day in told]
    assert after.year == born.year


def test_a_copy_of_what_is_held_has_nothing_of_an_erased_person(closed):
    erase_now(closed)
    assert MARK not in str(held_about(Person.objects.get(pk=closed.ada.pk)))


def test_a_workspace_without_a_schedule_erases_nothing(db):
    from resettle.web.upkeep import retain

    with pytest.raises(BadInput, match="no retention schedule is in force"):
        retain.run(Path(settings.HOME))


MAKE = """
import sys, pathlib, datetime
from resettle.web.serve import ready
ready(pathlib.Path(sys.argv[1]), False)
from resettle.web.access.models import User
from resettle.web.people.models import Person
from resettle.web.retention.models import Schedule
worker = User.objects.create_user("w@example.org", "A worker", "practitioner")
long_ago = datetime.date(2001, 1, 1)
for name in ("Zqxada", "Zqxben"):
    one = Person.objects.create(name=name, birth_date=datetime.date(1990, 5, 17), added_by=worker)
    one.goals.create(own_words="zqx a place of my own " * 40, goods=["life"], state="active")
    one.relationships.create(person=one, worker=worker, role="practitioner", begin=long_ago, end=long_ago)
Person.objects.get(name="Zqxben").holds.create(reason="A claim", placed_by=worker)
Schedule.objects.create(document=sys.argv[2])
"""


@pytest.mark.slow
def test_the_command_lists_then_erases_and_leaves_nothing_in_the_files_of_the_database(tmp_path):
    from test_backup import environment, fresh, resettle, rows

    home = tmp_path / "home"
    home.mkdir()
    with fresh("retained") as address:
        made = [sys.executable, "-c", MAKE, str(home), SCHEDULE]
        subprocess.run(made, env=environment(address), check=True, timeout=400)
        listed = resettle(address, "retain", "--home", home)
        assert (
            "1 people have records to erase today. Nothing was erased." in listed.stdout and "Zqx" not in listed.stdout
        )
        assert "Who the person is: kept until 2008-01-01. Our policy, part 84" in listed.stdout
        done = resettle(address, "retain", "--home", home, "--erase")
        assert "Erased 6 kinds of record of 1 people" in done.stdout
        assert rows(address, home, "SELECT name FROM people_person ORDER BY name") == [("Zqxben",), ("erased",)]
        again = resettle(address, "retain", "--home", home, "--erase")
        assert "Erased 0 kinds of record of 0 people" in again.stdout
        if not address:
            held = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
            assert b"Zqxben" in held and b"Zqxada" not in held
