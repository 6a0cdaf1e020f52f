"""Forms that a person fills in. Words are short, and say what to do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from resettle.web.budgets.forms import AskForm
from resettle.web.look.forms import DayField, PlainForm

EASY = {"000000", "111111", "123456", "654321", "121212", "112233", "222222", "333333", "444444", "555555", "666666"}


class CardForm(PlainForm):
    """The card and the date of birth."""

    number = forms.CharField(
        label=_("Your card number"),
        max_length=20,
        help_text=_("It is on your card."),
        error_messages={"required": _("Type your card number")},
    )
    born = DayField(label=_("Your date of birth"), error_messages={"required": _("Type your date of birth")})


class SecretForm(PlainForm):
    """The secret number, or the first code: one box for both, so that the page tells nothing of the card."""

    secret = forms.CharField(
        label=_("Your secret number"),
        max_length=20,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("The first time, type the code on your paper."),
        error_messages={"required": _("Type your secret number, or the code on your paper")},
    )


def six_numbers(label: str, help_text: str = "") -> forms.CharField:
    """A box for a secret number."""
    box = forms.PasswordInput(attrs={"autocomplete": "off"})
    return forms.CharField(
        label=label,
        max_length=6,
        widget=box,
        help_text=help_text,
        error_messages={"required": _("Type six numbers"), "max_length": _("Type six numbers")},
    )


class NewPinForm(PlainForm):
    """A new secret number, typed twice."""

    pin = six_numbers(_("Pick a secret number"), _("Six numbers that only you know. Not your birthday."))
    again = six_numbers(_("Type it again"))

    def __init__(self, *args: Any, born: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.born = born

    def clean(self) -> dict[str, Any]:
        """Six digits, not easy to guess, the same twice."""
        values = super().clean()
        one = values.get("pin", "")
        birthday = {self.born.strftime(form) for form in ("%d%m%y", "%y%m%d", "%m%d%y")}
        if one and not (one.isascii() and one.isdigit() and len(one) == 6):
            self.add_error("pin", _("Type six numbers"))
        elif one in EASY | birthday or (one and len(set(one)) < 3):
            self.add_error("pin", _("That one is easy to guess. Pick another"))
        elif one and one != values.get("again"):
            self.add_error("again", _("The two are not the same"))
        return values


class MyAnswerForm(PlainForm):
    """What the person says to their plan."""

    answer = forms.ChoiceField(
        label=_("What do you say to this plan?"),
        choices=[("agree", _("Yes, this is my plan")), ("disagree", _("No, I want to change it"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Pick yes or no")},
    )
    reason = forms.CharField(
        label=_("What do you want to change?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only if you said no."),
    )


class MyAskForm(AskForm):
    """What the person asks money for, in the words of their own page."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, label in {
            "what": _("What do you want to buy?"),
            "payee": _("Which shop or place do you pay?"),
            "goal": _("Which of your goals does it help with?"),
        }.items():
            self.fields[name].label = label
