"""Forms of retention."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from resettle.errors import BadInput
from resettle.goodlives.erasure import Ground
from resettle.web.look.forms import DayField, PlainForm
from resettle.web.retention.columns import IDENTITY, KINDS
from resettle.web.retention.due import require_every_kind
from resettle.web.retention.models import ErasureRequest, Schedule


class ScheduleForm(PlainForm):
    """The organisation's schedule."""

    document = forms.CharField(
        label="Retention schedule",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 24}),
        help_text="A document in TOML: for each kind of record, how many months it is kept, counted from which day, and why.",
        error_messages={"required": "Enter the retention schedule"},
    )

    def clean_document(self) -> str:
        """The schedule must read, with a rule for each kind of record."""
        text = str(self.cleaned_data["document"])
        try:
            require_every_kind(Schedule(document=text).rules())
        except BadInput as error:
            raise forms.ValidationError([str(problem) for problem in error.problems[:5]]) from None
        return text


class HoldForm(PlainForm):
    """Why everything about a person must stay."""

    reason = forms.CharField(
        label="Why must everything about them be kept?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For example: a claim in court, an inquiry, a complaint that is not answered yet.",
        error_messages={"required": "Say why everything about them must be kept"},
    )


class SureForm(PlainForm):
    """That it is meant: what is erased does not come back."""

    sure = forms.BooleanField(
        label="I have read what goes, and it is to be erased",
        error_messages={"required": "Tick the box if it is to be erased"},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["sure"].label_suffix = ""


class MyErasureForm(PlainForm):
    """What a person asks to have taken out of their record, on their own page."""

    wants = forms.ChoiceField(
        label=_("How much do you want us to take out?"),
        choices=[("all", _("All of it")), ("some", _("Some of it"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Pick all or some")},
    )
    words = forms.CharField(
        label=_("What do you want us to take out, and why?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("You can leave this out if you want all of it out."),
    )

    def clean(self) -> dict[str, Any]:
        """Some of it: of what?"""
        values = super().clean()
        if values.get("wants") == "some" and not values.get("words", "").strip():
            self.add_error("words", _("Write what you want us to take out"))
        return values


class ErasureForm(PlainForm):
    """The same, written down by a worker on their behalf."""

    asked_on = DayField(
        label="When did they ask?",
        past=True,
        help_text="The month for the answer counts from this day.",
        error_messages={"required": "Enter when they asked"},
    )
    how = forms.ChoiceField(
        label="How did they ask?",
        choices=[choice for choice in ErasureRequest.How.choices if choice[0] != ErasureRequest.How.OWN_PAGE],
        widget=forms.RadioSelect,
        error_messages={"required": "Select how they asked"},
    )
    wants = forms.ChoiceField(
        label="How much do they want erased?",
        choices=ErasureRequest.Wants.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select how much they want erased"},
    )
    words = forms.CharField(
        label="What did they say, in their words?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write what they said"},
    )


class DecideForm(PlainForm):
    """The decision on a request to erase."""

    decision = forms.ChoiceField(
        label="What is decided?",
        choices=[("full", "Granted in full"), ("part", "Granted in part"), ("refused", "Refused")],
        widget=forms.RadioSelect,
        error_messages={"required": "Select what is decided"},
    )
    kinds = forms.MultipleChoiceField(
        label="What goes, where it is granted in part?",
        choices=[(kind, label) for kind, label in KINDS.items() if kind != IDENTITY],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    grounds = forms.MultipleChoiceField(
        label="On which ground in law does the rest stay?", widget=forms.CheckboxSelectMultiple, required=False
    )
    reason = forms.CharField(
        label="Why is it decided so?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="They read this in the letter. Short words, please.",
        error_messages={"required": "Say why it is decided so"},
    )

    def __init__(self, *args: Any, grounds: dict[str, Ground], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["grounds"].choices = [(code, f"{one.label} ({one.law})") for code, one in grounds.items()]
