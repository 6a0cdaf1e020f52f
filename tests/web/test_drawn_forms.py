"""What a browser sends back from a form is what the form reads."""

import re

import pytest
from django import forms

from resettle.web.look.forms import DayField


class Whole(forms.Form):
    on = DayField(label="day")
    words = forms.CharField()
    much = forms.CharField(widget=forms.Textarea)
    pick = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    several = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple)
    yes = forms.BooleanField()
    one = forms.ChoiceField(choices=[("a", "A")])


def drawn(form):
    return "".join(field.as_field_group() for field in form)


def test_each_box_has_the_name_under_which_it_is_read():
    names = re.findall(r'<(?:input|textarea|select)[^>]*\bname="([^"]+)"', drawn(Whole()))
    wanted = ["on_day", "on_month", "on_year", "words", "much", "pick", "several", "yes", "one"]
    assert list(dict.fromkeys(names)) == wanted


def test_a_day_that_was_drawn_is_the_day_that_is_read():
    sent = dict(
        re.findall(
            r'name="(on_\w+)"[^>]*value="(\d+)"', drawn(Whole({"on_day": "31", "on_month": "12", "on_year": "2025"}))
        )
    )
    form = Whole({**sent, "words": "x", "much": "x", "pick": "a", "several": ["a"], "yes": "on", "one": "a"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["on"].isoformat() == "2025-12-31"


def test_hidden_characters_are_refused_in_a_list_of_words_too():
    from resettle.web.mentors.forms import WishForm

    assert "hidden characters" in str(WishForm({"interests": "music, \u202efootball"}).errors)


@pytest.mark.django_db
def test_a_long_form_stands_under_headings_and_shows_every_field_once(office):
    from resettle.web.contacts.forms import LogForm, PlanForm
    from resettle.web.people.forms import NewPersonForm

    for form, headed in ((LogForm(person=office.ada), 3), (NewPersonForm(), 3), (PlanForm(person=office.ada), 0)):
        groups = form.grouped()
        assert sorted(field.name for _, fields in groups for field in fields) == sorted(form.fields)
        assert sum(bool(heading) for heading, _ in groups) == headed


def test_a_page_of_the_record_of_looks_is_named_in_words():
    from resettle.web.access.page_words import page_words

    named = [page_words(page) for page in ("map", "goal_add", "me_plan", "reviews")]
    assert named == ["Good life map", "Goal: new", "Their own page: plan", "Reviews"]


def test_rows_of_every_table_are_counted_under_words():
    """The framework makes a plural by adding a letter; where that is no English, the words are written."""
    from django.apps import apps

    from resettle.web.access.page_words import row_words

    models = [one for one in apps.get_models() if one.__module__.startswith("resettle.")]
    names = [row_words(str(one._meta.verbose_name_plural)) for one in models]
    assert [name for name in names if re.search(r"(ch|sh|ss|ed|me|people|of a \w+|own|erase)s$|evidences", name)] == []
