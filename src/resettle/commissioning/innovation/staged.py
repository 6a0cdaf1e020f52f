"""The staged contract: pilot, test, scale, with the rule shown before it starts and its consequences computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from resettle.commissioning.innovation.learning import learned_sd, updated
from resettle.commissioning.innovation.plan import Innovation, Stage
from resettle.commissioning.stress.chance import error_of_rate
from resettle.errors import bad
from resettle.evidence.economics import evpi_normal
from resettle.money import exact, show
from resettle.provenance import Provenance, hash_json
from resettle.result import Record, Result

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SEED = 20_130


class StageValue(Record):
    """One stage: its cost, the standard error of its result in points, what it is worth to run it now, and its outcomes.

    `information` is what the stage's result is worth for the decision about everyone at scale (its expected value of sample
    information); `worth_running` whether that exceeds its cost beside the service. `reached`, `goes_on`, `futile` and `harm` are
    shares of draws; those that neither pass nor stop repeat nothing: they end undecided (`undecided`).
    """

    name: str
    people: int
    cost: float
    error: float
    information: float
    worth_running: bool
    reached: float
    goes_on: float
    futile: float
    harm: float
    undecided: float
    rule: str


class Staged(Result):
    """What the staged rule brings beside scaling now and beside never starting, in pounds of net benefit.

    `staged` counts the cost of stages and the benefit to people in them; `perfect` is what knowing the truth would be worth.
    `false_scale` is how often a service that is not worth its cost is scaled, `false_stop` how often one that is worth it is
    stopped.
    """

    title: str
    currency: str
    note: str
    stages: tuple[StageValue, ...]
    scaled: float
    staged: float
    at_once: float
    perfect: float
    false_scale: float
    false_stop: float
    draws: int

    @property
    def sentence(self) -> str:
        """What the rule brings, and what else would."""
        best = max((self.staged, "stages"), (self.at_once, "scaling at once"), (0.0, "not starting"))[1]
        return (
            f"{self.title}: in stages it is worth {self.pounds(self.staged)}, at once {self.pounds(self.at_once)}, and it reaches "
            f"scale in {100 * self.scaled:.0f}% of draws; best is {best}. Perfect knowledge would be worth "
            f"{self.pounds(self.perfect)}."
        )

    def pounds(self, amount: float) -> str:
        """An amount as a reader sees it."""
        return show(exact(round(amount, 2)), self.currency, pence=False)

    def rows(self) -> list[dict[str, Any]]:
        """One row for each stage."""
        return [s.model_dump() for s in self.stages]


def stage_contract(plan: Innovation, draws: int = 10_000, seed: int = SEED) -> Staged:
    """Follow `draws` services, their true effects drawn from the belief, through the stages and their stopping rules.

    After each stage the belief is updated by the result (normal, precision-weighted), and the stage's bars are applied to the
    chance that the service is worth its cost. Net benefit of a person is `worth x effect - cost`.
    """
    import numpy as np

    if not 100 <= draws <= 1_000_000:
        raise bad("draws must be between 100 and 1,000,000", value=draws)
    random, b = np.random.default_rng(seed), plan.belief
    worth, cost = float(b.worth), float(b.cost)
    true = b.effect_mean / 100 + b.effect_sd / 100 * random.standard_normal(draws)
    mean, sd = np.full(draws, b.effect_mean / 100), b.effect_sd / 100
    alive, spent = np.ones(draws, dtype=bool), np.zeros(draws)
    made = []
    for stage in plan.stages:
        error = error_of_rate(b.baseline, stage.people, stage.comparison)
        value = worth_learning(worth * mean[alive] - cost, worth * sd, worth * error)
        spent += alive * (stage.people * (worth * true - cost) - float(stage.fixed_cost))
        seen = true + error * random.standard_normal(draws)
        mean, sd = revised(mean, sd, seen, error)
        entered, goes, futile, harm = decided(stage, alive, mean, sd, worth, cost)
        made.append(stage_value(stage, error, plan.people_at_scale * value, entered, goes, futile, harm, cost))
        alive = goes
    at_scale = plan.people_at_scale * (worth * true - cost)
    good = worth * true > cost
    return Staged(
        title=plan.title,
        currency=plan.currency,
        note=plan.note,
        stages=tuple(made),
        scaled=float(alive.mean()),
        staged=float((spent + alive * at_scale).mean()),
        at_once=float(plan.people_at_scale * (worth * b.effect_mean / 100 - cost)),
        perfect=plan.people_at_scale * evpi_normal(worth * b.effect_mean / 100 - cost, worth * b.effect_sd / 100),
        false_scale=float((alive & ~good).mean()),
        false_stop=float((~alive & good).mean()),
        draws=draws,
        provenance=Provenance(
            inputs={f"innovation:{plan.id}": hash_json(plan.model_dump(mode="json"))},
            parameters={"draws": draws},
            seed=seed,
        ),
    )


def revised(mean: Floats, sd: float, seen: Floats, error: float) -> tuple[Floats, float]:
    """The belief of every draw after its result; how sure it is does not depend on the result."""
    weight = sd * sd / (sd * sd + error * error)
    return mean + weight * (seen - mean), updated(0.0, sd, 0.0, error)[1]


def worth_learning(benefit: Floats, sd: float, error: float) -> float:
    """What the next result is worth for one person, on average over the draws that reach the stage (0 where none does)."""
    from scipy.stats import norm

    if not len(benefit):
        return 0.0
    moves = learned_sd(sd, error)
    z = abs(benefit) / moves
    return float((moves * (norm.pdf(z) - z * norm.sf(z))).mean())


def decided(
    stage: Stage, alive: NDArray[np.bool_], mean: Floats, sd: float, worth: float, cost: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Who entered the stage, who goes on, who stops for futility, who for harm: harm first, then futility."""
    from scipy.stats import norm

    pays, worse = norm.sf((cost / worth - mean) / sd), norm.cdf(-mean / sd)
    harm = alive & (worse > stage.harm_if)
    futile = alive & ~harm & (pays < stage.stop_if)
    return alive, alive & ~harm & (pays >= stage.go_on_if), futile, harm


def stage_value(
    stage: Stage,
    error: float,
    information: float,
    entered: NDArray[np.bool_],
    goes: NDArray[np.bool_],
    futile: NDArray[np.bool_],
    harm: NDArray[np.bool_],
    cost: float,
) -> StageValue:
    """One stage with what came of it."""
    shares = {
        "reached": float(entered.mean()),
        "goes_on": float(goes.mean()),
        "futile": float(futile.mean()),
        "harm": float(harm.mean()),
    }
    return StageValue(
        name=stage.name,
        people=stage.people,
        cost=float(stage.fixed_cost) + stage.people * cost,
        error=100 * error,
        information=information,
        worth_running=information > float(stage.fixed_cost),
        **shares,
        undecided=shares["reached"] - shares["goes_on"] - shares["futile"] - shares["harm"],
        rule=rule_words(stage),
    )


def rule_words(stage: Stage) -> str:
    """The rule as both sides sign it."""
    return (
        f"After {stage.name} ({stage.people:,} people): go on if the chance that the service is worth its cost is "
        f"{100 * stage.go_on_if:.0f}% or more; stop if it is below {100 * stage.stop_if:.0f}%, or if the chance that it makes "
        f"things worse is above {100 * stage.harm_if:.0f}%; in between, stop and talk."
    )
