"""The spending map told whole: place by agency by year, by need, and before and after a programme or a scenario."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from resettle.area import Area
from resettle.errors import bad
from resettle.evidence.evaluate import evaluate
from resettle.reinvestment.appraisal import Appraisal
from resettle.reinvestment.project import project
from resettle.reinvestment.spending.change import (
    SpendingChange,
    SpendingYears,
    spending_years,
    with_programme,
    years_ahead,
)
from resettle.reinvestment.spending.spending import SpendingMap, spending
from resettle.result import Result


@dataclass(frozen=True)
class Policy:
    """What changes the map: a study whose effect reaches a share of people, or a scenario and the flow that spending follows."""

    study: Path | None = None
    reach: float = 0.5
    scenario: Path | None = None
    flow: str = "receptions"


class SpendingTold(Result):
    """Spending maps of past years, of needs where people were asked, and what a policy would make of the latest year.

    `after` has one entry a year for a scenario, one for a programme, none where no policy is given.
    """

    years: SpendingYears
    need: SpendingMap | None
    after: tuple[SpendingChange, ...]

    @property
    def latest(self) -> SpendingMap:
        """The map of the latest year."""
        return self.years.maps[-1]

    @property
    def sentence(self) -> str:
        """The finding of the latest year, and what would change."""
        return " ".join([self.years.sentence, *(one.sentence for one in self.after[-1:])])


def tell(area: Area, appraisal: Appraisal, years: int, policy: Policy, *, clock: str = "moj-2017") -> SpendingTold:
    """The map of so many years, by need where the area has ratings, and under a policy. A study and a scenario at once are a
    `BadInput`.
    """
    if policy.study and policy.scenario:
        raise bad("a study and a scenario at once", do="Give one of --study and --scenario.")
    found = spending_years(area, appraisal, years, clock=clock)
    need = spending(area, appraisal, clock=clock, by="need") if area.file("goods_rating") else None
    after: tuple[SpendingChange, ...] = ()
    if policy.study:
        after = (with_programme(found.maps[-1], evaluate(area, policy.study), policy.reach),)
    elif policy.scenario:
        after = years_ahead(found.maps[-1], project(policy.scenario, area), policy.flow)
    return SpendingTold(years=found, need=need, after=after, provenance=found.provenance)
