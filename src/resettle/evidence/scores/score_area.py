"""Scoring everybody in an area, for case mix."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import PrivateAttr

from resettle.area import Area
from resettle.errors import bad
from resettle.evidence.scores.from_area import columns_of
from resettle.evidence.scores.offence_codes import OffenceCodes
from resettle.evidence.scores.registry import scorer
from resettle.evidence.scores.scored import WARNING, Floats, Reason, Scores
from resettle.provenance import hash_file
from resettle.result import Interval, Result

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

TABLES = ("person", "index_event", "offence", "assessment")


class ScoreTable(Result):
    """The scores of an area's index events, each as of its index date.

    `mean` is the mean predicted probability of those scored, with its interval; `unscored` counts the others by reason.
    `.table()` has one row for each index event; it is not kept in JSON, which holds no person.
    """

    predictor: str
    years: int
    n: int
    scored: int
    dynamic: int
    mean: float | None
    interval: Interval | None
    unscored: dict[str, int]
    warning: str = WARNING
    _people: pa.Table = PrivateAttr(default=None)
    _scores: Scores | None = PrivateAttr(default=None)

    @property
    def sentence(self) -> str:
        """The mean with its interval, who is left out and why, and the warning."""
        if self.mean is None or self.interval is None:
            return (
                f"{self.predictor}: none of {self.n:,} index events could be scored ({self.left_out}). {self.warning}"
            )
        mean = f"{100 * self.mean:.1f} % ({100 * self.interval.low:.1f} to {100 * self.interval.high:.1f})"
        left_out = f" Left out: {self.left_out}." if self.unscored else ""
        return (
            f"{self.predictor}, {self.years} years: mean predicted probability {mean}, {self.scored:,} of {self.n:,} index"
            f" events scored.{left_out} {self.warning}"
        )

    @property
    def left_out(self) -> str:
        """Who is left out, and why."""
        return "; ".join(f"{n:,} {reason}" for reason, n in self.unscored.items())

    def rows(self) -> list[dict[str, Any]]:
        """How many were scored, and how many not, by reason."""
        return [{"people": "scored", "n": self.scored}] + [{"people": r, "n": n} for r, n in self.unscored.items()]

    @property
    def scores(self) -> Scores:
        """The scores, in the order of index_id; a table read back from JSON has none."""
        if self._scores is None:
            raise bad("a table of scores read from JSON holds no person", do="Score the area again.")
        return self._scores

    def table(self) -> pd.DataFrame:
        """One row for each index event: index_id, person_id, probability, dynamic, and the reason where there is none."""
        import pandas as pd

        scores = self.scores
        texts = np.array(["" if r is Reason.SCORED else r.text for r in Reason], dtype=object)
        return pd.DataFrame(
            {
                "index_id": self._people["index_id"].to_pandas(),
                "person_id": self._people["person_id"].to_pandas(),
                "probability": scores.probability,
                "dynamic": scores.dynamic,
                "reason": texts[scores.reason],
            }
        )

    def of(self, index_ids: Sequence[Any]) -> Floats:
        """The probabilities of these index events, in their order: a covariate of a study. NaN where there is no score."""
        known = dict(zip(map(str, self._people["index_id"].to_pylist()), self.scores.probability, strict=True))
        return np.array([known.get(str(i), math.nan) for i in index_ids], dtype=float)


def score(area: Area, predictor: str, offence_codes: OffenceCodes) -> ScoreTable:
    """Score every index event of an area as of its index date, from what was known on that day or before.

    `predictor` is ogrs3, ogp, ovp, arp_static, arp_dynamic, arp (dynamic where the items are there, else static), and the
    same for vrp and svrp; all over two years. Follow-up starts at the index date, so that no month has yet been free of
    offences. Values that cannot be are a `BadInput` that names the index event.
    """
    chosen = scorer(predictor)
    columns, people = columns_of(area, offence_codes)
    scores = chosen(columns, offence_codes)
    known = scores.probability[scores.reason == Reason.SCORED]
    provenance = area.provenance(*TABLES, predictor=predictor)
    inputs = provenance.inputs | {offence_codes.file.name: hash_file(offence_codes.file)}
    table = ScoreTable(
        provenance=provenance.model_copy(update={"inputs": inputs}),
        predictor=scores.predictor,
        years=scores.years,
        n=len(scores.reason),
        scored=len(known),
        dynamic=int((scores.dynamic & (scores.reason == Reason.SCORED)).sum()),
        mean=float(known.mean()) if len(known) else None,
        interval=interval_of_mean(known),
        unscored=scores.unscored,
    )
    table._people, table._scores = people, scores
    return table


def interval_of_mean(values: Floats) -> Interval | None:
    """The 95 % interval of a mean (normal); None without values."""
    if not len(values):
        return None
    mean, half = (
        float(values.mean()),
        1.959964 * float(values.std(ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else 0.0,
    )
    return Interval(low=mean - half, high=mean + half, method="normal, of the mean of predicted probabilities")
