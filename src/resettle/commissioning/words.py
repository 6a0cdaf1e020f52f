"""Numbers and dates as a provider's letter words them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal


def day(when: date) -> str:
    """A date in words: `1 April 2024`."""
    return f"{when.day} {when:%B %Y}"


def span(start: date, end: date) -> str:
    """A period in words: `from 1 April 2024 to 30 June 2024`."""
    return f"from {day(start)} to {day(end)}"


def count(number: int, one: str, many: str | None = None) -> str:
    """A count with its noun: `1 month`, `1,200 months`, `2 people`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def plain(number: Decimal | float, places: int = 2) -> str:
    """A number with at most `places` decimals and no idle zeros: `8.33`, `2`, `-0.06`."""
    text = f"{number:,.{places}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def points(number: Decimal | float) -> str:
    """Percentage points in words: `8.33 percentage points`, `1 percentage point`."""
    text = plain(number)
    return f"{text} percentage point{'' if text == '1' else 's'}"


def percent(rate: float) -> str:
    """A rate between 0 and 1 as a percentage: `22.2%`."""
    return f"{100 * rate:.1f}%"


def share(part: Decimal) -> str:
    """A payer's share as a percentage, without idle zeros: `60%`, `33.3333%`."""
    return f"{plain(100 * part, 6)}%"
