"""Ages and sanctions, read once and checked against each other: what every score needs of a criminal history."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from resettle.evidence.scores.columns import Columns
from resettle.evidence.scores.scored import Floats


@dataclass(frozen=True)
class History:
    """Completed years of age and sanctions (the current one included), each an array with NaN where not known."""

    conviction: Floats
    first: Floats
    follow_up: Floats
    sanctions: Floats

    @property
    def career(self) -> Floats:
        """Years from the first sanction to the current one."""
        return self.conviction - self.first


def history(columns: Columns) -> History:
    """Read the ages and the number of sanctions; a first sanction after the current one is a `BadInput`."""
    conviction, first = columns.number("age_at_conviction"), columns.number("age_at_first_sanction")
    with np.errstate(invalid="ignore"):
        late = first > conviction
    if late.any():
        raise columns.fault(
            late,
            "age_at_first_sanction",
            "the first sanction comes after the current one",
            "Check both ages: the first sanction may be the current one, never a later one.",
        )
    follow_up = columns.optional("age_at_follow_up", conviction)
    return History(conviction, first, follow_up, columns.number("sanctions"))


def violent_sanctions(columns: Columns, sanctions: Floats) -> Floats:
    """The number of violent sanctions; more of them than of all sanctions is a `BadInput`."""
    violent = columns.number("violent_sanctions")
    with np.errstate(invalid="ignore"):
        more = violent > sanctions
    if more.any():
        rule, do = "more violent sanctions than sanctions", "Count both the same way, the current sanction included."
        raise columns.fault(more, "violent_sanctions", rule, do)
    return violent


def copas_rate(previous_sanctions: ArrayLike, age_at_conviction: ArrayLike, age_at_first_sanction: ArrayLike) -> Floats:
    """The Copas rate: ln((1 + previous sanctions) / (10 + years from the first sanction to the current one)).

    Ages are cut to completed years. A missing value gives NaN. As used in OGRS3 (Copas and Marshall 1998; Howard and others
    2009). Negative counts, ages out of bounds and a first sanction after the current one are `BadInput`.
    """
    people = {
        "sanctions": np.asarray(previous_sanctions, dtype=float) + 1,
        "age_at_conviction": age_at_conviction,
        "age_at_first_sanction": age_at_first_sanction,
    }
    known = history(Columns(people))
    return np.asarray(np.log(known.sanctions / (10 + known.career)), dtype=float)
