"""Forms of the gate and of handing over."""

from __future__ import annotations

from typing import Any

from django import forms

from resettle.goodlives.own_tasks import FURTHEST
from resettle.goodlives.states import state_table
from resettle.web.access.models import User
from resettle.web.contacts.forms import HourField
from resettle.web.gate.models import GateTask, OwnTask
from resettle.web.look.forms import DayField, PlainForm


class TaskForm(PlainForm):
    """What became of a task."""

    answer = forms.ChoiceField(
        label="What became of it?",
        choices=GateTask.Answer.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what became of it"},
    )
    note = forms.CharField(label="Anything to know?", max_length=300, required=False)


class OwnTaskForm(PlainForm):
    """A task for this person alone: what, who does it, and by when."""

    words = forms.CharField(
        label="What is to be done?", max_length=200, error_messages={"required": "Write what is to be done"}
    )
    who = forms.CharField(
        label="Who does it?",
        max_length=100,
        help_text="The person reads this on their own page. For example: you, Sam your worker, your sister",
        error_messages={"required": "Write who does it"},
    )
    when = forms.ChoiceField(
        label="By when?",
        choices=[
            ("before", "Days before release"),
            ("day", "On the day of release"),
            ("after", "Days after release"),
            ("date", "A date that does not move with the release"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Select by when"},
    )
    days = forms.IntegerField(
        label="How many days before or after release?",
        min_value=1,
        max_value=FURTHEST,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "classes": "govuk-input--width-3"}),
        help_text="Leave empty for the day of release, or for a date.",
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), f"Enter a whole number of days from 1 to {FURTHEST}"
        ),
    )
    on = DayField(label="On which date?", required=False, help_text="Only for a date that does not move.")

    def clean(self) -> dict[str, Any]:
        """The days or the date that the choice asks for."""
        values = super().clean()
        when = values.get("when")
        if when in ("before", "after") and values.get("days") is None and "days" not in self.errors:
            self.add_error("days", "Enter how many days before or after release")
        if when == "date" and values.get("on") is None and "on" not in self.errors:
            self.add_error("on", "Enter the date")
        return values

    def values(self) -> dict[str, Any]:
        """The task as it is kept: days before release are negative."""
        kept = self.cleaned_data
        days = {"before": -(kept["days"] or 0), "day": 0, "after": kept["days"], "date": None}[kept["when"]]
        on = kept["on"] if kept["when"] == "date" else None
        return {"words": kept["words"], "who": kept["who"], "days": days, "on": on}


class ChangeTaskForm(OwnTaskForm):
    """What a task says from now on, and why."""

    why = forms.CharField(
        label="Why is it changed?",
        max_length=300,
        help_text="What it said before is kept.",
        error_messages={"required": "Say why the task is changed"},
    )


def said_now(task: OwnTask) -> dict[str, Any]:
    """What a task says, as the form shows it."""
    when = "date" if task.days is None else "day" if task.days == 0 else "before" if task.days < 0 else "after"
    return {"words": task.words, "who": task.who, "when": when, "days": abs(task.days or 0) or None, "on": task.on}


class PickUpForm(PlainForm):
    """Who is at the gate, and when."""

    hour = HourField(
        label="What time?", initial="9:00", error_messages={"required": "Enter the time"}, help_text="For example, 9:30"
    )
    place = forms.CharField(label="Which gate?", max_length=200, required=False)


class WorkerForm(PlainForm):
    """The next worker."""

    worker = forms.ModelChoiceField(
        None,
        label="Who works with them next?",
        empty_label=None,
        error_messages={"required": "Select who works with them next"},
    )

    def __init__(self, *args: Any, workers: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["worker"].queryset = workers
        self.fields["worker"].label_from_instance = named


def named(user: User) -> str:
    """A worker with their team."""
    return f"{user.name}, {user.team}" if user.team else user.name


class EndForm(PlainForm):
    """Why they stop working together."""

    code = forms.ChoiceField(
        label="Which reason?", widget=forms.RadioSelect, error_messages={"required": "Select the reason"}
    )
    reason = forms.CharField(label="Why?", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, event: str, **options: Any) -> None:
        super().__init__(*args, **options)
        move = next(m for m in state_table("relationship").moves if m.event == event)
        self.fields["code"].choices = list(move.codes.items())
        if not move.codes:
            del self.fields["code"], self.fields["reason"]
