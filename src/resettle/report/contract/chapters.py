"""What each page about a contract says: chapters of findings, facts, tables and charts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from resettle.commissioning.beliefs import Beliefs
from resettle.commissioning.compare import Comparison
from resettle.commissioning.language.terms import Contract
from resettle.commissioning.statement import Line, Statement
from resettle.commissioning.tornado import Bar
from resettle.commissioning.value import Valuation
from resettle.commissioning.verdict import Verdict
from resettle.report.blocks import Bullets, Facts, Table, cells, row
from resettle.report.charts.paid import comparison_chart, short_titles, statement_chart, valuation_chart
from resettle.report.contract.charts import (
    cash_chart,
    effect_curve,
    tornado_chart,
    variance_chart,
    volume_curve,
    waterfall_chart,
)
from resettle.report.contract.parts import of, present
from resettle.report.drawn import drawing
from resettle.report.study.chapter import Chapter
from resettle.report.words import capital, day, money, percent, plain

ALIKE = 3
"""Most lines of one label and amount that are each given their reason."""
MONEY = re.compile(r"\d{4,}(\.\d\d)?")


def term_sheet(contract: Contract) -> list[Chapter]:
    """Who, for whom, for what, within which limits, and what is not public."""
    parties = Table("Parties", cells("Party", "Role"), [row(p.name, p.role) for p in contract.parties])
    pays = Table(
        "What is paid for",
        cells("Payment", "Kind", "Terms"),
        [row(p.name, p.kind.replace("_", " "), terms_of(p)) for p in contract.payments],
    )
    inputs = [
        row(
            name.replace("_", " "),
            f"{p.value:,}",
            f"{p.low:,} to {p.high:,}" if p.low is not None and p.high is not None else "",
            p.why,
        )
        for name, p in contract.parameters.items()
    ]
    facts = Facts(
        [
            ("Runs", (f"from {day(contract.period.start)} to {day(contract.period.end)}",)),
            ("Currency and prices", (f"{contract.currency}, prices of {contract.price_base_year}",)),
            ("For whom", (contract.population.eligibility or ", ".join(contract.population.services),)),
            ("Limits", (limits_of(contract),)),
            (
                "Who pays",
                ("; ".join(f"{contract.party(p).name} {percent(float(s))}" for p, s in contract.shares.items()),),
            ),
        ]
    )
    made = [Chapter("terms", "The terms", "", [facts, parties, pays])]
    measures = [row(m.name, m.kind, against(m)) for m in contract.measures]
    if measures:
        made.append(
            Chapter(
                "measures", "What is measured", "", [Table("Measures", cells("Measure", "Kind", "Against"), measures)]
            )
        )
    if inputs:
        table = Table("Named inputs", cells("Input", "Value", "Plausible range", "Why"), inputs, frozenset({1}))
        made.append(Chapter("inputs", "What is agreed as a number, and what is not public", "", [table]))
    return made


def terms_of(payment: Any) -> str:
    """A payment's own terms, in a line."""
    skip = {"id", "label", "kind", "payee", "payees"}
    held = payment.model_dump(mode="json", by_alias=True, exclude=skip, exclude_defaults=True)
    return "; ".join(f"{k.replace('_', ' ')}: {short(v)}" for k, v in held.items())


def short(value: Any) -> str:
    """A value of the terms as a reader sees it."""
    if isinstance(value, dict):
        return ", ".join(f"{str(k).replace('_', ' ')} {short(v)}" for k, v in value.items())
    if isinstance(value, list):
        return "; ".join(short(v) for v in value)
    text = str(value).replace("_", " ")
    return f"{Decimal(text):,}" if MONEY.fullmatch(text) else text


def against(measure: Any) -> str:
    """What a measure is compared with."""
    if measure.baseline is None:
        return (
            f"a comparison group ({measure.estimator.design})"
            if measure.estimator
            else "a comparison that comes with the result"
        )
    return f"an agreed baseline of {measure.baseline.value} ({measure.baseline.kind})"


def limits_of(contract: Contract) -> str:
    """The limits, in a line."""
    held = contract.limits.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    return short(held) or "none"


def statement_chapters(statement: Statement) -> list[Chapter]:
    """The statement, line by line, and why."""
    lines = Table(
        "The statement, to the penny",
        cells("What for", "When", "Who pays", "Who is paid", "Owed"),
        [
            *(
                row(
                    capital(x.label),
                    x.period,
                    statement.parties.get(x.payer, x.payer),
                    statement.parties.get(x.payee, x.payee),
                    money(x.amount, statement.currency, pence=True),
                )
                for x in statement.lines
            ),
            row("All lines", "", "", "", money(statement.total, statement.currency, pence=True)),
        ],
        frozenset({4}),
    )
    why = Bullets([(text,) for text in reasons(statement.lines)])
    drawn = drawing(statement_chart(statement.model_copy(update={"notes": ()}))) if statement.lines else None
    made = [
        Chapter("owed", "What is owed", "" if drawn else statement.sentence, present([drawn, lines])),
        Chapter("why", "Why", "", [why]),
    ]
    if statement.actuals:
        made.append(Chapter("indicators", "What the indicators came to", "", [indicators(statement)]))
    notes = [(str(note),) for note in (*statement.notes, *statement.open)]
    return [*made, Chapter("notes", "What was not paid, and what is open", "", [Bullets(notes)])] if notes else made


def indicators(statement: Statement) -> Table:
    """What each key performance indicator came to, period by period, and whether it reached its target."""
    reached = {True: "yes", False: "no", None: "not judged"}
    rows = [
        row(
            capital(plain(one.kpi)),
            f"{day(one.starts_on)} to {day(one.ends_on)}",
            money(one.value, one.currency, pence=True) if one.currency else f"{one.value:,} {one.unit}".strip(),
            reached[one.met],
        )
        for one in statement.actuals
    ]
    return Table(
        "Key performance indicators", cells("Indicator", "Period", "Value", "Target reached"), rows, frozenset({2})
    )


def reasons(lines: Sequence[Line]) -> list[str]:
    """Why each line is what it is; of a row of lines of one label and amount, the first and the last."""
    made: list[str] = []
    for (label, amount), same in groupby(lines, key=lambda x: (x.label, x.amount)):
        alike = list(same)
        told = [f"{capital(label)}: {x.why}" for x in alike]
        between = f"{capital(label)}: {len(alike) - 2} more of {amount:,} each."
        made += told if len(alike) <= ALIKE else [told[0], between, told[-1]]
    return made


def stress(
    contract: Contract, beliefs: Beliefs, found: Valuation, bars: Sequence[Bar], answer: Verdict
) -> list[Chapter]:
    """What the contract would do before anyone signs."""
    budget = Table(
        "What each payer needs by contract year",
        cells("Payer", "Year", "Mean", "Enough in 90 of 100"),
        [
            row(
                y.name,
                f"{y.year} (from {day(y.starts_on)})",
                money(y.mean, found.currency),
                money(y.p90, found.currency),
            )
            for y in found.years
            if y.p90 or y.mean
        ],
        frozenset({2, 3}),
    )
    asked = Table(
        "Question by question",
        cells("Question", "Answer", "Because"),
        [row(r.question, r.answer, r.why) for r in answer.reasons],
    )
    return [
        Chapter("verdict", "Should this be payment by results?", answer.sentence, [asked]),
        Chapter("money", "What would be paid", "", [drawing(valuation_chart(found)), budget]),
        Chapter("chance", "Effect and chance", "", present([of(effect_curve(contract, beliefs)), tests_of(found)])),
        Chapter("volume", "Volume", "", present([of(volume_curve(contract, beliefs))])),
        Chapter(
            "cash",
            "Cash",
            "",
            present([drawing(cash_chart(found)), drawing(waterfall_chart(found)), investors_of(found)]),
        ),
        Chapter(
            "unsure",
            "What is unsure",
            "",
            present([of(tornado_chart(bars, found.currency)), of(variance_chart(found))]),
        ),
    ]


def tests_of(found: Valuation) -> Table | None:
    """What each test can see."""
    rows = [
        row(d.label, f"{d.people:,}", f"{d.asked:.2f}", percent(d.by_chance), f"{d.detectable:.2f} {d.scale}")
        for d in found.detection
    ]
    head = cells(
        "Payment", "People in a cohort", "Smallest result paid", "Paid for chance", "Paid four times in five from"
    )
    return Table("What each test can see, by pencil and paper", head, rows, frozenset({1, 2, 3, 4})) if rows else None


def investors_of(found: Valuation) -> Table | None:
    """What each investor gets."""
    rows = [
        row(
            i.name,
            money(i.put_in, found.currency),
            money(i.back + i.guaranteed, found.currency),
            "" if i.irr is None else percent(i.irr),
            percent(i.chance_of_loss),
        )
        for i in found.investors
    ]
    head = cells("Investor", "Puts in", "Comes back", "Return a year of the mean", "Loses money")
    return Table("Investors", head, rows, frozenset({1, 2, 3, 4})) if rows else None


def comparison_chapters(found: Comparison) -> list[Chapter]:
    """The contract beside its alternatives."""
    table = Table(
        "Side by side on the same draws",
        cells(
            "Arrangement",
            "Mean",
            "80 of 100 draws",
            "Provider loses",
            "Capital in one of ten",
            "Effect fails",
            "Moved most by",
        ),
        [
            row(
                name,
                money(v.total.mean, found.currency),
                f"{money(v.total.p10, found.currency)} to {money(v.total.p90, found.currency)}",
                percent(v.chance_of_loss),
                money(v.cash.peak.p90, found.currency),
                "" if r["effect_fails"] is None else percent(r["effect_fails"]),
                str(r["moved_most_by"]),
            )
            for name, v, r in zip(short_titles(found), found.valuations, found.risks(), strict=True)
        ],
        frozenset({1, 3, 4, 5}),
    )
    return [Chapter("beside", "Beside its alternatives", "", [drawing(comparison_chart(found)), table])]
