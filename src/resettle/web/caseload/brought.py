"""Files that coordinators and administrators have sent: one to confirm, and one with a row to mend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resettle.area.importing.mapping import Mapping
from resettle.reference.identifiers import invented
from resettle.web.access.models import Role, User
from resettle.web.importing import work
from resettle.web.importing.models import Import
from resettle.web.people.models import Person

if TYPE_CHECKING:
    from resettle.web.caseload.fill import Office

HEAD = "number,name,birth_date,sex,kind,worker"


def brought(office: Office) -> None:
    """The files of everybody who may bring files in. Nobody new comes in with them."""
    like = Person.objects.order_by("name").first()
    if like is None:
        return
    for n, user in enumerate([*office.staff[Role.COORDINATOR], *office.staff[Role.ADMINISTRATOR]]):
        worker = next(one for one in office.staff[Role.PRACTITIONER] if one.team_id == user.team_id)
        rows = [
            f"{invented('crn', 900 + n)},Nadia Newcomer,1991-02-03,F,custody,{worker.email}",
            f",{like.name},{like.birth_date},M,custody,{worker.email}",
            f",Terry Typo,1991-02-30,M,community,{worker.email}",
        ]
        sent(user, "people", "from-prison.csv", "\n".join([HEAD, *rows]))
        done = sent(user, "people", "last-month.csv", f"{HEAD}\n,Terry Typo,30/02/1991,M,community,\n")
        work.confirm(done)


def sent(user: User, kind: str, name: str, text: str) -> Import:
    """A file as it stands once its columns are matched."""
    made = work.send(kind, name, text.encode(), user)
    work.show(made, Mapping())
    return made
