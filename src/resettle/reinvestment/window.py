"""What must be said of a window of months before the extract of an area."""

from __future__ import annotations

from resettle.area import Area


def caveat_of(area: Area, months: int, before: int = 0) -> str:
    """What must be said beside figures of the last months before the extract (ending `before` months earlier).

    An area holds the people of its period. Where half of the window or more lies after that, people who came later are missing
    from it, and a year looks cheaper than it was.
    """
    end, last = area.info.extract_date, area.info.period_end
    after = min((end.year - last.year) * 12 + end.month - last.month - before, months)
    if 2 * after < months:
        return area.info.caveat
    thin = (
        f"Of these {months} months {after} lie after {last:%B %Y}, the end of the period whose people the area holds: offences of "
        "people who came later are not in them, so that a year is understated. Take a longer window."
    )
    return f"{area.info.caveat} {thin}".strip()
