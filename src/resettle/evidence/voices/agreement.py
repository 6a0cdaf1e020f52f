"""How far coders agree beyond chance: Cohen's and Fleiss's kappa, Krippendorff's alpha, with bootstrap intervals."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal

from resettle.errors import bad
from resettle.evidence.voices.extract import Voices
from resettle.provenance import Provenance
from resettle.result import Interval, Record, Result

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Level = Literal["nominal", "ordinal", "interval", "ratio"]
DRAWS, SEED = 2000, 1


def cohen_kappa(table: Sequence[Sequence[float]]) -> float:
    """Cohen's kappa (1960) from a square table of counts: rows are one coder's codes, columns the other's.

    NaN where chance alone would make them agree always (both used one code only).
    """
    import numpy as np

    counts = np.asarray(table, dtype=float)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or counts.sum() <= 0 or (counts < 0).any():
        raise bad("Cohen's kappa needs a square table of counts", value=table, do="One row and one column a code.")
    total = counts.sum()
    observed = np.trace(counts) / total
    expected = float(counts.sum(axis=0) @ counts.sum(axis=1)) / total**2
    return float((observed - expected) / (1 - expected)) if expected < 1 else math.nan


def fleiss_kappa(table: Sequence[Sequence[float]]) -> float:
    """Fleiss's kappa (1971): one row a unit, one column a code, each cell how many coders gave it that code.

    Every unit must have the same number of coders, two or more. NaN where only one code was ever used.
    """
    import numpy as np

    counts = np.asarray(table, dtype=float)
    raters = counts.sum(axis=1) if counts.ndim == 2 else np.array([])
    if len(raters) == 0 or raters[0] < 2 or (raters != raters[0]).any() or (counts < 0).any():
        raise bad("Fleiss's kappa needs the same number of coders for every unit", do="Use Krippendorff's alpha.")
    share = counts.sum(axis=0) / counts.sum()
    observed = ((counts**2).sum(axis=1) - raters) / (raters * (raters - 1))
    expected = float((share**2).sum())
    return float((observed.mean() - expected) / (1 - expected)) if expected < 1 else math.nan


def krippendorff_alpha(ratings: Sequence[Sequence[float | None]], level: Level = "nominal") -> float:
    """Krippendorff's alpha: one row a coder, one column a unit, None (or NaN) where a coder did not rate it.

    From the coincidences of values within units (Krippendorff, 2011). Ratio data must not be negative. Fewer than one unit
    with two ratings is a `BadInput`; NaN where every value is the same, because then there is nothing to agree on.
    """
    values, paired = tallied(ratings)
    if level == "ratio" and (values < 0).any():
        raise bad("ratio data are negative", value=float(values.min()), do="Use the interval level.")
    return alpha_of(values, paired, level)


def tallied(ratings: Sequence[Sequence[float | None]]) -> tuple[Floats, Floats]:
    """The values that occur, ascending, and how many coders gave each, for units that two coders or more have rated."""
    import numpy as np

    try:
        data = np.array([[math.nan if v is None else float(v) for v in row] for row in ratings], dtype=float)
    except ValueError:
        raise bad("coders must have rated the same units, in numbers", do="Give each coder a value or None.") from None
    values = np.unique(data[~np.isnan(data)])
    counts: Floats = (data[:, :, None] == values).sum(axis=0).astype(float)
    paired = counts[counts.sum(axis=1) >= 2]
    if len(paired) == 0:
        raise bad("no unit was rated by two coders", do="Have some units coded twice.")
    return values, paired


def distances(values: Floats, margins: Floats, level: Level) -> Floats:
    """Squared distances between values at a level of measurement; ordinal ones depend on how often values occur."""
    import numpy as np

    a, b = values[:, None], values[None, :]
    if level == "nominal":
        return np.asarray(a != b, dtype=float)
    if level == "interval":
        return np.asarray((a - b) ** 2)
    if level == "ratio":
        with np.errstate(invalid="ignore"):
            return np.nan_to_num(((a - b) / (a + b)) ** 2)
    rank = np.cumsum(margins) - margins / 2
    return np.asarray((rank[:, None] - rank[None, :]) ** 2)


def alpha_of(values: Floats, counts: Floats, level: Level) -> float:
    """Alpha from how many coders gave each value to each unit (two ratings or more in each)."""
    import numpy as np

    ratings = counts.sum(axis=1)
    weighted = counts / (ratings - 1)[:, None]
    coincidence = weighted.T @ counts - np.diag(weighted.sum(axis=0))
    margins, total = coincidence.sum(axis=0), float(ratings.sum())
    distance = distances(values, margins, level)
    observed = float((coincidence * distance).sum()) / total
    expected = float(margins @ distance @ margins) / (total * (total - 1))
    return 1 - observed / expected if expected > 0 else math.nan


def over_units(
    statistic: Callable[[Floats], float], units: Floats, *, draws: int = DRAWS, seed: int = SEED
) -> Interval | None:
    """Percentile bootstrap interval of a statistic of units (one row each), the units being drawn again with replacement.

    Draws in which the statistic is not defined (NaN) are left out; None if that is half of them or more.
    """
    import numpy as np

    random, n = np.random.default_rng(seed), len(units)
    found = np.array([statistic(units[random.integers(0, n, n)]) for _ in range(draws)])
    found = found[~np.isnan(found)]
    if len(found) <= draws / 2:
        return None
    low, high = np.quantile(found, [0.025, 0.975])
    return Interval(low=float(low), high=float(high), method=f"bootstrap over units, {len(found)} draws, seed {seed}")


def crossed(pairs: Floats) -> Floats:
    """The table for Cohen's kappa from two coders' codes: one row a unit, two columns of codes numbered from 0."""
    import numpy as np

    codes = np.asarray(pairs, dtype=int)
    table = np.zeros((int(codes.max()) + 1,) * 2)
    np.add.at(table, (codes[:, 0], codes[:, 1]), 1)
    return table


class CodeAgreement(Record):
    """Agreement on one code: whether each piece of text has it or not, over pieces that two coders or more have seen."""

    code: str
    units: int
    coders: int
    share: float
    alpha: float | None
    interval: Interval | None


class Agreement(Result):
    """Agreement between coders, code by code; `alpha` is None where a code was given to all or to none."""

    codes: tuple[CodeAgreement, ...]

    @property
    def sentence(self) -> str:
        """How many codes are agreed on well enough, and which are not."""
        known = [c for c in self.codes if c.alpha is not None]
        good = [c for c in known if c.alpha is not None and c.alpha >= 0.8]
        poor = [c.code for c in known if c.alpha is not None and c.alpha < 2 / 3]
        said = f"; below 0.667, too uncertain to build on: {', '.join(poor)}" if poor else ""
        return f"Krippendorff's alpha is 0.8 or more for {len(good)} of {len(known)} codes{said}."

    def rows(self) -> list[dict[str, Any]]:
        """One row for each code."""
        return [
            {
                "code": c.code,
                "pieces": c.units,
                "coders": c.coders,
                "share with the code": c.share,
                "alpha": c.alpha,
                "low": c.interval.low if c.interval else None,
                "high": c.interval.high if c.interval else None,
            }
            for c in self.codes
        ]


def agreement(voices: Voices, *, draws: int = DRAWS, seed: int = SEED) -> Agreement:
    """Agreement on each code, nominal (has it, has it not).

    A coder who gave any code to a piece of text has seen it. Pieces that only one coder has seen say nothing. No piece seen
    twice is a `BadInput`.
    """
    seen: dict[str, dict[str, set[str]]] = {}
    for e in voices.extracts:
        seen.setdefault(e.id, {}).setdefault(e.coder, set()).add(e.code)
    twice = {piece: by for piece, by in seen.items() if len(by) >= 2}
    if not twice:
        raise bad("no piece of text was coded by two coders", do="Have some of them coded twice.")
    coders = sorted({coder for by in twice.values() for coder in by})
    made = []
    for code in sorted({c for by in twice.values() for codes in by.values() for c in codes}):
        ratings = [[float(code in by[c]) if c in by else None for by in twice.values()] for c in coders]
        made.append(on_code(code, ratings, draws, seed))
    return Agreement(codes=tuple(made), provenance=Provenance(inputs=voices.provenance.inputs, seed=seed))


def on_code(code: str, ratings: list[list[float | None]], draws: int, seed: int) -> CodeAgreement:
    """Agreement on one code from its ratings."""
    values, paired = tallied(ratings)
    alpha = alpha_of(values, paired, "nominal")
    known = not math.isnan(alpha)
    given = [v for row in ratings for v in row if v is not None]
    return CodeAgreement(
        code=code,
        units=len(paired),
        coders=len(ratings),
        share=sum(given) / len(given),
        alpha=alpha if known else None,
        interval=over_units(lambda u: alpha_of(values, u, "nominal"), paired, draws=draws, seed=seed)
        if known
        else None,
    )
