"""Valuing contracts: every deal of the library with 10,000 draws, and one beside the loop that a user would write instead.

    python benchmarks/contracts_value.py

The loop draws and pays one world at a time, and does less: totals only, no cash, no years, no investors, no variance. Means must
agree. Times are the best of three, on whatever else the machine is doing; its load is printed.
"""

from __future__ import annotations

import itertools
import math
import os
import platform
import random
import statistics
import time
from collections.abc import Callable

from resettle.commissioning import value
from resettle.commissioning.library import deal, deals

DRAWS = 10_000


def best(run: Callable[[], object], rounds: int = 3) -> tuple[float, float]:
    """Seconds on the clock and of the processor, the best of some rounds."""
    found = []
    for _ in range(rounds):
        busy, start = time.process_time(), time.perf_counter()
        run()
        found.append((time.perf_counter() - start, time.process_time() - busy))
    return min(f[0] for f in found), min(f[1] for f in found)


def by_loop(seed: int = 1) -> float:
    """The mean payment of the Fair Chance Fund's rate card, a person and a milestone at a time."""
    found = deal("fair-chance-fund")
    contract, beliefs = found.contract(), found.beliefs
    card = contract.payments[0]
    prices = {o: float(t["any"]) for o, t in card.prices.items()}
    before = {b: a for ladder in card.ladders for a, b in itertools.pairwise(ladder)}
    chances = {
        o: beliefs.outcomes[o].chance / (beliefs.outcomes[before[o]].chance if o in before else 1.0) for o in prices
    }
    draw, totals = random.Random(seed).random, []
    for _ in range(DRAWS):
        total = 0.0
        for _ in range(beliefs.people):
            reached = set()
            for outcome, price in prices.items():
                if (outcome not in before or before[outcome] in reached) and draw() < chances[outcome]:
                    reached.add(outcome)
                    total += price
        totals.append(total)
    return statistics.mean(totals)


def main() -> None:
    """Time, compare, print a page."""
    print(
        f"{platform.machine()}, Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n"
    )
    print("| deal | seconds | processor seconds |\n|---|---|---|")
    for found in deals():
        contract, beliefs = found.contract(), found.beliefs
        value(contract, beliefs, 100)
        seconds, busy = best(lambda c=contract, b=beliefs: value(c, b, DRAWS))
        print(f"| {found.name} | {seconds:.2f} | {busy:.2f} |")
    rate_card = deal("fair-chance-fund")
    contract, beliefs = rate_card.contract(), rate_card.beliefs
    ours, _ = best(lambda: value(contract, beliefs, DRAWS))
    start = time.perf_counter()
    mean = by_loop()
    loop = time.perf_counter() - start
    total = value(contract, beliefs, DRAWS).total
    assert math.isclose(mean, total.mean, abs_tol=5 * math.sqrt(2) * total.error), (mean, total.mean)
    print(
        f"\nFair Chance Fund beside a loop over people: {ours:.2f} s and {loop:.0f} s, {loop / ours:.0f} times as fast."
    )


if __name__ == "__main__":
    main()
