"""The effect stage: which estimator answers a study, and what it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resettle.errors import bad
from resettle.evidence.covariates import Design
from resettle.evidence.observed import Observed
from resettle.evidence.on_treated import effect_on_treated
from resettle.evidence.randomised import Estimate, difference_of_means, difference_of_rates
from resettle.evidence.regression import standardised
from resettle.evidence.sealing import Sealed

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

FEWEST = 2


def estimate(sealed: Sealed, observed: Observed, studied: pa.Table) -> Estimate:
    """Apply the estimator that the study names to one outcome of its people."""
    study, known = sealed.study, observed.known
    check_known(observed, sealed.treated)
    if sealed.made is not None:
        return effect_on_treated(sealed.made.designed, observed.value, numbered(studied), observed.unit)
    outcome, treated = observed.value[known], sealed.treated[known].astype(float)
    if study.design == "randomised":
        return of_a_trial(sealed, observed, studied, outcome, treated)
    x, names = varying(sealed.design, known)
    return standardised(outcome, treated, x, names, numbered(studied.filter(known)), observed.unit)


def of_a_trial(sealed: Sealed, observed: Observed, studied: pa.Table, outcome: Floats, treated: Floats) -> Estimate:
    """The plain difference of a trial."""
    if observed.unit != "share":
        return difference_of_means(outcome, treated)
    time = days_of(studied) if observed.name == "rate" else None
    return difference_of_rates(outcome, treated, time)


def check_known(observed: Observed, treated: Bools) -> None:
    """Refuse an outcome that is known of fewer than two people on a side."""
    for side, words in ((treated, "treated"), (~treated, "in the comparison")):
        if (n := int((observed.known & side).sum())) < FEWEST:
            raise bad(
                f"{observed.label}: known of fewer than {FEWEST} people {words}",
                value=n,
                do="Choose another outcome, or widen the study.",
            )


def varying(design: Design, known: Bools) -> tuple[Floats, tuple[str, ...]]:
    """The covariates among people of whom an outcome is known: a column that is the same for all of these says nothing."""
    import numpy as np

    x = design.x[known]
    if known.all():
        return x, design.names
    kept = np.flatnonzero(x.std(axis=0) > 1e-12)
    return x[:, kept], tuple(design.names[i] for i in kept)


def numbered(studied: pa.Table) -> Ints:
    """A number from 0 for each person, the same in each of their rows."""
    import numpy as np

    return np.unique(studied["person_id"].to_numpy(), return_inverse=True)[1]


def days_of(studied: pa.Table) -> Floats:
    """Days to the event, or to the end of observation, of each row."""
    import numpy as np

    days = studied["days_to_first"].to_pandas().to_numpy(dtype=float)
    result: Floats = np.where(np.isnan(days), studied["days_observed"].to_numpy().astype(float), days)
    return result
