"""Two records of one person: proposed, brought together with the books right, and taken apart exactly as they were."""

from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resettle.web.access.audit import broken_at
from resettle.web.access.models import AccessEvent
from resettle.web.budgets import work as budgets
from resettle.web.contacts import work as contacts
from resettle.web.correspondence.models import Reach
from resettle.web.duplicates import work
from resettle.web.duplicates.models import Merge
from resettle.web.people.models import Person
from resettle.web.people.subject_access import held_about, own_models
from resettle.web.plans import work as plans
from resettle.web.portal.models import Card

pytestmark = pytest.mark.django_db
UNSEEN = {"access.accessevent", "access.accesshead", "duplicates.merge"}


def everything():
    """Every row of every table, but for the record of who looked and of the merges themselves."""
    return {
        (model._meta.label_lower, str(row["id" if "id" in row else model._meta.pk.attname])): row
        for model in own_models()
        if model._meta.label_lower not in UNSEEN
        for row in model._base_manager.values()
    } | {
        (through._meta.label_lower, str(row["id"])): row
        for model in own_models()
        for through in (field.remote_field.through for field in model._meta.many_to_many)
        for row in through.objects.values()
    }


@pytest.fixture
def twin(full_office):
    """A second record of Ada, as full as the first: a worker in the same team, a plan, a budget, messages, a card."""
    office = full_office
    work.split(office.merge, office.coordinator, "for the test")
    made = Person.objects.create(name="Ada Exampel", birth_date=date(1990, 5, 17), added_by=office.coordinator)
    made.relationships.create(worker=office.practitioner, role="practitioner", begin=date(2026, 1, 5))
    fill(made, office, 1)
    return made


def fill(person, office, n):
    from django.utils import timezone

    from resettle.web.correspondence import work as messages

    person.identifiers.create(kind="crn", value=f"X9100{n:02}")
    plans.add_step(
        plans.add_goal(
            person, office.practitioner, {"own_words": f"goal {n}", "goods": ["life"], "risk_effect": "lowers"}
        ),
        office.practitioner,
        {"text": "Ring", "by": "Ada"},
    )
    person.strengths.create(text=f"strength {n}")
    plans.offer_plan(person, office.practitioner)
    budget = budgets.open_budget(
        person, office.budget.fund, office.coordinator, Decimal("100"), Decimal("80"), date(2026, 1, 5)
    )
    wanted = {"goal": person.goals.get(), "good": "life", "category": "work", "what": "boots", "payee": "A shop"}
    budgets.ask(budget, office.practitioner, {**wanted, "amount": Decimal("20")})
    contacts.log(person, office.practitioner, {"at": timezone.now(), "summary": f"Talked {n}"})
    if person.relationships.exists():
        messages.write(person, office.practitioner, f"See you {n}", "text", timezone.now())
    Card.give(person)
    Reach.objects.create(person=person, phone=f"0770090000{n}")
    return budget


def test_a_pair_is_proposed_with_why_and_not_again_once_told_apart(as_role, twin, full_office):
    client = as_role("coordinator")
    shown = client.get(reverse("duplicates")).content.decode()
    assert "Ada Exampel" in shown and "The date of birth is the same" in shown and "Cat Other" not in shown
    client.post(reverse("two_people", kwargs={"person_id": twin.pk, "other_id": full_office.ada.pk}))
    assert "No two records look like one person" in client.get(reverse("duplicates")).content.decode()


def test_everything_of_both_stands_in_one_record_and_no_line_of_a_ledger_changes(as_role, twin, full_office):
    ada = full_office.ada
    before = {one.pk: budgets.balance_of(one) for person in (ada, twin) for one in person.budgets.all()}
    wanted = {name: getattr(ada, name).count() + getattr(twin, name).count() for name in ("goals", "plans", "contacts")}
    client = as_role("coordinator")
    address = reverse("merge", kwargs={"person_id": ada.pk, "other_id": twin.pk})
    preview = client.get(address).content.decode()
    assert "X910001" in preview and "Goals: 1" in preview and "Keep the other record instead" in preview
    empty = client.post(address, {"why": " "})
    assert empty.status_code == 422 and "Say how you know" in empty.content.decode()
    assert client.post(address, {"why": "Same prison number"}).status_code == 302
    assert {name: getattr(ada, name).count() for name in wanted} == wanted
    assert {one.pk: budgets.balance_of(one) for one in ada.budgets.all()} == before and len(before) == 2
    assert plans.current_plan(ada).pk == full_office.plan.pk
    assert client.get(reverse("person", kwargs={"person_id": twin.pk})).status_code == 404
    looked = client.get(reverse("who_looked", kwargs={"person_id": ada.pk})).content.decode()
    assert "Same prison number" in looked and broken_at() is None
    held = held_about(ada)
    assert {"goal 1", "find a flat"} <= {row["own words"] for row in held["goal"]}
    assert AccessEvent.objects.filter(verb="combine").values("person").distinct().count() == 3


def test_workers_in_one_role_of_one_team_are_shared_while_they_stand_in_one_record(twin, full_office):
    work.merge(full_office.ada, twin, full_office.coordinator, "Same")
    ties = full_office.ada.relationships.current().filter(role="practitioner")
    assert [tie.joint for tie in ties] == [True, True]


def test_the_card_of_the_record_that_went_opens_nothing(client, twin, full_office):
    Card.give(full_office.ada)
    card, code = Card.give(twin)
    work.merge(full_office.ada, twin, full_office.coordinator, "Same")
    client.post(reverse("me_door"), {"number": card.number, "born_day": "17", "born_month": "5", "born_year": "1990"})
    assert client.post(reverse("me_second"), {"secret": code}).status_code == 422


def test_taken_apart_everything_is_as_it_was(as_role, twin, full_office):
    client = as_role("coordinator")
    before = everything()
    made = work.merge(full_office.ada, twin, full_office.coordinator, "Same")
    assert everything() != before
    address = reverse("split", kwargs={"person_id": full_office.ada.pk, "merge_id": made.pk})
    assert client.post(address, {"why": "They came in together"}).status_code == 302
    assert everything() == before and broken_at() is None
    assert client.post(address, {"why": "They came in together"}).status_code == 404


def test_what_is_written_in_between_stays_where_it_was_written(twin, full_office):
    ada, user = full_office.ada, full_office.practitioner
    made = work.merge(ada, twin, full_office.coordinator, "Same")
    new = plans.add_goal(ada, user, {"own_words": "new", "goods": ["life"], "risk_effect": "lowers"})
    moved = ada.goals.get(own_words="goal 1")
    plans.move_goal(moved, "set_aside", user, "Not now")
    assert work.split(made, full_office.coordinator, "Two people") == ""
    moved.refresh_from_db()
    assert (new.person_id, moved.person_id, moved.state) == (ada.pk, twin.pk, "set_aside")


def test_of_two_who_merge_at_once_the_second_is_refused_and_merges_come_apart_last_first(twin, full_office):
    ada, cat, user = full_office.ada, full_office.cat, full_office.coordinator
    first = work.merge(ada, twin, user, "Same")
    assert work.merge(cat, twin, user, "Same") == "One of the two records is part of another already"
    second = work.merge(ada, cat, user, "Same")
    assert "take that one apart first" in work.split(first, user, "No")
    assert work.split(second, user, "No") == "" == work.split(first, user, "No")


@pytest.mark.parametrize(("role", "status"), [("practitioner", 403), ("coordinator", 403), ("administrator", 200)])
def test_only_a_coordinator_of_both_or_the_administrator_merges(as_role, full_office, role, status):
    of_others = {"person_id": full_office.ada.pk, "other_id": full_office.ben.pk}
    full_office.ben.relationships.create(worker=full_office.stranger, role="practitioner", begin=date(2026, 1, 5))
    assert as_role(role).get(reverse("merge", kwargs=of_others)).status_code == status


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_merges_taken_apart_last_first_leave_everything_as_it_was(full_office, data):
    office = full_office
    with transaction.atomic():
        work.split(Merge.objects.get(split_at=None), office.coordinator, "for the test")
        people = [office.ada, office.ben, office.cat]
        for n, person in enumerate(people[1:], 2):
            if data.draw(st.booleans(), label=f"{person.name} is worked with"):
                person.relationships.create(worker=office.practitioner, role="practitioner", begin=date(2026, 1, 5))
                fill(person, office, n)
        before, made = everything(), []
        for _ in range(data.draw(st.integers(1, 2), label="merges")):
            kept, gone = data.draw(st.permutations(people), label="kept, gone")[:2]
            people.remove(gone)
            made.append(work.merge(kept, gone, office.coordinator, "Same"))
            kept.refresh_from_db()
            assert {one.person_id for one in budgets.Budget.objects.all()} <= {one.pk for one in people}
        assert [work.split(one, office.coordinator, "Two people") for one in reversed(made)] == [""] * len(made)
        assert everything() == before
        transaction.set_rollback(True)


def test_every_table_that_points_to_a_person_moves_or_is_known_to_stay(db):
    moved = {model for model, _ in work.links()} | {work.Thread}
    pointing = {
        m for m in apps.get_models() if m in own_models() and any(f.related_model is Person for f in m._meta.fields)
    }
    assert pointing - moved == set(work.STAYS)
