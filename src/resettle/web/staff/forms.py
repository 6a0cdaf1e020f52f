"""Forms of closing, re-opening and resetting an account, and of handing everything over."""

from __future__ import annotations

from typing import Any

from django import forms

from resettle.web.gate.forms import named
from resettle.web.look.forms import PlainForm


class WhyForm(PlainForm):
    """Why something is done with an account."""

    reason = forms.CharField(
        label="Why?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It is kept in the record, with your name.",
        error_messages={"required": "Say why, in a few words"},
    )


class HandOverForm(PlainForm):
    """Who takes everything over."""

    worker = forms.ModelChoiceField(
        None,
        label="Who takes all of it over?",
        empty_label="Choose one",
        error_messages={"required": "Select who takes all of it over"},
    )

    def __init__(self, *args: Any, workers: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["worker"].queryset = workers
        self.fields["worker"].label_from_instance = named
