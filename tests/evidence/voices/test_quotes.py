"""Quotes leave only with consent, a screen, and a person who looked at these very words."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resettle.errors import BadInput
from resettle.evidence.voices import Extract, Review, Voices, candidates, read_reviews, release, review_sheet, screen
from resettle.evidence.voices.quotes import SOMEONE
from resettle.evidence.voices.review import guarded, unguarded


def said(text, ident="x1", consent=True, person="p1", role="mentee", code="Trust"):
    return Extract(
        id=ident, source="interview", person=person, role=role, code=code, coder="ann", text=text, consent=consent
    )


def looked(candidate, decision="use", text=""):
    return Review(
        id=candidate.id, seal=candidate.seal, decision=decision, looked_by="Ann", looked_on=date(2024, 5, 1), text=text
    )


CLEAN = "she was there when it mattered"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("then Daniel came", "possible name"),
        ("Daniel came", "possible name"),
        ("I met her. Chantelle was kind", "possible name"),
        ("it was Daniel's idea", "possible name"),
        ("we saw Zoë there", "possible name"),
        ("Mr Smith told me", "title and name"),
        ("ring 07700 900123 and ask", "telephone"),
        ("ring 0161 496 0000", "telephone"),
        ("ring +44 161 496 0000", "telephone"),
        ("write to dan.okoro@example.org please", "e-mail"),
        ("write to dan at example.org please", "e-mail"),
        ("see www.example.org/me", "web address or handle"),
        ("I am @danny88", "web address or handle"),
        ("my number is A1234BC", "prison number"),
        ("my pnc is 2003/0123456X", "PNC number"),
        ("cro 123456/99X", "CRO number"),
        ("crn x123456", "probation number"),
        ("NI QQ 12 34 56 C", "National Insurance number"),
        ("NHS 943 476 5919", "NHS number"),
        ("at m1 1ae", "postcode"),
        ("out on 12/05/2023", "date"),
        ("out on 3rd of march", "date"),
        ("out on May 5th", "date"),
        ("back in 2019", "date"),
        ("I was aged 19 then", "age"),
        ("a 19 year old like me", "age"),
        ("down Tib Street", "street"),
        ("in HMP Preston then", "prison or court"),
        ("at Minshull Crown", "prison or court"),
    ],
)
def test_what_could_tell_who_is_meant_is_found(text, kind):
    assert kind in {f.kind for f in screen(text)}


@pytest.mark.parametrize(
    "text", [CLEAN, "I think he's right. But I'd wait.", "On Monday we talked.", "“We” is a big word", "- Yes, I did"]
)
def test_plain_words_are_let_be(text):
    assert screen(text) == ()


def test_known_names_and_places_are_found_in_any_case_and_in_part():
    found = screen("then danny okoro went to WIGAN", names=["Danny Okoro"], places=["Wigan"])
    assert {(f.kind, f.words.lower()) for f in found} == {
        ("name", "danny okoro"),
        ("name", "danny"),
        ("name", "okoro"),
        ("place", "wigan"),
    }
    assert screen("the panama hat", names=["Pan"]) == ()


@given(st.text(max_size=300))
def test_the_screen_points_at_what_it_found(text):
    for found in screen(text, names=["Bo Lee"]):
        assert text[found.start : found.start + len(found.words)] == found.words


def test_long_text_is_screened_in_reasonable_steps():
    assert screen("a" * 200_000 + "-" * 200_000) == ()


def test_without_consent_nothing_is_even_a_candidate():
    voices = Voices(extracts=(said(CLEAN, consent=False), said(CLEAN, "x2")))
    assert [c.id for c in candidates(voices)] == ["x2"]
    (offered,) = candidates(voices)
    quotes = release(voices, [looked(offered)])
    assert [q.words for q in quotes.quotes] == [CLEAN]
    assert quotes.without_consent == 1


def test_a_quote_with_a_name_is_stopped():
    voices = Voices(extracts=(said("then danny came and it was fine"),), names=("Danny Okoro",))
    (offered,) = candidates(voices)
    with pytest.raises(BadInput, match=r"nobody has looked at.*The screen found: name"):
        release(voices, [])
    with pytest.raises(BadInput, match="the words hold: name"):
        release(voices, [looked(offered)])
    with pytest.raises(BadInput, match="the changed words still hold: name"):
        release(voices, [looked(offered, "change", "then Danny came")])
    out = release(voices, [looked(offered, "change", "then [my mentor] came and it was fine")])
    assert out.quotes[0].words == "then [my mentor] came and it was fine"
    assert "danny" not in out.to_json().lower()


def test_even_clean_words_wait_for_a_person():
    with pytest.raises(BadInput, match=r"nobody has looked at.*found: nothing"):
        release(Voices(extracts=(said(CLEAN),)), [])


def test_words_that_changed_after_the_look_wait_again():
    before, after = Voices(extracts=(said(CLEAN),)), Voices(extracts=(said(CLEAN + " again"),))
    (offered,) = candidates(before)
    with pytest.raises(BadInput, match="nobody has looked at"):
        release(after, [looked(offered)])


def test_a_person_may_let_a_false_alarm_pass():
    voices = Voices(extracts=(said("we talked about Buddhism"),))
    (offered,) = candidates(voices)
    assert release(voices, [looked(offered)]).quotes[0].looked_by == "Ann"


def test_changed_words_with_a_false_alarm_need_a_second_look():
    voices = Voices(extracts=(said("we talked about Buddhism with Danny"),))
    (offered,) = candidates(voices)
    change = looked(offered, "change", "we talked about Buddhism")
    with pytest.raises(BadInput, match="still hold: possible name"):
        release(voices, [change])
    second = change.model_copy(
        update={"decision": "use", "seal": candidates(Voices(extracts=(said(change.text),)))[0].seal, "text": ""}
    )
    assert release(voices, [change, second]).quotes[0].words == "we talked about Buddhism"


def test_kept_back_is_kept_back():
    voices = Voices(extracts=(said("Danny"),))
    (offered,) = candidates(voices)
    out = release(voices, [looked(offered, "keep_back")])
    assert (out.quotes, out.kept_back) == ((), 1)
    assert out.sentence == "0 quotes, each looked at by a person; 1 kept back, 0 pieces of text without consent."


def test_the_role_is_named_only_if_ten_people_have_it():
    many = tuple(said(CLEAN, f"x{n}", person=f"p{n}") for n in range(10))
    few = (said(CLEAN, "y1", person="q1", role="governor"),)
    voices = Voices(extracts=many + few)
    quotes = release(voices, [looked(c) for c in candidates(voices)])
    assert [q.attribution for q in quotes.quotes] == ["mentee"] * 10 + [SOMEONE]
    assert release(voices, [looked(c) for c in candidates(voices)], group_sizes={}).quotes[0].attribution == SOMEONE


def test_nothing_in_a_quote_leads_back_to_its_source():
    voices = Voices(extracts=(said(CLEAN, "interview with p1:3-9"),))
    (offered,) = candidates(voices)
    assert "interview" not in release(voices, [looked(offered)]).to_json()


def test_the_sheet_goes_out_and_comes_back(tmp_path):
    voices = Voices(extracts=(said("=1+1 is what I said"), said("Danny", "x2"), said(CLEAN, "x3")))
    sheet = review_sheet(candidates(voices))
    assert "'=1+1" in sheet
    assert "possible name: Danny" in sheet
    lines = sheet.splitlines()
    filled = [lines[0]]
    for line in lines[1:]:
        decision = "change" if line.startswith("x2") else "use"
        filled.append(line.removesuffix(",,,,") + f",{decision},Ann,2024-05-01,{'she' if decision == 'change' else ''}")
    path = tmp_path / "sheet.csv"
    path.write_text("\n".join(filled), "utf-8")
    quotes = release(voices, read_reviews(path))
    assert [q.words for q in quotes.quotes] == ["=1+1 is what I said", "she", CLEAN]


def test_an_empty_sheet_lets_nothing_out(tmp_path):
    voices = Voices(extracts=(said(CLEAN),))
    path = tmp_path / "sheet.csv"
    path.write_text(review_sheet(candidates(voices)), "utf-8")
    assert read_reviews(path) == ()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("x1,s,Trust,t,,maybe,Ann,2024-05-01,", "row 2, decision"),
        ("x1,s,Trust,t,,use,,2024-05-01,", "row 2, looked_by"),
        ("x1,s,Trust,t,,use,Ann,,", "row 2, looked_on"),
        ("x1,s,Trust,t,,use,Ann,soon,", "row 2, looked_on.*'soon'"),
    ],
)
def test_a_review_must_be_complete(tmp_path, row, message):
    path = tmp_path / "sheet.csv"
    path.write_text(review_sheet([]) + row, "utf-8")
    with pytest.raises(BadInput, match=message):
        read_reviews(path)


@given(st.text())
def test_guarding_is_undone(cell):
    assert unguarded(guarded(cell)) == cell
    assert guarded(cell)[:1] not in ("=", "+", "-", "@", "\t", "\r")
