"""Which rows of the seven tables are printed: the rules of the Justice Data Lab (its public report code, `variables.R` and
`tables.R`), and the rule for small groups of people.
"""

from __future__ import annotations

from resettle.evidence.diagnostics.findings import Compared

FEWEST_EVENTS = 10
"""A row is printed if the treated have at least ten people with the outcome, or ten events (n times p)."""

FEWEST_REOFFENDERS = 30
"""The time to the first reoffence is printed for at least thirty treated reoffenders."""

LOW_NUMBERS = "too few treated reoffenders: at least 30 are needed"
FEW_EVENTS = "fewer than ten of the treated had it, or fewer than ten events"
FEW_ON_A_SIDE = "it would show fewer than ten people"
FEW_PEOPLE = "a group has fewer people than a rate needs"


def why_hidden(one: Compared, people_behind: tuple[int, int], threshold: int, rates_need: int) -> str:
    """Why an outcome is not printed; nothing where it is.

    `people_behind` are the people with the outcome on either side (for events, those who had any).
    """
    sides = one.treated, one.comparison
    if any((side.n or 0) < rates_need for side in sides):
        return LOW_NUMBERS if one.unit == "days" else FEW_PEOPLE
    if one.unit == "days":
        return LOW_NUMBERS if (one.treated.n or 0) < FEWEST_REOFFENDERS else ""
    if (one.treated.count or 0) < FEWEST_EVENTS or people_behind[0] < FEWEST_EVENTS:
        return FEW_EVENTS
    for side, behind in zip(sides, people_behind, strict=True):
        rest = (side.n or 0) - behind
        if 0 < behind < threshold or (one.unit == "share" and 0 < rest < threshold):
            return FEW_ON_A_SIDE
    return ""


def significant(one: Compared, reoffenders: int) -> bool:
    """Whether a row counts as a significant difference: p of 0.05 or less, printed, and thirty treated reoffenders."""
    return one.shown and not one.hidden and reoffenders >= FEWEST_REOFFENDERS
