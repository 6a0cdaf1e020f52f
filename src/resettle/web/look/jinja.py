"""The environment of the templates: the design system's macros, links, dates and the field's words."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.contrib.messages import get_messages
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import get_language, gettext, ngettext
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader

from resettle.report.words import capital, plain
from resettle.web.access.page_words import page_words, row_words


def environment(**options: Any) -> Environment:
    """The templates' environment, as Django asks for it."""
    own = options.pop("loader")
    design = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    made = Environment(loader=ChoiceLoader([own, design]), extensions=["jinja2.ext.i18n"], **options)
    made.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(static=static, url=link, get_messages=get_messages, get_language=get_language)
    made.filters.update(
        day=day,
        moment=moment,
        hour=hour,
        by_day=by_day,
        pounds=pounds,
        capital=capital,
        page_words=page_words,
        row_words=row_words,
        plain=plain,
        translated=translated,
    )
    return made


def link(name: str, **named: Any) -> str:
    """The address of a page by its name."""
    return reverse(name, kwargs=named)


def day(value: date | None, nothing: str = "") -> str:
    """A date as people write it: 5 March 2026."""
    return nothing if value is None else f"{value.day} {MONTHS[value.month]} {value.year}"


def moment(value: datetime) -> str:
    """A time on a day: 5 March 2026, 2:30pm."""
    return f"{day(timezone.localtime(value))}, {hour(value)}"


def hour(value: datetime) -> str:
    """A time of day: 2:30pm."""
    return timezone.localtime(value).strftime("%I:%M%p").lstrip("0").replace(":00", "").lower()


def by_day(things: Any) -> list[tuple[str, list[Any]]]:
    """Things in the order of their time `at`, with the name of each day: Today, Tomorrow, or Wednesday 2 December 2026."""
    now = timezone.localdate()
    near = {
        now: gettext("Today"),
        now + timedelta(days=1): gettext("Tomorrow"),
        now - timedelta(days=1): gettext("Yesterday"),
    }
    days = groupby(things, key=lambda one: timezone.localdate(one.at))
    return [(near.get(on) or f"{WEEKDAYS[on.weekday()]} {day(on)}", list(listed)) for on, listed in days]


def translated(words: str) -> str:
    """Words that data holds, such as the name of a good, in the language of the reader; what is empty stays empty."""
    return gettext(words) if words else ""


def pounds(value: Decimal) -> str:
    """Money to the penny: £1,234.50."""
    sign = "−" if value < 0 else ""
    return f"{sign}£{abs(value):,.2f}"
