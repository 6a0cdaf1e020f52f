"""Intercepts that make a synthetic area meet the published rates.

They are kept in `shapes/intercepts.toml`, so that generating an area needs no solving. After a change of any shape, or of the
published figures, call `write()` to solve them again; a test fails until that is done.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from resettle.area.generate import shapes
from resettle.area.generate.again import FIRST_DAY, LAST_DAY, draw_again
from resettle.area.generate.draw import Flags, Floats, Ints, between, days, expit, logit
from resettle.area.generate.model import appeal, draw_reoffences, effects, risk_terms, start_chances
from resettle.area.generate.profile import draw_profile
from resettle.reference.figures import figure

SAMPLE = 100_000  # people in each cell of the calibration sample
SEED = 20171031
FIGURES = {
    "all": "reoffending.adults",
    "order": "reoffending.custody_or_court_order",
    "short": "reoffending.custody_under_12_months",
    "short_6": "reoffending.custody_up_to_6_months",
}


@dataclass(frozen=True)
class Intercepts:
    """Intercepts of the two models: `risk` by cell of disposal, `start` by service."""

    risk: Floats
    start: Floats


def published(name: str) -> float:
    """A published rate as a probability: the latest period."""
    return figure(FIGURES[name]).value / 100


@cache
def targets() -> Floats:
    """The rate that each cell is held to.

    Up to six months: as published. Six to twelve months: what the two published short-sentence rates imply. The other court orders
    and custody, then the other disposals: stated rates, moved together on the logit scale until custody and court orders, and all
    adults, meet theirs.
    """
    cells = list(shapes.disposals().cells.values())
    share = np.array([c.share for c in cells]) / sum(c.share for c in cells)
    group = np.array([c.group for c in cells])
    rate = np.array([c.rate or 0.0 for c in cells])
    rate[group == "short_6"] = published("short_6")
    for name, within, whole in (
        ("short_12", np.isin(group, ["short_6"]), "short"),
        ("order", np.isin(group, ["short_6", "short_12"]), "order"),
        ("other", group != "other", "all"),
    ):
        mine = group == name
        known = float(share[within] @ rate[within])
        wanted = published(whole) * share[within | mine].sum() - known
        rate[mine] = moved(rate[mine], share[mine], wanted)
    return rate


def moved(rates: Floats, shares: Floats, wanted: float) -> Floats:
    """Rates moved by one step on the logit scale until `shares @ rates` is `wanted`; a single rate is simply set."""
    if len(rates) == 1:
        return np.array([wanted / shares[0]])
    start = logit(rates)
    low, high = -5.0, 5.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if shares @ expit(start + middle) < wanted else (low, middle)
    return expit(start + low)


@cache
def intercepts() -> Intercepts:
    """The intercepts as kept."""
    kept = shapes.intercepts()
    risk = [kept.risk[cell] for cell in shapes.disposals().cells]
    return Intercepts(np.array(risk), np.array([kept.start[service] for service in shapes.services().services]))


def solve(sample: int = SAMPLE) -> Intercepts:
    """Solve both models on a calibration sample: first the starts, then, with the services' effects in, the rates.

    The rates are solved twice: for first index events, and again with the second ones that these lead to. The sample has its
    own fixed seed and the same number of people in each cell, weighted by the cells' shares; the result depends on the shapes
    and the published figures only.
    """
    rng = np.random.default_rng(SEED)
    share = np.array([c.share for c in shapes.disposals().cells.values()])
    profile = draw_profile(rng, np.repeat(np.arange(len(share)), sample))
    weight = (share / share.sum())[profile.cell] / sample
    pull = appeal(profile)
    start = solve_starts(pull, weight)
    mix = start_chances(pull + start)
    base = risk_terms(profile)
    risk = solve_rates(profile.cell, base, mix, weight)
    chance = (mix * expit((risk[profile.cell] + base)[:, None] + effects())).sum(axis=1)
    date = FIRST_DAY + between(rng, 0, days(LAST_DAY - FIRST_DAY), len(profile))
    again = draw_again(rng, profile, date, draw_reoffences(rng, chance))
    risk = solve_rates(
        np.concatenate([profile.cell, again.profile.cell]),
        np.concatenate([base, risk_terms(again.profile)]),
        np.concatenate([mix, np.tile(np.eye(mix.shape[1])[-1], (len(again.first), 1))]),
        np.concatenate([weight, weight[again.first]]),
    )
    return Intercepts(risk, start)


def solve_rates(cell: Ints, base: Floats, mix: Floats, weight: Floats) -> Floats:
    """The intercept of each cell under which it meets its target."""
    found = []
    for k, target in enumerate(targets()):
        mine = cell == k
        found.append(solve_rate(base[mine], mix[mine] * weight[mine, None] / weight[mine].sum(), target))
    return np.array(found)


def solve_starts(utility: Floats, weight: Floats) -> Floats:
    """Intercepts under which each service is started by its stated share of people."""
    wanted = np.array([s.share for s in shapes.services().services.values()])
    odds = np.exp(utility)
    scale = np.ones(len(wanted))
    for _ in range(200):
        chance = odds * scale
        chance /= 1 + chance.sum(axis=1, keepdims=True)
        found = weight @ chance
        scale *= wanted / found
        if np.abs(found / wanted - 1).max() < 1e-5:
            break
    return np.log(scale)


def solve_rate(base: Floats, weights: Floats, target: float) -> float:
    """The intercept under which the weighted mean chance, over who starts what, is `target` (Newton's method)."""
    used: Flags = weights.max(axis=0) > 0
    shifted, weights = base[:, None] + effects()[used], weights[:, used]
    found = float(logit(target) - base.mean())
    for _ in range(50):
        p = expit(shifted + found)
        step = float((weights * p).sum() - target) / float((weights * p * (1 - p)).sum())
        found -= step
        if abs(step) < 1e-10:
            break
    return found


def as_toml(solved: Intercepts) -> str:
    """The text of `shapes/intercepts.toml`: the intercepts, and the rates that they were solved for."""
    tables = {
        "targets": dict(zip(shapes.disposals().cells, targets(), strict=True)),
        "risk": dict(zip(shapes.disposals().cells, solved.risk, strict=True)),
        "start": dict(zip(shapes.services().services, solved.start, strict=True)),
    }
    lines = ["# Solved by `resettle.area.generate.calibrate.write()`; not to be changed by hand."]
    for name, values in tables.items():
        lines += ["", f"[{name}]", *(f"{key} = {value:.6f}" for key, value in values.items())]
    return "\n".join(lines) + "\n"


def write() -> None:
    """Solve, and keep the result."""
    (Path(__file__).parent / "shapes" / "intercepts.toml").write_text(as_toml(solve()), "utf-8")
