"""The best plan under the rules of a menu, as a mixed-integer programme that HiGHS solves, and what each rule costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from resettle.errors import ResettleError
from resettle.reinvestment.rounds.menu import Kind, Menu, Service

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

GAP = 1e-3
"""A plan is good enough once no other can be better by more than this part."""
NODES = 200
"""Where few units can be bought, proof takes long: the search ends after so many nodes, and says how good its plan is at least."""


@dataclass(frozen=True)
class Cell:
    """One choice: units of a service for people of a place who lack a good."""

    service: Service
    place: str
    good: str


@dataclass(frozen=True)
class Row:
    """One rule as an inequality over the choices: `weights . units <= most`, with what it is about.

    `relative` rows compare shares of what is spent; `by` is then the share of spending that a whole unit of the rule moves.
    """

    rule: Literal["money", "capacity", "need", "least", "fairness"]
    about: str
    weights: Floats
    most: float
    by: float = 0.0


@dataclass(frozen=True)
class Price:
    """What one more of a rule's limit is worth, in the units of the objective, in the relaxation: a pound, a unit of capacity,
    a person; for `least` and `fairness`, what one percentage point more costs.
    """

    rule: str
    about: str
    worth: float


@dataclass(frozen=True)
class Programme:
    """A menu as a programme: choices, their worth, and rows. Kinds with a least share, and fairness, may be left out."""

    menu: Menu
    floors: bool = True

    @cached_property
    def cells(self) -> list[Cell]:
        """Every choice that serves somebody."""
        return [
            Cell(service, lack.place, lack.good)
            for service in self.menu.service
            for lack in self.menu.need
            if lack.good in service.goods and lack.people
        ]

    def vector(self, of: Callable[[Cell], float]) -> Floats:
        """One number for each choice."""
        import numpy as np

        return np.array([of(cell) for cell in self.cells], dtype=float)

    @cached_property
    def cost(self) -> Floats:
        """Pounds of one unit of each choice."""
        return self.vector(lambda cell: float(cell.service.cost))

    @cached_property
    def gained(self) -> Floats:
        """Goods gained by one unit of each choice."""
        return self.vector(lambda cell: cell.service.goods[cell.good])

    @cached_property
    def weighted(self) -> Floats:
        """Goods gained by one unit, weighted by how much need there is a head in its place, 1 where it is average."""
        people = {one.id: one.people for one in self.menu.place}
        unmet = self.menu.unmet()
        average = sum(unmet.values()) / sum(people.values())
        return self.gained * self.vector(lambda cell: unmet[cell.place] / people[cell.place] / average)

    @cached_property
    def net(self) -> Floats:
        """Net benefit of one unit in each draw (draws x choices). What has no benefit stated is worth nothing but its cost.

        Benefits are normal with the stated mean and interval, the same draw for all units of a service, services independent.
        """
        import numpy as np
        from scipy.stats import norm

        rules, services = self.menu.rules, self.menu.service
        width = 2 * float(norm.ppf(0.975))
        means = np.array([one.benefit.mean if one.benefit else 0.0 for one in services])
        sds = np.array([(one.benefit.high - one.benefit.low) / width if one.benefit else 0.0 for one in services])
        drawn = means + sds * np.random.default_rng(rules.seed).standard_normal((rules.draws, len(services)))
        at = {one.id: n for n, one in enumerate(services)}
        result: Floats = drawn[:, [at[cell.service.id] for cell in self.cells]] - self.cost
        return result

    @cached_property
    def rows(self) -> list[Row]:
        """The rules as inequalities."""
        menu, rules = self.menu, self.menu.rules
        made = [Row("money", "the budget", self.cost, float(menu.budget))]
        for one in menu.service:
            where = self.vector(lambda cell, one=one: cell.service.id == one.id)  # type: ignore[misc]
            made.append(Row("capacity", one.id, where, one.capacity))
        for lack in menu.need:
            here = self.vector(lambda cell, lack=lack: (cell.place, cell.good) == (lack.place, lack.good))  # type: ignore[misc]
            made.append(Row("need", f"{lack.place}, {lack.good}", here, lack.people))
        if not self.floors:
            return made
        made += [self.least(kind, share) for kind, share in rules.least.items() if share]
        whole = sum(menu.unmet().values())
        shares = {place: unmet / whole for place, unmet in menu.unmet().items() if unmet and rules.fairness}
        return made + [self.fair(place, share) for place, share in shares.items()]

    def least(self, kind: Kind, share: float) -> Row:
        """At least a share of what is spent goes to a kind."""
        within = self.vector(lambda cell: kind in cell.service.kinds)
        return Row("least", kind, self.cost * (share - within), 0.0, by=1.0)

    def fair(self, place: str, share: float) -> Row:
        """A place gets at least the stated part of its share of need."""
        here = self.vector(lambda cell: cell.place == place)
        return Row("fairness", place, self.cost * (self.menu.rules.fairness * share - here), 0.0, by=share)

    def objective(self, prefer: str, aversion: float) -> tuple[Floats, Floats, int]:
        """What is minimised, the rows of the expected worst (draws x all variables), and how many variables are not choices.

        The expected loss in the worst share of draws is the least of `z + sum(max(loss - z, 0)) / (tail draws)` over z
        (Rockafellar and Uryasev 2000, "Optimization of conditional value-at-risk"), and so linear.
        """
        import numpy as np

        if prefer == "need" or aversion == 0:
            worth = self.weighted if prefer == "need" else self.net.mean(axis=0)
            return -worth, np.zeros((0, len(worth))), 0
        draws = len(self.net)
        beyond = np.full(draws, aversion / (self.menu.rules.tail * draws))
        losses = np.hstack([-self.net, -np.ones((draws, 1)), -np.eye(draws)])
        return np.concatenate([-self.net.mean(axis=0), [aversion], beyond]), losses, draws + 1

    def matrix(self, losses: Floats, extra: int) -> tuple[Floats, Floats]:
        """All inequalities, with the variables that are not choices."""
        import numpy as np

        rules = np.array([row.weights for row in self.rows])
        left = np.vstack([np.hstack([rules, np.zeros((len(rules), extra))]), losses])
        return left, np.concatenate([[row.most for row in self.rows], np.zeros(len(losses))])

    def solve(self, prefer: str, aversion: float = 0.0) -> tuple[list[int], list[Price], float]:
        """Whole units of each choice in the best plan, what each limit is worth in the relaxation, and by what part another plan
        could still be better.
        """
        import numpy as np
        from scipy.optimize import Bounds, LinearConstraint, linprog, milp

        if not self.cells:
            return [], [], 0.0
        minimised, losses, extra = self.objective(prefer, aversion)
        left, right = self.matrix(losses, extra)
        count = len(self.cells)
        low = np.zeros(count + extra)
        low[count : count + 1] = -np.inf
        whole = np.concatenate([np.ones(count), np.zeros(extra)])
        options = {"mip_rel_gap": GAP, "node_limit": NODES}
        limits = LinearConstraint(left, -np.inf, right)
        found = milp(minimised, integrality=whole, bounds=Bounds(low, np.inf), constraints=limits, options=options)
        if found.x is None:
            raise ResettleError(f"No plan was found: {found.message} Make the menu smaller, or its rules fewer.")
        bounds = list(zip(low, [None] * len(low), strict=True))
        relaxed = linprog(minimised, A_ub=left, b_ub=right, bounds=bounds, method="highs")
        units = [round(one) for one in found.x[:count]]
        gap = float(found.mip_gap) if units and any(units) else 0.0
        return units, self.prices(relaxed.ineqlin.marginals, float(self.cost @ relaxed.x[:count])), gap

    def prices(self, marginals: Floats, spent: float) -> list[Price]:
        """The worth of one more of each limit that binds; of shares, what one percentage point more costs."""
        made = []
        for row, marginal in zip(self.rows, marginals[: len(self.rows)], strict=True):
            worth = -float(marginal) * (row.by * spent / 100 if row.by else 1.0)
            if worth > 1e-9:
                made.append(Price(row.rule, row.about, worth))
        return made
