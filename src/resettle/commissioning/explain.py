"""`explain`: the letter that says what is paid and why, for the provider or for the public."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal

from resettle.commissioning.statement import HELD, Line, Statement
from resettle.commissioning.words import day
from resettle.goodlives.need import FEWEST
from resettle.money import show

Reader = Literal["provider", "public"]
FEW = f"fewer than {FEWEST}"
OF_PEOPLE = ("outcome:", "participation:", "spend:", "volume:")
LIMITING = ("cap", "floor", "payer_cap", "correction", "release", *HELD)
"""Rules of lines whose words say what other lines came to."""
SMALL = re.compile(
    r"(?<![\d.,])[1-9](?= (?:\w+ )?(?:people|person|outcomes?|payments?|costs?|cohorts?|not verified|verified|with|further)\b)"
)
COUNTS = ("count", "people", "treated_people", "treated_events", "comparison_people", "comparison_events", "starts")


def explain(statement: Statement, reader: Reader = "provider") -> str:
    """The statement as a letter in plain English: each payment with its reason, what was not paid, what is open and when it closes.

    For the `public` the rule for small numbers holds: no count of 1 to 9 people is shown, nor the money of a line that rests on so
    few, nor the totals and limits from which it could be worked out. No evidence is named.
    """
    hidden = {line.id for line in statement.lines if small(line)} if reader == "public" else set()
    if hidden:
        hidden |= {line.id for line in statement.lines if line.rule in LIMITING}
    parts = [heading(statement, reader), owed(statement, bool(hidden))]
    parts += [paragraph(statement, lines, reader, hidden) for lines in statement.grouped().values()]
    parts += open_part(statement)
    parts += between(statement) if not hidden else []
    notes = [note if reader == "provider" else masked(note) for note in statement.notes]
    parts += ["Also:\n" + "\n".join(f"- {note}" for note in notes)] if notes else []
    return "\n\n".join(part for part in parts if part)


def heading(statement: Statement, reader: Reader) -> str:
    """The first line: of what, as of which day, and for whom."""
    payees = list(dict.fromkeys(line.payee for line in statement.lines))
    to = (
        "To " + " and ".join(statement.parties.get(p, p) for p in payees) if reader == "provider" else "For publication"
    )
    return f"{to}\n\n{statement.title}: what is paid, as of {day(statement.at)}"


def owed(statement: Statement, hidden: bool) -> str:
    """What is owed in all, what of it is new, and what is held back."""
    if hidden:
        return f"The total is not shown, because a part of it rests on {FEW} people."
    currency = statement.currency
    least = "at least " if statement.at_least else ""
    text = f"{least}{show(statement.total, currency)} is owed for all that was delivered and known by then."
    if statement.settled:
        sign = "more" if statement.due >= 0 else "less"
        text += f" That is {show(abs(statement.due), currency)} {sign} than was settled before."
    if statement.held:
        text += f" A further {show(statement.held, currency)} was earned and is held back until later."
    return text[:1].upper() + text[1:]


def paragraph(statement: Statement, lines: list[Line], reader: Reader, hidden: set[str]) -> str:
    """What is owed for one thing, why, and what each payer bears."""
    first = lines[0]
    if any(line.id in hidden for line in lines):
        return f"{capital(first.label)}: not shown. This rests on {FEW} people, or would give such a number away."
    whole = sum((line.amount for line in lines), Decimal("0.00"))
    why = first.why.removesuffix(first.bears).strip()
    shared = " ".join(line.bears for line in lines if whole)
    text = f"{capital(first.label)}: {show(whole, statement.currency)}. {why} {shared}".strip()
    return masked(text) if reader == "public" else text


def capital(text: str) -> str:
    """A label as the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def open_part(statement: Statement) -> list[str]:
    """What cannot be settled yet."""
    if not statement.open:
        return []
    return ["Still open:\n" + "\n".join(f"- {capital(str(item))}" for item in statement.open)]


def between(statement: Statement) -> list[str]:
    """Who owes, and who is owed."""
    name = statement.parties.get
    owes = [f"{name(p, p)} owes {show(a, statement.currency)}" for p, a in statement.by_payer.items()]
    due = [f"{name(p, p)} is owed {show(a, statement.currency)}" for p, a in statement.by_payee.items()]
    return [f"{'; '.join(owes)}. {'; '.join(due)}."]


def small(line: Line) -> bool:
    """Whether a line rests on 1 to 9 people, or says such a number."""
    if line.rule == "fee":
        return False
    behind = {e for e in line.evidence if e.startswith(OF_PEOPLE)}
    counts = [int(text) for key in COUNTS if (text := line.inputs.get(key, "")).isdigit()]
    if "people" in line.inputs and "value" in line.inputs and line.rule == "outcome_rate":
        counts += with_and_without(line)
    return 0 < len(behind) < FEWEST or any(0 < n < FEWEST for n in counts)


def with_and_without(line: Line) -> list[int]:
    """People with the outcome and without it, of a published share of people."""
    people, value = line.inputs["people"], Decimal(line.inputs["value"].replace(",", ""))
    if not people.isdigit() or value > 1:
        return []
    reached = round(int(people) * value)
    return [reached, int(people) - reached]


def masked(text: str) -> str:
    """A sentence with small counts of people left out."""
    return SMALL.sub(FEW, text)
