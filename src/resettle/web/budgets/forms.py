"""Forms of budgets and requests."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from resettle.errors import BadInput
from resettle.goodlives.spending import amount_of
from resettle.goodlives.states import state_table
from resettle.reference.goods import goods
from resettle.web.budgets.models import Budget, Fund
from resettle.web.look.forms import DayField, PlainForm


class MoneyField(forms.CharField):
    """Pounds and pence, above nothing."""

    def __init__(self, **options: Any) -> None:
        box = forms.TextInput(attrs={"prefix": "£", "classes": "govuk-input--width-5", "inputmode": "decimal"})
        super().__init__(max_length=20, widget=box, **options)

    def clean(self, value: Any) -> Decimal:
        """The amount; an error that says how to write one."""
        typed = super().clean(value)
        try:
            return amount_of(typed)
        except BadInput as error:
            problem = error.problems[0]
            raise forms.ValidationError(f"{problem.rule.capitalize()}. {problem.do}") from None


class FundForm(PlainForm):
    """A fund and its rules."""

    name = forms.CharField(
        label="Name of the fund", max_length=200, error_messages={"required": "Enter the name of the fund"}
    )
    document = forms.CharField(
        label="Rules of the fund",
        widget=forms.Textarea(attrs={"rows": 20}),
        help_text="A document in TOML: limits, categories, and the licence conditions that rule them out.",
        error_messages={"required": "Enter the rules of the fund"},
    )

    def clean(self) -> dict[str, Any]:
        """The rules must read."""
        values = super().clean()
        if values.get("document") and values.get("name"):
            try:
                Fund(name=values["name"], document=values["document"]).rules()
            except BadInput as error:
                for problem in error.problems[:5]:
                    self.add_error("document", str(problem))
        return values


class BudgetForm(PlainForm):
    """A personal budget for somebody."""

    fund = forms.ModelChoiceField(Fund.objects.order_by("name"), label="Which fund is it from?", empty_label=None)
    indicative = MoneyField(
        label="How much was the person told they could have?",
        error_messages={"required": "Enter how much they were told"},
    )
    agreed = MoneyField(label="How much is agreed?", error_messages={"required": "Enter how much is agreed"})
    begins = DayField(label="From when?", error_messages={"required": "Enter from when"})


class AskForm(PlainForm):
    """What money is asked for."""

    what = forms.CharField(
        label=_("What is it for?"), max_length=300, error_messages={"required": _("Write what it is for")}
    )
    amount = MoneyField(label=_("How much?"), error_messages={"required": _("Enter how much it costs")})
    payee = forms.CharField(
        label=_("Who is paid?"), max_length=200, error_messages={"required": _("Enter who is paid")}
    )
    goal = forms.ModelChoiceField(
        None,
        label=_("Which goal does it help with?"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Select the goal it helps with")},
    )
    good = forms.ChoiceField(
        label=_("What in life is it for?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Select what in life it is for")},
    )
    category = forms.ChoiceField(
        label=_("What kind of thing is it?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Select what kind of thing it is")},
    )

    def __init__(self, *args: Any, budget: Budget, **options: Any) -> None:
        super().__init__(*args, **options)
        active = budget.person.goals.filter(state__in=("active", "future"))
        self.fields["goal"].queryset = active
        self.fields["goal"].label_from_instance = lambda goal: (
            str(_("I will %(own_words)s")) % {"own_words": goal.own_words}
        )
        wanted = {code for goal in active for code in goal.goods}
        self.fields["good"].choices = [(good.code, good.name.capitalize()) for good in goods() if good.code in wanted]
        categories = budget.fund.rules().categories
        self.fields["category"].choices = [(code, one.label) for code, one in categories.items() if one.allowed]


class SpendMoveForm(PlainForm):
    """Why a request is moved, with a coded reason or a proof where the move needs one."""

    code = forms.ChoiceField(label="Which reason?", widget=forms.RadioSelect, required=False)
    proof = forms.CharField(
        label="What shows that it was bought?",
        max_length=300,
        required=False,
        help_text="For example: receipt 4411, seen.",
    )
    reason = forms.CharField(label="Why?", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, event: str, **options: Any) -> None:
        super().__init__(*args, **options)
        move = next(m for m in state_table("spend").moves if m.event == event)
        self.fields["code"].choices = list(move.codes.items())
        if not move.codes:
            del self.fields["code"]
        if event != "show":
            del self.fields["proof"]
        if not move.reason:
            del self.fields["reason"]
