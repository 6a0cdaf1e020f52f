"""Forms of retention."""

from __future__ import annotations

from typing import Any

from django import forms

from resettle.errors import BadInput
from resettle.web.look.forms import PlainForm
from resettle.web.retention.due import require_every_kind
from resettle.web.retention.models import Schedule


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
