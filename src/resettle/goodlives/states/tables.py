"""The state tables that ship: one TOML file for each kind of thing, read once."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from pydantic import Field

from resettle.errors import bad, did_you_mean
from resettle.result import Record

Kind = Literal[
    "plan", "goal", "step", "referral", "contact", "match", "volunteer", "spend", "evidence", "review", "relationship"
]
Role = Literal["person", "practitioner", "mentor", "coordinator", "provider", "approver", "commissioner", "system"]
KINDS: tuple[Kind, ...] = get_args(Kind)
ROLES: tuple[Role, ...] = get_args(Role)
NEW, SAME = "new", "same"


class State(Record):
    """One state: what it is called on a page, what it means, whether it is final, and whether work goes on in it."""

    label: str
    meaning: str
    final: bool = False
    live: bool = False


class Move(Record):
    """One thing that may happen: from which states (`new`: it is made), to which (`same`: it stays there), by whom.

    `reason`: words are asked for ("needed") or may be given ("may be given"). `codes` are the coded reasons, one of which
    must be given. `needs` name conditions that must hold for everybody, `needs_of` those that must also hold for one role.
    """

    event: str
    label: str
    from_: tuple[str, ...] = Field(alias="from")
    to: str
    by: tuple[Role, ...]
    reason: Literal["no", "may be given", "needed"] = "no"
    codes: dict[str, str] = {}
    needs: tuple[str, ...] = ()
    needs_of: dict[Role, tuple[str, ...]] = {}

    def conditions_of(self, role: Role) -> tuple[str, ...]:
        """The conditions that must hold when this role makes the move."""
        return (*self.needs, *self.needs_of.get(role, ()))


class Table(Record):
    """The states of one kind of thing and the moves between them."""

    meaning: str
    source: str
    states: dict[str, State]
    moves: tuple[Move, ...]

    @property
    def events(self) -> tuple[str, ...]:
        """Every event of the table, once, in its order."""
        return tuple(dict.fromkeys(move.event for move in self.moves))

    @property
    def open_states(self) -> tuple[str, ...]:
        """The states from which something may still happen as a matter of course."""
        return tuple(name for name, state in self.states.items() if not state.final)

    @property
    def live_states(self) -> tuple[str, ...]:
        """The states in which work goes on."""
        return tuple(name for name, state in self.states.items() if state.live)


class Condition(Record):
    """Something that must hold before a move: what is said when it does not, and what to do then."""

    refused: str
    do: str


@cache
def state_table(kind: Kind) -> Table:
    """The state table of one kind of thing; an unknown kind is a `BadInput`."""
    if kind not in KINDS:
        raise bad("nothing in a casework is of this kind", value=kind, do=did_you_mean(kind, KINDS))
    return Table.model_validate(read(f"{kind}.toml"))


@cache
def conditions() -> dict[str, Condition]:
    """Every condition that a move may need, by name."""
    return {name: Condition(**fields) for name, fields in read("conditions.toml").items()}


@cache
def roles() -> dict[Role, str]:
    """Who acts in a casework, and who that is."""
    found: dict[Role, str] = read("roles.toml")
    return found


def read(name: str) -> Any:
    """One file of this folder."""
    return tomllib.loads(files("resettle.goodlives.states").joinpath(name).read_text("utf-8"))
