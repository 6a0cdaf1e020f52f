"""Pages of restricted topics."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from resettle.web.look.forms import PlainForm, sent
from resettle.web.people.models import Person
from resettle.web.plans.views import page, signed_in
from resettle.web.topics import work


class NoteForm(PlainForm):
    """A note on a restricted topic."""

    topic = forms.ChoiceField(
        label="What is it about?", widget=forms.RadioSelect, error_messages={"required": "Select what it is about"}
    )
    words = forms.CharField(
        label="What must be known?",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Write what must be known"},
    )
    readers = forms.ModelMultipleChoiceField(
        None,
        label="Who else may read it?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Others see only that there is a note.",
    )

    def __init__(self, *args: Any, readers: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["topic"].choices = [(code, words.capitalize()) for code, words in work.topics().items()]
        self.fields["readers"].queryset = readers
        self.fields["readers"].label_from_instance = lambda user: f"{user.name}, {user.get_role_display().lower()}"


def topics(request: HttpRequest, person: Person) -> HttpResponse:
    """What the reader may read, and how many notes there are that they may not."""
    return render(request, "topics/topics.html", {"person": person, **work.seen(person, signed_in(request))})


def topic_add(request: HttpRequest, person: Person) -> HttpResponse:
    """Write a note, and name its readers."""
    user = signed_in(request)
    form = NoteForm(sent(request), readers=work.could_read(person, user))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        work.write(person, user, values["topic"], values["words"], values["readers"])
        return redirect("topics", person_id=person.pk)
    return page(request, "people/form.html", {"form": form, "person": person, "heading": "A restricted note"})
