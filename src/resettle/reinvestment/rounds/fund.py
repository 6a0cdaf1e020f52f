"""`revolve`: a fund that pays for services, and into which what they free is paid back: its balance by year, and the chance
that it runs dry.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Any

from resettle.errors import BadInput, Problem
from resettle.money import exact, show, to_pence
from resettle.provenance import Provenance
from resettle.reinvestment.valuing import percentiles
from resettle.result import Interval, Record, Result

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MOST_YEARS = 50


class Year(Record):
    """The fund at the end of one year: the mean and middle 95 % of its balance over all draws, the share of draws in which it
    has run dry by then, and how much more at the start would have kept it from that in `certainty` of the draws.
    """

    year: int
    balance: Decimal
    interval: Interval
    dry: float
    more_needed: Decimal


class Fund(Result):
    """A revolving fund over several years. In draws in which it ran dry it stays at nothing: it can pay for no more."""

    currency: str
    opening: Decimal
    spends: tuple[Decimal, ...]
    certainty: float
    draws: int
    years: tuple[Year, ...]

    @property
    def dry(self) -> float:
        """The chance that it runs dry in any of its years."""
        return self.years[-1].dry

    @property
    def dry_error(self) -> float:
        """The Monte-Carlo standard error of that chance."""
        return float((self.dry * (1 - self.dry) / self.draws) ** 0.5)

    @property
    def sentence(self) -> str:
        """The chance of running dry, the balance at the end, and what would make it safe."""
        last = self.years[-1]
        low, high = (show(exact(one), self.currency, pence=False) for one in (last.interval.low, last.interval.high))
        safe = (
            f" It would need {show(last.more_needed, self.currency, pence=False)} more at the start to last with "
            f"{self.certainty:.0%} certainty."
            if last.more_needed
            else f" It lasts with {self.certainty:.0%} certainty."
        )
        return (
            f"A fund of {show(self.opening, self.currency, pence=False)} over {len(self.years)} years runs dry in {self.dry:.1%} "
            f"of draws; at the end it holds {show(last.balance, self.currency, pence=False)} (95% interval {low} to {high}).{safe}"
        )

    def rows(self) -> list[dict[str, Any]]:
        """One row a year."""
        return [
            {
                "year": one.year,
                "spends": spends,
                "balance": one.balance,
                "low": one.interval.low,
                "high": one.interval.high,
                "dry": one.dry,
                "more_needed": one.more_needed,
            }
            for one, spends in zip(self.years, self.spends, strict=True)
        ]


def revolve(
    opening: Decimal,
    spends: Sequence[Decimal],
    returns: Floats,
    *,
    certainty: float = 0.8,
    currency: str = "GBP",
    seed: int | None = None,
) -> Fund:
    """A fund that starts with `opening`, spends `spends` at the start of each year and gets `returns` (draws x years) at its end.

    Returns may be negative: a closing cost, or demand that came back. The fund runs dry in a year when it cannot pay what it is
    to spend, or cannot meet a negative return. `seed` is that of the draws, kept as where they came from. Amounts in real terms.
    """
    import numpy as np

    found = check(opening, spends, returns, certainty)
    out = np.array([float(one) for one in spends])
    # What the fund would hold, were it let run below nothing: before each year's return, and after it.
    after = float(opening) + np.cumsum(found - out, axis=1)
    lowest = np.minimum.accumulate(np.minimum(after - found, after), axis=1)
    years = []
    for n in range(len(spends)):
        dry = lowest[:, n] < -0.005
        balance = np.where(dry, 0.0, after[:, n])
        short = float(np.percentile(np.maximum(-lowest[:, n], 0.0), 100 * certainty, method="inverted_cdf"))
        years.append(
            Year(
                year=n + 1,
                balance=to_pence(exact(float(balance.mean()))),
                interval=percentiles(balance),
                dry=float(dry.mean()),
                more_needed=to_pence(exact(short)),
            )
        )
    return Fund(
        currency=currency,
        opening=opening,
        spends=tuple(spends),
        certainty=certainty,
        draws=len(found),
        years=tuple(years),
        provenance=Provenance(seed=seed, parameters={"draws": len(found)}),
    )


def normal_returns(
    means: Sequence[Decimal], sds: Sequence[Decimal], draws: int = 10_000, seed: int = 1, together: float = 0.5
) -> Floats:
    """Returns by draw and year from their means and standard deviations; `together` is the correlation of any two years.

    Years share their luck where the same effect drives them all: 0 would make a fund look safer than it is.
    """
    import numpy as np

    if len(means) != len(sds) or not 0 <= together <= 1 or any(one < 0 for one in sds) or draws < 1:
        raise BadInput(
            Problem("not usable as returns", do="Give a mean and a spread of 0 or more a year, and 0 to 1 together.")
        )
    random = np.random.default_rng(seed)
    shared, own = random.standard_normal((draws, 1)), random.standard_normal((draws, len(means)))
    noise = together**0.5 * shared + (1 - together) ** 0.5 * own
    result: Floats = np.array([float(one) for one in means]) + np.array([float(one) for one in sds]) * noise
    return result


def check(opening: Decimal, spends: Sequence[Decimal], returns: Floats, certainty: float) -> Floats:
    """Refuse what is no fund; the returns as an array."""
    import numpy as np

    problems = []
    if not opening.is_finite() or opening < 0:
        problems.append(Problem("a fund starts with 0 pounds or more", column="opening", value=str(opening)))
    problems += [
        Problem("a year spends 0 pounds or more", column="spends", row=n, value=str(one))
        for n, one in enumerate(spends, start=1)
        if not one.is_finite() or one < 0
    ]
    if not 1 <= len(spends) <= MOST_YEARS:
        problems.append(Problem(f"a fund lasts 1 to {MOST_YEARS} years", column="spends", value=str(len(spends))))
    if not 0.5 < certainty < 1 or not isfinite(certainty):
        problems.append(Problem("certainty lies between 0.5 and 1", column="certainty", value=str(certainty)))
    found = np.asarray(returns, dtype=float)
    if found.ndim != 2 or found.shape[1] != len(spends) or not len(found) or not np.isfinite(found).all():
        problems.append(
            Problem(
                "returns are draws by years, all finite",
                column="returns",
                value=str(found.shape),
                do="One column a year.",
            )
        )
    if problems:
        raise BadInput(*problems)
    return found
