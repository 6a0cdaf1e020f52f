"""Pages that a person reads: every word can be translated, they come in Welsh where it is asked for, and each reads easily."""

import importlib.util
import re
from pathlib import Path

import pytest
from django import forms
from django.urls import reverse
from django.utils import translation
from jinja2 import nodes
from test_access import address
from test_portal import Words

from resettle.goodlives.reading_age import official_words, reading_age
from resettle.web.access.rules import RULES
from resettle.web.budgets.forms import AskForm
from resettle.web.look.jinja import environment
from resettle.web.portal import forms as portal
from resettle.web.portal.models import Card
from resettle.web.portal.views import NOT_RIGHT, SAID

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "src" / "resettle" / "web"
PAPER = [
    "plans/paper.html",
    "plans/large.html",
    "plans/easy.html",
    "plans/letter.html",
    "plans/scores.html",
    "measures/paper.html",
]
TEMPLATES = sorted(
    f"portal/{path.name}" for path in (WEB / "templates" / "portal").glob("*.html") if path.name != "card.html"
)
OWN = sorted(name for name, rule in RULES.items() if rule.own and name not in ("me_pdf",))


def literals(source):
    """The words of a template that no catalogue can reach: text between tags, labels of attributes, and shown constants."""
    tree = environment(loader=None).parse(source)
    text = "".join(
        node.data if isinstance(node, nodes.TemplateData) else "{}"
        for output in tree.find_all(nodes.Output)
        for node in output.nodes
    )
    labels = re.findall(r'(?:aria-label|title|placeholder|alt)="([^"]*[A-Za-z][^"]*)"', text)
    between = re.sub(r"<[^>]*>", " ", re.sub(r"<(title|style)>.*?</\1>", " ", text, flags=re.S)).replace("Resettle", "")
    shown = [
        one.value
        for output in tree.find_all(nodes.Output)
        for node in output.nodes
        for one in ([node] if isinstance(node, nodes.Const) else node.find_all(nodes.Const))
        if isinstance(one.value, str) and " " in one.value.strip() and not translated(tree, one)
    ]
    return [word for word in [*re.findall(r"[A-Za-z]{2,}", between), *labels, *shown] if word]


def translated(tree, const):
    calls = [
        c
        for c in tree.find_all(nodes.Call)
        if isinstance(c.node, nodes.Name) and c.node.name in ("_", "gettext", "ngettext")
    ]
    compared = list(tree.find_all(nodes.Compare))
    return any(const is arg for whole in (*calls, *compared) for arg in whole.find_all(nodes.Const))


@pytest.mark.parametrize("name", [*TEMPLATES, *PAPER])
def test_no_template_of_a_person_holds_a_word_that_cannot_be_translated(name):
    assert literals((WEB / "templates" / name).read_text("utf-8")) == []


def test_the_test_finds_words_that_are_not_marked():
    assert literals("<p>Hello {{ x }}</p>") == ["Hello"]
    assert literals('<p aria-label="Menu">{{ "Two words" if x else _("ok then") }}</p>') == ["Menu", "Two words"]


FORMS = [portal.CardForm, portal.SecretForm, portal.NewPinForm, portal.MyAnswerForm, AskForm]


@pytest.mark.parametrize("form", FORMS)
def test_every_word_of_a_form_of_a_person_is_looked_up(monkeypatch, form):
    monkeypatch.setattr(translation._trans, "gettext", lambda message: f"[{message}]")
    for name, field in form.base_fields.items():
        said = [field.label, field.help_text or "[", *(m for k, m in field.error_messages.items() if k == "required")]
        if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
            said += [label for _, label in field.choices]
        assert [str(one) for one in said if not str(one).startswith("[")] == [], name
    assert all(str(one).startswith("[") for one in (*SAID.values(), NOT_RIGHT))


@pytest.fixture
def signed_in(client, full_office):
    card, code = Card.give(full_office.ada)
    client.post(reverse("me_door"), {"number": card.shown, "born_day": "17", "born_month": "5", "born_year": "1990"})
    client.post(reverse("me_second"), {"secret": code})
    client.post(reverse("me_pin"), {"pin": "739214", "again": "739214"})
    return client


@pytest.mark.django_db
def test_the_language_is_chosen_kept_and_left_again(client):
    door = reverse("me_door")
    chosen = client.post(reverse("language"), {"language": "cy", "next": door})
    assert chosen.status_code == 302 and chosen.url == door
    page = client.get(door).content.decode()
    assert '<html lang="cy">' in page and "<h1>Mewngofnodi</h1>" in page and "Your card number" in page
    wrong = client.post(door, {}).content.decode()
    assert "Mae problem wedi codi" in wrong and "Gwall: " in wrong
    client.post(reverse("language"), {"language": "en-gb", "next": door})
    assert "<h1>Sign in</h1>" in client.get(door).content.decode()
    away = client.post(reverse("language"), {"language": "cy", "next": "https://elsewhere.example/"})
    assert "elsewhere" not in away.url
    unknown = client.post(reverse("language"), {"language": "../zz", "next": door})
    assert unknown.status_code == 302 and "<h1>Mewngofnodi</h1>" in client.get(door).content.decode()


@pytest.mark.django_db
def test_dates_are_in_the_language_too(signed_in, full_office):
    from resettle.web.look.jinja import day

    full_office.plan.refresh_from_db()
    with translation.override("cy"):
        assert day(full_office.ada.birth_date) == "17 Mai 1990"
    assert day(full_office.ada.birth_date) == "17 May 1990"


def catalogue():
    spec = importlib.util.spec_from_file_location("catalogue", ROOT / "scripts" / "catalogue.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_catalogue_holds_every_string_that_is_marked_and_the_compiled_one_is_made_from_it():
    module = catalogue()
    made, file = module.renewed("cy"), module.path("cy")
    text, compiled = module.written(made)
    assert file.read_bytes() == text, "run: python scripts/catalogue.py cy"
    assert file.with_suffix(".mo").read_bytes() == compiled
    ids = {message.id for message in made if message.id}
    assert {
        "You can say yes. You can say no. You still get help if you say no.",
        "Face to face",
        "Type six numbers",
        "Back to the plan",
        "being safe, housed, healthy",
        "Overall, how happy did you feel yesterday?",
    } <= ids


def test_each_welsh_word_that_is_shipped_names_where_it_was_published():
    made = catalogue().renewed("cy")
    words = [message for message in made if message.id and "".join(message.string)]
    assert words and all("Source:" in " ".join(message.user_comments) for message in words)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["me_door", "me_second", *OWN])
def test_every_page_of_a_person_reads_at_nine_to_eleven_full_and_in_error(signed_in, full_office, name):
    if name in ("me_door", "me_second"):
        signed_in.get(reverse("me_leave"))
        signed_in.post(reverse("me_door"), {"number": "AAAA", "born_day": "1", "born_month": "1", "born_year": "1990"})
    where = reverse(name) if not RULES[name].own else address(name, full_office)
    for answer in (signed_in.get(where), signed_in.post(where, {})):
        if answer.status_code not in (200, 422):
            continue
        reader = Words()
        reader.feed(answer.content.decode())
        text = "\n".join(line.strip() for line in reader.lines if line.strip() and line != "OFFICIAL-SENSITIVE")
        text = re.sub(r"[0-9a-f]{64}", "", text)  # a seal is copied, not read
        assert not official_words(text)
        if len(text.split()) >= 30:
            assert reading_age(text) <= 11, text
