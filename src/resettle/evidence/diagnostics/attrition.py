"""Who was lost on the way from the referral to the analysis, and why: the waterfall of a study."""

from __future__ import annotations

from collections.abc import Collection

from resettle.area import Area, Steps, literal, literals
from resettle.evidence.study import Study
from resettle.result import Record

REFERRED = "referred to the programme"
ASSIGNED = "assigned to the programme"
ANALYSED = "analysed"
REASONS = (
    "never started",
    "no index event goes with their start",
    "index date outside the dates of the study",
    "follow-up not over, or not observed to its end, when the data were taken",
    "another index event of the same person is counted in that cohort",
    "follow-up already counted for another start",
    "on both sides of the study, or in neither",
    "nobody comparable was found",
)
"""Why a participation is not analysed, in the order in which it is looked at; each is lost for the first that holds."""


class Loss(Record):
    """A step of the waterfall: how many were left, and how many had been lost just before, for which reason.

    Numbers are None where they are not published.
    """

    reason: str
    lost: int | None
    left: int | None


class Attrition(Record):
    """From the participations that were submitted to those analysed. `steps` has one entry for each reason in use."""

    first: str
    submitted: int | None
    steps: tuple[Loss, ...]
    analysed: int

    @property
    def sentence(self) -> str:
        """How many of how many, in words."""
        if self.submitted is None:
            return f"{self.analysed:,} were analysed; fewer than ten others were lost on the way."
        return f"Of {self.submitted:,} {self.first}, {self.analysed:,} were {ANALYSED}."


def attrition(area: Area, study: Study, steps: Steps, kept: Collection[str]) -> Attrition:
    """The waterfall of the treated side of a study.

    `steps` is the study's pipeline; `kept` holds the index events of treated people who are compared.
    """
    walked = area.run(walk(steps, study), "walk").to_pylist()
    trial = study.design == "randomised"
    counts = dict.fromkeys(REASONS, 0)
    seen: set[str] = set()
    for row in walked:
        if (why := reason(row, seen, kept, trial)) is None:
            seen.add(row["treated_id"])
        else:
            counts[why] += 1
    left, made = len(walked), []
    for why, lost in counts.items():
        left -= lost
        if lost:
            made.append(Loss(reason=why, lost=lost, left=left))
    first = ASSIGNED if trial else REFERRED
    return Attrition(first=first, submitted=len(walked), steps=tuple(made), analysed=left)


def reason(row: dict[str, str | int | None], seen: set[str], kept: Collection[str], trial: bool) -> str | None:
    """The first reason for which a participation is lost; None if it is analysed."""
    checks = (
        bool(row["started"]) or trial,
        row["placed"],
        row["dated"],
        row["followed"],
        row["entered"],
        row["treated_id"] not in seen or row["treated_id"] is None,
        row["treated_id"] is not None,
        row["treated_id"] in kept,
    )
    return next((why for why, fine in zip(REASONS, checks, strict=True) if not fine), None)


def walk(steps: Steps, study: Study) -> Steps:
    """Adds the step `walk`: each participation in the programme, and how far it came."""
    before, after = study.programme.days_before, study.programme.days_after
    near = f"g.started_on BETWEEN e.index_date - {before} AND e.index_date + {after}"
    trial = study.design == "randomised"
    belongs = f"e.index_id = g.index_id OR (g.index_id IS NULL AND {'TRUE' if trial else near})"
    window = [f"e.index_date >= {literal(study.start)}"] if study.start else []
    window += [f"e.index_date <= {literal(study.end)}"] if study.end else []
    arm = "g.arm = 'treated' AND " if trial else ""
    return steps.then(
        "walk",
        f"""SELECT g.participation_id, max(CASE WHEN g.started_on IS NULL THEN 0 ELSE 1 END) AS started,
            max(CASE WHEN e.index_id IS NULL THEN 0 ELSE 1 END) AS placed,
            max(CASE WHEN e.index_id IS NOT NULL AND {" AND ".join(window) or "TRUE"} THEN 1 ELSE 0 END) AS dated,
            max(CASE WHEN c.index_id IS NULL THEN 0 ELSE 1 END) AS followed,
            max(CASE WHEN n.index_id IS NULL THEN 0 ELSE 1 END) AS entered,
            min(CASE WHEN d.treated = 1 THEN d.index_id END) AS treated_id
        FROM programme g LEFT JOIN index_event e ON e.person_id = g.person_id AND ({belongs})
            LEFT JOIN candidate c ON c.index_id = e.index_id LEFT JOIN entry n ON n.index_id = e.index_id
            LEFT JOIN designed d ON d.index_id = e.index_id
        WHERE {arm}g.service_id IN {literals(study.programme.services)}
        GROUP BY g.participation_id ORDER BY g.participation_id""",
        "each participation in the programme, and how far it came",
    )
