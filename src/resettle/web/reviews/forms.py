"""Forms of reviews."""

from __future__ import annotations

from typing import Any

from django import forms

from resettle.goodlives.states import state_table
from resettle.web.look.forms import DayField, PlainForm


class DoForm(PlainForm):
    """What a review came to."""

    on = DayField(label="When was it?", past=True, error_messages={"required": "Enter when it was"})
    notes = forms.CharField(
        label="What did you look at, and what changes?",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Write what you looked at, and what changes"},
    )


class PutOffForm(PlainForm):
    """Why a review is put off."""

    code = forms.ChoiceField(
        label="Which reason?", widget=forms.RadioSelect, error_messages={"required": "Select the reason"}
    )
    reason = forms.CharField(
        label="Why?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why, in a few words"},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        move = next(m for m in state_table("review").moves if m.event == "exempt")
        self.fields["code"].choices = list(move.codes.items())
