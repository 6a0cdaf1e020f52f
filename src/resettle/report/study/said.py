"""The words of the report: the headline, what can and cannot be said, and what the numbers mean for 100 people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resettle.evidence.diagnostics.findings import Compared, StudyFindings
from resettle.report.study.rounding import in_100, may_not_sum, printed, rounded
from resettle.report.words import capital, number

SINGULAR = {"people": "person", "women": "woman", "men": "man", "young people": "young person"}


@dataclass(frozen=True)
class Said:
    """What a reader can say, and what not."""

    part: ClassVar[str] = "said"
    can: tuple[str, ...]
    cannot: tuple[str, ...]


def headline(f: StudyFindings) -> str:
    """The finding in one sentence a reader remembers."""
    rate = f.rate
    if rate.hidden:
        return f"The numbers of {f.programme} are too small to be published: {rate.hidden}."
    if not rate.significant:
        return (
            f"This analysis does not show whether {f.people} with {f.programme} are more or less likely to have "
            f"{a(f.event)} within {f.follow_up} than similar {f.people} without it."
        )
    likely = "less" if (rate.difference or 0) < 0 else "more"
    return (
        f"{capital(f.people)} with {f.programme} were {likely} likely to have {a(f.event)} within {f.follow_up} than "
        f"similar {f.people} without it."
    )


def a(event: str) -> str:
    """An event with its article."""
    return f"{'an' if event[:1] in 'aeiou' else 'a'} {event}"


def of_100(f: StudyFindings, one: Compared) -> tuple[str, str]:
    """What an outcome means for 100 typical people of the treated, and of the comparison."""
    assert one.treated.value is not None and one.comparison.value is not None and one.difference is not None
    unit = one.unit
    ours, theirs = in_100(one.treated.value, unit), in_100(one.comparison.value, unit)
    if unit == "days":
        gap = in_100(abs(one.difference), unit)
        when = "later" if one.difference > 0 else "earlier"
        other = f", {gap} {plural(gap, 'day')} {when} than in the comparison group" if gap else same()
        return (
            f"{ours} {plural(ours, 'day')} passed on average before the first {f.event} of those who had one{other}.",
            f"{theirs} {plural(theirs, 'day')} passed on average before the first {f.event} of those who had one.",
        )
    if one.name == "frequency":
        many = f"{f.event}s"
        per = f"(a frequency of {rounded(one.treated.value, 1)} {many} a person)"
        against = f"(a frequency of {rounded(one.comparison.value, 1)} {many} a person)"
        return (
            f"{ours} {plural(ours, f.event)} were counted within {f.follow_up} {per}{fewer(one, f.event)}.",
            f"{theirs} {plural(theirs, f.event)} were counted within {f.follow_up} {against}.",
        )
    had = f"of the 100 {f.people} had at least one {f.event} within {f.follow_up}"
    return (
        f"{ours} {had} (a rate of {ours}%){fewer(one, SINGULAR[f.people], f.people)}.",
        f"{theirs} {had} (a rate of {theirs}%).",
    )


def fewer(one: Compared, singular: str, many: str | None = None) -> str:
    """How many fewer or more than the comparison, from the unrounded difference."""
    assert one.difference is not None
    gap = in_100(abs(one.difference), one.unit)
    if gap == 0:
        return same()
    named = singular if gap == 1 else many or f"{singular}s"
    return f", {gap} {named} {'fewer' if one.difference < 0 else 'more'} than in the comparison group"


def same() -> str:
    """Where both sides print the same."""
    return ", about the same as in the comparison group"


def plural(n: int, word: str) -> str:
    """A word for so many."""
    return word if n == 1 else f"{word}s"


def impact_on_100(f: StudyFindings, one: Compared) -> str:
    """The estimated impact as an interval for 100 people with the programme against 100 similar people without."""
    assert one.low is not None and one.high is not None
    unit = one.unit
    low, high = (in_100(v, unit) for v in (one.low, one.high))
    if unit == "days":
        what, named = f"The time before the first {f.event} of those who have one", "days"
        down, up = "shorter", "longer"
    elif one.name == "frequency":
        what, named = f"The number of {f.event}s within {f.follow_up}", f"{f.event}s"
        down, up = "lower", "higher"
    else:
        what, named = f"The number of {f.people} who have {a(f.event)} within {f.follow_up}", f.people
        down, up = "lower", "higher"
    if one.significant:
        ends = sorted((abs(low), abs(high)))
        direction = down if one.high < 0 else up
        between = f"by {ends[0]}" if ends[0] == ends[1] else f"by between {ends[0]} and {ends[1]}"
        return f"{what} could be {direction} {between} {named}. This is a statistically significant result."
    need = f"More {f.people} would need to be available for analysis to tell the direction of this difference."
    return f"{what} could be {down} by as many as {abs(low)} {named}, or {up} by as many as {abs(high)} {named}. {need}"


def red_flags(f: StudyFindings) -> list[str]:
    """Every check that is marked red, in words: reasons to doubt the finding."""
    own = [("negative control", f.negative_control), ("immortal time", f.immortal), ("time at liberty", f.at_risk)]
    return [c.name for c in f.checks if c.flag == "red"] + [
        name for name, check in own if check is not None and check.flag == "red"
    ]


def claims(f: StudyFindings) -> Said:
    """What can and cannot be said of the headline outcomes."""
    can: list[str] = []
    cannot: list[str] = []
    for one in printed_outcomes(f):
        what = about(f, one)
        if one.significant and one.difference is not None:
            up, down = ("increases", "decreases") if one.difference > 0 else ("decreases", "increases")
            can.append(f"This analysis provides evidence that {f.programme} {up} {what}.")
            cannot.append(f"This analysis provides evidence that {f.programme} {down} {what}.")
        else:
            can.append(
                f"This analysis does not provide clear evidence on whether {f.programme} increases or decreases {what}. "
                f"An analysis of more {f.people} may provide it."
            )
            cannot.append(
                f"This analysis provides evidence that {f.programme} increases, decreases, or makes no difference to {what}."
            )
    if f.design != "randomised":
        cannot.append(
            f"{capital(f.programme)} alone is behind the difference. Whatever was not recorded can still explain it."
        )
    cannot.append("It would turn out the same elsewhere, at another time, or for other people.")
    if f.records == "synthetic":
        cannot.append("Anything about real people, organisations or places. These records are invented.")
    return Said(tuple(can), tuple(cannot))


def printed_outcomes(f: StudyFindings) -> list[Compared]:
    """The three outcomes of the headline that may be printed: the rate, the frequency, and the time."""
    wanted = ("rate", "frequency", "days_to_first")
    return [one for name in wanted if (one := f.outcome(name)) is not None and not one.hidden]


def about(f: StudyFindings, one: Compared) -> str:
    """What an outcome is, inside a sentence."""
    if one.name == "rate":
        return f"the number of {f.people} who have {a(f.event)} within {f.follow_up}"
    if one.name == "frequency":
        return f"the number of {f.event}s within {f.follow_up}"
    return f"the time before the first {f.event}"


def needed_words(f: StudyFindings, one: Compared) -> str:
    """How many people the study would have needed to show the difference that it found."""
    if one.significant or one.needed is None:
        return ""
    who = f"{f.people} with {f.programme}" + (f" who had {a(f.event)}" if one.of == "reoffenders" else "")
    return (
        f"If the difference found were the true one, about {number(one.needed, 0)} {who} would have been needed to show it; "
        f"there were {one.treated.n:,}."
    )


def sums_do_not_show(f: StudyFindings) -> bool:
    """Whether the note on rounding is needed."""
    return any(
        may_not_sum(one.treated.value, one.comparison.value, one.difference, one.unit)
        for one in printed_outcomes(f)
        if one.treated.value is not None and one.comparison.value is not None and one.difference is not None
    )


def key_numbers(f: StudyFindings, one: Compared) -> str:
    """Both values and the difference with its interval on one line."""
    assert one.treated.value is not None and one.comparison.value is not None
    assert one.difference is not None and one.low is not None and one.high is not None
    sign = "%" if one.unit == "share" else " days" if one.unit == "days" else ""
    points = " percentage points" if one.unit == "share" else sign
    values = [
        f"{printed(side.value, one.unit)}{sign}{ends(side.low, side.high, one)}"
        for side in (one.treated, one.comparison)
        if side.value is not None
    ]
    return (
        f"{values[0]} with {f.programme}, {values[1]} in the comparison group; a difference of "
        f"{printed(one.difference, one.unit)}{points} (95% interval {printed(one.low, one.unit)} to "
        f"{printed(one.high, one.unit)})."
    )


def ends(low: float | None, high: float | None, one: Compared) -> str:
    """An interval in brackets."""
    return "" if low is None or high is None else f" ({printed(low, one.unit)} to {printed(high, one.unit)})"
