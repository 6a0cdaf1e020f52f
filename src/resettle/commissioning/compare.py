"""`compare`: contracts side by side on the same draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from resettle.commissioning.beliefs import Beliefs
from resettle.commissioning.language.terms import Contract
from resettle.commissioning.value import SEED, Spread, Valuation, money, spread, valued, world_of
from resettle.errors import bad
from resettle.provenance import Provenance
from resettle.result import Result


class Comparison(Result):
    """Valuations of several contracts on the same draws. `differences` are each contract's total less that of the first."""

    currency: str
    valuations: tuple[Valuation, ...]
    differences: tuple[Spread, ...]

    @property
    def sentence(self) -> str:
        """What each contract is expected to pay, cheapest first."""
        ordered = sorted(self.valuations, key=lambda v: v.total.mean)
        parts = [f"{v.title} {money(v.total.mean, self.currency)}" for v in ordered]
        return f"Expected payment, cheapest first: {'; '.join(parts)}."

    def rows(self) -> list[dict[str, Any]]:
        """One row a contract: expected payment and its spread, chances, and the paired difference from the first."""
        return [
            {
                "contract": v.contract_id,
                "title": v.title,
                **v.total.model_dump(include={"mean", "p10", "p50", "p90"}),
                "chance_of_payment": v.chance_of_payment,
                "paid_by_chance": v.paid_by_chance,
                "missed": v.missed,
                "chance_of_loss": v.chance_of_loss,
                "peak_capital": v.cash.peak.p90,
                "dead_weight": v.dead_weight.mean if v.dead_weight else None,
                "transaction": v.transaction,
                "difference": d.mean,
                "difference_p10": d.p10,
                "difference_p90": d.p90,
            }
            for v, d in zip(self.valuations, self.differences, strict=True)
        ]

    def risks(self) -> list[dict[str, Any]]:
        """Who carries which risk: one row a contract.

        The payer's: how much more than expected it needs in one of ten draws, how often the effect fails while its duty remains,
        and how much of the variance of what it is left with the contract takes away. The provider's: how often it loses, the mean
        loss in the worst twentieth, the part of its income that varies. And which source moves the payment most.
        """
        return [
            {
                "contract": v.contract_id,
                "payer_p90_over_mean": v.total.p90 - v.total.mean,
                "effect_fails": v.retained.fails,
                "risk_taken_off_payer": v.retained.transfer,
                "provider_loses": v.chance_of_loss,
                "provider_worst": v.cash.worst,
                "provider_ruined": v.cash.ruin,
                "moved_most_by": max(v.variance, key=lambda k: (v.variance or {})[k]) if v.variance else "nothing",
            }
            for v in self.valuations
        ]


def compare(contracts: Sequence[Contract], beliefs: Beliefs, draws: int = 10_000, seed: int = SEED) -> Comparison:
    """Value contracts on the same draws (common random numbers), so that chance does not decide between them.

    At least two contracts, of one currency and with ids of their own (`BadInput`).
    """
    ids, currencies = [c.id for c in contracts], sorted({c.currency for c in contracts})
    if len(ids) < 2 or len(set(ids)) < len(ids):
        raise bad("comparing needs at least two contracts, each with its own id", value=", ".join(ids))
    if len(currencies) > 1:
        raise bad("contracts of different currencies cannot be compared", value=", ".join(currencies))
    world = world_of(contracts, beliefs, draws, seed)
    found = [valued(contract, world) for contract in contracts]
    first = found[0][1]
    return Comparison(
        currency=currencies[0],
        valuations=tuple(v for v, _ in found),
        differences=tuple(spread(total - first) for _, total in found),
        provenance=Provenance(
            inputs={name: h for v, _ in found for name, h in v.provenance.inputs.items()},
            parameters={"beliefs": beliefs.model_dump(mode="json"), "draws": draws},
            seed=seed,
        ),
    )
