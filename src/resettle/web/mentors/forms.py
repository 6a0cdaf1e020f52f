"""Forms of volunteers, wishes, matches, claims and supervision."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from resettle.goodlives.states import state_table
from resettle.web.access.models import Role, User
from resettle.web.look.forms import DayField, PlainForm
from resettle.web.mentors.models import Check
from resettle.web.people.models import Person


class ListField(forms.CharField):
    """Short words with commas between them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=500, required=False, **options)

    def prepare_value(self, value: Any) -> Any:
        """A list as it is typed."""
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        """Each word once, in the order typed."""
        return list(dict.fromkeys(part.strip() for part in super().clean(value).split(",") if part.strip()))


class NumberField(forms.DecimalField):
    """A number that is nought or more, typed into a narrow box."""

    def __init__(self, most: int, places: int, what: str, **options: Any) -> None:
        wrong = f"{what} must be a number from 0 to {most}"
        if places:
            wrong += f", with at most {places} figures after the point"
        kinds = ("invalid", "min_value", "max_value", "max_decimal_places", "max_digits", "max_whole_digits")
        box = forms.TextInput(attrs={"inputmode": "decimal", "classes": "govuk-input--width-5"})
        super().__init__(
            min_value=0,
            max_value=most,
            decimal_places=places,
            widget=box,
            error_messages={**dict.fromkeys(kinds, wrong), "required": f"Enter {what.lower()}"},
            **options,
        )


SEXES = [("", "No wish"), (Person.Sex.FEMALE, "A woman"), (Person.Sex.MALE, "A man")]
LIST = "Put commas between them."


class AboutVolunteerForm(PlainForm):
    """What matching asks about a volunteer."""

    consents = forms.BooleanField(label="They agreed to the checks", required=False)
    room = forms.IntegerField(
        label="How many people can they meet?",
        min_value=1,
        max_value=20,
        initial=1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "classes": "govuk-input--width-2"}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), "Enter a whole number from 1 to 20"
        ),
    )
    sex = forms.ChoiceField(
        label="Sex",
        required=False,
        widget=forms.RadioSelect,
        choices=[(Person.Sex.FEMALE, "Female"), (Person.Sex.MALE, "Male"), (Person.Sex.NOT_SPECIFIED, "Not said")],
    )
    places = ListField(label="Where can they meet people?", help_text=LIST)
    languages = ListField(label="Which languages do they speak?", help_text=LIST, initial=["English"])
    interests = ListField(label="What do they like?", help_text=LIST)
    shared_experience = ListField(
        label="What have they been through themselves?", help_text="Only what they want told."
    )
    keep_apart = ListField(label="Who or where must they be kept apart from?", help_text=f"Names or places. {LIST}")


class VolunteerForm(AboutVolunteerForm):
    """Somebody who wants to help."""

    name = forms.CharField(label="Full name", max_length=200, error_messages={"required": "Enter their full name"})
    email = forms.EmailField(
        label="Email address",
        error_messages={
            "required": "Enter their email address",
            "invalid": "Enter an email address in the correct format, like name@example.com",
        },
    )
    field_order = ("name", "email")

    def __init__(self, *args: Any, team: Any, **options: Any) -> None:
        self.team = team
        super().__init__(*args, **options)

    def clean_email(self) -> str:
        """An address that is new, or of a mentor of the team who is not on the list yet."""
        email = str(self.cleaned_data["email"]).lower()
        taken = User.objects.filter(email=email).first()
        if taken and (taken.role != Role.MENTOR or taken.team_id != self.team or hasattr(taken, "volunteer")):
            raise forms.ValidationError("There is an account with this email address already")
        return email


class CheckForm(PlainForm):
    """A check or training that came back."""

    kind = forms.ChoiceField(
        label="What came back?",
        choices=Check.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what came back"},
    )
    until = DayField(
        label="Last day on which it counts", error_messages={"required": "Enter the last day on which it counts"}
    )


class VolunteerMoveForm(PlainForm):
    """Why a volunteer leaves; other moves ask nothing."""

    code = forms.ChoiceField(label="Why?", widget=forms.RadioSelect, error_messages={"required": "Select why"})

    def __init__(self, *args: Any, event: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["code"].choices = list(codes("volunteer", event).items())
        if not self.fields["code"].choices:
            del self.fields["code"]


def codes(kind: Any, event: str) -> dict[str, str]:
    """The coded reasons of a move."""
    return next(m for m in state_table(kind).moves if m.event == event).codes


class SupervisionForm(PlainForm):
    """A talk with a volunteer."""

    on = DayField(label="When did you talk?", past=True, error_messages={"required": "Enter when you talked"})
    notes = forms.CharField(
        label="What did you talk about?",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="The volunteer does not see this.",
        error_messages={"required": "Write what you talked about"},
    )
    agreed = forms.CharField(
        label="What was agreed?",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The volunteer sees this.",
    )
    next_on = DayField(label="When do you talk next?", required=False)


class WishForm(PlainForm):
    """What a person wishes of a mentor."""

    sex = forms.ChoiceField(
        label="Do they wish for a woman or a man?", choices=SEXES, required=False, widget=forms.RadioSelect
    )
    must_sex = forms.BooleanField(label="It must be so", required=False)
    interests = ListField(label="What do they like?", help_text=LIST)
    shared_experience = ListField(label="What should the mentor have been through too?", help_text=LIST)
    keep_apart = ListField(
        label="Who or where must they be kept apart from?",
        help_text=f"For safety. Names or places. {LIST} Others see only that there is a reason.",
    )


class MatchMoveForm(PlainForm):
    """A reason, a coded reason, or the day of the last meeting, where a move of a match asks for it."""

    ending_on = DayField(
        label="When is the last meeting?", future=True, error_messages={"required": "Enter the day of the last meeting"}
    )
    code = forms.ChoiceField(
        label="How did it end?", widget=forms.RadioSelect, error_messages={"required": "Select how it ended"}
    )
    reason = forms.CharField(label="Why?", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, event: str, **options: Any) -> None:
        super().__init__(*args, **options)
        move = next((m for m in state_table("match").moves if m.event == event), None)
        self.fields["code"].choices = list(move.codes.items()) if move else []
        if event != "agree_ending":
            del self.fields["ending_on"]
        if not self.fields["code"].choices:
            del self.fields["code"]
        if move is None or move.reason == "no":
            del self.fields["reason"]


class NoForm(PlainForm):
    """Why a mentor says no. Only those who look after matches read it."""

    reason = forms.CharField(
        label="Why is it not right for you?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Your coordinator reads it, to find a better match. For example: I know their family.",
        error_messages={"required": "Say why it is not right for you"},
    )


class ClaimForm(PlainForm):
    """Hours that were given, and what was paid out."""

    on = DayField(label="Which day?", past=True, error_messages={"required": "Enter the day"})
    what = forms.CharField(
        label="What was it?",
        max_length=200,
        help_text="For example: met at the library. Do not write the person’s name.",
        error_messages={"required": "Write what it was"},
    )
    minutes = NumberField(1440, 0, "Minutes", label="How many minutes?")
    miles = NumberField(1000, 1, "Miles", label="How many miles by car?", required=False)
    paid_out = NumberField(
        1000, 2, "What you paid", label="What did you pay for fares and the like, in pounds?", required=False
    )

    def clean(self) -> dict[str, Any]:
        """Nought where nothing was typed."""
        values = super().clean()
        return {**values, **{name: values.get(name) or Decimal(0) for name in ("miles", "paid_out")}}


class DecideForm(PlainForm):
    """Approve a claim or not."""

    answer = forms.ChoiceField(
        label="Do you approve it?",
        choices=[("yes", "Yes"), ("no", "No")],
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether you approve it"},
    )
    rate = NumberField(5, 2, "The rate", label="Pounds a mile", required=False, help_text="Your organisation’s rate.")
    why = forms.CharField(label="Why not?", max_length=300, required=False)
