"""Making a business case ready: its effects evaluated, its contracts drawn, its people's budgets measured."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from resettle.area import Area
from resettle.area.sound import require_sound
from resettle.errors import bad, did_you_mean
from resettle.evidence.effect import Effect
from resettle.evidence.intervals import student_mean
from resettle.evidence.measures import Measure, measure
from resettle.provenance import hash_bytes
from resettle.reinvestment.appraisal import STANDARD, Appraisal, Overrides, alike, read_appraisal
from resettle.reinvestment.business_case.contract_cost import Payments, contract_payments
from resettle.reinvestment.business_case.file import Budgets, CaseFile
from resettle.reinvestment.business_case.model import Case, budget_name, check_worths, measured
from resettle.reinvestment.flows.effects import read_effect
from resettle.reinvestment.flows.quantity import Quantity
from resettle.reinvestment.programme import draw

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FEWEST = 10
COMPARED = 3
"""From this level of the Maryland scale on a comparison has taken out what would have come anyway."""


def prepare_case(file: CaseFile, path: Path, area: Area | None, own: dict[str, float]) -> tuple[Case, tuple[str, ...]]:
    """A case made ready, and what must be said beside its figures."""
    folder = path.parent
    appraisal = read_appraisal(folder / file.appraisal)
    check_worths(file, appraisal)
    check_payers(file, path, appraisal)
    check_places(file, path, area)
    effects, events = evaluated(file, folder, area)
    check_effects(effects, path)
    figures = {**(area.info.figures if area else {}), **own}
    name = "your own figures" if own else area.info.name if area else "the area"
    contracts = tuple(drawn_contracts(file, folder, appraisal, effects))
    case = Case(
        file=file,
        appraisal=appraisal,
        effects=effects,
        events=None if file.reoffences_each else events,
        contracts=contracts,
        linked=tuple(one.programme for one in file.contract),
        a_person={budget_name(one): spent_on(one, area) for one in file.budgets},
        own=Overrides(figures, name),
    )
    return case, tuple(notes(case, area))


def evaluated(file: CaseFile, folder: Path, area: Area | None) -> tuple[dict[str, Effect], Measure | None]:
    """The effect of each programme, and reoffences of a reoffender as the area has them."""
    from resettle.evidence.evaluate import evaluate
    from resettle.evidence.study import read_study

    effects, events = {}, None
    for one in file.programme:
        if one.effect is not None:
            effects[one.id] = read_effect(folder / one.effect)
            continue
        if area is None:
            rule = "a study is evaluated on an area, and none was given"
            raise bad(rule, column=f"programme {one.id}", value=one.study, do="Give it with --area.")
        study = read_study(folder / str(one.study))
        effects[one.id] = evaluate(area, study)
        if events is None:
            found = measure(area, study.named_clock, start=study.start, end=study.end).measures
            events = next((m for m in found if m.name == "per_reoffender"), None)
    return effects, events


def check_effects(effects: dict[str, Effect], path: Path) -> None:
    """Refuse effects that nothing can be saved from: of another kind, without a spread, from a rate of nothing."""
    import math

    for name, effect in effects.items():
        if not (
            math.isfinite(effect.se) and math.isfinite(effect.interval.low) and math.isfinite(effect.interval.high)
        ):
            raise bad("the effect has no interval", file=path, column=name, do="Evaluate it again with an interval.")
        if effect.comparison.rate <= 0:
            raise bad("nobody reoffends without the programme", file=path, column=name, value=effect.comparison.rate)
        draw(effect, None, 1.0, 1, 1, 0)


def check_payers(file: CaseFile, path: Path, appraisal: Appraisal) -> None:
    """Refuse a payer that is spelt almost like another agency: it would be shown as one more agency."""
    known = [*STANDARD, *appraisal.agencies]
    for block, name in file.payers():
        if other := alike(name, known):
            rule = "an agency is spelt almost like another"
            raise bad(rule, file=path, column=f"{block}.agency", value=name, do=f"Did you mean {other!r}?")
        known.append(name)


def check_places(file: CaseFile, path: Path, area: Area | None) -> None:
    """Refuse a place that the area does not have."""
    if area is None or area.file("place") is None:
        return
    known = [row["place_id"] for row in area.query("SELECT place_id FROM place").to_pylist()]
    for name in file.places:
        if name not in known:
            raise bad(
                "the area has no such place", file=path, column="places", value=name, do=did_you_mean(name, known)
            )


def drawn_contracts(file: CaseFile, folder: Path, appraisal: Appraisal, effects: dict[str, Effect]) -> list[Payments]:
    """The payments of each contract, on the effect's own draws where it is linked to one."""
    made = []
    for cost in file.contract:
        effect = effects[cost.programme] if cost.programme else None
        standard = standard_normal(file, cost.programme, effect) if effect is not None else None
        made.append(contract_payments(cost, folder, appraisal, effect, standard, file.draws, file.seed))
    return made


def standard_normal(file: CaseFile, programme: str | None, effect: Effect) -> Floats | None:
    """How many standard errors each draw of an effect is better than the estimate."""
    if effect.se == 0:
        return None
    first = programme == file.programme[0].id
    seed = file.seed if first else file.seed + int(hash_bytes(str(programme).encode())[:8], 16)
    found: Floats = (draw(effect, None, 1.0, 1, file.draws, seed).fewer + effect.estimate) / effect.se
    return found


def spent_on(budget: Budgets, area: Area | None) -> Quantity:
    """Pounds a person: as given, or the mean over people of the area who had any, with Student's interval."""
    if budget.a_person is not None:
        return budget.a_person
    if area is None:
        raise bad("personal budgets need a_person or an area", value=budget.agency, do="Give --area, or a_person.")
    require_sound(area, "spend")
    row = area.query(
        """SELECT count(*) AS people, coalesce(sum(pounds), 0) AS pounds, coalesce(sum(pounds * pounds), 0) AS squares FROM (
            SELECT person_id, CAST(sum(CASE WHEN kind = 'refund' THEN -amount ELSE amount END) AS DOUBLE) AS pounds
            FROM spend GROUP BY person_id)"""
    ).to_pylist()[0]
    people, pounds = row["people"], row["pounds"]
    if people < FEWEST:
        raise bad(
            f"fewer than {FEWEST} people of the area have a personal budget on record",
            file=area.path,
            column="spend",
            value=people,
            do="Give a_person with its range.",
        )
    mean = student_mean(pounds, row["squares"], people)
    return Quantity(
        value=pounds / people,
        low=max(mean.low, 0.0),
        high=mean.high,
        source=f"spend of {people:,} people of {area.info.name}",
    )


def notes(case: Case, area: Area | None) -> list[str]:
    """What must be said beside the figures."""
    said = [area.info.caveat] if area and area.info.caveat else []
    said += [case.appraisal.note] if case.appraisal.note else []
    said += [one.note for one in case.contracts if one.note]
    compared = [e.programme for e in case.effects.values() if e.grade.maryland >= COMPARED]
    if compared and case.file.dead_weight.centre() > 0:
        said.append(
            f"Dead-weight is taken off although {compared[0]} was held against a comparison "
            "group, which takes it out: it may count twice."
        )
    if not measured(case.events) and case.file.reoffences_each is None:
        said.append("Reoffences of a reoffender are not known: each is taken to reoffend once, the least there can be.")
    harmful = [e.programme for e in case.effects.values() if e.verdict != "fewer"]
    said += [f"A difference was not shown for {name}: what is gained may be nothing, or a loss." for name in harmful]
    return said
