"""How the comparison was made alike, and how far to trust it: balance, checks, standard errors and the seal."""

from __future__ import annotations

from resettle.evidence.effect import Balance, Check, Effect, StandardError
from resettle.goodlives.need import FEWEST
from resettle.report.blocks import Cell, Heading, Notice, Part, Row, Table, Text, cells, row
from resettle.report.charts.alike import balance_chart, words_of_band
from resettle.report.disclosure import FEW, masked
from resettle.report.sections.drawn import drawing
from resettle.report.words import capital, covariate, number, percent
from resettle.thread.thread import Thread

SHARES = ("treated people compared", "overlap of the scores", "caliper against the scores")
COMPARED = "treated people compared"
SEALED = (
    "Who is compared with whom was settled before any outcome was read, and sealed. The seal at the end of this section is made "
    "from the people, their sides, what was recorded of them, and their weights. Whoever runs the same study on the same records "
    "gets the same seal; a comparison chosen after the outcomes were known would have another."
)


def comparison(thread: Thread) -> list[Part]:
    """Balance, checks, standard errors and the seal of a design that makes its comparison; nothing for one that has none."""
    effect = thread.effect
    if not effect.balance:
        return []
    red = [
        Notice((f"Red: {check.name}. {masked(check.words)}",)) for check in effect.diagnostics if check.flag == "red"
    ]
    return [
        Heading("Are the groups alike?"),
        Text((SEALED,)),
        *red,
        drawing(balance_chart(effect), thread),
        balance_table(effect),
        checks_table(effect.diagnostics),
        errors_table(effect.errors),
    ]


def balance_table(effect: Effect) -> Table:
    """Means and standardised differences of every covariate, before and after."""
    head = ("Covariate", capital(effect.treated.label), "Others, before", "Others, after", "Difference before",
            "Difference after", "Ratio of variances", "Flag")  # fmt: skip
    rows = [balance_row(one, effect) for one in effect.balance]
    small = " Means that rest on few people are not shown." if any("not shown" in str(r) for r in rows) else ""
    note = f"Means, or shares of people; differences in standard deviations of the treated. {words_of_band()}{small}"
    return Table("How alike the groups are on what was recorded", cells(*head), rows, frozenset(range(1, 7)), note)


def balance_row(one: Balance, effect: Effect) -> Row:
    """One covariate."""
    ratio = "–" if one.variance_ratio is None else f"{one.variance_ratio:.2f}"
    ends = f"{one.before:+.3f}", f"{one.after:+.3f}", ratio, one.flag
    return row(capital(covariate(one.name)), *means(one, effect), *ends)


def means(one: Balance, effect: Effect) -> tuple[str, str, str]:
    """The three means of a covariate, unless they would show a few people of a level."""
    sides = (one.treated, effect.treated.n), (one.comparison_before, effect.comparison.n)
    if any(few(mean, n) for mean, n in sides):
        return "not shown", "not shown", "not shown"
    return f"{one.treated:,.3f}", f"{one.comparison_before:,.3f}", f"{one.comparison_after:,.3f}"


def few(mean: float, n: int) -> bool:
    """Whether a mean can be the share of a level that few people have, or few lack."""
    return 0 <= mean <= 1 and any(0 < part * n < FEWEST for part in (mean, 1 - mean))


def checks_table(checks: tuple[Check, ...]) -> Table:
    """What the design rests on, and what else could explain the finding."""
    return Table(
        "Checks of the design and of the finding",
        cells("Check", "Value", "Flag"),
        [check_row(check) for check in checks],
        frozenset({1}),
    )


def check_row(check: Check) -> Row:
    """One check with what it says. How many were set aside is not shown where they are few."""
    value = percent(check.value, 0) if check.name in SHARES else figure(check.value)
    words = compared(check) if check.name == COMPARED else masked(check.words)
    return row(Cell((capital(check.name),), capital(words)), value, check.flag or "–")


def figure(value: float | None) -> str:
    """A number to three decimals, or to the whole from a hundred on."""
    return number(value, 3 if value is None or abs(value) < 100 else 0)


def compared(check: Check) -> str:
    """The words of the check of who could be compared, without a small number that were set aside."""
    kept, _, rest = check.words.partition(" of ")
    n, _, rest = rest.partition(":")
    gone = int(n.replace(",", "")) - int(kept.replace(",", ""))
    if not 0 < gone < FEWEST:
        return check.words
    return f"{kept} were compared and {FEW} set aside:{rest}"


def errors_table(errors: tuple[StandardError, ...]) -> Table:
    """Every standard error of the same difference; the interval is made from the headline one."""
    return Table(
        "Standard errors of the difference, by more than one method",
        cells("Method", "Points", "Makes the interval"),
        [
            row(Cell((capital(e.name),), capital(e.note)), f"{100 * e.se:.2f}", "yes" if e.headline else "no")
            for e in errors
        ],
        frozenset({1}),
    )
