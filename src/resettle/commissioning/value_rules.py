"""What each payment of a contract comes to in every draw, by the rules that settle it."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from resettle.commissioning.draws import World, draw_reached, generator
from resettle.commissioning.language.payments import AnyPayment, Fee, OutcomeRate, UnitTariff
from resettle.commissioning.language.terms import Contract
from resettle.commissioning.settlement import rate
from resettle.commissioning.settlement.fee import whole_units
from resettle.commissioning.settlement.limits import above, below
from resettle.commissioning.settlement.tariff import dearest, price_of
from resettle.errors import bad

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MOST_OUTCOMES = 12


def paid_in(contract: Contract, world: World) -> dict[str, Floats]:
    """Pounds under each payment in every draw, after its own cap and before limits on the whole."""
    import numpy as np

    paid = {p.id: payment_in(contract, p, world) for p in contract.payments}
    for name, most in contract.limits.cap_payment.items():
        paid[name] = paid[name] - above(paid[name], float(most))
    return {name: np.asarray(money) for name, money in paid.items()}


def limited(contract: Contract, total: Floats) -> Floats:
    """The total after the cap and the floor of the contract."""
    if contract.limits.cap is not None:
        total = total - above(total, float(contract.limits.cap))
    if contract.limits.floor is not None:
        total = total + below(total, float(contract.limits.floor))
    return total


def payment_in(contract: Contract, payment: AnyPayment, world: World) -> Floats:
    """Pounds under one payment in every draw."""
    import numpy as np

    if isinstance(payment, Fee):
        units, _ = whole_units(payment, contract.period, contract.period.end)
        return np.full(world.draws, float(units * payment.amount))
    if isinstance(payment, UnitTariff):
        return tariff_in(payment, world)
    if not isinstance(payment, OutcomeRate):
        raise bad("this kind of payment cannot be valued", column=payment.id, value=payment.kind)
    return rate_in(payment, world)


def rate_in(payment: OutcomeRate, world: World) -> Floats:
    """Pounds of an outcome rate in every draw."""
    drawn = world.rates[payment.measure]
    rule = rate.rule_of(payment).floats()
    money = rate.round_pence(rate.amount(rule, drawn.points, drawn.surest, drawn.people))
    return money * (world.rates[payment.hurdle].surest > 0) if payment.hurdle else money


def tariff_in(tariff: UnitTariff, world: World) -> Floats:
    """Pounds of a unit tariff in every draw; nobody reaches an outcome more than once."""
    import numpy as np

    total = np.zeros(world.draws)
    for band in world.band_sizes:
        prices = {o: price_of(tariff, o, band) for o in tariff.prices}
        priced = {o: p for o, p in prices.items() if p is not None}
        if tariff.max_per_person is not None and tariff.max_per_person < len(priced):
            total += at_most(tariff, priced, band, world)
        else:
            for outcome, price in priced.items():
                total += float(price) * draw_reached(world, outcome, band)
    return total


def at_most(tariff: UnitTariff, prices: dict[str, Decimal], band: str, world: World) -> Floats:
    """Pounds where one person is paid for the dearest few outcomes only; outcomes are taken as independent of each other."""
    import numpy as np

    if len(prices) > MOST_OUTCOMES:
        raise bad(
            f"max_per_person cannot be valued with more than {MOST_OUTCOMES} outcomes",
            column=tariff.id,
            value=len(prices),
            do="Value the contract without max_per_person.",
        )
    chance: dict[Decimal, float] = defaultdict(float)
    for reached in product((False, True), repeat=len(prices)):
        odds = zip(prices, reached, strict=True)
        earned = [price for price, yes in zip(prices.values(), reached, strict=True) if yes]
        worth = sum(dearest(earned, tariff.max_per_person), Decimal(0))
        chance[worth] += prod(world.beliefs.outcomes[o] if yes else 1 - world.beliefs.outcomes[o] for o, yes in odds)
    random = generator(world.seed, "most", tariff.id, band)
    weights = np.array(list(chance.values()), dtype=float)
    people = random.multinomial(world.band_sizes[band], weights / weights.sum(), size=world.draws)
    return np.asarray(people @ np.array([float(w) for w in chance]))
