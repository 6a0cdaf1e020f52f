"""What a person says of their own home and work, kept beside what workers wrote, and what a worker does with it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from resettle.goodlives import sayings
from resettle.goodlives.circumstances import in_force
from resettle.goodlives.states import Refused
from resettle.web.access.models import User
from resettle.web.measures import work
from resettle.web.measures.models import Fact, Said
from resettle.web.people.models import Person

# What a person picks from, in their words.
I_SAY = {
    "settled": _("I moved to a home where I can stay"),
    "supported": _("I moved to a home with staff who help"),
    "transient": _("I stay at a place for a short time"),
    "shelter": _("I stay in a hostel or a night shelter"),
    "rough_sleeping": _("I have nowhere to sleep"),
    "employed": _("I started a job"),
    "self_employed": _("I work for myself"),
    "unemployed": _("I am out of work"),
    "learning": _("I started a course"),
    "not_learning": _("I left my course"),
    "claiming": _("I get benefits"),
    "not_claiming": _("My benefits stopped"),
}
# What workers wrote, as the person reads it.
YOU_READ = {
    "settled": _("A home where you can stay"),
    "supported": _("A home with staff who help"),
    "approved_premises": _("A hostel that probation runs"),
    "transient": _("A place for a short time"),
    "shelter": _("A hostel or a night shelter"),
    "squatting": _("An empty house"),
    "rough_sleeping": _("Nowhere to sleep"),
    "employed": _("A job"),
    "self_employed": _("You work for yourself"),
    "unemployed": _("Out of work"),
    "not_available": _("Not able to work now"),
    "learning": _("On a course"),
    "not_learning": _("Not on a course"),
    "claiming": _("You get benefits"),
    "not_claiming": _("You get no benefits"),
    "unknown": _("We do not know"),
}
SAID_SO_FAR = {
    "waits": _("Nobody has looked yet"),
    "asked": _("Your worker asks you"),
    "verified": _("Your worker made sure. It is in your record"),
    "set_aside": _("Your worker left it as you said it"),
    "taken_back": _("You took it back"),
}


def choices() -> list[tuple[str, Any]]:
    """What can be said, as a form asks it."""
    return [(f"{domain}:{code}", I_SAY[code]) for domain, codes in sayings.SAYABLE.items() for code in codes]


def say(person: Person, values: dict[str, Any]) -> Said:
    """Keep what the person said; nothing that a worker wrote changes."""
    sayings.require_sayable(values["domain"], values["code"], values["begins"], timezone.localdate())
    return Said.objects.create(person=person, **values)


def written_now(person: Person) -> list[Fact]:
    """What workers wrote that is so today, of each domain."""
    kept = {str(one.pk): one for one in person.facts.filter(taken_back_on=None)}
    records, today = [one.record() for one in kept.values()], timezone.localdate()
    found = [in_force(records, domain, today) for domain in sayings.SAYABLE]
    return [kept[one.id] for one in found if one is not None]


@transaction.atomic
def act(said: Said, event: Any, user: User | None, words: str = "", how: str = "") -> Refused | None:
    """Verify it, so that it becomes a fact; ask about it; leave it as said; or, by nobody on the staff, take it back."""
    said = Said.objects.select_for_update().get(pk=said.pk)
    refused = sayings.may(said.state, event, words)
    if refused:
        return refused
    if event == "verify" and user is not None:
        values = {name: getattr(said, name) for name in ("domain", "code", "detail", "begins")}
        said.fact = work.keep_fact(said.person, None, {**values, "how": "self"})
        work.verify(said.fact, user, how)
    said.state, said.words = sayings.TO[event], words
    said.answered_by, said.answered_at = user, timezone.now()
    said.save()
    return None
