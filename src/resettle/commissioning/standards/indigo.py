"""INDIGO 4.1: an outcome contract as the Government Outcomes Lab's data set of impact bonds holds it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from resettle.commissioning.language.payments import OutcomeRate, UnitTariff
from resettle.commissioning.language.terms import Contract
from resettle.commissioning.standards.base import Loss, Written, day_of, number, pence
from resettle.commissioning.standards.indigo_models import (
    Commitment,
    Held,
    Investment,
    Metric,
    Money,
    Ocid,
    Paid,
    Payer,
    Pricing,
    Project,
    Provision,
    Range,
    Span,
)
from resettle.commissioning.statement import Statement
from resettle.result import Record


class ProjectFound(Record):
    """What a project says of a contract."""

    title: str
    ocid: str | None
    start: date | None
    end: date | None
    outcomes: dict[str, str]
    prices: dict[str, Decimal]
    investments: dict[str, Decimal]
    payers: dict[str, Decimal]
    providers: tuple[str, ...] = ()
    paid: Decimal


KINDS = {"loan": "Debt", "deferred_fee": "Debt", "equity": "Equity"}


def to_indigo(contract: Contract, statements: tuple[Statement, ...] = ()) -> Written[Project]:
    """A contract as an INDIGO project; lines of statements for outcomes become actual payments."""
    made = Project(
        name=Held(value=contract.title),
        dates={
            "start_date_of_service_provision": {"value": contract.period.start.isoformat()},
            "anticipated_end_date_of_service_provision": {"value": contract.period.end.isoformat()},
        },
        service_provisions=[
            Provision(id=f"serviceprovider{n}", organisation_id=Held(value=p))
            for n, p in enumerate(contract.providers, start=1)
        ]
        or None,
        outcome_metrics=metrics(contract) or None,
        outcome_pricings=pricings(contract) or None,
        outcome_payment_commitments=payers(contract),
        investments=investments(contract) or None,
        outcome_payments=[paid(contract, s, line) for s in statements for line in s.lines if line.amount] or None,
        open_contracting_datas=[Ocid(ocid=contract.ocid)] if contract.ocid else None,
    )
    return Written(made, tuple(indigo_losses(contract)))


def metrics(contract: Contract) -> list[Metric]:
    """Measures of the cohort, and outcomes of single people."""
    size = contract.population.size
    many = Held(value=size) if size is not None else None
    made = [
        Metric(
            id=m.id,
            definition=Held(value=m.definition or m.name),
            targeted_number_of_service_users_or_beneficiaries_total=many,
            data_source_for_outcome_validation=Held(value=m.source) if m.source else None,
        )
        for m in contract.measures
    ]
    made += [
        Metric(
            id=outcome,
            definition=Held(value=outcome.replace("_", " ")),
            outcome_validation_method=Held(value=", ".join(p.verification)),
        )
        for p in contract.payments
        if isinstance(p, UnitTariff)
        for outcome in p.prices
    ]
    return made


def pricings(contract: Contract) -> list[Pricing]:
    """Prices of outcomes: one for each that has a single price; the rest in words."""
    made = []
    for p in contract.payments:
        if isinstance(p, UnitTariff):
            made += [tariff_price(contract, outcome, table) for outcome, table in p.prices.items()]
        elif isinstance(p, OutcomeRate):
            made.append(rate_price(contract, p))
    return made


def tariff_price(contract: Contract, outcome: str, table: Any) -> Pricing:
    """The price of one outcome; where it differs by band, in words."""
    amounts = set(table.values())
    words = None if len(amounts) == 1 else "; ".join(f"{band} {amount}" for band, amount in table.items())
    return pricing(contract, outcome, next(iter(amounts)) if len(amounts) == 1 else None, words)


def rate_price(contract: Contract, rate: OutcomeRate) -> Pricing:
    """The price of a measure, with the rule in words."""
    tiers = "; ".join(f"from {t.start}{f' to {t.to}' if t.to is not None else ''}: {t.amount}" for t in rate.tiers)
    words = tiers or f"for each {rate.per}, on {rate.scale}; dead zone {rate.dead_zone}; minimum {rate.test.minimum}"
    return pricing(contract, rate.measure, rate.price, words)


def pricing(contract: Contract, metric: str, price: Decimal | None, words: str | None) -> Pricing:
    """One price."""
    return Pricing(
        outcome_metric_id=Held(value=metric),
        currency=Held(value=contract.currency),
        price_per_unit=None if price is None else Money(amount=Held(value=number(price))),
        price_description=None if words is None else Held(value=words),
    )


def payers(contract: Contract) -> list[Payer]:
    """What each payer has promised at most: its own cap, or its share of the contract's."""
    cap, own = contract.limits.cap, contract.split.caps if contract.split else {}
    span = Span(
        start_date=Held(value=contract.period.start.isoformat()), end_date=Held(value=contract.period.end.isoformat())
    )
    made = []
    for payer, share in contract.shares.items():
        most = own.get(payer, None if cap is None else cap * share)
        money = None if most is None else money_of(contract.currency, Decimal(most))
        made.append(Payer(organisation_id=Held(value=payer), maximum_potential_outcome_payment=money, period=span))
    return made


def money_of(currency: str, amount: Decimal) -> Money:
    """An amount with its currency."""
    return Money(currency=Held(value=currency), amount=Held(value=number(amount)))


def investments(contract: Contract) -> list[Investment]:
    """Investors' money; grants are no investment in INDIGO's sense."""
    if contract.capital is None:
        return []
    return [
        Investment(
            id=i.id,
            organisation_id=Held(value=i.party),
            investment_commitment=Commitment(
                currency=Held(value=contract.currency), amount=Range(exact=Held(value=number(i.commitment)))
            ),
            maximum_potential_return_type=None if i.return_cap is None else Held(value="IRR"),
            maximum_potential_return=None if i.return_cap is None else Held(value=float(100 * i.return_cap)),
            investment_type=Held(value=KINDS[i.kind]),
        )
        for i in contract.capital.instruments
        if i.kind in KINDS
    ]


def paid(contract: Contract, statement: Statement, line: Any) -> Paid:
    """One line of a statement."""
    measures = {p.id: p.measure for p in contract.payments if isinstance(p, OutcomeRate)}
    metric = line.inputs.get("outcome") or measures.get(line.payment)
    return Paid(
        outcome_metric_id=None if metric is None else Held(value=metric),
        period=Span(
            start_date=Held(value=contract.period.start.isoformat()), end_date=Held(value=statement.at.isoformat())
        ),
        payer_organisation_id=Held(value=line.payer),
        recipient_organisation_id=Held(value=line.payee),
        type=Held(value="Actual"),
        money=money_of(statement.currency, line.amount),
    )


def indigo_losses(contract: Contract) -> list[Loss]:
    """What INDIGO has no place for, or holds in words only."""
    made = [
        Loss(what=f"payments.{p.id}", why="INDIGO prices outcomes only.")
        for p in contract.payments
        if not isinstance(p, UnitTariff | OutcomeRate)
    ]
    made += [
        Loss(what=f"payments.{p.id}", why="Its test, tiers and limits are held in words only.")
        for p in contract.payments
        if isinstance(p, OutcomeRate)
    ]
    made += [
        Loss(what=f"measures.{m.id}.baseline", why="INDIGO has no baseline.") for m in contract.measures if m.baseline
    ]
    made += [
        Loss(what=f"variations.{n}", why="INDIGO has no dated terms.") for n, _ in enumerate(contract.variations, 1)
    ]
    made += [Loss(what=f"parameters.{name}", why="INDIGO has no named inputs.") for name in contract.parameters]
    if contract.capital:
        made += [
            Loss(what=f"capital.{i.id}", why="A grant is no investment in INDIGO; rank and rate are not held.")
            for i in contract.capital.instruments
            if i.kind not in KINDS or i.rank != 1 or i.rate
        ]
        made += (
            [Loss(what="capital.guarantees", why="INDIGO has no guarantees.")] if contract.capital.guarantees else []
        )
    return made


def from_indigo(project: Project) -> ProjectFound:
    """What a project says of a contract. Amounts in words (a maximum of "$11.712M") are left as they are, and not guessed."""
    dates = {name: (held or {}).get("value") for name, held in project.dates.items() if isinstance(held, dict)}
    return ProjectFound(
        title=str(project.name.value or ""),
        ocid=project.open_contracting_datas[0].ocid if project.open_contracting_datas else None,
        start=day_of(dates.get("start_date_of_service_provision")),
        end=day_of(dates.get("anticipated_end_date_of_service_provision")),
        outcomes={m.id: str(m.definition.value) if m.definition else "" for m in project.outcome_metrics or []},
        prices={
            str(p.outcome_metric_id.value): amount
            for p in project.outcome_pricings or []
            if p.price_per_unit and (amount := amount_of(p.price_per_unit.amount)) is not None
        },
        investments={
            i.id: amount
            for i in project.investments or []
            if i.investment_commitment
            and i.investment_commitment.amount
            and (amount := amount_of(i.investment_commitment.amount.exact)) is not None
        },
        payers={
            str(p.organisation_id.value): amount
            for p in project.outcome_payment_commitments or []
            if p.organisation_id
            and p.maximum_potential_outcome_payment
            and (amount := amount_of(p.maximum_potential_outcome_payment.amount)) is not None
        },
        providers=tuple(
            str(p.organisation_id.value)
            for p in project.service_provisions or []
            if p.organisation_id and p.organisation_id.value
        ),
        paid=sum(
            (amount_of(p.money.amount) or Decimal(0) for p in project.outcome_payments or [] if p.money),
            Decimal("0.00"),
        ),
    )


def amount_of(held: Held | None) -> Decimal | None:
    """A number that is held as one."""
    value = None if held is None else held.value
    return pence(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
