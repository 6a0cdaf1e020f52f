"""Who may open what, and the record of who looked."""

import pytest
from django.urls import get_resolver, reverse

from resettle.web.access.audit import broken_at
from resettle.web.access.models import AccessEvent, Grant, Role
from resettle.web.access.rules import RULES

pytestmark = pytest.mark.django_db


def routes():
    """Every page of the workspace that is its own (the sign-in library's are under /accounts/)."""
    return [pattern.name for pattern in get_resolver().url_patterns if getattr(pattern, "name", None)]


def address(name, office, role="practitioner"):
    """The address of a page, about Ada and what is hers where it is about somebody."""
    pattern = next(p for p in get_resolver().url_patterns if getattr(p, "name", None) == name)
    known = {
        "person_id": office.ada.pk,
        "for_id": office.ada.pk,
        "goal_id": office.goal.pk,
        "step_id": office.step.pk,
        "number": office.plan.number,
        "rater": "person",
        "way": "large",
        "good": "life",
        "service_id": office.service.pk,
        "referral_id": office.referral.pk,
        "evidence_id": office.evidence.pk,
        "budget_id": office.budget.pk,
        "request_id": office.request.pk,
        "contact_id": office.concern.get(role, office.contact).pk if name == "concern_seen" else office.contact.pk,
        "volunteer_id": office.volunteer.pk,
        "match_id": office.asked.pk if name == "match_decline" else office.match.pk,
        "claim_id": office.claim.pk,
        "flag_id": office.flag.pk,
        "tie_id": office.tie.pk,
        "hold_id": office.hold.pk,
        "other_id": office.cat.pk,
        "merge_id": office.merge.pk,
        "code": "sleep",
        "own_task_id": office.own_task.pk,
        "said_id": office.said.pk,
        "asked_id": (office.granted if name != "erasure_request" else office.wants).pk,
        "account_id": (office.closed if name == "account_open" else office.practitioner).pk,
        "given_id": office.given.pk,
        "kind": "contact",
        "thing_id": office.contact.pk,
        "import_id": (office.done if name == "import_bad" else office.shown).get(role, office.shown["coordinator"]).pk,
        "fact_id": office.fact.pk,
        "instrument": "ons4",
        "message_id": (office.mentor_message if role == "mentor" else office.message).pk,
        "review_id": office.review.pk,
        "event": {
            "tie_move": "end",
            "measure_move": "verify",
            "fact_move": "verify",
            "said_move": "verify",
            "review_move": "do",
            "volunteer_move": "leave",
            "match_move": "pause",
            "referral_move": "accept",
            "contact_move": "hold",
            "step_move": "finish",
            "spend_move": "approve",
        }.get(name, "set_aside"),
    }
    return reverse(name, kwargs={key: known[key] for key in pattern.pattern.converters})


def test_every_page_has_a_rule_and_every_rule_a_page():
    assert sorted(routes()) == sorted(RULES)


def test_nobody_signed_in_opens_nothing(client, full_office):
    answers = {name: client.get(address(name, full_office)) for name in RULES if not RULES[name].public}
    doors = ("/accounts/login/", "/me/door/")
    opened = [n for n, a in answers.items() if a.status_code != 302 or not a.url.startswith(doors)]
    assert opened == []


@pytest.mark.parametrize("role", Role.values)
def test_each_role_opens_what_its_rule_says_and_nothing_else(as_role, full_office, role):
    client = as_role(role)
    stands = {
        None: True,
        "caseload": role == "practitioner",
        "team": role == "coordinator",
        "matched": role == "mentor",
        "asked": True,
        "referred": True,
    }
    wrong = []
    for name, rule in sorted(RULES.items(), key=lambda one: one[0] == "me_leave"):
        may = role in rule.needs and stands.get(rule.needs[role], False)
        found = client.get(address(name, full_office, role)).status_code
        allowed = (200, 302) if rule.public else (200,)
        may_be = (302,) if rule.own else allowed if may or rule.public else (403,)
        if found not in may_be:
            wrong.append(f"{name}: {found}")
    assert wrong == []


def test_a_practitioner_outside_the_caseload_gives_a_reason_and_it_is_kept(as_role, office):
    client = as_role("practitioner")
    page = reverse("person", kwargs={"person_id": office.ben.pk})
    asked = client.get(page)
    assert asked.status_code == 302
    assert client.post(asked.url, {"reason": "why not"}).status_code == 422
    assert client.post(asked.url, {"reason": "Duty cover for the South team today"}).status_code == 302
    assert client.get(page).status_code == 200
    grant = Grant.objects.get()
    assert (grant.user, grant.person) == (office.practitioner, office.ben)
    verbs = list(AccessEvent.objects.order_by("sequence").values_list("verb", "page"))
    assert verbs == [("refused", "person"), ("read", "give_reason"), ("read", "person")]


def test_another_teams_coordinator_and_forged_ids_are_refused(as_role, office):
    client = as_role("coordinator")
    assert client.get(reverse("person", kwargs={"person_id": office.ben.pk})).status_code == 403
    assert client.get(reverse("person", kwargs={"person_id": office.team.pk})).status_code == 404


def test_the_chain_shows_a_changed_a_missing_and_an_added_row(as_role, office):
    client = as_role("practitioner")
    for _ in range(4):
        client.get(reverse("person", kwargs={"person_id": office.ada.pk}))
    assert broken_at() is None
    second = AccessEvent.objects.get(sequence=2)
    AccessEvent.objects.filter(sequence=2).update(verb="print")
    assert broken_at() == 2
    AccessEvent.objects.filter(sequence=2).update(verb=second.verb)
    assert broken_at() is None
    AccessEvent.objects.filter(sequence=4).delete()
    assert broken_at() == 4


def test_people_are_found_however_they_are_spelt(as_role, office):
    client = as_role("practitioner")
    for text in ("ada", "EXAMPLE ada", "Aba Exampel"):
        assert office.ada.name in client.get(reverse("people"), {"q": text}).content.decode()
    assert "Nobody was found" in client.get(reverse("people"), {"q": "zzz"}).content.decode()


def test_a_person_is_added_with_their_number_once(as_role, office):
    client = as_role("practitioner")
    typed = {
        "name": "Cy Example",
        "birth_date_day": "31",
        "birth_date_month": "4",
        "birth_date_year": "1990",
        "sex": "M",
        "language": "English",
        "kind": "custody",
        "number": "x901234",
    }
    wrong = client.post(reverse("person_add"), typed)
    assert wrong.status_code == 422
    assert "Date of birth must be a real date" in wrong.content.decode()
    assert 'value="31"' in wrong.content.decode()
    typed["birth_date_month"] = "3"
    assert client.post(reverse("person_add"), typed).status_code == 302
    again = client.post(reverse("person_add"), {**typed, "number": "X90 1234"})
    assert "There is a record with this number already" in again.content.decode()
