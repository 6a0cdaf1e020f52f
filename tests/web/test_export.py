"""From the workspace to an area: what leaves, what stays behind, and that it fits together."""

from collections import Counter
from decimal import Decimal

import pytest
from django.core.management import call_command

from resettle.area import Steps, open_area
from resettle.area.check import check_area
from resettle.errors import BadInput
from resettle.evidence.circumstances import circumstances
from resettle.goodlives.need import needs
from resettle.web.access.models import AccessEvent, User
from resettle.web.caseload import fill
from resettle.web.contacts.models import Contact
from resettle.web.correspondence.models import Message
from resettle.web.exporting import export
from resettle.web.measures.work import days_that_count
from resettle.web.mentors.models import Match
from resettle.web.people.models import Person
from resettle.web.reviews.models import Review


@pytest.fixture(scope="module")
def exported(django_db_setup, django_db_blocker, tmp_path_factory):
    """A small worked caseload, exported with and without people's own words; the database is emptied after."""
    folder = tmp_path_factory.mktemp("export")
    with django_db_blocker.unblock():
        fill({}, people=12, seed=3)
        names = [*Person.objects.values_list("name", flat=True), *User.objects.values_list("name", flat=True)]
        births = [str(born) for born in Person.objects.values_list("birth_date", flat=True)]
        counts = export(folder / "area", folder / "key", "Northway")
        export(folder / "words", folder / "key", "Northway", own_words=True)
        export(folder / "other", folder / "other-key", "Northway")
        events = list(AccessEvent.objects.filter(verb="export").values_list("reason", flat=True))
        around = {
            "met": sorted(
                set(Contact.objects.filter(worker__role="mentor").values_list("worker__volunteer", flat=True))
            ),
            "matched": sorted(set(Match.objects.exclude(state="proposed").values_list("volunteer", flat=True))),
            "open_without_tie": Match.objects.filter(state="active").exclude(relationship__state="current").count(),
            "reviews": set(Review.objects.values_list("state", flat=True)),
            "points": Counter((p.measure, p.answer) for one in Person.objects.all() for p in days_that_count(one)),
            "messages": set(Message.objects.values_list("state", flat=True)),
        }
        call_command("flush", verbosity=0, interactive=False)
    return {"folder": folder, "names": names, "births": births, "counts": counts, "events": events, "around": around}


def test_a_worked_caseload_has_mentors_reviews_and_messages_that_fit_together(exported):
    around = exported["around"]
    assert around["met"] and set(around["met"]) <= set(around["matched"]) and around["open_without_tie"] == 0
    assert around["reviews"] >= {"done", "scheduled"} and around["messages"] >= {"sent", "received"}


def texts(folder):
    return "\n".join(file.read_text("utf-8") for file in sorted((folder / "tables").glob("*.csv")))


def test_the_area_keeps_every_rule_and_need_can_be_read_from_it(exported):
    folder = exported["folder"] / "area"
    report = check_area(folder)
    assert report.ok, report.lines()
    assert report.rows["person"] == exported["counts"]["person"] == 12
    with open_area(folder) as area:
        assert needs(area)
        spent = area.run(Steps().then("spent", "SELECT sum(amount) AS pounds FROM spend", "all"))["pounds"][0].as_py()
    assert Decimal(spent) > 0


def test_the_area_measures_home_and_work_as_the_page_of_each_person_says(exported):
    points, folder = exported["around"]["points"], exported["folder"] / "area"
    with open_area(folder) as area:
        found = [one for one in circumstances(area).measures if one.unit == "share"]
    for one in found:
        said = {answer: points[one.name, answer] for answer in ("yes", "no", "unknown", "to_come")}
        counted = (one.count, one.n - one.count, one.unknown + one.unavailable, one.too_late)
        assert (*said.values(),) == counted, one.name
    assert sum(one.n for one in found) > 10


def test_nothing_that_names_anybody_leaves(exported):
    for name in ("area", "words"):
        text = texts(exported["folder"] / name)
        assert [one for one in (*exported["names"], *exported["births"]) if one in text] == []
        assert "X900" not in text and "receipt" not in text and "Talked about" not in text


def test_own_words_leave_only_when_asked_for_and_each_export_is_on_record(exported):
    assert "get a place of my own" not in texts(exported["folder"] / "area")
    assert "get a place of my own" in texts(exported["folder"] / "words")
    assert exported["events"] == [f"12 people, {how} own words" for how in ("without", "with", "without")]


def test_one_key_gives_the_same_pseudonyms_and_another_key_others(exported):
    def people(name):
        lines = (exported["folder"] / name / "tables/person.csv").read_text("utf-8").splitlines()[1:]
        return {line.split(",")[0] for line in lines}

    assert people("area") == people("words")
    assert not people("area") & people("other")
    assert (exported["folder"] / "key").stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db
def test_a_folder_that_is_there_is_left_alone(tmp_path):
    (tmp_path / "area").mkdir()
    with pytest.raises(BadInput, match="something at this path already"):
        export(tmp_path / "area", tmp_path / "key", "Northway")
