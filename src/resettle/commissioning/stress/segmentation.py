"""Segmenting a tariff: what one person of each group is worth under a contract, and what bands of price would do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from resettle.commissioning.beliefs import Beliefs
from resettle.commissioning.language.fields import Band, Money
from resettle.commissioning.language.payments import UnitTariff
from resettle.commissioning.language.terms import Contract
from resettle.commissioning.stress.segments import Group, Segments, band_prices, best_bands, segments
from resettle.document import line_of, read_document, read_text
from resettle.errors import bad, did_you_mean
from resettle.money import exact, show, to_pence
from resettle.provenance import Provenance, hash_json
from resettle.result import Record, Result

MOST_BANDS = 4
Prices = Mapping[str, Mapping[str, Decimal]]


class Block(BaseModel):
    """A block of a file of groups: fixed once read, with no keys but those described."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Need(Block):
    """People alike in need."""

    name: str = Field(min_length=1, description="What to call them.")
    people: int = Field(ge=1, le=10_000_000, description="How many.")
    cost: Money = Field(description="What helping one of them properly costs.")
    band: Band = Field("any", description="Band of the contract's prices that they fall into.")
    outcomes: dict[str, float] = Field(description="Chance that one of them reaches each outcome.")


class Groups(Block):
    """Groups of people, who differ in what helping them costs and in what they are likely to reach."""

    title: str = Field(min_length=1, description="Title.")
    fees_a_person: Money = Field(
        Decimal("0.00"), description="What the provider is paid for each person whatever they reach, beside the tariff."
    )
    note: str = Field("", description="Where the amounts and chances come from.")
    groups: tuple[Need, ...] = Field(min_length=2, max_length=100, description="The groups.")


def read_groups(path: str | Path) -> Groups:
    """Read a file of groups; faults are a `BadInput` with their lines."""
    file = Path(path)
    held = read_document(Groups, file)
    names = [g.name for g in held.groups]
    for n, group in enumerate(held.groups):
        wrong = next((o for o, chance in group.outcomes.items() if not 0 <= chance <= 1), None)
        rule = (
            "two groups of one name"
            if group.name in names[:n]
            else "not a probability between 0 and 1"
            if wrong
            else ""
        )
        if rule:
            place = ("groups", n, "outcomes", wrong) if wrong else ("groups", n, "name")
            raise bad(
                rule,
                file=file,
                row=line_of(read_text(file), place),
                column=".".join(str(p + 1) if isinstance(p, int) else p for p in place),
                value=group.outcomes[wrong] if wrong else group.name,
                do="Write 0.25 for one person in four." if wrong else "Give each a name of its own.",
            )
    return held


class Step(Record):
    """Prices by need in so many bands, each the break-even price of its people: what is left to earn by choosing among them.

    `bands` is the band of each group (1: easiest), `prices` the price of one outcome in each.
    """

    number: int
    bands: dict[str, str]
    prices: dict[str, Decimal]
    spread: Decimal
    gap: Decimal
    parked_share: float


class Segmentation(Result):
    """What one person of each group is worth under a contract's tariff, and under one to four bands priced at break-even."""

    title: str
    note: str
    now: Segments
    steps: tuple[Step, ...]

    @property
    def sentence(self) -> str:
        """Whom it pays to choose and to leave now, and what the first useful number of bands would do."""
        text = self.now.sentence
        if not self.steps:
            return text
        best = min(self.steps, key=lambda s: (s.spread, s.number))
        money = self.now.pounds
        return (
            f"{text} The best fifth is worth {money(self.now.gap)} more a person than the worst; in {best.number} bands priced at "
            f"break-even that would be {money(best.gap)}."
        )

    def rows(self) -> list[dict[str, Any]]:
        """One row for each group under the contract."""
        return self.now.rows()

    def step_rows(self) -> list[dict[str, Any]]:
        """One row for each number of bands, with its prices."""
        return [
            {
                "bands": s.number,
                "prices": "; ".join(f"{b}: {show(p, self.now.currency, pence=False)}" for b, p in s.prices.items()),
                "spread": s.spread,
                "gap": s.gap,
                "parked_share": s.parked_share,
            }
            for s in self.steps
        ]


def prices_in(contract: Contract) -> dict[str, dict[str, Decimal]]:
    """What one person's outcome pays, by outcome and by band, over all unit tariffs of a contract."""
    made: dict[str, dict[str, Decimal]] = {}
    for payment in contract.payments:
        for outcome, table in payment.prices.items() if isinstance(payment, UnitTariff) else ():
            held = made.get(outcome, {})
            made[outcome] = {band: priced(held, band) + priced(table, band) for band in sorted({*held, *table})}
    return made


def priced(table: Mapping[Any, Decimal], band: str) -> Decimal:
    """The price for a band: its own, or that of any band."""
    return table.get(band, table.get("any", Decimal(0)))


def segment_tariff(contract: Contract, groups: Groups) -> Segmentation:
    """What one person of each group is worth under a contract that pays by person, and what bands of price would do.

    Margin is what the tariff is expected to pay for one person, with `fees_a_person`, less what helping them properly costs.
    Bands are cut where they follow need most closely, and priced so that each covers its own cost after fees. A contract without
    a unit tariff, and an outcome that it does not price, are a `BadInput`.
    """
    prices = prices_in(contract)
    check_groups(contract, groups, prices)
    people = [Group(name=g.name, people=g.people, cost=g.cost, outcomes=g.outcomes) for g in groups.groups]
    bands = {g.name: str(g.band) for g in groups.groups}
    return Segmentation(
        title=groups.title,
        note=groups.note,
        now=segments(people, prices, bands, currency=contract.currency, a_head=groups.fees_a_person),
        steps=tuple(steps(people, prices, groups.fees_a_person, contract.currency)),
        provenance=Provenance(
            inputs={
                f"contract:{contract.id}": hash_json(contract.model_dump(mode="json", by_alias=True)),
                "groups": hash_json(groups.model_dump(mode="json")),
            }
        ),
    )


def check_groups(contract: Contract, groups: Groups, prices: Prices) -> None:
    """The contract must pay by person, and price every outcome of the groups in their bands."""
    if not prices:
        raise bad(
            f"contract {contract.id} has no price for an outcome of one person, so no person is worth more than another",
            column="payments",
            do="Segments are for contracts with a payment of kind `unit_tariff`.",
        )
    for group in groups.groups:
        for outcome in group.outcomes:
            if outcome not in prices:
                raise bad(
                    f"contract {contract.id} has no price for an outcome of group {group.name!r}",
                    column=f"groups.outcomes.{outcome}",
                    value=outcome,
                    do=did_you_mean(outcome, prices),
                )
            if group.band not in prices[outcome] and "any" not in prices[outcome]:
                raise bad(
                    f"contract {contract.id} has no price for {outcome!r} in the band of group {group.name!r}",
                    column="groups.band",
                    value=group.band,
                    do=f"It has prices for {', '.join(prices[outcome])}.",
                )


def steps(people: Sequence[Group], prices: Prices, fees: Decimal, currency: str) -> list[Step]:
    """One to four bands, fewer than groups, at break-even prices; none where some group reaches nothing: no price mends that."""
    if any(not sum(g.outcomes.values()) for g in people):
        return []
    after = [g.model_copy(update={"cost": max(Decimal(0), g.cost - fees)}) for g in people]
    made = []
    for number in range(1, min(MOST_BANDS, max(1, len(people) - 1)) + 1):
        bands = best_bands(after, number)
        one = band_prices(after, bands)
        found = segments(after, dict.fromkeys(prices, one), bands, currency=currency)
        made.append(
            Step(
                number=number,
                bands=bands,
                prices=one,
                spread=found.spread,
                gap=found.gap,
                parked_share=found.parked_share,
            )
        )
    return made


def believed_segments(contract: Contract, beliefs: Beliefs, fees: float, cost: float) -> Segments | None:
    """What one person of each band is worth at the chances that are believed, which are the same for every band.

    `fees` and `cost` are the expected pounds over the whole contract, shared over all people. None where the contract has no price
    that differs by band, or the beliefs have one band or no people.
    """
    prices = prices_in(contract)
    differ = any(len({priced(table, b) for b in beliefs.bands}) > 1 for table in prices.values())
    volume = beliefs.people * beliefs.volume_mean
    if not differ or not volume:
        return None
    outcomes = {o: beliefs.outcomes[o].chance for o in prices if o in beliefs.outcomes}
    each = to_pence(exact(round(cost / volume, 2)))
    people = [
        Group(name=band, people=max(1, round(volume * share)), cost=each, outcomes=outcomes)
        for band, share in beliefs.bands.items()
        if share
    ]
    fee = to_pence(exact(round(fees / volume, 2)))
    return segments(people, prices, {g.name: g.name for g in people}, currency=contract.currency, a_head=fee)
