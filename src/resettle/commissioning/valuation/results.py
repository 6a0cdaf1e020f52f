"""What would be found of each cohort: true effect, drift, who came, and chance, read as the contract would read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from resettle.commissioning.beliefs import RateBelief
from resettle.commissioning.language.measures import Measure
from resettle.commissioning.valuation.world import World

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Found:
    """Results of one cohort in every draw, positive where the service helps.

    `true` is the true effect on the scale of the belief (points for shares, percent for others). `points` is the difference found
    per 100 people, `percent` the same in percent of the comparison, `error` the standard error of `points`. `value` and `against`
    are what was found of the cohort and of its comparison. `people` is the size of the cohort.
    """

    true: Floats
    points: Floats
    percent: Floats
    error: Floats
    value: Floats
    against: Floats
    people: int

    def on(self, scale: str) -> Floats:
        """The result on the scale of a payment."""
        return self.points if scale == "points" else self.percent

    def error_on(self, scale: str) -> Floats:
        """The standard error on the scale of a payment; that of a percentage takes the comparison as it was found."""
        import numpy as np

        if scale == "points":
            return self.error
        wide = np.broadcast(self.error, self.against).shape
        # Nobody in the comparison had an event: nothing can be said of a percentage of it.
        return np.asarray(np.divide(self.error, self.against, out=np.full(wide, 1e9), where=self.against > 0))


def found(world: World, measure: Measure, cohort: int, years: float) -> Found:
    """What would be found of one cohort, `years` after the contract began."""
    belief = world.beliefs.rates[measure.id]
    sign = 1.0 if measure.better == "lower" else -1.0
    unit = 100.0 if measure.kind == "binary" else belief.baseline
    true, natural = truth(world, measure.id, belief), drift(world, measure.id, belief) * years
    who = mixture(world, measure.id, belief, cohort)
    # Shares move by points; other measures by percent of the baseline.
    scale = 1 / 100 if measure.kind == "binary" else belief.baseline / 100
    against_true = belief.baseline - sign * scale * (natural + who)
    value_true = against_true - sign * scale * true
    names = (measure.id, str(cohort))
    value, error = observed(world, measure, belief, value_true, belief.n, (*names, "cohort"))
    if belief.comparison_n is None:
        against, error = anchor(measure, belief, sign * scale * who)
    else:
        against, other = observed(world, measure, belief, against_true, belief.comparison_n, (*names, "comparison"))
        error = (error**2 + other**2) ** 0.5
    return read(sign, true, value, against, error, belief.n, unit)


def read(sign: float, true: Floats, value: Floats, against: Floats, error: Floats, people: int, unit: float) -> Found:
    """The result as the contract reads it, to nine decimal places (as `settle` does)."""
    import numpy as np

    gain = sign * (against - value)
    share = np.divide(gain, against, out=np.zeros(np.broadcast(gain, against).shape), where=against > 0)
    return Found(
        true=true,
        points=np.round(100 * gain, 9),
        percent=np.round(100 * share, 9),
        error=100 * error,
        value=value,
        against=np.broadcast_to(against, gain.shape),
        people=people,
    )


def truth(world: World, name: str, belief: RateBelief) -> Floats:
    """The true effect in every draw, the same for all cohorts."""
    import numpy as np

    if world.no_effect:
        return np.zeros(world.draws)
    return belief.effect_mean + belief.effect_sd * world.normal("effect", "rate", name)


def drift(world: World, name: str, belief: RateBelief) -> Floats:
    """How much better things get in a year without the service: true, and nobody's doing."""
    import numpy as np

    if belief.drift_sd == 0:
        return np.array([belief.drift_mean])
    return belief.drift_mean + belief.drift_sd * world.normal("effect", "drift", name)


def mixture(world: World, name: str, belief: RateBelief, cohort: int) -> Floats:
    """How much better the people of a cohort would have done anyway than those of the baseline."""
    import numpy as np

    if belief.mix_sd == 0:
        return np.zeros(1)
    return belief.mix_sd * world.normal("mix", "rate", name, str(cohort))


def anchor(measure: Measure, belief: RateBelief, who: Floats) -> tuple[Floats, Floats]:
    """An agreed baseline and its standard error; where it is adjusted for who came, it moves with them."""
    import numpy as np

    adjusted = measure.baseline is not None and measure.baseline.adjustment is not None
    against = np.array([belief.baseline]) - (who if adjusted else 0.0)
    return against, np.array([spread_of(measure, belief, np.array([belief.baseline]), belief.n)[0]])


def spread_of(measure: Measure, belief: RateBelief, true: Floats, people: int) -> Floats:
    """The standard error of a cohort's result around its true value.

    Shares: `sqrt(p(1-p)/n)`. Events and days: `sqrt(phi mu / n)`, with phi the contract's dispersion. Others: as believed.
    """
    import numpy as np

    if measure.kind == "binary":
        return np.asarray(np.sqrt(true * (1 - true) / people))
    if measure.kind in ("score", "cost"):
        return np.full(true.shape, belief.noise_sd / 100 * belief.baseline)
    return np.asarray(np.sqrt(measure.dispersion * true / people))


def observed(
    world: World, measure: Measure, belief: RateBelief, true: Floats, people: int, names: tuple[str, ...]
) -> tuple[Floats, Floats]:
    """What is found of so many people whose true result is `true`, and its standard error as read from what was found.

    Shares are binomial. Events and days are sums of negative binomials with the contract's dispersion (Poisson where it is 1).
    Scores and costs are normal.
    """
    import numpy as np

    random = world.random("chance", "rate", *names)
    if measure.kind == "binary":
        value = random.binomial(people, np.clip(true, 0.0, 1.0), size=world.draws) / people
    elif measure.kind in ("score", "cost"):
        value = np.maximum(true + spread_of(measure, belief, true, people) * random.standard_normal(world.draws), 0.0)
    else:
        value = events(random, np.maximum(true, 0.0) * people, measure.dispersion, world.draws) / people
    return value, spread_of(measure, belief, value, people)


def events(random: np.random.Generator, expected: Floats, dispersion: float, draws: int) -> Floats:
    """How many events happen where so many are expected, with variance over mean `dispersion`."""
    import numpy as np

    if dispersion == 1:
        return np.asarray(random.poisson(expected, size=draws), dtype=float)
    shape = np.maximum(expected, 1e-9) / (dispersion - 1)
    return np.asarray(random.poisson(random.gamma(shape, dispersion - 1, size=draws)), dtype=float)
