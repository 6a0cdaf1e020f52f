"""Whom services reach: coverage, and places at one time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resettle.reinvestment.flows.settings import Settings
from resettle.reinvestment.flows.system import Compartment, System

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def label(service: str) -> str:
    """The name under which starts of a service are counted."""
    return f"service: {service}"


class Reached:
    """Starts of services month by month, so that no more people are in one than it has places.

    A place is held for the months of the service. Places are shared between strata by their people. Services reach people
    independently of one another.
    """

    def __init__(self, system: System, share: Floats) -> None:
        self.services = {s.name: s for s in system.scenario.service}
        self.names = [label(name) for name in self.services]
        self.share = share

    def starts(self, name: str, wanted: Floats, settings: Settings, started: Floats) -> Floats:
        """How many start in a month, of those who would; `started` are the starts up to it, months x strata x draws."""
        import numpy as np

        capacity = settings.capacity[name]
        if capacity is None:
            return wanted
        held = started[-self.services[name].months :].sum(axis=0)
        found: Floats = np.minimum(wanted, np.maximum(capacity * self.share - held, 0.0))
        return found

    def split(
        self, state: str, compartments: list[Compartment], people: Floats, settings: Settings, started: Floats
    ) -> list[Floats]:
        """The share of arrivals in each compartment of a state; counts the starts in `started` (months x services x strata x
        draws, this month last).
        """
        import numpy as np

        reach: dict[str, Floats] = {}
        for number, (name, service) in enumerate(self.services.items()):
            if state in service.at:
                start = self.starts(name, people * settings.coverage[name], settings, started[:, number])
                started[-1, number] += start
                reach[name] = np.where(people > 0, start / np.maximum(people, 1e-300), 0.0)
        found = []
        for compartment in compartments:
            share = np.ones(people.shape)
            for name, part in reach.items():
                share = share * (part if name in compartment.services else 1 - part)
            found.append(share)
        return found
