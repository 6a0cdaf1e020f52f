"""The rule for small numbers: what may stand on a page that is meant for publication.

A count of people is shown if it is zero or at least ten. A group is shown if it has at least ten people, at least ten of
them with the event and at least ten without. What could be worked out from the rest is left out too: where one group is
hidden, the next smallest goes with it, until what is hidden is itself large enough.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from resettle.commissioning.statement import Line, Statement
from resettle.evidence.effect import Effect
from resettle.evidence.measures import Measure
from resettle.evidence.survival import Curve
from resettle.goodlives.need import FEWEST

FEW = f"fewer than {FEWEST}"
"""What stands in place of a small number."""

PEOPLE = r"(?:people|person|persons|men|women|starts?|outcomes?|participations?|referrals?|offenders?|reoffenders?)"
COUNTED = re.compile(rf"(?<![\d.,])[1-9](?= (?:\w+ )?{PEOPLE}\b)")
LIMITS = ("cap", "floor", "payer_cap", "retention", "deferral", "correction", "release")
"""Rules of lines that limit, hold back or correct other lines, and say what those came to."""

AWAY = "Not shown: the numbers would give a small group away"
"""What stands in place of numbers that rest on an effect that may not be shown."""

OF_EVIDENCE = ("outcome:", "participation:", "followed:", "person:")

Item = TypeVar("Item")


def people(number: int) -> str:
    """A number of people as it may be published: `1,234`, `0` or `fewer than 10`."""
    return f"{number:,}" if publishable(number) else FEW


def publishable(number: int) -> bool:
    """Whether a count of people may be published."""
    return number == 0 or number >= FEWEST


def safe(n: int, events: int) -> bool:
    """Whether a group of `n` people, `events` of them with the event, may be published."""
    return min(n, events, n - events) >= FEWEST


def masked(text: str) -> str:
    """A sentence with small counts of people left out: `3 outcomes set aside` becomes `fewer than 10 outcomes set aside`."""
    found = COUNTED.sub(FEW, text)
    return found[:1].upper() + found[1:] if text and text[0].isdigit() else found


def hidden(items: Sequence[Item], size: Callable[[Item], int], shows: Callable[[Sequence[Item]], bool]) -> list[int]:
    """Places of the items that are left out: those that are not safe alone, and the next smallest until none can be worked
    out.

    `shows` says whether some items, taken together, are safe.
    """
    out = [i for i, item in enumerate(items) if not shows([item])]
    rest = sorted((i for i in range(len(items)) if i not in out), key=lambda i: size(items[i]))
    while out and rest and (len(out) == 1 or not shows([items[i] for i in out])):
        out.append(rest.pop(0))
    return sorted(out)


def shown_effect(effect: Effect) -> bool:
    """Whether the groups of an effect may be published: both, or neither."""
    return safe(effect.treated.n, effect.treated.events) and safe(effect.comparison.n, effect.comparison.events)


def shown_curves(curves: Iterable[Curve]) -> tuple[Curve, ...]:
    """The curves that may be published."""
    found = tuple(curves)
    out = hidden(found, lambda c: c.n, lambda some: safe(sum(c.n for c in some), sum(c.events for c in some)))
    return tuple(c for i, c in enumerate(found) if i not in out)


def hidden_groups(measures: Iterable[Measure]) -> set[str]:
    """The groups of a grouped measure that are left out, by `group_key`."""
    rates = [m for m in measures if m.name == "rate"]
    out = hidden(rates, lambda m: m.n, lambda some: safe(sum(m.n for m in some), sum(m.count for m in some)))
    return {group_key(rates[i]) for i in out}


def group_key(measure: Measure) -> str:
    """The group of a measure as one text."""
    return "|".join(f"{k}={v}" for k, v in measure.group.items())


def people_behind(line: Line) -> set[str]:
    """The evidence of single people that a payment line counts. A fee is paid by the month, however many people there are."""
    return set() if line.rule == "fee" else {e for e in line.evidence if e.startswith(OF_EVIDENCE)}


def hidden_lines(statement: Statement, effect: Effect | None) -> set[str]:
    """Ids of payment lines whose numbers would show fewer than ten people, or give such a line away.

    Lines of several payers that rest on the same evidence go together. A line that rests on an effect that may not be shown
    is hidden, because its quantity gives the effect away; so is a limit on lines of which one is hidden. Where nothing is left
    to go with a small line, `hidden_total` says that the sum may not be shown either.
    """
    cells = small_cells(statement)
    out = {line.id for evidence in cells for line in statement.lines if people_behind(line) == evidence}
    out |= {line.id for line in of_hidden_effect(statement, effect)}
    return out | hidden_limits(statement, out)


def of_hidden_effect(statement: Statement, effect: Effect | None) -> list[Line]:
    """The lines that rest on an effect, where it may not be shown."""
    if effect is None or shown_effect(effect):
        return []
    return [line for line in statement.lines if any(e.startswith("effect:") for e in line.evidence)]


def hidden_limits(statement: Statement, out: set[str]) -> set[str]:
    """Ids of caps and floors that give a hidden line away: those that name one, limit its payment, or limit the whole contract
    (what was earned before a limit is said in its words, whichever lines it names).
    """
    payments = {line.payment for line in statement.lines if line.id in out}
    named = {f"line:{id}" for id in out}
    limits = [line for line in statement.lines if line.rule in LIMITS]
    found = {line.id for line in limits if named & set(line.evidence) or (out and line.payment in {"", *payments})}
    return found if found <= out else found | hidden_limits(statement, out | found)


def small_cells(statement: Statement) -> list[set[str]]:
    """The sets of evidence behind the lines that are left out."""
    cells: list[set[str]] = []
    for line in statement.lines:
        behind = people_behind(line)
        if behind and behind not in cells:
            cells.append(behind)
    return [cells[i] for i in hidden(cells, len, together)]


def together(cells: Sequence[set[str]]) -> bool:
    """Whether sets of evidence, taken together, are of ten people or more."""
    return len(set().union(*cells)) >= FEWEST


def hidden_total(statement: Statement, effect: Effect | None) -> bool:
    """Whether the sum of a statement would give a small line or a hidden effect away, because nothing else hides it."""
    cells = small_cells(statement)
    return bool(of_hidden_effect(statement, effect)) or (bool(cells) and (len(cells) == 1 or not together(cells)))
