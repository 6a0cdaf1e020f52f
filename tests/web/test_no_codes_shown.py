"""No page of any role shows a code of the program, such as `settled_accommodation`, where its reader should see words."""

import re
from html.parser import HTMLParser

import pytest
from test_access import address

from resettle.web.access.models import Role
from resettle.web.access.rules import RULES
from workspace_routes import at_their_door

pytestmark = pytest.mark.django_db
CODE = re.compile(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b")
# Here a name stands as a file or a document has it: columns, TOML, what is copied, and the columns of a file to choose from.
AS_WRITTEN = {"code", "pre", "textarea", "option", "script", "style"}
LABELS = {"aria-label", "alt", "title"}


class Shown(HTMLParser):
    """The words of a page that somebody sees or hears."""

    def __init__(self):
        super().__init__()
        self.inside, self.words = [], []

    def handle_starttag(self, tag, attrs):
        self.words += [value for name, value in attrs if name in LABELS and value]
        if tag in AS_WRITTEN:
            self.inside.append(tag)

    def handle_endtag(self, tag):
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data):
        if not self.inside:
            self.words.append(data)


def codes_of(page):
    """Every code among the words of a page."""
    reader = Shown()
    reader.feed(page)
    return CODE.findall(" ".join(reader.words))


def coded(office):
    """The office with outcomes that a contract names by codes, asked for, seen and reported."""
    code = "settled_for_13_weeks"
    office.service.outcomes = [code]
    office.service.save()
    for one in office.ada.referrals.all():
        one.outcomes, one.report = {code: "not"}, "It ended"
        one.save()
    office.ada.evidence.update(code=code)
    office.fact.evidence.add(office.evidence)
    return office


def test_a_code_is_found_where_it_is_seen_and_not_in_what_is_quoted():
    assert codes_of("<p title='a_b'>x <b>born_on</b> <code>c_d</code><pre>e_f</pre> g</p>") == ["a_b", "born_on"]


def shown_by(client, office, names, role="practitioner"):
    """By page: the codes among its words, of each page that opens."""
    answers = {name: client.get(address(name, office, role)) for name in names}
    opened = {
        name: codes_of(answer.content.decode())
        for name, answer in answers.items()
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html")
    }
    assert opened
    return {name: codes for name, codes in opened.items() if codes}


@pytest.mark.parametrize("role", Role.values)
def test_no_page_shows_a_code(as_role, full_office, role):
    names = [name for name, rule in RULES.items() if role in rule.needs]
    assert shown_by(as_role(role), coded(full_office), names, role) == {}


def test_no_page_of_the_person_shows_a_code(full_office):
    names = [name for name, rule in RULES.items() if rule.own and name not in ("me_leave", "me_end")]
    assert shown_by(at_their_door(full_office.ada), coded(full_office), names) == {}
