"""Forms of contacts, made to be filled in on a phone in under a minute."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from resettle.goodlives.states import state_table
from resettle.web.contacts.models import Contact, moment
from resettle.web.contacts.work import readers
from resettle.web.look.forms import DayField, PlainForm
from resettle.web.people.models import Person

ON_A_LINE = {"classes": "govuk-radios--small govuk-radios--inline"}
HOUR = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?", re.IGNORECASE)


class HourField(forms.CharField):
    """A time of day as people write it: 9, 14:30, 2.30pm."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=10, widget=forms.TextInput(attrs={"classes": "govuk-input--width-5"}), **options)

    def clean(self, value: Any) -> str:
        """The time as `14:30`."""
        typed = super().clean(value).strip()
        if not typed and not self.required:
            return ""
        found = HOUR.fullmatch(typed)
        if found:
            hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
            hour = hour % 12 + (12 if half == "pm" else 0) if half and 1 <= hour <= 12 else (99 if half else hour)
            if hour < 24 and minute < 60:
                return f"{hour:02}:{minute:02}"
        raise forms.ValidationError("Enter a time, like 9:30 or 2pm")


class WhenForm(PlainForm):
    """A day and a time."""

    day = DayField(label="Which day?", error_messages={"required": "Enter the day"})
    hour = HourField(
        label="What time?", error_messages={"required": "Enter the time"}, help_text="For example, 9:30 or 2pm"
    )

    def clean(self) -> dict[str, Any]:
        """`at`, the time on that day."""
        values = super().clean()
        if values.get("day") and values.get("hour"):
            values["at"] = moment(values["day"], values["hour"])
        return values

    def pick(self, *names: str) -> dict[str, Any]:
        """Some of the values, with `at`."""
        return {name: self.cleaned_data[name] for name in ("at", *names)}


class AboutPersonForm(PlainForm):
    """A form with the goals of a person, or with those who can be told of a concern."""

    def __init__(self, *args: Any, person: Person, **options: Any) -> None:
        super().__init__(*args, **options)
        if "goal" in self.fields:
            self.fields["goal"].queryset = person.goals.filter(state__in=("active", "future", "idea"))
            self.fields["goal"].label_from_instance = lambda goal: f"I will {goal.own_words}"
        if "concern_for" in self.fields:
            self.fields["concern_for"].queryset = readers(person)


class PlanForm(WhenForm, AboutPersonForm):
    """An appointment."""

    medium = forms.ChoiceField(
        label="How?", choices=Contact.Medium.choices, widget=forms.RadioSelect(attrs=ON_A_LINE), initial="face"
    )
    setting = forms.ChoiceField(
        label="Where?", choices=Contact.Setting.choices, widget=forms.RadioSelect(attrs=ON_A_LINE), initial="community"
    )
    place = forms.CharField(label="Which place?", max_length=200, required=False)
    goal = forms.ModelChoiceField(None, label="Which goal is it about?", required=False, empty_label="No one goal")


class SaidForm(AboutPersonForm):
    """What was said and seen: strengths first."""

    strengths = forms.CharField(
        label="What went well, or what strength did you see?",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    summary = forms.CharField(
        label="What happened?",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write what happened, in a sentence or two"},
    )
    minutes = forms.IntegerField(
        label="How many minutes?",
        required=False,
        min_value=0,
        max_value=1440,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "classes": "govuk-input--width-3"}),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), "Enter the minutes as a whole number up to 1440"
        ),
    )
    came_late = forms.BooleanField(label="They came late", required=False)
    concern = forms.CharField(
        label="Is there a concern?",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Leave empty if there is none. Whoever you choose below is told.",
    )
    concern_for = forms.ModelChoiceField(None, label="Who must know of it?", required=False, empty_label="Nobody")


class LogForm(SaidForm, PlanForm):
    """A contact that was not planned: when, how, and what was said."""

    GROUPS = {
        "When and how": ("day", "hour", "minutes", "medium", "setting"),
        "What was said and seen": ("strengths", "summary", "goal"),
        "A concern, if there is one": ("concern", "concern_for"),
    }
    field_order = [name for names in GROUPS.values() for name in names]

    def __init__(self, *args: Any, person: Person, **options: Any) -> None:
        super().__init__(*args, person=person, **options)
        del self.fields["came_late"], self.fields["place"]


class WhyForm(PlainForm):
    """Why a contact did not happen."""

    reason = forms.CharField(
        label="Why?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why, in a few words"},
    )


class MoveOnForm(WhenForm, WhyForm):
    """Another time for a contact."""

    code = forms.ChoiceField(
        label="Who asked for it?", widget=forms.RadioSelect, error_messages={"required": "Select who asked for it"}
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        moved = next(m for m in state_table("contact").moves if m.event == "reschedule")
        self.fields["code"].choices = list(moved.codes.items())


class CorrectForm(SaidForm, WhyForm):
    """What should have been recorded, and why it was not."""
