"""Should this be payment by results? A reasoned answer: each question with its number, its bar and what it means."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from resettle.commissioning.beliefs import Beliefs
from resettle.commissioning.language.terms import Contract
from resettle.commissioning.valuation.nothing_done import nothing_done
from resettle.commissioning.value import SEED, Valuation, money, value
from resettle.commissioning.words import percent
from resettle.provenance import Provenance, hash_json
from resettle.result import Record, Result

Answer = Literal["yes", "no", "not known"]

RESULTS = ("unit_tariff", "outcome_rate", "share_of_savings")
"""Kinds of payment that hang on results."""


class Bars(Record):
    """What counts as acceptable: a commissioner's choice, to be stated. Shares from 0 to 1.

    `chance` of paying where nothing is achieved, `missed` of not paying a large enough effect, `anyway` of the money that goes to
    trends and to outcomes that would have come anyway, `loss` of the provider losing money, `ruin` of its using up its reserves.
    """

    chance: float = Field(0.05, ge=0, le=1)
    missed: float = Field(0.20, ge=0, le=1)
    anyway: float = Field(0.25, ge=0, le=1)
    loss: float = Field(0.25, ge=0, le=1)
    ruin: float = Field(0.01, ge=0, le=1)


class Reason(Record):
    """One question, whether it speaks for payment by results, and the number that says so."""

    question: str
    answer: Answer
    why: str


class Verdict(Result):
    """The answer for one contract.

    `advice` is `yes`, `with changes` (one or two things speak against it) or `no`; `not by results` where no payment of the
    contract hangs on results: then the questions are whether it can be lived on as it is.
    """

    contract_id: str
    title: str
    advice: Literal["yes", "with changes", "no", "not by results"]
    reasons: tuple[Reason, ...]
    bars: Bars

    @property
    def against(self) -> tuple[Reason, ...]:
        """What speaks against it."""
        return tuple(r for r in self.reasons if r.answer == "no")

    @property
    def sentence(self) -> str:
        """The answer, with what speaks against it."""
        said = {
            "yes": "can be paid by results",
            "with changes": "can be paid by results if it is changed",
            "no": "should not be paid by results as it stands",
            "not by results": "is not paid by results",
        }
        if not self.against:
            return f"{self.title} {said[self.advice]}: nothing that was asked speaks against it."
        why = " ".join(r.why for r in self.against)
        return f"{self.title} {said[self.advice]}. {why}"

    def rows(self) -> list[dict[str, Any]]:
        """One row for each question."""
        return [r.model_dump() for r in self.reasons]


def verdict(
    contract: Contract, beliefs: Beliefs, bars: Bars | None = None, draws: int = 10_000, seed: int = SEED
) -> Verdict:
    """Ask of a contract what a commissioner should ask before paying by results. `bars` are what counts as acceptable."""
    limits = bars or Bars()
    found = value(contract, beliefs, draws, seed)
    nothing = value(contract, nothing_done(beliefs), draws, seed)
    reasons = [
        *of_chance(found, limits),
        of_anyway(found, nothing, limits),
        *of_provider(found, limits),
        *of_payer(found),
    ]
    return Verdict(
        contract_id=contract.id,
        title=contract.title,
        advice=advice_of(contract, sum(r.answer == "no" for r in reasons)),
        reasons=tuple(reasons),
        bars=limits,
        provenance=Provenance(
            inputs={f"contract:{contract.id}": hash_json(contract.model_dump(mode="json", by_alias=True))},
            parameters={"beliefs": beliefs.model_dump(mode="json"), "bars": limits.model_dump(), "draws": draws},
            seed=seed,
        ),
    )


def advice_of(contract: Contract, against: int) -> Literal["yes", "with changes", "no", "not by results"]:
    """The answer, by how much speaks against it."""
    if not any(p.kind in RESULTS for p in contract.payments):
        return "not by results"
    return "yes" if against == 0 else "with changes" if against <= 2 else "no"


def reason(question: str, ok: bool | None, why: str) -> Reason:
    """One answer."""
    return Reason(question=question, answer="not known" if ok is None else "yes" if ok else "no", why=why)


def of_chance(found: Valuation, bars: Bars) -> list[Reason]:
    """Whether chance is seldom paid, and a real effect seldom missed."""
    if found.paid_by_chance is None:
        return []
    by_chance = reason(
        "Is chance seldom paid?",
        found.paid_by_chance <= bars.chance,
        f"A result is paid in {percent(found.paid_by_chance)} of draws where the service makes no difference.",
    )
    if found.missed is None:
        return [
            by_chance,
            reason("Is a real effect seldom missed?", None, "No believed effect is large enough to be paid."),
        ]
    seldom = found.missed <= bars.missed
    missed = f"An effect that is large enough is not paid in {percent(found.missed)} of draws."
    return [by_chance, reason("Is a real effect seldom missed?", seldom, missed)]


def of_anyway(found: Valuation, nothing: Valuation, bars: Bars) -> Reason:
    """Whether most of the money that hangs on results is for what the service adds."""
    at_risk = sum(p.spread.mean for p in found.payments if p.kind in UNSURE)
    anyway = sum(p.spread.mean for p in nothing.payments if p.kind in UNSURE)
    question = "Is it paid for what the service adds?"
    if at_risk <= 0:
        return reason(question, None, "No money hangs on results.")
    share = max(0.0, anyway / at_risk)
    why = f"{percent(share)} of the money that hangs on results would be paid if the service added nothing."
    return reason(question, share <= bars.anyway, why)


UNSURE = ("unit_tariff", "outcome_rate", "share_of_savings")
"""Payments that hang on results."""


def of_provider(found: Valuation, bars: Bars) -> list[Reason]:
    """Whether whoever delivers can carry it."""
    made = [
        reason(
            "Can whoever delivers live on it?",
            found.chance_of_loss <= bars.loss,
            f"Whoever delivers loses money in {percent(found.chance_of_loss)} of draws, and must find "
            f"{money(found.cash.peak.p90, found.currency)} of its own in one of ten.",
        )
    ]
    if found.cash.ruin is not None:
        why = f"Its reserves are used up in {percent(found.cash.ruin)} of draws."
        made.append(reason("Do its reserves last?", found.cash.ruin <= bars.ruin, why))
    return made


def of_payer(found: Valuation) -> list[Reason]:
    """Whether risk really leaves the payer, and whether the effect is worth what it costs."""
    made = []
    if found.retained.transfer is not None:
        why = f"It takes {percent(found.retained.transfer)} of the variance of what the payer is left with off it."
        if found.retained.transfer < 0:
            why = "It makes what the payer is left with less sure than paying the cost of delivery would."
        made.append(reason("Does risk leave the payer?", found.retained.transfer > 0, why))
    worth = found.retained.worth
    if worth is not None:
        cost = found.total.mean + found.transaction
        price = money(cost, found.currency)
        why = f"The effect is worth {money(worth.mean, found.currency)} and costs {price} with the arrangement."
        made.append(reason("Is it worth its price?", worth.mean >= cost, why))
    return made
