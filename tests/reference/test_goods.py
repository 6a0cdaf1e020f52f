import pytest

from resettle.area.declare import table
from resettle.errors import BadInput
from resettle.reference.goods import CROSSWALKS, Good, categories, good, goods, goods_in


def test_codes_and_prompts_are_those_of_the_ratings_table():
    allowed = table("goods_rating").columns["good"].allowed
    assert {one.code: str(one) for one in goods()} == allowed
    assert [one.code for one in goods()] == list(allowed)


def test_eleven_goods():
    assert len(goods()) == 11 == len({one.code for one in goods()})
    assert goods() == goods("1")


@pytest.mark.parametrize("one", goods(), ids=lambda g: g.code)
def test_each_good(one: Good):
    assert one.prompt and one.means
    assert Good.from_json(one.to_json()) == one
    for crosswalk in CROSSWALKS:
        codes = getattr(one, crosswalk)
        assert set(codes) <= set(categories(crosswalk)) and len(set(codes)) == len(codes)
    assert all(getattr(one, crosswalk) for crosswalk in one.weak)


@pytest.mark.parametrize(
    ("crosswalk", "number"), [("areas_of_need", 8), ("pathways", 7), ("crs_categories", 9), ("strands", 6)]
)
def test_the_number_of_categories(crosswalk, number):
    assert len(categories(crosswalk)) == number


def test_strands_are_those_of_the_services_table():
    assert set(categories("strands")) <= set(table("service").columns["strand"].allowed)


@pytest.mark.parametrize("crosswalk", ["areas_of_need", "pathways", "strands"])
def test_every_category_serves_some_good(crosswalk):
    assert all(goods_in(crosswalk, code) for code in categories(crosswalk))


def test_no_national_category_answers_meaning_pleasure_or_creativity():
    unmet = {one.code for one in goods() if not one.crs_categories and not one.pathways}
    assert unmet == {"spirituality", "pleasure", "creativity"}


def test_strands_serve_what_the_place_says():
    assert {g.code for g in goods_in("strands", "accommodation")} == {"life", "agency", "relatedness"}
    assert {g.code for g in goods_in("strands", "dependency")} == {"life", "inner_peace", "community"}
    assert {g.code for g in goods_in("strands", "wellbeing")} == {"inner_peace", "life", "relatedness", "play"}
    assert {g.code for g in goods_in("strands", "peer_support")} == {
        "community",
        "relatedness",
        "spirituality",
        "agency",
    }
    assert {g.code for g in goods_in("strands", "employment")} == {"knowledge", "work", "agency"}
    assert len(goods_in("strands", "women")) == 11


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("relatedness", "relatedness"),
        ("Friendship", "relatedness"),
        ("happiness", "pleasure"),
        ("meaning", "spirituality"),
        (" inner_peace ", "inner_peace"),
    ],
)
def test_a_good_by_any_of_its_names(word, code):
    assert good(word).code == code


def test_names_are_never_shared():
    names = [n for one in goods() for n in {one.code, one.name, *one.other_names}]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: goods("9"), "no such version"),
        (lambda: good("hapiness"), "Did you mean 'happiness'"),
        (lambda: goods_in("pathways", "helth"), "Did you mean 'health'"),
    ],
)
def test_unknown_words_are_refused(ask, said):
    with pytest.raises(BadInput, match=said):
        ask()
