"""Numbers as a reader of a report sees them."""

from __future__ import annotations

from decimal import Decimal

from resettle.money import exact, show
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


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def listed(parts: list[str], last: str = "and") -> str:
    """Words in a row: `a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}" if parts else ""
