"""What would have to be pooled for a step to be reached: which places and neighbours, how much of theirs, from what month."""

from __future__ import annotations

from datetime import date

from resettle.reinvestment.pooling_places import PoolMember, StepPooled
from resettle.report.blocks import Pieces, Table, cells, row
from resettle.report.words import capital, listed, money, number, percent
from resettle.report.words import place as place_name
from resettle.thread.passed_on import Macro

NAMED = 3
NAME_THEM = (
    "Neighbours are named in the run file, each in a block [[reinvestment.neighbour]] with what it frees and from when."
)


def needed(macro: Macro) -> list[Pieces]:
    """For each step, who would have to pool to reach it."""
    if not macro.pools:
        return [("No step is named in the appraisal, so nothing could be cashed.",)]
    said: list[Pieces] = [(f"{capital(one.label)} ({one.agency}): {words(one)}",) for one in macro.pools]
    named = any(member.neighbour for one in macro.pools for member in one.members)
    if any(not one.enough for one in macro.pools) and not named:
        said.append((NAME_THEM,))
    return said


def words(one: StepPooled) -> str:
    """Who reaches a step together, and from when; or what is missing, and who has freed most."""
    freeing = [member for member in one.members if member.freed > 0]
    if not freeing:
        return f"cannot be closed. On average no place frees any {one.unit}: there are more, not fewer."
    if not one.enough:
        together, size, times = number(one.together, 1), number(one.size), number(one.size / one.together, 1)
        return (
            f"is not cashable. Even together, all {len(freeing)} that free any hold {together} of {size} {one.unit} by "
            f"{one.end:%B %Y}: {holders(freeing)}. It needs {times} times as much, or {number(one.short, 1)} {one.unit} freed by "
            "neighbours in the same pool."
        )
    group = [member for member in freeing if member.name in one.enough]
    if one.alone:
        said = f"{place_name(group[0].name)} alone frees enough, on average from {when(one.reached)}"
    else:
        said = (
            f"no place frees enough alone. {holders(group, len(group))} would have to pool: on average they hold a whole one from "
            f"{when(one.reached)}"
        )
    return f"{said}; {closing(one)}"


def closing(one: StepPooled) -> str:
    """From when the pool has closed a step, or how sure it is by the end."""
    sure = percent(one.certainty, 0)
    if one.closed:
        return f"after notice it is closed with {sure} certainty from {when(one.closed)}."
    chance = percent(one.chance, 0)
    return (
        f"but even by all together it is closed in only {chance} of draws by {when(one.end)}, and {sure} is asked for."
    )


def holders(members: list[PoolMember], most: int = NAMED) -> str:
    """Members with what each frees, and from when a whole unit of it; the others counted."""
    said = [f"{place_name(one.name)} {number(one.freed, 1)}{since(one)}" for one in members[:most]]
    others = members[most:]
    if others:
        said.append(f"{len(others)} more with {number(sum(one.freed for one in others), 1)}")
    return listed(said)


def since(one: PoolMember) -> str:
    """From when a whole unit is free."""
    return f" (the first from {one.first:%B %Y})" if one.first else ""


def when(month: date | None) -> str:
    """A month in words."""
    return f"{month:%B %Y}" if month else "no month"


def pools_table(macro: Macro) -> Table | None:
    """Each step with what each place and neighbour frees."""
    currency = macro.cash.currency
    rows = [
        row(
            f"{capital(one.label)}: {place_name(member.name)}{' (neighbour)' if member.neighbour else ''}",
            f"{number(member.freed, 1)} of {number(one.size)} {one.unit}",
            when(member.first) if member.first else "–",
            "yes" if member.name in one.enough else "no",
            "–" if member.share is None else money(member.share, currency),
        )
        for one in macro.pools
        for member in one.members
        if member.freed > 0
    ]
    head = cells(
        "Step and who frees", "Free at the end", "First whole one free", "Needed in the pool", "Fair share a year"
    )
    note = (
        "Averages over draws; who frees none is left out. Needed: the fewest who reach it with certainty, or else on average. The "
        "fair share is of what all together would save a year: Shapley's, or in proportion to what is freed where they are more "
        "than ten. Who gets what is for them to agree, and cash that neighbours bring is counted nowhere else."
    )
    return Table("Who could pool for each step", head, rows, frozenset({1, 4}), note) if rows else None
