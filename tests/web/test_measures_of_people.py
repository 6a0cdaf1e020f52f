"""What is measured of a person: captured once, verified by somebody else, seen by the person first, and what leaves as rows."""

from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from resettle.goodlives.instruments import instrument
from resettle.web.exporting.measured import assessments, circumstances
from resettle.web.exporting.names import Export
from resettle.web.exporting.pseudonyms import Pseudonyms
from resettle.web.measures import known, work
from resettle.web.measures.change import Series, series_of
from resettle.web.measures.models import Fact, Given, Scaling
from resettle.web.measures.picture import chart_svg
from resettle.web.people.subject_access import held_about
from resettle.web.portal.door import enter

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


def url(name, office, **more):
    return reverse(name, kwargs={"person_id": office.ada.pk, **more})


def day(on, name="on"):
    return {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}


@pytest.fixture
def ada_herself(client, full_office):
    """Ada, inside her own pages."""
    client.get(reverse("me_door"))
    session = client.session
    enter(SimpleNamespace(session=session), full_office.ada)
    session.save()
    client.cookies["sessionid"] = session.session_key
    return client


def test_a_worker_asks_and_a_left_out_question_gives_no_score(as_role, office):
    client = as_role("practitioner")
    typed = {"item_0": "7", "item_1": "0", "item_3": "10", "mode": "read_aloud", "language": "Polish", **day(DAY)}
    assert client.post(url("measure_add", office, instrument="ons4"), typed).status_code == 302
    one = Given.objects.get()
    assert one.answers == {"satisfied": 7, "worthwhile": 0, "happy": None, "anxious": 10}
    assert (one.on, one.mode, one.language, one.captured_by) == (DAY, "read_aloud", "Polish", office.practitioner)
    assert "Open Government Licence" in one.licence
    assert [score["value"] for score in one.scores] == [7, 0, None, 10]
    page = client.get(url("measures", office)).content.decode()
    assert "not scored: 0 of 1 answered, 1 needed" in page and "low is better" in page


def test_ten_of_ten_are_needed_for_a_total(office):
    answers = dict.fromkeys(instrument("barc10").items, 4)
    about = {"on": DAY, "mode": "self"}
    whole = work.keep_answers(office.ada, None, instrument("barc10"), answers, about)
    part = work.keep_answers(office.ada, None, instrument("barc10"), {**answers, "q4": None}, about)
    assert whole.scores[0]["value"] == 40 and part.scores[0]["value"] is None
    assert (whole.scores[0]["low"], whole.scores[0]["high"]) == (10, 60)


def test_nothing_answered_a_wrong_answer_and_a_day_to_come_are_told(as_role, office):
    client, page = as_role("practitioner"), url("measure_add", office, instrument="ons4")
    rest = {"mode": "self", "language": "English"}
    assert "Answer at least one question" in client.post(page, {**rest, **day(DAY)}).content.decode()
    wrong = client.post(page, {**rest, **day(DAY), "item_0": "11"})
    assert wrong.status_code == 422 and "Pick one of the answers" in wrong.content.decode()
    late = client.post(page, {**rest, **day(date.today() + timedelta(days=3)), "item_0": "4"})
    assert "must be today or in the past" in late.content.decode() and Given.objects.count() == 0
    assert 'value="4" checked' in late.content.decode()
    assert client.get(url("measure_add", office, instrument="wemwbs")).status_code == 404


def test_the_person_answers_themselves_and_sees_their_chart_first(ada_herself, full_office):
    ada = full_office.ada
    assert ada_herself.post(reverse("me_answers", kwargs={"instrument": "ons4"}), {"item_0": "9"}).status_code == 302
    one = Given.objects.order_by("captured_at").last()
    assert (one.person, one.captured_by, one.mode, one.on) == (ada, None, "self", timezone.localdate())
    assert ada_herself.post(reverse("me_levels"), {"goal_0": "2"}).status_code == 302
    assert Scaling.objects.filter(person=ada, captured_by=None, rater="person").count() == 2
    page = ada_herself.get(reverse("me_change")).content
    assert len(page) < 100_000 and b"<script" not in page and page.count(b"<svg") == 5
    assert "From 6 to 9." in page.decode()
    empty = ada_herself.post(reverse("me_answers", kwargs={"instrument": "ons4"}), {})
    assert empty.status_code == 422 and "Answer at least one question" in empty.content.decode()


def test_a_page_with_many_scores_stays_light(ada_herself, full_office):
    for n in range(40):
        for name in ("ons4", "barc10"):
            one = instrument(name)
            about = {"on": DAY + timedelta(days=n), "mode": "self"}
            work.keep_answers(
                full_office.ada,
                None,
                one,
                dict.fromkeys(one.items, one.items["q1" if name == "barc10" else "happy"].low + n % 5),
                about,
            )
    assert len(ada_herself.get(reverse("me_change")).content) < 100_000


def test_it_is_verified_once_and_by_somebody_else(as_role, full_office):
    page = url("measure_move", full_office, given_id=full_office.given.pk, event="verify")
    own = as_role("practitioner").post(page)
    assert own.status_code == 422 and "somebody other than whoever wrote it down" in own.content.decode()
    assert as_role("coordinator").post(page).status_code == 302
    full_office.given.refresh_from_db()
    assert full_office.given.verified_by == full_office.coordinator
    assert as_role("coordinator").post(page).status_code == 422


def test_what_is_taken_back_stays_on_record_and_counts_no_longer(as_role, full_office):
    client = as_role("practitioner")
    page = url("measure_move", full_office, given_id=full_office.given.pk, event="take_back")
    assert client.post(page, {"why": ""}).status_code == 422
    assert client.post(page, {"why": "It was another Ada"}).status_code == 302
    assert "It was another Ada" in client.get(url("measures", full_office)).content.decode()
    assert series_of(full_office.ada) == []
    assert client.post(page, {"why": "again"}).status_code == 404


def test_levels_in_words_and_weights_make_the_t_score(as_role, full_office):
    client, goal = as_role("practitioner"), full_office.goal
    words = {f"level_{n}": text for n, text in enumerate(["no", "a room", "a flat", "a lease", "a house"])}
    assert client.post(url("goal_levels", full_office, goal_id=goal.pk), {**words, "weight": "2"}).status_code == 302
    assert "a lease" in client.get(url("levels_add", full_office)).content.decode()
    typed = {"rater": "worker", "goal_0": "1", **day(DAY)}
    assert client.post(url("levels_add", full_office), typed).status_code == 302
    made = Scaling.objects.get(rater="worker")
    level = made.levels.get()
    assert (level.level, level.weight, level.words) == (1, 2, "a lease")
    # One goal: 50 + 10 w x / sqrt((1 - r) w^2 + r w^2) = 50 + 10 x, whatever its weight.
    assert work.t_of(made) == pytest.approx(60)
    page = client.get(url("measures", full_office)).content.decode()
    assert "The person" in page and "The worker" in page


def test_a_change_is_called_more_than_chance_only_where_the_source_allows():
    points = [(DAY, 20.0, ""), (DAY + timedelta(days=90), 30.0, "")]
    # Jacobson and Truax: 10 / (5 sqrt(2 (1 - 0.8))) = 3.16 > 1.96; with a spread of 12 it is 1.32.
    assert "more than chance" in Series("x", 0, 60, reliability=0.8, spread=5, points=points).sentence
    assert "may give as much" in Series("x", 0, 60, reliability=0.8, spread=12, points=points).sentence
    assert Series("x", 0, 60, points=points).sentence == "From 20 to 30."
    assert Series("x", 0, 60, points=points[:1]).sentence == ""


def test_the_picture_keeps_the_order_of_days_and_the_ends_of_the_scale():
    points = [(DAY, 0.0, ""), (DAY + timedelta(days=1), 10.0, ""), (DAY + timedelta(days=4), None, "too few")]
    svg = chart_svg(Series("<b>", 0, 10, points=points))
    assert svg.count("<circle") == 2 and "<b>" not in svg and "&lt;b&gt;" in svg
    assert 'cx="34.0" cy="112.0"' in svg and 'cx="276.0" cy="14.0"' in svg
    assert chart_svg(Series("x", 0, 10, points=[(DAY, None, "too few")])) == ""


def test_a_licensed_file_is_used_and_a_file_without_licence_is_named(as_role, office, settings, tmp_path):
    settings.HOME = tmp_path
    folder = tmp_path / known.FOLDER
    folder.mkdir()
    text = 'name = "{}"\nlabel = "Ours"\nversion = "1"\n{}attribution = "A. Author"\nsource = "A paper"\n[items.a]\ntext = "Well?"\nlow = 1\nhigh = 5\nlow_means = "no"\nhigh_means = "yes"\n[scales.t]\nlabel = "Total"\nitems = ["a"]\nleast = 1\n'
    (folder / "ours.toml").write_text(text.format("ours", 'licence = "Licence 7"\nlicensed_until = 2099-01-01\n'))
    (folder / "ended.toml").write_text(text.format("ended", 'licence = "Licence 8"\nlicensed_until = 2020-01-01\n'))
    (folder / "bare.toml").write_text(text.format("bare", ""))
    (folder / "twice.toml").write_text(text.format("ons4", 'licence = "Licence 9"\n'))
    client = as_role("practitioner")
    page = client.get(reverse("instruments")).content.decode()
    assert "Licence 7" in page and "bare.toml" in page and "licence" in page
    assert "twice.toml" in page and "with this name already" in page and str(tmp_path) not in page
    assert client.get(url("measure_add", office, instrument="ours")).status_code == 200
    assert client.get(url("measure_add", office, instrument="ended")).status_code == 404


def test_the_example_of_the_documentation_can_be_used(tmp_path):
    page = (Path(__file__).parents[2] / "docs/how-to/see-how-a-person-gets-on.md").read_text("utf-8")
    (tmp_path / "hope.toml").write_text(page.split("```toml\n")[1].split("```")[0])
    found, problems = known.read_all(((tmp_path / "hope.toml", 1),))
    assert list(found) == ["ons4", "barc10", "hope_scale"] and problems == ()


def test_a_fact_is_asked_once_ends_the_one_before_and_answers_the_measure(as_role, full_office):
    client = as_role("practitioner")
    assert client.post(url("fact_add", full_office), {"what": "housing:employed"}).status_code == 422
    back = {"what": "housing:shelter", "how": "self", **day(DAY, "begins"), **day(DAY - timedelta(days=1), "ends")}
    assert "on or after the first" in client.post(url("fact_add", full_office), back).content.decode()
    typed = {"what": "housing:supported", "how": "document", **day(DAY, "begins")}
    assert client.post(url("fact_add", full_office), typed).status_code == 302
    full_office.fact.refresh_from_db()
    assert full_office.fact.ends == DAY - timedelta(days=1)
    points = {one.measure: one for one in work.days_that_count(full_office.ada)}
    assert points["housed_on_release"].answer == "yes" and points["employed_six_weeks"].answer == "to_come"
    assert "housed on the night of release" in client.get(url("facts", full_office)).content.decode().lower()


def test_a_verified_fact_stands_for_an_outcome_of_a_contract(as_role, full_office):
    office = full_office
    office.ada.evidence.all().delete()
    use = url("fact_move", office, fact_id=office.fact.pk, event="use")
    typed = {"outcome": f"{office.referral.pk}:housed"}
    assert as_role("practitioner").post(use, typed).status_code == 302
    outcome = office.ada.evidence.get()
    assert (outcome.code, outcome.on, outcome.state, outcome.observed_by) == (
        "housed",
        office.fact.begins,
        "observed",
        office.practitioner,
    )
    check = url("fact_move", office, fact_id=office.fact.pk, event="verify")
    own = as_role("practitioner").post(check, {"how": "document"})
    assert own.status_code == 422
    assert as_role("coordinator").post(check, {"how": "document"}).status_code == 302
    outcome.refresh_from_db()
    assert (outcome.state, outcome.how, outcome.verified_by) == ("verified", "document", office.coordinator)
    assert as_role("practitioner").post(use, typed).status_code == 422
    back = url("fact_move", office, fact_id=office.fact.pk, event="take_back")
    assert as_role("practitioner").get(back).status_code == 404


def test_a_fact_ends_and_not_before_it_began(as_role, full_office):
    client, end = as_role("practitioner"), url("fact_move", full_office, fact_id=full_office.fact.pk, event="end")
    assert client.post(end, day(full_office.fact.begins - timedelta(days=1))).status_code == 422
    assert client.post(end, day(DAY)).status_code == 302
    assert Fact.objects.get().ends == DAY


def test_what_leaves_is_what_stands_without_words(full_office):
    office = full_office
    about = {"on": date(2026, 2, 1), "mode": "self"}
    work.keep_answers(office.ada, None, instrument("ons4"), {"satisfied": 8}, about)
    e = Export(Pseudonyms(b"k"), DAY)
    rows = {row["item"]: row for row in assessments(e)}
    assert rows["ons4.satisfied"]["score"] == 8 and rows["ons4.anxious"]["score"] == 4
    assert rows["goals_t.person"]["score"] == 60
    assert all(row["person_id"] == e.person(office.ada.pk) for row in rows.values())
    (home,) = circumstances(e)
    assert (home["domain"], home["code"], home["from_date"], home["source"]) == (
        "housing",
        "settled",
        date(2026, 2, 1),
        "worker",
    )
    work.take_back(office.fact, office.practitioner, "wrong")
    assert list(circumstances(e)) == []


def test_the_copy_for_the_person_holds_what_was_measured(full_office):
    held = held_about(full_office.ada)
    assert held["questionnaire"][0]["answers"]["happy"] == 5
    assert held["fact"][0]["what was so"] == "Settled home" and held["how far goals came"] and held["level"]


def test_paper_holds_every_question_and_its_answers(as_role, office):
    page = as_role("practitioner").get(url("measure_paper", office, instrument="ons4")).content.decode()
    assert all(item.text.replace('"', "&#34;") in page for item in instrument("ons4").items.values())
    assert "0 1 2 3 4 5 6 7 8 9 10" in " ".join(page.split()) and "Open Government Licence" in page
