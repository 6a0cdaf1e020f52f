"""Saving and reinvestment: what is freed and for whom, what of it is money, and where that money could go."""

from __future__ import annotations

from decimal import Decimal

from resettle.reinvestment.rounds.allocate import Allocation
from resettle.reinvestment.saving import Kind, Saving, Savings, StepReached, Total
from resettle.report.blocks import (
    Bullets,
    Cell,
    Heading,
    Notice,
    Part,
    Pieces,
    Ref,
    Row,
    Section,
    Table,
    Text,
    anchor,
    cells,
    joined,
    row,
)
from resettle.report.charts.flows import projected_chart
from resettle.report.charts.saved import KINDS, allocations_chart, projection_chart, savings_chart, steps_chart
from resettle.report.disclosure import AWAY, shown_effect
from resettle.report.look import station
from resettle.report.sections.drawn import drawing
from resettle.report.trails import Trails
from resettle.report.words import capital, money, moneys, number, percent, plain
from resettle.report.words import good as good_name
from resettle.report.words import place as place_name
from resettle.thread.thread import Thread

MEANING: dict[Kind, str] = {
    "cashable": "Money that can be moved, because a whole step (a wing, a team, a court day) can be closed.",
    "capacity": "What the work avoided costs on average. It frees time and places for other work; no budget gets smaller by it.",
    "social": "What the harm avoided is worth to victims and the economy. No agency can spend it.",
}
FURTHER: Pieces = (
    "Flows, costs, who pays and who gains, cash by month, the rules and votes, and what would change the answer: ",
    Ref("the report of this reinvestment", "reinvestment/report.html"),
    ", and ",
    Ref("one page in plain words", "reinvestment/public.html"),
    ".",
)
"""Where a run that went on to rounds says more."""
SECTORS = {"fiscal": "agencies", "economic": "the economy", "social": "victims and society"}


def saving(thread: Thread, trails: Trails) -> Section:
    """What the programme would free, the three kinds apart, and how near each whole step is."""
    savings = thread.savings
    if not shown_effect(thread.effect):
        return away("saving", 8, "Savings", [f"saving:{s.id}" for s in savings.savings], trails)
    parts: list[Part] = []
    if savings.what_if:
        parts.append(
            Notice(
                (
                    f"What-if: these records are valued at {savings.place} figures. Nothing here was saved in {thread.info.place}.",
                )
            )
        )
    if savings.note:
        parts.append(Text((savings.note,)))
    if thread.macro:
        parts += [drawing(projected_chart(thread.macro.flows), thread), Text((thread.macro.fades,))]
    else:
        parts += [drawing(projection_chart(thread.projection), thread), projection_table(thread)]
    if savings.savings:
        parts += [drawing(savings_chart(savings), thread), totals_table(savings)]
    for kind in KINDS:
        parts += kind_parts(savings, kind, trails)
    if savings.steps:
        parts += [Heading("How near each whole step is"), drawing(steps_chart(savings), thread), steps_table(savings)]
    return Section(station("saving"), 8, saving_finding(savings), parts)


def away(name: str, place: int, caption: str, ids: list[str], trails: Trails) -> Section:
    """A section whose numbers rest on an effect that may not be shown: each result by name, so that links lead to it."""
    rows = [row(capital(trails.labels.get(id, id)), "not shown", id=id) for id in ids]
    parts = [Table(f"{caption}, without their numbers", cells("Result", "Amount"), rows)] if rows else []
    return Section(station(name), place, f"{AWAY}.", parts)


def saving_finding(savings: Savings) -> str:
    """What is cashable; if nothing is, what would make it so."""
    finding = f"{savings.cash_words}."
    if savings.certain_cash == 0:
        finding += f" {what_would(savings)}"
    return f"{finding} (Every amount: {savings.label}.)"


def what_would(savings: Savings) -> str:
    """What would make something cashable."""
    near = [s for s in savings.steps if s.times_needed is not None]
    if not savings.shown:
        return "First a difference would have to be shown; only then can a saving be relied on."
    if not savings.steps:
        return "No whole step has been named that could be closed."
    reached = [s for s in savings.steps if s.free >= s.size]
    if reached:
        best = max(reached, key=lambda s: s.chance)
        asked = percent(savings.certainty, 0)
        return (
            f"{best.label[:1].upper()}{best.label[1:]} ({best.agency}) is free on average, but closed in only "
            f"{percent(best.chance, 0)} of draws, and {asked} is asked for: more people, or a surer effect, would make it cash."
        )
    if not near:
        return "On average nothing is freed that a step could be closed with."
    best = min(near, key=lambda s: s.times_needed or 0)
    return f"Nearest is {best.label} ({best.agency}): it needs {number(best.times_needed, 1)} times as much."


def projection_table(thread: Thread) -> Table:
    """The projection at the end of each year."""
    months = [m for n, m in enumerate(thread.projection.months, start=1) if n % 12 == 0]
    return Table(
        "Fewer people who reoffend and fewer reoffences, in the last month of each year",
        cells("Month", "Fewer people", "95% interval", "Fewer reoffences", "95% interval"),
        [
            row(
                f"{m.month:%B %Y}", number(m.reoffenders, 1), f"{number(m.reoffenders_low, 1)} to {number(m.reoffenders_high, 1)}",
                number(m.reoffences, 1), f"{number(m.reoffences_low, 1)} to {number(m.reoffences_high, 1)}",
            )
            for m in months
        ],
        frozenset({1, 2, 3, 4}),
        f"A number below zero means more, not fewer. The chance that it is more: {percent(thread.projection.chance_of_harm, 0)}.",
    )  # fmt: skip


def totals_table(savings: Savings) -> Table:
    """Each kind and sector over all years. There is no sum over kinds."""
    return Table(
        f"All {savings.years} years together, each kind apart ({savings.label})",
        cells("Kind", "To whom", "Mean", "95% interval", "Chance of more than nothing"),
        [total_row(t, savings.currency) for t in savings.totals],
        frozenset({2, 3, 4}),
        "There is no grand total: the kinds are different things, and adding them would count some of it twice.",
    )


def total_row(total: Total, currency: str) -> Row:
    """One kind and sector."""
    kind = KINDS[total.kind].split(":")[0]
    return row(
        kind,
        SECTORS[total.sector],
        money(total.amount, currency),
        moneys(total.interval, currency),
        percent(total.chance, 0),
    )


def kind_parts(savings: Savings, kind: Kind, trails: Trails) -> list[Part]:
    """One kind of saving: what it means, each saving by year, and its trail."""
    found = [s for s in savings.savings if s.kind == kind]
    parts: list[Part] = [Heading(KINDS[kind].split(":")[0]), Text((MEANING[kind],))]
    if not found:
        none = f"{savings.cash_words}. {what_would(savings)}" if kind == "cashable" else "None was valued."
        return [*parts, Text((none,))]
    years = range(1, savings.years + 1)
    names = dict.fromkeys((s.agency, s.label) for s in found)
    by = {(s.agency, s.label, s.year): s for s in found}
    table = Table(
        f"{KINDS[kind].split(':')[0]} by agency and year, mean and 95% interval ({savings.label})",
        cells("Saving", *(f"Year {y}" for y in years)),
        [
            Row(
                (
                    Cell((capital(f"{a}: {label}"),)),
                    *(saving_cell(by.get((a, label, y)), savings.currency) for y in years),
                )
            )
            for a, label in names
        ],
        frozenset(years),
        certain_note(savings) if kind == "cashable" else "",
    )
    return [*parts, table, *kind_trail([f"saving:{s.id}" for s in found], trails)]


def certain_note(savings: Savings) -> str:
    """What of the cashable money may be offered for reinvestment."""
    return (
        f"Offered for reinvestment is what is reached in {percent(savings.certainty, 0)} of draws: "
        f"{money(savings.certain_cash, savings.currency)} in all, less than the mean."
    )


def saving_cell(saving: Saving | None, currency: str) -> Cell:
    """One saving in one year: the node that links lead to."""
    if saving is None:
        return Cell(("–",))
    return Cell((money(saving.amount, currency),), moneys(saving.interval, currency), anchor(f"saving:{saving.id}"))


def kind_trail(ids: list[str], trails: Trails) -> list[Part]:
    """What the savings of one kind come from, and what each leads to; said once where it is the same for all."""
    origins = {id: joined(trails.causes(id), "; ") for id in ids}
    onward = {id: joined(trails.consequences(id), "; ") for id in ids}
    if len(set(origins.values())) == 1:
        items: list[Pieces] = [("Each of these comes from ", *origins[ids[0]], ".")]
    else:
        items = [(trails.ref(id), " comes from ", *words, ".") for id, words in origins.items()]
    if not any(onward.values()):
        return [Bullets([*items, ("None of these leads further: this is not money that can be moved.",)])]
    return [Bullets([*items, *((trails.ref(id), " leads to ", *words, ".") for id, words in onward.items() if words)])]


def steps_table(savings: Savings) -> Table:
    """How near each step is, and what it would need."""
    return Table(
        "Capacity freed at the end, against each whole step",
        cells("Step", "One whole step", "Freed", "95% interval", "Chance that it closes", "To reach it"),
        [step_row(s) for s in savings.steps],
        frozenset({1, 2, 3, 4}),
    )


def step_row(step: StepReached) -> Row:
    """One step."""
    if step.times_needed is not None:
        needs = f"needs {number(step.times_needed, 1)} times as much"
    else:
        needs = "is reached on average" if step.free >= step.size else "cannot be reached: on average nothing is freed"
    return row(
        capital(f"{step.agency}: {step.label}"), f"{number(step.size)} {step.unit}", number(step.free, 1),
        f"{number(step.low, 1)} to {number(step.high, 1)}", percent(step.chance, 0), needs,
    )  # fmt: skip


def reinvestment(thread: Thread, trails: Trails) -> Section:
    """Where the cashable money could go, by what people say they lack; or why nothing is reinvested."""
    found, savings = thread.allocations, thread.savings
    further: list[Part] = [Text(FURTHER)] if thread.macro else []
    if not shown_effect(thread.effect):
        ids = [f"allocation:{a.id}" for a in found.allocations]
        return away("reinvestment", 9, "Reinvestment", ids, trails)
    if not found.allocations:
        reason = f"Nothing is reinvested. {found.why}"
        return Section(
            station("reinvestment"),
            9,
            reason if reason.endswith(".") else f"{reason}.",
            (Text((what_would(savings),)), *further),
        )
    places = len({a.place for a in found.allocations})
    goods = len({a.good for a in found.allocations})
    finding = (
        f"{money(found.total, found.currency)} could be reinvested over {savings.years} years, "
        f"for {goods} kinds of need in {places} places, {found.rule} ({found.label})."
    )
    parts: list[Part] = [
        drawing(allocations_chart(found), thread),
        *allocation_parts(found.allocations, found.currency, trails),
        *further,
    ]
    if found.left:
        parts.append(Text((f"Left over: {money(found.left, found.currency, pence=True)}.",)))
    return Section(station("reinvestment"), 9, finding, parts)


def allocation_parts(allocations: tuple[Allocation, ...], currency: str, trails: Trails) -> list[Part]:
    """Each allocation as a cell: its row leads to the need, its column comes from the savings of a year."""
    rounds = sorted({a.round for a in allocations})
    lines = sorted({(a.good, a.place or "unknown", a.service) for a in allocations})
    by = {(a.good, a.place or "unknown", a.service, a.round): a for a in allocations}
    sources: list[Pieces] = []
    for n in rounds:
        first = next(a for a in allocations if a.round == n)
        total = sum((a.pounds for a in allocations if a.round == n), Decimal("0.00"))
        sources.append(
            (
                f"Round {n}: {money(total, currency, pence=True)} comes from ",
                *joined(trails.causes(f"allocation:{first.id}"), "; "),
            )
        )
    table = Table(
        "Where the money could go: each amount leads to the need in its row",
        cells("Need", "It could use", *(f"Round {n}" for n in rounds)),
        [allocation_row(line, [by.get((*line, n)) for n in rounds], currency, trails) for line in lines],
        frozenset(range(2, 2 + len(rounds))),
        "Only needs that may be published take part, so that no amount gives a small group away.",
    )
    return [Bullets(sources), table]


def allocation_row(line: tuple[str, str, str], found: list[Allocation | None], currency: str, trails: Trails) -> Row:
    """One place and good over the rounds."""
    good, place, service = line
    need, uses = f"need:{place}/{good}", f"service:{service}"
    name = capital(f"{good_name(good)}, {place_name(place)}")
    first = trails.ref(need, name) if need in trails.labels else name
    use = trails.ref(uses) if uses in trails.labels else plain(service).replace("-", " ")
    amounts = [
        Cell((money(a.pounds, currency, pence=True),), id=anchor(f"allocation:{a.id}")) if a else Cell(("–",))
        for a in found
    ]
    return Row((Cell((first,)), Cell((use,)), *amounts))
