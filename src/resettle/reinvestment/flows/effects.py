"""Effects of services as hazard ratios, drawn from an evaluation's interval, shrunk for transfer, fading after the service."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from resettle.document import read_text
from resettle.errors import bad
from resettle.evidence.effect import Effect
from resettle.reinvestment.flows.quantity import NORMAL_95
from resettle.reinvestment.flows.scenario import Scenario, Service

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

EDGE = 1e-4


@dataclass(frozen=True)
class LogRatio:
    """A log hazard ratio with its standard error, the people behind it, and what must be said of it."""

    mean: float
    se: float
    words: str
    warning: str = ""


def log_ratio(effect: Effect) -> LogRatio:
    """An evaluation result as a log hazard ratio.

    A difference of rates becomes log(log(1 - p1) / log(1 - p0)) over the same follow-up, p0 being the comparison's rate;
    a ratio of times its negative logarithm (exact where chances are constant). The standard error comes from the
    interval's ends on that scale, so that skewness is kept small. A difference of means has no such form (`BadInput`).
    """
    if effect.scale == "difference" and effect.unit != "share":
        raise bad("an effect on a number of events cannot change a chance", value=effect.outcome_label,
                  do="Evaluate the share of people with the event, or a hazard ratio.")  # fmt: skip
    level = effect.interval.level
    ends = [on_log_scale(effect, v) for v in (effect.interval.low, effect.interval.high)]
    if not all(math.isfinite(v) for v in ends):
        raise bad("the effect has no interval", value=effect.id, do="Evaluate again with an interval.")
    z = normal_quantile(0.5 + level / 2)
    said = f"{effect.programme} ({effect.design}, {effect.n:,} people)"
    return LogRatio(on_log_scale(effect, effect.estimate), abs(ends[1] - ends[0]) / (2 * z), said)


def on_log_scale(effect: Effect, value: float) -> float:
    """One value of an effect as a log hazard ratio."""
    if effect.scale == "difference":
        p0 = min(max(effect.comparison.rate, EDGE), 1 - EDGE)
        p1 = min(max(p0 + value, EDGE), 1 - EDGE)
        return math.log(math.log1p(-p1) / math.log1p(-p0))
    if value <= 0:
        raise bad("a ratio must be more than nothing", value=value, do="Correct the effect's interval.")
    return -math.log(value) if effect.scale == "ratio" else math.log(value)


def normal_quantile(p: float) -> float:
    """Quantile of the standard normal distribution."""
    from statistics import NormalDist

    return NormalDist().inv_cdf(p)


def read_effect(path: Path) -> Effect:
    """Read an evaluation result written by `resettle evaluate --json`. Anything else is a `BadInput`."""
    try:
        return Effect.from_json(read_text(path))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or None
        missing = first["type"] == "missing" and where == "interval"
        rule = "the effect has no interval" if missing else f"not an evaluation result: {first['msg']}"
        raise bad(
            rule, file=path, column=where, do="Write it with `resettle evaluate AREA STUDY.toml --json`."
        ) from None


def effect_of(service: Service, folder: Path) -> LogRatio:
    """The effect of a service: from its evaluation, or typed, which is warned of."""
    if service.effect is not None:
        return log_ratio(read_effect(folder / service.effect))
    assert service.typed is not None
    typed = service.typed
    return LogRatio(
        math.log(typed.hazard_ratio),
        (math.log(typed.high) - math.log(typed.low)) / (2 * NORMAL_95),
        f"hazard ratio {typed.hazard_ratio:g} ({typed.low:g} to {typed.high:g})",
        f"The effect of {service.name} was typed by hand (hazard ratio {typed.hazard_ratio:g}, {typed.low:g} to "
        f"{typed.high:g}; {typed.source}), not taken from an evaluation result.",
    )


def effects_of(scenario: Scenario, folder: Path) -> dict[str, LogRatio]:
    """The effect of every service of a scenario."""
    return {s.name: effect_of(s, folder) for s in scenario.service}


def drawn_ratio(effect: LogRatio, service: Service, z: Floats, other: Floats) -> Floats:
    """Draws of the log hazard ratio: Normal(b x shrink, se^2), and `heterogeneity` of places beside it."""
    found: Floats = effect.mean * service.shrink + effect.se * z + service.heterogeneity * other
    return found


def fading(log_ratios: Floats, service: Service, months: int, delay: int = 0) -> Floats:
    """Hazard ratios (draws x months in the state): 1 before the service starts (`delay`), full while it lasts, then fading.

    After it ends, HR(t) = 1 - (1 - HR) exp(-lambda t), lambda = ln 2 / half-life.
    """
    import numpy as np

    since = np.arange(1, months + 1, dtype=float) - delay
    left = np.where(since < 1, 0.0, 0.5 ** (np.maximum(since - service.months, 0.0) / service.half_life))
    found: Floats = 1 - (1 - np.exp(log_ratios))[:, None] * left
    return found


def together(ratios: list[Floats], overlap: float) -> Floats:
    """Hazard ratios of several services on the same people, combined on the log scale: the strongest in full, of each other
    one the part that does not overlap. Effects are never added in points.
    """
    import numpy as np

    if len(ratios) == 1:
        return ratios[0]
    logs = np.log(np.stack(ratios))
    order = np.take_along_axis(logs, np.argsort(-np.abs(logs), axis=0), axis=0)
    found: Floats = np.exp(order[0] + (1 - overlap) * order[1:].sum(axis=0))
    return found
