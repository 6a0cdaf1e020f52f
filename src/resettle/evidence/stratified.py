"""A trial with lots drawn within blocks: the difference within each, joined."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Literal

from resettle.errors import bad
from resettle.evidence.effect import Check, StandardError
from resettle.evidence.randomised import Estimate, difference_test, normal_interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

SATO, WITHIN, BETWEEN = "Sato", "within blocks", "between blocks"

BLOCK_NOTES = {
    SATO: "holds for many small blocks and for few large ones",
    WITHIN: "each side's own variance within each block",
    BETWEEN: "from how the blocks' differences vary: allows for an effect that differs between them",
}


def stratified(
    outcome: Floats, treated: Bools, block: Ints, weights: Literal["mantel_haenszel", "precision"], binary: bool = True
) -> Estimate:
    """The difference within blocks, joined: lots were drawn within each of them.

    Mantel-Haenszel weights (n1 n0 / n of each block) with Sato's (1989) error where the outcome is 0/1; or weights by
    precision (the inverse of each block's own variance). Blocks with nobody on a side say nothing and are set aside.
    """

    table = block_table(outcome, treated, block)
    lost = int((table.n[~table.both]).sum())
    if not table.both.any():
        raise bad("no block has people on both sides", column="trial.blocks", do="Name fewer or coarser blocks.")
    kept = table.of(table.both)
    variance = kept.variance()
    w = kept.n1 * kept.n0 / kept.n
    if weights == "precision":
        w = 1 / spread_needed(variance)
    share = w / w.sum()
    difference = kept.mean1 - kept.mean0
    estimate = float(share @ difference)
    pairs: dict[str, float] = {}
    if weights == "mantel_haenszel" and binary:
        pairs[SATO] = sato(kept, estimate)
    if variance is not None:
        pairs[WITHIN] = math.sqrt(float(share**2 @ variance))
    if len(w) > 1:
        pairs[BETWEEN] = math.sqrt(float(share @ (difference - estimate) ** 2) / (len(w) - 1))
    named = list(pairs)
    words = {"mantel_haenszel": "Mantel-Haenszel weights", "precision": "weights by precision"}[weights]
    method = f"difference within {len(w)} blocks, joined with {words}; standard error: {named[0]}"
    errors = tuple(
        StandardError(name=name, se=pairs[name], headline=i == 0, note=BLOCK_NOTES[name])
        for i, name in enumerate(named)
    )
    tests = [difference_test(estimate, pairs[name], f"difference ({name})") for name in named]
    tests = [
        tests[0],
        *(t.model_copy(update={"note": BLOCK_NOTES[n]}) for t, n in zip(tests[1:], named[1:], strict=True)),
    ]
    rate = float(share @ kept.mean1)
    checks = (alike_in_blocks(difference, variance),) if variance is not None else ()
    notes = (f"{lost:,} people were in blocks with nobody on the other side: set aside.",) if lost else ()
    return Estimate(
        estimate, pairs[named[0]], rate, rate - estimate, tuple(tests), notes, errors,
        interval=normal_interval(estimate, pairs[named[0]], method), checks=checks, method=method,
    )  # fmt: skip


@dataclass(frozen=True)
class BlockTable:
    """Each block's people, means and variances by side (1 treated, 0 not); nan where a side is empty."""

    n1: Floats
    n0: Floats
    mean1: Floats
    mean0: Floats
    square1: Floats
    square0: Floats

    @property
    def n(self) -> Floats:
        """People in each block."""
        return self.n1 + self.n0

    @property
    def both(self) -> Bools:
        """Blocks with people on both sides."""
        result: Bools = (self.n1 > 0) & (self.n0 > 0)
        return result

    def of(self, which: Bools) -> BlockTable:
        """The table of some blocks."""
        return BlockTable(*(getattr(self, field.name)[which] for field in fields(self)))

    def variance(self) -> Floats | None:
        """The variance of each block's difference; None where no block shows any spread (pairs, for instance).

        A side with one person, or without any spread, borrows the spread of that side over all blocks.
        """
        import numpy as np

        total = np.zeros(len(self.n1))
        for n, squares in ((self.n1, self.square1), (self.n0, self.square0)):
            pooled = squares.sum() / max(float((n - 1).sum()), 1.0)
            own = squares / np.maximum(n - 1, 1)
            total += np.where((n > 1) & (own > 0), own, pooled) / n
        if not (total > 0).any():
            return None
        return np.where(total > 0, total, total[total > 0].min())


def block_table(outcome: Floats, treated: Bools, block: Ints) -> BlockTable:
    """Counts, means and sums of squares of each block by side."""
    import numpy as np

    groups = int(block.max()) + 1
    found = []
    for side in (treated, ~treated):
        n = np.bincount(block[side], minlength=groups).astype(float)
        total = np.bincount(block[side], outcome[side], groups)
        mean = np.where(n > 0, total / np.maximum(n, 1), np.nan)
        rest = outcome[side] - mean[block[side]]
        found.append((n, mean, np.bincount(block[side], rest**2, groups).astype(np.float64)))
    (n1, mean1, square1), (n0, mean0, square0) = found
    return BlockTable(n1, n0, mean1, mean0, square1, square0)


def spread_needed(variance: Floats | None) -> Floats:
    """The variances that weights by precision need."""
    if variance is None:
        raise bad(
            "no block shows any spread, so precision is not known",
            column="trial.weights",
            do="Use weights = 'mantel_haenszel'.",
        )
    return variance


def sato(table: BlockTable, estimate: float) -> float:
    """The error of a Mantel-Haenszel difference of rates (Sato 1989), which holds for many small blocks as for few large."""
    n, weight = table.n, (table.n1 * table.n0 / table.n).sum()
    a, c = table.mean1 * table.n1, table.mean0 * table.n0
    p = (table.n1**2 * c - table.n0**2 * a + table.n1 * table.n0 * (table.n0 - table.n1) / 2) / n**2
    q = (a * (table.n0 - c) + c * (table.n1 - a)) / (2 * n)
    return math.sqrt(max(float(estimate * p.sum() + q.sum()), 0.0) / float(weight) ** 2)


def alike_in_blocks(difference: Floats, variance: Floats) -> Check:
    """Cochran's test of whether the effect is the same in all blocks."""
    from scipy.stats import chi2

    w = 1 / variance
    joined = float(w @ difference) / float(w.sum())
    p = float(chi2.sf(float(w @ (difference - joined) ** 2), len(w) - 1)) if len(w) > 1 else 1.0
    return Check(
        name="the same effect in all blocks",
        value=p,
        flag="green" if p > 0.1 else "amber" if p > 0.05 else "red",
        words=f"Cochran's test over {len(w)} blocks: p = {p:.3f} (green above 0.10, amber above 0.05).",
    )
