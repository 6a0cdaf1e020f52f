"""Forms of messages and of how a person can be reached."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from resettle.web.access.models import Team
from resettle.web.contacts.forms import HourField
from resettle.web.correspondence.models import Channel
from resettle.web.look.forms import DayField, PlainForm

PHONE = re.compile(r"\+?\d{10,15}")


class ReachForm(PlainForm):
    """How a person can be reached safely, as they say today."""

    channels = forms.MultipleChoiceField(
        label="How may we write to them?", choices=Channel.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    phone = forms.CharField(label="Mobile number", max_length=20, required=False)
    email = forms.EmailField(
        label="Email address",
        required=False,
        error_messages={"invalid": "Enter an email address in the correct format, like name@example.com"},
    )
    from_time = HourField(label="Not before what time?", required=False, help_text="Leave both empty for any time.")
    to_time = HourField(label="Not after what time?", required=False)
    neutral_words = forms.BooleanField(
        label="Somebody else may read it: never say who it is from or what it is about", required=False
    )
    stop = forms.BooleanField(label="They want no messages", required=False)

    def clean_phone(self) -> str:
        """Digits alone, with a plus in front or not."""
        number = re.sub(r"[\s()-]", "", str(self.cleaned_data["phone"]))
        if number and not PHONE.fullmatch(number):
            raise forms.ValidationError("Enter a phone number, like 07700 900 982")
        return number

    def clean(self) -> dict[str, Any]:
        """An address for each way that is allowed; both hours or neither."""
        values = super().clean()
        for channel, name, what in (("text", "phone", "a mobile number"), ("email", "email", "an email address")):
            if channel in values.get("channels", []) and not values.get(name) and name not in self.errors:
                self.add_error(name, f"Enter {what}, or take the tick away")
        hours = [name for name in ("from_time", "to_time") if values.get(name)]
        if len(hours) == 1 and not {"from_time", "to_time"} & set(self.errors):
            self.add_error("to_time" if hours == ["from_time"] else "from_time", "Enter both times, or neither")
        return {**values, **{name: values.get(name) or None for name in ("from_time", "to_time")}}


class WriteForm(PlainForm):
    """A message to the person: now, or on a day."""

    words = forms.CharField(
        label="Your message",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write a message"},
    )
    channel = forms.ChoiceField(
        label="How does it go?",
        choices=Channel.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select how it goes"},
    )
    day = DayField(label="On which day?", required=False, future=True, help_text="Leave empty to send it now.")
    neutral = forms.BooleanField(label="It does not say who it is from, or what it is about", required=False)


class MyMessageForm(PlainForm):
    """What the person writes on their own page, and to which team where several work with them."""

    words = forms.CharField(
        label=_("Write a message"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": _("Write a message"),
            "max_length": _("Make it shorter. 1,000 letters is the most"),
        },
    )
    to = forms.ChoiceField(
        label=_("Who is it for?"), widget=forms.RadioSelect, error_messages={"required": _("Pick who it is for")}
    )

    def __init__(self, *args: Any, teams: list[Team], **options: Any) -> None:
        super().__init__(*args, **options)
        self.teams = {str(team.pk): team for team in teams}
        if len(teams) > 1:
            self.fields["to"].choices = [(key, team.name) for key, team in self.teams.items()]
        else:
            del self.fields["to"]

    def team(self) -> Team:
        """The team that was picked, or the only one."""
        return self.teams[self.cleaned_data.get("to", next(iter(self.teams)))]


class CameInForm(PlainForm):
    """What the person wrote, kept by a worker."""

    words = forms.CharField(
        label="What did they write?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write what they wrote"},
    )
    channel = forms.ChoiceField(
        label="How did it come?",
        choices=[*Channel.choices, ("letter", "Letter")],
        widget=forms.RadioSelect,
        error_messages={"required": "Select how it came"},
    )
