"""The rounding of the Justice Data Lab (its public report code, `tables.R` and `variables.R`).

Rates in whole per cent, frequencies to two decimals a person and one in prose, days whole, p to two decimals. A difference
is worked out before anything is rounded, so printed parts may not add up to it; a note then says so.
"""

from __future__ import annotations

from resettle.evidence.effect import Unit

PLACES: dict[Unit, int] = {"share": 0, "events": 2, "days": 0}
MAY_NOT_SUM = "Parts may not add up to totals because of rounding: differences are worked out before rounding."


def rounded(value: float, places: int = 0) -> str:
    """A number with so many decimals, thousands apart; minus nought is nought."""
    text = f"{value:,.{places}f}"
    return text.removeprefix("-") if not text.strip("-0.,") else text


def signed(value: float, places: int = 1) -> str:
    """A difference with its sign; one that prints as nought has none."""
    text = f"{value:+,.{places}f}"
    return text if text.strip("+-0.,") else text[1:]


def scaled(value: float, unit: Unit) -> float:
    """A value as it is printed: shares in per cent, all else as it is."""
    return 100 * value if unit == "share" else value


def printed(value: float, unit: Unit) -> str:
    """One value of a group in a table."""
    return rounded(scaled(value, unit), PLACES[unit])


def low_to_high(low: float, high: float, unit: Unit) -> str:
    """An interval in a table: `-14 to -2`."""
    return f"{printed(low, unit)} to {printed(high, unit)}"


def p_printed(p: float) -> str:
    """A p value: two decimals, `below 0.01` where that would be nought."""
    return "below 0.01" if p < 0.005 else rounded(p, 2)


def in_100(value: float, unit: Unit) -> int:
    """A share, or events a person, as a whole number for 100 people; days as whole days."""
    factor = 1 if unit == "days" else 100
    return int(rounded(factor * value).replace(",", ""))


def may_not_sum(one: float, other: float, difference: float, unit: Unit) -> bool:
    """Whether the printed parts disagree with the printed difference."""
    return in_100(one, unit) - in_100(other, unit) != in_100(difference, unit)
