"""OGRS3, the Offender Group Reconviction Scale: age, sex, offence and criminal history."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np

from resettle.evidence.scores.columns import Columns, People
from resettle.evidence.scores.history import history
from resettle.evidence.scores.models import Model, Term, of_years, steps
from resettle.evidence.scores.offence_codes import OffenceCodes
from resettle.evidence.scores.scored import Floats, Reason, Scores
from resettle.evidence.scores.tables import table


@cache
def weights_of_codes() -> tuple[dict[str, float], dict[str, float]]:
    """The weight of each class of offences (three digits), and of each code that differs from its class."""
    groups = table("ogrs3")["offence"]
    classes = {c: float(group["weight"]) for group in groups for c in group["classes"]}
    return classes, {c: float(group["weight"]) for group in groups for c in group.get("codes", ())}


def offence_weights(columns: Columns, codes: OffenceCodes) -> Floats:
    """The weight of each person's offence; NaN, and a reason, where there is none."""
    positions = codes.positions(columns)
    classes, single = weights_of_codes()
    exact = table("ogrs3")["exact"]["codes"]
    columns.blame((positions >= 0) & np.isin(codes.codes, exact)[positions], Reason.EXACT_OFFENCE)
    each = [single.get(str(c), classes.get(str(c)[:3], np.nan)) for c in codes.codes]
    weights = np.array([*each, np.nan])[positions]
    columns.blame((positions >= 0) & np.isnan(weights), Reason.NO_WEIGHT)
    return np.asarray(weights)


def terms(columns: Columns, codes: OffenceCodes, years: int) -> Iterator[Term]:
    """The terms of OGRS3, as log odds."""
    known, published = history(columns), table("ogrs3")
    male, female = (
        steps(known.follow_up, published["age"]["from"], published["age"][sex]) for sex in ("male", "female")
    )
    # The service rounds the logarithm to five decimals.
    copas = np.round(np.log(known.sanctions / (10 + known.career)), 5)
    yield f"constant for {years} year{'s' if years > 1 else ''}", np.full(columns.n, published["constant"][str(years)])
    yield "age at the start of follow-up, by sex", np.where(columns.female() == 1, female, male)
    yield (
        "first sanction, or a repeat",
        np.where(known.sanctions == 1, published["first_sanction"], published["repeat"]),
    )
    yield "Copas rate", published["copas"] * copas
    yield "offence", offence_weights(columns, codes)


def model(years: int) -> Model:
    """OGRS3 for one or two years."""
    return Model("ogrs3", "OGRS3", "ogrs3", years, lambda columns, codes: terms(columns, codes, years))


OGRS3 = {years: model(years) for years in (1, 2)}


def ogrs3(people: People, codes: OffenceCodes, years: int = 2) -> Scores:
    """OGRS3: the probability of any proven reoffence within one or two years.

    Columns: sex, age_at_conviction, age_at_first_sanction, sanctions, offence_code; age_at_follow_up where it differs.
    """
    return of_years(OGRS3, years).score(people, codes)
