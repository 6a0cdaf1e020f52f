"""Forms of questionnaires, of how far goals came, and of dated facts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from resettle.goodlives.attainment import LEVELS
from resettle.goodlives.circumstances import CODES as BY_DOMAIN
from resettle.goodlives.instruments import Instrument, Item
from resettle.web.look.forms import DayField, PlainForm
from resettle.web.look.jinja import translated
from resettle.web.measures.models import CODES, DOMAINS, Fact, Given, Scaling
from resettle.web.measures.work import outcomes_open
from resettle.web.people.models import Person
from resettle.web.services.models import Evidence

SMALL = {"classes": "govuk-radios--small govuk-radios--inline"}
REACHED = ("active", "achieved", "set_aside")


def choices_of(item: Item) -> list[tuple[int, str]]:
    """The answers of an item, the lowest and the highest with their words."""
    words = {item.low: translated(item.low_means), item.high: translated(item.high_means)}
    return [(n, f"{n} {words.get(n, '')}".strip()) for n in range(item.low, item.high + 1)]


class MyAnswersForm(PlainForm):
    """The questions of a questionnaire. One may be left out; not all of them."""

    def __init__(self, *args: Any, asked: Instrument, **options: Any) -> None:
        super().__init__(*args, **options)
        self.asked = asked
        for n, item in enumerate(asked.items.values()):
            self.fields[f"item_{n}"] = forms.TypedChoiceField(
                label=translated(item.text),
                choices=choices_of(item),
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect(attrs=SMALL),
                error_messages={"invalid_choice": _("Pick one of the answers")},
            )

    def clean(self) -> dict[str, Any]:
        """At least one answer."""
        values = super().clean()
        if not self.errors and all(answer is None for answer in self.answers().values()):
            self.add_error("item_0", _("Answer at least one question"))
        return values

    def answers(self) -> dict[str, int | None]:
        """The answers by item."""
        return {item: self.cleaned_data.get(f"item_{n}") for n, item in enumerate(self.asked.items)}

    def about(self) -> dict[str, Any]:
        """How it was given: by the person, today."""
        texts = [item.text for item in self.asked.items.values()]
        here = get_language() if all(translated(text) != text for text in texts) else None
        return {"on": timezone.localdate(), "mode": Given.Mode.SELF, "language": here or "en"}


class AnswersForm(MyAnswersForm):
    """The questions, with the day and how they were asked."""

    on = DayField(label="When were they asked?", past=True, error_messages={"required": "Enter when they were asked"})
    mode = forms.ChoiceField(
        label="How?", choices=Given.Mode.choices, widget=forms.RadioSelect, initial=Given.Mode.READ_ALOUD
    )
    language = forms.CharField(label="In which language?", max_length=60)
    help_given = forms.CharField(
        label="What help was given?", max_length=500, required=False, help_text="Leave empty if there was none."
    )

    def about(self) -> dict[str, Any]:
        """How it was given."""
        return {name: self.cleaned_data[name] for name in ("on", "mode", "language", "help_given")}


class MyLevelsForm(PlainForm):
    """How far each goal came. The words of the levels are the goal's own, where it has some."""

    def __init__(self, *args: Any, person: Person, **options: Any) -> None:
        super().__init__(*args, **options)
        self.goals = list(person.goals.filter(state__in=REACHED).select_related("ladder"))
        for n, goal in enumerate(self.goals):
            own = goal.ladder.words if hasattr(goal, "ladder") else []
            words = own or [said.capitalize() for said in LEVELS.values()]
            self.fields[f"goal_{n}"] = forms.TypedChoiceField(
                label=str(_("I will %(own_words)s")) % {"own_words": goal.own_words},
                choices=list(zip(LEVELS, words, strict=True)),
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
                error_messages={"invalid_choice": _("Pick one of the answers")},
            )

    def clean(self) -> dict[str, Any]:
        """At least one goal."""
        values = super().clean()
        if not self.errors and not self.levels():
            self.add_error("goal_0" if self.goals else None, _("Answer for at least one goal"))
        return values

    def levels(self) -> dict[Any, int]:
        """The levels by goal."""
        given = {goal: self.cleaned_data.get(f"goal_{n}") for n, goal in enumerate(self.goals)}
        return {goal: level for goal, level in given.items() if level is not None}


class LevelsForm(MyLevelsForm):
    """How far each goal came, with whose view it is and the day."""

    rater = forms.ChoiceField(
        label="Whose view is it?",
        choices=Scaling.Rater.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select whose view it is"},
    )
    on = DayField(label="On which day?", past=True, error_messages={"required": "Enter the day"})


class LadderForm(PlainForm):
    """What each of the five levels of a goal looks like, and how much the goal weighs."""

    weight = forms.TypedChoiceField(
        label="How much does this goal matter beside the others?",
        choices=[(1, "As much as others"), (2, "Twice as much"), (3, "Three times as much")],
        coerce=int,
        initial=1,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for level, words in LEVELS.items():
            self.fields[f"level_{level + 2}"] = forms.CharField(
                label=words.capitalize(),
                max_length=300,
                error_messages={"required": f"Write what “{words}” looks like"},
            )

    def words(self) -> list[str]:
        """The five levels, lowest first."""
        return [self.cleaned_data[f"level_{n}"] for n in range(len(LEVELS))]


class FactForm(PlainForm):
    """A dated fact: asked once, and used wherever it counts."""

    what = forms.ChoiceField(
        label="What was so?",
        choices=[("", "Choose one")]
        + [
            (f"{domain}:{code}", f"{label}: {CODES[code].lower()}")
            for domain, label in DOMAINS
            for code in BY_DOMAIN[domain]
        ],
        error_messages={"required": "Choose what was so"},
    )
    detail = forms.CharField(label="Which home, work, course or benefit?", max_length=200, required=False)
    begins = DayField(label="From which day?", past=True, error_messages={"required": "Enter the first day"})
    ends = DayField(label="To which day?", past=True, required=False, help_text="Leave empty if it is so still.")
    how = forms.ChoiceField(
        label="How do you know?",
        choices=Evidence.How.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select how you know"},
    )

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        values = super().clean()
        if values.get("begins") and values.get("ends") and values["ends"] < values["begins"]:
            self.add_error("ends", "The last day must be on or after the first")
        return values

    def values(self) -> dict[str, Any]:
        """The fact as it is kept."""
        domain, code = self.cleaned_data["what"].split(":")
        rest = {name: self.cleaned_data[name] for name in ("detail", "begins", "ends", "how")}
        return {"domain": domain, "code": code, **rest}


class AskSaidForm(PlainForm):
    """What a worker asks about something that the person said."""

    words = forms.CharField(
        label="What do you ask?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="They read it on their own page. Short words, please.",
        error_messages={"required": "Write what you ask"},
    )


class LeaveSaidForm(PlainForm):
    """Why something that the person said stays as they said it, and becomes no fact."""

    words = forms.CharField(
        label="Why does it stay as they said it?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="They read it on their own page. Short words, please.",
        error_messages={"required": "Write why it stays as they said it"},
    )


class SayForm(PlainForm):
    """What the person says of their own home and work."""

    what = forms.ChoiceField(
        label=_("What is new?"), widget=forms.RadioSelect, error_messages={"required": _("Pick what is new")}
    )
    begins = DayField(label=_("From which day?"), past=True, error_messages={"required": _("Type the day")})
    detail = forms.CharField(
        label=_("Which place, job or course?"),
        max_length=200,
        required=False,
        help_text=_("You can leave this out."),
    )

    def __init__(self, *args: Any, choices: list[tuple[str, Any]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["what"].choices = choices

    def values(self) -> dict[str, Any]:
        """What is kept."""
        domain, code = self.cleaned_data["what"].split(":")
        return {"domain": domain, "code": code, **{name: self.cleaned_data[name] for name in ("begins", "detail")}}


class EndForm(PlainForm):
    """The last day of a fact."""

    on = DayField(label="When was it so for the last time?", past=True, error_messages={"required": "Enter the day"})

    def __init__(self, *args: Any, fact: Fact, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fact = fact

    def clean(self) -> dict[str, Any]:
        """Not before it began."""
        values = super().clean()
        if values.get("on") and values["on"] < self.fact.begins:
            self.add_error("on", "The last day must be on or after the first")
        return values


class UseForm(PlainForm):
    """For which outcome of a service a fact stands."""

    outcome = forms.ChoiceField(
        label="For which outcome does it stand?",
        widget=forms.RadioSelect,
        error_messages={"required": "Select the outcome"},
    )

    def __init__(self, *args: Any, fact: Fact, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["outcome"].choices = outcomes_open(fact.person)


class TakeBackForm(PlainForm):
    """Why something that was written down does not stand."""

    why = forms.CharField(
        label="Why is it taken back?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It stays on record, and counts no longer.",
        error_messages={"required": "Say why, in a few words"},
    )
