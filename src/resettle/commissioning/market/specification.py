"""A draft specification: the text on which a commissioner starts to consult, from what people said they lack."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from resettle.area import Area
from resettle.commissioning.market.market import Lot, Market, market, plain
from resettle.commissioning.market.need_statement import GoodNeed, NeedStatement, need_statement
from resettle.errors import bad, did_you_mean
from resettle.money import show
from resettle.result import Record, Result


class Requirement(Record):
    """One thing the service must do: for which good, for about how many people a year, and how one would see it."""

    good: str
    label: str
    people_a_year: float | None
    seen_by: str


class Specification(Result):
    """A draft specification for some goods, with the open questions that a person must answer before it is used."""

    area: str
    caveat: str
    title: str
    requirements: tuple[Requirement, ...]
    places: tuple[str, ...]
    now: tuple[Lot, ...]
    small_lot: Decimal | None
    currency: str
    questions: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What it asks for."""
        return f"{self.title}: a draft with {len(self.requirements)} requirements and {len(self.questions)} open questions."

    def rows(self) -> list[dict[str, Any]]:
        """One row for each requirement."""
        return [r.model_dump() for r in self.requirements]

    def markdown(self) -> str:
        """The draft as a document."""
        lines = [
            f"# {self.title}",
            self.caveat,
            "A draft to consult on. Nothing in it is decided.",
            "## What people lack",
        ]
        lines += [bullets(required(r) for r in self.requirements)]
        lines += ["## Where", ", ".join(self.places) + "." if self.places else "Everywhere in the area."]
        lines += ["## How it must work", bullets(PRINCIPLES), "## What there is now"]
        lines += [bullets(current(lot, self.currency) for lot in self.now) or "No service serves these goods."]
        lines += ["## Open questions", bullets(self.questions)]
        return "\n\n".join(lines) + "\n"


PRINCIPLES = (
    "The person's own plan comes first: what is done answers a goal that they set, in their words.",
    "The same worker or mentor before, at and after the gate, where the person wants it.",
    "People with lived experience help to design it, deliver it and judge it.",
    "Part of the money follows the person, as a personal budget, where they want to choose.",
    "Only what is needed to pay and to learn is recorded, and once.",
)
"""What the model asks of every service. Source: Fox, Albertson and others, 2007-2013, and `docs/explanation/the-model.md`."""


def bullets(items: Any) -> str:
    """A list in Markdown."""
    return "\n".join(f"- {item}" for item in items)


def required(r: Requirement) -> str:
    """One requirement as a line."""
    many = f" for about {r.people_a_year:,.0f} people a year" if r.people_a_year is not None else ""
    return f"**{r.label}**{many}. Seen by: {r.seen_by}"


def current(lot: Lot, currency: str) -> str:
    """A service of today as a line."""
    reach = " A small charity could bid for a lot of this size." if lot.within_reach else ""
    value = f"worth {show(lot.value, currency, pence=False)} a year" if lot.value else "of unknown value"
    return f"{lot.name} ({lot.provider or 'provider not known'}), {value}.{reach}"


def draft_specification(
    area: Area, goods: tuple[str, ...] = (), small_lot: Decimal | None = None, most: int = 3
) -> Specification:
    """A draft for the named goods; without names, for the `most` goods whose need is least met.

    A good that nobody was asked about is a `BadInput`. People a year are those who lack the good and were not reached, over
    the years of the area's period: only people who were asked, so a floor.
    """
    need, found = need_statement(area), market(area, small_lot)
    known = {g.good: g for g in need.goods}
    if not known:
        raise bad("nobody was asked what they lack, so nothing can be specified from it", file=area.path)
    for good in goods:
        if good not in known:
            raise bad("nobody was asked about this good", value=good, do=did_you_mean(good, known))
    chosen = [known[g] for g in goods] or [g for g in need.goods if g.unmet][:most]
    names = {name for g in chosen for name in g.services}
    return Specification(
        area=area.info.name,
        caveat=area.info.caveat,
        title=f"Draft specification: {', '.join(g.label for g in chosen)}",
        requirements=tuple(requirement(g, found) for g in chosen),
        places=tuple(dict.fromkeys(p for g in chosen for p in g.places)),
        now=tuple(lot for lot in found.lots if lot.name in names),
        small_lot=small_lot,
        currency=found.currency,
        questions=tuple(questions(need, found, chosen)),
        provenance=found.provenance,
    )


def requirement(need: GoodNeed, found: Market) -> Requirement:
    """What one good asks of a service."""
    return Requirement(
        good=need.good,
        label=need.label,
        people_a_year=None if need.unmet is None else need.unmet / found.years,
        seen_by="the person's own rating of it, now and six months on, and the goals they set for it.",
    )


def questions(need: NeedStatement, found: Market, chosen: list[GoodNeed]) -> list[str]:
    """What the data cannot answer."""
    asked = [
        "Who was not asked, and what would they say?",
        "Which of these would people rather buy for themselves, from a personal budget?",
    ]
    asked += [f"What would answer {g.label}? No service is commissioned for it." for g in chosen if not g.services]
    asked += [
        f"Referrals for {plain(s.strand)} are {100 * s.load:.0f}% of what services can take: more capacity, or fewer referrals?"
        for s in found.strands
        if s.load is not None and s.load > 1
    ]
    if found.small_lot is not None and not found.reachable:
        asked.append("No lot is within reach of a small charity: can lots be smaller, or by place?")
    asked += [f"What does {name} cost? Its value is not known." for name in found.unpriced]
    return asked
