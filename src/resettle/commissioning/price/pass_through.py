"""Pass-through: how the risk of a contract reaches the small charities below its prime."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pydantic import Field

from resettle.commissioning.finance.risk import expected_shortfall
from resettle.errors import bad
from resettle.money import exact, show
from resettle.provenance import Provenance
from resettle.result import Record, Result

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


class Share(Record):
    """What one subcontractor does and gets: its share of the sure and of the uncertain money, its cost, its free reserves."""

    name: str
    sure: float = Field(ge=0, le=1)
    uncertain: float = Field(ge=0, le=1)
    cost: float = Field(ge=0)
    reserves: float = Field(ge=0)


class Passed(Record):
    """How one party fares: mean margin, how often it loses, the mean loss in the worst twentieth, and how often it is ruined.

    `at_risk` is the part of its income that is uncertain; `low` and `high` hold its margin in 80 of 100 draws; `of_reserves` is the
    mean loss in the worst twentieth over reserves; `ruined` how often a loss is larger than reserves.
    """

    name: str
    income: float
    at_risk: float
    margin: float
    low: float
    high: float
    chance_of_loss: float
    worst: float
    of_reserves: float | None
    ruined: float


class PassThrough(Result):
    """The prime and its subcontractors on the same draws."""

    currency: str
    draws: int
    seed: int | None = None
    parties: tuple[Passed, ...]

    @property
    def sentence(self) -> str:
        """Who is most often ruined; where nobody is, who loses most often."""
        worst = max(self.parties, key=lambda p: (p.ruined, p.chance_of_loss))
        if worst.ruined == 0:
            text = "No party's reserves are used up in any draw."
            return (
                f"{text} {worst.name} loses money in {100 * worst.chance_of_loss:.1f}%."
                if worst.chance_of_loss
                else text
            )
        return (
            f"{worst.name} would use up its reserves in {100 * worst.ruined:.1f}% of draws; "
            f"its worst twentieth of draws loses {show(exact(round(worst.worst, 2)), self.currency, pence=False)}."
        )

    def rows(self) -> list[dict[str, Any]]:
        """One row for each party, the prime first."""
        return [p.model_dump() for p in self.parties]


def pass_through(
    sure: ArrayLike,
    uncertain: ArrayLike,
    shares: Sequence[Share],
    *,
    prime: str = "prime",
    prime_cost: float = 0.0,
    prime_reserves: float = 0.0,
    currency: str = "GBP",
    draws: int | None = None,
    seed: int | None = None,
) -> PassThrough:
    """Share the sure money (fees) and the uncertain money (results) of every draw between a prime and its subcontractors.

    What subcontractors do not get stays with the prime. Shares of either that pass 1 are a `BadInput`. `draws` and `seed` say
    where the amounts come from (absent: as many draws as there are amounts).
    """
    import numpy as np

    fixed, moving = np.asarray(sure, dtype=float), np.asarray(uncertain, dtype=float)
    fixed, moving = np.broadcast_arrays(np.atleast_1d(fixed), np.atleast_1d(moving))
    for kind in ("sure", "uncertain"):
        if (total := sum(getattr(s, kind) for s in shares)) > 1 + 1e-9:
            raise bad(f"subcontractors get more than all of the {kind} money", column=kind, value=total)
    kept = Share(
        name=prime,
        sure=max(0.0, 1 - sum(s.sure for s in shares)),
        uncertain=max(0.0, 1 - sum(s.uncertain for s in shares)),
        cost=prime_cost,
        reserves=prime_reserves,
    )
    return PassThrough(
        currency=currency,
        draws=len(fixed) if draws is None else draws,
        seed=seed,
        parties=tuple(fares(s, fixed, moving) for s in (kept, *shares)),
        provenance=Provenance(parameters={"shares": [s.model_dump() for s in (kept, *shares)]}, seed=seed),
    )


def fares(share: Share, sure: Floats, uncertain: Floats) -> Passed:
    """How one party fares over all draws."""
    import numpy as np

    results = share.uncertain * uncertain
    income = share.sure * sure + results
    margin = income - share.cost
    worst, mean = expected_shortfall(margin), float(income.mean())
    low, high = (float(q) for q in np.quantile(margin, (0.1, 0.9)))
    return Passed(
        name=share.name,
        income=mean,
        at_risk=float(results.mean()) / mean if mean else 0.0,
        margin=float(margin.mean()),
        low=low,
        high=high,
        chance_of_loss=float((margin < 0).mean()),
        worst=worst,
        of_reserves=worst / share.reserves if share.reserves else None,
        ruined=float((margin < -share.reserves).mean()),
    )
