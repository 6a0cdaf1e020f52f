"""The revolving door: who comes back again and again, what they cost each agency a year, what they say they lack, and what
reaching them would change.

Combined authorities have had this table made for them by consultants; here it is one command on an area's own records.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from resettle.area import Area, Steps
from resettle.area.sound import require_sound
from resettle.area.steps import literal, literals
from resettle.errors import bad
from resettle.evidence.clock import Clock, read_clock
from resettle.evidence.effect import Effect
from resettle.evidence.intervals import student_mean, wilson
from resettle.goodlives.gaps import LACKING
from resettle.money import exact, show, to_pence
from resettle.reference.figures import Figure
from resettle.reinvestment.appraisal import Appraisal, Overrides, Sector, unit_worth
from resettle.reinvestment.window import caveat_of
from resettle.result import Interval, Record, Result

FEWEST = 10
"""Numbers that rest on fewer people than this are withheld."""


class AgencyCost(Record):
    """What the cohort costs one agency a year, at average unit costs: in all, and for each person with its interval."""

    agency: str
    label: str
    sector: Sector
    per_person: Decimal
    interval: Interval
    total: Decimal


class Lacked(Record):
    """How many of those of the cohort who were asked say they lack a good; None where too few to show."""

    good: str
    asked: int
    lacking: int | None
    share: float | None
    interval: Interval | None


class Reached(Record):
    """What reaching a share of the cohort would avoid a year, if an effect held for them: an estimate with its interval."""

    effect: str
    share: float
    shown: bool
    offences_avoided: float
    low: float
    high: float
    worth: Decimal
    worth_low: Decimal
    worth_high: Decimal


class RevolvingDoor(Result):
    """The cohort of an area, and what is known of it.

    `people` came back at least `returns` times in the `months` before the extract, of `everybody` on record; a return is a day
    with at least one offence that the clock counts. `found` is the share of true records that linkage is believed to find: the
    upper bound of a total is the recorded one over it.
    """

    area: str
    caveat: str
    currency: str
    price_year: int
    clock: str
    returns: int
    months: int
    people: int
    everybody: int
    share: Interval
    offences: int
    offences_share: float
    found: float
    costs: tuple[AgencyCost, ...]
    lacked: tuple[Lacked, ...]
    reached: Reached | None
    figures: tuple[Figure, ...] = ()

    @property
    def total(self) -> Decimal:
        """What agencies spend on the cohort a year, at average cost: the fiscal parts only."""
        return sum((one.total for one in self.costs if one.sector == "fiscal"), Decimal("0.00"))

    @property
    def sentence(self) -> str:
        """Who they are, and what they cost."""
        if self.people < FEWEST:
            return f"{self.area}: fewer than {FEWEST} people came back {self.returns} times or more; nothing is shown of so few."
        upper = to_pence(self.total / exact(self.found))
        missed = f", up to {show(upper, self.currency, pence=False)} if records were missed" if self.found < 1 else ""
        return (
            f"{self.area}: {self.people:,} people ({100 * self.people / self.everybody:.1f}% of {self.everybody:,}) came back "
            f"{self.returns} times or more in {self.months} months, with {100 * self.offences_share:.0f}% of all counted offences. "
            f"They cost agencies {show(self.total, self.currency, pence=False)} a year at average cost{missed}. "
            "An average cost is not money that can be moved."
        )

    def rows(self) -> list[dict[str, Any]]:
        """One row an agency."""
        return [
            {
                "agency": one.agency,
                "what": one.label,
                "sector": one.sector,
                "a_person_a_year": one.per_person,
                "low": one.interval.low,
                "high": one.interval.high,
                "total_a_year": one.total,
            }
            for one in self.costs
        ]


def revolving_door(
    area: Area,
    appraisal: Appraisal,
    *,
    clock: str = "moj-2017",
    returns: int = 3,
    months: int = 24,
    found: float = 1.0,
    effect: Effect | None = None,
    reach: float = 0.5,
) -> RevolvingDoor:
    """Find the people who come back again and again, and cost them by agency with an appraisal's unit costs.

    `effect` and `reach` ask what reaching that share of them would avoid, if an evaluated effect held for them. Settings that make
    no sense are a `BadInput`.
    """
    check(returns, months, found, reach)
    require_sound(area, "offence", also=("person", "goods_rating"))
    rules = read_clock(clock)
    steps = cohort_steps(area, rules, returns, months)
    each = area.run(steps, "cohort").to_pydict()
    whole = area.run(steps, "everybody").to_pylist()[0]
    people, everybody = len(each["person_id"]), whole["people"]
    if not everybody:
        raise bad("nobody is on record", file=area.path, column="person", do="Import the people of the area first.")
    offences = sum(each["offences"])
    own = Overrides(area.info.figures, area.info.name)
    costs, figures = (agency_costs(appraisal, each["offences"], months, own)) if people >= FEWEST else ((), ())
    return RevolvingDoor(
        area=area.info.name,
        caveat=caveat_of(area, months),
        currency=appraisal.currency,
        price_year=appraisal.price_year,
        clock=rules.id,
        returns=returns,
        months=months,
        people=people,
        everybody=everybody,
        share=wilson(people, everybody),
        offences=offences,
        offences_share=offences / whole["offences"] if whole["offences"] else 0.0,
        found=found,
        costs=costs,
        lacked=lacked_by(area, steps) if people >= FEWEST else (),
        reached=reached(effect, reach, offences, months, costs) if effect and people >= FEWEST else None,
        figures=figures,
        provenance=area.provenance(
            "person",
            "offence",
            "goods_rating",
            appraisal=appraisal.model_dump(mode="json"),
            returns=returns,
            months=months,
        ),
    )


def check(returns: int, months: int, found: float, reach: float) -> None:
    """Refuse settings that make no sense."""
    if returns < 2:
        raise bad(
            "coming back again and again is at least two returns", column="returns", value=returns, do="Give 2 or more."
        )
    if not 1 <= months <= 240:
        raise bad("the window is from 1 to 240 months", column="months", value=months)
    for name, value in (("found", found), ("reach", reach)):
        if not 0 < value <= 1:
            raise bad("a share is above 0 and at most 1", column=name, value=value)


def cohort_steps(area: Area, clock: Clock, returns: int, months: int, before: int = 0) -> Steps:
    """The pipeline: offences that count in the window, days with one by person, the cohort, everybody.

    The window ends with the extract, or so many months `before` it.
    """
    end = (
        f"({literal(area.info.extract_date)} - INTERVAL {before} MONTH)" if before else literal(area.info.extract_date)
    )
    kept = [f"o.outcome IN {literals(tuple(clock.outcomes))}", f"o.offence_date > {end} - INTERVAL {months} MONTH"]
    if clock.recordable_only:
        kept.append("coalesce(o.recordable, TRUE)")
    if clock.exclude_breach:
        kept.append("NOT coalesce(o.breach, FALSE)")
    if clock.in_scope_only:
        kept.append("coalesce(o.in_scope, TRUE)")
    steps = Steps().then(
        "counted",
        f"SELECT o.person_id, o.offence_date FROM offence o WHERE {' AND '.join(kept)} AND o.offence_date <= {end}",
        f"offences of {months} months that the clock {clock.id} counts",
    )
    steps = steps.then(
        "by_person",
        "SELECT person_id, count(*) AS offences, count(DISTINCT offence_date) AS returns FROM counted GROUP BY person_id",
        "how often each person came back: days with at least one such offence",
    )
    steps = steps.then(
        "cohort",
        f"SELECT person_id, offences, returns FROM by_person WHERE returns >= {returns} ORDER BY person_id",
        f"people who came back {returns} times or more",
    )
    return steps.then(
        "everybody",
        "SELECT (SELECT count(*) FROM person) AS people, (SELECT count(*) FROM counted) AS offences",
        "everybody on record, and all counted offences",
    )


def agency_costs(
    appraisal: Appraisal, offences: list[int], months: int, own: Overrides
) -> tuple[tuple[AgencyCost, ...], tuple[Figure, ...]]:
    """Each agency's cost a person a year, with Student's interval over people, and in all; and the figures used."""
    made, used = [], list[Figure]()
    for worth in appraisal.worth:
        unit, figures = unit_worth(worth, appraisal.price_year, own)
        used += figures
        events = [float(n) if worth.per == "reoffence" else 1.0 for n in offences]
        a_year = [float(unit) * n * 12 / months for n in events]
        total = to_pence(unit * exact(sum(events)) * 12 / months)
        made.append(
            AgencyCost(
                agency=worth.agency,
                label=worth.label,
                sector=worth.sector,
                per_person=to_pence(total / len(offences)),
                interval=student_mean(sum(a_year), sum(x * x for x in a_year), len(a_year)),
                total=total,
            )
        )
    return tuple(made), tuple({figure.name: figure for figure in used}.values())


def lacked_by(area: Area, steps: Steps) -> tuple[Lacked, ...]:
    """Of the cohort who rated a good as it is now, how many say they lack it, most first; small counts are withheld."""
    asked = steps.then(
        "asked",
        f"""SELECT good, count(*) AS asked, sum(CASE WHEN gap >= {LACKING} THEN 1 ELSE 0 END) AS lacking FROM (
            SELECT g.person_id, g.good, arg_max(g.importance - g.attainment, g.rated_on) AS gap FROM goods_rating g
            JOIN cohort c ON c.person_id = g.person_id WHERE g.rater = 'person' AND g.at_time = 'now'
                AND g.importance IS NOT NULL AND g.attainment IS NOT NULL GROUP BY g.person_id, g.good
        ) latest GROUP BY good ORDER BY lacking DESC, good""",
        "what those of the cohort who were asked say they lack",
    )
    return tuple(lacked(row) for row in area.run(asked).to_pylist() if row["asked"] >= FEWEST)


def lacked(row: dict[str, Any]) -> Lacked:
    """One good, withheld where those who lack it, or those who do not, are few."""
    asked, lacking = row["asked"], int(row["lacking"])
    hidden = 0 < lacking < FEWEST or 0 < asked - lacking < FEWEST
    return Lacked(
        good=row["good"],
        asked=asked,
        lacking=None if hidden else lacking,
        share=None if hidden else lacking / asked,
        interval=None if hidden else wilson(lacking, asked),
    )


def reached(effect: Effect, reach: float, offences: int, months: int, costs: tuple[AgencyCost, ...]) -> Reached:
    """An effect as a share of the comparison's rate, carried to a share of the cohort's offences and fiscal costs a year.

    It is a what-if: those who come back most are not those whom a study compared, and the interval is of the study alone.
    """
    ratio = [relative(effect, value) for value in (effect.estimate, effect.interval.low, effect.interval.high)]
    yearly = offences * 12 / months * reach
    spent = sum((one.total for one in costs if one.sector == "fiscal"), Decimal("0.00")) * exact(reach)
    middle, *ends = ratio
    low, high = min(ends), max(ends)
    return Reached(
        effect=effect.id,
        share=reach,
        shown=effect.shown,
        offences_avoided=yearly * middle,
        low=yearly * low,
        high=yearly * high,
        worth=to_pence(spent * exact(middle)),
        worth_low=to_pence(spent * exact(low)),
        worth_high=to_pence(spent * exact(high)),
    )


def relative(effect: Effect, value: float) -> float:
    """How much less there is, as a share of the comparison's rate: a fall is positive."""
    if effect.scale != "difference":
        return 1 - value
    if effect.comparison.rate <= 0:
        raise bad("the comparison group of this effect has no events to fall from", value=effect.id)
    return -value / effect.comparison.rate
