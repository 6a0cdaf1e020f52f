"""Forms of services, referrals and evidence."""

from __future__ import annotations

from typing import Any

from django import forms

from resettle.goodlives.states import state_table
from resettle.reference.goods import goods
from resettle.report.words import capital, plain
from resettle.web.access.models import Organisation, Role, User
from resettle.web.contacts.forms import LogForm
from resettle.web.look.forms import DayField, PlainForm
from resettle.web.people.models import Person
from resettle.web.services.models import STRANDS, Band, Evidence, Referral, Service


class ServiceForm(PlainForm):
    """A service on offer."""

    name = forms.CharField(
        label="Name of the service", max_length=200, error_messages={"required": "Enter the name of the service"}
    )
    kind = forms.ChoiceField(
        label="How is it paid for?",
        choices=Service.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select how it is paid for"},
    )
    provider = forms.ModelChoiceField(Organisation.objects.order_by("name"), label="Who provides it?", required=False)
    strand = forms.ChoiceField(label="Which strand is it part of?", choices=STRANDS)
    contract = forms.CharField(
        label="Contract or lot", max_length=60, required=False, help_text="As its contract file names it."
    )
    goods = forms.MultipleChoiceField(
        label="What in life does it help with?",
        choices=[(good.code, good.name.capitalize()) for good in goods()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select what it helps with"},
    )
    places = forms.CharField(
        label="Which places is it for?",
        required=False,
        max_length=1000,
        help_text="With commas between them. Empty: everywhere.",
    )
    outcomes = forms.CharField(
        label="Which outcomes can be asked for?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One on each line, as the contract names them.",
        error_messages={"required": "Enter at least one outcome"},
    )
    room = forms.IntegerField(
        label="How many people can it help at once?",
        required=False,
        min_value=0,
        max_value=10_000,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "classes": "govuk-input--width-5"}),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), "Enter a whole number of people"),
    )

    def clean(self) -> dict[str, Any]:
        """Lists from what was typed; one name once; a commissioned service has a provider."""
        values = super().clean()
        values["goods"] = dict.fromkeys(values.get("goods", []), 1.0)
        values["places"] = [part.strip() for part in values.get("places", "").split(",") if part.strip()]
        values["outcomes"] = [part.strip() for part in values.get("outcomes", "").splitlines() if part.strip()]
        if Service.objects.filter(name=values.get("name")).exists():
            self.add_error("name", "There is a service of this name already")
        if values.get("kind") == Service.Kind.COMMISSIONED and not values.get("provider"):
            self.add_error("provider", "Select who provides it")
        return values


class ReferForm(PlainForm):
    """Ask a service to help with a goal."""

    goal = forms.ModelChoiceField(
        None,
        label="Which goal is it for?",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Select the goal it is for"},
    )
    outcomes = forms.MultipleChoiceField(
        label="What should be different afterwards?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select what should be different afterwards"},
    )
    band = forms.ChoiceField(
        label="How complex is the need?",
        choices=Band.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select how complex the need is"},
    )
    chosen_because = forms.CharField(
        label="Why did the person choose it?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write why the person chose it"},
    )
    person_consents = forms.BooleanField(
        label="The person says yes to this referral",
        error_messages={"required": "The person must say yes before anything is sent"},
    )

    def __init__(self, *args: Any, person: Person, service: Service, good: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["goal"].queryset = person.goals.filter(state__in=("active", "future", "idea"))
        self.fields["goal"].label_from_instance = lambda goal: f"I will {goal.own_words}"
        self.fields["outcomes"].choices = [(outcome, capital(plain(outcome))) for outcome in service.outcomes]


class UnmetForm(PlainForm):
    """What the person wants that is not on offer."""

    words = forms.CharField(
        label="What do they want, in their words?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write what they want"},
    )


class ReferralMoveForm(PlainForm):
    """What a move of a referral needs: a worker, a number of sessions, a coded reason, words, or the end report."""

    worker = forms.ModelChoiceField(None, label="Who will work with them?", empty_label=None)
    sessions = forms.IntegerField(
        label="How many sessions are planned?",
        min_value=1,
        max_value=500,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "classes": "govuk-input--width-3"}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), "Enter how many sessions, from 1 to 500"
        ),
    )
    because = forms.CharField(label="Why is it needed now?", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    code = forms.ChoiceField(
        label="Which reason?", widget=forms.RadioSelect, error_messages={"required": "Select the reason"}
    )
    comment = forms.CharField(label="What came of it?", max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    reason = forms.CharField(label="Why?", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    NEEDS = {"worker": ("accept", "reassign"), "sessions": ("plan",), "because": ("amend",), "comment": ("report",)}

    def __init__(self, *args: Any, event: str, referral: Referral, **options: Any) -> None:
        super().__init__(*args, **options)
        self.referral, self.event = referral, event
        move = next(m for m in state_table("referral").moves if m.event == event)
        for name, events in self.NEEDS.items():
            if event not in events:
                del self.fields[name]
        self.fields["code"].choices = list(move.codes.items())
        if not move.codes:
            del self.fields["code"]
        if not move.reason:
            del self.fields["reason"]
        if "worker" in self.fields:
            own = User.objects.filter(
                role=Role.PROVIDER, is_active=True, team__organisation=referral.service.provider_id
            )
            self.fields["worker"].queryset = own.order_by("name")
        if event == "report":
            self.ask_outcomes()

    def ask_outcomes(self) -> None:
        """One question for each outcome that was asked for."""
        answers = [("achieved", "Achieved"), ("partly", "Partly"), ("not", "Not")]
        for n, outcome in enumerate(self.referral.outcomes):
            self.fields[f"outcome_{n}"] = forms.ChoiceField(
                label=capital(plain(outcome)),
                choices=answers,
                widget=forms.RadioSelect,
                error_messages={"required": f"Answer: {plain(outcome)}"},
            )

    def clean(self) -> dict[str, Any]:
        """The answers by outcome."""
        values = super().clean()
        values["answers"] = {one: values.get(f"outcome_{n}") for n, one in enumerate(self.referral.outcomes)}
        return values


class SessionForm(LogForm):
    """A session that was held."""


class EvidenceForm(PlainForm):
    """Something that was seen to be so."""

    code = forms.ChoiceField(label="What was seen?", error_messages={"required": "Select what was seen"})
    on = DayField(label="On which day was it so?", past=True, error_messages={"required": "Enter the day"})
    goal = forms.ModelChoiceField(None, label="Which goal does it fulfil?", required=False, empty_label="No goal")

    def __init__(self, *args: Any, person: Person, **options: Any) -> None:
        super().__init__(*args, **options)
        known = {outcome for referral in person.referrals.all() for outcome in referral.outcomes}
        self.fields["code"].choices = [(one, capital(plain(one))) for one in sorted(known)]
        self.fields["goal"].queryset = person.goals.exclude(state="deleted")
        self.fields["goal"].label_from_instance = lambda goal: f"I will {goal.own_words}"


class VerifyForm(PlainForm):
    """How it is known."""

    how = forms.ChoiceField(
        label="How do you know?",
        choices=[choice for choice in Evidence.How.choices if choice[0] != Evidence.How.SELF],
        widget=forms.RadioSelect,
        error_messages={"required": "Select how you know"},
    )
