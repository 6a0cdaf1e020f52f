"""`round_counts`: published findings with every count at a multiple of five, and nothing left that shows an exact one.

Counts are rounded together, so that printed parts add up to printed totals (`evidence.disclosure.rounded`). A share of people
of equal weight is then worked out from the rounded counts; what rests on weights is coarsened by as much as one rounding
step of its people. What could be turned back into an exact count (errors, tests, other specifications) is left out, and
the log says so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from resettle.evidence.diagnostics.attrition import Attrition
from resettle.evidence.diagnostics.counting import ANALYSED, WITH, Counted
from resettle.evidence.diagnostics.findings import BalanceLine, Compared, StudyFindings, Value
from resettle.evidence.diagnostics.profile import Share
from resettle.evidence.diagnostics.reading import COMPARED, TREATED, StudyRun
from resettle.evidence.diagnostics.rules import FEWEST_REOFFENDERS
from resettle.evidence.diagnostics.subgroups import Subgroup
from resettle.evidence.disclosure import Counts, Hidden, Key, rounded
from resettle.evidence.effect import Check
from resettle.evidence.intervals import wilson
from resettle.evidence.sensitivity import needed_to_show
from resettle.result import Record

Z = 1.959963984540054
PEOPLE_OF = {"days_to_first": (WITH,), "first_custody": ("custody of the first known",)} | dict.fromkeys(
    ("first_indictable", "first_either_way", "first_summary"), ("court outcome of the first known",)
)
"""The cell of the people of an outcome that is not of everybody."""
LEFT_OUT = {
    "standard errors by every method": "errors",
    "tests of the same question": "tests",
    "other specifications": "specifications",
    "whether groups differ": "heterogeneity",
    "bounds for errors of linkage": "linkage",
    "power": "power",
}


@dataclass(frozen=True)
class Rounded:
    """Both sides' counts at multiples of `base`; of the same exact number two cells may go different ways."""

    base: int
    exact: Mapping[Key, int]
    values: Mapping[Key, int]

    def near(self, n: int) -> int:
        """The multiple nearest to a number that stands in no table of people."""
        return self.base * math.floor(n / self.base + 0.5)

    def of(self, key: Key, n: int) -> int:
        """The rounded count of a cell; of a cell that is not there, or counts others, the nearest multiple."""
        return self.values[key] if self.exact.get(key) == n else self.near(n)

    def step(self, n: int) -> float:
        """How far a share of so many people is coarsened: at least a whole per cent, and one rounding step of them."""
        return max(0.01, math.ceil(100 * self.base / max(n, 1)) / 100)

    def coarse(self, value: float, n: int) -> float:
        """A share to the nearest step."""
        step = self.step(n)
        return round(step * math.floor(value / step + 0.5), 6)


def round_counts(f: StudyFindings, run: StudyRun, base: int) -> StudyFindings:
    """Findings from which small numbers have been left out, rounded to multiples of `base`."""
    to = gather(f, run, base)
    none: tuple[object, ...] = ()
    gone = {name: None if name in ("linkage", "power") else none for name in LEFT_OUT.values()}
    log = [
        Hidden(cell="every count", rule="rounded", why=f"to a multiple of {base}; totals are still sums of their parts")
    ]
    log += [
        Hidden(cell=words, rule="rounded", why="an exact count could be worked out")
        for words, name in LEFT_OUT.items()
        if getattr(f, name)
    ]
    return f.model_copy(
        update={
            **gone,
            "outcomes": tuple(outcome(one, f, to) for one in f.outcomes),
            "attrition": f.attrition and way(f.attrition, to),
            "profile": tuple(share(one, to) for one in f.profile),
            "balance": tuple(balance_line(one) for one in f.balance),
            "checks": tuple(check(one) for one in f.checks),
            "notes": tuple(note for note in f.notes if not any(letter.isdigit() for letter in note)),
            "subgroups": tuple(subgroup(one, to) for one in f.subgroups),
            **times(f, to),
            "suppressed": (*f.suppressed, *log),
            "rounded_to": base,
        }
    )


def gather(f: StudyFindings, run: StudyRun, base: int) -> Rounded:
    """Every cell of both sides, and the way to the analysis, rounded together."""
    exact: dict[Key, int] = {}
    values: dict[Key, int] = {}
    for side in (run.treated, run.comparison):
        counts = side.counts()
        if side is run.treated and f.attrition is not None and f.attrition.submitted is not None:
            counts = with_way(side, f.attrition)
        exact |= counts.values
        values |= rounded(counts, base)
    return Rounded(base, exact, values)


def with_way(side: Counted, found: Attrition) -> Counts:
    """The counts of the treated with the waterfall that leads to them."""
    values, sums = dict(side.values), list(side.sums)
    before: Key = ("way", "submitted")
    values[before] = found.submitted or 0
    for i, one in enumerate(found.steps):
        lost: Key = ("way", "lost", i)
        last = i == len(found.steps) - 1 and side.values[side.key()] == found.analysed
        left: Key = side.key() if last else ("way", "left", i)
        values |= {lost: one.lost or 0, left: one.left or 0}
        sums.append((before, (lost, left)))
        before = left
    return Counts(values, tuple(sums))


def way(found: Attrition, to: Rounded) -> Attrition:
    """The waterfall with rounded numbers."""
    left = to.of((TREATED,), found.analysed)
    if found.submitted is None:
        return found.model_copy(update={"analysed": left})
    steps = []
    for i, one in enumerate(found.steps):
        after = to.values.get(("way", "left", i), left)
        steps.append(one.model_copy(update={"lost": to.values["way", "lost", i], "left": after}))
    last = steps[-1].left if steps else to.values["way", "submitted"]
    return found.model_copy(
        update={"submitted": to.values["way", "submitted"], "steps": tuple(steps), "analysed": last}
    )


def outcome(one: Compared, f: StudyFindings, to: Rounded) -> Compared:
    """One outcome from rounded counts, its interval widened by as much as rounding can have moved it."""
    if one.hidden or one.low is None or one.high is None or one.difference is None:
        return one
    sides = [value(v, one, side, to) for v, side in ((one.treated, TREATED), (one.comparison, COMPARED))]
    ours, theirs = sides
    assert ours.value is not None and theirs.value is not None and ours.n is not None
    difference = round(ours.value - theirs.value, 6)
    half = half_of(one, ours, theirs) + sum(moved(v, one, to) for v in (ours, theirs))
    low, high = difference - half, difference + half
    p = p_of(difference, half)
    again = to.of((TREATED, WITH), f.rate.treated.count or 0)
    shown = p <= 0.05 and not low <= 0.0 <= high and again >= FEWEST_REOFFENDERS
    made = {"difference": difference, "low": low, "high": high, "p": p, "significant": shown}
    needed = needed_to_show(difference, half / Z, ours.n)
    return one.model_copy(update={"treated": ours, "comparison": theirs, "needed": needed, **made})


def value(v: Value, one: Compared, side: str, to: Rounded) -> Value:
    """One side of one outcome: of equal weights its rounded count among its rounded people, else coarsened."""
    assert v.n is not None and v.count is not None and v.value is not None
    n = to.of((side, *PEOPLE_OF.get(one.name, ())), v.n)
    if one.unit == "days":
        return edges(v, n, n, float(round(v.value)), 0)
    count = to.of((side, WITH) if one.name == "rate" else (side, one.name), v.count)
    if one.unit == "share" and plain(v):
        found = wilson(count, n)
        return Value(n=n, count=count, value=count / n, low=found.low, high=found.high)
    return edges(v, n, count, count / n if plain(v) else to.coarse(v.value, v.n), 2)


def plain(v: Value) -> bool:
    """Whether a value is simply the count among the people: all weigh the same."""
    return v.n is not None and v.count is not None and v.value is not None and abs(v.value - v.count / v.n) < 1e-9


def edges(v: Value, n: int, count: int, middle: float, places: int) -> Value:
    """A value with the width of its interval coarsened."""
    assert v.value is not None
    low, high = (None if end is None else middle + round(end - v.value, places) for end in (v.low, v.high))
    return Value(n=n, count=count, value=middle, low=low, high=high)


def half_of(one: Compared, ours: Value, theirs: Value) -> float:
    """Half the interval of a difference. Of shares it is worked out again from the published ones, times how much wider
    the design's own interval was, to one decimal; of other outcomes it is its own to two figures."""
    assert one.low is not None and one.high is not None
    own = (one.high - one.low) / 2
    if one.unit != "share":
        return upwards(own)
    before, after = spread(one.treated, one.comparison), spread(ours, theirs)
    return after * max(0.1, round(own / before, 1)) if before > 0 and after > 0 else upwards(own)


def spread(*sides: Value) -> float:
    """Half the interval of a difference of two plain shares."""
    return Z * math.sqrt(sum((v.value or 0.0) * (1 - (v.value or 0.0)) / (v.n or 1) for v in sides))


def upwards(number: float) -> float:
    """A positive number to two figures, never made smaller."""
    if number <= 0:
        return 0.0
    unit = 10.0 ** (math.floor(math.log10(number)) - 1)
    return math.ceil(number / unit - 1e-9) * unit


def moved(v: Value, one: Compared, to: Rounded) -> float:
    """How far rounding can have moved a published value."""
    assert v.n is not None
    return 1.0 if one.unit == "days" else to.step(v.n)


def p_of(difference: float, half: float) -> float:
    """The p value that goes with an interval, to two decimals."""
    if half == 0:
        return 1.0
    return round(math.erfc(abs(difference) / (half / Z) / math.sqrt(2)), 2)


def share(one: Share, to: Rounded) -> Share:
    """One group of the profile."""
    everybody = to.values[(COMPARED,)]
    theirs = None if one.comparison is None else to.coarse(one.comparison, everybody)
    if one.n is None:
        return one.model_copy(update={"comparison": theirs})
    n = to.of((TREATED, one.grouping, one.level), one.n)
    return one.model_copy(update={"n": n, "treated": n / to.values[(TREATED,)], "comparison": theirs})


def balance_line(one: BalanceLine) -> BalanceLine:
    """One covariate: of a level its flag alone, because its share gives its people; of a number two decimals."""
    names = ("treated", "comparison_before", "comparison_after", "before", "after", "variance_ratio", "unmatched")
    level = " = " in one.name or one.name.endswith(" missing")
    kept = {name: None if level or (v := getattr(one, name)) is None else round(v, 2) for name in names}
    return one.model_copy(update=kept)


def check(one: Check) -> Check:
    """A check's flag; its figure and its words would give counts away."""
    return one.model_copy(update={"value": None, "words": "The figure is left out, because counts are rounded."})


def subgroup(one: Subgroup, to: Rounded) -> Subgroup:
    """One subgroup: rounded people, its difference and interval coarsened by its smaller side."""
    if one.estimate is None or one.low is None or one.high is None or one.p is None:
        return one
    named = one.grouping, one.level, ANALYSED
    people = {
        name: None if n is None else to.of((side, *named), n)
        for side, name, n in ((TREATED, "treated", one.treated), (COMPARED, "comparison", one.comparison))
    }
    n = min((to.exact.get((side, *named), 0) for side in (TREATED, COMPARED)), default=0)
    step = to.step(to.near(n))
    ends = math.floor(one.low / step) * step, to.coarse(one.estimate, to.near(n)), math.ceil(one.high / step) * step
    values = dict(zip(("low", "estimate", "high"), (round(end, 6) for end in ends), strict=True))
    ps = {name: None if (v := getattr(one, name)) is None else round(v, 2) for name in ("p", "p_holm", "p_bh")}
    return one.model_copy(update={**people, **values, **ps})


def times(f: StudyFindings, to: Rounded) -> dict[str, Record | None]:
    """The checks of time and the negative control: rounded counts and flags."""
    left = dict.fromkeys(("treated", "comparison", "estimate", "low", "high", "p"))
    made: dict[str, Record | None] = {}
    if (control := f.negative_control) is not None:
        events = None if control.events is None else to.of((TREATED, "negative control"), control.events)
        made["negative_control"] = control.model_copy(update={**left, "events": events})
    if (time := f.immortal) is not None:
        cells = {"treated": (), "after": ("started later",), "before_start": ("event before the start",)}
        counts = {
            name: None if (n := getattr(time, name)) is None else to.of((TREATED, *words), n)
            for name, words in cells.items()
        }
        made["immortal"] = time.model_copy(update={**counts, **dict.fromkeys(("estimate", "low", "high"))})
    if (risk := f.at_risk) is not None:
        own = {name: round(getattr(risk, name), 2) for name in ("treated", "comparison")}
        made["at_risk"] = risk.model_copy(update=own)
    return made
