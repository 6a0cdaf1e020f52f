"""Forms about a person."""

from __future__ import annotations

from typing import Any

from django import forms

from resettle.web.look.forms import DayField, PlainForm
from resettle.web.people.models import Episode, Identifier, Person
from resettle.web.people.numbers import read_number


class PersonForm(PlainForm):
    """Who the person is."""

    name = forms.CharField(
        label="Full name", max_length=200, error_messages={"required": "Enter the person’s full name"}
    )
    known_as = forms.CharField(
        label="What do they like to be called?",
        max_length=200,
        required=False,
        help_text="Leave empty if it is the same.",
    )
    birth_date = DayField(
        label="Date of birth",
        help_text="For example, 27 3 1985",
        past=True,
        error_messages={"required": "Enter the date of birth"},
    )
    sex = forms.ChoiceField(
        label="Sex",
        choices=Person.Sex.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select the sex that is on record"},
    )
    language = forms.CharField(label="Language they like to use", max_length=60, initial="English")
    place = forms.CharField(label="Where they live, or will live", max_length=100, required=False)
    safe_contact = forms.CharField(
        label="How is it safe to get in touch?",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For example: text only, never leave a message with anybody else.",
    )


class NewPersonForm(PersonForm):
    """Who the person is, where they are now, and a number that others know them by."""

    GROUPS = {
        "Who they are": ("name", "known_as", "birth_date", "sex", "language", "number"),
        "Where they are": ("kind", "release", "place"),
        "How to reach them": ("safe_contact",),
    }
    kind = forms.ChoiceField(
        label="Where are they now?",
        choices=Episode.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select where they are now"},
    )
    release = DayField(label="Release date", required=False, help_text="If they are in prison and it is known.")
    number = forms.CharField(
        label="A number that others know them by",
        required=False,
        max_length=40,
        help_text="A CRN, prison number, PNC or CRO number. Leave empty if you have none.",
    )

    def clean_number(self) -> tuple[str, str] | None:
        """The kind and one written form of the number; an error that says what was expected."""
        typed = self.cleaned_data["number"].strip()
        if not typed:
            return None
        found = read_number(typed)
        if found is None:
            raise forms.ValidationError(
                "Enter a number like X123456 (CRN), A1234BC (prison number), 1979/0163001B (PNC) or 065656/91H (CRO)"
            )
        if Identifier.objects.filter(kind=found[0], value=found[1]).exists():
            raise forms.ValidationError("There is a record with this number already. Search for it first.")
        return found


class FlagForm(PlainForm):
    """What everybody who meets the person must know to be safe."""

    words = forms.CharField(
        label="What must everybody who meets them know?",
        max_length=200,
        help_text="No more than keeps people safe: mentors and providers read it. For example: do not meet at home.",
        error_messages={"required": "Write what everybody who meets them must know"},
    )


class ReasonForm(PlainForm):
    """Why somebody needs to open a record outside their caseload."""

    reason = forms.CharField(
        label="Why do you need to open this record?",
        max_length=1000,
        widget=forms.Textarea,
        help_text="Your coordinator is told, and the person can see that you looked.",
        error_messages={"required": "Say why you need to open this record"},
    )

    def clean_reason(self) -> str:
        """A reason of some words."""
        reason = str(self.cleaned_data["reason"]).strip()
        if len(reason.split()) < 3:
            raise forms.ValidationError("Say why in a few words: who asked, and what for")
        return reason


def first_values(person: Person) -> dict[str, Any]:
    """What the form shows for a person who is there already."""
    return {name: getattr(person, name) for name in PersonForm.base_fields}
