"""The people of a study: who is treated, who is compared, and what was known of them before the outcome."""

from __future__ import annotations

from resettle.area import Area, Steps, literals
from resettle.errors import bad
from resettle.evidence.clock import Clock
from resettle.evidence.covariates import column_name, covariate_sql, quoted
from resettle.evidence.follow import counted, follow
from resettle.evidence.study import Study


def study_steps(area: Area, study: Study, clock: Clock) -> Steps:
    """The pipeline of a study. `designed` holds people and covariates without outcomes; `followed` their outcomes.

    `designed` has index_id, person_id, treated (0 or 1) and one column for each covariate, ordered by index_id.
    """
    steps = follow(area, clock, start=study.start, end=study.end)
    steps = steps.then(
        "assigned",
        trial_arms(study) if study.design == "randomised" else starts(study),
        "who is in the study, and on which side",
    )
    selected = "".join(f", {covariate_sql(name)} AS {quoted(column_name(name))}" for name in study.covariates)
    return steps.then(
        "designed",
        f"""SELECT n.index_id, n.person_id, s.treated{selected}
        FROM entry n JOIN assigned s ON s.index_id = n.index_id
            JOIN index_event e ON e.index_id = n.index_id LEFT JOIN person p ON p.person_id = n.person_id
        ORDER BY n.index_id""",
        "people and what was known before the outcome: all that the design may see",
    ).then(
        "studied",
        """SELECT d.index_id, d.person_id, d.treated, f.reoffences, f.days_to_first, f.days_observed
        FROM designed d JOIN followed f ON f.index_id = d.index_id ORDER BY d.index_id""",
        "the outcomes of the same people in the same order, looked at only after the design is sealed",
    )


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
    return f"""SELECT n.index_id, CAST(max(CASE WHEN g.arm = 'treated' THEN 1 ELSE 0 END) AS BIGINT) AS treated
        FROM entry n JOIN programme g ON g.person_id = n.person_id AND (g.index_id IS NULL OR g.index_id = n.index_id)
        WHERE g.arm IS NOT NULL AND g.service_id IN {literals(study.programme.services)}
        GROUP BY n.index_id"""


def starts(study: Study) -> str:
    """SQL of starters of the programme, and of people who started no service in the same days.

    A participation that names its index event belongs to that one alone; one that does not is placed by its dates.
    """
    services = literals(study.programme.services)
    before, after = study.programme.days_before, study.programme.days_after
    return f"""SELECT n.index_id, CAST(max(CASE WHEN g.service_id IN {services} THEN 1 ELSE 0 END) AS BIGINT) AS treated
        FROM entry n LEFT JOIN programme g ON g.person_id = n.person_id AND g.started_on IS NOT NULL
            AND (g.index_id = n.index_id OR (g.index_id IS NULL
                AND g.started_on BETWEEN n.index_date - {before} AND n.index_date + {after}))
        GROUP BY n.index_id
        HAVING count(g.participation_id) = 0 OR max(CASE WHEN g.service_id IN {services} THEN 1 ELSE 0 END) = 1"""


def check_sides(treated: int, n: int, study: Study, area: Area) -> None:
    """Refuse a study with nobody on one side."""
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
