"""Pooling over draws: steps that places reach together, with which chance, what they bring, and a fair split of it.

Each place frees its part on the same draws of the effect, so that good and bad luck with it is shared. Shapley's split is of the
mean pounds: what a place adds on average over all orders in which the places could have joined.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from math import factorial

from resettle.reinvestment.cashability import PooledPlace, StepPool
from resettle.reinvestment.freeing import Freed, pence

MOST_FOR_SHAPLEY = 6
SPLIT_DRAWS = 2000
"""Draws on which groups of places are compared; the split is then of the mean of all draws."""


def pool_of(one: Freed, certainty: float, parts: Mapping[str, float], places: Mapping[str, float]) -> StepPool:
    """Together against alone over places, with a fair split of the mean pounds."""
    together, alone = float(one.worth().mean()), {name: float(one.worth(part).mean()) for name, part in parts.items()}
    fair = len(parts) <= MOST_FOR_SHAPLEY
    split = shapley(one, parts) if fair else {name: part * together for name, part in parts.items()}
    chances = {name: float((one.closed(part)[:, -1] > 0).mean()) for name, part in parts.items()}
    return StepPool(
        chance_together=float((one.closed()[:, -1] > 0).mean()),
        chance_alone=max(chances.values()),
        together=pence(together),
        alone=pence(sum(alone.values())),
        split="Shapley" if fair else "in proportion to what each frees",
        places=tuple(
            PooledPlace(
                place=name,
                people_a_month=places[name],
                chance_alone=chances[name],
                alone=pence(alone[name]),
                share=pence(split[name]),
            )
            for name in parts
        ),
        smallest=fewest(one, certainty, parts),
    )


def shapley(one: Freed, parts: Mapping[str, float]) -> dict[str, float]:
    """Each place's average addition to the mean pounds of a pool, over all orders of joining (Shapley 1953)."""
    names, few = list(parts), one.first(SPLIT_DRAWS)
    worth = {
        group: float(few.worth(sum(parts[n] for n in group)).mean()) if group else 0.0
        for size in range(len(names) + 1)
        for group in combinations(names, size)
    }
    made = {}
    for name in names:
        others = [n for n in names if n != name]
        made[name] = sum(
            factorial(size)
            * factorial(len(names) - size - 1)
            / factorial(len(names))
            * (worth[tuple(n for n in names if n in group or n == name)] - worth[group])
            for size in range(len(names))
            for group in combinations(others, size)
        )
    whole = worth[tuple(names)]
    return {name: share * float(one.worth().mean()) / whole if whole else 0.0 for name, share in made.items()}


def fewest(one: Freed, certainty: float, parts: Mapping[str, float]) -> tuple[str, ...]:
    """The fewest places that together have closed a step by the end with the wanted certainty; empty where not even all have."""
    chosen: list[str] = []
    for name in sorted(parts, key=lambda n: -parts[n]):
        chosen.append(name)
        if float((one.closed(sum(parts[n] for n in chosen))[:, -1] > 0).mean()) >= certainty:
            return tuple(chosen)
    return ()
