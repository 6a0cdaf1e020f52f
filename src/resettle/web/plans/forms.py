"""Forms of the map, goals, steps and answers."""

from __future__ import annotations

from typing import Any

from django import forms

from resettle.goodlives.states import state_table
from resettle.reference.goods import Good, goods
from resettle.web.look.forms import DayField, PlainForm
from resettle.web.plans.models import Goal, Map, Plan


def score(label: str, good: Good) -> forms.IntegerField:
    """A box for a number from 0 to 10; empty where the good is left out. What is wrong with it names the good."""
    whole = f"{good.name.capitalize()}: enter a whole number from 0 to 10"
    wrong = dict.fromkeys(("invalid", "min_value", "max_value"), whole)
    box = forms.TextInput(attrs={"inputmode": "numeric", "classes": "govuk-input--width-2"})
    return forms.IntegerField(min_value=0, max_value=10, required=False, label=label, widget=box, error_messages=wrong)


class MapForm(PlainForm):
    """Each good: how much it matters, how much of it there is, and in their words. Any may be left out."""

    def __init__(self, *args: Any, rater: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.listed = goods()
        self.fields["about"] = forms.ChoiceField(
            label="Which time is it about?",
            choices=Map.About.choices,
            initial=Map.About.NOW,
            widget=forms.RadioSelect,
            error_messages={"required": "Select which time it is about"},
        )
        for good in self.listed:
            self.fields[f"{good.code}_importance"] = score("How much it matters, 0 to 10", good)
            self.fields[f"{good.code}_attainment"] = score("How much of it there is, 0 to 10", good)
            words = "In their own words" if rater == Map.Rater.PERSON else "What do you see?"
            area = forms.Textarea(attrs={"rows": 2})
            self.fields[f"{good.code}_words"] = forms.CharField(
                label=words, required=False, max_length=1000, widget=area
            )

    def sections(self) -> list[dict[str, Any]]:
        """The boxes of each good, for the page."""
        parts = ("importance", "attainment", "words")
        return [{"good": good, "fields": [self[f"{good.code}_{part}"] for part in parts]} for good in self.listed]

    def clean(self) -> dict[str, Any]:
        """Both numbers of a good or neither; at least one good."""
        values = super().clean()
        for good in self.listed:
            one, other = f"{good.code}_importance", f"{good.code}_attainment"
            given = [name in values and values[name] is not None for name in (one, other)]
            if given == [True, False] and other not in self.errors:
                self.add_error(other, f"Enter how much of {good.name} there is, or take out the other number")
            if given == [False, True] and one not in self.errors:
                self.add_error(one, f"Enter how much {good.name} matters, or take out the other number")
        if not self.errors and not self.ratings(values):
            raise forms.ValidationError("Rate at least one good")
        return values

    def ratings(self, values: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """The goods that were rated."""
        values = self.cleaned_data if values is None else values
        return [
            {
                "good": good.code,
                "importance": values[f"{good.code}_importance"],
                "attainment": values[f"{good.code}_attainment"],
                "own_words": values[f"{good.code}_words"],
            }
            for good in self.listed
            if values.get(f"{good.code}_importance") is not None
        ]


class GoalForm(PlainForm):
    """I will ... so that ..."""

    own_words = forms.CharField(
        label="I will …",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="In the person’s own words.",
        error_messages={"required": "Write what the person will do, in their words"},
    )
    so_that = forms.CharField(
        label="… so that …", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    goods = forms.MultipleChoiceField(
        label="What in life is it for?",
        choices=[(good.code, f"{good.name.capitalize()}: {good.prompt}") for good in goods()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select what in life it is for"},
    )
    target = DayField(label="When do they hope to get there?", required=False)
    obstacle = forms.CharField(
        label="What stands in the way?", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    risk_effect = forms.ChoiceField(
        label="How does it bear on risk?",
        choices=Goal.RiskEffect.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select how it bears on risk"},
    )


class StepForm(PlainForm):
    """One thing to do, who does it, and when."""

    text = forms.CharField(
        label="What is to be done?", max_length=500, error_messages={"required": "Write what is to be done"}
    )
    by = forms.CharField(label="Who does it?", max_length=100, error_messages={"required": "Write who does it"})
    due = DayField(label="By when?", required=False)


class StrengthForm(PlainForm):
    """Something the person is good at."""

    text = forms.CharField(
        label="What are they good at, or what has worked before?",
        max_length=500,
        error_messages={"required": "Write what they are good at, or what has worked before"},
    )


class MoveForm(PlainForm):
    """Why something is moved."""

    reason = forms.CharField(label="Why?", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), required=False)


class AnswerForm(PlainForm):
    """The person's answer to a plan."""

    answer = forms.ChoiceField(
        label="What did the person say?",
        choices=[
            ("agree", "They agree"),
            ("disagree", "They do not agree"),
            ("could_not_answer", "They could not answer"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Select what the person said"},
    )
    how = forms.ChoiceField(
        label="How did they answer?",
        choices=[choice for choice in Plan.How.choices if choice[0] != Plan.How.APP],
        widget=forms.RadioSelect,
        error_messages={"required": "Select how they answered"},
    )
    reason = forms.CharField(
        label="Why, in their words?",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Needed if they do not agree, or could not answer.",
    )


def labels(kind: str) -> dict[str, str]:
    """What each move of a kind is called on a button."""
    return {move.event: move.label for move in state_table(kind).moves}  # type: ignore[arg-type]
