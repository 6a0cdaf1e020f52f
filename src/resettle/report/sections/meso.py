"""Contract and payment: on which terms, and what is owed."""

from __future__ import annotations

import re
from decimal import Decimal

from resettle.commissioning.statement import Line
from resettle.report.blocks import Bullets, Card, Facts, Notice, Part, Ref, Section, Table, anchor, cells, row
from resettle.report.charts.paid import statement_chart
from resettle.report.disclosure import FEW, LIMITS, hidden_lines, hidden_total, masked
from resettle.report.look import station
from resettle.report.notes import published_notes
from resettle.report.sections.drawn import drawing
from resettle.report.trails import Trails
from resettle.report.words import amount_of, capital, day, listed, money, percent, plain
from resettle.thread.thread import Thread

RULES = {
    "fee": "fee for service: paid for each whole period delivered",
    "unit_tariff": "unit tariff: a price for each verified outcome of one person",
    "outcome_rate": "payment by results: the cohort's result against a comparison",
    "volume_bands": "volume bands: a fixed price by how many people came",
    "volume": "volume: what a fee changes by with the number of people",
    "share_of_savings": "share of savings: part of the fall in the cost of demand",
    "grant": "grant: paid on agreed days, whatever the result",
    "personal_budget": "personal budget: what people spent on their own goals",
    "cost_plus": "open book: recorded costs and a margin",
    "advance": "payment on account: set against the result once it is known",
    "recovery": "recovery: what was paid on account, set against the result",
    "reclaim": "reclaim: an outcome that did not last, taken back",
    "clawback": "clawback: a grant repaid, because its target was missed",
    "credit": "service credit: taken from a fee, because a service level was missed",
    "compensation": "compensation: for leaving the contract early",
    "cap": "cap: the most that is paid",
    "floor": "floor: the least that is paid",
    "payer_cap": "cap of a payer: what is beyond it falls to the others",
    "retention": "retention: held back until later",
    "deferral": "deferral: owed later",
}
TIER = re.compile(r"from (?P<start>\S+) to (?P<end>\S+): (?P<amount>\S+)")
"""A tier as the inputs of an outcome rate's line say it; `any` is an open end."""

WITHHELD = f"This line is about {FEW} people, or would give such a line away, so its numbers are not shown here."


def contract(thread: Thread, trails: Trails) -> Section:
    """On which terms: who pays whom, for what, by which rule."""
    statement = thread.statement
    name = statement.parties.get
    payers = listed(list(dict.fromkeys(name(x.payer, x.payer) for x in statement.lines)))
    payees = listed(list(dict.fromkeys(name(x.payee, x.payee) for x in statement.lines)))
    paying = [x for x in statement.lines if x.rule not in LIMITS]
    kinds = list(dict.fromkeys(RULES.get(x.rule, plain(x.rule)).split(":")[0] for x in paying))
    finding = f"“{thread.contract_title}”: {payers} would pay {payees}, by {listed(kinds)}."
    terms = Table(
        "What the contract pays for",
        cells("What for", "Rule", "Price", "For each"),
        [row(*term) for term in dict.fromkeys(t for x in statement.lines for t in terms_of(x, statement.currency))],
        frozenset({2}),
        "A cap or a floor stands here once it changes what is owed.",
    )
    return Section(
        station("contract"), 4, finding, (terms, trails.trail(f"contract:{thread.contract_id}", "The contract"))
    )


def terms_of(line: Line, currency: str) -> list[tuple[str, str, str, str]]:
    """What a line is for, by which rule, at which price, for each what: one row, or one for each tier of an outcome rate."""
    name, rule = capital(line.label), RULES.get(line.rule, plain(line.rule))
    if line.rule in LIMITS:
        over = "this payment" if line.payment else "the whole contract"
        return [(name, rule, limit(line, currency), over)]
    tiers = [found for key, text in line.inputs.items() if key.startswith("tier_") and (found := TIER.fullmatch(text))]
    if tiers:
        return [(f"{name}: {tier_words(t)}", rule, amount(t["amount"], currency), "tier reached") for t in tiers]
    unknown = line.rule == "outcome_rate" and not line.price
    return [(name, rule, "–" if unknown else money(line.price, currency, pence=True), line.unit)]


def tier_words(tier: re.Match[str]) -> str:
    """From where to where a tier goes."""
    if tier["end"] == "any":
        return f"from {tier['start']} percentage points better"
    return f"from {tier['start']} to below {tier['end']} percentage points better"


def limit(line: Line, currency: str) -> str:
    """The most or the least that a limit allows."""
    return amount(line.inputs[line.rule], currency) if line.rule in line.inputs else "–"


def amount(text: str, currency: str) -> str:
    """Money that stands in a line's inputs as text."""
    return money(Decimal(text), currency, pence=True)


def how_much(line: Line, currency: str) -> str:
    """What a line counts, at which price; for a limit, what it takes off or adds."""
    if line.rule in LIMITS and line.rule not in line.inputs:
        return f"{money(abs(line.amount), currency, pence=True)} {'taken off' if line.amount < 0 else 'added'}"
    if line.rule in LIMITS:
        does = "taken off" if line.amount < 0 else "added"
        return f"{money(abs(line.amount), currency, pence=True)} {does}, by a {line.rule} of {limit(line, currency)}"
    return f"{amount_of(line.quantity, line.unit)}, at {money(line.price, currency, pence=True)} each"


def payment(thread: Thread, trails: Trails) -> Section:
    """What is owed, line by line, each with its reason, its numbers and its evidence."""
    statement = thread.statement
    out, secret = hidden_lines(statement, thread.effect), hidden_total(statement, thread.effect)
    total = (
        "an amount that is not shown, because it would give a small group away"
        if secret
        else money(statement.total, statement.currency, pence=True)
    )
    lines = f"{len(statement.lines)} line{'s' * (len(statement.lines) != 1)}"
    finding = f"By {day(statement.at)} the contract owes {total}, in {lines}."
    if not secret and statement.total == 0:
        finding = f"By {day(statement.at)} the contract owes nothing. Each line says why."
    parts: list[Part] = [Bullets([(note,) for note in published_notes(thread)])] if statement.notes else []
    if out:
        parts.append(Notice((f"Lines about {FEW} people are not shown with their numbers.",)))
    if not out and any(line.amount for line in statement.lines):
        parts.append(drawing(statement_chart(statement.model_copy(update={"notes": ()})), thread))
    parts += [lines_table(thread, out, secret), *([] if out else [parties_table(thread)])]
    parts += [card(line, thread, trails, line.id in out) for line in statement.lines]
    return Section(station("payment"), 7, finding, parts)


def lines_table(thread: Thread, out: set[str], secret: bool) -> Table:
    """All lines with their sum; each leads to its card."""
    statement = thread.statement
    currency, name = statement.currency, statement.parties.get
    rows = [
        row(
            Ref(line.id, f"#{anchor('line:' + line.id)}"), capital(line.label), name(line.payer, line.payer),
            "not shown" if line.id in out else counted(line, currency),
            "not shown" if line.id in out else money(line.amount, currency, pence=True),
        )
        for line in statement.lines
    ]  # fmt: skip
    sum_ = "not shown" if secret else money(statement.total, currency, pence=True)
    return Table(
        "The statement, to the penny",
        cells("Line", "What for", "Who pays", "How much", "Owed"),
        [*rows, row("All lines", "", "", "", sum_)],
        frozenset({4}),
    )


def counted(line: Line, currency: str) -> str:
    """What a line counts, in a few words."""
    return f"{line.rule} of {limit(line, currency)}" if line.rule in LIMITS else amount_of(line.quantity, line.unit)


def parties_table(thread: Thread) -> Table:
    """Who owes and who is owed how much."""
    statement = thread.statement
    show = [
        *((p, "owes", a) for p, a in statement.by_payer.items()),
        *((p, "is owed", a) for p, a in statement.by_payee.items()),
    ]
    return Table(
        "Who owes, and who is owed",
        cells("Party", "Owes or is owed", "Amount"),
        [row(statement.parties.get(p, p), what, money(a, statement.currency, pence=True)) for p, what, a in show],
        frozenset({2}),
    )


def card(line: Line, thread: Thread, trails: Trails, hidden: bool) -> Card:
    """One line in full."""
    currency, name = thread.statement.currency, thread.statement.parties.get
    facts = [
        ("Rule", RULES.get(line.rule, plain(line.rule))),
        ("How much", WITHHELD if hidden else how_much(line, currency)),
        ("Between", f"{name(line.payer, line.payer)} pays {name(line.payee, line.payee)}"),
        ("Period", line.period),
    ]
    if line.share != 1:
        facts.insert(2, ("Share of this payer", percent(float(line.share))))
    return Card(
        title=f"{line.id}: {capital(line.label)}",
        amount="not shown" if hidden else money(line.amount, currency, pence=True),
        why=WITHHELD if hidden else masked(line.why),
        facts=Facts([(k, (v,)) for k, v in facts]),
        inputs=[] if hidden else [(capital(plain(k)), v) for k, v in line.inputs.items()],
        trail=trails.trail(f"line:{line.id}", "This line"),
    )
