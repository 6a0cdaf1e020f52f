"""Reads the published vectors as columns, for the tests of scores."""

import csv
from datetime import date
from pathlib import Path

HERE = Path(__file__).parent
DRUGS = {
    "heroin": ["heroin"],
    "methadone": ["methadone"],
    "other_opiates": ["other_opiate"],
    "crack_cocaine": ["crack_cocaine"],
    "powder_cocaine": ["powder_cocaine"],
    "misused_prescription_drugs": ["misused_prescribed"],
    "benzodiazepines": ["benzodiazipines"],
    "cannabis": ["cannabis"],
    "steroids": ["steroids"],
    "other_drugs": ["other_drugs", "ketamine", "spice", "hallucinogens", "solvents"],
}
PAST = {
    "past_aggravated_burglary": "aggravated_burglary",
    "past_arson": "arson",
    "past_criminal_damage": "criminal_damage",
    "past_firearms": "firearms",
    "past_wounding": "gbh",
    "past_homicide": "homicide",
    "past_kidnapping": "kidnap",
    "past_robbery": "robbery",
    "past_weapon": "weapons_not_firearms",
}
GRADED = {
    "weapon": "two_point_two",
    "accommodation": "three_point_four",
    "relationship": "six_point_four",
    "domestic_abuse": "six_point_seven",
    "activities": "seven_point_two",
    "drug_motivation": "eight_point_eight",
    "alcohol_problem": "nine_point_one",
    "binge_drinking": "nine_point_two",
    "impulsivity": "eleven_point_two",
    "temper": "eleven_point_four",
    "attitudes": "twelve_point_one",
}
PREDICTED = {
    "svrp_static": "serious_violence_brief_predictions",
    "svrp_dynamic": "serious_violence_extended_predictions",
    "vrp_static": "violence_brief_predictions",
    "vrp_dynamic": "violence_extended_predictions",
    "arp_static": "all_brief_predictions",
    "arp_dynamic": "all_extended_predictions",
}


def years(born: str | date, then: str | date) -> int:
    """Completed years between two dates."""
    a, b = date.fromisoformat(str(born)), date.fromisoformat(str(then))
    return b.year - a.year - ((b.month, b.day) < (a.month, a.day))


def months(start: str, end: str) -> int:
    """Completed months between two dates, 0 if the end comes first."""
    a, b = date.fromisoformat(start), date.fromisoformat(end)
    return max(0, 12 * (b.year - a.year) + b.month - a.month - (b.day < a.day))


def person(row: dict[str, str], assessed: str) -> dict:
    """One published vector as the columns that scores read."""
    born = row["dob"]
    return {
        "sex": row["gender"],
        "offence_code": row["offence_code"],
        "sanctions": int(row["total_sanctions_count"]),
        "violent_sanctions": int(row["total_violent_sanctions"]),
        "age_at_conviction": years(born, row["last_sanction_date"]),
        "age_at_first_sanction": years(born, row["first_sanction_date"]),
        "age_at_follow_up": years(born, row["community_date"]),
        "months_offence_free": months(row["community_date"], assessed),
        "unemployed": int(row["four_point_two"]) // 2,
        "living_with_partner": int(row["six_point_eight"] == "1"),
        **{column: int(row[name]) for column, name in (GRADED | PAST).items()},
        **{column: int(any(row[name] == "Y" for name in names)) for column, names in DRUGS.items()},
    }


def published() -> list[dict[str, str]]:
    """The published vectors as they stand in the file."""
    with (HERE / "vectors.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def people(rows: list[dict[str, str]]) -> dict:
    """Vectors as columns. The service assessed every one of them on 3 October 2025."""
    each = [person(row, "2025-10-03") for row in rows]
    return {column: [p[column] for p in each] for column in each[0]}
