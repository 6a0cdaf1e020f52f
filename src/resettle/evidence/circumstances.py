"""`circumstances`: who was housed and in work so long after release or sentence, from dated facts and never from a tick box."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal

from resettle.area import Area, Steps, literal, literals
from resettle.area.sound import require_sound
from resettle.errors import bad, did_you_mean
from resettle.evidence.circumstance_rules import DISPOSALS, UNAVAILABLE, UNKNOWN, Rule, read_rules
from resettle.evidence.follow import GROUPINGS
from resettle.evidence.intervals import student_mean, wilson
from resettle.result import Interval, Record, Result


class Circumstance(Record):
    """One figure. `n` people were known, `count` of them (or of their days) counted; `value` is the share, or the mean number
    of days.

    Everybody in scope is in one of `n`, `unknown` (nothing recorded for that day, or asked and not known), `unavailable` (for
    work) and `in_custody` on that day; `too_late` were not observed until then and are out of scope. `all_value` is the share
    with unknown counted as no. For days, `n` is everybody observed to the end, and `count`, `unknown`, `unavailable` and
    `in_custody` are days.
    """

    name: str
    label: str
    group: dict[str, str | None] = {}
    n: int
    count: int
    value: float | None
    interval: Interval | None
    all_value: float | None = None
    all_interval: Interval | None = None
    unknown: int
    unavailable: int
    in_custody: int
    too_late: int
    unit: Literal["share", "days"]


class CircumstanceMeasures(Result):
    """Measures of circumstances of an area, by group."""

    area: str
    caveat: str
    by: tuple[str, ...]
    measures: tuple[Circumstance, ...]

    @property
    def sentence(self) -> str:
        """The first measure of the whole."""
        found = next((m for m in self.measures if m.value is not None and m.interval is not None), None)
        if found is None:
            return f"{self.area}: nobody's circumstances are known."
        assert found.value is not None and found.interval is not None
        scale, unit = (100, "%") if found.unit == "share" else (1, " days on average")
        of = f"{found.count:,} of {found.n:,} known" if found.unit == "share" else f"{found.n:,} people"
        where = "".join(f", {name} {value or 'not known'}" for name, value in found.group.items())
        return (
            f"{self.area}{where}: {scale * found.value:.1f}{unit} ({of}; 95% interval {scale * found.interval.low:.1f} to "
            f"{scale * found.interval.high:.1f}) {found.label}."
        )

    def rows(self) -> list[dict[str, Any]]:
        """One row a measure and group: the figure among those known, the same with unknown counted as no, and who is left out."""
        return [
            {
                **m.group,
                "measure": m.name,
                "n": m.n,
                "count": m.count,
                "value": m.value,
                "low": m.interval and m.interval.low,
                "high": m.interval and m.interval.high,
                "with_unknown": m.all_value,
                "unknown": m.unknown,
                "unavailable": m.unavailable,
                "in_custody": m.in_custody,
                "too_late": m.too_late,
                "unit": m.unit,
            }
            for m in self.measures
        ]


def circumstances(
    area: Area,
    measures: Sequence[str] | str = (),
    by: Sequence[str] | str = (),
    *,
    rules: str | Path | None = None,
    start: date | None = None,
    end: date | None = None,
) -> CircumstanceMeasures:
    """Measure housing and work after release or sentence, by any of the groupings in `follow.GROUPINGS`.

    `measures` names some of the `rules` (all, without it); `start` and `end` bound the dates of release or sentence. Shares
    have Wilson's interval, mean numbers of days Student's. Groups are not suppressed here: reports do that.
    """
    known = read_rules(rules)
    names = (measures,) if isinstance(measures, str) else tuple(measures)
    groups = (by,) if isinstance(by, str) else tuple(by)
    check_names("measure", names, known)
    check_names("grouping", groups, GROUPINGS)
    require_sound(area, "index_event", "circumstance", also=("person", "custody"))
    used = {name: known[name].model_dump(mode="json") for name in names or known}
    made: list[Circumstance] = []
    for name in names or tuple(known):
        rule = known[name]
        rows = area.run(circumstance_steps(area, rule, groups, start, end)).to_pylist()
        figure = share_of if rule.after is not None else days_of
        made += [figure(name, rule, {g: row[g] for g in groups}, row) for row in rows]
    return CircumstanceMeasures(
        area=area.info.name,
        caveat=area.info.caveat,
        by=groups,
        measures=tuple(made),
        provenance=area.provenance("index_event", "circumstance", "person", "custody", rules=used, by=groups),
    )


def check_names(what: str, names: Sequence[str], known: Iterable[str]) -> None:
    """Stop at a name that is none of those known."""
    if unknown := next((name for name in names if name not in set(known)), None):
        raise bad(f"no such {what}", value=unknown, do=did_you_mean(unknown, known))


def circumstance_steps(
    area: Area, rule: Rule, by: tuple[str, ...] = (), start: date | None = None, end: date | None = None
) -> Steps:
    """The pipeline of one measure: its last step, `summary`, has one row for each group; `stated`, one for each event and day."""
    groups = "".join(f", {name}" for name in by)
    steps = Steps()
    for name, sql, why in (
        (
            "begun",
            begun(area, rule, by, start, end),
            f"each {rule.of} once a person and day, with the day that is asked about",
        ),
        ("asked", asked(rule), "the days that are asked about, of people observed to the last of them"),
        ("held", HELD, "days in custody; the day of release is not one"),
        ("lived", lived(rule), "the spell in force on each day: of several, the one that began last"),
        ("stated", stated(rule), "what was so on each day"),
        ("days", f"SELECT person_id, begun_on, {days()} FROM stated GROUP BY person_id, begun_on", "days of each kind"),
        ("summary", summary(groups), "sums by group"),
    ):
        steps = steps.then(name, sql, why)
    return steps


STATES = ("yes", "no", "unknown", "unavailable", "in_custody")
HELD = """SELECT DISTINCT a.person_id, a.day FROM asked a JOIN custody c ON c.person_id = a.person_id
        WHERE c.date_in <= a.day AND (c.date_out IS NULL OR c.date_out > a.day)"""


def begun(area: Area, rule: Rule, by: tuple[str, ...], start: date | None, end: date | None) -> str:
    """SQL of the events: several on one day count once. `last_day` is the last day that is asked about."""
    where = [f"e.disposal IN {literals(DISPOSALS[rule.of])}"]
    where += [f"e.index_date >= {literal(start)}"] if start else []
    where += [f"e.index_date <= {literal(end)}"] if end else []
    groups = "".join(f", {GROUPINGS[name]} AS {name}" for name in by)
    person = " LEFT JOIN person p ON p.person_id = e.person_id" if "p." in groups else ""
    last = f"CAST(e.index_date + {rule.span.sql}{'' if rule.after is not None else ' - INTERVAL 1 DAY'} AS DATE)"
    observed = f"coalesce(e.observed_until, {literal(area.info.extract_date)})"
    return f"""SELECT e.person_id, e.index_date AS begun_on, {last} AS last_day, {last} <= {observed} AS observed{groups}
        FROM index_event e{person} WHERE {" AND ".join(where)}
        QUALIFY row_number() OVER (PARTITION BY e.person_id, e.index_date ORDER BY e.index_id) = 1"""


def asked(rule: Rule) -> str:
    """SQL of the days that are asked about: one for each event, or all from the event to its last."""
    day = (
        "last_day"
        if rule.after is not None
        else "CAST(unnest(generate_series(begun_on, last_day, INTERVAL 1 DAY)) AS DATE)"
    )
    return f"SELECT person_id, begun_on, {day} AS day FROM begun WHERE observed"


def lived(rule: Rule) -> str:
    """SQL of the code in force on each day that is asked about."""
    return f"""SELECT a.person_id, a.day, s.code FROM (SELECT DISTINCT person_id, day FROM asked) a
            JOIN circumstance s ON s.person_id = a.person_id
        WHERE s.domain = {literal(rule.domain)} AND s.from_date <= a.day AND (s.to_date IS NULL OR s.to_date >= a.day)
        QUALIFY row_number() OVER (PARTITION BY a.person_id, a.day ORDER BY s.from_date DESC, s.circumstance_id DESC) = 1"""


def stated(rule: Rule) -> str:
    """SQL of what was so on each day: one of `STATES`. Custody comes first: a home kept is not lived in."""
    return f"""SELECT a.*, CASE WHEN h.person_id IS NOT NULL THEN 'in_custody'
            WHEN l.code IS NULL OR l.code = '{UNKNOWN}' THEN 'unknown' WHEN l.code = '{UNAVAILABLE}' THEN 'unavailable'
            WHEN l.code IN {literals(rule.counts)} THEN 'yes' ELSE 'no' END AS state
        FROM asked a LEFT JOIN held h ON h.person_id = a.person_id AND h.day = a.day
            LEFT JOIN lived l ON l.person_id = a.person_id AND l.day = a.day"""


def days() -> str:
    """SQL of the number of days in each state."""
    return ", ".join(f"CAST(count(*) FILTER (state = '{state}') AS BIGINT) AS {state}" for state in STATES)


def summary(groups: str) -> str:
    """SQL of the sums of each group."""
    names = groups.removeprefix(", ")
    sums = ", ".join(f"CAST(coalesce(sum(d.{state}), 0) AS BIGINT) AS {state}" for state in STATES)
    return f"""SELECT {names + ", " if names else ""}count(d.person_id) AS people, count(*) - count(d.person_id) AS too_late,
            {sums}, CAST(coalesce(sum(d.yes * d.yes), 0) AS BIGINT) AS yes_squared
        FROM begun b LEFT JOIN days d ON d.person_id = b.person_id AND d.begun_on = b.begun_on
        {f"GROUP BY {names} ORDER BY {names}" if names else ""}"""


def share_of(name: str, rule: Rule, group: dict[str, str | None], row: dict[str, Any]) -> Circumstance:
    """The share of people of whom it was so on the day."""
    known, everybody = row["yes"] + row["no"], row["yes"] + row["no"] + row["unknown"]
    return Circumstance(
        name=name,
        label=rule.label,
        group=group,
        n=known,
        count=row["yes"],
        value=row["yes"] / known if known else None,
        interval=wilson(row["yes"], known) if known else None,
        all_value=row["yes"] / everybody if everybody else None,
        all_interval=wilson(row["yes"], everybody) if everybody else None,
        unknown=row["unknown"],
        unavailable=row["unavailable"],
        in_custody=row["in_custody"],
        too_late=row["too_late"],
        unit="share",
    )


def days_of(name: str, rule: Rule, group: dict[str, str | None], row: dict[str, Any]) -> Circumstance:
    """The mean number of days on which it was so: days that are not known, and days in custody, are none of them."""
    n = row["people"]
    interval = student_mean(row["yes"], row["yes_squared"], n)
    return Circumstance(
        name=name,
        label=rule.label,
        group=group,
        n=n,
        count=row["yes"],
        value=row["yes"] / n if n else None,
        interval=interval if n > 1 else None,
        unknown=row["unknown"],
        unavailable=row["unavailable"],
        in_custody=row["in_custody"],
        too_late=row["too_late"],
        unit="days",
    )
