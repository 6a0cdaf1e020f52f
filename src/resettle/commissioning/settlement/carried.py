"""Carrying on from an earlier statement: its lines stay as they are, and whatever differs is a line of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from resettle.commissioning.statement import HELD, Line, Statement
from resettle.commissioning.words import day
from resettle.errors import bad
from resettle.money import show

ZERO = Decimal("0.00")


def carried_on(now: Statement, before: Statement) -> Statement:
    """The statement of today as the lines of an earlier one and the differences since. Nothing is changed or taken out.

    A period that had been settled and comes out otherwise (evidence late, amended or withdrawn) has a `correction`; what was held
    back and no longer is, a `release`; what was earned since, the line of today, or the difference where the period was open. An
    earlier statement of another contract, another currency, or of a later day is a `BadInput`.
    """
    for key in ("contract_id", "currency"):
        if getattr(before, key) != getattr(now, key):
            raise bad(
                "the earlier statement is of another contract or currency", column=key, value=getattr(before, key)
            )
    if before.at > now.at:
        raise bad(
            "the earlier statement is of a later day",
            column="since",
            value=before.at,
            do=f"Settle on or after {before.at}.",
        )
    old = by_cell(before.lines)
    new = {line.cell: line for line in now.lines}
    made = [line for cell in old if (line := changed(old[cell], new.get(cell), before, now))]
    fresh = [today(line) for line in now.lines if line.cell not in old and line.amount]
    numbered = number_on(before, [*made, *fresh])
    stands = {line.id: old[line.cell][-1].id for line in now.lines if line.cell in old}
    stands |= {line.id: new_one.id for line in now.lines for new_one in numbered if new_one.cell == line.cell}
    settled = [line.model_copy(update={"evidence": leading(line.evidence, stands)}) for line in numbered]
    return now.model_copy(update={"lines": (*before.lines, *settled), "settled": before.total})


TODAY = "today:"
"""Stands before the id of a line of today's statement, until it is known where that line stands in the whole."""


def today(line: Line) -> Line:
    """A line whose evidence names lines of today's statement as such."""
    named = tuple(TODAY + e.removeprefix("line:") if e.startswith("line:") else e for e in line.evidence)
    return line.model_copy(update={"evidence": named})


def leading(evidence: tuple[str, ...], stands: dict[str, str]) -> tuple[str, ...]:
    """Evidence in which lines of today's statement are named as they stand in the whole."""
    found = (
        f"line:{stands[e.removeprefix(TODAY)]}" if e.startswith(TODAY) and e.removeprefix(TODAY) in stands else e
        for e in evidence
    )
    return tuple(dict.fromkeys(e for e in found if not e.startswith(TODAY)))


def by_cell(lines: Sequence[Line]) -> dict[str, list[Line]]:
    """Lines by what they are for."""
    found: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        found[line.cell].append(line)
    return dict(found)


def changed(old: list[Line], new: Line | None, before: Statement, now: Statement) -> Line | None:
    """The difference between what was settled for one thing and what it comes to now; None where there is none."""
    settled = sum((line.amount for line in old), ZERO)
    difference = (new.amount if new else ZERO) - settled
    if not difference:
        return None
    like = today(new) if new else old[-1].model_copy(update={"id": f"X{old[-1].id}"})
    closed = is_closed(old[-1], before.at)
    rule = "release" if old[0].rule in HELD and difference > 0 else "correction" if closed else like.rule
    first = {e for line in old for e in line.evidence}
    last = set(like.evidence) if new else set()
    of_lines = any(e.startswith(("line:", TODAY)) for e in first | last)
    return like.model_copy(
        update={
            "rule": rule,
            "label": f"{WORDS.get(rule, 'Since then')}: {old[0].label}",
            "quantity": Decimal(1),
            "unit": "difference",
            "price": difference,
            "share": Decimal(1),
            "amount": difference,
            "inputs": {
                **like.inputs,
                "settled": str(settled),
                "now": str(settled + difference),
                "settled_on": str(before.at),
            },
            "why": why(
                rule,
                settled,
                settled + difference,
                before,
                now,
                *(0, 0) if of_lines else (len(last - first), len(first - last)),
            ),
            "bears": "",
            "evidence": like.evidence if of_lines else tuple(sorted(last ^ first)),
        }
    )


WORDS = {"correction": "Correction", "release": "Released"}


def is_closed(line: Line, at: date) -> bool:
    """Whether the days of a line had passed when it was settled."""
    return line.until is not None and line.until <= at


def why(rule: str, settled: Decimal, now: Decimal, before: Statement, after: Statement, added: int, gone: int) -> str:
    """Why there is a difference."""
    currency = after.currency
    text = f"{show(settled, currency)} was settled on {day(before.at)}; it comes to {show(now, currency)} now"
    if rule == "release":
        return f"{text}: what was held back is released."
    if rule != "correction":
        return f"{text}, for what has happened since."
    parts = [f"{number:,} {words}" for number, words in ((added, "added"), (gone, "taken out")) if number]
    return (
        f"{text}, because evidence changed ({' and '.join(parts)})."
        if parts
        else f"{text}, because what it rests on changed."
    )


def number_on(before: Statement, lines: Sequence[Line]) -> list[Line]:
    """New ids for new lines, after those of the earlier statement; limits lead to them by their new ids."""
    first = max((int(line.id.split("-")[0][1:]) for line in before.lines), default=0)
    groups = list(dict.fromkeys(line.id.split("-")[0] for line in lines))
    place = {group: f"L{first + n}" for n, group in enumerate(groups, start=1)}
    ids = {line.id: "-".join([place[line.id.split("-")[0]], *line.id.split("-")[1:]]) for line in lines}
    return [line.model_copy(update={"id": ids[line.id]}) for line in lines]
