"""The tornado of a business case with its conventions: discount rate and price index, from one published value to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from resettle.reinvestment.business_case.model import Case
from resettle.reinvestment.business_case.sensitivity import Bar, Tornado, Unsure
from resettle.reinvestment.conventions import Convention, End, conventions


def with_conventions(found: Tornado, case: Case, inputs: Sequence[Unsure], kinds: tuple[str, ...]) -> Tornado:
    """A tornado with one bar more for each convention, all inputs at their middle."""
    years = {one.price_year for one in case.file.pays} | {one.price_year for one in case.file.budgets}
    choices = conventions(case.appraisal, case.own, years)
    bars = [*found.bars, *(bar(one, case, inputs, kinds) for one in choices)]
    return found.model_copy(update={"bars": tuple(sorted(bars, key=lambda one: -one.width))})


def bar(convention: Convention, case: Case, inputs: Sequence[Unsure], kinds: tuple[str, ...]) -> Bar:
    """The answer at both ends of a convention. What contracts pay is taken as it was drawn."""
    import numpy as np

    middle = {one.name: one.at(np.array([0.5])) for one in inputs} or case.middle(1)

    def at(end: End) -> float:
        return float(replace(case, own=end.own).worked(middle, steps="cashable" in kinds).net(kinds)[0])

    low, high = convention.low, convention.high
    return Bar(
        name=convention.name,
        low=low.value,
        high=high.value,
        at_low=at(low),
        at_high=at(high),
        ends=(low.words, high.words),
    )
