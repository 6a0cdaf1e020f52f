"""Somebody of the staff leaves, comes back or has lost their phone; and a person has lost the paper with their code."""

from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from office_kit import matched, volunteering

from resettle.web.access.audit import broken_at
from resettle.web.access.models import AccessEvent, AccountEvent, Role, User
from resettle.web.contacts import work as contacts
from resettle.web.contacts.models import Contact
from resettle.web.people.models import Relationship
from resettle.web.portal.models import Card
from resettle.web.staff import work

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def signed_in(user):
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def go(user, name, account, typed=None):
    url = reverse(name, kwargs={"account_id": account.pk})
    client = signed_in(user)
    return client.get(url) if typed is None else client.post(url, typed)


def colleague(office, **more):
    return User.objects.create_user("next@example.org", "Next Worker", Role.PRACTITIONER, team=office.team, **more)


def text(answer):
    return answer.content.decode()


def test_what_is_still_theirs_is_said_and_the_account_stays_open(office):
    contacts.plan(office.ada, office.practitioner, {"at": timezone.now() + timedelta(days=2)})
    told = {"at": timezone.now(), "summary": "Talked", "concern": "Low", "concern_for": office.practitioner}
    contacts.log(office.ada, office.practitioner, told)
    page = text(go(office.administrator, "account", office.practitioner))
    for said in ("1 person they work with", "1 planned contact", "1 concern at which", "A coordinator"):
        assert said in page
    assert reverse("leaving", kwargs={"account_id": office.practitioner.pk}) in page
    answer = go(office.administrator, "account_close", office.practitioner, {"reason": "Left"})
    assert answer.status_code == 422 and "Hand each over to a named worker" in text(answer)
    assert User.objects.get(pk=office.practitioner.pk).is_active and not AccountEvent.objects.exists()


def test_the_coordinator_hands_all_of_it_to_one_other_and_then_it_closes(office):
    following = colleague(office)
    planned = contacts.plan(office.ada, office.practitioner, {"at": timezone.now() + timedelta(days=2)})
    told = {"at": timezone.now(), "summary": "Talked", "concern": "Low", "concern_for": office.practitioner}
    held = contacts.log(office.ada, office.practitioner, told)
    missing = go(office.coordinator, "leaving", office.practitioner, {})
    assert missing.status_code == 422 and "Select who takes all of it over" in text(missing)
    assert go(office.coordinator, "leaving", office.practitioner, {"worker": following.pk}).status_code == 302
    tie = Relationship.objects.get(person=office.ada, worker=office.practitioner)
    assert (tie.state, tie.end, tie.next.worker) == ("ended", timezone.localdate(), following)
    planned.refresh_from_db(), held.refresh_from_db()
    assert (planned.worker, held.worker, held.concern_for) == (following, office.practitioner, following)
    assert "Nothing is left." in text(go(office.coordinator, "leaving", office.practitioner))
    session = signed_in(office.practitioner)
    assert session.get(reverse("home")).status_code == 200
    empty = go(office.administrator, "account_close", office.practitioner, {"reason": " "})
    assert empty.status_code == 422 and "Say why, in a few words" in text(empty)
    assert go(office.administrator, "account_close", office.practitioner, {"reason": "New job"}).status_code == 302
    assert session.get(reverse("home")).status_code == 302
    page = text(go(office.administrator, "account", office.practitioner))
    assert "Closed" in page and "New job" in page and "Open it again" in page
    assert AccessEvent.objects.filter(page="account", reason__contains="New job", user=office.administrator).exists()
    assert broken_at() is None and Contact.objects.get(pk=held.pk).worker.name == "A practitioner"


def test_one_who_works_with_the_person_already_only_stays(office):
    following = colleague(office)
    tie = office.ada.relationships.get()
    Relationship.objects.create(person=office.ada, worker=following, role="keyworker", begin=date(2026, 1, 9))
    assert work.hand_all_over(office.practitioner, following, office.coordinator) is None
    tie.refresh_from_db()
    assert tie.state == "ended" and office.ada.relationships.current().get().worker == following


def test_a_mentor_leaves_by_their_matches_and_their_own_page(office):
    volunteer = volunteering(office)
    match = matched(office, office.ada, volunteer)
    broken = {one.broken for one in work.against_closing(office.mentor)}
    assert broken == {"matches", "volunteers"}
    shown = text(go(office.coordinator, "leaving", office.mentor))
    assert match.person.name in shown and "end or change the match" in shown


def test_a_referral_of_a_provider_stands_against_it_until_a_colleague_has_it(full_office):
    office = full_office
    other = User.objects.create_user("other@example.org", "Other Provider", Role.PROVIDER, team=office.team)
    office.referral.assignments.create(worker=office.provider)
    assert [one.broken for one in work.against_closing(office.provider)] == ["referrals"]
    office.referral.assignments.update(superseded=True)
    office.referral.assignments.create(worker=other)
    assert work.against_closing(office.provider) == ()


def test_another_team_is_not_for_this_coordinator(office):
    assert go(office.coordinator, "leaving", office.stranger).status_code == 404


def test_an_account_opens_again_with_a_new_password_and_no_old_session(office):
    gone = colleague(office)
    TOTP.activate(gone, "JBSWY3DPEHPK3PXP")
    session = signed_in(gone)
    assert work.close(gone, office.administrator, "On leave") == ()
    answer = signed_in(office.administrator).post(
        reverse("account_open", kwargs={"account_id": gone.pk}), {"reason": "Back"}, follow=True
    )
    password = text(answer).split("shown once: ")[1].split("<")[0].split()[0]
    gone.refresh_from_db()
    assert gone.is_active and gone.check_password(password) and not Authenticator.objects.filter(user=gone).exists()
    assert session.get(reverse("home")).status_code == 302
    assert [one.what for one in gone.events.all()] == ["opened", "closed"]
    assert go(office.administrator, "account_open", gone).status_code == 404


def test_a_lost_phone_is_reset_with_a_reason_and_a_new_one_is_set_up_at_the_next_sign_in(office, settings):
    settings.SECOND_FACTOR = True
    TOTP.activate(office.administrator, "JBSWY3DPEHPK3PXP")
    TOTP.activate(office.practitioner, "JBSWY3DPEHPK3PXQ")
    session = signed_in(office.practitioner)
    assert session.get(reverse("home")).status_code == 200
    assert go(office.administrator, "account_reset", office.practitioner, {}).status_code == 422
    assert Authenticator.objects.filter(user=office.practitioner).exists()
    answer = go(office.administrator, "account_reset", office.practitioner, {"reason": "Lost on the bus"})
    assert answer.status_code == 302 and session.get(reverse("home")).url.startswith("/accounts/login/")
    assert not Authenticator.objects.filter(user=office.practitioner).exists()
    again = signed_in(User.objects.get(pk=office.practitioner.pk))
    assert again.get(reverse("home")).url == reverse("mfa_activate_totp")
    assert AccountEvent.objects.get().reason == "Lost on the bus"


def test_the_last_administrator_closes_and_resets_nobody_they_need(office):
    TOTP.activate(office.administrator, "JBSWY3DPEHPK3PXP")
    for name in ("account_close", "account_reset"):
        answer = go(office.administrator, name, office.administrator, {"reason": "x"})
        assert answer.status_code == 422 and "This is the last administrator" in text(answer)
    assert Authenticator.objects.filter(user=office.administrator).exists()
    second = User.objects.create_user("second@example.org", "Second", Role.ADMINISTRATOR, team=office.team)
    assert work.close(office.administrator, office.administrator, "Leaving") == ()
    assert [one.broken for one in work.close(second, second, "Leaving")] == ["administrator"]


def test_a_new_code_or_a_stopped_card_ends_what_was_open_with_the_old_one(office):
    def inside(secret):
        client = Client()
        born = {"born_day": "17", "born_month": "5", "born_year": "1990"}
        client.post(reverse("me_door"), {"number": Card.objects.get().shown, **born})
        client.post(reverse("me_second"), {"secret": secret})
        return client

    worker, page = signed_in(office.practitioner), reverse("card_give", kwargs={"person_id": office.ada.pk})
    worker.post(page)
    _, code = Card.give(office.ada)
    person = inside(code)
    assert person.get(reverse("me")).status_code == 200
    shown = text(worker.post(page))
    new = shown.split("for seven days<br><strong>")[1].split("<")[0]
    assert "http://testserver/me/" in shown and person.get(reverse("me")).url == reverse("me_door")
    person = inside(new)
    assert person.get(reverse("me")).status_code == 200
    assert "Nothing opens the card now" in text(worker.post(page, {"stop": "yes"}))
    assert person.get(reverse("me")).url == reverse("me_door")
    assert inside(new).get(reverse("me")).url == reverse("me_door")
    assert "Ask your worker for a new code" in text(Client().get(reverse("me_door")))
