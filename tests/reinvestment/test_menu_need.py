"""A menu put to a real area's need, and to another budget."""

from decimal import Decimal
from pathlib import Path

import pytest

from resettle.errors import BadInput
from resettle.goodlives.need import needs
from resettle.reinvestment.rounds.menu import read_menu
from resettle.reinvestment.rounds.menu_need import for_area, with_budget

MENU = Path(__file__).resolve().parents[2] / "examples" / "menus" / "first-round.toml"


@pytest.fixture
def area(make_area):
    """Sixty people in two places: forty in one, all of whom lack work, and twenty in the other, who lack nothing."""
    people = [{"person_id": f"P{n:02}", "place_id": "big" if n < 40 else "small"} for n in range(60)]
    ratings = [
        {
            "person_id": f"P{n:02}",
            "rated_on": "2029-01-01",
            "rater": "person",
            "at_time": "now",
            "good": "work",
            "importance": 9,
            "attainment": 1 if n < 40 else 9,
        }
        for n in range(60)
    ]
    places = [{"place_id": name, "name": name.title(), "kind": "area"} for name in ("big", "small")]
    return make_area({"place": places, "person": people, "goods_rating": ratings})


def test_the_need_of_an_area_stands_in_for_that_of_the_menu(area):
    menu = for_area(read_menu(MENU), area)
    assert [(one.id, one.people) for one in menu.place] == [("big", 40)]
    assert menu.unmet() == {"big": 40}
    assert [one.good for one in menu.need] == ["work"]
    assert needs(area).published().needs


def test_an_area_in_which_nobody_was_asked_is_refused(make_area):
    empty = make_area({"person": [{"person_id": "P1"}]})
    with pytest.raises(BadInput, match="no unmet need that may be shown"):
        for_area(read_menu(MENU), empty)


def test_another_budget_is_checked_like_the_first():
    menu = read_menu(MENU)
    assert with_budget(menu, Decimal("1000.00")).budget == 1000
    with pytest.raises(BadInput, match="below the cheapest unit"):
        with_budget(menu, Decimal("1.00"))
