"""The assessment items of the dynamic predictors of 2026, and what happens where one is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from resettle.evidence.scores.columns import Columns, meaning
from resettle.evidence.scores.models import Term
from resettle.evidence.scores.scored import Reason

# Published term -> column. Every item is multiplied by its coefficient as it is scored.
ITEMS = {
    "carry_or_use_weapon": "weapon",
    "accommodation_suitability": "accommodation",
    "relationship_quality": "relationship",
    "live_in_relationship": "living_with_partner",
    "domestic_abuse": "domestic_abuse",
    "activities_encourage_offending": "activities",
    "chronic_drinking": "alcohol_problem",
    "binge_drinking": "binge_drinking",
    "impulsivity": "impulsivity",
    "temper": "temper",
    "pro_criminal_attitude": "attitudes",
    "past_homicide_offence": "past_homicide",
    "past_gbh_offence": "past_wounding",
    "past_kidnapping_offence": "past_kidnapping",
    "past_firearms_offence": "past_firearms",
    "past_robbery_offence": "past_robbery",
    "past_aggravated_burglary_offence": "past_aggravated_burglary",
    "past_weapon_offence": "past_weapon",
    "past_criminal_damage_offence": "past_criminal_damage",
    "past_arson_offence": "past_arson",
}
DRUGS = {
    "heroin": "heroin",
    "methadone": "methadone",
    "other_opiate": "other_opiates",
    "crack_cocaine": "crack_cocaine",
    "powder_cocaine": "powder_cocaine",
    "prescription_drug_misuse": "misused_prescription_drugs",
    "benzodiazepines": "benzodiazepines",
    "cannabis": "cannabis",
    "steroids": "steroids",
    "other_drugs": "other_drugs",
}


def item_columns(published: Mapping[str, float]) -> list[str]:
    """The columns of assessment items without which a dynamic predictor gives no score, drugs left out."""
    named = [column for term, column in ITEMS.items() if term in published]
    return [*named, *(["unemployed"] if "unemployed" in published else [])]


def item_terms(columns: Columns, published: Mapping[str, float], motivation_needed: bool) -> Iterator[Term]:
    """The terms of assessment items, as log odds."""
    for term, column in ITEMS.items():
        if term in published:
            yield meaning(column), published[term] * columns.number(column)
    # OASys scores unemployment 0 or 2, and the coefficient belongs to that score.
    yield meaning("unemployed"), 2 * published["unemployed"] * columns.number("unemployed")
    if "quality_of_live_in_relationship" in published:
        both = columns.number("relationship") * columns.number("living_with_partner")
        yield "problems in the relationship, if living together", published["quality_of_live_in_relationship"] * both
    if "motivation_to_tackle_drug_misuse" in published:
        yield from drug_terms(columns, published, motivation_needed)


def drug_terms(columns: Columns, published: Mapping[str, float], motivation_needed: bool) -> Iterator[Term]:
    """Drugs and the motivation to tackle their misuse.

    As in the service a drug that was not asked about counts as not used. Drug use without an answer on motivation leaves a
    person without a score; where no drug is used, ARP takes motivation as full and VRP asks for it.
    """
    motivation = columns.number("drug_motivation") if motivation_needed else columns.optional("drug_motivation", np.nan)
    uses_any = np.zeros(columns.n, dtype=bool)
    for term, column in DRUGS.items():
        if term in published:
            used = columns.optional(column)
            uses_any |= used == 1
            yield meaning(column), published[term] * used
    columns.blame(np.isnan(motivation) & uses_any, Reason.DRUG_MOTIVATION)
    yield meaning("drug_motivation"), published["motivation_to_tackle_drug_misuse"] * np.nan_to_num(motivation)
