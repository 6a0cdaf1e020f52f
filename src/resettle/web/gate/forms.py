"""Forms of the gate and of handing over."""

from __future__ import annotations

from typing import Any

from django import forms

from resettle.goodlives.states import state_table
from resettle.web.access.models import User
from resettle.web.contacts.forms import HourField
from resettle.web.gate.models import GateTask
from resettle.web.look.forms import PlainForm


class TaskForm(PlainForm):
    """What became of a task."""

    answer = forms.ChoiceField(
        label="What became of it?",
        choices=GateTask.Answer.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what became of it"},
    )
    note = forms.CharField(label="Anything to know?", max_length=300, required=False)


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
