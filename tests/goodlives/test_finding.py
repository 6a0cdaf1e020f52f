"""Help for a gap, and a mentor for a person: the choices, the order, and every reason."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resettle.goodlives.finder import Seeker, Service, find_help
from resettle.goodlives.mentors import Mentor, Wish, match_mentors

DAY = date(2026, 6, 1)
SAM = Seeker(place="Bury", age=30, sex="M")
HUB = Service(
    id="1", name="Wellbeing hub", kind="commissioned", goods={"inner_peace": 0.6, "life": 0.2}, days_to_start=9
)
CHOIR = Service(
    id="2",
    name="Choir",
    kind="community",
    goods={"inner_peace": 0.6, "creativity": 0.9},
    places=frozenset({"Bury"}),
    days_to_start=2,
)


def test_choices_come_with_their_reasons_and_the_strongest_first():
    found = find_help("inner_peace", SAM, [HUB, CHOIR], DAY)
    assert [c.name for c in found.choices] == ["Choir", "Wellbeing hub"]
    assert found.choices[0].reasons == (
        "it is for inner peace",
        "it is near you",
        "people waited 2 days to start",
        "it is free and open to all",
    )
    assert found.choices[1].reasons == (
        "it is for inner peace",
        "it is for the whole area",
        "people waited 9 days to start",
    )
    assert (found.unmet, found.sentence) == (None, "There are 2 things to choose from. You pick.")


def test_a_budget_is_a_choice_of_its_own():
    found = find_help("creativity", SAM.model_copy(update={"budget_left": Decimal("12.50")}), [HUB, CHOIR], DAY)
    assert [(c.kind, c.name) for c in found.choices] == [("community", "Choir"), ("budget", "Your own budget")]
    assert found.choices[1].reasons == ("you have £12.50 left to use in your own way",)
    assert find_help("creativity", SAM.model_copy(update={"budget_left": Decimal(0)}), [CHOIR], DAY).unmet is not None


def test_one_choice_is_no_choice_and_none_is_written_down():
    found = find_help("creativity", SAM, [HUB, CHOIR], DAY)
    assert found.unmet.model_dump() == {
        "good": "creativity",
        "place": "Bury",
        "on": DAY,
        "choices": 1,
        "why": ("no service is for this good",),
    }
    assert "not a real choice" in found.sentence
    nothing = find_help("pleasure", SAM, [HUB, CHOIR], DAY)
    assert (nothing.choices, nothing.unmet.choices) == ((), 0)
    assert "Nothing here fits yet" in nothing.sentence


@pytest.mark.parametrize(
    ("change", "seeker", "reason"),
    [
        ({"places": {"Oldham"}}, {}, "not in this place"),
        ({"sexes": {"F"}}, {}, "not open to this person"),
        ({"youngest": 31}, {}, "from age 31"),
        ({"oldest": 29}, {}, "up to age 29"),
        ({"settings": {"custody"}}, {}, "not in community"),
        ({"languages": {"cy"}}, {}, "not in this language"),
        ({"begins": date(2026, 6, 2)}, {}, "not started yet"),
        ({"ends": date(2026, 5, 31)}, {}, "ended"),
        ({"room": 0}, {}, "no room now"),
        ({}, {"needs_step_free": True}, "not known to be step-free"),
    ],
)
def test_what_does_not_fit_says_why_and_goes_to_the_register(change, seeker, reason):
    service = HUB.model_copy(update={k: frozenset(v) if isinstance(v, set) else v for k, v in change.items()})
    found = find_help("life", SAM.model_copy(update=seeker), [service], DAY)
    assert [n.reasons for n in found.not_fitting] == [(reason,)]
    assert found.unmet.why == (f"Wellbeing hub: {reason}",)


def test_the_edges_fit():
    edges = HUB.model_copy(
        update={"youngest": 30, "oldest": 30, "begins": DAY, "ends": DAY, "room": 1, "step_free": True}
    )
    assert find_help("life", SAM.model_copy(update={"needs_step_free": True}), [edges], DAY).choices


@given(
    st.permutations(
        [HUB, CHOIR, HUB.model_copy(update={"id": "3"}), CHOIR.model_copy(update={"id": "4", "days_to_start": None})]
    )
)
def test_the_order_of_the_directory_does_not_matter(services):
    assert [c.id for c in find_help("inner_peace", SAM, services, DAY).choices] == ["2", "1", "3", "4"]


ANN = Mentor(
    id="ann",
    name="Ann",
    state="available",
    checks={"dbs": DAY},
    training={"start": DAY},
    room=1,
    places=frozenset({"Bury"}),
    sex="F",
    languages=frozenset({"en", "ur"}),
    interests=frozenset({"music", "football"}),
    shared_experience=frozenset({"prison"}),
)
WISH = Wish(
    person_id="p",
    place="Bury",
    sex="F",
    interests=frozenset({"music", "cooking"}),
    shared_experience=frozenset({"prison"}),
)


def only(wish, mentor):
    return match_mentors(wish, [mentor], DAY)


def test_a_match_says_why_and_what_is_missing():
    [one] = only(WISH, ANN).suggestions
    assert one.reasons == (
        "lives or works near",
        "speaks the same language",
        "is of the sex asked for",
        "both like music",
        "has been through it too: prison",
    )
    assert (one.points, one.without) == (5, ("cooking",))


@pytest.mark.parametrize(
    ("mentor", "wish", "reason"),
    [
        ({"state": "checks"}, {}, "is not cleared"),
        ({"state": "resting"}, {}, "is not cleared"),
        ({"checks": {"dbs": date(2026, 5, 31)}}, {}, "a check is missing or has run out"),
        ({"checks": {}}, {}, "a check is missing or has run out"),
        ({"training": {"start": None}}, {}, "training is missing or has run out"),
        ({"open_matches": 1}, {}, "has no room for another match"),
        ({}, {"in_prison": True}, "is not cleared for prison"),
        ({"excludes": frozenset({"p"})}, {}, "must not be matched, for safety"),
        ({"excludes": frozenset({"case-7"})}, {"tags": frozenset({"case-7"})}, "must not be matched, for safety"),
        ({}, {"excludes": frozenset({"ann"})}, "must not be matched, for safety"),
        ({"tags": frozenset({"estate"})}, {"excludes": frozenset({"estate"})}, "must not be matched, for safety"),
        ({}, {"language": "pl"}, "the person must have the language they asked for"),
        ({"sex": "M"}, {"must": frozenset({"sex"})}, "the person must have the sex they asked for"),
        ({"places": frozenset()}, {"must": frozenset({"place"})}, "the person must have the place they asked for"),
    ],
)
def test_who_cannot_be_asked_and_why(mentor, wish, reason):
    found = only(WISH.model_copy(update=wish), ANN.model_copy(update=mentor))
    assert found.suggestions == ()
    assert found.not_possible[0].reasons == (reason,)


def test_a_hope_that_is_not_met_keeps_nobody_out():
    [one] = only(WISH, ANN.model_copy(update={"sex": "M", "places": frozenset()})).suggestions
    assert one.without == ("place", "sex", "cooking")


@given(st.permutations(range(6)))
def test_the_order_is_by_reasons_then_load_then_name_whatever_comes_first(order):
    mentors = [
        ANN.model_copy(
            update={
                "id": f"m{n}",
                "room": 9,
                "open_matches": n % 2,
                "interests": ANN.interests if n < 3 else frozenset(),
            }
        )
        for n in range(6)
    ]
    found = match_mentors(WISH, [mentors[n] for n in order], DAY)
    assert [s.mentor_id for s in found.suggestions] == ["m0", "m2", "m1", "m4", "m3", "m5"]
