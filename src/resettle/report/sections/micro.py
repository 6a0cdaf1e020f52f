"""Person, plan and service: who they were, what they lack, what was done."""

from __future__ import annotations

from resettle.goodlives.need import FEWEST, Need
from resettle.report.blocks import Cell, Facts, Part, Pieces, Ref, Row, Section, Table, Text, cells, joined, row
from resettle.report.charts.lacked import lacks, needs_chart
from resettle.report.disclosure import FEW, people
from resettle.report.look import station
from resettle.report.sections.drawn import drawing
from resettle.report.trails import PEOPLE_PAGES, Trails
from resettle.report.words import capital, day, good, number, percent, percents, place, prompt
from resettle.thread.thread import Thread

SMALL = f"Counts of {FEW} people, and counts that would give one away, are left out. A dash stands in their place."


def person(thread: Thread, trails: Trails) -> Section:
    """Who the people were, and what kind of records these are."""
    info = thread.info
    facts = Facts(
        (
            ("Place", (info.place,)),
            ("Period", (f"{day(info.period_start)} to {day(info.period_end)}",)),
            ("Data taken on", (day(info.extract_date),)),
            ("Source", (info.source,)),
            ("Licence", (info.licence,)),
        )
    )
    single = Text(
        (
            "Nobody is shown singly on this page. Whoever may see single records finds them, by pseudonym, on the ",
            Ref("pages of single records", PEOPLE_PAGES),
            ", which are not for publication.",
        )
    )
    return Section(station("person"), 1, f"{capital(people(thread.people))} people, {info.place}.", (facts, single))


def plan(thread: Thread, trails: Trails) -> Section:
    """What people want and say they lack."""
    plans = f"{capital(people(thread.plans))} plans." if thread.plans else "No plans are on record here."
    if not thread.needs.known:
        unknown = "Nobody was asked what they lack, so need is not known. That is not the same as no need."
        return Section(station("plan"), 2, f"{plans} {unknown}", ())
    found, parts = lacks(thread.needs), needs_tables(thread, trails)
    if not found:
        return Section(station("plan"), 2, f"{plans} No group is large enough for need to be shown.", parts)
    most = found[0]
    finding = (
        f"{plans} What most people lack is “{good(most.good)}”: {most.lacking:,} of {most.people:,} people who were asked "
        f"({percent(most.lacking / most.people)}, 95% interval {percents(most.interval)})."
    )
    return Section(station("plan"), 2, finding, (drawing(needs_chart(thread.needs), thread), *parts))


def needs_tables(thread: Thread, trails: Trails) -> list[Part]:
    """Need by good, and by place and good: each row is a need that links may lead to."""
    goods = Table(
        "What people say they lack, over all places",
        cells("Good", "Asked", "Lack it", "Share", "95% interval", "Not reached"),
        [
            row(
                Cell((capital(good(n.good)),), prompt(n.good)),
                f"{n.people:,}",
                f"{n.lacking:,}",
                percent(n.lacking / n.people),
                percents(n.interval),
                number(n.unmet, 0),
            )
            for n in lacks(thread.needs)
        ],
        frozenset({1, 2, 3, 4, 5}),
        "“Not reached” counts people who lack the good and for whom no contact, money or achieved goal is on record. "
        "A dash stands where the number of any place is left out.",
    )
    places = Table(
        "Need by place and good",
        cells("Need", "Asked", "Lack it", "95% interval", "Reached", "Not reached", "Comes from"),
        [need_row(n, trails) for n in thread.needs.published().needs],
        frozenset({1, 2, 3, 4, 5}),
        SMALL,
    )
    return [goods, places]


def need_id(need: Need) -> str:
    """The node of a need."""
    return f"need:{need.place or 'unknown'}/{need.good}"


def need_row(need: Need, trails: Trails) -> Row:
    """One place and good, and what leads to it. How many say so is not said again where it may not be."""
    id = need_id(need)
    name = capital(f"{good(need.good)}, {place(need.place)}")
    counts = [number(n, 0) for n in (need.people, need.lacking)]
    reached = [number(n, 0) for n in (need.met, need.unmet)]
    origin = Cell(joined(need_origin(need, id, trails), "; "))
    return row(name, *counts, percents(need.interval), *reached, origin, id=id)


def need_origin(need: Need, id: str, trails: Trails) -> list[Pieces]:
    """The people who said so, where they may be counted, and the rounds of money that could go to it."""
    made: list[Pieces] = []
    for near in trails.before.get(id, ()):
        if near.kind == "allocation":
            made.append(("money could come in ", *joined((trails.ref(i, f"round {n}"),) for i, n in rounds(near.ids))))
        elif (need.lacking or 0) >= FEWEST:
            made.append(trails.words(near))
    return made


def rounds(ids: tuple[str, ...]) -> list[tuple[str, str]]:
    """Allocations with the number of their round (`allocation:round-2-bolton-work`)."""
    return [(i, i.split("-")[1]) for i in ids]


def service(thread: Thread, trails: Trails) -> Section:
    """What was done: the services of the area, those of the contract first."""
    own = [i for s in thread.services if (i := f"service:{s}") in trails.labels]
    others = [i for i in trails.ids("service") if i not in own]
    took_part = " ".join(
        f"{thread.services[i.split(':', 1)[1]]}: {people(trails.behind.get(i, 0))} people took part." for i in own
    )
    table = Table(
        "Services of the area; those that the contract pays for come first",
        cells("Service", "People who took part", "Comes from", "Leads to"),
        [service_row(i, trails) for i in [*own, *others]],
        frozenset({1}),
    )
    return Section(station("service"), 3, took_part, (table,))


def service_row(id: str, trails: Trails) -> Row:
    """One service, who took part, and its trail."""
    leads = trails.consequences(id) or [("nothing in this thread: the contract does not pay for it",)]
    took_part = people(trails.behind.get(id, 0))
    origin, onward = (Cell(joined(side, "; ")) for side in (trails.causes(id), leads))
    return row(trails.sentences[id].removesuffix("."), took_part, origin, onward, id=id)
