"""Sign-in of staff: a second factor before any page, a pause after wrong tries, sessions that end, and the organisation's own sign-in."""

import base64
import hashlib
import json
import os
import subprocess
import sys
import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, parse_qsl, urlsplit

import jwt
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from test_access import address

from resettle.web.access.adapter import where_from
from resettle.web.access.rules import RULES
from resettle.web.deployment import origin, provider

pytestmark = pytest.mark.django_db
PASSWORD, SECRET = "a-long-enough-password", "JBSWY3DPEHPK3PXP"
DOOR, SECOND = "/accounts/login/", "/accounts/2fa/authenticate/"


@pytest.fixture(autouse=True)
def in_production(settings):
    """The second factor is asked for, as it is outside a trial; nothing is left of earlier tries."""
    settings.SECOND_FACTOR = True
    cache.clear()


@pytest.fixture
def worker(office):
    office.practitioner.set_password(PASSWORD)
    office.practitioner.save()
    return office.practitioner


def code_now(secret=SECRET):
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def tries(client, password, email="practitioner@example.org", **where):
    return client.post(DOOR, {"login": email, "password": password}, **where)


def words(answer):
    return answer.content.decode()


def test_no_page_opens_before_a_second_factor_is_set_up(client, full_office):
    client.force_login(full_office.practitioner, backend="django.contrib.auth.backends.ModelBackend")
    opened = []
    for name in (n for n, rule in RULES.items() if rule.needs):
        for answer in (client.get(address(name, full_office)), client.post(address(name, full_office), {})):
            if answer.status_code != 302 or answer.url != reverse("mfa_activate_totp"):
                opened.append(name)
    assert opened == [] and len(get_resolver().url_patterns) > 100


def test_the_second_factor_is_set_up_and_asked_for_at_each_sign_in(client, worker):
    answer = tries(client, PASSWORD)
    assert (answer.status_code, answer.url) == (302, "/")
    page = client.get("/", follow=True)
    assert "Set up your second factor" in words(page)
    where = reverse("mfa_activate_totp")
    wrong = client.post(where, {"code": "000000"})
    assert "There is a problem" in words(wrong) and "Incorrect code" in words(wrong)
    secret = client.session["mfa.totp.secret"]
    done = client.post(where, {"code": code_now(secret)}, follow=True)
    assert "Codes for when you have no phone" in words(done) and Authenticator.objects.filter(user=worker).count() == 2
    assert words(done).count("<li><code>") == 10
    assert client.get("/").status_code == 200
    again = Client()
    assert tries(again, PASSWORD).url == SECOND
    assert again.get("/").url.startswith(DOOR)
    assert "Enter the code from your app" in words(again.get(SECOND))
    spare = RecoveryCodes(Authenticator.objects.get(user=worker, type="recovery_codes")).get_unused_codes()[0]
    assert again.post(SECOND, {"code": spare}).url == "/" and again.get("/").status_code == 200
    third = Client()
    tries(third, PASSWORD)
    assert "Incorrect code" in words(third.post(SECOND, {"code": spare}))


def test_wrong_passwords_pause_the_account_from_there_and_nobody_elses(client, worker, office):
    for _ in range(5):
        answer = tries(client, "wrong")
        assert answer.status_code == 200 and "There is a problem" in words(answer) and "wrong" not in words(answer)
    paused = tries(client, "wrong")
    assert paused.status_code == 429 and "Sign-in is paused" in words(paused)
    assert "Sign-in is paused" in words(tries(client, PASSWORD, "Practitioner@Example.org "))
    assert client.get("/").url.startswith(DOOR)
    office.coordinator.set_password(PASSWORD)
    office.coordinator.save()
    assert tries(Client(), PASSWORD, "coordinator@example.org").status_code == 302
    assert tries(Client(), PASSWORD, REMOTE_ADDR="192.0.2.9").status_code == 302
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=31))
    assert tries(client, PASSWORD).status_code == 302


def test_wrong_codes_pause_the_account_and_then_the_right_one_opens_nothing(client, worker):
    TOTP.activate(worker, SECRET)
    tries(client, PASSWORD)
    for _ in range(5):
        assert "Incorrect code" in words(client.post(SECOND, {"code": "000000"}))
    assert "Sign-in is paused" in words(client.post(SECOND, {"code": "000000"}))
    right = client.post(SECOND, {"code": code_now()})
    assert right.status_code == 429 and "Sign-in is paused" in words(right)
    assert "Sign-in is paused" in words(tries(Client(), PASSWORD))
    assert client.get("/").url.startswith(DOOR)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=31))
    assert client.post(SECOND, {"code": code_now()}).status_code == 302 and client.get("/").status_code == 200


def test_a_code_of_the_app_works_once(client, worker):
    TOTP.activate(worker, SECRET)
    tries(client, PASSWORD)
    code = code_now()
    assert client.post(SECOND, {"code": code}).status_code == 302
    other = Client()
    tries(other, PASSWORD)
    assert "Incorrect code" in words(other.post(SECOND, {"code": code}))


def test_the_proxy_says_where_somebody_is_and_what_a_visitor_wrote_before_it_counts_for_nothing(rf, settings):
    request = rf.get("/", HTTP_X_FORWARDED_FOR="10.9.9.9, 192.0.2.7", REMOTE_ADDR="127.0.0.1")
    settings.PLAIN_HTTP = False
    assert where_from(request) == "192.0.2.7" and where_from(rf.get("/")) == "127.0.0.1"
    settings.PLAIN_HTTP = True
    assert where_from(request) == "127.0.0.1"


def test_a_session_ends_with_the_browser_and_after_eight_hours_whatever_is_done_in_it(client, worker):
    TOTP.activate(worker, SECRET)
    tries(client, PASSWORD)
    client.post(SECOND, {"code": code_now()})
    assert client.cookies["sessionid"]["max-age"] == "" and client.cookies["sessionid"]["httponly"]
    session = Session.objects.get(pk=client.session.session_key)
    assert timedelta(hours=7, minutes=59) < session.expire_date - timezone.now() <= timedelta(hours=8)
    client.get("/people/")
    assert Session.objects.get(pk=session.pk).expire_date == session.expire_date
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get("/people/").url == f"{DOOR}?next=/people/"
    kept = client.post("/people/add/", {"name": "Cy Example"})
    assert kept.status_code == 403 and "Cy Example" in words(kept) and "signed out" in words(kept)


def test_a_closed_account_is_signed_out_and_cannot_sign_in(client, worker):
    TOTP.activate(worker, SECRET)
    client.force_login(worker, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/").status_code == 200
    worker.is_active = False
    worker.save()
    assert client.get("/").url.startswith(DOOR)
    assert client.get(tries(client, PASSWORD).headers.get("Location", DOOR)).status_code == 200
    assert client.get("/").url.startswith(DOOR)


def test_nobody_makes_an_account_for_themselves(client, db):
    assert "Your administrator makes accounts" in words(client.get("/accounts/signup/"))


class Provider(BaseHTTPRequestHandler):
    """A small OpenID Connect provider: what discovery, the exchange of a code and `userinfo` answer."""

    def do_GET(self):
        site = self.server.site
        if self.path.endswith("/.well-known/openid-configuration"):
            return self.say(
                {
                    "issuer": site,
                    "authorization_endpoint": f"{site}/authorise",
                    "token_endpoint": f"{site}/token",
                    "userinfo_endpoint": f"{site}/userinfo",
                    "jwks_uri": f"{site}/keys",
                }
            )
        return self.say(self.server.claims if self.headers["Authorization"] == "Bearer token" else {}, 200)

    def do_POST(self):
        sent = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        seen = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        right = (
            base64.urlsafe_b64encode(seen).decode().rstrip("=") == self.server.challenge
            and sent["code"] == "a-code"
            and sent["client_id"] == "resettle"
            and sent["client_secret"] == "s3cret"
        )
        if not right:
            return self.say({"error": "invalid_grant"}, 400)
        says = {"iss": self.server.issuer or self.server.site, "aud": "resettle", "exp": time.time() + 60}
        token = jwt.encode({**self.server.claims, **says}, "k" * 32, "HS256")
        return self.say({"access_token": "token", "token_type": "Bearer", "id_token": token})

    def say(self, words, status=200):
        text = json.dumps(words).encode() if self.server.sane else b"<html>busy</html>"
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


@pytest.fixture
def organisation(settings):
    """The provider on this machine, named by the settings."""
    server = HTTPServer(("127.0.0.1", 0), Provider)
    server.site = f"http://127.0.0.1:{server.server_port}"
    server.issuer, server.challenge, server.sane = "", "", True
    server.claims = {
        "sub": "u-17",
        "email": "Practitioner@example.org",
        "email_verified": True,
        "name": "A practitioner",
    }
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    named = {"RESETTLE_OIDC_URL": server.site, "RESETTLE_OIDC_ID": "resettle", "RESETTLE_OIDC_SECRET": "s3cret"}
    settings.ORGANISATION = provider({**named, "RESETTLE_OIDC_NAME": "Northway"}, plain_http=True)
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [settings.ORGANISATION]}}
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def leave(client, server):
    """Press the button of the sign-in page; what the provider is asked."""
    page = words(client.get(DOOR))
    where = "/accounts/oidc/organisation/login/"
    assert "Sign in with Northway" in page and f'action="{where}"' in page
    answer = client.post(where)
    assert answer.status_code == 302 and answer.url.startswith(f"{server.site}/authorise?")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(answer.url).query).items()}
    server.challenge = asked["code_challenge"]
    return asked


def come_back(client, server, **changed):
    asked = leave(client, server)
    back = urlsplit(asked["redirect_uri"])
    return client.get(back.path, {"code": "a-code", "state": asked["state"], **changed})


def test_the_organisations_sign_in_finds_the_account_and_asks_for_the_second_factor(client, worker, organisation):
    TOTP.activate(worker, SECRET)
    asked = leave(client, organisation)
    assert set(asked["scope"].split()) == {"openid", "profile", "email"} and asked["code_challenge_method"] == "S256"
    for _ in range(2):
        answer = come_back(client, organisation)
        assert (answer.status_code, answer.url) == (302, SECOND)
        assert client.get("/").url.startswith(DOOR)
        Authenticator.objects.filter(user=worker).delete()
        TOTP.activate(worker, SECRET)
        cache.clear()
        assert client.post(SECOND, {"code": code_now()}).status_code == 302
        assert str(client.session["_auth_user_id"]) == str(worker.pk)
        client.logout()
        organisation.claims["email"] = "new.name@example.org"  # known by `sub` from the second time on
    assert worker.socialaccount_set.count() == 1


def test_without_a_second_factor_the_organisations_sign_in_leads_to_setting_one_up(client, worker, organisation):
    worker.set_unusable_password()
    worker.save()
    assert come_back(client, organisation).status_code == 302
    page = client.get("/people/", follow=True)
    assert page.status_code == 200 and "Set up your second factor" in words(page)
    secret = client.session["mfa.totp.secret"]
    assert client.post(reverse("mfa_activate_totp"), {"code": code_now(secret)}).status_code == 302
    assert client.get("/people/").status_code == 200


@pytest.mark.parametrize("changed", [{"email": "nobody@example.org"}, {"email_verified": False}, {"email": ""}])
def test_nobody_comes_in_whom_an_administrator_has_not_added(client, worker, organisation, changed):
    organisation.claims |= changed
    answer = come_back(client, organisation)
    assert answer.status_code == 403 and "You have no account here" in words(answer)
    assert client.get("/").url.startswith(DOOR) and worker.socialaccount_set.count() == 0


def test_a_closed_account_does_not_come_in_through_the_organisation(client, worker, organisation):
    come_back(client, organisation)
    client.logout()
    worker.is_active = False
    worker.save()
    answer = client.get(come_back(client, organisation).url)
    assert "This account is closed" in words(answer) and client.get("/").url.startswith(DOOR)


@pytest.mark.parametrize("changed", [{"state": "forged"}, {"code": "another"}, {"error": "server_error"}])
def test_forged_and_refused_answers_of_the_provider_have_their_page(client, worker, organisation, changed):
    answer = come_back(client, organisation, **changed)
    assert answer.status_code == 401 and "sign-in did not work" in words(answer)
    assert client.get("/").url.startswith(DOOR)


def test_an_answer_is_taken_once_and_only_from_the_named_issuer(client, worker, organisation):
    TOTP.activate(worker, SECRET)
    asked = leave(client, organisation)
    back = urlsplit(asked["redirect_uri"]).path
    assert client.get(back, {"code": "a-code", "state": asked["state"]}).url == SECOND
    assert client.get(back, {"code": "a-code", "state": asked["state"]}).status_code == 401
    organisation.issuer = "https://elsewhere.example.org"
    assert come_back(Client(), organisation).status_code == 401


def test_who_stops_at_the_provider_is_told_so(client, worker, organisation):
    answer = come_back(client, organisation, error="access_denied")
    assert "You are not signed in" in words(client.get(answer.url))


def test_a_provider_that_does_not_answer_is_no_fault_of_the_server(client, worker, organisation):
    asked = leave(client, organisation)
    organisation.sane = False
    for answer in (
        client.post("/accounts/oidc/organisation/login/"),
        client.get(urlsplit(asked["redirect_uri"]).path, {"code": "a-code", "state": asked["state"]}),
    ):
        assert answer.status_code in (401, 502) and "sign-in did not work" in words(answer)


def test_without_a_provider_there_is_no_button_and_no_way_round(client, db):
    assert "Or through" not in words(client.get(DOOR))
    assert client.post("/accounts/oidc/organisation/login/").status_code == 404


def test_the_environment_names_the_provider_or_is_refused():
    named = {"RESETTLE_OIDC_URL": "https://id.example.org/realm/", "RESETTLE_OIDC_ID": "r", "RESETTLE_OIDC_SECRET": "s"}
    made = provider(named, plain_http=False)
    assert made["settings"] == {"server_url": "https://id.example.org/realm"} and made["name"] == "your organisation"
    assert origin(made["settings"]["server_url"]) == "https://id.example.org"
    assert provider({}, plain_http=False) is None
    for wrong, said in [
        ({"RESETTLE_OIDC_ID": ""}, "RESETTLE_OIDC_ID too"),
        ({"RESETTLE_OIDC_URL": "id.example.org"}, "'id.example.org'"),
        ({"RESETTLE_OIDC_URL": "http://id.example.org"}, "https://name/path"),
    ]:
        with pytest.raises(ImproperlyConfigured, match=said):
            provider({**named, **wrong}, plain_http=False)


def test_the_settings_let_the_button_lead_to_the_provider_and_nowhere_else(tmp_path):
    show = "from resettle.web import settings as s; print(s.CONTENT_SECURITY_POLICY['DIRECTIVES']['form-action'])"
    named = {"RESETTLE_OIDC_URL": "https://id.example.org/realm", "RESETTLE_OIDC_ID": "r", "RESETTLE_OIDC_SECRET": "s"}
    for more, wanted in (({}, ["'self'"]), (named, ["'self'", "https://id.example.org"])):
        kept = {name: value for name, value in os.environ.items() if not name.startswith("RESETTLE_")}
        ran = subprocess.run(
            [sys.executable, "-c", show],
            env={**kept, "RESETTLE_HOME": str(tmp_path), **more},
            capture_output=True,
            text=True,
            check=True,
        )
        assert ran.stdout.strip() == str(wanted)


def test_a_setting_that_cannot_be_used_is_said_in_one_line(tmp_path):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RESETTLE_", "DJANGO_"))}
    command = [sys.executable, "-m", "resettle", "serve", "--home", str(tmp_path)]
    named = {"RESETTLE_OIDC_URL": "https://id.example.org", "RESETTLE_OIDC_SECRET": "s"}
    ran = subprocess.run(command, env={**kept, **named}, capture_output=True, text=True, timeout=120)
    said = "Error: RESETTLE_OIDC_URL is set: set RESETTLE_OIDC_ID too, or take it away."
    assert (ran.returncode, ran.stderr.strip()) == (2, said)
