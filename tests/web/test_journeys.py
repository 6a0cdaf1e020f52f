"""Whole journeys in a real browser, at both widths, with and without JavaScript: no axe violation on any page on the way."""

import os

import pytest
from django.urls import reverse

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the driver keeps an event loop in this thread

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "a-long-enough-password"


class Walker:
    """Somebody who walks through the workspace and looks at every page."""

    def __init__(self, page, site, width, axe):
        self.page, self.site, self.width, self.axe = page, site, width, axe
        self.complaints, self.seen = [], []
        page.on(
            "console", lambda m: self.complaints.append(m.text) if m.type == "error" and "422" not in m.text else None
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def go(self, name, **named):
        self.page.goto(self.site + reverse(name, kwargs=named))
        return self.look()

    def look(self):
        if self.axe:
            found = self.axe.run(self.page)
            assert found.violations_count == 0, f"{self.page.url}\n{found.generate_report()}"
        wide = self.page.evaluate("document.documentElement.scrollWidth") if self.axe else 0
        assert wide <= self.width, f"{self.page.url} is {wide} wide"
        self.seen.append(self.page.url)
        return self.page.inner_text("main")

    def fill(self, **values):
        for name, value in values.items():
            box = self.page.locator(f"[name={name}]").first
            kind = box.get_attribute("type") or box.evaluate("e => e.tagName.toLowerCase()")
            if kind in ("radio", "checkbox"):
                self.page.check(f"[name={name}][value='{value}']")
            elif kind == "select":
                box.select_option(value)
            else:
                box.fill(value)

    def send(self, **values):
        self.fill(**values)
        self.page.click("main button[type=submit]")
        return self.look()

    def sign_in(self, user):
        user.set_password(PASSWORD)
        user.save()
        self.page.goto(self.site + reverse("account_login"))
        self.look()
        self.send(login=user.email, password=PASSWORD)


@pytest.fixture
def walker(chromium, live_server, width):
    from axe_playwright_python.sync_playwright import Axe

    contexts = []

    def start(scripts=True):
        context = chromium.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
        contexts.append(context)
        return Walker(context.new_page(), live_server.url, width, Axe() if scripts else None)

    yield start
    for context in contexts:
        context.close()


def meet_and_agree(walker, office):
    """First meeting to agreed plan: map, goal, step, the refusal without a strength, the offer, the answer."""
    ada = office.ada.pk
    office.ada.strengths.all().delete()
    walker.sign_in(office.practitioner)
    assert "Ada Example" in walker.page.inner_text("main")
    walker.go("person", person_id=ada)
    walker.go("map", person_id=ada)
    walker.go("map_add", person_id=ada, rater="person")
    assert "There is a problem" in walker.send()
    walker.send(about="now", relatedness_importance="9", relatedness_attainment="3", relatedness_words="See my girl")
    walker.go("goal_add", person_id=ada)
    assert "There is a problem" in walker.send()
    walker.send(
        own_words="see my girl every week", so_that="she knows I am here", goods="relatedness", risk_effect="lowers"
    )
    walker.send(text="Ring the contact centre")
    walker.go("plan_offer", person_id=ada)
    assert "No strength is written down yet" in walker.send()
    walker.go("strength_add", person_id=ada)
    walker.send(text="Good with numbers")
    walker.go("plan_offer", person_id=ada)
    assert "My plan" in walker.send()
    walker.go("plan_answer", person_id=ada, number=2)
    assert "A reason is needed" in walker.send(answer="disagree", how="paper")
    assert "Agreed" in walker.send(answer="agree", how="in_person")


def test_from_a_first_meeting_to_spending_referral_and_outcome(walker, full_office):
    office, w = full_office, walker()
    ada = office.ada.pk
    meet_and_agree(w, office)
    w.go("contact_log", person_id=ada)
    w.send(medium="face", setting="community", summary="Talked about the flat")
    w.go("budgets", person_id=ada)
    w.go("spend_ask", person_id=ada, budget_id=office.budget.pk)
    w.send(what="Boots", amount="20", payee="A shop", goal=str(office.goal.pk), good="life", category="work")
    w.go("find", person_id=ada, good="life")
    w.go("refer", person_id=ada, good="life", service_id=office.service.pk)
    assert "There is a problem" in w.send()
    w.send(goal=str(office.goal.pk), outcomes="housed", band="low", chosen_because="It is near", person_consents="on")
    for name in ("evidence", "evidence_add", "contacts", "plan", "map", "who_looked", "card_give", "person_edit"):
        w.go(name, person_id=ada)
    for name in ("people", "diary", "services", "person_add", "home"):
        w.go(name)
    assert w.complaints == []


def test_the_same_without_javascript(walker, full_office):
    w = walker(scripts=False)
    meet_and_agree(w, full_office)
    assert full_office.ada.plans.first().state == "agreed"


@pytest.mark.parametrize(
    "role", ["coordinator", "approver", "provider", "commissioner", "administrator", "auditor", "mentor"]
)
def test_the_pages_of_every_other_role(walker, full_office, role):
    from django.urls import get_resolver

    from resettle.web.access.rules import RULES

    alone = [p.name for p in get_resolver().url_patterns if getattr(p, "name", None) and not p.pattern.converters]
    w = walker()
    w.sign_in(getattr(full_office, role))
    for name in alone:
        if role in RULES[name].needs:
            w.go(name)
    assert w.complaints == []


def test_the_persons_evening_on_a_phone(walker, full_office):
    from resettle.web.portal.models import Card

    w = walker()
    card, code = Card.give(full_office.ada)
    w.go("me_door")
    assert "There is a problem" in w.send()
    w.send(number=card.shown, born_day="17", born_month="5", born_year="1990")
    assert "That is not right" in w.send(secret="AAAA-AAAA")
    w.send(secret=code)
    w.send(pin="739214", again="739214")
    for name in ("me", "me_map", "me_meetings", "me_messages", "me_money", "me_lookers"):
        w.go(name)
    w.go("me_ask", budget_id=full_office.budget.pk)
    w.send(what="Boots", amount="20", payee="A shop", goal=str(full_office.goal.pk), good="life", category="work")
    w.go("me_plan")
    assert "You said yes to this plan" in w.send(answer="agree")
    assert w.complaints == []
