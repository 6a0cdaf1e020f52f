"""A record of who looked that was begun before reasons could be erased is chained anew when the workspace is brought up to date."""

import hashlib
import json
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from resettle.web.access.audit import START, broken_at, record, wipe_reasons
from resettle.web.access.models import AccessEvent
from resettle.web.people.models import Person

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE, AFTER = [("access", "0002_initial")], [("access", "0003_reasons_that_can_be_erased")]
REASONS = ("", "Duty cover for the South team today", "", "Her sœur rang: “help”", "")


def migrated(to):
    executor = MigrationExecutor(connection)
    return executor.migrate(to).apps


@pytest.fixture
def back():
    """The tables as they were; whatever happens, as they are now afterwards."""
    try:
        yield migrated(BEFORE)
    finally:
        everything = MigrationExecutor(connection)
        everything.migrate(everything.loader.graph.leaf_nodes())


def old_rows(apps, changed=None):
    """Events as the first version kept them, each hashed over the one before it and the words of its reason."""
    # As the table of accounts was then: it has gained columns since.
    worker = apps.get_model("access", "User").objects.create(
        email="w@example.org", name="A worker", role="practitioner"
    )
    ada = Person.objects.create(name="Ada Example", birth_date=date(1990, 5, 17), added_by_id=worker.pk)
    was, begin = START, timezone.make_aware(datetime(2026, 1, 5, 9, 30, 15, 123456))
    for number, reason in enumerate(REASONS, 1):
        at = (begin + timedelta(hours=number)).astimezone(timezone.get_fixed_timezone(0))
        says = [was, number, at.isoformat(), str(worker.pk), str(ada.pk), "read", "person", reason]
        was = hashlib.sha256(json.dumps(says, ensure_ascii=False).encode()).hexdigest()
        about = {"user_id": worker.pk, "person_id": ada.pk, "verb": "read", "page": "person"}
        row = {"sequence": number, "at": at, "reason": reason, "hash": was, **about}
        apps.get_model("access", "AccessEvent").objects.create(**row)
    apps.get_model("access", "AccessHead").objects.create(pk=1, sequence=len(REASONS), hash=was)
    if changed:
        apps.get_model("access", "AccessEvent").objects.filter(sequence=changed[0]).update(**changed[1])
    return worker, ada


def test_old_rows_follow_one_another_afterwards_and_new_ones_follow_them(back):
    worker, ada = old_rows(back)
    migrated(AFTER)
    assert broken_at() is None
    rows = AccessEvent.objects.order_by("sequence")
    assert tuple(rows.values_list("reason", flat=True)) == REASONS
    salts = [row.salt for row in rows if row.reason]
    assert len(set(salts)) == 2 and all(len(salt) == 32 for salt in salts)
    assert record(worker, "print", "plan_pdf", ada, "For her solicitor").sequence == len(REASONS) + 1
    assert broken_at() is None
    AccessEvent.objects.filter(sequence=2).update(reason="Another reason")
    assert broken_at() == 2


def test_the_words_of_old_reasons_can_be_erased_and_the_chain_holds(back):
    worker, ada = old_rows(back)
    migrated(AFTER)
    wipe_reasons(AccessEvent.objects.all())
    assert broken_at() == 2, "nothing was erased of this person yet"
    record(worker, "erase", "retention", ada)
    assert broken_at() is None and not AccessEvent.objects.exclude(reason="").exists()


@pytest.mark.parametrize(
    ("number", "change"), [(1, {"page": "map"}), (2, {"reason": "None of your business"}), (4, {"hash": "0" * 64})]
)
def test_what_was_tampered_with_before_shows_as_tampered_with_afterwards(back, number, change):
    old_rows(back, (number, change))
    migrated(AFTER)
    assert broken_at() == number


def test_a_workspace_in_which_nobody_had_looked_yet_is_brought_up_to_date(back):
    migrated(AFTER)
    assert broken_at() is None
    record(None, "read", "home")
    assert broken_at() is None
