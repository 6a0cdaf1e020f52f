"""Contract and payment: on which terms, and what is owed."""

from __future__ import annotations

from resettle.commissioning.statement import Line
from resettle.report.blocks import Bullets, Card, Facts, Notice, Part, Ref, Section, Table, anchor, cells, row
from resettle.report.charts.paid import statement_chart
from resettle.report.disclosure import FEW, hidden_lines, hidden_total, masked, shown_effect
from resettle.report.look import station
from resettle.report.sections.drawn import drawing
from resettle.report.trails import Trails
from resettle.report.words import amount_of, capital, day, listed, money, percent, plain
from resettle.thread.thread import Thread

RULES = {
    "fee": "fee for service: paid for each whole period delivered",
    "unit_tariff": "unit tariff: a price for each verified outcome of one person",
    "outcome_rate": "payment by results: the cohort's result against a comparison",
    "cap": "limit: the most that is paid",
    "floor": "limit: the least that is paid",
}
LIMITS = ("cap", "floor")
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
        [row(*term) for term in dict.fromkeys(terms_of(line, statement.currency) for line in paying)],
        frozenset({2}),
        "The price of an outcome rate with tiers is that of the tier reached.",
    )
    return Section(
        station("contract"), 4, finding, (terms, trails.trail(f"contract:{thread.contract_id}", "The contract"))
    )


def terms_of(line: Line, currency: str) -> tuple[str, str, str, str]:
    """What a line is for, by which rule, at which price, for each what."""
    return (
        capital(line.label),
        RULES.get(line.rule, plain(line.rule)),
        money(line.price, currency, pence=True),
        line.unit,
    )


def payment(thread: Thread, trails: Trails) -> Section:
    """What is owed, line by line, each with its reason, its numbers and its evidence."""
    statement = thread.statement
    out, secret = hidden_lines(statement), hidden_total(statement)
    total = (
        "an amount that is not shown, because it would give a small group away"
        if secret
        else money(statement.total, statement.currency, pence=True)
    )
    lines = f"{len(statement.lines)} line{'s' * (len(statement.lines) != 1)}"
    finding = f"By {day(statement.at)} the contract owes {total}, in {lines}."
    if not secret and statement.total == 0:
        finding = f"By {day(statement.at)} the contract owes nothing. Each line says why."
    parts: list[Part] = [Bullets([(masked(n),) for n in statement.notes])] if statement.notes else []
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
            FEW if line.id in out else amount_of(line.quantity, line.unit),
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
    open_ = shown_effect(thread.effect) or not any(e.startswith("effect:") for e in line.evidence)
    facts = [
        ("Rule", RULES.get(line.rule, plain(line.rule))),
        (
            "How much",
            WITHHELD
            if hidden
            else f"{amount_of(line.quantity, line.unit)}, at {money(line.price, currency, pence=True)} each",
        ),
        ("Between", f"{name(line.payer, line.payer)} pays {name(line.payee, line.payee)}"),
        ("Period", line.period),
    ]
    if line.share != 1:
        facts.insert(2, ("Share of this payer", percent(float(line.share))))
    return Card(
        title=f"{line.id}: {capital(line.label)}",
        amount="not shown" if hidden else money(line.amount, currency, pence=True),
        why=WITHHELD if hidden or not open_ else masked(line.why),
        facts=Facts([(k, (v,)) for k, v in facts]),
        inputs=[] if hidden or not open_ else [(capital(plain(k)), v) for k, v in line.inputs.items()],
        trail=trails.trail(f"line:{line.id}", "This line"),
    )
