"""Finding help, a referral from sending to its end report, and evidence that somebody else makes sure of."""

import pytest
from django.urls import reverse
from django.utils import timezone

from resettle.web.access.models import Organisation, Role, Team, User
from resettle.web.services import work
from resettle.web.services.models import Evidence, Referral, Service, UnmetWant

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_user(client, full_office):
    """Sign in as somebody and go to a page about Ada."""

    def go(user, name, typed=None, **named):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        url = reverse(name, kwargs={"person_id": full_office.ada.pk, **named})
        return client.get(url) if typed is None else client.post(url, typed)

    return go


def test_choices_are_shown_and_what_nobody_offers_goes_on_the_register(as_user, full_office):
    office = full_office
    shown = as_user(office.practitioner, "find", good="life").content.decode()
    assert "Flat finders" in shown and "Your own budget" in shown
    assert "Nothing here fits yet" not in shown
    alone = as_user(office.practitioner, "find", good="creativity").content.decode()
    assert "That is not a real choice" in alone
    as_user(office.practitioner, "find", {"words": "A place to paint"}, good="creativity")
    want = UnmetWant.objects.get()
    assert (want.words, want.choices, want.why) == ("A place to paint", 1, ["no service is for this good"])


def test_small_counts_of_unmet_wants_are_not_shown(client, full_office):
    office = full_office
    work.keep_unmet(office.ada, work.find(office.ada, "creativity"), "Paint")
    client.force_login(office.commissioner, backend="django.contrib.auth.backends.ModelBackend")
    shown = client.get(reverse("unmet")).content.decode()
    assert "under 10" in shown and ">1<" not in shown


def session(minutes=5):
    at = timezone.localtime() - timezone.timedelta(minutes=minutes)
    day = {"day_day": at.day, "day_month": at.month, "day_year": at.year, "hour": at.strftime("%H:%M")}
    return {**day, "medium": "face", "setting": "community", "summary": "Looked at two flats"}


def test_a_referral_from_sent_to_its_end_report(as_user, full_office):
    office, key = full_office, full_office.referral.pk
    provider = office.provider

    def do(event, **typed):
        answer = as_user(provider, "referral_move", typed, referral_id=key, event=event)
        return answer.status_code, Referral.objects.get(pk=key).state

    early = as_user(provider, "session_add", session(), referral_id=key)
    assert "This worker does not work with the person now" in early.content.decode()
    assert do("accept", worker=provider.pk) == (302, "accepted")
    assert as_user(provider, "session_add", session(), referral_id=key).status_code == 302
    assert Referral.objects.get(pk=key).state == "first_contact"
    assert do("plan", sessions="0") == (422, "first_contact")
    assert do("plan", sessions="4") == (302, "planned")
    as_user(provider, "session_add", session(1), referral_id=key)
    assert Referral.objects.get(pk=key).state == "delivering"
    assert do("end", code="never_started") == (422, "delivering")
    assert do("end", code="completed") == (302, "report_due")
    assert do("report", comment="Housed") == (422, "report_due")
    assert do("report", comment="Housed", outcome_0="achieved") == (302, "closed")
    assert Referral.objects.get(pk=key).outcomes == {"housed": "achieved"}
    assert as_user(provider, "referral", referral_id=key).status_code == 403, "a closed referral is no reason to look"


def test_another_provider_reaches_nothing(as_user, full_office):
    other = Organisation.objects.create(name="Another charity")
    team = Team.objects.create(organisation=other, name="One")
    stranger = User.objects.create_user("other@example.org", "Other", Role.PROVIDER, team=team)
    assert as_user(stranger, "referral", referral_id=full_office.referral.pk).status_code == 403
    mine = Service.objects.create(name="Ours", provider=other, goods={"life": 1.0}, outcomes=["x"])
    values = {"good": "life", "outcomes": {"x": None}, "band": "low", "chosen_because": "y", "person_consents": True}
    work.write(full_office.ada, full_office.goal, mine, full_office.practitioner, values)
    assert as_user(stranger, "referral", referral_id=full_office.referral.pk).status_code == 404


def test_nothing_is_sent_without_the_persons_yes_and_their_reason(as_user, full_office):
    typed = {"goal": full_office.goal.pk, "outcomes": ["housed"], "band": "low", "chosen_because": " "}
    answer = as_user(full_office.practitioner, "refer", typed, good="life", service_id=full_office.service.pk)
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "The person must say yes before anything is sent" in said and "Write why the person chose it" in said
    assert Referral.objects.count() == 1


def test_evidence_is_verified_by_somebody_else(as_user, full_office):
    key = full_office.evidence.pk
    alone = as_user(full_office.practitioner, "evidence_verify", {"how": "document"}, evidence_id=key)
    assert alone.status_code == 422
    kept = Evidence.objects.get(pk=key)
    assert (kept.state, kept.verified_by) == ("observed", None)
    assert as_user(full_office.coordinator, "evidence_verify", {"how": "document"}, evidence_id=key).status_code == 302
    kept.refresh_from_db()
    assert (kept.state, kept.how, kept.verified_by) == ("verified", "document", full_office.coordinator)
