"""`Thread`: everything one run found, from the records to the reinvestment."""

from __future__ import annotations

from typing import Any

from resettle.area import AreaInfo
from resettle.commissioning.statement import Statement
from resettle.evidence.clock import Clock
from resettle.evidence.effect import Effect
from resettle.evidence.measures import Measures
from resettle.evidence.study import Study
from resettle.evidence.survival import Curves
from resettle.goodlives.need import Needs
from resettle.money import show
from resettle.reference.figures import Figure
from resettle.reinvestment.programme import ProgrammeProjection
from resettle.reinvestment.rounds.allocate import Allocations
from resettle.reinvestment.saving import Savings
from resettle.result import Result
from resettle.thread.passed_on import Macro


class Thread(Result):
    """Everything one run found, from the records to the reinvestment. `results.json` is this, written down."""

    title: str
    info: AreaInfo
    people: int
    plans: int
    services: dict[str, str]
    names: dict[str, str]
    contract_title: str
    contract_id: str
    study: Study
    clock: Clock
    measures: Measures
    groups: Measures | None
    curves: Curves
    effect: Effect
    statement: Statement
    projection: ProgrammeProjection
    savings: Savings
    needs: Needs
    allocations: Allocations
    macro: Macro | None = None
    figures: tuple[Figure, ...]
    truth: float | None = None

    @property
    def truth_sentence(self) -> str:
        """In a synthetic area, the known true effect beside the estimate; empty elsewhere."""
        if self.truth is None:
            return ""
        held = self.effect.interval.low <= self.truth <= self.effect.interval.high
        return (
            f"Because these records are made, the truth is known: {100 * self.truth:+.2f} percentage points. The interval "
            f"{'holds' if held else 'does not hold'} it."
        )

    @property
    def sentence(self) -> str:
        """The whole thread in one breath."""
        return (
            f"{self.title}: {self.people:,} people. {self.effect.sentence} "
            f"The contract pays {show(self.statement.total, self.statement.currency)}. {self.savings.sentence} "
            f"{'' if self.allocations.why == f'{self.savings.cash_words}.' else self.allocations.sentence}"
        )

    def rows(self) -> list[dict[str, Any]]:
        """One row a station of the thread."""
        return [
            {"station": "person", "finding": f"{self.people:,} people in {self.info.place}. {self.info.caveat}"},
            {"station": "plan", "finding": f"{self.plans:,} plans. {self.needs.sentence}"},
            {"station": "service", "finding": "; ".join(self.services.values())},
            {"station": "contract", "finding": self.contract_title},
            {"station": "outcome", "finding": self.measures.sentence},
            {"station": "impact", "finding": f"{self.effect.sentence} {self.truth_sentence}".strip()},
            {"station": "payment", "finding": self.statement.sentence},
            {"station": "saving", "finding": self.savings.sentence},
            {"station": "reinvestment", "finding": self.allocations.sentence},
        ]
