"""Whole journeys through the workspace as its users have it: the real server, a full caseload, a browser."""

import re
from datetime import date, timedelta

import pytest
from workspace_kit import NARROW

pytestmark = pytest.mark.browser


def newcomer(w, name, **more):
    """A practitioner adds somebody; gives the number of their record."""
    w.go("/people/add/")
    said = w.send(
        name=name,
        birth_date_day="17",
        birth_date_month="5",
        birth_date_year="1990",
        sex="F",
        language="English",
        kind="custody",
        **more,
    )
    assert f"{name} is added" in said
    return w.id_of("people")


def agreed_plan(w, person):
    """From the first meeting to a plan that the person said yes to."""
    here = f"/people/{person}"
    w.go(f"{here}/contacts/log/")
    assert "The contact is kept" in w.send(
        medium="face", setting="prison", summary="We talked about what matters", minutes="40"
    )
    w.go(f"{here}/map/person/add/")
    w.send(about="now", relatedness_importance="9", relatedness_attainment="3", relatedness_words="See my girl")
    w.go(f"{here}/plan/strengths/add/")
    w.send(text="Good with numbers")
    w.go(f"{here}/goals/add/")
    w.send(own_words="see my girl every week", so_that="she knows I am here", goods="relatedness", risk_effect="lowers")
    w.go(f"{here}/plan/")
    w.follow("Add a step")
    w.send(text="Ring the contact centre")
    w.go(f"{here}/plan/offer/")
    assert "My plan" in w.send()
    w.go(f"{here}/plan/1/answer/")
    assert "Agreed" in w.send(answer="agree", how="in_person")


def test_from_a_first_meeting_to_an_ending(walk):
    w, boss, approver, provider = walk("practitioner"), walk("coordinator"), walk("approver"), walk("provider")
    free = date.today() + timedelta(days=120)
    person = newcomer(
        w, "Nia Newcomer", release_day=f"{free.day}", release_month=f"{free.month}", release_year=f"{free.year}"
    )
    here = f"/people/{person}"
    agreed_plan(w, person)
    referred(w, provider, here)
    spent(w, boss, approver, here)
    seen_to_be_so(w, here)
    reviewed(w, here)
    through_the_gate(w, here)
    w.go(here + "/gate/")
    w.page.locator("main a[href*='/works-with/'][href$='/end/']").first.click()
    w.fill(reason="Has what she wanted")
    w.page.locator("main [name=code]").first.check()
    w.send()
    w.go("/")
    assert person not in w.page.content()


def referred(w, provider, here):
    """A goal leads to a service; the provider takes it on and holds a session."""
    w.go(here + "/help/relatedness/")
    w.page.locator("main a[href*='/help/relatedness/']").first.click()
    goal = w.page.locator("main [name=goal] option, main input[name=goal]").last.get_attribute("value")
    outcome = w.page.locator("main input[name=outcomes]").first.get_attribute("value")
    said = w.send(goal=goal, outcomes=outcome, band="low", chosen_because="It is near", person_consents="on")
    assert "problem" not in said
    w.go(here + "/evidence/")
    w.page.locator("main a[href*='/referrals/']").first.click()
    path = w.page.url.removeprefix(w.site.url)
    assert "Nia" in provider.go("/referrals/")
    provider.go(path)
    provider.follow("^Accept")
    provider.send()
    assert "ccepted" in provider.go(path)


def spent(w, boss, approver, here):
    """A budget is opened, money asked for a goal, approved by somebody else, and paid."""
    boss.go(here + "/budget/add/")
    boss.fill(indicative="300", agreed="250", begins_day="1", begins_month="11", begins_year="2026")
    assert "£250.00 is left" in boss.send()
    w.go(here + "/budget/")
    w.follow("Ask for money")
    goal = w.page.locator("main [name=goal] option, main input[name=goal]").last.get_attribute("value")
    w.send(
        what="Train to see her girl",
        amount="60",
        payee="The railway",
        goal=goal,
        good="relatedness",
        category="home",
    )
    assert "An approver will look at it" in w.words()
    approver.go("/approvals/")
    approver.page.locator("main a", has_text="Approve").filter(has_text="Train to see her girl").first.click()
    approver.send()
    assert "£190.00 is left" in w.go(here + "/budget/")


def seen_to_be_so(w, here):
    """Something that was wanted is so."""
    w.go(here + "/evidence/add/")
    code = w.page.locator("main [name=code] option, main input[name=code]").last.get_attribute("value")
    w.fill(code=code, on_day="2", on_month="11", on_year="2026")
    said = w.send()
    assert "problem" not in said


def reviewed(w, here):
    """The review that is due is held."""
    w.go(here + "/reviews/")
    if "No review is set" in w.words():
        w.send()
    w.page.locator("main a[href*='/reviews/'][href$='/do/']").first.click()
    assert "problem" not in w.send(notes="She sees her girl each week. The plan goes on.")


def through_the_gate(w, here):
    """A task of the gate is done."""
    w.go(here + "/gate/")
    w.page.locator("main a[href*='/gate/task/']").first.click()
    w.page.locator("main input[type=radio]").first.check()
    assert "problem" not in w.send()


def test_the_mentors_week_on_a_phone(walk):
    w = walk("mentor", width=NARROW)
    assert "week" in w.go("/week/").lower()
    w.go("/week/claim/")
    said = w.send(on_day="2", on_month="11", on_year="2026", what="Met in town", minutes="60")
    assert "Met in town" in said or "Met in town" in w.go("/week/")
    person = next(path for name, path in w.site.pages("mentor").items() if name == "person")
    w.go(person + "contacts/log/")
    assert "The contact is kept" in w.send(medium="face", setting="community", summary="A walk round the park")
    assert w.page.request.get(w.site.url + person + "budget/").status == 403


def test_the_coordinators_monday(walk):
    w = walk("coordinator")
    said = w.go("/monday/")
    assert "Who has whom" in said or "people" in said.lower()
    for link in [a.get_attribute("href") for a in w.page.locator("main a").all()[:12]]:
        if link.startswith("/"):
            w.go(link)
    assert "practitioner" in w.go("/volunteers/").lower() or w.page.locator("main a[href*='/volunteers/']").count()


def test_the_persons_evening_on_a_phone_without_scripts(walk):
    worker = walk("practitioner")
    person = newcomer(worker, "Eve Evening")
    agreed_plan(worker, person)
    worker.go(f"/people/{person}/card/")
    worker.send()
    number, code, where = (one.inner_text() for one in worker.page.locator(".resettle-card strong").all())
    w = walk(width=NARROW, scripts=False)
    assert where == w.site.url + "/me/"
    w.go("/me/")
    assert "problem" in w.send()
    w.send(number=number, born_day="17", born_month="5", born_year="1990")
    assert "not right" in w.send(secret="AAAA-AAAA")
    w.send(secret=code)
    assert "Hello Eve Evening" in w.send(pin="739214", again="739214")
    assert "You said yes" in w.go("/me/plan/")
    w.page.get_by_role("link", name="In easy words").click()
    assert "I will see my girl every week" in w.words()
    for path in w.site.pages("person").values():
        of_another = re.search(r"[0-9a-f-]{36}", path)
        if not of_another and not any(part in path for part in ("/paper/", "/pdf/", "/leave/")):
            w.go(path)
            assert w.page.evaluate("document.documentElement.scrollWidth") <= NARROW, path


def test_the_same_work_without_scripts(walk):
    w = walk("practitioner", scripts=False, width=NARROW)
    agreed_plan(w, newcomer(w, "Sam Scriptless"))


def test_the_work_by_keyboard_alone(walk):
    w = walk("practitioner")
    w.go("/people/add/")
    press = w.page.keyboard.press
    press("Tab")
    assert w.page.evaluate("document.activeElement.textContent").strip() == "Skip to main content"
    press("Enter")
    for _ in range(20):
        press("Tab")
        shown = w.page.evaluate(
            "(s => s.outlineStyle !== 'none' || s.boxShadow !== 'none')(getComputedStyle(document.activeElement))"
        )
        assert shown, w.page.evaluate("document.activeElement.outerHTML")
        if w.page.evaluate("document.activeElement.name") == "name":
            break
    w.page.keyboard.type("Kay Keyboard")
    for _ in range(40):
        press("Tab")
        kind = w.page.evaluate("[document.activeElement.type, document.activeElement.name]")
        typed = {"birth_date_day": "1", "birth_date_month": "2", "birth_date_year": "1991"}.get(kind[1])
        if typed:
            w.page.keyboard.type(typed)
        elif kind[0] == "radio":
            press("Space")
        elif kind[0] == "submit":
            press("Enter")
            break
    w.page.get_by_text("Kay Keyboard is added").wait_for()
