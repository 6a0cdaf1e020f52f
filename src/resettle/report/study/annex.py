"""The technical annex: how it was found out, how sure it is, and what else could explain it."""

from __future__ import annotations

from resettle.evidence.diagnostics.findings import StudyFindings
from resettle.report.blocks import Bullets, Facts, Notice, Part, Text
from resettle.report.study import charts, tables
from resettle.report.study.chapter import Chapter, drawn
from resettle.report.study.rounding import signed
from resettle.report.study.said import Said, a, red_flags
from resettle.report.words import capital, listed, number


def design_chapter(f: StudyFindings) -> Chapter:
    """The design and its seal."""
    allowed = listed([c.removeprefix("assessment.").replace("_", " ") for c in f.covariates]) or "nothing"
    items = [
        ("Question", f.question),
        ("Design", f"{capital(f.method)}."),
        ("Compared with", f"{capital(f.comparison_label)}."),
        ("Allowed for", f"{capital(allowed)}."),
        ("Clock", f"{capital(f.clock_label)}; follow-up {f.follow_up}. {f.clock_source}."),
        (
            "Strength",
            f"Level {f.grade.maryland} of 5 on the Maryland Scientific Methods Scale, {f.grade.nesta} of 5 on Nesta's. "
            f"{f.grade.why}",
        ),
    ]
    if f.seal:
        items.append(("Seal of the design", f"{f.seal}, made at {f.sealed_at}, before any outcome was read"))
    if f.seal_of_subgroups:
        items.append(("Seal of the subgroups", f.seal_of_subgroups))
    parts: list[Part | Said] = [Facts([(name, (text,)) for name, text in items])]
    if f.notes:
        parts.append(Bullets([(note,) for note in f.notes]))
    return Chapter("design", "Design and seal", "", parts, True)


def alike_chapter(f: StudyFindings) -> Chapter | None:
    """How alike the groups were made."""
    if not f.balance:
        return None
    made = [charts.love_chart(f), charts.overlap_chart(f)]
    drawings = [drawn(chart, f) for chart in made if chart is not None]
    red = sum(1 for one in f.balance if one.flag == "red")
    finding = (
        f"{red} of {len(f.balance)} covariates still differ too much."
        if red
        else f"All {len(f.balance)} covariates are alike, or nearly alike, after the design."
    )
    return Chapter("balance", "How alike the groups are", finding, [*drawings, tables.balance_table(f)], True)


def sure_chapter(f: StudyFindings) -> Chapter | None:
    """How sure the number is: errors, tests, and what could have been shown."""
    if f.rate.hidden:
        return None
    parts: list[Part | Said] = [drawn(charts.outcome_chart(f), f)]
    if f.errors:
        parts.append(tables.errors_table(f))
    if f.tests:
        parts.append(tables.tests_table(f))
    if f.power is not None:
        parts.append(power_facts(f))
    return Chapter("errors", "How sure the number is", "", parts, True)


def power_facts(f: StudyFindings) -> Facts:
    """Minimum detectable effect and the number needed, before and after."""
    assert f.power is not None
    before = (
        f"about {f.power.before:,} {f.people} with the programme"
        if f.power.before is not None
        else "cannot be told at this rate"
    )
    needed = "none: no difference was found" if f.power.needed is None else f"about {number(f.power.needed, 0)}"
    return Facts(
        [
            (f"Needed beforehand to show {100 * f.power.planned:g} points", (f"{before}, four times in five.",)),
            (
                "Smallest difference this study would show",
                (f"{100 * f.power.smallest:.1f} points, four times in five.",),
            ),
            ("Needed to show the difference found", (f"{needed}, if it were the true one.",)),
        ]
    )


def bias_chapter(f: StudyFindings) -> Chapter | None:
    """What else could explain the finding."""
    if f.rate.hidden:
        return None
    parts: list[Part | Said] = []
    if red := red_flags(f):
        parts.append(Notice((f"Marked red: {listed(red)}.",)))
    if f.checks:
        parts.append(tables.checks_table(f))
    parts.append(Facts([(name, (text,)) for name, text in trials(f)]))
    return Chapter("bias", "What else could explain it", "", parts, True) if f.checks or trials(f) else None


def trials(f: StudyFindings) -> list[tuple[str, str]]:
    """Negative control, immortal time, time at risk, and linkage in words."""
    made = []
    if (control := f.negative_control) is not None:
        made.append((f"Negative control: {listed([g.replace('_', ' ') for g in control.groups])}", control_words(f)))
    if (time := f.immortal) is not None:
        made.append(("Immortal time", immortal_words(f)))
        if time.estimate is not None and time.low is not None and time.high is not None:
            made.append(
                (
                    f"Counted again from day {time.landmark}",
                    f"{points(time.estimate, time.low, time.high)}), among those without {a(f.event)} until then.",
                )
            )
    if (risk := f.at_risk) is not None:
        made.append(
            (
                "Time at liberty",
                f"{100 * risk.treated:.0f}% of the follow-up with {f.programme}, {100 * risk.comparison:.0f}% in the comparison "
                f"({risk.flag}: green up to 2 points apart, amber up to 5). Time in custody is no time to reoffend.",
            )
        )
    if f.linkage is not None:
        made.append(("Errors of linkage", f.linkage.sentence))
    return made


def points(value: float, low: float, high: float) -> str:
    """A difference in points, and its interval up to the closing bracket."""
    return f"{signed(100 * value)} points ({signed(100 * low)} to {signed(100 * high)}"


def control_words(f: StudyFindings) -> str:
    """The negative control in words."""
    control = f.negative_control
    assert control is not None
    if f.rounded_to is not None and control.flag is not None:
        return f"{capital(control.flag)}. Its figures are left out, because counts are rounded."
    if control.estimate is None or control.low is None or control.high is None or control.p is None:
        return f"Not shown: fewer than {f.threshold} people on a side had it."
    return (
        f"{points(control.estimate, control.low, control.high)}, p = {control.p:.3f}; "
        f"{control.flag}). The programme cannot have made a difference there."
    )


def immortal_words(f: StudyFindings) -> str:
    """Starts after the index date, and events before the start, in words."""
    time = f.immortal
    assert time is not None
    later = "some" if time.after is None else f"{time.after:,}"
    first = f"fewer than {f.threshold}" if time.before_start is None else f"{time.before_start:,}"
    return (
        f"{capital(later)} of those treated started after the index date, of whom {first} had "
        f"{a(f.event)} before they started ({time.flag})."
    )


def otherwise_chapter(f: StudyFindings) -> Chapter | None:
    """The same question asked in other ways."""
    if len(f.specifications) < 2 or f.rate.hidden:
        return None
    parts: list[Part | Said] = [drawn(chart, f) for chart in charts.specification_charts(f)]
    parts.append(tables.specification_table(f))
    return Chapter("specifications", "The same question asked otherwise", "", parts, True)


def groups_chapter(f: StudyFindings) -> Chapter | None:
    """Subgroups, with their number allowed for."""
    if not f.subgroups:
        return None
    chart = charts.subgroup_chart(f)
    parts: list[Part | Said] = [drawn(chart, f)] if chart is not None else []
    parts.append(tables.subgroup_table(f))
    parts += [
        Text((f"By {h.grouping.replace('_', ' ')}: {differ_words(h.p)} (Cochran's Q = {h.q:.1f}, p = {h.p:.2f}).",))
        for h in f.heterogeneity
    ]
    return Chapter("subgroups", "Within groups", "", parts, True)


def differ_words(p: float) -> str:
    """Whether groups differ."""
    return (
        "effects differ between groups by more than chance" if p <= 0.05 else "a difference between groups is not shown"
    )


def left_out_chapter(f: StudyFindings) -> Chapter:
    """What is not shown."""
    rule = (
        f"No count of 1 to {f.threshold - 1} people is shown, and nothing from which one could be worked out. "
        "This holds for every file beside this page."
    )
    if f.rounded_to is not None:
        rule += (
            f" Every count is rounded to a multiple of {f.rounded_to}, rates and differences are worked out from rounded "
            "counts, and intervals are widened by as much as that can have moved them."
        )
    parts: list[Part | Said] = [Text((rule,))]
    if f.suppressed:
        parts.append(tables.suppressed_table(f))
    finding = f"{len(f.suppressed)} numbers are left out." if f.suppressed else "Nothing had to be left out."
    return Chapter("left-out", "What is left out", finding, parts, True)
