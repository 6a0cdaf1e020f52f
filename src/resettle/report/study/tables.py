"""The tables of a study's report besides the seven, and every table as a file."""

from __future__ import annotations

from collections.abc import Sequence

from resettle.evidence.diagnostics.findings import StudyFindings
from resettle.evidence.diagnostics.profile import Share
from resettle.evidence.diagnostics.subgroups import Subgroup
from resettle.report.blocks import Cell, Row, Table, cells, row
from resettle.report.study.charts import covariate_words
from resettle.report.study.rounding import p_printed, rounded, signed
from resettle.report.study.seven import FILES, SEVEN, seven_table
from resettle.report.words import capital, number, p_value

NOT_SHOWN = "not shown"


def profile_table(f: StudyFindings) -> Table:
    """Who the treated were, beside the comparison."""
    rows = [
        row(capital(s.grouping.replace("_", " ")), capital(s.level), shown(s), share(s.treated), share(s.comparison))
        for s in f.profile
    ]
    return Table(
        f"{capital(f.people)} with {f.programme}, beside the comparison group",
        cells("Group", "Level", f.programme.capitalize(), "Share", "Share of the comparison, weighted"),
        rows,
        frozenset({2, 3, 4}),
        small_note(f, any(s.n is None for s in f.profile)),
    )


def shown(s: Share) -> str:
    """A count, or that it is not shown."""
    return NOT_SHOWN if s.n is None else f"{s.n:,}"


def share(value: float | None) -> str:
    """A share in whole per cent, or that it is not shown."""
    return NOT_SHOWN if value is None else f"{rounded(100 * value)}%"


def small_note(f: StudyFindings, any_hidden: bool) -> str:
    """The note under a table in which something is not shown."""
    if not any_hidden:
        return ""
    return f"Not shown: fewer than {f.threshold} people, or a number that would give such a group away."


def attrition_table(f: StudyFindings) -> Table | None:
    """The waterfall in numbers."""
    found = f.attrition
    if found is None or found.submitted is None:
        return None
    rows = [row(capital(found.first), "", f"{found.submitted:,}")]
    rows += [row(f"Lost: {s.reason}", f"{s.lost:,}", f"{s.left:,}") for s in found.steps if s.lost is not None]
    rows.append(row("Analysed", "", f"{found.analysed:,}"))
    return Table(
        "The way to the analysis, in numbers",
        cells("Stage", "Lost", "Left"),
        rows,
        frozenset({1, 2}),
        f"Losses of fewer than {f.threshold} are put together with the next reason.",
    )


def balance_table(f: StudyFindings) -> Table:
    """Every covariate before and after the design."""
    return Table(
        "How alike the groups are on each covariate",
        cells(
            "Covariate",
            capital(f.programme),
            "Comparison before",
            "Comparison after",
            "Difference before (sd)",
            "Difference after (sd)",
            "Variance ratio",
            "Not matched",
            "Flag",
        ),
        [
            row(
                covariate_words(b.name),
                *(value(v, 2) for v in (b.treated, b.comparison_before, b.comparison_after, b.before, b.after)),
                *("–" if v is None else rounded(v, 2) for v in (b.variance_ratio, b.unmatched)),
                b.flag,
            )
            for b in f.balance
        ],
        frozenset(range(1, 8)),
        "Green: up to 0.05 standard deviations apart after the design; amber: up to 0.10; red: more. Levels are shares of "
        "people. Not matched: the mean of the people treated whom nobody was comparable to.",
    )


def value(v: float | None, places: int) -> str:
    """A number with so many decimals, or that it is not shown."""
    return NOT_SHOWN if v is None else rounded(v, places)


def errors_table(f: StudyFindings) -> Table:
    """The standard error by every method, with the interval that each would give."""
    from scipy.stats import norm

    estimate = f.rate.difference or 0.0
    half = float(norm.ppf(0.975))
    return Table(
        f"Standard errors of the difference in {f.rate.label}, by every method",
        cells("Method", "Standard error (points)", "95% interval (points)", "What it allows for"),
        [
            row(
                capital(e.name) + (" (headline)" if e.headline else ""),
                f"{100 * e.se:.2f}",
                f"{signed(100 * (estimate - half * e.se))} to {signed(100 * (estimate + half * e.se))}",
                e.note,
            )
            for e in f.errors
        ],
        frozenset({1, 2}),
    )


def tests_table(f: StudyFindings) -> Table:
    """Every test of the same question."""
    return Table(
        "Tests of the same question",
        cells("Test", "p", "Side of 0.05", "What it does differently"),
        [
            row(capital(t.name), p_value(t.p), "0.05 or less" if t.p <= 0.05 else "more than 0.05", t.note)
            for t in f.tests
        ],
        frozenset({1}),
    )


def checks_table(f: StudyFindings) -> Table:
    """Every check with its flag."""
    return Table(
        "Checks of the design and of the finding",
        cells("Check", "Figure", "Flag", "What it means"),
        [row(capital(c.name), figure(c.value), c.flag or "–", plain_words(c.words, f)) for c in f.checks],
        frozenset({1}),
    )


def plain_words(words: str, f: StudyFindings) -> str:
    """A check's words with covariates as a reader calls them."""
    for line in f.balance:
        if words.startswith(f"{line.name}:"):
            return covariate_words(line.name) + words.removeprefix(line.name)
    return words


def figure(v: float | None) -> str:
    """A check's figure with three decimals at most."""
    return "–" if v is None else number(v, 3)


def specification_table(f: StudyFindings) -> Table:
    """Every specification in numbers."""
    return Table(
        "The answer of every specification (percentage points)",
        cells("What was changed", "Difference", "95% interval", "Largest covariate difference (sd)"),
        [
            row(
                spec_name(s.kind, s.name),
                "–" if s.estimate is None else signed(100 * s.estimate),
                "could not be made: " + s.why_not
                if s.low is None or s.high is None
                else f"{signed(100 * s.low)} to {signed(100 * s.high)}",
                "–" if s.largest_difference is None else f"{s.largest_difference:.3f}",
            )
            for s in f.specifications
        ],
        frozenset({1, 3}),
    )


def spec_name(kind: str, name: str) -> str:
    """A specification in words."""
    plain = name.removeprefix("assessment.").replace("_", " ")
    return {
        "sealed": "Nothing: as sealed",
        "caliper": f"Caliper of {plain} standard deviations",
        "design": f"Design: {plain}",
        "covariate": f"Without {plain}",
        "raw": "No design at all: the two groups as they are",
    }[kind]


def subgroup_table(f: StudyFindings) -> Table:
    """Every subgroup, with p values that allow for their number."""
    return Table(
        f"Differences in {f.rate.label} within groups",
        cells("Group", "Level", capital(f.programme), "Comparison", "Difference (points)", "p", "p, Holm", "p, B-H"),
        [subgroup_row(s) for s in f.subgroups],
        frozenset(range(2, 8)),
        "Each group is matched anew among its own people. Holm's p keeps the chance of any false finding at 0.05, B-H "
        "(Benjamini and Hochberg) the share of false findings among all findings.",
    )


def subgroup_row(s: Subgroup) -> Row:
    """One subgroup, or why it has no numbers."""
    head = capital(s.grouping.replace("_", " ")), capital(s.level)
    if s.estimate is None or s.low is None or s.high is None or s.p is None:
        return row(*head, *([NOT_SHOWN] * 2), s.why_not or NOT_SHOWN, *(["–"] * 3))
    return row(
        *head,
        *(NOT_SHOWN if n is None else f"{n:,}" for n in (s.treated, s.comparison)),
        f"{signed(100 * s.estimate)} ({signed(100 * s.low)} to {signed(100 * s.high)})",
        p_printed(s.p),
        "–" if s.p_holm is None else p_printed(s.p_holm),
        "–" if s.p_bh is None else p_printed(s.p_bh),
    )


def suppressed_table(f: StudyFindings) -> Table:
    """What is not shown, and why."""
    return Table(
        "What is left out of this report, and why",
        cells("What", "Rule", "Why"),
        [row(h.cell, h.rule, h.why) for h in f.suppressed],
    )


def csv_of(table: Table) -> str:
    """A table as CSV with the numbers as they are printed; a second line of a cell stands in brackets."""
    import csv
    import io

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([words(c) for c in table.head])
    writer.writerows([[words(c) for c in line.cells] for line in table.rows])
    return text.getvalue()


def words(cell: Cell) -> str:
    """A cell as text, so that no spreadsheet takes it for a formula."""
    said = "".join(piece if isinstance(piece, str) else piece.text for piece in cell.pieces)
    said = f"{said} ({cell.small})" if cell.small else said
    risky = said.startswith(("=", "@")) or (said.startswith(("+", "-")) and not said[1:2].isdigit())
    return f"'{said}" if risky else said


def tables_of(f: StudyFindings) -> Sequence[tuple[str, Table]]:
    """Every table of the report with the name of its file."""
    found: list[tuple[str, Table | None]] = [(FILES[one.n - 1], seven_table(f, one)) for one in SEVEN]
    found += [("profile", profile_table(f) if f.profile else None), ("attrition", attrition_table(f))]
    found += [("balance", balance_table(f) if f.balance else None)]
    found += [
        ("standard-errors", errors_table(f) if f.errors else None),
        ("tests", tests_table(f) if f.tests else None),
    ]
    found += [("checks", checks_table(f) if f.checks else None)]
    found += [("specifications", specification_table(f) if len(f.specifications) > 1 else None)]
    found += [("subgroups", subgroup_table(f) if f.subgroups else None)]
    return [(name, table) for name, table in found if table is not None]
