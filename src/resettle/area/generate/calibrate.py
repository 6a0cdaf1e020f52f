"""Intercepts that make a synthetic area meet the published rates, solved on one fixed calibration sample."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from resettle.area.generate import shapes
from resettle.area.generate.draw import Flags, Floats, expit, logit
from resettle.area.generate.model import appeal, effects, risk_terms, start_chances
from resettle.area.generate.profile import draw_profile
from resettle.reference.figures import figure

SAMPLE = 8000  # people in each cell of the calibration sample
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
    """Solve both models on the calibration sample: first the starts, then, with the services' effects in, the rates.

    The sample has its own fixed seed and the same number of people in each cell, weighted by the cells' shares; it depends on
    the shapes and the published figures only. It is solved once in a process.
    """
    share = np.array([c.share for c in shapes.disposals().cells.values()])
    cell = np.repeat(np.arange(len(share)), SAMPLE)
    profile = draw_profile(np.random.default_rng(20170101), cell)
    weight = (share / share.sum())[cell] / SAMPLE
    start = solve_starts(appeal(profile), weight)
    mix = start_chances(appeal(profile) + start)
    base = risk_terms(profile)
    risk = [solve_rate(base[cell == k], mix[cell == k], target) for k, target in enumerate(targets())]
    return Intercepts(np.array(risk), start)


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


def solve_rate(base: Floats, mix: Floats, target: float) -> float:
    """The intercept under which the mean chance, over who starts what, is `target` (Newton's method)."""
    used: Flags = mix.max(axis=0) > 0
    shifted = base[:, None] + effects()[used]
    weights = mix[:, used] / len(base)
    found = float(logit(target) - base.mean())
    for _ in range(50):
        p = expit(shifted + found)
        step = float((weights * p).sum() - target) / float((weights * p * (1 - p)).sum())
        found -= step
        if abs(step) < 1e-10:
            break
    return found
