"""One person's score with the terms that made it: to check a score and to teach, never to decide about the person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from resettle.evidence.scores.columns import Columns
from resettle.evidence.scores.offence_codes import OffenceCodes
from resettle.evidence.scores.registry import model
from resettle.evidence.scores.scored import WARNING, Reason
from resettle.evidence.scores.tables import table
from resettle.provenance import Provenance
from resettle.result import Record, Result


class ScoreTerm(Record):
    """One term: what it stands for, and what it adds (log odds, or points); None where a value is missing."""

    term: str
    weight: float | None


class Explanation(Result):
    """A score taken apart. `unit` says what the terms are counted in; `total` is their sum.

    `probability` is None, and `reason` not empty, where the person cannot be scored.
    """

    predictor: str
    predicts: str
    years: int
    unit: str
    terms: tuple[ScoreTerm, ...]
    total: float | None
    probability: float | None
    reason: str = ""
    source: str
    warning: str = WARNING

    @property
    def sentence(self) -> str:
        """The score, the three terms that weigh most, and the warning."""
        if self.probability is None:
            return f"{self.predictor}: no score, {self.reason}. {self.warning}"
        rest = [t for t in self.terms if t.weight and not t.term.startswith("constant")]
        rest.sort(key=lambda t: -abs(t.weight or 0))
        most = "; ".join(f"{t.term} ({t.weight:+.2f})" for t in rest[:3])
        chance = f"{100 * self.probability:.1f} % for {self.predicts} within {self.years} year{'s' * (self.years > 1)}"
        return f"{self.predictor}: {chance}. What weighs most, in {self.unit}: {most}. {self.warning}"

    def rows(self) -> list[dict[str, Any]]:
        """One row a term."""
        return [{"term": t.term, self.unit: t.weight} for t in self.terms]


def explain(predictor: str, person: Mapping[str, Any], codes: OffenceCodes) -> Explanation:
    """Score one person (one value a column) and show every term. `predictor` is a name such as "arp_static".

    Bad values are a `BadInput`, as for many people.
    """
    chosen = model(predictor)
    columns = Columns({name: [value] for name, value in person.items()})
    with np.errstate(divide="ignore", invalid="ignore"):
        # Adding 0 turns a negative zero into a plain one.
        terms = [(label, float(weights[0]) + 0.0) for label, weights in chosen.terms(columns, codes)]
    scores = chosen.score(columns, codes)
    reason = Reason(int(scores.reason[0]))
    scored = reason == Reason.SCORED
    published = table(chosen.family)
    return Explanation(
        provenance=Provenance(parameters={"predictor": predictor, **{k: str(v) for k, v in person.items()}}),
        predictor=chosen.label,
        predicts=published["predicts"],
        years=chosen.years,
        unit="points" if chosen.points else "log odds",
        terms=tuple(ScoreTerm(term=label, weight=None if np.isnan(w) else w) for label, w in terms),
        total=sum(w for _, w in terms) if scored else None,
        probability=float(scores.probability[0]) if scored else None,
        reason="" if scored else reason.text,
        source=published["source"],
    )
