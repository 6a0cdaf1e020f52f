"""The good life map and the plan, as a practitioner makes them with a person."""

import pytest
from django.urls import reverse

from resettle.goodlives.records import seal_of
from resettle.reference.goods import goods
from resettle.web.people.models import Happened
from resettle.web.plans import work
from resettle.web.plans.models import Goal, Map, Plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(as_role, office):
    """A practitioner at work with Ada: `desk("plan")` opens a page, `desk("goal_add", {...})` sends one."""
    client = as_role("practitioner")

    def go(name, sent=None, person=None, **named):
        url = reverse(name, kwargs={"person_id": (person or office.ada).pk, **named})
        return client.get(url) if sent is None else client.post(url, sent)

    return go


def test_both_views_stand_side_by_side_and_are_never_averaged(desk, office):
    desk(
        "map_add",
        {"about": "now", "life_importance": "9", "life_attainment": "2", "life_words": "My own door"},
        rater="person",
    )
    desk("map_add", {"about": "now", "life_importance": "7", "life_attainment": "6"}, rater="worker")
    shown = desk("map").content.decode()
    assert "9, 2" in shown and "7, 6" in shown and "My own door" in shown and "Gap of 7" in shown
    assert Map.objects.filter(person=office.ada).count() == 2


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"about": "now"}, "Rate at least one good"),
        ({"about": "now", "life_importance": "9"}, "Enter how much of life there is, or take out the other number"),
        ({"about": "now", "life_importance": "11", "life_attainment": "2"}, "Life: enter a whole number from 0 to 10"),
        (
            {"about": "now", "life_importance": "nine", "life_attainment": "2"},
            "Life: enter a whole number from 0 to 10",
        ),
        ({"life_importance": "9", "life_attainment": "2"}, "Select which time it is about"),
        (
            {"about": "now", "life_importance": "9", "life_attainment": "2", "life_words": "a\u202eb"},
            "hidden characters",
        ),
    ],
)
def test_a_wrong_map_is_given_back_with_what_was_typed(desk, sent, said):
    answer = desk("map_add", sent, rater="person")
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Map.objects.count() == 0
    assert all(value in answer.content.decode() for value in sent.values())


def test_a_plan_is_offered_only_with_a_strength_and_a_whole_goal(desk, office):
    office.ada.strengths.all().delete()
    answer = desk("plan_offer", {})
    assert answer.status_code == 422
    assert "No strength is written down yet" in answer.content.decode()
    assert Plan.objects.filter(person=office.ada).count() == 1


def test_an_answered_version_does_not_change_and_the_next_one_shows_what_did(desk, office):
    assert desk("plan_answer", {"answer": "agree", "how": "paper"}, number=1).status_code == 302
    first = Plan.objects.get(person=office.ada, number=1)
    assert (first.state, first.seal) == ("agreed", seal_of(first.snapshot))
    changed = {"own_words": "find a flat near my girl", "goods": ["life", "relatedness"], "risk_effect": "lowers"}
    desk("goal_edit", changed, goal_id=office.goal.pk)
    assert desk("plan_offer", {}).status_code == 302
    first.refresh_from_db()
    assert "near my girl" not in first.snapshot and first.state == "superseded"
    assert "New or changed" in desk("plan_version", number=2).content.decode()


def test_not_agreeing_needs_the_reason_and_work_goes_on(desk, office):
    answer = desk("plan_answer", {"answer": "disagree", "how": "in_person"}, number=1)
    assert "A reason is needed" in answer.content.decode()
    assert (
        desk(
            "plan_answer", {"answer": "disagree", "how": "in_person", "reason": "Too many goals"}, number=1
        ).status_code
        == 302
    )
    assert desk("step_move", {"reason": ""}, step_id=office.step.pk, event="finish").status_code == 302
    assert "Does Ada Example say that they have got there?" in desk("plan").content.decode()


def test_another_persons_goal_is_not_reached_through_ones_own(desk, office):
    office.ben.relationships.create(worker=office.practitioner, role="practitioner", begin="2026-01-05")
    theirs = reverse("goal_edit", kwargs={"person_id": office.ben.pk, "goal_id": office.goal.pk})
    assert desk("goal_edit", person=office.ben, goal_id=office.goal.pk).status_code == 404, theirs


def test_every_move_is_kept_with_who_and_why(desk, office):
    desk("goal_move", {"reason": "Court first"}, goal_id=office.goal.pk, event="set_aside")
    assert Goal.objects.get(pk=office.goal.pk).state == "set_aside"
    last = Happened.objects.filter(thing=office.goal.pk).latest("pk")
    assert (last.event, last.from_state, last.to_state, last.reason, last.by) == (
        "set_aside",
        "active",
        "set_aside",
        "Court first",
        office.practitioner,
    )


def test_the_picture_names_every_good_of_its_list(office):
    work.keep_map(
        office.ada, "person", "now", None, [{"good": "life", "importance": 9, "attainment": 2, "own_words": ""}]
    )
    from resettle.web.plans.picture import map_svg

    drawn = map_svg(work.latest_map(office.ada, "person"), None, "<Ada>")
    assert all(good.name.capitalize() in drawn for good in goods())
    assert "<Ada>" not in drawn
