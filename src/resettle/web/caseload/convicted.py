"""What only courts know and a workspace does not: convictions of the invented people, as an extract that somebody sends."""

from __future__ import annotations

import csv
import random
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from resettle.web.people.models import Identifier

if TYPE_CHECKING:
    from resettle.web.caseload.fill import Office

HEADER = ["CRN", "Name", "Offence date", "Outcome", "Proven date"]


def write_convictions(file: Path, office: Office) -> int:
    """Write the extract, by CRN, and return its rows. About two people in five were convicted again within the year after their
    sentence or support began or they were released; one row is of somebody whom the office does not know.
    """
    rows = [
        [
            "X900999",
            "Somebody Else",
            office.today - timedelta(days=200),
            "conviction",
            office.today - timedelta(days=150),
        ]
    ]
    for one in Identifier.objects.filter(kind="crn").select_related("person").order_by("value"):
        rng, episode = random.Random(f"convicted {one.value}"), one.person.episodes.first()
        begun = episode and (episode.release if episode.kind == "custody" else episode.begin)
        if not begun or rng.random() > 0.4:
            continue
        on = begun + timedelta(days=rng.randint(10, 170))
        proven = on + timedelta(days=rng.randint(15, 80))
        if proven <= office.today:
            rows.append([one.value, one.person.name, on, "conviction", proven])
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([HEADER, *rows])
    return len(rows)
