"""Several programmes on the same people: whom each reaches alone, whom several reach, and that nobody is saved twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from resettle.reinvestment.business_case.file import CaseProgramme, Together

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LEAST = 1e-6


def fewer_reoffenders(
    programmes: Sequence[CaseProgramme],
    together: Sequence[Together],
    differences: Mapping[str, Floats],
    rates: Mapping[str, float],
) -> Floats:
    """Fewer reoffenders for each month's intake, in each draw.

    `differences` are draws of each programme's difference of rates (a fall is negative), `rates` what each is a difference from.
    Who is reached by one programme counts with its own difference; who is reached by several, once, with their combined one.
    """
    import numpy as np

    alone = {one.id: one.people_a_month for one in programmes}
    total = np.zeros_like(next(iter(differences.values())))
    for group in together:
        for name in group.programmes:
            alone[name] -= group.people_a_month
        total = total + group.people_a_month * combined(
            [differences[name] for name in group.programmes],
            [rates[name] for name in group.programmes],
            group.discount,
        )
    for name, people in alone.items():
        total = total - people * differences[name]
    return total


def combined(differences: Sequence[Floats], rates: Sequence[float], discount: float) -> Floats:
    """How much less likely somebody is to reoffend whom several programmes reach, in each draw.

    Ratios are multiplied on the mean of what the programmes started from; of all but the strongest a `discount` is lost.
    """
    import numpy as np

    base = float(np.mean(rates))
    logs = np.log([np.maximum(1 + d / rate, LEAST) for d, rate in zip(differences, rates, strict=True)])
    strongest = logs.min(axis=0)
    whole = strongest + (1 - discount) * (logs.sum(axis=0) - strongest)
    return np.asarray(base * (1 - np.exp(whole)))
