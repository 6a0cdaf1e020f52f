"""The environment of the templates: the design system's macros, links, dates and the field's words."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.messages import get_messages
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import get_language, gettext, ngettext
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader

from resettle.report.words import capital, plain


def environment(**options: Any) -> Environment:
    """The templates' environment, as Django asks for it."""
    own = options.pop("loader")
    design = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    made = Environment(loader=ChoiceLoader([own, design]), extensions=["jinja2.ext.i18n"], **options)
    made.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(static=static, url=link, get_messages=get_messages, get_language=get_language)
    made.filters.update(day=day, moment=moment, pounds=pounds, capital=capital, plain=plain)
    return made


def link(name: str, **named: Any) -> str:
    """The address of a page by its name."""
    return reverse(name, kwargs=named)


def day(value: date | None, nothing: str = "") -> str:
    """A date as people write it: 5 March 2026."""
    return nothing if value is None else f"{value.day} {MONTHS[value.month]} {value.year}"


def moment(value: datetime) -> str:
    """A time on a day: 5 March 2026, 2:30pm."""
    local = timezone.localtime(value)
    hour = local.strftime("%I:%M%p").lstrip("0").replace(":00", "").lower()
    return f"{day(local)}, {hour}"


def pounds(value: Decimal) -> str:
    """Money to the penny: £1,234.50."""
    sign = "−" if value < 0 else ""
    return f"{sign}£{abs(value):,.2f}"
