"""`needs`: unmet need by good and place, from what people say they lack, safe to publish."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from resettle.area import Area
from resettle.area.sound import require_sound
from resettle.errors import bad
from resettle.evidence.disclosure import FEWEST as FEWEST
from resettle.evidence.disclosure import Hidden
from resettle.goodlives.gaps import LACKING, need_steps
from resettle.result import Interval, Record, Result


class Need(Record):
    """How many people in one place lack one good, and for how many something was done.

    `people` rated the good; `lacking` have a gap (importance minus attainment) of at least the stated points; `met` of
    them have a goal for it with a contact kept, money spent or the goal achieved; `unmet` the rest. `interval` is of
    the share lacking. Counts are None where they, or what could be worked out from them, would show fewer than ten
    people.
    """

    place: str | None
    good: str
    people: int | None
    lacking: int | None
    gap: float | None
    met: int | None
    unmet: int | None
    contacts: int | None = None
    pounds: Decimal | None = None
    interval: Interval | None = None

    @property
    def shown(self) -> bool:
        """Whether the group is large enough to be shown."""
        return self.people is not None

    def suppressed(self) -> Need:
        """The same need as it may be published by itself: counts of fewer than ten people, or that give one away, are left
        out.

        Needs of several places are published together (`Needs.published`), because totals give small places away.
        """
        numbers = (self.people, self.lacking, self.met, self.unmet)
        rest = (self.people or 0) - (self.lacking or 0)
        if all(n is not None and (n == 0 or n >= FEWEST) for n in (*numbers, rest)) and (self.people or 0) > 0:
            return self
        if (
            self.people is not None
            and self.lacking is not None
            and self.people >= FEWEST <= self.lacking
            and (rest == 0 or rest >= FEWEST)
        ):
            return self.model_copy(update={"met": None, "unmet": None, "contacts": None, "pounds": None})
        return Need(place=self.place, good=self.good, people=None, lacking=None, gap=None, met=None, unmet=None)


class Needs(Result):
    """Need by good and place in one area.

    Needs that may be published have the totals by good over all places in `totals`, and in `hidden` what was left out
    and why.
    """

    area: str
    caveat: str
    lacking_points: int
    needs: tuple[Need, ...]
    totals: tuple[Need, ...] = ()
    hidden: tuple[Hidden, ...] = ()

    @property
    def known(self) -> bool:
        """Whether anybody rated any good: without ratings, need is not known (which is not the same as none)."""
        return bool(self.needs)

    @property
    def sentence(self) -> str:
        """Which good most people lack, and how many of them nothing was done for."""
        if not self.known:
            return f"{self.area}: nobody was asked what they lack, so need is not known."
        known = {good: t for good, t in self.by_good().items() if t[1] is not None and t[2] is not None}
        if not known:
            return f"{self.area}: the groups are too small for need to be shown."
        good, (people, lacking, unmet) = max(known.items(), key=lambda item: (item[1][2] or 0, item[0]))
        return (
            f"{self.area}: unmet need is largest for {good.replace('_', ' ')}: {lacking:,} of {people:,} people who were asked "
            f"lack it, and nothing has reached {unmet:,} of them."
        )

    def by_good(self) -> dict[str, tuple[int, int | None, int | None]]:
        """People asked, lacking and unmet by good, over all places; None where a number is withheld.

        A good of which not even the people asked may be shown is left out.
        """
        if self.totals:
            return {t.good: (t.people, t.lacking, t.unmet) for t in self.totals if t.people is not None}
        totals: dict[str, tuple[int, int | None, int | None]] = {}
        for need in self.needs:
            people, lacking, unmet = totals.get(need.good, (0, 0, 0))
            totals[need.good] = (people + (need.people or 0), plus(lacking, need.lacking), plus(unmet, need.unmet))
        return totals

    def published(self) -> Needs:
        """The same without counts of fewer than ten people, and without those that would give one away.

        Each good is protected as one table with its totals: people asked, who of them lack it, and whom help has reached,
        by place.
        """
        if self.totals:
            return self
        from resettle.goodlives.small_needs import publish

        shown, totals, hidden = publish(self.needs)
        return self.model_copy(update={"needs": shown, "totals": totals, "hidden": hidden})

    def rows(self) -> list[dict[str, Any]]:
        """One row for each good and place."""
        return [
            {
                **n.model_dump(exclude={"interval"}),
                "low": n.interval and n.interval.low,
                "high": n.interval and n.interval.high,
            }
            for n in self.needs
        ]


def plus(total: int | None, number: int | None) -> int | None:
    """A sum that is not known once a part of it is not."""
    return None if total is None or number is None else total + number


def needs(area: Area, lacking: int = LACKING) -> Needs:
    """Need by good and place in an area, from each person's own latest ratings.

    `lacking` is the gap in points (1 to 10) from which a person counts as lacking a good. The intervals are Wilson's,
    of the share of the people asked who lack it.
    """
    from resettle.evidence.intervals import wilson

    if not 1 <= lacking <= 10:
        raise bad("the gap that counts as lacking must be 1 to 10", value=lacking)
    require_sound(area, also=("goods_rating", "person", "goal", "delivery", "spend"))
    found = [
        Need(
            place=row["place_id"],
            good=row["good"],
            people=row["people"],
            lacking=row["lacking"],
            gap=row["mean_gap"],
            met=row["met"],
            unmet=row["lacking"] - row["met"],
            contacts=row["contacts"],
            pounds=Decimal(str(row["pounds"])),
            interval=wilson(row["lacking"], row["people"]),
        )
        for row in area.run(need_steps(lacking)).to_pylist()
    ]
    return Needs(
        area=area.info.name,
        caveat=area.info.caveat,
        lacking_points=lacking,
        needs=tuple(found),
        provenance=area.provenance("goods_rating", "person", "goal", "delivery", "spend", lacking=lacking),
    )
