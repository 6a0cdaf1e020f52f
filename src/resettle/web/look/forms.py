"""Form fields as the GOV.UK Design System draws them, with its way of asking for dates and of saying what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

FORBIDDEN = {0, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}


class GovukRenderer(TemplatesSetting):
    """Draws each field with the macros of the design system (`templates/govuk/field.html`)."""

    field_template_name = "govuk/field.html"


class DayWidget(forms.MultiWidget):
    """Three boxes: day, month, year."""

    def __init__(self) -> None:
        super().__init__({"day": forms.TextInput(), "month": forms.TextInput(), "year": forms.TextInput()})

    def decompress(self, value: date | None) -> list[Any]:
        """The three boxes of a date."""
        return [value.day, value.month, value.year] if isinstance(value, date) else [None, None, None]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """What was typed, kept as it was."""
        return [str(data.get(f"{name}_{part}") or "").strip() for part in ("day", "month", "year")]


class DayField(forms.Field):
    """A date asked for as day, month and year. What was typed stays in the boxes when it is wrong."""

    widget = DayWidget

    def __init__(self, *, past: bool = False, future: bool = False, **options: Any) -> None:
        self.past, self.future = past, future
        super().__init__(**options)

    def to_python(self, value: Any) -> date | None:
        """The date, or an error that says which part to mend."""
        if isinstance(value, date) or value is None:
            return value
        parts = [str(part or "").strip() for part in value]
        if not any(parts):
            return None
        missing = [word for word, part in zip((_("a day"), _("a month"), _("a year")), parts, strict=True) if not part]
        label = str(self.label or "date").capitalize()
        if missing:
            raise ValidationError(
                _("%(label)s must include %(missing)s") % {"label": label, "missing": _(" and ").join(missing)},
                code="missing",
            )
        if not all(part.isascii() and part.isdigit() for part in parts) or len(parts[2]) != 4:
            raise ValidationError(
                _("%(label)s must be a real date in numbers, with a four-figure year, like 27 3 1985")
                % {"label": label}
            )
        try:
            found = date(int(parts[2]), int(parts[1]), int(parts[0]))
        except ValueError:
            raise ValidationError(_("%(label)s must be a real date") % {"label": label}) from None
        if found.year < 1900:
            raise ValidationError(_("%(label)s must be in or after 1900") % {"label": label})
        return found

    def validate(self, value: date | None) -> None:
        """Within the past or the future, where only one makes sense."""
        super().validate(value)
        label = str(self.label or "date").capitalize()
        if value and self.past and value > date.today():
            raise ValidationError(_("%(label)s must be today or in the past") % {"label": label})
        if value and self.future and value < date.today():
            raise ValidationError(_("%(label)s must be today or in the future") % {"label": label})


def hides(value: Any) -> bool:
    """Whether a text, or one of a list of texts, holds a control or direction-changing character."""
    if isinstance(value, (list, tuple)):
        return any(hides(one) for one in value)
    return isinstance(value, str) and any(ord(c) in FORBIDDEN or (ord(c) < 32 and c not in "\r\n\t") for c in value)


class PlainForm(forms.Form):
    """A form whose text fields refuse characters that hide or turn round what is read.

    A long form says in `GROUPS` under which headings its fields stand; a field in none of them stands at the end.
    """

    GROUPS: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    def grouped(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields under their headings, in the form's order; without a heading where the form has no groups."""
        rest = [name for name in self.fields if not any(name in names for names in self.GROUPS.values())]
        parts = [*self.GROUPS.items(), ("", tuple(rest))]
        made = [(heading, [self[name] for name in names if name in self.fields]) for heading, names in parts]
        return [(heading, fields) for heading, fields in made if fields]

    def clean(self) -> dict[str, Any]:
        """The values; an error on each text that holds control or direction-changing characters."""
        cleaned = super().clean() or {}
        for name, value in list(cleaned.items()):
            if hides(value):
                self.add_error(name, _("Take out the hidden characters; typing the text again does it"))
        return cleaned


def sent(request: HttpRequest) -> QueryDict | None:
    """What was sent with a form; None where the page is only opened."""
    return request.POST if request.method == "POST" else None


def errors_of(form: forms.Form) -> list[dict[str, str]]:
    """What the error summary lists: each error with the field that it links to."""
    found = []
    for name, errors in form.errors.items():
        target = "" if name == "__all__" else target_of(form, name)
        found += [{"text": str(error), "href": f"#{target}"} if target else {"text": str(error)} for error in errors]
    return found


def target_of(form: forms.Form, name: str) -> str:
    """The id of the first box of a field."""
    bound = form[name]
    widget = bound.field.widget
    if isinstance(widget, DayWidget):
        return f"{bound.auto_id}-day"
    return str(bound.auto_id)
