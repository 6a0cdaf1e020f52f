"""The people of a study: who is treated, who is compared, and what was known of them before the outcome."""

from __future__ import annotations

from resettle.area import Area, Steps, literals
from resettle.errors import bad
from resettle.evidence.clock import Clock
from resettle.evidence.covariates import column_name, covariate_sql, quoted
from resettle.evidence.detail import detailed
from resettle.evidence.follow import GROUPINGS, counted, follow
from resettle.evidence.study import Change, Study
from resettle.evidence.study_blocks import BLOCKS

DETAILS = (
    "first_tier", "first_custody", "indictable", "either_way", "summary", "tiers_known", "custodial", "custody_known",
)  # fmt: skip


def study_steps(area: Area, study: Study, clock: Clock, *, detail: bool = False) -> Steps:
    """The pipeline of a study. `designed` holds people and covariates without outcomes; `studied` their outcomes.

    `designed` has index_id, person_id, treated (0 or 1), one column for each covariate, and what the design needs besides
    (`extras`), ordered by index_id. With `detail`, `studied` has court tiers and custody too.
    """
    made = detailed if detail else follow
    steps = made(area, clock, start=study.start, end=study.end, censored=study.design in BLOCKS["survival"])
    steps = steps.then("assigned", assigned(study), "who is in the study, and on which side")
    selected = "".join(f", {covariate_sql(name)} AS {quoted(column_name(name))}" for name in study.covariates)
    return steps.then(
        "designed",
        f"""SELECT n.index_id, n.person_id, s.treated{selected}{extras(study)}
        FROM entry n JOIN assigned s ON s.index_id = n.index_id
            JOIN index_event e ON e.index_id = n.index_id LEFT JOIN person p ON p.person_id = n.person_id
        ORDER BY n.index_id""",
        "people and what was known before the outcome: all that the design may see",
    ).then(
        "studied",
        f"""SELECT d.index_id, d.person_id, d.treated, s.start_day, f.reoffences, f.days_to_first, f.days_observed{
            "".join(f", f.{name}" for name in DETAILS) if detail else ""
        }
        FROM designed d JOIN {"detailed" if detail else "followed"} f ON f.index_id = d.index_id
            JOIN assigned s ON s.index_id = d.index_id
        ORDER BY d.index_id""",
        "the outcomes of the same people in the same order, looked at only after the design is sealed",
    )


def assigned(study: Study) -> str:
    """SQL of who is in a study (index_id), on which side (treated), and the day of their start (start_day, from the index
    date, or NULL)."""
    if study.change is not None:
        return by_place(study.change, alone=study.design == "interrupted_time_series")
    return trial_arms(study) if study.by_arm else starts(study)


def extras(study: Study) -> str:
    """SQL of the columns besides covariates that a design needs, each after a comma."""
    made = ""
    if study.trial is not None:
        made += "".join(f", {covariate_sql(name)} AS {quoted('b_' + name)}" for name in study.trial.blocks)
        made += f", {covariate_sql(study.trial.cluster)} AS cluster" if study.trial.cluster else ""
        made += ", s.start_day IS NOT NULL AS started" if study.trial.estimate == "complier" else ""
    if study.change is not None:
        made += f", {GROUPINGS['place']} AS place, n.index_date"
    if study.survival is not None and study.survival.from_start:
        made += ", s.start_day"
    return made


def before_index(steps: Steps, clock: Clock) -> Steps:
    """Adds the step `placebo` to the pipeline of a study: each person's counted offences in the 12 months before."""
    return steps.then("counted_before", counted(clock, None), "offences that can count, whenever committed").then(
        "placebo",
        """SELECT d.index_id, count(b.person_id) AS offences
        FROM designed d JOIN entry n ON n.index_id = d.index_id
            LEFT JOIN counted_before b ON b.person_id = n.person_id AND b.offence_date < n.index_date
                AND b.offence_date >= n.index_date - INTERVAL 12 MONTH
        GROUP BY d.index_id ORDER BY d.index_id""",
        "what happened in the year before, which the programme cannot have changed",
    )


def trial_arms(study: Study) -> str:
    """SQL of the people of a trial, by the arm to which they were assigned (intention to treat)."""
    services = literals(study.programme.services)
    return f"""SELECT n.index_id, CAST(max(CASE WHEN g.arm = 'treated' THEN 1 ELSE 0 END) AS BIGINT) AS treated,
            CAST(min(date_diff('day', n.index_date, g.started_on)) AS BIGINT) AS start_day
        FROM entry n JOIN programme g ON g.person_id = n.person_id AND (g.index_id IS NULL OR g.index_id = n.index_id)
        WHERE g.arm IS NOT NULL AND g.service_id IN {services}
        GROUP BY n.index_id"""


def starts(study: Study) -> str:
    """SQL of starters of the programme, and of people who started no service in the same days.

    A participation that names its index event belongs to that one alone; one that does not is placed by its dates.
    """
    services = literals(study.programme.services)
    before, after = study.programme.days_before, study.programme.days_after
    own = f"g.service_id IN {services}"
    return f"""SELECT n.index_id, CAST(max(CASE WHEN {own} THEN 1 ELSE 0 END) AS BIGINT) AS treated,
            CAST(min(CASE WHEN {own} THEN date_diff('day', n.index_date, g.started_on) END) AS BIGINT) AS start_day
        FROM entry n LEFT JOIN programme g ON g.person_id = n.person_id AND g.started_on IS NOT NULL
            AND (g.index_id = n.index_id OR (g.index_id IS NULL
                AND g.started_on BETWEEN n.index_date - {before} AND n.index_date + {after}))
        GROUP BY n.index_id
        HAVING count(g.participation_id) = 0 OR max(CASE WHEN {own} THEN 1 ELSE 0 END) = 1"""


def by_place(change: Change, alone: bool) -> str:
    """SQL of everyone in the places that are compared: treated in the places where the programme began, whether or not they
    took part. `alone` leaves out all other places; with no place named, all places had it."""
    place = "coalesce(e.place_id, p.place_id)"
    inside = f"{place} IN {literals(change.places)}" if change.places else "TRUE"
    compared = change.places if alone else (*change.places, *change.others) if change.others else ()
    where = f"{place} IN {literals(compared)}" if compared else f"{place} IS NOT NULL" if change.places else "TRUE"
    return f"""SELECT n.index_id, CAST(CASE WHEN {inside} THEN 1 ELSE 0 END AS BIGINT) AS treated,
            CAST(NULL AS BIGINT) AS start_day
        FROM entry n JOIN index_event e ON e.index_id = n.index_id LEFT JOIN person p ON p.person_id = n.person_id
        WHERE {where}"""


def check_sides(treated: int, n: int, study: Study, area: Area) -> None:
    """Refuse a study with nobody on one side."""
    if treated == 0 and study.change is not None:
        raise bad(
            "nobody in the places where the programme began could be followed",
            file=area.path,
            column="change.places",
            value=", ".join(study.change.places),
            do="Check the place ids, the window of index dates, and whether the extract is late enough for the clock.",
        )
    if treated == 0:
        raise bad(
            "nobody who took part in the programme could be followed in the study",
            file=area.path,
            column="programme.service_id",
            value=", ".join(study.programme.services),
            do="Check the service ids, the window of index dates, and whether the extract is late enough for the clock.",
        )
    if treated == n:
        raise bad(
            "everyone in the study is treated: there is nobody to compare with",
            file=area.path,
            do="Add people who did not take part.",
        )
