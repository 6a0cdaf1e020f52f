"""OGP and OVP, the point scales of OASys: criminal history with items of an assessment, 0 to 100 points."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from resettle.evidence.scores.columns import Columns, People, meaning
from resettle.evidence.scores.history import violent_sanctions
from resettle.evidence.scores.models import Model, Term, of_years, steps
from resettle.evidence.scores.offence_codes import NO_CODES, OffenceCodes
from resettle.evidence.scores.reconviction import OGRS3
from resettle.evidence.scores.scored import Floats, Reason, Scores
from resettle.evidence.scores.tables import table


def by_score(points: list[int], score: Floats) -> Floats:
    """The points of a graded item, or of a sum of items; NaN where it is missing."""
    found: Floats = np.array([*points, np.nan])[np.where(np.isnan(score), -1, score).astype(int)]
    return found


def ogp_terms(columns: Columns, codes: OffenceCodes) -> Iterator[Term]:
    """The terms of OGP, in points."""
    points = table("ogp")["points"]
    before = OGRS3[2].score(columns, codes)
    columns.reason[:] = before.reason
    columns.missing.update(before.missing)
    yield "OGRS3, two years", np.floor(points["ogrs3_percent"] * before.percent + 0.5)
    for name in ("no_fixed_abode", "unemployed"):
        yield meaning(name), points[name] * columns.number(name)
    yield meaning("activities"), by_score(points["activities"], columns.number("activities"))
    drugs = columns.number("drug_misuse") + columns.number("drug_motivation")
    yield "drug misuse and motivation", by_score(points["drugs"], drugs)
    thinking = [columns.number(name) for name in ("problem_solving", "consequences", "others_views")]
    yield "thinking and behaviour", by_score(points["thinking"], thinking[0] + thinking[1] + thinking[2])
    yield meaning("attitudes"), by_score(points["attitudes"], columns.number("attitudes"))


def ovp_terms(columns: Columns, codes: OffenceCodes) -> Iterator[Term]:
    """The terms of OVP, in points."""
    published = table("ovp")
    points, sanctions = published["points"], columns.number("sanctions")
    violent = violent_sanctions(columns, sanctions)
    age = columns.optional("age_at_follow_up", columns.number("age_at_conviction"))
    columns.blame(age < published["age"]["from"][0], Reason.UNDER_18)
    yield "any sanction", np.full(columns.n, float(points["any_sanction"]))
    yield "violent sanctions", steps(violent, *published["violent_sanctions"].values())
    yield "other sanctions", steps(sanctions - violent, *published["other_sanctions"].values())
    yield "age at the start of follow-up", steps(age, *published["age"].values())
    yield "male", points["male"] * (1 - columns.female())
    yield "does not recognise impact", points["not_recognising_impact"] * (1 - columns.number("recognises_impact"))
    for name in ("no_fixed_abode", "unemployed", "psychiatric_treatment"):
        yield meaning(name), points[name] * columns.number(name)
    alcohol = columns.number("alcohol_problem") + columns.number("binge_drinking")
    yield "alcohol", by_score(points["alcohol"], alcohol)
    for name in ("temper", "attitudes"):
        yield meaning(name), by_score(points[name], columns.number(name))


OGP = {years: Model("ogp", "OGP", "ogp", years, ogp_terms, points=True, dynamic=True) for years in (1, 2)}
OVP = {years: Model("ovp", "OVP", "ovp", years, ovp_terms, points=True, dynamic=True) for years in (1, 2)}


def ogp(people: People, codes: OffenceCodes, years: int = 2) -> Scores:
    """OGP: the probability of a proven non-violent reoffence within one or two years.

    Columns: those of `ogrs3`, no_fixed_abode, unemployed, activities, drug_misuse, drug_motivation, problem_solving,
    consequences, others_views, attitudes. All are needed: without one, a person has no score.
    """
    return of_years(OGP, years).score(people, codes)


def ovp(people: People, years: int = 2) -> Scores:
    """OVP: the probability of a proven violent reoffence within one or two years, for people of 18 and over.

    Columns: sex, age_at_conviction, sanctions, violent_sanctions, recognises_impact, no_fixed_abode, unemployed,
    alcohol_problem, binge_drinking, psychiatric_treatment, temper, attitudes; age_at_follow_up where it differs. All are
    needed: without one, a person has no score.
    """
    return of_years(OVP, years).score(people, NO_CODES)
