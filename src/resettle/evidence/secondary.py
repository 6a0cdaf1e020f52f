"""The least set of cells to hide beside small ones, found exactly; what an attacker can work out; rounding that adds up.

Cells are numbers 0, 1, ...; a sum is (total, parts). The search of the set is an integer programme to which one inequality is
added for each cell that an attacker could still narrow down, taken from the dual of the attacker's own linear programme
(Fischetti and Salazar-Gonzalez 2001), until there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from resettle.errors import bad

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csc_array

    Floats = NDArray[np.float64]

Sums = Sequence[tuple[int, Sequence[int]]]
NEAR = 1e-6
# What it costs to hide a total beside what it costs to hide a cell.
TOTAL_COST = 8.0


def equations(n: int, sums: Sums) -> csc_array:
    """One row for each sum: 1 for its parts, -1 for the total."""
    import numpy as np
    from scipy.sparse import csc_array

    rows = [i for i, (_, parts) in enumerate(sums) for _ in range(len(parts) + 1)]
    columns = [c for total, parts in sums for c in (*parts, total)]
    signs = [s for _, parts in sums for s in (*(1.0 for _ in parts), -1.0)]
    return csc_array((np.array(signs), (np.array(rows, int), np.array(columns, int))), shape=(len(sums), n))


def range_of(values: Sequence[int], sums: Sums, hidden: Sequence[int], cell: int) -> tuple[float, float]:
    """The least and greatest value of one cell for an attacker who knows all others and that no count is negative."""
    import numpy as np
    from scipy.optimize import linprog

    if cell not in hidden:
        return float(values[cell]), float(values[cell])
    free = sorted(hidden)
    a = equations(len(values), sums)[:, free]
    known = np.array(a @ np.array([values[i] for i in free], dtype=float))
    aim = np.array([float(i == cell) for i in free])
    ends = []
    for sign in (1.0, -1.0):
        found = linprog(sign * aim, A_eq=a, b_eq=known, bounds=(0, None), method="highs")
        ends.append(sign * found.fun if found.status == 0 else float("inf"))
    return max(0.0, ends[0]), ends[1]


def widen(
    values: Sequence[int],
    sums: Sums,
    primary: Sequence[int],
    is_total: Sequence[bool],
    width: int,
    unseen: Sequence[int] = (),
) -> list[int]:
    """The cells to hide, `primary` among them, so that each of those can be told only within `width` or more.

    `unseen` are hidden in any case, and need no width of their own unless they are in `primary` too.
    """
    import numpy as np

    if not primary:
        return sorted(unseen)
    a, value = equations(len(values), sums), np.array(values, dtype=float)
    cost = np.where(is_total, TOTAL_COST, 1.0) * (1.0 + value / (1.0 + value.max()))
    must = np.zeros(len(values))
    must[[*primary, *unseen]] = 1.0
    cuts = Cuts(must)
    for cell in primary:
        cuts.add_neighbours(a, value, cell, width)
    hidden = cuts.cheapest(cost)
    while found := [cut for cell in primary if (cut := narrow(a, value, hidden, cell, width)) is not None]:
        for cell, weights in found:
            cuts.add(cell, weights, width)
        hidden = cuts.cheapest(cost)
    return [int(i) for i in np.flatnonzero(hidden)]


def narrow(a: csc_array, value: Floats, hidden: Floats, cell: int, width: int) -> tuple[int, Floats] | None:
    """None where a cell has room enough; else the weights of an inequality that the hidden set breaks."""
    up, over = reach(a, value, hidden, cell, width, 1.0)
    down, under = reach(a, value, hidden, cell, width, -1.0)
    return None if up + down >= width - NEAR else (cell, over + under)


def reach(a: csc_array, value: Floats, hidden: Floats, cell: int, width: int, sign: float) -> tuple[float, Floats]:
    """How far a cell can move up (or down) while the sums hold, and weights that bound the move for any hidden set.

    Cells move down to 0 at most, and up by `width` at most. Any multipliers of the sums bound the move: what each cell
    then adds to it is its reduced cost times the room that it has.
    """
    import numpy as np
    from scipy.optimize import linprog

    free = np.flatnonzero(hidden > 0.5)
    aim = np.zeros(len(value))
    aim[cell] = sign
    limits = np.column_stack([-value[free], np.full(len(free), float(width))])
    part = a[:, free]
    found = linprog(-aim[free], A_eq=part, b_eq=np.zeros(a.shape[0]), bounds=limits, method="highs")
    reduced = aim + a.T @ found.eqlin.marginals
    reduced[np.abs(reduced) < NEAR] = 0.0
    return -found.fun, np.maximum(reduced, 0.0) * width + np.maximum(-reduced, 0.0) * value


class Cuts:
    """The integer programme so far: which cells must be hidden, and inequalities that any good set keeps."""

    def __init__(self, must: Floats) -> None:
        self.must = must
        self.rows: list[Floats] = []
        self.least: list[float] = []

    def add(self, cell: int, weights: Floats, width: int) -> None:
        """`weights` of the hidden cells must reach `width`; no weight need be larger than what is still wanted."""
        import numpy as np

        wanted = width - weights[cell]
        if wanted <= 0:
            return
        row = np.minimum(weights, wanted)
        row[cell] = 0.0
        self.rows.append(row / wanted)
        self.least.append(1.0)

    def add_neighbours(self, a: csc_array, value: Floats, cell: int, width: int) -> None:
        """What each sum of a cell asks for by itself: what moves against the cell has room enough."""
        import numpy as np

        matrix = a.tocsr()
        for i in a[:, [cell]].tocoo().coords[0]:
            signs = matrix[[i], :].toarray()[0]
            signs *= signs[cell]
            up = np.where(signs > 0, value, np.where(signs < 0, float(width), 0.0))
            up[cell] = value[cell]
            self.add(cell, up, width)

    def cheapest(self, cost: Floats) -> Floats:
        """The cheapest set that keeps every inequality."""
        import numpy as np
        from scipy.optimize import Bounds, LinearConstraint, milp

        ones = np.ones(len(cost))
        kept = LinearConstraint(np.array(self.rows), np.array(self.least) - NEAR, np.inf) if self.rows else ()
        found = milp(cost, constraints=kept, integrality=ones, bounds=Bounds(self.must, ones))
        hidden: Floats = np.round(found.x)
        return hidden


def to_multiples(values: Sequence[int], sums: Sums, base: int) -> list[int]:
    """Multiples of `base` beside each value, that keep the sums and are nearest in all."""
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import block_array, eye_array

    value = np.array(values, dtype=float) / base
    n, a = len(value), equations(len(values), sums)
    for further in range(3):
        low, high = np.maximum(np.floor(value) - further, 0.0), np.ceil(value) + further
        ones = eye_array(n)
        # Multiples and, after them, how far each is from its value.
        rules = [LinearConstraint(block_array([[ones, ones]]), value, np.inf)]
        rules.append(LinearConstraint(block_array([[-ones, ones]]), -value, np.inf))
        if len(sums):
            rules.append(LinearConstraint(np.hstack([a.toarray(), np.zeros((len(sums), n))]), 0.0, 0.0))
        found = milp(
            np.concatenate([np.zeros(n), np.ones(n)]),
            constraints=rules,
            integrality=np.concatenate([np.ones(n), np.zeros(n)]),
            bounds=Bounds(np.concatenate([low, np.zeros(n)]), np.concatenate([high, np.full(n, np.inf)])),
        )
        if found.x is not None:
            return [round(float(k)) * base for k in found.x[:n]]
    raise bad("the counts cannot be rounded so that they add up", do="Publish fewer sums between the tables.")
