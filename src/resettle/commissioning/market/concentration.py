"""How concentrated a market is."""

from __future__ import annotations

from collections.abc import Mapping


def shares_of(amounts: Mapping[str, float]) -> dict[str, float]:
    """Each one's share of the whole, which add up to one; empty where there is nothing to share."""
    total = sum(amounts.values())
    return {name: amount / total for name, amount in amounts.items()} if total > 0 else {}


def hhi(amounts: Mapping[str, float]) -> float | None:
    """The Herfindahl-Hirschman index, the sum of squared shares, from near 0 to 1 (one provider); None where there is nothing."""
    shares = shares_of(amounts)
    return sum(s * s for s in shares.values()) if shares else None


def effective_number(amounts: Mapping[str, float]) -> float | None:
    """How many providers of one size would be as concentrated: 1 over the index."""
    index = hhi(amounts)
    return None if index is None else 1 / index
