"""Charts of what people said: themes by circle, and how far coders agree."""

from __future__ import annotations

from resettle.evidence.voices import Agreement, Themes
from resettle.evidence.voices.extract import CIRCLES as NAMES
from resettle.evidence.voices.themes import Theme
from resettle.goodlives.need import FEWEST
from resettle.report.charts.chart import Chart
from resettle.report.charts.rows import Row, rows_chart
from resettle.report.look import CIRCLES
from resettle.report.words import capital


def themes_chart(themes: Themes) -> Chart:
    """How many spoke of each theme, circle by circle; a small number is drawn as nothing and said to be small."""
    rows: list[Row] = []
    for circle, about in NAMES.items():
        held = [t for t in themes.themes if t.circle == circle]
        if held:
            rows += [Row(capital(about)), *(theme_row(t) for t in held)]
    first = max(themes.themes, key=lambda t: t.people, default=None)
    title = f"Most widespread: {first.code} ({shown(first)})" if first else "Nothing was coded"
    return Chart(
        title=f"{title}.",
        subtitle=f"How many of {themes.people:,} {themes.counted} spoke of each theme. "
        "They were chosen to be asked, not drawn by lot.",
        source="Coded by people; counts of people, not of mentions.",
        body=lambda size: rows_chart(rows, themes.counted, size, bars=True),
    )


def theme_row(theme: Theme) -> Row:
    """One theme as a bar in the colour of its circle."""
    colour = CIRCLES.get(theme.circle, CIRCLES["evidence"])
    value = float(theme.people) if theme.people >= FEWEST else 0.0
    return Row(theme.code, shown(theme), value, colour=colour)


def shown(theme: Theme) -> str:
    """How many spoke of a theme, as it may be published."""
    return f"{theme.people:,} of {theme.of:,}" if theme.people >= FEWEST else f"fewer than {FEWEST} of {theme.of:,}"


def agreement_chart(found: Agreement) -> Chart:
    """Krippendorff's alpha of each code with its interval, against 0.8."""
    rows = [
        Row(
            c.code,
            f"{c.alpha:.2f} ({c.interval.low:.2f} to {c.interval.high:.2f})",
            c.alpha,
            c.interval.low,
            c.interval.high,
        )
        for c in found.codes
        if c.alpha is not None and c.interval is not None
    ]
    return Chart(
        title=found.sentence,
        subtitle="Agreement between coders beyond chance, with its 95% interval. The dashed line is 0.8.",
        source=f"Krippendorff's alpha, nominal; pieces of text drawn again, seed {found.provenance.seed}.",
        body=lambda size: rows_chart(rows, "alpha", size, reference=0.8),
    )
