"""Whether the blocks of a scenario fit together: names, destinations, places, dates and services."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import get_args

from resettle.document import Misfit
from resettle.errors import did_you_mean
from resettle.reinvestment.flows.names import DECISIONS, GROUPS, State
from resettle.reinvestment.flows.scenario import TOLERANCE, Scenario, months_between


def once(what: str, key: str, names: list[str]) -> None:
    """Refuse a name that is there twice."""
    for number, name in enumerate(names):
        if name in names[:number]:
            raise Misfit(f"two {what} have the same name", key, number, "name", value=name, do="Rename one of them.")


def check_names(scenario: Scenario) -> None:
    """Every block has a name of its own."""
    once("states", "state", [s.name for s in scenario.state])
    once("decisions", "decision", [d.name for d in scenario.decision])
    once("places", "places", [p.name for p in scenario.places])
    once("groups", "group", [g.name for g in scenario.group])
    once("services", "service", [s.name for s in scenario.service])
    once("levers", "lever", [one.name for one in scenario.lever])
    once("drifts", "drift", [one.name for one in scenario.drift])


def check_destinations(scenario: Scenario) -> None:
    """Everything that people are sent to is declared."""
    held = scenario.destinations()
    for where, to in sent(scenario):
        if to not in held:
            kind = "decision" if to in DECISIONS else "state"
            do = f"Add a [[{kind}]] named {to}, or send them elsewhere."
            raise Misfit(f"people are sent to {to}, which has no [[{kind}]] block", *where, value=to, do=do)


def sent(scenario: Scenario) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Where the file says it, and to whom people are sent."""
    for n, state in enumerate(scenario.state):
        yield from ((("state", n, "ends"), to) for to in state.ends)
        yield from ((("state", n, "event", m, "to"), event.to) for m, event in enumerate(state.event))
    for n, decision in enumerate(scenario.decision):
        yield from ((("decision", n, "to"), to) for to in decision.to)
    yield from ((("inflow", n, "to"), inflow.to) for n, inflow in enumerate(scenario.inflow))


def check_decisions(scenario: Scenario) -> None:
    """Decisions lead to a state in the end: nobody goes round within a month."""
    held = scenario.destinations()
    done: set[str] = set(get_args(State))
    waiting = {d.name for d in scenario.decision}
    while ready := {d for d in waiting if set(held[d]) <= done}:
        done |= ready
        waiting -= ready
    if waiting:
        first = next(n for n, d in enumerate(scenario.decision) if d.name in waiting)
        names, do = ", ".join(sorted(waiting)), "Let one of them lead to a state."
        raise Misfit(f"decisions go round in a circle: {names}", "decision", first, "to", do=do)


def check_places(scenario: Scenario) -> None:
    """Shares of places and groups add up to 1, no place is empty, and levers name known places, unless an area brings them."""
    for what, key, blocks in (("places", "places", scenario.places), ("groups", "group", scenario.group)):
        total = sum(b.share for b in blocks)
        if blocks and abs(total - 1) > TOLERANCE:
            rule = f"the shares of {what} must add up to 1; they add up to {total:.6g}"
            raise Misfit(rule, key, 0, "share", value=blocks[0].share)
    for n, place in enumerate(scenario.places):
        if place.share == 0:
            do = "Take it out, or give it a share."
            raise Misfit("a place has no people", "places", n, "share", value=place.name, do=do)
    if scenario.places:
        check_lever_places(scenario, [p.name for p in scenario.places])


def check_lever_places(scenario: Scenario, known: list[str]) -> None:
    """Levers name known places: those of the file, or those of the area that is read with it."""
    for n, lever in enumerate(scenario.lever):
        for name in lever.places:
            if name not in known:
                do = did_you_mean(name, known) if known else "It has no [[places]]; give an area, or add them."
                rule = f"lever {lever.name} names a place that the scenario does not have"
                raise Misfit(rule, "lever", n, "places", value=name, do=do)


def check_dates(scenario: Scenario) -> None:
    """Levers start within the months that are projected, on the first of a month; so does the scenario."""
    dates: list[tuple[str, date, tuple[str | int, ...]]] = [("the scenario", scenario.start, ("start",))]
    for n, one in enumerate(scenario.lever):
        dates.append((f"lever {one.name}", one.start, ("lever", n, "start")))
        dates += [(f"lever {one.name}", one.until, ("lever", n, "until"))] if one.until else []
    for what, day, where in dates:
        if day.day != 1:
            rule, do = f"{what} has a date that is not the first of a month", f"Write {day.replace(day=1)}."
            raise Misfit(rule, *where, value=day, do=do)
    for n, one in enumerate(scenario.lever):
        outside(scenario, f"lever {one.name} starts", one.start, 0, "lever", n, "start")
    for n, target in enumerate(scenario.target):
        outside(scenario, f"target {target.name} is", target.at, 2 if target.quarter else 0, "target", n, "at")


def outside(scenario: Scenario, what: str, day: date, least: int, *where: str | int) -> None:
    """Refuse a day outside the months that are projected, or before the first `least` of them are over."""
    if not least <= months_between(scenario.start, day) < scenario.months:
        do = f"{scenario.months} months are projected from {scenario.start}: choose another, or project more months."
        raise Misfit(f"{what} outside the months that are projected", *where, value=day, do=do)


def check_services(scenario: Scenario) -> None:
    """Levers name services that are there; services act in states that have an event for them; levers name states that
    are there.
    """
    known = [s.name for s in scenario.service]
    states = {s.name: s for s in scenario.state}
    for n, service in enumerate(scenario.service):
        for at in service.at:
            if at not in states or not any(e.cause in service.acts_on for e in states[at].event):
                rule = f"service {service.name} is given at {at}, where the scenario has no event that it acts on"
                raise Misfit(rule, "service", n, "at", value=at, do="Give it in a state with such an [[state.event]].")
    for n, lever in enumerate(scenario.lever):
        name = getattr(lever, "service", None)
        if name is not None and name not in known:
            do = did_you_mean(name, known) if known else "It has no [[service]]."
            rule = f"lever {lever.name} names a service that the scenario does not have"
            raise Misfit(rule, "lever", n, "service", value=name, do=do)


def check_drifts(scenario: Scenario) -> None:
    """Drifts are of stays that the scenario has, from the first of a month that is projected."""
    staying = [s.name for s in scenario.state if s.stay]
    for n, drift in enumerate(scenario.drift):
        for name in drift.states:
            if name not in staying:
                do = did_you_mean(name, staying) if staying else "No state of this scenario has a stay."
                rule = f"drift {drift.name} is of {name}, where the scenario has no stay"
                raise Misfit(rule, "drift", n, "states", value=name, do=do)
        if drift.start.day != 1 or not 0 <= months_between(scenario.start, drift.start) < scenario.months:
            rule = f"drift {drift.name} must start on the first of a month that is projected"
            raise Misfit(rule, "drift", n, "start", value=drift.start)


def check_targets(scenario: Scenario) -> None:
    """Targets are of stocks and flows that the scenario has."""
    held = {*scenario.destinations()}
    known = {*held, *(g.name for g in GROUPS if held & set(g.parts))}
    for n, target in enumerate(scenario.target):
        if target.name not in known:
            do = did_you_mean(target.name, known)
            raise Misfit("no such state or flow for a target", "target", n, "name", value=target.name, do=do)


CHECKS = (
    check_names,
    check_destinations,
    check_decisions,
    check_places,
    check_dates,
    check_services,
    check_drifts,
    check_targets,
)
