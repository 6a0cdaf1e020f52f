"""The tornado: how far each named input that nobody knows moves the expected payment, the widest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from resettle.commissioning.beliefs import Beliefs
from resettle.commissioning.language.terms import Contract
from resettle.commissioning.value import SEED, value
from resettle.errors import BadInput
from resettle.result import Record

SPREAD = 1.2815515655446004
"""How many standard deviations lie between the middle and the 90th percentile of a normal distribution."""


class Bar(Record):
    """One input: the expected payment at its low and at its high end, beside that at its middle."""

    name: str
    low: float
    high: float
    at_low: float
    at_high: float
    middle: float

    @property
    def width(self) -> float:
        """How far it moves the expected payment."""
        return abs(self.at_high - self.at_low)


def tornado(
    read: Callable[[Mapping[str, object] | None], Contract], beliefs: Beliefs, draws: int = 2000, seed: int = SEED
) -> tuple[Bar, ...]:
    """One bar for each named input with a range, and for each uncertain belief at its 10th and 90th percentile.

    `read` gives the contract with other values of named inputs. An end at which the contract contradicts itself is left out.
    """
    contract = read(None)
    middle = value(contract, beliefs, draws, seed).total.mean
    bars = []
    for name, p in contract.parameters.items():
        if p.low is None or p.high is None:
            continue
        try:
            ends = [value(read({name: str(end)}), beliefs, draws, seed).total.mean for end in (p.low, p.high)]
        except BadInput:
            continue
        bars.append(
            Bar(name=name, low=float(p.low), high=float(p.high), at_low=ends[0], at_high=ends[1], middle=middle)
        )
    for name, low, high, changed in believed(contract, beliefs):
        ends = [value(contract, b, draws, seed).total.mean for b in changed]
        bars.append(Bar(name=name, low=low, high=high, at_low=ends[0], at_high=ends[1], middle=middle))
    return tuple(sorted(bars, key=lambda b: -b.width))


def believed(contract: Contract, beliefs: Beliefs) -> list[tuple[str, float, float, tuple[Beliefs, Beliefs]]]:
    """Each uncertain belief at its 10th and 90th percentile: volume, and the true effect on each measure."""
    made, named = [], {m.id: m.name for m in contract.measures}
    if beliefs.volume_sd:
        ends = [max(0.0, beliefs.volume_mean + sign * SPREAD * beliefs.volume_sd) for sign in (-1, 1)]
        low, high = (beliefs.model_copy(update={"volume_mean": e, "volume_sd": 0.0}) for e in ends)
        made.append(("volume", ends[0], ends[1], (low, high)))
    for name, rate in beliefs.rates.items():
        if rate.effect_sd:
            ends = [rate.effect_mean + sign * SPREAD * rate.effect_sd for sign in (-1, 1)]
            changed = [rate.model_copy(update={"effect_mean": e, "effect_sd": 0.0}) for e in ends]
            low, high = (beliefs.model_copy(update={"rates": beliefs.rates | {name: c}}) for c in changed)
            made.append((f"effect on {named.get(name, name)}", ends[0], ends[1], (low, high)))
    return made
