"""Which numbers of need may be published: each good is one table of places, protected as a whole with its totals."""

from __future__ import annotations

from functools import lru_cache

from resettle.evidence.disclosure import FEWEST_FOR_RATE, TOTAL, Counts, Hidden, Key, Protected, protect
from resettle.evidence.intervals import wilson
from resettle.goodlives.need import Need


@lru_cache(maxsize=64)
def publish(needs: tuple[Need, ...]) -> tuple[tuple[Need, ...], tuple[Need, ...], tuple[Hidden, ...]]:
    """Needs as they may be published, their totals by good over all places, and the log of what was left out.

    A good of which some number is withheld already, or whose numbers do not add up, has no total, and each of its places
    stands alone.
    """
    found = dict.fromkeys(needs)
    made: dict[Need, Need] = {}
    totals: list[Need] = []
    log: list[Hidden] = []
    for good in dict.fromkeys(n.good for n in found):
        places = [n for n in found if n.good == good]
        if not all(adds_up(n) for n in places):
            made |= {n: n.suppressed() for n in places}
            continue
        protected = protect(table(places))
        made |= {n: shown(n, (n.place,), protected) for n in places}
        totals.append(total(good, protected))
        log += [h.model_copy(update={"cell": f"{good}, {h.cell}"}) for h in protected.log]
    return tuple(made[n] for n in needs), tuple(totals), tuple(log)


def adds_up(n: Need) -> bool:
    """Whether a need has all its numbers, and each is what its parts make."""
    if n.people is None or n.lacking is None or n.met is None or n.unmet is None:
        return False
    return n.people >= n.lacking == n.met + n.unmet and min(n.met, n.unmet) >= 0


def table(places: list[Need]) -> Counts:
    """One good: people asked are those who lack it and the rest; those who lack it are reached or not; all by place."""
    values: dict[Key, int] = {}
    sums: list[tuple[Key, tuple[Key, ...]]] = []
    for n in places:
        people, lacking, met = n.people or 0, n.lacking or 0, n.met or 0
        row = {"people": people, "lacking": lacking, "rest": people - lacking, "met": met, "unmet": lacking - met}
        values |= {(n.place, name): number for name, number in row.items()}
    for name in ("people", "lacking", "rest", "met", "unmet"):
        parts = tuple((n.place, name) for n in places)
        values[TOTAL, name] = sum(values[p] for p in parts)
        sums.append(((TOTAL, name), parts))
    for place in [*(n.place for n in places), TOTAL]:
        sums.append(((place, "people"), ((place, "lacking"), (place, "rest"))))
        sums.append(((place, "lacking"), ((place, "met"), (place, "unmet"))))
    return Counts(values, tuple(sums))


def shown(need: Need, at: tuple[str | None], protected: Protected) -> Need:
    """A need with the numbers that may be shown, and what rests on them.

    Means and intervals stand only beside the counts they are of; the share only where enough people were asked.
    """
    counts = {name: protected.value((*at, name)) for name in ("people", "lacking", "rest", "met", "unmet")}
    split = counts["met"] is not None and counts["unmet"] is not None
    share = counts["people"] is not None and counts["lacking"] is not None
    return need.model_copy(
        update={
            "people": counts["people"],
            "lacking": counts["lacking"] if counts["rest"] is not None else None,
            "met": counts["met"],
            "unmet": counts["unmet"],
            "gap": need.gap if counts["lacking"] is not None else None,
            "contacts": need.contacts if split else None,
            "pounds": need.pounds if split else None,
            "interval": need.interval if share and (need.people or 0) >= FEWEST_FOR_RATE else None,
        }
    )


def total(good: str, protected: Protected) -> Need:
    """One good over all places."""
    values = protected.counts.values
    people, lacking = values[TOTAL, "people"], values[TOTAL, "lacking"]
    whole = Need(
        place=None,
        good=good,
        people=people,
        lacking=lacking,
        gap=None,
        met=values[TOTAL, "met"],
        unmet=values[TOTAL, "unmet"],
        interval=wilson(lacking, people),
    )
    return shown(whole, (TOTAL,), protected)
