"""Levers in words: what each changes, for whom, and from when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from resettle.reinvestment.flows.effects import LogRatio
from resettle.reinvestment.flows.names import LABELS
from resettle.reinvestment.flows.quantity import Quantity
from resettle.reinvestment.flows.scenario import Drift


def amount(given: Quantity, unit: float = 1.0, after: str = "") -> str:
    """A number with its range."""
    centre = f"{given.centre() * unit:.3g}{after}"
    if given.low is None or given.high is None:
        return centre
    return f"{centre} ({given.low * unit:.3g} to {given.high * unit:.3g})"


def states(names: tuple[str, ...]) -> str:
    """States in words; a run of custody bands as such."""
    if len(names) > 3 and all(n.startswith("custody_") for n in names):
        return "all sentences" if len(names) == 6 else f"{len(names)} bands of sentences"
    return ", ".join(LABELS[n] for n in names)


def release_words(lever: Any) -> str:
    """A changed release point in words."""
    reach = "also for people already inside" if lever.people == "everyone" else "for people who arrive after it"
    share = amount(lever.eligible, 100, "%")
    if lever.days is not None:
        return f"release {amount(lever.days)} days earlier for {share} of {states(lever.states)}, {reach}"
    before, after = f"{100 * lever.before:.3g}%", amount(lever.after, 100, "%")
    return f"release after {after} instead of {before} of the sentence for {share} of {states(lever.states)}, {reach}"


WORDS: dict[str, str] = {
    "charging": "share of offences that end in a charge times {factor}",
    "remand_use": "share of people charged held on remand times {factor}",
    "recall_rate": "monthly chance of recall times {factor}",
    "continuity": "take-up of {service} times {factor} by the same worker through the gate",
}


def plain_words(lever: Any) -> str:
    """What a lever does, before its dates and places."""
    if lever.kind in WORDS:
        parts = {n: getattr(lever, n) for n in ("factor", "service") if hasattr(lever, n)}
        return WORDS[lever.kind].format(**{n: amount(v) if isinstance(v, Quantity) else v for n, v in parts.items()})
    if lever.kind == "release_point":
        return release_words(lever)
    if lever.kind == "out_of_court":
        return f"{amount(lever.share, 100, '%')} of offences that come to notice end out of court"
    if lever.kind == "community_mix":
        return f"{LABELS[lever.to]} for {amount(lever.share, 100, '%')} of people otherwise in {LABELS[lever.band]}"
    if lever.kind == "service_coverage":
        return f"{lever.service} reaches {amount(lever.coverage, 100, '%')}"
    if lever.kind == "service_capacity":
        wait = f", with at most {lever.wait_months} months of waiting" if lever.wait_months else ""
        return f"{lever.service} has {lever.capacity:g} places{wait}"
    return f"time {states(lever.states)} times {amount(lever.factor)}, for people who arrive after it"


def lever_words(lever: Any, effects: Mapping[str, LogRatio]) -> str:
    """A lever in words, with its places and dates, and the evidence of its service."""
    where = f" in {', '.join(lever.places)}" if lever.places else ""
    until = f" until {lever.until:%B %Y}" if lever.until else ""
    months = f"{lever.phased_over} month{'' if lever.phased_over == 1 else 's'}"
    phased = f", phased in over {months}" if lever.phased_over else ""
    service = getattr(lever, "service", None)
    evidence = f". Evidence: {effects[service].words}" if service and lever.kind == "service_coverage" else ""
    return f"{plain_words(lever)}{where} from {lever.start:%B %Y}{until}{phased}{evidence}"


def drift_words(drift: Drift) -> str:
    """A drift as a sentence."""
    size = amount(drift.quarter, 100, "%")
    source = f" ({drift.quarter.source})" if drift.quarter.source else ""
    return (
        f"{drift.name}: stays wander from quarter to quarter from {drift.start:%B %Y}, by {size} a quarter{source}; "
        "the walk is the same with and without the policies."
    )
