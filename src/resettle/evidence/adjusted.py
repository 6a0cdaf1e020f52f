"""`adjusted`: reoffending by year, made comparable with a baseline year by what was known of the people beforehand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resettle.area import Area, Steps
from resettle.area.sound import require_sound
from resettle.errors import bad
from resettle.evidence.clock import Clock, read_clock
from resettle.evidence.covariates import column_name, covariate_sql, design_matrix, quoted
from resettle.evidence.follow import follow
from resettle.evidence.logit import expit, fit_logit
from resettle.result import Interval, Record, Result

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

METHOD = "linearised, clustered by person"


class AdjustedYear(Record):
    """One year: `adjusted` is `observed` less what `predicted` has moved since the baseline year; `change` is `adjusted` less
    what was observed then."""

    year: str
    n: int
    observed: float
    predicted: float
    adjusted: float
    interval: Interval
    change: float
    change_interval: Interval


class Adjusted(Result):
    """Rates by year adjusted to the people of a baseline year, under one clock."""

    area: str
    caveat: str
    clock: str
    clock_label: str
    baseline: str
    predictor: str
    years: tuple[AdjustedYear, ...]
    notes: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The last year against the baseline."""
        last = max(self.years, key=lambda y: y.year)
        return (
            f"{self.area}: in {last.year} {100 * last.observed:.1f}% had {self.clock_label}; with people as in {self.baseline} it "
            f"would have been {100 * last.adjusted:.1f}% (95% interval {100 * last.interval.low:.1f} to "
            f"{100 * last.interval.high:.1f}), {100 * last.change:+.1f} percentage points on {self.baseline} "
            f"({100 * last.change_interval.low:+.1f} to {100 * last.change_interval.high:+.1f})."
        )

    def rows(self) -> list[dict[str, Any]]:
        """One row a year."""
        return [
            {
                **y.model_dump(exclude={"interval", "change_interval"}),
                "low": y.interval.low,
                "high": y.interval.high,
                "change_low": y.change_interval.low,
                "change_high": y.change_interval.high,
                "method": y.interval.method,
            }
            for y in self.years
        ]


def adjusted_steps(area: Area, clock: Clock, names: Sequence[str]) -> Steps:
    """The pipeline behind `adjusted`: its last step, `known`, has one row for each index event with its year and covariates."""
    selected = "".join(f", {covariate_sql(name)} AS {quoted(column_name(name))}" for name in names)
    return follow(area, clock, by=("year",)).then(
        "known",
        f"""SELECT f.index_id, f.person_id, f.year, CASE WHEN f.reoffences > 0 THEN 1 ELSE 0 END AS again{selected}
        FROM followed f JOIN index_event e ON e.index_id = f.index_id LEFT JOIN person p ON p.person_id = f.person_id
        ORDER BY f.index_id""",
        "what happened, and what was known before",
    )


def adjusted(
    area: Area,
    baseline: int | str,
    clock: str | Path | Clock = "moj-2017",
    *,
    covariates: Sequence[str] = (),
    predictor: str | None = None,
) -> Adjusted:
    """Rates by year of the index event, adjusted to the mix of people in a baseline year.

    adjusted = observed - (mean predicted now - mean predicted in the baseline year), the form of the proven reoffending
    statistics. The chance predicted is that of a logistic model of `covariates` (named as in studies) fitted in the baseline
    year; or it is `predictor`, a covariate that holds the chance itself from 0 to 1, such as `assessment.ITEM`. What a chance
    rests on must be known before the index date. Intervals allow for people who enter more than once, and for the fit.
    """
    profile = clock if isinstance(clock, Clock) else read_clock(clock)
    if bool(covariates) == (predictor is not None):
        raise bad("give either covariates for a model, or a predictor", do="Name one of the two.")
    names = tuple(covariates) if predictor is None else (predictor,)
    require_sound(area, "index_event", "offence", also=("person", "assessment"))
    table = area.run(adjusted_steps(area, profile, names))
    years = sorted({str(y) for y in table["year"].to_pylist()})
    if str(baseline) not in years:
        held = ", ".join(years) or "none"
        raise bad("nobody entered in the baseline year", value=baseline, do=f"Choose a year that is held: {held}.")
    chances, notes = given(table, predictor) if predictor is not None else modelled(table, names, str(baseline))
    return Adjusted(
        area=area.info.name,
        caveat=area.info.caveat,
        clock=profile.id,
        clock_label=profile.label,
        baseline=str(baseline),
        predictor=predictor or f"logistic model of {', '.join(names)}, fitted in {baseline}",
        years=tuple(adjusted_year(table, chances, year, str(baseline)) for year in years),
        notes=notes,
        provenance=area.provenance(
            "index_event", "offence", "person", "assessment",
            clock=profile.model_dump(mode="json"), baseline=str(baseline), names=names,
        ),
    )  # fmt: skip


class Chances:
    """Predicted chances `p` of each row; for a fitted model also what its error adds: `slopes` of p in the coefficients, and
    `influence` of each row on the coefficients (both None where the chances were given)."""

    def __init__(self, p: Floats, slopes: Floats | None = None, influence: Floats | None = None) -> None:
        self.p, self.slopes, self.influence = p, slopes, influence


def given(table: pa.Table, predictor: str) -> tuple[Chances, tuple[str, ...]]:
    """Chances from a column."""
    import numpy as np

    p = table[column_name(predictor)].to_pandas().to_numpy(dtype=float)
    if np.isnan(p).any():
        lost = int(np.isnan(p).sum())
        raise bad("a predicted chance is missing", column=predictor, value=f"{lost} rows", do="Give every person one.")
    if p.min() < 0 or p.max() > 1:
        raise bad(
            "a predicted chance is not from 0 to 1",
            column=predictor,
            value=float(p.max()),
            do="Divide per cents by 100.",
        )
    return Chances(p), ()


def modelled(table: pa.Table, names: Sequence[str], baseline: str) -> tuple[Chances, tuple[str, ...]]:
    """Chances of a logistic model fitted on the rows of the baseline year."""
    import numpy as np

    design = design_matrix(table, names)
    y = np.array(table["again"], dtype=float)
    then = np.array(table["year"].to_pylist()) == baseline
    fit = fit_logit(design.x[then], y[then], design.names, "the event")
    p = expit(fit.intercept + design.x @ fit.slopes)
    columns = np.column_stack([np.ones(len(y)), design.x])
    influence = (columns * (then * (y - p))[:, None]) @ fit.covariance
    return Chances(p, columns * (p * (1 - p))[:, None], influence), design.notes


def adjusted_year(table: pa.Table, chances: Chances, year: str, baseline: str) -> AdjustedYear:
    """One year against the baseline, with variances from each person's influence on the figures."""
    import numpy as np

    years = np.array(table["year"].to_pylist())
    y, p = np.array(table["again"], dtype=float), chances.p
    now, then = years == year, years == baseline
    moved = float(p[now].mean() - p[then].mean())
    value, observed = float(y[now].mean()) - moved, float(y[now].mean())
    rest = y - p
    push = now * (rest - rest[now].mean()) / now.sum() + then * (p - p[then].mean()) / then.sum()
    if chances.slopes is not None and chances.influence is not None:
        push = push + chances.influence @ (chances.slopes[then].mean(axis=0) - chances.slopes[now].mean(axis=0))
    base = then * (y - y[then].mean()) / then.sum()
    people = np.unique(table["person_id"].to_numpy(), return_inverse=True)[1]
    change = value - float(y[then].mean())
    return AdjustedYear(
        year=year,
        n=int(now.sum()),
        observed=observed,
        predicted=float(p[now].mean()),
        adjusted=value,
        interval=around(value, push, people),
        change=change,
        change_interval=around(change, push - base, people),
    )


def around(value: float, push: Floats, people: NDArray[np.int64], level: float = 0.95) -> Interval:
    """A normal interval from rows' influences, summed over each person."""
    import numpy as np
    from scipy.stats import norm

    error = math.sqrt(float((np.bincount(people, push) ** 2).sum()))
    half = float(norm.ppf(0.5 + level / 2)) * error
    return Interval(low=value - half, high=value + half, method=METHOD, level=level)
