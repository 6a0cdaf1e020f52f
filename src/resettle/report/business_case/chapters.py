"""What the page of a business case says, chapter by chapter."""

from __future__ import annotations

from resettle.reinvestment.business_case.assumptions import Assumption
from resettle.reinvestment.business_case.case import BusinessCase
from resettle.reinvestment.cashability import Cashability
from resettle.report.blocks import Bullets, Facts, Heading, Part, Table, cells, row
from resettle.report.charts.appraised import (
    VIEWS,
    agencies_chart,
    cash_steps_chart,
    sectors_chart,
    views_chart,
)
from resettle.report.charts.worth import acceptability_chart, plane_chart
from resettle.report.drawn import drawing
from resettle.report.sensitivity import changes
from resettle.report.study.chapter import Chapter
from resettle.report.words import capital, money, moneys, number, percent


def case_chapters(found: BusinessCase) -> list[Chapter]:
    """All chapters of a case."""
    return [
        Chapter("answer", "Does it pay?", found.sentence, [answers(found), drawing(views_chart(found))]),
        Chapter(
            "agencies", "Who pays and who gains", "", [drawing(agencies_chart(found)), whole(found), by_year(found)]
        ),
        Chapter("sectors", "Fiscal, economic and social", "", [drawing(sectors_chart(found)), sectors(found)]),
        Chapter("cash", "What can be cashed, and when", found.cash.sentence, cash(found.cash)),
        *worth_of_one(found),
        Chapter(
            "change",
            "What would change the answer",
            "",
            changes(found.tornado, found.sobol, found.headline.value, found.price_year),
        ),
        Chapter("knowing", "What knowing more is worth", "", [knowing(found)]),
        Chapter("assumptions", "Every figure that it rests on", "", [figures(found)]),
        *notes(found),
    ]


def answers(found: BusinessCase) -> Table:
    """The three points of view side by side."""
    rows = [
        row(
            VIEWS[one.perspective],
            money(one.benefit, found.currency),
            money(one.cost, found.currency),
            f"{money(one.value, found.currency)} ({moneys(one.interval, found.currency)})",
            "–" if one.ratio is None else f"{one.ratio:.2f}",
            enough(one.break_even),
            f"year {one.payback}" if one.payback else "not within its years",
            percent(one.chance, 0),
        )
        for one in found.views
    ]
    head = cells(
        "Point of view",
        "Gained",
        "Paid",
        "Net present value",
        "Gained a pound",
        "Gain that would be enough",
        "Paid back",
        "Pays",
    )
    return Table("Three points of view, never added together", head, rows, frozenset({1, 2, 3, 4, 7}))


def enough(share: float | None) -> str:
    """How much of the gain would be enough."""
    if share is None or share > 100:
        return "–" if share is None else "more than 100 times it"
    return f"{percent(share, 0)} of it" if share <= 1 else f"{share:.1f} times it"


def whole(found: BusinessCase) -> Table:
    """Agencies over all years."""
    rows = [
        row(
            capital(one.agency),
            money(one.gains, found.currency),
            money(one.pays, found.currency),
            f"{money(one.net, found.currency)} ({moneys(one.interval, found.currency)})",
            percent(one.chance, 0),
        )
        for one in found.headline.agencies
        if one.year == 0
    ]
    return Table(
        "All years together",
        cells("Agency", "Gains", "Pays", "Net", "Gains more than it pays"),
        rows,
        frozenset({1, 2, 3, 4}),
    )


def by_year(found: BusinessCase) -> Table:
    """Agencies year by year."""
    rows = [
        row(
            f"{capital(one.agency)}, year {one.year}",
            money(one.gains, found.currency),
            money(one.pays, found.currency),
            f"{money(one.net, found.currency)} ({moneys(one.interval, found.currency)})",
        )
        for one in found.headline.agencies
        if one.year
    ]
    return Table("Year by year", cells("Agency and year", "Gains", "Pays", "Net"), rows, frozenset({1, 2, 3}))


def sectors(found: BusinessCase) -> Table:
    """What is gained by sector."""
    rows = [
        row(
            capital(one.sector),
            capital(one.about),
            f"{money(one.amount, found.currency)} ({moneys(one.interval, found.currency)})",
            percent(one.chance_of_loss, 0),
        )
        for one in found.sectors
    ]
    return Table(
        "What is gained by sector", cells("Sector", "What", "Amount", "Chance of a loss"), rows, frozenset({2, 3})
    )


def cash(found: Cashability) -> list[Part]:
    """The three kinds by agency, each step over time, and the pool."""
    kinds = [
        row(
            capital(one.agency),
            f"{money(one.cashable, found.currency)} ({moneys(one.cashable_interval, found.currency)})",
            f"{money(one.usable, found.currency)} ({moneys(one.usable_interval, found.currency)})",
            f"{money(one.not_cashable, found.currency)} ({moneys(one.not_cashable_interval, found.currency)})",
        )
        for one in found.agencies
    ]
    head = cells("Agency", "Cashable", "Usable, not cashable", "Not cashable")
    note = "Usable: capacity that is free and stands open, at its own cost. Not cashable: the rest of the work "
    note += "avoided, at average cost."
    parts: list[Part] = [Table("Three kinds, never added together", head, kinds, frozenset({1, 2, 3}), note)]
    if wanted := [one for one in found.agencies if one.what]:
        parts += [
            Heading("What would make it cash"),
            Bullets([(f"{capital(one.agency)}: {one.what}",) for one in wanted]),
        ]
    parts += [drawing(cash_steps_chart(one, found)) for one in found.steps]
    steps = [
        row(
            capital(f"{one.agency}: {one.label}, {month.month:%B %Y}"),
            f"{number(month.free, 1)} of {number(one.size)} ({number(month.low, 1)} to {number(month.high, 1)})",
            percent(month.chance, 0),
            number(month.closed, 2),
            money(month.cash, found.currency),
        )
        for one in found.steps
        for month in one.months[5::6]
    ]
    if steps:
        shown = cells("Step and month", "Free", "A step is closed", "Steps closed", "Moved in that month")
        parts.append(Table("Capacity against steps, every six months", shown, steps, frozenset({1, 2, 3, 4})))
    return [*parts, *pools(found)]


def pools(found: Cashability) -> list[Part]:
    """What places close together that none closes alone."""
    rows = [
        row(
            capital(f"{one.label}: {place.place}"),
            percent(place.chance_alone, 0),
            percent(one.pool.chance_together, 0),
            money(place.alone, found.currency),
            f"{money(place.share, found.currency)} ({one.pool.split})",
            ", ".join(one.pool.smallest) or "not even all of them",
        )
        for one in found.steps
        if one.pool
        for place in one.pool.places
    ]
    head = cells(
        "Step and place", "Closed alone", "Closed together", "Brings alone", "Share of the pool", "Enough together"
    )
    return [Table("What places reach together", head, rows, frozenset({1, 2, 3, 4}))] if rows else []


def worth_of_one(found: BusinessCase) -> list[Chapter]:
    """Acceptability, where the file says what one reoffence fewer may be worth."""
    if found.curve is None:
        return []
    rows = [
        row(
            money(at.threshold, found.currency),
            f"{money(at.net_benefit.value, found.currency)} ({moneys(at.net_benefit.interval, found.currency)})",
            percent(at.chance, 0),
            money(at.evpi, found.currency),
        )
        for at in found.curve.curve
    ]
    head = cells(
        "One reoffence fewer is worth", "Net benefit a person", "Chance that it pays", "Perfect information a person"
    )
    table = Table(
        "By what one reoffence fewer is worth, beyond the work that agencies avoid", head, rows, frozenset({0, 1, 2, 3})
    )
    parts: list[Part] = [drawing(acceptability_chart(found.curve)), table, drawing(plane_chart(found.curve))]
    return [Chapter("worth", "If one reoffence fewer is worth so much", "", parts)]


def knowing(found: BusinessCase) -> Table:
    """What information is worth."""
    rows = [
        row(
            capital(one.name),
            money(one.worth, found.currency),
            "" if one.cost is None else money(one.cost, found.currency),
            "" if one.left is None else money(one.left, found.currency),
        )
        for one in found.information
    ]
    head = cells("What would be known", "Worth, before deciding", "Cost of the trial", "Left of its worth")
    note = "Worth is what a better choice would bring on average. A trial whose cost is more than its worth is not worth making."
    return Table("The value of information", head, rows, frozenset({1, 2, 3}), note)


def figures(found: BusinessCase) -> Table:
    """Every number with source, year and override."""
    rows = [
        row(
            one.name,
            f"{number(one.value, 4)} {one.unit}",
            ranged(one),
            one.year,
            one.source,
            f"set by {one.overridden_by}" if one.overridden_by else "",
        )
        for one in found.assumptions
    ]
    head = cells("Figure", "Value", "95% range", "Year", "Source", "Overridden")
    return Table("Every figure, with its source, its year and whether it was overridden", head, rows)


def ranged(one: Assumption) -> str:
    """The range of an assumption, where it has one."""
    return "" if one.low is None or one.high is None else f"{number(one.low, 4)} to {number(one.high, 4)}"


def notes(found: BusinessCase) -> list[Chapter]:
    """How it was worked out, and what must be said."""
    facts = Facts(
        [
            ("Draws", (f"{found.draws:,}, seed {found.provenance.seed}",)),
            ("Standard error from the number of draws", (money(found.monte_carlo_se, found.currency),)),
            ("Prices", (f"{found.price_year}, discounted to the start",)),
            (
                "Fewer reoffences over all years",
                (f"{number(found.reoffences_fewer, 0)} ({number(found.reoffences_interval.low, 0)} to "
                 f"{number(found.reoffences_interval.high, 0)})",),
            ),
        ]
    )  # fmt: skip
    parts: list[Part] = [facts, Bullets([(note,) for note in found.notes])] if found.notes else [facts]
    return [Chapter("how", "How it was worked out, and what must be said", "", parts)]
