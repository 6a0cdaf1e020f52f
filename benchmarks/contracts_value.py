"""Valuing contracts: a rate card beside the loop and the arrays that a user would write instead, and every deal of the library.

The others do less: the total only, no cash, no years, no investors, no variance. Means must agree within sampling error.
"""

from __future__ import annotations

import itertools
import math
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SIZES = {"full": 10_000, "small": 200}
WHAT = "The Fair Chance Fund's rate card on {size} draws"
NAMES = {
    "ours": "Resettle: `value`, with cash, years, parties and variance",
    "arrays": "numpy by hand, the total only",
    "loop": "Python, a person and a milestone at a time, the total only",
}

Answer = tuple[float, float]
"""The mean payment and its standard error."""


def prepare(folder: Path, draws: int) -> None:
    """Nothing to make: the deals come with the library."""


def card() -> tuple[int, dict[str, float], dict[str, str], dict[str, float]]:
    """Of the rate card: people, prices, the milestone before each, and the chance of each given the one before."""
    from resettle.commissioning.library import deal

    found = deal("fair-chance-fund")
    tariff, beliefs = found.contract().payments[0], found.beliefs
    prices = {o: float(t["any"]) for o, t in tariff.prices.items()}
    before = {b: a for ladder in tariff.ladders for a, b in itertools.pairwise(ladder)}
    chances = {
        o: beliefs.outcomes[o].chance / (beliefs.outcomes[before[o]].chance if o in before else 1.0) for o in prices
    }
    return beliefs.people, prices, before, chances


def answer(totals: Any) -> Answer:
    """Mean and standard error of the totals."""
    held = [float(t) for t in totals]
    return statistics.mean(held), statistics.stdev(held) / math.sqrt(len(held))


def ours() -> Callable[[Path, int], Answer]:
    """`value`: everything that it says of a contract."""
    from resettle.commissioning import value
    from resettle.commissioning.library import deal

    found = deal("fair-chance-fund")
    contract, beliefs = found.contract(), found.beliefs
    value(contract, beliefs, 100)

    def job(_folder: Path, draws: int) -> Answer:
        total = value(contract, beliefs, draws).total
        return total.mean, total.error

    return job


def arrays() -> Callable[[Path, int], Answer]:
    """One binomial draw an outcome for all draws at once."""
    import numpy as np

    people, prices, before, chances = card()

    def job(_folder: Path, draws: int) -> Answer:
        source, reached = np.random.default_rng(1), {}
        total = np.zeros(draws)
        for outcome, price in prices.items():
            able = reached[before[outcome]] if outcome in before else np.full(draws, people)
            reached[outcome] = source.binomial(able, chances[outcome])
            total += price * reached[outcome]
        return answer(total)

    return job


def loop() -> Callable[[Path, int], Answer]:
    """A draw, a person and a milestone at a time."""
    people, prices, before, chances = card()

    def job(_folder: Path, draws: int) -> Answer:
        draw, totals = random.Random(1).random, []
        for _ in range(draws):
            total = 0.0
            for _ in range(people):
                reached = set()
                for outcome, price in prices.items():
                    if (outcome not in before or before[outcome] in reached) and draw() < chances[outcome]:
                        reached.add(outcome)
                        total += price
            totals.append(total)
        return answer(totals)

    return job


CONTENDERS: dict[str, Callable[[], Callable[[Path, int], Any]]] = {"ours": ours, "arrays": arrays, "loop": loop}


def told(found: Answer) -> list[float]:
    """The answer as JSON holds it."""
    return list(found)


def agree(one: list[float], other: list[float]) -> bool:
    """Whether two means differ by no more than five standard errors."""
    return math.isclose(one[0], other[0], abs_tol=5 * math.hypot(one[1], other[1]))


def best(run: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Seconds on the clock and of the processor, the best of some rounds."""
    found = []
    for _ in range(rounds):
        busy, start = time.process_time(), time.perf_counter()
        run()
        found.append((time.perf_counter() - start, time.process_time() - busy))
    return min(f[0] for f in found), min(f[1] for f in found)


def also(draws: int) -> list[str]:
    """Every deal of the library with so many draws: the best of three, or one of a few draws."""
    from resettle.commissioning import value
    from resettle.commissioning.library import deals

    rounds = 3 if draws >= 10_000 else 1
    lines = ["", f"Every deal, {draws:,} draws, least of {rounds}:", "", "| deal | seconds | processor seconds |"]
    lines.append("|---|---|---|")
    for found in deals():
        contract, beliefs = found.contract(), found.beliefs
        value(contract, beliefs, 100)
        seconds, busy = best(lambda c=contract, b=beliefs: value(c, b, draws), rounds)  # type: ignore[misc]
        lines.append(f"| {found.name} | {seconds:.2f} | {busy:.2f} |")
    return lines
