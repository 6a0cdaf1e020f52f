"""A menu for a real area: its places and unmet need from plans, or another budget, checked again as a whole."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from resettle.area import Area
from resettle.document import Misfit, dotted
from resettle.errors import bad
from resettle.goodlives.need import needs
from resettle.reinvestment.rounds.menu import Menu


def for_area(menu: Menu, area: Area) -> Menu:
    """The menu with the places of an area and the unmet need that people there say they have.

    Only need that may be published takes part, so that a plan gives no small group away. An area in which nobody was asked,
    or in which no need is large enough to be shown, is a `BadInput`.
    """
    cells = [one for one in needs(area).published().needs if one.unmet and one.place]
    if not cells:
        raise bad("no unmet need that may be shown", value=area.info.name, do="Ask people what they lack first.")
    held = area.query("SELECT place_id, count(*) AS people FROM person GROUP BY place_id").to_pylist()
    people = {row["place_id"]: row["people"] for row in held}
    places = sorted({one.place for one in cells if one.place})
    return checked(
        menu,
        place=[{"id": name, "people": people[name]} for name in places],
        need=[{"place": one.place, "good": one.good, "people": one.unmet} for one in cells],
    )


def with_budget(menu: Menu, budget: Decimal) -> Menu:
    """The menu with another budget."""
    return checked(menu, budget=budget)


def checked(menu: Menu, **changes: Any) -> Menu:
    """A menu with some parts changed; what no longer fits together is a `BadInput`."""
    try:
        return Menu.model_validate({**menu.model_dump(), **changes})
    except ValidationError as error:
        found = error.errors()[0]
        misfit = found.get("ctx", {}).get("error")
        where, value, do = (misfit.where, misfit.value, misfit.do) if isinstance(misfit, Misfit) else ((), None, None)
        raise bad(
            found["msg"].removeprefix("Value error, "),
            column=dotted([*found["loc"], *where]) or menu.id,
            value=value,
            do=do or "Change the menu or its rules.",
        ) from None
