"""Everything that was read of a study, and the findings that are made from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from resettle.evidence.diagnostics.attrition import attrition
from resettle.evidence.diagnostics.counting import WITH, Counted, count_side, n_of
from resettle.evidence.diagnostics.findings import BalanceLine, Compared, Power, StudyFindings, Value
from resettle.evidence.diagnostics.linkage_bounds import linkage_bounds
from resettle.evidence.diagnostics.negative_control import control_steps, negative_control
from resettle.evidence.diagnostics.overlap import overlap
from resettle.evidence.diagnostics.profile import profile, put_together
from resettle.evidence.diagnostics.rules import significant, why_hidden
from resettle.evidence.diagnostics.sides import Sides
from resettle.evidence.diagnostics.specification import Specification, specification_curve
from resettle.evidence.diagnostics.subgroups import Part, seal_of_parts, subgroup_effects
from resettle.evidence.diagnostics.time_checks import at_risk, immortal
from resettle.evidence.effect import Effect
from resettle.evidence.estimating import estimate
from resettle.evidence.observed import Observed
from resettle.evidence.outcomes import LABELS
from resettle.evidence.sealing import Sealed
from resettle.evidence.sensitivity import needed_before, needed_to_show, smallest_difference
from resettle.evidence.study import OutcomeName, Study

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

STAGES = (
    "people, sides and the comparison, sealed",
    "outcomes",
    "who was lost, and who they were",
    "checks",
    "specifications",
)
TREATED, COMPARED = "people treated", "people compared with"


@dataclass(frozen=True)
class StudyRun:
    """A study that has been evaluated: its findings with nothing hidden, and every count of people on either side."""

    study: Study
    findings: StudyFindings
    treated: Counted
    comparison: Counted


@dataclass(frozen=True)
class Reading:
    """Everything that was read of a study, from which its findings are made."""

    sealed: Sealed
    sides: Sides
    levels: dict[str, list[str]]
    parts: tuple[Part, ...]
    studied: pa.Table
    observed: dict[OutcomeName, Observed]
    effects: dict[OutcomeName, Effect | str]

    @property
    def rate(self) -> Effect:
        """The effect on the headline."""
        found = self.effects["rate"]
        assert isinstance(found, Effect)
        return found

    @cached_property
    def shown(self) -> dict[str, list[str]]:
        """The groupings of the profile, small levels put together."""
        asked = self.sealed.study.publication
        kept = self.sides.kept
        both = (self.sides.treated & kept, ~self.sides.treated & kept)
        return put_together({name: self.levels[name] for name in asked.profile}, both, asked.threshold)

    def column(self, name: str) -> Floats:
        """A column of the outcomes as numbers, nan where nothing is on record."""
        values: Floats = self.studied[name].to_pandas().to_numpy(dtype=float)
        return values

    def result(self, sealed_at: str, progress: Callable[[str], None]) -> StudyRun:
        """The findings, and the counts behind them."""
        area, study, effect = self.sealed.area, self.sealed.study, self.rate
        asked, outcome = study.sensitivity, self.observed["rate"].value
        groups, heterogeneity = subgroup_effects(self.parts, outcome)
        progress(STAGES[2])
        ids = self.sealed.rows["index_id"].to_pylist()
        kept = {id for id, is_kept in zip(ids, self.sides.treated & self.sides.kept, strict=True) if is_kept}
        lost = attrition(area, study, self.sealed.steps, kept)
        shares = profile(self.shown, self.sides.treated, self.sides.weights)
        progress(STAGES[3])
        found = estimate(self.sealed, self.observed["rate"], self.studied)
        linkage = asked.wrong_links or asked.missed_links
        control = asked.negative_control
        risk = at_risk(self.sealed, self.sides)
        time = immortal(self.sides, self.column("start_day"), self.column("days_to_first"), asked.landmark_days)
        progress(STAGES[4])
        curve = specification_curve(
            as_sealed(effect), self.sides, outcome, study.matching, asked.calipers, lambda name: progress(f"  {name}")
        )
        clock = self.sealed.clock
        findings = StudyFindings(
            id=study.id,
            title=study.publication.title or f"{study.programme.label.capitalize()}: {area.info.place}",
            question=study.question,
            people=study.publication.people,
            programme=study.programme.label,
            comparison_label=study.comparison.label,
            place=area.info.place,
            area=area.info.name,
            source=area.info.source,
            caveat=area.info.caveat,
            records=area.info.records,
            clock=clock.id,
            clock_label=clock.label,
            clock_source=clock.source,
            event=clock.event,
            follow_up=str(clock.follow_up),
            known_on=effect.known_on.isoformat() if effect.known_on else None,
            design=study.design,
            method=effect.method,
            grade=effect.grade,
            seal=effect.seal,
            sealed_at=sealed_at,
            seal_of_subgroups=seal_of_parts(self.parts) if self.parts else None,
            covariates=study.covariates,
            notes=effect.notes,
            outcomes=tuple(self.compared(name) for name in self.effects),
            attrition=lost,
            profile=shares,
            errors=effect.errors,
            tests=effect.tests,
            balance=tuple(BalanceLine(**one.model_dump()) for one in effect.balance),
            checks=effect.diagnostics,
            overlap=overlap(self.sides),
            power=power_of(effect, asked.planned),
            specifications=curve,
            subgroups=groups,
            heterogeneity=heterogeneity,
            negative_control=negative_control(area, self.sealed.steps, clock, control, self.sides) if control else None,
            immortal=time,
            at_risk=risk,
            linkage=linkage_bounds(found, asked.wrong_links, asked.missed_links) if linkage else None,
            threshold=study.publication.threshold,
            provenance=self.sealed.provenance,
        )
        return StudyRun(study, findings, self.counted(TREATED, findings), self.counted(COMPARED, findings))

    def compared(self, name: OutcomeName) -> Compared:
        """One outcome as the tables have it, with the reason for which the laboratory would not print it."""
        effect, one = self.effects[name], self.observed[name]
        if isinstance(effect, str):
            return unknown(one, label_of(one, self.sealed.clock.event), effect)
        sides = [
            Value(
                n=g.n,
                count=g.events,
                value=g.rate,
                low=g.interval.low if g.interval else None,
                high=g.interval.high if g.interval else None,
            )
            for g in (effect.treated, effect.comparison)
        ]
        made = Compared(
            name=name,
            label=label_of(one, self.sealed.clock.event),
            of=one.of,
            unit=one.unit,
            treated=sides[0],
            comparison=sides[1],
            difference=effect.estimate,
            low=effect.interval.low,
            high=effect.interval.high,
            p=effect.p,
            needed=needed_to_show(effect.estimate, effect.se, effect.treated.n),
            method=effect.method,
        )
        asked = self.sealed.study.publication
        why = why_hidden(made, self.behind(one), asked.threshold, asked.rates_need)
        made = made.model_copy(update={"hidden": why})
        return made.model_copy(update={"significant": significant(made, self.rate.treated.events)})

    def behind(self, one: Observed) -> tuple[int, int]:
        """How many people on either side had any of an outcome."""
        some = self.sides.kept & one.known & (one.value > 0)
        return n_of(some & self.sides.treated), n_of(some & ~self.sides.treated)

    def counted(self, side: str, findings: StudyFindings) -> Counted:
        """The counts of one side that the report shows, or from which one could be worked out."""
        own = self.sides.treated if side == TREATED else ~self.sides.treated
        values: dict[str, Floats] = {name: one.value for name, one in self.observed.items()}
        analysed = {(p.grouping, p.level): in_whole(p) & own for p in self.parts if p.sides is not None}
        columns = self.sealed.design.x, self.sealed.design.names
        made = count_side(side, own & self.sides.kept, values, self.levels, self.shown, columns, analysed)
        if side == TREATED:
            self.count_times(made, findings)
        return made

    def count_times(self, made: Counted, findings: StudyFindings) -> None:
        """Starts after the index date, events before the start, and the negative control."""
        who, again = self.sides.treated & self.sides.kept, self.observed["rate"].value == 1
        start, first = self.column("start_day"), self.column("days_to_first")
        after, early = who & (start > 0), who & (start > 0) & (first <= start)
        later, rest = made.key("started later"), made.key("started by the index date")
        made.split(made.key(), {later: n_of(after), rest: n_of(who & ~after)})
        before = made.key("event before the start")
        made.split(later, {before: n_of(early), made.key("started later, no event before"): n_of(after & ~early)})
        made.unseen.add(made.key("started later, no event before"))
        made.split(
            made.key(WITH), {before: n_of(early), made.key("event, not before the start"): n_of(who & again & ~early)}
        )
        made.unseen.add(made.key("event, not before the start"))
        if findings.negative_control is not None:
            groups = self.sealed.study.sensitivity.negative_control
            steps = control_steps(self.sealed.steps, self.sealed.clock, groups)
            had = who & (self.sealed.area.run(steps, "control")["had"].to_numpy() == 1)
            other = made.key("event other than the negative control")
            made.split(made.key(WITH), {made.key("negative control"): n_of(had), other: n_of(who & again & ~had)})
            made.unseen.add(other)


def unknown(one: Observed, label: str, why: str) -> Compared:
    """An outcome that could not be estimated."""
    none = Value(n=None, count=None, value=None, low=None, high=None)
    left = dict.fromkeys(("difference", "low", "high", "p", "needed"))
    return Compared(
        name=one.name,
        label=label,
        of=one.of,
        unit=one.unit,
        treated=none,
        comparison=none,
        method="",
        hidden=why,
        **left,
    )


def label_of(one: Observed, event: str) -> str:
    """What an outcome is of, in the words of the clock."""
    if one.name == "rate":
        return one.label
    return LABELS[one.name].replace("reoffences", f"{event}s").replace("reoffence", event)


def in_whole(part: Part) -> Bools:
    """Who is analysed in a subgroup, as rows of the whole study."""
    import numpy as np

    result = np.zeros(len(part.who), dtype=bool)
    if part.sides is not None:
        result[part.who] = part.sides.kept
    return result


def as_sealed(effect: Effect) -> Specification:
    """The sealed answer as the first of the specifications."""
    worst = max((abs(one.after) for one in effect.balance), default=None)
    return Specification(
        kind="sealed",
        name="as sealed",
        estimate=effect.estimate,
        low=effect.interval.low,
        high=effect.interval.high,
        largest_difference=worst,
    )


def power_of(effect: Effect, planned: float) -> Power:
    """What the study could show, before and after it was made. The comparison is taken as large as it turned out."""
    others = (effect.effective_n or effect.comparison.n) / effect.treated.n
    rate = effect.comparison.rate
    possible = planned < rate < 1
    return Power(
        planned=planned,
        before=needed_before(rate, -planned, others) if possible else None,
        smallest=smallest_difference(effect.se),
        needed=needed_to_show(effect.estimate, effect.se, effect.treated.n),
    )
