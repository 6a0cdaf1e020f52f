"""From index events and offences to "what happened next": the clock written as SQL in named steps."""

from __future__ import annotations

from datetime import date

from resettle.area import Area, Steps, literal
from resettle.errors import bad, did_you_mean
from resettle.evidence.clock import Clock, Span

AGE = "coalesce(e.age, date_diff('day', p.birth_date, e.index_date) / 365.25)"

GROUPINGS: dict[str, str] = {
    "disposal": "e.disposal",
    "sentence_band": """CASE WHEN e.disposal <> 'custody' THEN NULL WHEN e.sentence_days IS NULL THEN 'not known'
        WHEN e.sentence_days <= 182 THEN 'up to 6 months' WHEN e.sentence_days < 365 THEN '6 to 12 months'
        WHEN e.sentence_days < 1461 THEN '1 to 4 years' ELSE '4 years and over' END""",
    "offence_group": "e.offence_group",
    "sex": "p.sex",
    "ethnicity": "p.ethnicity",
    "age_band": f"""CASE WHEN {AGE} IS NULL THEN 'not known' WHEN {AGE} < 18 THEN 'under 18' WHEN {AGE} < 21 THEN '18 to 20'
        WHEN {AGE} < 25 THEN '21 to 24' WHEN {AGE} < 30 THEN '25 to 29' WHEN {AGE} < 40 THEN '30 to 39'
        WHEN {AGE} < 50 THEN '40 to 49' ELSE '50 and over' END""",
    "place": "coalesce(e.place_id, p.place_id)",
    "quarter": "year(e.index_date) || ' Q' || quarter(e.index_date)",
    "year": "year(e.index_date)::VARCHAR",
}

# Groupings whose label takes long to make for every row: a short key for the row, and the label made from it once a group.
KEYS = {"quarter": "CAST(date_trunc('quarter', e.index_date) AS DATE)"}
LABELS = {"quarter": "year(n.quarter) || ' Q' || quarter(n.quarter)"}


def follow(
    area: Area,
    clock: Clock,
    *,
    by: tuple[str, ...] = (),
    start: date | None = None,
    end: date | None = None,
    censored: bool = False,
    keyed: bool = False,
    details: tuple[str, ...] = (),
) -> Steps:
    """The pipeline whose last step, `followed`, has one row for each index event that enters.

    Columns: index_id, person_id, index_date, the groups in `by`, `reoffences` (0, 1, ...), `days_to_first` (NULL if
    none) and `days_observed` (days until the follow-up, or the observation of this person, ends). `start` and `end`
    bound the index dates (both included); without them every index event of the area may enter. People who could not be
    observed for the whole follow-up enter only if `censored` (for survival curves). If `keyed`, a group named in `KEYS`
    holds its key, not its label. `details` names columns of `offence` that the step `counted` keeps for steps to
    come.
    """
    unknown = [name for name in by if name not in GROUPINGS]
    if unknown:
        raise bad("unknown grouping", value=unknown[0], do=did_you_mean(unknown[0], GROUPINGS))
    groupings = GROUPINGS | KEYS if keyed else GROUPINGS
    steps = enter(area, clock, {name: groupings[name] for name in by}, start, end, censored)
    spell = days_at_risk(area, clock, start, end)
    steps = steps.then("counted", counted(clock, spell, details), f"offences that can count as a {clock.event}")
    steps = steps.then(
        "reoffence", after_index(clock, by), f"the first {clock.event} and their number, within the clock"
    )
    groups = "".join(f", n.{name}" for name in by)
    return steps.then(
        "followed",
        f"""SELECT n.index_id, n.person_id, n.index_date{groups}, coalesce(r.reoffences, 0) AS reoffences,
            r.days_to_first, n.days_observed
        FROM entry n LEFT JOIN reoffence r ON r.index_id = n.index_id""",
        "everyone who entered, with what happened next",
    )


def enter(area: Area, clock: Clock, by: dict[str, str], start: date | None, end: date | None, censored: bool) -> Steps:
    """Steps `candidate` and `entry`: mature index events in the window, then those that enter a cohort."""
    extract = literal(area.info.extract_date)
    window = [f"{day_after(clock.mature_after)} <= {extract}"]
    if not censored:
        window.append(f"(e.observed_until IS NULL OR e.observed_until >= {day_after(clock.follow_up)})")
    window += [f"e.index_date >= {literal(start)}"] if start else []
    window += [f"e.index_date <= {literal(end)}"] if end else []
    groups = "".join(f", {sql} AS {name}" for name, sql in by.items())
    person = " LEFT JOIN person p ON p.person_id = e.person_id" if "p." in groups else ""
    steps = Steps().then(
        "candidate",
        f"""SELECT e.index_id, e.person_id, e.index_date, {day_after(clock.follow_up)} AS until,
            {day_after(clock.mature_after)} AS proven_until, {cohort_number(clock, start)} AS cohort,
            CAST(date_diff('day', e.index_date, least({day_after(clock.follow_up)},
                coalesce(e.observed_until, {extract}))) AS BIGINT) AS days_observed{groups}
        FROM index_event e{person} WHERE {" AND ".join(window)}""",
        f"index events in the window that are mature: {clock.mature_after} before the extract",
    )
    columns = ", ".join(("index_id", "person_id", "index_date", "until", "proven_until", "days_observed", *by))
    if clock.entry == "every":
        return steps.then("entry", f"SELECT {columns} FROM candidate", "every index event enters")
    return steps.then(
        "entry",
        f"""SELECT {columns} FROM candidate
        QUALIFY row_number() OVER (PARTITION BY person_id, cohort ORDER BY index_date, index_id) = 1""",
        f"a person enters {'once' if clock.cohort == 'window' else f'each {clock.cohort} once'}, with the first index event",
    )


def cohort_number(clock: Clock, start: date | None) -> str:
    """SQL of the number of the cohort of an index event.

    Years run from the day of `start`, as published cohorts of twelve months do, or from 1 January where it is not given.
    """
    if clock.cohort == "quarter":
        return "year(e.index_date) * 4 + quarter(e.index_date)"
    if clock.cohort != "year":
        return "0"
    if start is None or (start.month, start.day) == (1, 1):
        return "year(e.index_date)"
    later = f"(month(e.index_date) * 100 + day(e.index_date) >= {start.month * 100 + start.day})"
    return f"year(e.index_date) - CASE WHEN {later} THEN 0 ELSE 1 END"


def day_after(span: Span) -> str:
    """SQL of the last day of a span that starts on the index date, as a date: dates compare faster than timestamps."""
    if span.unit == "days":
        return f"e.index_date + {span.number}"
    return f"CAST(e.index_date + {span.sql} AS DATE)"


def days_at_risk(area: Area, clock: Clock, start: date | None, end: date | None) -> tuple[date, date] | None:
    """The first index date and the last day of the last follow-up, or None if there is no index event.

    Asked of the data while the pipeline is composed, because bounds that are plain dates spare the engine a join.
    """
    first = f"greatest(min(index_date), {literal(start)})" if start else "min(index_date)"
    last = f"least(max(index_date), {literal(end)})" if end else "max(index_date)"
    found = area.query(
        f"SELECT {first} AS first, CAST({last} + {clock.follow_up.sql} AS DATE) AS last FROM index_event"
    )
    row = found.to_pylist()[0]
    return (row["first"], row["last"]) if row["first"] and row["last"] else None


def counted(clock: Clock, spell: tuple[date, date] | None, details: tuple[str, ...] = ()) -> str:
    """SQL of the offences that can count, whoever committed them, with further columns named in `details`.

    Those outside every follow-up are left out here, before the join, which is what costs most.
    """
    # A CASE, because DuckDB tests it on text in less time than IN.
    where = [f"CASE outcome {' '.join(f'WHEN {literal(o)} THEN TRUE' for o in clock.outcomes)} ELSE FALSE END"]
    where += ["recordable IS NOT FALSE"] if clock.recordable_only else []
    where += ["breach IS NOT TRUE"] if clock.exclude_breach else []
    where += ["in_scope IS NOT FALSE"] if clock.in_scope_only else []
    dated = clock.wait is not None or clock.counting == "appearance"
    where += ["proven_date IS NOT NULL"] if dated else []
    where += [f"offence_date BETWEEN {literal(spell[0])} AND {literal(spell[1])}"] if spell else []
    kept = "".join(f", {name}" for name in (*(("proven_date",) if dated else ()), *details))
    return f"SELECT person_id, offence_date{kept} FROM offence WHERE {' AND '.join(where)}"


def after_index(clock: Clock, by: tuple[str, ...]) -> str:
    """SQL that joins counted offences to the index events they follow, one row an index event, with its groups."""
    groups = "".join(f", n.{name}" for name in by)
    number = "count(DISTINCT c.proven_date)" if clock.counting == "appearance" else "count(*)"
    return f"""SELECT n.index_id{groups}, {number} AS reoffences,
            CAST(min(date_diff('day', n.index_date, c.offence_date)) AS BIGINT) AS days_to_first
        FROM counted c JOIN entry n ON {follows(clock)}
        GROUP BY n.index_id{groups}"""


def follows(clock: Clock) -> str:
    """SQL condition: counted offence `c` lies in the follow-up of entry `n`, and was proven in time."""
    proven = " AND c.proven_date <= n.proven_until" if clock.wait else ""
    return f"""c.person_id = n.person_id
            AND c.offence_date {">=" if clock.same_day else ">"} n.index_date AND c.offence_date <= n.until{proven}"""
