"""Hostile input through every route and form: no fault of the server, nothing run, nothing lost of what was typed."""

import html
import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from test_access import address

from resettle.web.access.rules import RULES
from resettle.web.exporting import export
from resettle.web.portal.models import Card

pytestmark = pytest.mark.django_db
MARK = "zqx"
HOSTILE = {
    "all": f"<script>alert(\"{MARK}\")</script>{{{{7*7}}}} \u202eabc\u2066 \0 ' OR '1'='1 -- \ud7ff\U0001f600\u200b\u0301",
    "long": f'=HYPERLINK("http://x","{MARK}")' + "ä" * 20_000,
    "path": f"../../../etc/{MARK}",
}
STAFF = sorted(name for name, rule in RULES.items() if rule.needs)
OWN = sorted(name for name, rule in RULES.items() if rule.own)


class Form(HTMLParser):
    """The boxes of the last form of a page that is sent: name, kind, and the value that it has."""

    def __init__(self, page):
        super().__init__()
        self.boxes, self.sends, self.select = {}, False, None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        at = dict(attrs)
        if tag == "form" and at.get("method") == "post":
            self.boxes, self.sends = {}, True
        if not self.sends or (not at.get("name") and tag != "option"):
            return
        if tag == "input":
            self.boxes.setdefault(at["name"], (at.get("type", "text"), at.get("value", "on")))
        elif tag == "textarea":
            self.boxes[at["name"]] = ("text", "")
        elif tag == "select":
            self.select = at["name"]
        elif tag == "option" and self.select and at.get("value"):
            self.boxes.setdefault(self.select, ("select", at["value"]))

    def filled(self, text):
        """Each box with the text where words can be typed, and with what the page offers elsewhere."""
        return {
            name: text if kind in ("text", "email", "password") else value for name, (kind, value) in self.boxes.items()
        }


def role_for(name):
    order = (
        "practitioner",
        "coordinator",
        "administrator",
        "mentor",
        "provider",
        "approver",
        "commissioner",
        "auditor",
    )
    return next(role for role in order if role in RULES[name].needs)


def send(client, where, values):
    """Send a form, and take back whatever it did."""
    with transaction.atomic():
        answer = client.post(where, values)
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize("kind", ["all", pytest.param("long", marks=pytest.mark.slow)])
def test_every_form_of_staff_takes_hostile_text_or_says_what_to_mend(full_office, as_role, kind):
    wrong, sent = [], 0
    for name in STAFF:
        client = as_role(role_for(name))
        where = address(name, full_office, role_for(name))
        form = Form(client.get(where).content.decode(errors="replace"))
        typed = form.filled(HOSTILE[kind])
        if HOSTILE[kind] in typed.values():
            sent += 1
            wrong += faults(name, send(client, where, typed), HOSTILE[kind])
    assert wrong == []
    assert sent > 25


def faults(name, answer, text):
    page = answer.content.decode()
    if answer.status_code not in (302, 422):
        yield f"{name}: {answer.status_code}"
    if answer.status_code == 422 and "There is a problem" not in page:
        yield f"{name}: no summary of errors"
    if answer.status_code == 422 and text.replace("\0", "")[:30] not in html.unescape(page).replace("\0", ""):
        yield f"{name}: what was typed is lost"
    if "<script>alert" in page:
        yield f"{name}: text of a user runs"


@pytest.fixture
def signed_in(client, full_office):
    """Ada, at her own page, with a secret number."""
    card, code = Card.give(full_office.ada)
    born = {"born_day": "17", "born_month": "5", "born_year": "1990"}
    client.post(reverse("me_door"), {"number": card.shown, **born})
    client.post(reverse("me_second"), {"secret": code})
    client.post(reverse("me_pin"), {"pin": "739214", "again": "739214"})
    return client


@pytest.mark.parametrize("kind", ["all", "long"])
def test_every_form_of_the_person_takes_hostile_text_or_says_what_to_mend(signed_in, full_office, kind):
    wrong = []
    for name in OWN:
        where = address(name, full_office)
        form = Form(signed_in.get(where).content.decode(errors="replace"))
        typed = form.filled(HOSTILE[kind])
        if HOSTILE[kind] in typed.values() and name != "me_pin":
            wrong += faults(name, send(signed_in, where, typed), HOSTILE[kind])
    assert wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["all", "path", "long"])
def test_hostile_addresses_and_searches_are_no_fault_of_the_server(full_office, as_role, kind):
    from urllib.parse import quote

    wrong = []
    text = quote(HOSTILE[kind][:300], safe="")
    for pattern in (p for p in get_resolver().url_patterns if getattr(p, "name", None) in STAFF):
        client = as_role(role_for(pattern.name))
        where = address(pattern.name, full_office, role_for(pattern.name))
        places = [name for name, kind in pattern.pattern.converters.items() if type(kind).__name__ == "StringConverter"]
        asked = [f"{where}?q={text}&next={text}&event={text}"]
        if places:
            parts = where.rstrip("/").rsplit("/", 1)
            asked.append(f"{parts[0]}/{text}/")
        for one in asked:
            for answer in (client.get(one), send(client, one, {})):
                if answer.status_code >= 500 or "<script>alert" in answer.content.decode(errors="replace"):
                    wrong.append(f"{pattern.name}: {answer.status_code}")
    assert wrong == []


def test_ids_of_other_peoples_things_open_and_change_nothing(full_office, as_role):
    """Each thing of Ada's, asked for under the record of somebody else whom the reader may open."""
    office = full_office
    for role in ("practitioner", "mentor"):
        office.ben.relationships.create(worker=getattr(office, role), role=role, begin=timezone.localdate())
    own = {
        "goal_id",
        "step_id",
        "referral_id",
        "evidence_id",
        "budget_id",
        "request_id",
        "flag_id",
        "tie_id",
        "match_id",
    }
    own |= {"message_id", "review_id", "number", "contact_id", "hold_id", "merge_id"}
    wrong, tried = [], 0
    for pattern in (p for p in get_resolver().url_patterns if getattr(p, "name", None) in STAFF):
        named = set(pattern.pattern.converters)
        if "person_id" not in named or not named & own:
            continue
        role = role_for(pattern.name)
        where = address(pattern.name, office, role).replace(str(office.ada.pk), str(office.ben.pk))
        client = as_role(role)
        for answer in (client.get(where), send(client, where, {"reason": "Because it is so"})):
            tried += 1
            if answer.status_code not in (404, 403, 405):
                wrong.append(f"{pattern.name}: {answer.status_code}")
    assert wrong == [] and tried > 20


def test_a_form_without_its_token_is_refused_and_what_was_typed_is_shown_back(full_office):
    client = Client(enforce_csrf_checks=True)
    client.force_login(full_office.practitioner, backend="django.contrib.auth.backends.ModelBackend")
    where = reverse("goal_add", kwargs={"person_id": full_office.ada.pk})
    answer = client.post(where, {"own_words": f"<b>{MARK}</b> and more", "password": "hunter22"})
    page = answer.content.decode()
    assert answer.status_code == 403 and "The page was open too long" in page and where in page
    assert f"&lt;b&gt;{MARK}&lt;/b&gt; and more" in page and "hunter22" not in page
    assert full_office.ada.goals.count() == 1


def test_after_a_session_ends_what_was_typed_is_shown_back(client, signed_in, full_office):
    where = reverse("goal_add", kwargs={"person_id": full_office.ada.pk})
    answer = Client().post(where, {"own_words": f"{MARK} and more"})
    assert answer.status_code == 403 and f"{MARK} and more" in answer.content.decode()
    session = signed_in.session
    session["me_seen"] = (timezone.now() - timedelta(minutes=31)).isoformat()
    session.save()
    late = signed_in.post(reverse("me_ask", kwargs={"budget_id": full_office.budget.pk}), {"what": f"{MARK} boots"})
    assert late.status_code == 403 and f"{MARK} boots" in late.content.decode()
    assert full_office.ada.goals.count() == 1


def test_fifty_megabytes_of_text_and_a_thousand_boxes_are_turned_away(full_office, as_role):
    client = as_role("practitioner")
    where = reverse("goal_add", kwargs={"person_id": full_office.ada.pk})
    for values in ({"own_words": "x" * 50_000_000}, {f"box{n}": "x" for n in range(1000)}):
        answer = client.post(where, values)
        assert answer.status_code == 400 and "That could not be taken" in answer.content.decode()
    assert full_office.ada.goals.count() == 1


def test_a_code_works_once_and_a_link_of_somebody_else_never(client, signed_in, full_office):
    other = full_office.ben
    card, code = Card.give(other)
    assert card.opens(code) and not Card.objects.get(pk=card.pk).opens(code)
    answer = signed_in.get(reverse("me_ask", kwargs={"budget_id": full_office.ben.pk}))
    assert answer.status_code == 404


def test_text_that_a_spreadsheet_would_run_leaves_as_text(full_office, tmp_path):
    goal = full_office.goal
    goal.own_words, goal.offered = '=HYPERLINK("http://x")', True
    goal.save()
    export(tmp_path / "area", tmp_path / "key", "Northway", own_words=True)
    cells = [
        cell
        for file in (tmp_path / "area" / "tables").glob("*.csv")
        for line in file.read_text("utf-8").splitlines()
        for cell in re.split(r',(?=(?:[^"]*"[^"]*")*[^"]*$)', line)
    ]
    assert [cell for cell in cells if cell.strip('"')[:1] in ("=", "+", "@", "\t")] == []
    assert any("'=HYPERLINK" in cell for cell in cells)
