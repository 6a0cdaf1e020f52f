"""An address for every page of the workspace, for every role that may open it, about whoever in the caseload has most to show.

Made from the routes and the rules: a new page is here as soon as it has a route, or a test says what it lacks. As a program it
makes a workspace in a folder, full or as it is on the first day, and prints its addresses with a session of each role:
`python tests/workspace_routes.py FOLDER full`.
"""

from __future__ import annotations

import json
import sys
from itertools import islice, product
from pathlib import Path

ME = "person"
# What stands in an address and is not the number of a thing that has a model of that name.
MODELS = {
    "tie": "Relationship",
    "flag": "SafetyFlag",
    "for": "Person",
    "other": "Person",
    "note": "Note",
    "account": "User",
    "asked": "ErasureRequest",
}
WORDS = {
    "rater": ["person", "worker"],
    "way": ["large", "easy"],
    "good": ["relatedness", "life"],
    "number": range(1, 4),
    "kind": ["contact", "plan", "review", "referral"],
    "code": ["sleep"],
    "event": ["verify", "take_back", "set_aside"],
}
KINDS = {"tie": "relationship"}
TO_PERSON = ("person", "budget__person", "goal__person", "thread__person", "episode__person", "referral__person")
MOST = 60


def routes():
    """Every page of its own, by name."""
    from django.urls import get_resolver

    return {p.name: p for p in get_resolver().url_patterns if getattr(p, "name", None)}


def model_of(key):
    """The model of a thing that an address names."""
    from django.apps import apps

    word = key.removesuffix("_id")
    name = MODELS.get(word, "".join(part.title() for part in word.split("_")))
    found = [one for one in apps.get_models() if one.__name__ == name and one.__module__.startswith("resettle.")]
    return found[0] if found else None


def things(key, person):
    """Which things an address can name: those of the person where it is about one, the latest first."""
    model = model_of(key)
    if model is None and key != "thing_id":
        raise LookupError(f"{key}: say in tests/workspace_routes.py what this part of an address can be")
    if key == "thing_id":
        return [thing for kind in WORDS["kind"] for thing in things(f"{kind}_id", person)]
    for path in TO_PERSON if person else ():
        try:
            return model.objects.filter(**{path: person}).values_list("pk", flat=True)[:MOST]
        except Exception as error:
            if type(error).__name__ != "FieldError":
                raise
    return model.objects.values_list("pk", flat=True)[:MOST]


def choices(name, key, person):
    """What may stand for one part of an address."""
    if key == "event":
        from resettle.goodlives.states.tables import KINDS as kinds
        from resettle.goodlives.states.tables import state_table

        word = name.removesuffix("_move")
        kind = KINDS.get(word, word)
        moves = [move.event for move in state_table(kind).moves] if kind in kinds else []
        return [*dict.fromkeys(moves), *WORDS["event"]]
    if key == "instrument":
        from resettle.goodlives.instruments import instrument_names

        return list(instrument_names())
    if key == "contact_id" and name == "concern_seen":
        return list(model_of(key).objects.exclude(concern="").values_list("pk", flat=True)[:MOST])
    return list(WORDS[key]) if key in WORDS else list(things(key, person))


def tried(name, pattern, people):
    """Addresses that a page may have, the most promising first."""
    from django.urls import reverse

    keys = list(pattern.pattern.converters)
    for person in people if "person_id" in keys or name.startswith("me_") else [None]:
        listed = [[person.pk] if key == "person_id" else choices(name, key, person) for key in keys]
        for values in islice(product(*listed), MOST):
            yield reverse(name, kwargs=dict(zip(keys, values, strict=True)))


def address(client, name, pattern, people):
    """The first address at which a page opens; None where there is none in this caseload."""
    for path in tried(name, pattern, people):
        if client.get(path).status_code == 200:
            return path
    return None


def richest():
    """People by how much is kept about them, most first."""
    from resettle.web.people.models import Person

    about = ("contacts", "goals", "referrals", "relationships", "matches", "budgets")
    people = Person.objects.filter(merged_into=None).prefetch_related(*about)
    return sorted(people, key=lambda one: (-sum(len(getattr(one, kept).all()) for kept in about), one.name))


def sign_in(role, people):
    """A client who is signed in as the first of a role, and the people about whom they may open something."""
    from django.test import Client

    from resettle.web.access.models import User

    client, user = Client(HTTP_HOST="localhost"), User.objects.get(email=f"{role}@example.org")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client, user, people


def at_their_door(person):
    """A client who is signed in as the person themselves."""
    from django.test import Client
    from django.utils import timezone

    from resettle.web.portal.door import PERSON, SEEN

    client = Client(HTTP_HOST="localhost")
    session = client.session
    session[PERSON], session[SEEN] = str(person.pk), timezone.now().isoformat()
    session.save()
    client.cookies["sessionid"] = session.session_key
    return client


def standing(user, people, need):
    """Those of the people to whom a user stands as a rule needs it."""
    from resettle.web.access.standing import stands

    return [one for one in people if need is None or stands(user, one, need)][:8]


def addresses():
    """By role: the client, and the address of each page that it opens (None: nothing in the caseload has that page)."""
    from resettle.web.access.models import Role
    from resettle.web.access.rules import RULES

    people, made = richest(), {}
    for role in Role.values:
        client, user, _ = sign_in(role, people)
        may = {name: rule.needs[role] for name, rule in RULES.items() if role in rule.needs}
        near = {need: standing(user, people, need) for need in set(may.values())}
        every = routes()
        made[role] = (client, {name: address(client, name, every[name], near[need]) for name, need in may.items()})
    mine = next((one for one in people if one.budgets.all() and one.sayings.exists()), people[0])
    client = at_their_door(mine)
    own = {name: address(client, name, routes()[name], [mine]) for name, rule in RULES.items() if rule.own}
    made[ME] = (client, own)
    return made


def first_day():
    """An office in which everybody has just begun: one account of each role, and one person about whom nothing is known."""
    from datetime import date

    from django.utils import timezone

    from resettle.web.access.models import Organisation, Role, Team, User
    from resettle.web.people.models import Person, Relationship

    team = Team.objects.create(organisation=Organisation.objects.create(name="The charity"), name="North")
    staff = {r: User.objects.create_user(f"{r}@example.org", f"A {r}", r, team=team) for r in Role.values}
    born = {"birth_date": date(1990, 5, 17), "added_by": staff["practitioner"]}
    ada = Person.objects.create(name="Ada Example", **born)
    for role in ("practitioner", "mentor"):
        Relationship.objects.create(person=ada, worker=staff[role], role=role, begin=timezone.localdate())


def main(home, kind):
    """Make a workspace, and print the sessions and the addresses."""
    import logging

    from resettle.web import serve

    serve.ready(Path(home), True)
    (Path(home) / "demo").touch()
    logging.disable(logging.CRITICAL)
    if kind == "full":
        from resettle.web.caseload import fill

        fill({})
    else:
        first_day()
    said = {
        role: {"session": client.cookies["sessionid"].value, "pages": pages}
        for role, (client, pages) in addresses().items()
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main(*sys.argv[1:])
