"""Numbers as a reader of a report sees them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from resettle.money import exact, show
from resettle.reference.goods import goods
from resettle.result import Interval


def percent(rate: float | None, places: int = 1) -> str:
    """A rate between 0 and 1 as a percentage: `22.2%`; a dash where there is none."""
    return "–" if rate is None else f"{100 * rate:.{places}f}%"


def percents(interval: Interval | None) -> str:
    """The interval of a rate: `17.2 to 28.2`."""
    return "–" if interval is None else f"{100 * interval.low:.1f} to {100 * interval.high:.1f}"


def number(value: float | Decimal | None, places: int = 2) -> str:
    """A number with at most `places` decimals and no idle zeros: `1,234.5`; a dash where there is none."""
    if value is None:
        return "–"
    text = f"{value:,.{places}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def p_value(p: float) -> str:
    """A p value to four decimals: `0.0501`; `below 0.0001` where it is smaller."""
    return "below 0.0001" if p < 0.0001 else f"{p:.4f}"


def money(amount: Decimal | float, currency: str, *, pence: bool = False) -> str:
    """An amount of money, to the pound or to the penny."""
    return show(exact(amount), currency, pence=pence)


def moneys(interval: Interval, currency: str) -> str:
    """The interval of an amount of money: `£1,200 to £3,400`."""
    return f"{money(interval.low, currency)} to {money(interval.high, currency)}"


def plain(code: str | None) -> str:
    """A code as words: `inner_peace` becomes `inner peace`."""
    return (code or "not known").replace("_", " ")


def place(id: str | None) -> str:
    """A place by its id: a lower-case id gets capital letters (`north-east` becomes `North East`), any other stays as it is."""
    if id is None or id == "unknown":
        return "place not known"
    return " ".join(word.capitalize() for word in re.split(r"[-_ ]", id)) if id == id.lower() else id


def good(code: str) -> str:
    """A primary good by its code, as the current taxonomy names it; a code of another taxonomy as words."""
    return {g.code: g.name for g in goods()}.get(code, plain(code))


def prompt(code: str) -> str:
    """A primary good in the words of a person on a plan; nothing for a code of another taxonomy."""
    return {g.code: g.prompt for g in goods()}.get(code, "")


def amount_of(quantity: Decimal, unit: str) -> str:
    """A quantity with its unit: `8.33 percentage points`, `1 person`."""
    many = {"person": "people"}.get(unit, f"{unit}s")
    return f"{number(quantity)} {unit if quantity == 1 else many}"


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def listed(parts: list[str], last: str = "and") -> str:
    """Words in a row: `a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}" if parts else ""


def day(when: date) -> str:
    """A date in words: `1 April 2024`."""
    return f"{when.day} {when:%B %Y}"


def covariate(name: str) -> str:
    """A covariate as a reader calls it: `assessment.drugs` becomes `drugs`, `previous_convictions` loses its stroke."""
    return name.removeprefix("assessment.").replace("_", " ").replace(" = ", ": ")
