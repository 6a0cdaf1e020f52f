"""Rebuild the tables of this area from the package that holds the data: `python rebuild.py` (needs lifelines)."""

import csv
import sys
from datetime import date, timedelta
from pathlib import Path

from lifelines.datasets import load_rossi

RELEASE = date(1970, 1, 1)
ASSESSED = {"race": "black", "wexp": "work_experience", "mar": "married", "paro": "parole"}


def rows() -> dict[str, list[dict]]:
    tables = {name: [] for name in ("person", "index_event", "offence", "programme", "assessment")}
    tables["place"] = [{"place_id": "MD", "name": "Maryland", "kind": "state"}]
    tables["provider"] = [{"provider_id": "LIFE", "name": "Trial of financial aid on release", "sector": "public"}]
    tables["service"] = [
        {
            "service_id": "aid",
            "name": "financial aid on release",
            "provider_id": "LIFE",
            "strand": "financial_aid",
            "contract_id": "maryland-aid",
        }
    ]
    for number, man in enumerate(load_rossi().itertuples(index=False), start=1):
        person, index = f"M{number:03d}", f"M{number:03d}-release"
        tables["person"].append({"person_id": person, "sex": "M", "place_id": "MD"})
        tables["index_event"].append(
            {
                "index_id": index,
                "person_id": person,
                "index_date": RELEASE,
                "disposal": "custody",
                "previous_convictions": int(man.prio),
                "age": int(man.age),
                "observed_until": RELEASE + timedelta(weeks=52),
            }
        )
        if man.arrest:
            tables["offence"].append(
                {
                    "offence_id": f"{person}-arrest",
                    "person_id": person,
                    "offence_date": RELEASE + timedelta(weeks=int(man.week)),
                    "outcome": "arrest",
                }
            )
        arm = "treated" if man.fin else "comparison"
        tables["programme"].append(
            {
                "participation_id": f"{person}-trial",
                "person_id": person,
                "service_id": "aid",
                "index_id": index,
                "arm": arm,
                "referred_on": RELEASE,
                "started_on": RELEASE if man.fin else None,
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
