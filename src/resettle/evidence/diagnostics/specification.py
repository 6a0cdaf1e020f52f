"""The specification curve: the same question answered by every design that can be made, and without each covariate."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Literal

from resettle.errors import BadInput
from resettle.evidence.balance import balance_table
from resettle.evidence.designing import make_design
from resettle.evidence.diagnostics.sides import Sides, reach
from resettle.evidence.on_treated import effect_on_treated
from resettle.evidence.randomised import Estimate, difference_of_rates
from resettle.evidence.regression import standardised
from resettle.evidence.study import DesignName, Matching
from resettle.result import Record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

OTHERS: tuple[DesignName, ...] = (
    "radius_matching",
    "nearest_neighbour",
    "subclassification",
    "weighting",
    "entropy_balancing",
    "doubly_robust",
    "standardised_regression",
)
Kind = Literal["sealed", "caliper", "design", "covariate", "raw"]


class Specification(Record):
    """One way of asking: what was changed, the answer with its interval, and how alike the groups were.

    `why_not` says why it could not be made.
    """

    kind: Kind
    name: str
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    largest_difference: float | None = None
    why_not: str = ""


def specification_curve(
    sealed: Specification,
    sides: Sides,
    outcome: Floats,
    settings: Matching,
    calipers: tuple[float, ...] = (),
    progress: Callable[[str], None] = lambda name: None,
) -> tuple[Specification, ...]:
    """Every specification: the `sealed` one first, then other calipers, other designs, each covariate left out, and none.

    `calipers` are tried where the design matches within one. Nothing here changes the sealed answer: it is made after it.
    """
    made = [sealed]
    for kind, name, ask in ways(sides, outcome, settings, calipers):
        progress(name)
        made.append(answer(kind, name, ask))
    return tuple(made)


Ask = Callable[[], tuple[Estimate, float | None]]


def ways(
    sides: Sides, outcome: Floats, settings: Matching, calipers: tuple[float, ...]
) -> Iterator[tuple[Kind, str, Ask]]:
    """Each specification with its name and what answers it."""
    if sides.kind in ("radius_matching", "nearest_neighbour"):
        for caliper in calipers:
            chosen = settings.model_copy(update={"caliper_sd": caliper})
            yield "caliper", f"{caliper:g}", asked(sides, sides.kind, outcome, chosen, sides.x, sides.names)
    if sides.x.shape[1]:
        for kind in OTHERS:
            if kind != sides.kind:
                yield "design", kind.replace("_", " "), asked(sides, kind, outcome, Matching(), sides.x, sides.names)
    covariates = list(dict.fromkeys(covariate_of(name) for name in sides.names))
    for left_out in covariates if len(covariates) > 1 and sides.kind != "randomised" else ():
        kept = [i for i, name in enumerate(sides.names) if covariate_of(name) != left_out]
        names = tuple(sides.names[i] for i in kept)
        yield "covariate", left_out, asked(sides, sides.kind, outcome, settings, sides.x[:, kept], names)
    if sides.kind != "randomised":
        yield "raw", "nothing allowed for", lambda: (difference_of_rates(outcome, sides.treated.astype(float)), None)


def asked(
    sides: Sides, kind: DesignName, outcome: Floats, settings: Matching, x: Floats, names: tuple[str, ...]
) -> Ask:
    """What answers by a design."""

    def ask() -> tuple[Estimate, float | None]:
        if kind == "standardised_regression":
            return standardised(outcome, sides.treated.astype(float), x, names, sides.person), None
        designed = make_design(kind, x, names, sides.treated, settings)
        worst = max(abs(one.after) for one in balance_table(designed))
        return effect_on_treated(designed, outcome, sides.person), worst

    return ask


def answer(kind: Kind, name: str, ask: Ask) -> Specification:
    """The answer to one way of asking, or why there is none."""
    try:
        found, worst = ask()
    except BadInput as error:
        return Specification(kind=kind, name=name, why_not=error.problems[0].rule)
    low, high = reach(found)
    return Specification(kind=kind, name=name, estimate=found.estimate, low=low, high=high, largest_difference=worst)


def covariate_of(column: str) -> str:
    """The covariate of which a column of the design is made: `sex = F` is of `sex`, `age missing` of `age`."""
    return column.partition(" = ")[0].removesuffix(" missing")
