"""Whether the blocks of a scenario fit together: names, destinations, places, dates and services."""

from __future__ import annotations

from typing import get_args

from resettle.errors import did_you_mean
from resettle.reinvestment.flows.names import DECISIONS, GROUPS, State
from resettle.reinvestment.flows.scenario import TOLERANCE, Scenario, months_between


def once(what: str, names: list[str]) -> None:
    """Refuse a name that is there twice."""
    twice = [n for n in dict.fromkeys(names) if names.count(n) > 1]
    if twice:
        raise ValueError(f"two {what} have the same name: {twice[0]}")


def check_names(scenario: Scenario) -> None:
    """Every block has a name of its own."""
    once("states", [s.name for s in scenario.state])
    once("decisions", [d.name for d in scenario.decision])
    once("places", [p.name for p in scenario.places])
    once("groups", [g.name for g in scenario.group])
    once("services", [s.name for s in scenario.service])
    once("levers", [one.name for one in scenario.lever])
    once("drifts", [one.name for one in scenario.drift])


def check_destinations(scenario: Scenario) -> None:
    """Everything that people are sent to is declared."""
    held = scenario.destinations()
    sent = {to for targets in held.values() for to in targets} | {i.to for i in scenario.inflow}
    for to in sorted(sent - set(held)):
        kind = "decision" if to in DECISIONS else "state"
        raise ValueError(f"people are sent to {to}, which has no [[{kind}]] block")


def check_decisions(scenario: Scenario) -> None:
    """Decisions lead to a state in the end: nobody goes round within a month."""
    held = scenario.destinations()
    done: set[str] = set(get_args(State))
    waiting = {d.name for d in scenario.decision}
    while ready := {d for d in waiting if set(held[d]) <= done}:
        done |= ready
        waiting -= ready
    if waiting:
        raise ValueError(f"decisions go round in a circle: {', '.join(sorted(waiting))}")


def check_places(scenario: Scenario) -> None:
    """Shares of places and groups add up to 1, no place is empty, and levers name known places, unless an area brings them."""
    for what, blocks in (("places", scenario.places), ("groups", scenario.group)):
        total = sum(b.share for b in blocks)
        if blocks and abs(total - 1) > TOLERANCE:
            raise ValueError(f"the shares of {what} must add up to 1; they add up to {total:.6g}")
    empty = [p.name for p in scenario.places if p.share == 0]
    if empty:
        raise ValueError(f"a place has no people: {empty[0]}. Take it out, or give it a share")
    if scenario.places:
        check_lever_places(scenario, [p.name for p in scenario.places])


def check_lever_places(scenario: Scenario, known: list[str]) -> None:
    """Levers name known places: those of the file, or those of the area that is read with it."""
    for lever in scenario.lever:
        for name in lever.places:
            if name not in known:
                do = did_you_mean(name, known) if known else "It has no [[places]]; give an area, or add them."
                raise ValueError(f"lever {lever.name} names a place that the scenario does not have: {name}. {do}")


def check_dates(scenario: Scenario) -> None:
    """Levers start within the months that are projected, on the first of a month; so does the scenario."""
    dates = [("the scenario", scenario.start)]
    dates += [(f"lever {one.name}", d) for one in scenario.lever for d in (one.start, one.until) if d]
    for what, day in dates:
        if day.day != 1:
            raise ValueError(f"{what} has a date that is not the first of a month: {day}")
    for one in scenario.lever:
        number = months_between(scenario.start, one.start)
        if not 0 <= number < scenario.months:
            raise ValueError(f"lever {one.name} starts on {one.start}, outside the months that are projected")
    for target in scenario.target:
        number = months_between(scenario.start, target.at)
        if not (2 if target.quarter else 0) <= number < scenario.months:
            raise ValueError(f"target {target.name} is of {target.at}, outside the months that are projected")


def check_services(scenario: Scenario) -> None:
    """Levers name services that are there; services act in states that have an event for them; levers name states that
    are there.
    """
    known = [s.name for s in scenario.service]
    states = {s.name: s for s in scenario.state}
    for service in scenario.service:
        for at in service.at:
            if at not in states or not any(e.cause in service.acts_on for e in states[at].event):
                raise ValueError(
                    f"service {service.name} is given at {at}, where the scenario has no event that it acts on"
                )
    for lever in scenario.lever:
        name = getattr(lever, "service", None)
        if name is not None and name not in known:
            do = did_you_mean(name, known) if known else "It has no [[service]]."
            raise ValueError(f"lever {lever.name} names a service that the scenario does not have: {name}. {do}")


def check_drifts(scenario: Scenario) -> None:
    """Drifts are of stays that the scenario has, from the first of a month that is projected."""
    staying = [s.name for s in scenario.state if s.stay]
    for drift in scenario.drift:
        for name in drift.states:
            if name not in staying:
                raise ValueError(f"drift {drift.name} is of {name}, where the scenario has no stay")
        if drift.start.day != 1 or not 0 <= months_between(scenario.start, drift.start) < scenario.months:
            raise ValueError(f"drift {drift.name} must start on the first of a month that is projected: {drift.start}")


def check_targets(scenario: Scenario) -> None:
    """Targets are of stocks and flows that the scenario has."""
    held = {*scenario.destinations()}
    known = {*held, *(g.name for g in GROUPS if held & set(g.parts))}
    for target in scenario.target:
        if target.name not in known:
            raise ValueError(f"no such state or flow for a target: {target.name}. {did_you_mean(target.name, known)}")


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
