"""Providers, services, the goods they serve, and the truth about their effect."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pyarrow as pa

from resettle.area.generate import shapes
from resettle.area.generate.again import FIRST_DAY, LAST_DAY
from resettle.area.generate.draw import days
from resettle.area.generate.events import Block
from resettle.area.generate.write import Columns

OUTCOME = "proven_reoffending_12m"
DAYS_A_MONTH = 365.25 / 12


def provider() -> Columns:
    """`provider`: invented organisations."""
    rows = shapes.services().providers
    return {
        "provider_id": pa.array(list(rows)),
        "name": pa.array([p.name for p in rows.values()]),
        "sector": pa.array([p.sector for p in rows.values()]),
        "size": pa.array([p.size for p in rows.values()]),
    }


def service(people: int) -> Columns:
    """`service`; capacity is what was planned for this many people."""
    shape = shapes.services()
    rows = shape.services
    months = (days(LAST_DAY - FIRST_DAY) + 1) / DAYS_A_MONTH
    planned = [int(np.ceil(s.share * people * shape.referral.headroom / months)) for s in rows.values()]
    return {
        "service_id": pa.array(list(rows)),
        "name": pa.array([s.name for s in rows.values()]),
        "provider_id": pa.array([s.provider for s in rows.values()]),
        "strand": pa.array([s.strand for s in rows.values()]),
        "contract_id": pa.array([s.contract for s in rows.values()], pa.string()),
        "capacity": pa.array(planned, pa.int64()),
        "unit_cost": pa.array([Decimal(s.unit_cost) for s in rows.values()], pa.decimal128(15, 2)),
    }


def service_good() -> Columns:
    """`service_good`: many to many."""
    rows = [(name, good, w) for name, s in shapes.services().services.items() for good, w in s.goods.items()]
    names = ("service_id", "good", "weight")
    return {name: pa.array([row[i] for row in rows]) for i, name in enumerate(names)}


@dataclass
class Truth:
    """Adds up, service by service, the chances of the people who started it, with it and without it."""

    people: np.ndarray[tuple[int], np.dtype[np.int64]]
    with_service: np.ndarray[tuple[int], np.dtype[np.float64]]
    without_service: np.ndarray[tuple[int], np.dtype[np.float64]]

    @classmethod
    def empty(cls) -> Truth:
        """Nobody yet."""
        n = len(shapes.services().services)
        return cls(np.zeros(n, np.int64), np.zeros(n), np.zeros(n))

    def add(self, block: Block) -> None:
        """Count the people of a block who started each service."""
        events = block.events
        for k in range(len(self.people)):
            mine = events.service == k
            self.people[k] += int(mine.sum())
            self.with_service[k] += float(events.chance[mine].sum())
            self.without_service[k] += float(events.chance_without[mine].sum())

    def columns(self) -> Columns:
        """`truth`: a row for each service that somebody started."""
        used = np.flatnonzero(self.people)
        names = [name for k, name in enumerate(shapes.services().services) if k in used]
        people = self.people[used]
        with_service, without = self.with_service[used] / people, self.without_service[used] / people
        return {
            "service_id": pa.array(names, pa.string()),
            "outcome": pa.array([OUTCOME] * len(used), pa.string()),
            "people": pa.array(people),
            "with_service": pa.array(with_service),
            "without_service": pa.array(without),
            "effect": pa.array(with_service - without),
        }
