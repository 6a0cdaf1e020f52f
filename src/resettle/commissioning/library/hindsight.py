"""Hindsight: what the stress test of a deal would have said before anybody signed, computed from its own terms."""

from __future__ import annotations

from typing import Any

from resettle.commissioning.beliefs import Beliefs
from resettle.commissioning.language.terms import Contract
from resettle.commissioning.library.deal import Deal
from resettle.commissioning.tornado import Bar, tornado
from resettle.commissioning.valuation.nothing_done import nothing_done
from resettle.commissioning.value import SEED, Valuation, money, value
from resettle.commissioning.words import percent
from resettle.provenance import Provenance, hash_json
from resettle.result import Record, Result

SHOCKS = (0.52, 0.84, 0.98, 1.0, 1.25, 1.5)
"""Volumes over plan: 48%, 16% and 2% below it (what came and what was modelled for the Community Rehabilitation Companies), as
planned, and a quarter and a half above it."""


class AtVolume(Record):
    """At one volume over plan: mean payment, mean cost and mean margin of whoever delivers.

    `served` is the share of those who come whom the payment would serve as planned, once costs that stay are paid: below 1,
    caseloads grow beyond plan, or money is lost (None where no cost follows volume).
    """

    volume: float
    payment: float
    cost: float
    margin: float
    served: float | None = None


class Hindsight(Result):
    """The stress test of one deal on the library's beliefs, and what it says about the risk that decided the deal.

    `nothing_done` is the mean payment if the service made no difference: paid for chance and for trends. `trend` is how much of
    that goes when trends are taken out (None where none are believed). `volumes` is empty where the beliefs name no people.
    """

    deal: str
    title: str
    lesson: str
    happened: str
    valuation: Valuation
    volumes: tuple[AtVolume, ...]
    nothing_done: float
    trend: float | None
    sensitivity: tuple[Bar, ...]

    @property
    def sentence(self) -> str:
        """What the stress test says about the risk that decided the deal."""
        said = {
            "chance": self.of_chance,
            "volume": self.of_volume,
            "trend": self.of_trend,
            "dead-weight": self.of_dead_weight,
            "trust": self.of_trust,
        }
        return f"{self.title}. Before signing, the stress test would have said: {said[self.lesson]()}"

    def pounds(self, amount: float) -> str:
        """An amount as a reader sees it."""
        return money(amount, self.valuation.currency)

    def of_chance(self) -> str:
        """Payment for chance, and effects that are missed."""
        v = self.valuation
        text = f"a result is paid in {percent(v.paid_by_chance or 0)} of draws where the service makes no difference"
        if v.missed is not None:
            text += f", and one that is large enough is not paid in {percent(v.missed)}"
        seen = [f"{d.detectable:.1f} {'percent' if d.scale == 'percent' else 'points'}" for d in v.detection]
        return f"{text}. It takes a true effect of {' and '.join(seen)} to be paid for one cohort four times in five."

    def of_volume(self) -> str:
        """What too few and too many people do."""
        few, many = self.volumes[0], self.volumes[-2]
        plan = next(a for a in self.volumes if a.volume == 1)
        text = (
            f"the provider's margin is {self.pounds(plan.margin)} at the volume that is planned, {self.pounds(few.margin)} if "
            f"{100 * (1 - few.volume):.0f}% fewer come, and {self.pounds(many.margin)} if {100 * (many.volume - 1):.0f}% more do."
        )
        if many.served is None or many.served >= 1:
            return text
        return (
            f"{text} The money then serves {100 * many.served:.0f} of every 100 people as planned: whoever does not lose it "
            f"carries caseloads {100 * (1 / many.served - 1):.0f}% above plan."
        )

    def of_trend(self) -> str:
        """What is paid for what would have happened anyway."""
        return (
            f"{self.pounds(self.nothing_done)} would be paid on average if the service made no difference, and "
            f"{self.pounds(self.trend or 0)} of that for the trend alone."
        )

    def of_dead_weight(self) -> str:
        """What is paid for outcomes that would have come anyway."""
        v = self.valuation
        if v.dead_weight is None:
            return "the beliefs do not say how many outcomes would have come anyway."
        share = v.dead_weight.mean / v.total.mean if v.total.mean else 0.0
        amount = self.pounds(v.dead_weight.mean)
        return f"{amount}, {percent(share)} of all that is paid, goes to outcomes that would have come anyway."

    def of_trust(self) -> str:
        """Who bears what where little or nothing hangs on results."""
        v = self.valuation
        low, high = self.pounds(v.total.p10), self.pounds(v.total.p90)
        return (
            f"the provider loses money in {percent(v.chance_of_loss)} of draws and must find {self.pounds(v.cash.peak.p50)} of its "
            f"own at the deepest; the payer's bill lies between {low} and {high} eight times in ten."
        )

    def rows(self) -> list[dict[str, Any]]:
        """Payment, cost and margin by volume; where volume plays no part, what each party would pay, receive and keep."""
        return [a.model_dump() for a in self.volumes] or self.valuation.rows()


def hindsight(deal: Deal, draws: int = 10_000, seed: int = SEED) -> Hindsight:
    """The stress test of a deal of the library, on its own beliefs."""
    contract, beliefs, about = deal.contract(), deal.beliefs, deal.about
    found = value(contract, beliefs, draws, seed)
    nothing = value(contract, nothing_done(beliefs), draws, seed).total.mean
    drifts = any(r.drift_mean or r.drift_sd for r in beliefs.rates.values())
    still = value(contract, nothing_done(beliefs, drift=False), draws, seed).total.mean if drifts else None
    return Hindsight(
        deal=deal.name,
        title=about.title,
        lesson=about.lesson,
        happened=about.happened.strip(),
        valuation=found,
        volumes=tuple(at_volume(contract, beliefs, v, draws, seed) for v in SHOCKS if beliefs.people),
        nothing_done=nothing,
        trend=None if still is None else nothing - still,
        sensitivity=tornado(deal.contract, beliefs, min(draws, 1000), seed),
        provenance=Provenance(
            inputs={f"deal:{deal.name}": hash_json(contract.model_dump(mode="json", by_alias=True))},
            parameters={"draws": draws},
            seed=seed,
        ),
    )


def at_volume(contract: Contract, beliefs: Beliefs, volume: float, draws: int, seed: int) -> AtVolume:
    """The deal at one volume over plan."""
    found = value(
        contract, beliefs.model_copy(update={"volume_mean": volume, "volume_sd": 0.0}), min(draws, 2000), seed
    )
    paid, cost = found.total.mean, found.cost.mean
    moving = float(beliefs.cost.a_start) * beliefs.people * volume
    served = None if not moving else min(1.0, max(0.0, 1 + (paid - cost) / moving))
    return AtVolume(volume=volume, payment=paid, cost=cost, margin=paid - cost, served=served)
