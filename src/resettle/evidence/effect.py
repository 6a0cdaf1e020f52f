"""`Effect`: what a programme caused, on one outcome, by one design, with its uncertainty and its grade."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from resettle.result import Interval, Record, Result

Scale = Literal["difference", "ratio", "hazard"]
Flag = Literal["green", "amber", "red"]
Unit = Literal["share", "events", "days"]
Of = Literal["people", "reoffenders"]
FLAGS: tuple[Flag, ...] = ("red", "amber", "green")


class Test(Record):
    """One test of the same question: its name, statistic and p value; `note` says what it does differently."""

    __test__ = False

    name: str
    statistic: float
    p: float
    note: str = ""


class Grade(Record):
    """How strong the design is: Maryland Scientific Methods level (1-5), Nesta standard of evidence (1-5), and why."""

    maryland: int
    nesta: int
    why: str


class Group(Record):
    """One side of a comparison: people, those with the outcome, and the rate that the estimate uses (adjusted if it
    is).

    `rate` is the mean of the outcome: a share of people, or events or days a person. `events` are people with the
    outcome where it is a share, and events where it is a number of them. `interval` is that of `rate`, where the design
    gives each side its own.
    """

    label: str
    n: int
    events: int
    rate: float
    interval: Interval | None = None


class StandardError(Record):
    """One standard error of the estimate, by its name; the headline one makes the interval. `note` says what it allows
    for.
    """

    name: str
    se: float
    headline: bool = False
    note: str = ""


class WeightSummary(Record):
    """The weights of the comparison, in treated people: how many are above nil, their range, and what they amount to.

    `top_share` is the part of all weight that the heaviest hundredth of them carries (at least one person).
    """

    n: int
    total: float
    smallest: float
    median: float
    largest: float
    top_share: float
    effective_n: float


class Balance(Record):
    """How alike the groups are on one covariate, before and after the design.

    `before` and `after` are standardised differences: means of the treated less means of the comparison, in standard
    deviations of all the treated. `variance_ratio` is treated over comparison, after. `unmatched` is the mean of the
    treated who were set aside (None where there are none, or too few to show). Means are in the covariate's own units,
    or shares of people for a level.
    """

    name: str
    treated: float
    comparison_before: float
    comparison_after: float
    before: float
    after: float
    variance_ratio: float | None = None
    unmatched: float | None = None
    flag: Flag


class Check(Record):
    """One check of a design or of what it found: a figure, a flag where the figure can be judged, and what it means."""

    name: str
    value: float | None
    flag: Flag | None = None
    words: str


class Effect(Result):
    """The effect on the treated of one programme on one outcome.

    `estimate` is on `scale` (a difference of rates between 0 and 1, or of means; a ratio of times; or a ratio of
    hazards), with its standard error (of the logarithm, on the ratio scales), `interval` and `p`. `measure` names the
    outcome as in `outcomes.LABELS`, `unit` what one of it is, and `of` whose it is: all people, or those who reoffended.
    `lower_is_better` says which sign is good news. `tests` are other tests of the same question, the headline one first.
    `seal` is the hash of the design, made before outcomes were looked at, where the design has one.

    `errors` are standard errors by other methods, the headline one being `se`. `effective_n` is the number of people in
    the comparison group that their weights amount to (Kish), of which `weights` says more. `balance` and `diagnostics`
    say how far to trust the design. A plain comparison has none of these.
    """

    id: str
    programme: str
    outcome: str
    outcome_label: str
    scale: Scale = "difference"
    estimate: float
    se: float
    interval: Interval
    p: float
    treated: Group
    comparison: Group
    n: int
    effective_n: float | None = None
    design: str
    method: str
    grade: Grade
    follow_up: str
    known_on: date | None = None
    people: str
    lower_is_better: bool = True
    tests: tuple[Test, ...] = ()
    covariates: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    seal: str | None = None
    measure: str = "rate"
    unit: Unit = "share"
    of: Of = "people"
    weights: WeightSummary | None = None
    errors: tuple[StandardError, ...] = ()
    balance: tuple[Balance, ...] = ()
    diagnostics: tuple[Check, ...] = ()

    @property
    def flag(self) -> Flag | None:
        """The worst flag of balance and diagnostics; None where nothing was judged."""
        flags = {*(one.flag for one in self.balance), *(check.flag for check in self.diagnostics)}
        return next((flag for flag in FLAGS if flag in flags), None)

    @property
    def shown(self) -> bool:
        """Whether the interval leaves out 'no difference' (0, or 1 on a ratio scale), and the headline test agrees."""
        nothing = 0.0 if self.scale == "difference" else 1.0
        return not self.interval.low <= nothing <= self.interval.high and self.p <= 1 - self.interval.level + 1e-9

    @property
    def verdict(self) -> str:
        """`fewer`, `more` or `not shown`: read from the interval alone, and never 'no effect'."""
        if not self.shown:
            return "not shown"
        nothing = 0.0 if self.scale == "difference" else 1.0
        return "fewer" if self.estimate < nothing else "more"

    @property
    def relative(self) -> float | None:
        """The difference as a part of what the comparison had (-0.084: 8.4% fewer); a ratio less one. None from nil."""
        if self.scale != "difference":
            return self.estimate - 1
        return self.estimate / self.comparison.rate if self.comparison.rate else None

    @property
    def disputed(self) -> bool:
        """Whether the tests of the same question fall on both sides of p = 0.05: the answer changes with the test."""
        return len({test.p <= 0.05 for test in self.tests}) > 1

    @property
    def sentence(self) -> str:
        """The finding in plain words: in points per hundred people, in events or days a person, or as a ratio."""
        return sentence_of(self)

    def rows(self) -> list[dict[str, Any]]:
        """One row for each group, then the difference (or ratio). `rate` is the one compared: adjusted where the design
        adjusts it, while `observed` is events by people.
        """
        counted = self.unit != "days"
        return [
            {
                "group": g.label,
                "people": g.n,
                "events": g.events,
                "observed": g.events / g.n if counted and g.n else None,
                "rate": g.rate,
            }
            for g in (self.treated, self.comparison)
        ] + [
            {
                "group": "difference" if self.scale == "difference" else f"{WORDS[self.scale]}",
                "people": self.n,
                "events": None,
                "observed": None,
                "rate": self.estimate,
                "low": self.interval.low,
                "high": self.interval.high,
                "p": self.p,
            }
        ]


def shown_p(p: float) -> str:
    """A p value as it is printed: three decimals, or less than one in a thousand."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


WORDS: dict[Scale, str] = {"difference": "difference", "ratio": "time ratio", "hazard": "hazard ratio"}


def sentence_of(effect: Effect) -> str:
    """The finding of an effect in plain words."""
    verdict, what, programme = effect.verdict, effect.outcome_label, effect.programme
    size = f"{size_of(effect)}, {shown_p(effect.p)}, {people_of(effect)})"
    if effect.scale == "ratio":
        longer = {"more": "longer", "fewer": "shorter"}.get(verdict)
        told = f"The time to {what} was {longer} with {programme}" if longer else None
        return f"{told or f'A difference in the time to {what} was not shown'}: {size}."
    if verdict == "not shown":
        return f"A difference in {what} was not shown: {size}."
    if effect.measure == "rate":
        sooner = " (at any time)" if effect.scale == "hazard" else ""
        return f"There was {verdict.replace('fewer', 'less')} {what}{sooner} with {programme}: {size}."
    if effect.unit == "share":
        return f"With {programme} {what} was {'less' if verdict == 'fewer' else 'more'} frequent: {size}."
    return f"With {programme} there were {verdict} {what}: {size}."


def size_of(effect: Effect) -> str:
    """The estimate with its interval, up to the closing bracket."""
    estimate, low, high = effect.estimate, effect.interval.low, effect.interval.high
    if effect.scale != "difference":
        return f"{WORDS[effect.scale]} {estimate:.2f} (95% interval {low:.2f} to {high:.2f}"
    factor, digits, unit = {"share": (100, 2, " percentage points"), "events": (1, 2, ""), "days": (1, 1, " days")}[
        effect.unit
    ]
    shown = [signed(factor * value, digits) for value in (estimate, low, high)]
    return f"{shown[0]}{unit} (95% interval {shown[1]} to {shown[2]}"


def signed(value: float, digits: int) -> str:
    """A number with its sign; nothing is never less than nothing."""
    return f"{round(value, digits) + 0.0:+.{digits}f}"


def people_of(effect: Effect) -> str:
    """The people on both sides."""
    who = "people" if effect.of == "people" else "reoffenders"
    return f"{effect.treated.n:,} {who} with {effect.programme} and {effect.comparison.n:,} without"
