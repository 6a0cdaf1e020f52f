import pytest

from resettle.errors import BadInput
from resettle.goodlives.obstacles import RESPONSES, Capacity, Means, Rating, Thresholds, coverage, differences, flags
from resettle.goodlives.records import Goal, Step
from resettle.goodlives.taxonomy import taxonomy
from resettle.reference.goods import goods

WORK = Goal(id="g", own_words="I will", goods=("work",), state="active", steps=(Step(id="s", by="P"),))
MAP = [
    Rating(good="work", importance=9, attainment=2),
    Rating(good="play", importance=6, attainment=2),
    Rating(good="life", importance=8, attainment=8),
    Rating(good="community", importance=None, attainment=1),
    Rating(good="inner_peace", rater="worker", importance=10, attainment=0),
    Rating(good="knowledge", at_time="then", importance=10, attainment=0),
]
WAYS = [
    Means(id="m1", text="Dealing", goods=("agency",), harmful=True),
    Means(id="m2", text="A tenancy", goods=("life",), pulls_against=("m3",)),
    Means(id="m3", text="Moving to work in Leeds", goods=("work",), pulls_against=("m2",), later_than=("m2",)),
]


def found(kind, *args, **kwargs):
    return [(f.about, f.sentence) for f in flags(*args, **kwargs) if f.kind == kind]


def test_gaps_without_a_goal():
    assert found("gap", MAP, [WORK]) == [
        (("play",), "Play matters 6 of 10 and is there 2 of 10, and no active goal is for it.")
    ]
    assert [about for about, _ in found("gap", MAP)] == [("work",), ("play",)]
    assert found("gap", MAP, thresholds=Thresholds(gap=8)) == []


def test_scope_is_what_matters_and_is_hardly_there_or_has_no_way():
    assert found("scope", MAP, [], WAYS) == [(("work",), "Work matters 9 of 10 and is hardly there.")]
    assert [about for about, _ in found("scope", MAP)] == [("work",), ("life",)]


def test_one_good_that_holds_most_of_the_plan():
    two = WORK.model_copy(update={"id": "h", "goods": ("work", "play")})
    assert found("scope", [], [WORK, two]) == [(("work",), "75% of the active goals are for work.")]
    other = WORK.model_copy(update={"id": "i", "goods": ("play",)})
    assert found("scope", [], [WORK, other]) == []
    assert found("scope", [], [WORK]) == []


def test_harm_and_conflicts_are_told_once():
    assert found("means", [], [], WAYS) == [(("m1",), "Dealing: a way to agency that does harm.")]
    assert [about for about, _ in found("coherence", [], [], WAYS)] == [("m2", "m3"), ("m3", "m2")]
    assert found("coherence", [], [], [Means(id="a", text="x", goods=(), pulls_against=("a", "gone"))]) == []


def test_capacity_is_of_active_goals_and_says_where_help_lies():
    lacks = [
        Capacity(goal_id="g", locus="external", text="No bus"),
        Capacity(goal_id="idea", locus="internal", text="Fear"),
    ]
    [flag] = list(flags([], [WORK], capacity=lacks))
    assert (flag.sentence, flag.responses) == ("No bus", RESPONSES["external"])


def test_ratings_of_person_and_worker_stand_side_by_side():
    mine, theirs = (
        Rating(good="work", importance=9, attainment=2),
        Rating(good="work", rater="worker", importance=5, attainment=5),
    )
    assert differences([mine, theirs, *MAP[1:]]) == {"work": (mine, theirs)}
    assert flags([mine]) == flags([mine, theirs])


def test_coverage_is_the_share_of_gaps_with_an_active_goal():
    assert coverage(MAP, [WORK]) == 0.5
    assert coverage(MAP, [WORK.model_copy(update={"state": "future"})]) == 0.0
    assert coverage([], [WORK]) is None


LOCAL = """
version = "1"
[goods.pets]
name = "animals"
prompt = "looking after an animal"
like = "relatedness"
"""


def test_goods_of_ones_own_are_counted_with_published_ones(tmp_path):
    (tmp_path / "goods.toml").write_text(LOCAL)
    ours = taxonomy(local=tmp_path / "goods.toml")
    assert [g.code for g in ours.goods] == [*(g.code for g in goods("1")), "pets"]
    assert (ours.published_good("pets"), ours.published_good("work")) == ("relatedness", "work")
    with pytest.raises(BadInput, match="Did you mean 'pets'"):
        ours.published_good("pet")
    assert len(taxonomy().goods) == 11


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("goods.pets", "goods.work", "is a published good's"),
        ('"relatedness"', '"relatednes"', "Did you mean 'relatedness'"),
        ('version = "1"', 'version = "2"', "no such version|another version"),
        ('like = "relatedness"', 'like = "relatedness"\ncrs_categories = ["familly"]', "Did you mean 'family'"),
        ("prompt", "promt", "unknown key|missing key"),
    ],
)
def test_bad_additions_are_told(tmp_path, old, new, words):
    (tmp_path / "goods.toml").write_text(LOCAL.replace(old, new))
    with pytest.raises(BadInput, match=words):
        taxonomy(local=tmp_path / "goods.toml")
