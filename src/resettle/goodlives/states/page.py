"""The reference page of states and rules, written from the tables themselves."""

from __future__ import annotations

from resettle.goodlives.casework import INVARIANTS
from resettle.goodlives.states.tables import KINDS, NEW, SAME, Kind, Move, State, Table, conditions, roles, state_table

HEAD = """# States and rules of a casework

{made}

What each thing in a person's casework may become, by whom and when. `may(kind, state, event, actor, context)` of
`resettle.goodlives.states` answers from these tables, and the web application asks nothing else.
[Good lives](../explanation/good-lives.md) says why they are as they are.
"""


def states_page(made: str) -> str:
    """The page as Markdown; `made` is the line that says how it is made."""
    lines = [HEAD.format(made=made)]
    for kind in KINDS:
        lines += table_part(kind, state_table(kind))
    lines += ["## Conditions", "", "| condition | said when it does not hold | what to do |", "|---|---|---|"]
    lines += [f"| `{name}` | {one.refused}. | {one.do} |" for name, one in conditions().items()]
    lines += [
        "",
        "## Rules that always hold",
        "",
        "`breaches` of `resettle.goodlives.casework` finds every one that is broken.",
        "",
    ]
    lines += [f"- {rule}" for rule in INVARIANTS]
    return "\n".join(lines) + "\n"


def table_part(kind: Kind, table: Table) -> list[str]:
    """One kind of thing: its states and its moves."""
    states = [f"| `{name}` | {one.label} | {one.meaning}{marks(one)} |" for name, one in table.states.items()]
    return [
        f"## {kind.capitalize()}",
        "",
        f"{table.meaning} Source: {table.source}",
        "",
        "| state | on the page | meaning |",
        "|---|---|---|",
        *states,
        "",
        "| event | from | to | by | must hold |",
        "|---|---|---|---|---|",
        *(move_row(move) for move in table.moves),
        "",
    ]


def marks(state: State) -> str:
    """What else is to be known of a state."""
    return " Final." if state.final else ""


def move_row(move: Move) -> str:
    """One move as a row."""
    starts = ", ".join("(new)" if name == NEW else f"`{name}`" for name in move.from_)
    to = "(stays)" if move.to == SAME else f"`{move.to}`"
    by = ", ".join(roles()[role].removeprefix("the ").removeprefix("an ") for role in move.by)
    return f"| `{move.event}`: {move.label} | {starts} | {to} | {by} | {needed(move)} |"


def needed(move: Move) -> str:
    """What a move asks for."""
    parts = [f"`{name}`" for name in move.needs]
    parts += [f"`{name}` ({role})" for role, names in move.needs_of.items() for name in names]
    if move.codes:
        parts.append(f"one of: {', '.join(move.codes.values())}")
    if move.reason != "no":
        parts.append("a reason" if move.reason == "needed" else "a reason may be given")
    return "; ".join(parts)
