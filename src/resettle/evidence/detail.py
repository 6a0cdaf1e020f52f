"""What followed an index event, in detail: court tiers, custody, and the days at liberty, as SQL in named steps."""

from __future__ import annotations

from datetime import date

from resettle.area import Area, Steps, literal
from resettle.evidence.clock import Clock
from resettle.evidence.follow import follow, follows

TIERS = ("indictable", "either_way", "summary")
"""Modes of trial, the most serious first: the court tiers of the Justice Data Lab."""


def detailed(
    area: Area,
    clock: Clock,
    by: tuple[str, ...] = (),
    start: date | None = None,
    end: date | None = None,
    censored: bool = False,
) -> Steps:
    """The pipeline whose last step, `detailed`, has one row for each index event that enters, as `follow` has, and more.

    `first_tier` is the place in `TIERS` (1 to 3) of the most serious reoffence on the day of the first, `first_custody`
    whether one of that day led to custody (both NULL if not known, or without a reoffence); `indictable`,
    `either_way`, `summary` and `custodial` count reoffences; `tiers_known` and `custody_known` say for how many it is
    known. `days_free` are the days at liberty until the follow-up, the observation or the person's life ends, and
    `events_free` the offences on those days.
    """
    steps = follow(area, clock, by=by, start=start, end=end, censored=censored, details=("court_tier", "custody"))
    steps = steps.then(
        "each",
        f"""SELECT n.index_id, n.person_id, c.offence_date, date_diff('day', n.index_date, c.offence_date) AS day,
            CASE c.court_tier WHEN 'indictable' THEN 1 WHEN 'either_way' THEN 2 WHEN 'summary' THEN 3 END AS tier,
            CASE WHEN c.custody THEN 1 WHEN NOT c.custody THEN 0 END AS custody
        FROM counted c JOIN entry n ON {follows(clock)}""",
        f"each {clock.event} with its mode of trial and whether it led to custody",
    )
    steps = steps.then(
        "first",
        """SELECT e.index_id, min(e.tier) AS first_tier, max(e.custody) AS first_custody
        FROM each e JOIN reoffence r ON r.index_id = e.index_id AND e.day = r.days_to_first GROUP BY e.index_id""",
        "the most serious of the first day",
    )
    steps = steps.then(
        "kinds",
        """SELECT index_id, sum(CASE WHEN tier = 1 THEN 1 ELSE 0 END) AS indictable,
            sum(CASE WHEN tier = 2 THEN 1 ELSE 0 END) AS either_way, sum(CASE WHEN tier = 3 THEN 1 ELSE 0 END) AS summary,
            count(tier) AS tiers_known, sum(custody) AS custodial, count(custody) AS custody_known
        FROM each GROUP BY index_id""",
        "how many of each kind",
    )
    return joined(at_liberty(steps, literal(area.info.extract_date)), by)


def at_liberty(steps: Steps, extract: str) -> Steps:
    """Steps from `entry` and `each` to `inside`, the days in custody, and `free`, the offences at liberty.

    A day is spent in custody if it began and ended there: the days of reception and of release are days at liberty.
    Stays that touch or overlap are one. Who is not yet released is inside to the extract.
    """
    steps = steps.then(
        "span",
        f"""SELECT n.index_id, n.person_id, n.index_date, least(n.index_date + CAST(n.days_observed AS INTEGER),
            coalesce(p.died_on, n.index_date + CAST(n.days_observed AS INTEGER)), {extract}) AS last_day
        FROM entry n LEFT JOIN person p ON p.person_id = n.person_id""",
        "each index event with the last day on which the person was alive and observed",
    )
    steps = steps.then(
        "marked",
        f"""SELECT person_id, custody_id, date_in, coalesce(date_out, {extract} + 1) AS date_out,
            max(coalesce(date_out, {extract} + 1)) OVER (PARTITION BY person_id ORDER BY date_in, custody_id
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS out_before
        FROM (SELECT DISTINCT c.custody_id, c.person_id, c.date_in, c.date_out
            FROM custody c JOIN entry n ON n.person_id = c.person_id)""",
        "stays in custody of those who entered, with the latest release before each",
    )
    steps = steps.then(
        "numbered",
        """SELECT person_id, date_in, date_out, sum(CASE WHEN out_before >= date_in THEN 0 ELSE 1 END)
            OVER (PARTITION BY person_id ORDER BY date_in, custody_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS stay
        FROM marked""",
        "stays that touch or overlap get one number",
    )
    steps = steps.then(
        "stays",
        "SELECT person_id, min(date_in) AS date_in, max(date_out) AS date_out FROM numbered GROUP BY person_id, stay",
        "joined stays",
    )
    steps = steps.then(
        "inside",
        """SELECT s.index_id, CAST(sum(greatest(0, date_diff('day', greatest(c.date_in, s.index_date),
            least(c.date_out, s.last_day + 1)) - 1)) AS BIGINT) AS days_inside
        FROM span s JOIN stays c ON c.person_id = s.person_id AND c.date_in < s.last_day AND c.date_out > s.index_date + 1
        GROUP BY s.index_id""",
        "days that began and ended in custody after the index date",
    )
    return steps.then(
        "free",
        """SELECT e.index_id, count(*) AS events_free FROM each e JOIN span s ON s.index_id = e.index_id
        WHERE e.offence_date <= s.last_day AND NOT EXISTS (SELECT 1 FROM stays c WHERE c.person_id = e.person_id
            AND c.date_in < e.offence_date AND e.offence_date < c.date_out)
        GROUP BY e.index_id""",
        "offences on days at liberty",
    )


def joined(steps: Steps, by: tuple[str, ...]) -> Steps:
    """The last step: everyone who entered, with everything that followed."""
    groups = "".join(f", f.{name}" for name in by)
    counts = ", ".join(
        f"CAST(coalesce(k.{name}, 0) AS BIGINT) AS {name}"
        for name in (*TIERS, "tiers_known", "custodial", "custody_known")
    )
    return steps.then(
        "detailed",
        f"""SELECT f.index_id, f.person_id, f.index_date{groups}, f.reoffences, f.days_to_first, f.days_observed,
            t.first_tier, t.first_custody, {counts},
            CAST(greatest(date_diff('day', s.index_date, s.last_day) - coalesce(i.days_inside, 0), 0) AS BIGINT) AS days_free,
            coalesce(g.events_free, 0) AS events_free
        FROM followed f JOIN span s ON s.index_id = f.index_id LEFT JOIN first t ON t.index_id = f.index_id
            LEFT JOIN kinds k ON k.index_id = f.index_id LEFT JOIN inside i ON i.index_id = f.index_id
            LEFT JOIN free g ON g.index_id = f.index_id""",
        "everyone who entered, with what happened next, of which kind, and the days at liberty",
    )
