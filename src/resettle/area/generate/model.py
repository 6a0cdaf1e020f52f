"""The two models behind a synthetic area: who starts which service, and who reoffends. Both read observed terms only."""

from __future__ import annotations

from functools import cache

import numpy as np

from resettle.area.generate import shapes
from resettle.area.generate.draw import Floats, Ints, expit
from resettle.area.generate.profile import Profile


def risk_terms(profile: Profile) -> Floats:
    """Logit of reoffending without its intercept: linear in sex, age, previous convictions and the eight scores."""
    shape = shapes.risk()
    return np.asarray(
        shape.female * profile.female
        + shape.age * profile.age
        + shape.previous * profile.previous
        + profile.needs @ need_weights(shape.needs)
    )


@cache
def effects() -> Floats:
    """True effect of starting each service, on the logit scale; the last entry, 0, is starting none."""
    return np.array([s.effect for s in shapes.services().services.values()] + [0.0])


def need_weights(weights: dict[str, float]) -> Floats:
    """Weights of the eight areas, in the order of `shapes/needs.toml`; areas that are not named weigh nothing."""
    return np.array([weights.get(area, 0.0) for area in shapes.needs().areas])


def appeal(profile: Profile) -> Floats:
    """Logit of starting each service rather than none, without its intercept: one column for each service."""
    columns = []
    for service in shapes.services().services.values():
        choice = service.choice
        column = (
            np.array([choice.get(kind, 0.0) for kind in shapes.KINDS])[profile.kind]
            + profile.needs @ need_weights(choice)
            + choice.get("age", 0.0) * profile.age
            + choice.get("previous", 0.0) * profile.previous
        )
        columns.append(column if service.only is None else np.where(profile.female, column, -np.inf))
    return np.column_stack(columns)


def start_chances(appeal_and_intercept: Floats) -> Floats:
    """Chance of starting each service, and in the last column of starting none: a multinomial logit."""
    odds = np.column_stack([np.exp(appeal_and_intercept), np.ones(len(appeal_and_intercept))])
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def draw_reoffences(rng: np.random.Generator, chance: Floats) -> Ints:
    """How many reoffences follow: none, or with the given chance 1 + a geometric number."""
    number = rng.geometric(1 / shapes.offences().reoffending.number, len(chance))
    return np.where(rng.random(len(chance)) < chance, number, 0)


def chances(base: Floats, service: Ints) -> tuple[Floats, Floats]:
    """Chance of reoffending with the service that was started (-1: none) and without it, from the logit without it."""
    return expit(base + effects()[service]), expit(base)
