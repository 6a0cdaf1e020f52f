"""Who may read what: by role, by whether they work with the person, and for restricted topics by name."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from resettle.errors import bad, did_you_mean
from resettle.goodlives.states import Actor
from resettle.result import Record


class Look(Record):
    """Somebody about to read something: what it is, whether they work with the person (or are them), and who wrote it.

    `named` are the readers of a restricted topic.
    """

    content: str
    actor: Actor
    works_with: bool = False
    written_by: str = ""
    named: frozenset[str] = frozenset()


class Sight(Record):
    """What they see: the `text`, only the `count`, or `nothing`, and why."""

    answer: Literal["text", "count", "nothing"]
    reason: str = ""


@cache
def readers() -> dict[str, Any]:
    """The file of readers as written."""
    return tomllib.loads(files("resettle.goodlives").joinpath("readers.toml").read_text("utf-8"))


def may_read(look: Look) -> Sight:
    """What somebody sees of one piece of a record. Unknown content is a `BadInput`.

    Text of a restricted topic is for its named readers and the person; others who work with the person see that there is some.
    """
    content = readers()["content"]
    if look.content not in content:
        raise bad("no such content", value=look.content, do=did_you_mean(look.content, content))
    rule = content[look.content]["readers"].get(look.actor.role)
    if rule is None:
        return Sight(answer="nothing", reason=f"{content[look.content]['label']} is not for this role")
    if rule == "all" or (rule == "own" and look.works_with):
        return Sight(answer="text")
    if rule == "written" and look.works_with:
        mine = bool(look.actor.id) and look.written_by == look.actor.id
        return Sight(answer="text") if mine else Sight(answer="nothing", reason="somebody else wrote it")
    if rule == "named":
        return named_sight(look)
    return Sight(answer="nothing", reason="outside their own caseload")


def named_sight(look: Look) -> Sight:
    """What is seen of a restricted topic."""
    if look.actor.id and look.actor.id in look.named:
        return Sight(answer="text")
    return (
        Sight(answer="count", reason="for named readers")
        if look.works_with
        else Sight(answer="nothing", reason="restricted")
    )
