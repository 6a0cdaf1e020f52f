"""Tasks of one person's own around a release: added, changed and dropped with a reason, ticked off, and shown wherever the list is."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from resettle.errors import BadInput
from resettle.goodlives import own_tasks
from resettle.web.gate import work
from resettle.web.gate.models import OwnTask
from resettle.web.portal.door import PERSON, SEEN

RELEASE = date(2026, 3, 2)
TYPED = {"words": "Have tea with my sister", "who": "you", "when": "after", "days": "2"}


def test_days_move_with_the_release_and_a_date_does_not():
    assert own_tasks.due(RELEASE, -5, None) == date(2026, 2, 25)
    assert own_tasks.due(RELEASE, 0, None) == RELEASE
    assert own_tasks.due(RELEASE, None, date(2026, 6, 1)) == date(2026, 6, 1)
    for days, on in ((None, None), (3, RELEASE), (400, None)):
        with pytest.raises(BadInput):
            own_tasks.due(RELEASE, days, on)
    days = (-1, 0, 1, 3, 4)
    found = [own_tasks.part(RELEASE + timedelta(days=n), RELEASE) for n in days]
    assert found == ["before", "day", "first_days", "first_days", "later"]


@pytest.mark.parametrize("event", ["change", "not_needed"])
def test_a_change_or_a_drop_says_why(event):
    assert own_tasks.may(event, " ").broken == "reason"
    assert own_tasks.may(event, "It rains") is None and own_tasks.may("done", "") is None


@pytest.fixture
def inside(office):
    """Ada comes out in two days."""
    release = timezone.localdate() + timedelta(days=2)
    return office.ada.episodes.create(kind="custody", begin=date(2026, 1, 5), release=release)


@pytest.fixture
def go(as_role, office):
    def page(name, typed=None, role="practitioner", **named):
        client = as_role(role)
        url = reverse(name, kwargs={"person_id": office.ada.pk, **named} if name != "gate_list" else {})
        return client.get(url) if typed is None else client.post(url, typed)

    return page


def text(answer):
    return answer.content.decode()


@pytest.mark.django_db
def test_a_task_is_added_changed_done_and_what_it_said_is_kept(go, office, inside):
    assert go("own_task_add", TYPED).status_code == 302
    task = OwnTask.objects.get()
    assert (task.days, task.on, task.added_by) == (2, None, office.practitioner)
    named = {"own_task_id": task.pk}
    assert go("own_task_change", {**TYPED, "words": "Have lunch"}, **named).status_code == 422
    changed = {**TYPED, "words": "Have lunch", "when": "before", "days": "2", "why": "The cafe has closed"}
    assert go("own_task_change", changed, **named).status_code == 302
    task.refresh_from_db()
    assert (task.words, task.days) == ("Have lunch", -2)
    page = text(go("gate"))
    assert "Before " in page and "Have tea with my sister (you, by" in page and "The cafe has closed" in page
    assert go("own_task", {"answer": "not_needed"}, **named).status_code == 422
    assert not OwnTask.objects.exclude(answer="").exists()
    assert go("own_task", {"answer": "not_needed", "note": "They fell out"}, **named).status_code == 302
    assert go("own_task", {"answer": "done", "note": "They made up"}, **named).status_code == 302
    kept = list(task.changes.values_list("before", flat=True))
    assert len(kept) == 2 and "Not needed: They fell out" in kept[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"words": ""}, "Write what is to be done"),
        ({"who": " "}, "Write who does it"),
        ({"when": ""}, "Select by when"),
        ({"days": ""}, "Enter how many days before or after release"),
        ({"days": "400"}, "Enter a whole number of days from 1 to 365"),
        ({"when": "date"}, "Enter the date"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_kept(go, office, inside, wrong, said):
    answer = go("own_task_add", {**TYPED, **wrong})
    assert answer.status_code == 422 and said in text(answer) and not OwnTask.objects.exists()


@pytest.mark.django_db
def test_it_stands_in_its_part_in_the_list_of_what_is_due_and_on_the_print(go, office, inside):
    work.add_own(inside, office.practitioner, {"words": "Ring the landlord", "who": "Sam", "days": -3, "on": None})
    work.add_own(inside, office.practitioner, {"words": "Tea with sis", "who": "you", "days": 3, "on": None})
    work.add_own(inside, office.practitioner, {"words": "A month on", "who": "you", "days": 30, "on": None})
    parts = {part["name"]: [task["words"] for task in part["tasks"]] for part in work.tasks(inside)}
    assert "Ring the landlord" in parts["before"] and parts["first_days"][-1] == "Tea with sis"
    assert parts["later"] == ["A month on"]
    due = text(go("gate_list"))
    assert "Ring the landlord" in due and "Tea with sis" not in due
    before = work.open_tasks(inside)
    work.answer_own(OwnTask.objects.get(words="Ring the landlord"), office.practitioner, "done", "")
    assert work.open_tasks(inside) == before - 1 and "Ring the landlord" not in text(go("gate_list"))
    paper = text(go("gate_paper"))
    assert "Tea with sis (you)" in paper and "Ring the landlord" not in paper and "OFFICIAL-SENSITIVE" in paper


@pytest.mark.django_db
def test_a_task_that_waits_keeps_somebody_in_the_list_long_after_release(go, office, inside):
    inside.release -= timedelta(days=60)
    inside.save()
    assert "Ada Example" not in text(go("gate_list"))
    work.add_own(inside, office.practitioner, {"words": "Get the tools", "who": "you", "days": 30, "on": None})
    assert "Get the tools" in text(go("gate_list"))


@pytest.mark.django_db
def test_the_person_reads_it_on_their_own_plan_page_and_not_what_was_dropped(client, office, inside):
    add = {"who": "you", "days": 1, "on": None}
    kept = work.add_own(inside, office.practitioner, {"words": "Ring your sister", **add})
    gone = work.add_own(inside, office.practitioner, {"words": "Ask for the tools", **add})
    work.answer_own(gone, office.practitioner, "not_needed", "Lost")
    session = client.session
    session[PERSON], session[SEEN] = str(office.ada.pk), timezone.now().isoformat()
    session.save()
    page = text(client.get(reverse("me_plan")))
    assert "Ring your sister. Who does it: you." in page and "Ask for the tools" not in page
    assert "<strong>Done:</strong>" not in page
    work.answer_own(kept, office.practitioner, "done", "")
    assert "<strong>Done:</strong>" in text(client.get(reverse("me_plan")))


@pytest.mark.django_db
def test_somebody_elses_task_is_not_opened_under_this_person(go, office, inside):
    other = office.ben.episodes.create(kind="custody", begin=date(2026, 1, 5), release=inside.release)
    task = work.add_own(other, office.stranger, {"words": "Secret", "who": "x", "days": 1, "on": None})
    assert go("own_task", own_task_id=task.pk).status_code == 404
    assert go("own_task_change", own_task_id=task.pk).status_code == 404
