"""Moving a thing of a person's casework from one state to another, as the state tables of `resettle.goodlives` allow."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction

from resettle.goodlives.states import NEW, Actor, Context, Kind, Refused, may, moves_from
from resettle.web.access.models import User
from resettle.web.people.models import Happened


def actor(user: User | None) -> Actor:
    """Whoever acts, as the rules name them; no user is the person themselves."""
    return Actor(role="person") if user is None else Actor(role=user.role, id=str(user.pk))


@transaction.atomic
def begin(kind: Kind, event: str, thing: models.Model, user: User | None, facts: frozenset[str]) -> Refused | None:
    """Keep a new thing in its first state, or say why it may not begin. `thing` is not saved yet, and has a `person`."""
    answer = may(kind, NEW, event, actor(user), Context(holds=facts))
    if isinstance(answer, Refused):
        return answer
    thing.state = answer.to  # type: ignore[attr-defined]
    thing.save()
    keep(kind, thing, event, NEW, answer.to, user, "", "")
    return None


@transaction.atomic
def move(
    kind: Kind, event: str, thing: Any, user: User | None, facts: frozenset[str], reason: str = "", code: str = ""
) -> Refused | None:
    """Make a move and keep that it was made; or say why it may not be, and change nothing.

    The row is locked first, so that of two who act at once the second sees what the first did.
    """
    state = type(thing).objects.select_for_update().values_list("state", flat=True).get(pk=thing.pk)
    answer = may(kind, state, event, actor(user), Context(reason=reason, code=code or None, holds=facts))
    if isinstance(answer, Refused):
        return answer
    thing.state = answer.to
    thing.save()
    keep(kind, thing, event, state, answer.to, user, reason, code)
    return None


@transaction.atomic
def begin_by_system(kind: Kind, event: str, thing: Any, facts: frozenset[str]) -> Refused | None:
    """Keep a new thing that the system makes by a rule."""
    answer = may(kind, NEW, event, Actor(role="system"), Context(holds=facts))
    if isinstance(answer, Refused):
        return answer
    thing.state = answer.to
    thing.save()
    keep(kind, thing, event, NEW, answer.to, None, "", "", "system")
    return None


@transaction.atomic
def move_by_system(kind: Kind, event: str, thing: Any, facts: frozenset[str]) -> Refused | None:
    """A move that follows from another by itself; where its conditions do not hold, nothing changes."""
    state = type(thing).objects.select_for_update().values_list("state", flat=True).get(pk=thing.pk)
    answer = may(kind, state, event, Actor(role="system"), Context(holds=facts))
    if isinstance(answer, Refused):
        return answer
    thing.state = answer.to
    thing.save()
    keep(kind, thing, event, state, answer.to, None, "", "", "system")
    return None


def keep(
    kind: Kind,
    thing: Any,
    event: str,
    from_state: str,
    to_state: str,
    user: User | None,
    reason: str,
    code: str,
    role: str = "",
) -> None:
    """Add a line to what happened. `role` is named where nobody who signs in acted, and not the person either."""
    Happened.objects.create(
        person=getattr(thing, "person", None),
        kind=kind,
        thing=thing.pk,
        event=event,
        from_state=from_state,
        to_state=to_state,
        by=user,
        role=role or actor(user).role,
        reason=reason,
        code=code,
    )


def offered(kind: Kind, thing: Any, user: User | None, facts: frozenset[str]) -> list[str]:
    """The moves that this user could make now, reasons and codes apart."""
    found = moves_from(kind, thing.state, actor(user), Context(holds=facts))
    return [one.event for one in found if one.ok or one.broken in ("reason", "code")]
