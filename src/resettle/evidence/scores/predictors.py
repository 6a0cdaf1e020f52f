"""The predictors of 2026, ARP, VRP and SVRP: two years, in a static form and a dynamic one with assessment items."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from resettle.evidence.scores.columns import Columns, People
from resettle.evidence.scores.history import History, history, violent_sanctions
from resettle.evidence.scores.items import item_columns, item_terms
from resettle.evidence.scores.models import Model, Term
from resettle.evidence.scores.offence_codes import OffenceCodes
from resettle.evidence.scores.scored import Floats, Reason, Scores
from resettle.evidence.scores.tables import table

POWERS = ("", "_quadratic", "_cubic", "_quartic")
LONGEST_FREE = 36
FALLS_BACK = (Reason.ITEM, Reason.DRUG_MOTIVATION)


def polynomial(x: Floats, published: Mapping[str, float], start: str, end: str = "") -> Floats:
    """The published polynomial in x without constant: `start`, then its powers as far as they are published."""
    found = [published.get(f"{start}{power}{end}", 0.0) for power in POWERS]
    return np.asarray(np.polynomial.polynomial.polyval(x, [0.0, *found]), dtype=float)


def static_terms(columns: Columns, codes: OffenceCodes, family: str, form: str) -> Iterator[Term]:
    """The terms of criminal history, as log odds."""
    published, known = table(family)[form]["terms"], history(columns)
    female = columns.female() == 1
    yield "constant", np.full(columns.n, published["two_year_constant"])
    ages = [polynomial(known.follow_up, published, "aai", f"_{sex}") for sex in ("male", "female")]
    yield "age at the start of follow-up, by sex", np.where(female, ages[1], ages[0])
    yield "female", published["female"] * female
    positions = codes.positions(columns)
    yield "offence", codes.weights(table(family)[form]["offence"])[positions]
    yield "first sanction", published["first_sanction"] * (known.sanctions == 1)
    yield "second sanction", published["second_sanction"] * (known.sanctions == 2)
    yield "number of sanctions", published["sanction_occasions"] * known.sanctions
    gap = by_sex(female, published, "yrs_between_first_and_second_sanction")
    yield "years between first and second sanction", np.where(known.sanctions == 2, gap * known.career, 0.0)
    free = np.minimum(columns.optional("months_offence_free"), LONGEST_FREE)
    yield "months free of offences", polynomial(free, published, "offence_free_months")
    yield from copas_terms(known, female, published, table(family)["career_boost"])
    if "violent_rate" in published:
        violent = violent_sanctions(columns, known.sanctions)
        yield from violence_terms(violent, known, female, published, table(family)["violent_career_boost"])


def by_sex(female: Floats, published: Mapping[str, float], term: str) -> Floats:
    """A coefficient that differs by sex."""
    return np.where(female, published[f"{term}_female"], published[f"{term}_male"])


def copas_terms(known: History, female: Floats, published: Mapping[str, float], boost: float) -> Iterator[Term]:
    """The Copas rate of people with three sanctions or more, and its square where one is published."""
    many = known.sanctions >= 3
    rate = np.log(known.sanctions / (known.career + boost))
    kind = "g" if "three_plus_sanctions_copas_g_male" in published else "v"
    weight = by_sex(female, published, f"three_plus_sanctions_copas_{kind}")
    yield "Copas rate (three sanctions or more)", np.where(many, weight * rate, 0.0)
    if kind == "g":
        squared = by_sex(female, published, "three_plus_sanctions_copas_squared")
        yield "Copas rate squared (three sanctions or more)", np.where(many, squared * rate**2, 0.0)


def violence_terms(
    violent: Floats, known: History, female: Floats, published: Mapping[str, float], boost: float
) -> Iterator[Term]:
    """The terms of a history of violence."""
    yield "never violent", np.where(violent == 0, by_sex(female, published, "never_violent"), 0.0)
    yield "violent once", published["once_violent"] * (violent == 1)
    yield "number of violent sanctions", published["violent_sanctions"] * violent
    rate = np.log(violent / (known.career + boost))
    yield "rate of violent sanctions", np.where(violent > 0, published["violent_rate"] * rate, 0.0)


def dynamic_terms(columns: Columns, codes: OffenceCodes, family: str) -> Iterator[Term]:
    """The terms of criminal history and of assessment items."""
    yield from static_terms(columns, codes, family, "dynamic")
    yield from item_terms(columns, table(family)["dynamic"]["terms"], motivation_needed=family == "vrp")


def static(family: str) -> Model:
    """The static form of a predictor."""
    return Model(
        f"{family}_static",
        f"{family.upper()} static",
        family,
        2,
        lambda columns, codes: static_terms(columns, codes, family, "static"),
    )


def dynamic(family: str) -> Model:
    """The dynamic form of a predictor."""
    return Model(
        f"{family}_dynamic",
        f"{family.upper()} dynamic",
        family,
        2,
        lambda columns, codes: dynamic_terms(columns, codes, family),
        dynamic=True,
    )


STATIC = {family: static(family) for family in ("arp", "vrp", "svrp")}
DYNAMIC = {family: dynamic(family) for family in ("arp", "vrp", "svrp")}


def best(family: str, people: People | Columns, codes: OffenceCodes) -> Scores:
    """As the service scores: the dynamic form where its items are all there, the static form for everybody else."""
    columns = people if isinstance(people, Columns) else Columns(people)
    brief = replace(STATIC[family].score(columns, codes), predictor=family.upper())
    needed = item_columns(table(family)["dynamic"]["terms"]) + ["drug_motivation"] * (family == "vrp")
    if any(name not in columns.people for name in needed):
        return brief
    full = DYNAMIC[family].score(columns, codes)
    use = ~np.isin(full.reason, FALLS_BACK)
    return replace(
        brief,
        probability=np.where(use, full.probability, brief.probability),
        dynamic=use & (full.reason == Reason.SCORED),
    )


def arp_static(people: People, codes: OffenceCodes) -> Scores:
    """ARP, static form: the probability of any proven reoffence within two years.

    Columns: sex, age_at_conviction, age_at_first_sanction, sanctions, offence_code; age_at_follow_up and months_offence_free
    where they differ from the conviction.
    """
    return STATIC["arp"].score(people, codes)


def vrp_static(people: People, codes: OffenceCodes) -> Scores:
    """VRP, static form: the probability of a proven violent reoffence within two years.

    Columns: those of `arp_static` and violent_sanctions.
    """
    return STATIC["vrp"].score(people, codes)


def svrp_static(people: People, codes: OffenceCodes) -> Scores:
    """SVRP, static form: the probability of a proven seriously violent reoffence within two years.

    Columns: those of `arp_static` and violent_sanctions.
    """
    return STATIC["svrp"].score(people, codes)


def arp_dynamic(people: People, codes: OffenceCodes) -> Scores:
    """ARP, dynamic form.

    Columns: those of `arp_static`; accommodation, unemployed, relationship, living_with_partner, domestic_abuse, activities,
    alcohol_problem, binge_drinking, impulsivity, attitudes. May be left out: drug_motivation (where no drug is used), heroin,
    other_opiates, crack_cocaine, powder_cocaine, misused_prescription_drugs, benzodiazepines, cannabis, steroids, other_drugs.
    """
    return DYNAMIC["arp"].score(people, codes)


def vrp_dynamic(people: People, codes: OffenceCodes) -> Scores:
    """VRP, dynamic form.

    Columns: those of `vrp_static`; accommodation, unemployed, relationship, living_with_partner, domestic_abuse, activities,
    drug_motivation, alcohol_problem, binge_drinking, impulsivity, temper. May be left out: methadone, other_opiates,
    crack_cocaine, powder_cocaine, misused_prescription_drugs, benzodiazepines, cannabis, steroids, other_drugs.
    """
    return DYNAMIC["vrp"].score(people, codes)


def svrp_dynamic(people: People, codes: OffenceCodes) -> Scores:
    """SVRP, dynamic form.

    Columns: those of `svrp_static`; weapon, accommodation, unemployed, alcohol_problem, temper, attitudes, past_homicide,
    past_wounding, past_kidnapping, past_firearms, past_robbery, past_aggravated_burglary, past_weapon, past_criminal_damage,
    past_arson.
    """
    return DYNAMIC["svrp"].score(people, codes)


def arp(people: People, codes: OffenceCodes) -> Scores:
    """ARP as the service gives it: dynamic where the items are there, else static."""
    return best("arp", people, codes)


def vrp(people: People, codes: OffenceCodes) -> Scores:
    """VRP as the service gives it: dynamic where the items are there, else static."""
    return best("vrp", people, codes)


def svrp(people: People, codes: OffenceCodes) -> Scores:
    """SVRP as the service gives it: dynamic where the items are there, else static."""
    return best("svrp", people, codes)
