"""`Projection`: stocks and flows by state, place and month, under a policy and without it, and the difference."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from resettle.errors import bad, did_you_mean
from resettle.reference.figures import Figure
from resettle.reinvestment.flows.compared import Calibration, Compared
from resettle.reinvestment.flows.names import GROUPS, LABELS, STATES
from resettle.reinvestment.programme import month_at
from resettle.result import Record, Result

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Kind = Literal["stock", "flow"]
Engine = Literal["cohort", "people"]
EVERYWHERE = "all places"


@dataclass(frozen=True)
class Drawn:
    """The draws behind a projection: what a valuation adds up, draw by draw.

    `names` are states (people at the end of the month) and decisions (people passing in the month); `baseline` and
    `policy` are arrays of draws x names x places x months; both used the same random numbers, so that their difference
    is what the policy changed. Without a policy the two are the same array.
    """

    start: date
    names: tuple[str, ...]
    places: tuple[str, ...]
    baseline: Floats
    policy: Floats

    @property
    def months(self) -> int:
        """How many months were projected."""
        return int(self.baseline.shape[3])

    @property
    def draws(self) -> int:
        """How many draws there are."""
        return int(self.baseline.shape[0])

    def of(self, name: str, place: str | None = None, *, policy: bool = False) -> Floats:
        """Draws x months of one state, decision or group (`prison`, `probation`, `receptions` ...), in one place or all."""
        import numpy as np

        held = self.policy if policy else self.baseline
        found = np.zeros((self.draws, self.months), order="F")
        for row in (self.names.index(n) for n in self.parts(name)):
            found += held[:, row].sum(axis=1, dtype=float) if place is None else held[:, row, self.place(place)]
        return found

    def change(self, name: str, place: str | None = None) -> Floats:
        """Draws x months of what the policy changed: policy less baseline."""
        return self.of(name, place, policy=True) - self.of(name, place)

    def parts(self, name: str) -> list[str]:
        """The states or decisions that a name stands for, of those that the scenario has. An unknown name is a `BadInput`."""
        group = next((g.parts for g in GROUPS if g.name == name), (name,))
        held = [part for part in group if part in self.names]
        if not held:
            known = (*self.names, *(g.name for g in GROUPS))
            raise bad("no such state or flow in this scenario", value=name, do=did_you_mean(name, known))
        return held

    def place(self, name: str) -> int:
        """The number of a place. An unknown place is a `BadInput`."""
        if name not in self.places:
            raise bad("no such place in this scenario", value=name, do=did_you_mean(name, self.places))
        return self.places.index(name)


class Fan(Record):
    """One quantity month by month over the draws: mean, and the middle 95 % of draws."""

    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


class Series(Record):
    """One stock (people at the end of each month) or flow (people in each month), in one place or all.

    `policy` and `change` are None where the scenario has no lever. `change` is policy less baseline within each draw.
    `chance_of_less` is the share of draws in which the last month has fewer people than without the policy.
    `monte_carlo_se` is the standard error of the last mean that comes from the number of draws (of the change, where
    there is one).
    """

    kind: Kind
    name: str
    label: str
    place: str
    baseline: Fan
    policy: Fan | None = None
    change: Fan | None = None
    chance_of_less: float | None = None
    monte_carlo_se: float


class FlowLink(Record):
    """People a month from one state or decision to the next, over the last twelve months, at the middle of every number."""

    source: str
    to: str
    baseline: float
    policy: float


class LeverSaid(Record):
    """One lever in words: what it changes, from when, and for whom."""

    name: str
    kind: str
    start: date
    words: str


class Projection(Result):
    """Stocks and flows of the whole system by state, place and month.

    Only `change` from the baseline is a headline: levels rest on every assumption, differences on few. `compared` sets
    published figures beside what came out; `notes` are warnings that belong beside every figure.
    """

    scenario: str
    title: str
    place: str
    start: date
    months: int
    engine: Engine
    draws: int
    places: tuple[str, ...]
    levers: tuple[LeverSaid, ...]
    series: tuple[Series, ...]
    links: tuple[FlowLink, ...] = ()
    calibration: Calibration | None = None
    compared: tuple[Compared, ...] = ()
    figures: tuple[Figure, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What the policy changes in prison and on probation by the last month, or the baseline where there is none."""
        until = f"{month_at(self.start, self.months - 1):%B %Y}"
        parts = [self.words(n) for n in ("prison", "probation") if self.has(n)] or [self.words(self.series[0].name)]
        return f"{self.title}: by {until}, {'; '.join(parts)}."

    def words(self, name: str) -> str:
        """One stock or flow at the end, in words, with its interval."""
        one = self.one(name)
        shown = one.change or one.baseline
        mean, low, high = shown.mean[-1], shown.low[-1], shown.high[-1]
        if one.change is None:
            return f"{one.label} about {mean:,.0f} (95% interval {low:,.0f} to {high:,.0f})"
        side = "fewer" if mean < 0 else "more"
        if mean < 0:
            mean, low, high = -mean, -high, -low
        chance = one.chance_of_less if side == "fewer" else 1 - (one.chance_of_less or 0.0)
        return (
            f"{one.label} {mean:,.0f} {side} than without it (95% interval {low:,.0f} to {high:,.0f}; "
            f"chance that it is {side} {100 * (chance or 0.0):.0f}%)"
        )

    def has(self, name: str, place: str = EVERYWHERE) -> bool:
        """Whether there is such a series."""
        return any(s.name == name and s.place == place for s in self.series)

    def one(self, name: str, place: str = EVERYWHERE) -> Series:
        """One series. An unknown name or place is a `BadInput`."""
        for series in self.series:
            if series.name == name and series.place == place:
                return series
        if place not in {s.place for s in self.series}:
            raise bad("no such place in this projection", value=place, do=did_you_mean(place, self.places))
        raise bad("no such stock or flow", value=name, do=did_you_mean(name, {s.name for s in self.series}))

    def at(self, months: Iterable[int]) -> list[dict[str, Any]]:
        """Rows of every series at the numbered months (0 is the first)."""
        return [
            {
                "month": month_at(self.start, t),
                "kind": s.kind,
                "name": s.name,
                "place": s.place,
                **part("baseline", s.baseline, t),
                **part("policy", s.policy, t),
                **part("change", s.change, t),
            }
            for s in self.series
            for t in months
        ]

    def rows(self) -> list[dict[str, Any]]:
        """One row a series and month."""
        return self.at(range(self.months))

    def summary(self) -> list[dict[str, Any]]:
        """Rows of the main stocks and flows in all places together, at the end of each year and of the projection."""
        ends = sorted({*range(11, self.months, 12), self.months - 1})
        shown = (*(g.name for g in GROUPS), "release", "recall")
        return [r for r in self.at(ends) if r["place"] == EVERYWHERE and r["name"] in shown]


def part(name: str, fan: Fan | None, t: int) -> dict[str, float]:
    """Mean and interval of one fan at a month, as columns; nothing where there is no fan."""
    if fan is None:
        return {}
    return {name: fan.mean[t], f"{name}_low": fan.low[t], f"{name}_high": fan.high[t]}


def quantiles(draws: Floats) -> Fan:
    """Mean and middle 95 % over the first axis (draws x months)."""
    import numpy as np

    low, high = np.percentile(draws, [2.5, 97.5], axis=0)
    return Fan(mean=tuple(draws.mean(axis=0).tolist()), low=tuple(low.tolist()), high=tuple(high.tolist()))


def series(drawn: Drawn, name: str, place: str | None, *, changed: bool) -> Series:
    """One series from its draws."""
    base = drawn.of(name, place)
    kind: Kind = "stock" if set(drawn.parts(name)) <= set(STATES) else "flow"
    fields: dict[str, Any] = {"kind": kind, "name": name, "label": LABELS.get(name, name), "place": place or EVERYWHERE}
    if not changed:
        return Series(**fields, baseline=quantiles(base), monte_carlo_se=error(base))
    policy = drawn.of(name, place, policy=True)
    change = policy - base
    return Series(
        **fields,
        baseline=quantiles(base),
        policy=quantiles(policy),
        change=quantiles(change),
        chance_of_less=float((change[:, -1] < 0).mean()),
        monte_carlo_se=error(change),
    )


def error(draws: Floats) -> float:
    """Monte-Carlo standard error of the mean in the last month."""
    n = draws.shape[0]
    return float(draws[:, -1].std(ddof=1) / n**0.5) if n > 1 else 0.0


def all_series(drawn: Drawn, *, changed: bool) -> tuple[Series, ...]:
    """Every group, state and decision for all places together, and by place where there are several."""
    groups = [g.name for g in GROUPS if any(p in drawn.names for p in g.parts)]
    names: Sequence[str] = [*groups, *drawn.names]
    places: list[str | None] = [None, *(drawn.places if len(drawn.places) > 1 else ())]
    return tuple(series(drawn, name, place, changed=changed) for place in places for name in names)
