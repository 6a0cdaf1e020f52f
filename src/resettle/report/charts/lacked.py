"""The chart of need: what people say they lack."""

from __future__ import annotations

from dataclasses import dataclass

from resettle.goodlives.need import Needs
from resettle.report.charts.chart import Chart
from resettle.report.charts.rows import Row, rows_chart
from resettle.report.look import CIRCLES
from resettle.report.words import capital, good, percent, percents
from resettle.result import Interval


@dataclass(frozen=True)
class Lack:
    """One good over all places: people asked and lacking, with the interval of the share.

    `unmet` is None where it is withheld.
    """

    good: str
    people: int
    lacking: int
    unmet: int | None
    interval: Interval


def lacks(needs: Needs) -> list[Lack]:
    """Need by good, of the goods whose totals may be published, the most lacked first."""
    from resettle.evidence.intervals import wilson

    found = [
        Lack(good, people, lacking, unmet, wilson(lacking, people))
        for good, (people, lacking, unmet) in needs.published().by_good().items()
        if people and lacking is not None
    ]
    return sorted(found, key=lambda n: (-n.lacking / n.people, n.good))


def needs_chart(needs: Needs) -> Chart:
    """The share of people who lack each good, over all places."""
    found = lacks(needs)
    rows = [lack_row(n) for n in found]
    title = (
        f"Most lacked is “{good(found[0].good)}”: {percent(found[0].lacking / found[0].people, 0)} of those asked lack it."
        if found
        else "Need is not known, or no group is large enough to be shown."
    )
    return Chart(
        title=title,
        subtitle="Share of people asked who say they lack each good, with its 95% interval. "
        f"To lack is a gap of {needs.lacking_points} points or more.",
        source=f"{needs.area}. {needs.caveat} Each person's own latest rating. Method: Wilson.",
        body=lambda size: rows_chart(rows, "per cent of people asked", size),
    )


def lack_row(lack: Lack) -> Row:
    """One good as a row."""
    share = lack.lacking / lack.people
    words = f"{percent(share)} ({percents(lack.interval)}), {lack.lacking:,} of {lack.people:,} people"
    ends = 100 * lack.interval.low, 100 * lack.interval.high
    return Row(capital(good(lack.good)), words, 100 * share, *ends, colour=CIRCLES["micro"])
