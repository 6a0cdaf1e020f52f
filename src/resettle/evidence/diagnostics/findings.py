"""`StudyFindings`: everything that a study's report says, in one record."""

from __future__ import annotations

from typing import Any, Literal

from resettle.evidence.diagnostics.attrition import Attrition
from resettle.evidence.diagnostics.linkage_bounds import LinkageBounds
from resettle.evidence.diagnostics.negative_control import NegativeControl
from resettle.evidence.diagnostics.overlap import Overlap
from resettle.evidence.diagnostics.profile import Share
from resettle.evidence.diagnostics.specification import Specification
from resettle.evidence.diagnostics.subgroups import Heterogeneity, Subgroup
from resettle.evidence.diagnostics.time_checks import AtRisk, Immortal
from resettle.evidence.disclosure import Hidden
from resettle.evidence.effect import Check, Flag, Grade, StandardError, Test, Unit, shown_p
from resettle.evidence.published import Published
from resettle.result import Record, Result

Records = Literal["real", "nominal", "synthetic"]


class Value(Record):
    """One side of one outcome: `n` people (or reoffenders), `count` of them with it, or events; its value and interval.

    All are None where the row may not be printed.
    """

    n: int | None
    count: int | None
    value: float | None
    low: float | None
    high: float | None


class Compared(Record):
    """One outcome on both sides, the difference with its interval, and the people needed to show it.

    `significant` says whether the laboratory would list it as a significant difference; `hidden` why the row is not printed
    (empty where it is).
    """

    name: str
    label: str
    of: Literal["people", "reoffenders"]
    unit: Unit
    treated: Value
    comparison: Value
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    needed: int | None
    method: str
    significant: bool = False
    hidden: str = ""

    @property
    def shown(self) -> bool:
        """Whether a difference was shown: p of 0.05 or less, and an interval that leaves out nil."""
        if self.p is None or self.low is None or self.high is None:
            return False
        return self.p <= 0.05 and not self.low <= 0.0 <= self.high


class BalanceLine(Record):
    """How alike the groups are on one covariate; numbers are None where they would show a small group."""

    name: str
    treated: float | None
    comparison_before: float | None
    comparison_after: float | None
    before: float | None
    after: float | None
    variance_ratio: float | None
    unmatched: float | None
    flag: Flag


class Power(Record):
    """What the study could show: planned for `planned` points at the comparison's rate, and as it turned out.

    `before` is the number of treated people with which a difference of `planned` is shown four times in five;
    `smallest` the smallest true difference that this study would show so often; `needed` the treated people with whom the
    difference found would be at the edge of being shown.
    """

    planned: float
    before: int | None
    smallest: float
    needed: int | None


class StudyFindings(Result):
    """A study with all its outcomes under one sealed design, who was in it, and how far it can be trusted.

    `sealed_at` is the moment at which the design was sealed: the only part that differs when the same file is run again.
    As `evaluate_study` returns it nothing is hidden; `publish` gives the same record without small numbers.
    """

    id: str
    title: str
    question: str
    people: str
    programme: str
    comparison_label: str
    place: str
    area: str
    source: str
    caveat: str
    records: str
    clock: str
    clock_label: str
    clock_source: str
    event: str
    follow_up: str
    known_on: str | None
    design: str
    method: str
    grade: Grade
    seal: str | None
    sealed_at: str
    seal_of_subgroups: str | None = None
    covariates: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    outcomes: tuple[Compared, ...]
    attrition: Attrition | None = None
    profile: tuple[Share, ...] = ()
    errors: tuple[StandardError, ...] = ()
    tests: tuple[Test, ...] = ()
    balance: tuple[BalanceLine, ...] = ()
    checks: tuple[Check, ...] = ()
    overlap: Overlap | None = None
    power: Power | None = None
    specifications: tuple[Specification, ...] = ()
    subgroups: tuple[Subgroup, ...] = ()
    heterogeneity: tuple[Heterogeneity, ...] = ()
    negative_control: NegativeControl | None = None
    immortal: Immortal | None = None
    at_risk: AtRisk | None = None
    linkage: LinkageBounds | None = None
    threshold: int = 10
    rounded_to: int | None = None
    suppressed: tuple[Hidden, ...] = ()
    published: Published | None = None

    def outcome(self, name: str) -> Compared | None:
        """One outcome by its name in `outcomes.LABELS`; None where the study does not have it."""
        return next((one for one in self.outcomes if one.name == name), None)

    @property
    def disputed(self) -> bool:
        """Whether tests of the same question fall on both sides of p = 0.05: the answer changes with the test."""
        return len({test.p <= 0.05 for test in self.tests}) > 1

    @property
    def rate(self) -> Compared:
        """The headline: the share of people with the event."""
        return self.outcomes[0]

    @property
    def sentence(self) -> str:
        """The finding in one sentence, with its interval and people; or that it may not be published."""
        rate = self.rate
        if rate.difference is None or rate.low is None or rate.high is None or rate.p is None:
            return f"{self.programme}: the numbers are too small to be published ({rate.hidden})."
        verdict = "fewer" if rate.difference < 0 else "more"
        found = (
            f"{verdict} {self.people} with {self.programme} had {self.clock_label}"
            if rate.shown
            else f"a difference in {self.clock_label} was not shown with {self.programme}"
        )
        return (
            f"{found[:1].upper()}{found[1:]}: {100 * rate.difference:+.2f} percentage points (95% interval "
            f"{100 * rate.low:+.2f} to {100 * rate.high:+.2f}, {shown_p(rate.p)}, {rate.treated.n:,} treated)."
        )

    def rows(self) -> list[dict[str, Any]]:
        """One row for each outcome."""
        return [
            {
                "outcome": one.name,
                "of": one.of,
                "treated_n": one.treated.n,
                "treated": one.treated.value,
                "comparison_n": one.comparison.n,
                "comparison": one.comparison.value,
                "difference": one.difference,
                "low": one.low,
                "high": one.high,
                "p": one.p,
                "not_printed": one.hidden,
            }
            for one in self.outcomes
        ]
