"""Sign-in in a real browser, at both widths: the second factor, the organisation's provider, and the pages that refuse, with axe."""

import os
from copy import deepcopy

import pytest
from django.urls import reverse
from test_journeys import walker  # noqa: F401
from test_sign_in import DOOR, code_now, in_production, organisation  # noqa: F401

from resettle.web.deployment import origin

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the driver keeps an event loop in this thread
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def at_the_door(settings, office, organisation, walker):  # noqa: F811
    policy = deepcopy(settings.CONTENT_SECURITY_POLICY)
    policy["DIRECTIVES"]["form-action"].append(origin(organisation.site))
    settings.CONTENT_SECURITY_POLICY = policy
    settings.PLAIN_HTTP = True
    return walker()


def test_a_second_factor_is_set_up_in_the_browser_and_everything_opens(at_the_door, office):
    w = at_the_door
    w.sign_in(office.practitioner)
    assert "Set up your second factor" in w.look()
    key = w.page.inner_text("main code")
    assert "Incorrect code" in w.send(code="000000")
    assert w.page.inner_text("main code") == key
    assert "Codes for when you have no phone" in w.send(code=code_now(key))
    w.page.click("main a.govuk-button")
    assert "Ada Example" in w.look()
    for name in ("mfa_index", "mfa_deactivate_totp", "mfa_generate_recovery_codes"):
        w.go(name)
    assert w.complaints == []


def test_the_button_leads_to_the_organisation_and_back(at_the_door, organisation, office):  # noqa: F811
    w = at_the_door
    w.page.goto(w.site + DOOR)
    w.look()
    button = w.page.get_by_role("button", name="Sign in with Northway")
    with w.page.expect_request(f"{organisation.site}/authorise*") as left:
        button.click()
    asked = dict(part.split("=", 1) for part in left.value.url.split("?", 1)[1].split("&"))
    organisation.challenge = asked["code_challenge"]
    back = f"{w.site}/accounts/oidc/organisation/login/callback/"
    w.page.goto(f"{back}?code=a-code&state={asked['state']}")
    assert "Set up your second factor" in w.look()


def test_each_refusal_has_its_page(at_the_door, organisation, office):  # noqa: F811
    w = at_the_door
    back = reverse("openid_connect_callback", kwargs={"provider_id": "organisation"})
    w.page.goto(f"{w.site}{back}?code=a&state=forged")
    assert "sign-in did not work" in w.look()
    for name in ("socialaccount_login_cancelled", "account_signup", "account_inactive"):
        w.go(name)
    for _ in range(6):
        w.page.goto(w.site + DOOR)
        w.page.fill("[name=login]", "practitioner@example.org")
        w.page.fill("[name=password]", "wrong")
        w.page.locator("main form").first.locator("button[type=submit]").click()
    assert "Sign-in is paused" in w.look()
