"""Forms of duplicates."""

from __future__ import annotations

from django import forms

from resettle.web.look.forms import PlainForm


class WhyForm(PlainForm):
    """Why two records are of one person, or of two."""

    why = forms.CharField(
        label="How do you know?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For example: they showed the same prison number, or their worker knows both records.",
        error_messages={"required": "Say how you know"},
    )
