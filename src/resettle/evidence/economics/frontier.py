"""Several options at once: which are worth having at some price of one unit of effect, and from which price on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

from resettle.errors import bad
from resettle.result import Record

Verdict = Literal["first", "on the frontier", "dominated", "extendedly dominated"]


class Option(Record):
    """One option on the way to more effect: its price for each further unit over the option before it on the frontier.

    `verdict` is `first` for the cheapest that is on the frontier, `on the frontier`, `dominated` (another is no dearer and no
    worse), or `extendedly dominated` (a mix of two others does more for less).
    """

    name: str
    cost: float
    effect: float
    icer: float | None = None
    verdict: Verdict


def frontier(options: Mapping[str, tuple[float, float]]) -> tuple[Option, ...]:
    """The cost-effectiveness frontier of several options, each as (cost, effect), from the cheapest up.

    Options with the same cost and effect keep the first of them.
    """
    if not options or any(not math.isfinite(v) for pair in options.values() for v in pair):
        raise bad("options need a finite cost and effect", value=list(options), do="Give one option at least.")
    order = sorted(options, key=lambda name: (options[name][0], -options[name][1]))
    kept: list[str] = []
    verdicts: dict[str, Verdict] = {}
    for name in order:
        if kept and options[name][1] <= options[kept[-1]][1]:
            verdicts[name] = "dominated"
            continue
        while len(kept) > 1 and price_between(options, kept[-2], kept[-1]) >= price_between(options, kept[-1], name):
            verdicts[kept.pop()] = "extendedly dominated"
        kept.append(name)
    return tuple(
        Option(
            name=name,
            cost=options[name][0],
            effect=options[name][1],
            icer=price_between(options, kept[kept.index(name) - 1], name) if name in kept[1:] else None,
            verdict=verdicts.get(name, "first" if name == kept[0] else "on the frontier"),
        )
        for name in order
    )


def price_between(options: Mapping[str, tuple[float, float]], less: str, more: str) -> float:
    """Pounds for each further unit of effect from one option to another that has more of it."""
    (cost, effect), (dearer, better) = options[less], options[more]
    return (dearer - cost) / (better - effect)
