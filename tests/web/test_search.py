"""A name is found however it is spelt, and what is not compared could not have been near."""

import random
from datetime import date
from difflib import SequenceMatcher

import pytest

SPELT = ["Siobhan O’Rourke", "Shivaun Rourke", "Mohammed Al-Hassan", "Mohamed Alhassan", "Łukasz Żółć", "Jo"]


@pytest.fixture
def people(office):
    from resettle.web.people.models import Person

    for name in SPELT:
        Person.objects.create(name=name, birth_date=date(1990, 1, 1), added_by=office.practitioner)
    return Person.objects.all()


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("rourke", {"Siobhan O’Rourke", "Shivaun Rourke"}),
        ("shivon rourke", {"Shivaun Rourke"}),
        ("muhammed hassan", {"Mohammed Al-Hassan"}),
        ("MOHAMEDALHASAN", {"Mohamed Alhassan"}),
        ("lukasz żółć", {"Łukasz Żółć"}),
        ("exampel ada", {"Ada Example"}),
    ],
)
def test_a_name_is_found_however_it_is_spelt(people, typed, first):
    from resettle.web.people.search import search

    found = [one.name for one in search(people, typed)]
    assert set(found[: len(first)]) == first


@pytest.mark.parametrize("typed", ["", "   ", "qqqq xx"])
def test_what_is_like_nobody_finds_nobody(people, typed):
    from resettle.web.people.search import search

    assert search(people, typed) == []


def test_people_of_one_name_are_all_found_and_no_more_than_fit_on_a_page(people, office):
    from resettle.web.people.models import Person
    from resettle.web.people.search import MOST, search

    for _ in range(MOST + 5):
        Person.objects.create(name="Shivaun Rourke", birth_date=date(1991, 1, 1), added_by=office.practitioner)
    found = search(people, "shivaun rorke")
    assert [one.name for one in found] == ["Shivaun Rourke"] * MOST


def test_only_names_that_cannot_be_near_are_left_uncompared():
    from resettle.web.people.search import NEAR, Close, possible

    rng = random.Random(5)

    def name() -> str:
        return " ".join(
            "".join(rng.choice("abcdeéñ-’ł") for _ in range(rng.randint(1, 8))) for _ in range(rng.randint(1, 3))
        )

    names = [name() for _ in range(800)]
    near = 0
    for _ in range(25):
        typed = list(rng.choice(names))
        typed[rng.randrange(len(typed))] = rng.choice("abcde ")
        text = " ".join("".join(typed).split()) or "a"
        wanted = {one for one in names if Close(text).to(one) >= NEAR}
        assert wanted <= set(possible(text, names))
        near += len(wanted)
    assert near > 25


def test_letters_in_common_are_never_fewer_than_those_in_order():
    from resettle.web.people.search import at_most

    rng = random.Random(6)
    words = ["".join(rng.choice("abcxyz é\n") for _ in range(rng.randint(1, 12))) for _ in range(300)]
    for text in words[:20]:
        bound = at_most(text, words)
        true = [SequenceMatcher(None, text, word, autojunk=False).ratio() for word in words]
        assert all(most >= ratio - 1e-12 for most, ratio in zip(bound, true, strict=True))
        assert bound[words.index(text)] == pytest.approx(1)
