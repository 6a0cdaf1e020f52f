"""From an INDIGO project to the terms of a contract."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from resettle.commissioning.standards.base import Loss, day_of, read_wire
from resettle.commissioning.standards.indigo import amount_of
from resettle.commissioning.standards.indigo_models import Held, Investment, Project
from resettle.commissioning.standards.terms_from import NOT_TERMS, PAID, days, services_and_prices
from resettle.commissioning.standards.terms_text import NO_RULES, RECORDED, Block, Terms, named, unused
from resettle.errors import bad

KINDS = {"Debt": "loan", "Equity": "equity"}
VERIFICATION = {"self", "worker", "document", "registry"}
START, END = "start_date_of_service_provision", "anticipated_end_date_of_service_provision"


def indigo_terms(path: Path, wanted: str | None, service: str | None) -> Terms:
    """The terms that a project holds. Prices in words, and amounts in words, are not guessed; they are listed."""
    project = read_wire(Project, path)
    if wanted is not None:
        raise bad("an INDIGO document holds one project", file=path, column="--id", value=wanted, do="Leave --id out.")
    dates = {name: (held or {}).get("value") for name, held in project.dates.items() if isinstance(held, dict)}
    span = days(path, "dates", day_of(dates.get(START)), day_of(dates.get(END)))
    title = str(project.name.value or "").strip()
    if not title:
        raise bad("the project has no name", file=path, column="name.value", do="Add its name.")
    who, payers = parties(path, project)
    tariff = tariffs(project)
    payee = next(p["id"] for p in who if p["role"] in ("vehicle", "provider"))
    payments = [{**p, "payee": payee} for p in tariff or [dict(RECORDED)]]
    size, invested = people(project), instruments(project)
    return Terms(
        head={
            "id": named(title.lower())[:60],
            "title": title,
            "ocid": project.open_contracting_datas[0].ocid if project.open_contracting_datas else None,
            "currency": currency(project),
            "price_base_year": span[0].year,
        },
        period=span,
        blocks={"parties": who, "payments": payments, "capital.instruments": invested},
        service=service or named(title.lower())[:60],
        more={
            **limits(payers),
            "split": {"payers": shares(payers)} if len(payers) > 1 else {},
            "capital": {"vehicle": payee} if invested else {},
        },
        assumed=(*([] if tariff else [NO_RULES]), *services_and_prices(span, service), *size),
        losses=tuple(left(project, payers)),
    )


def value_of(held: Held | None) -> str | None:
    """A value as text."""
    return None if held is None or held.value is None else str(held.value)


def parties(path: Path, project: Project) -> tuple[list[Block], dict[str, Decimal | None]]:
    """Payers, providers and investors, by the ids that INDIGO gives organisations; and what each payer has promised at most."""
    payers = {
        who: amount_of(p.maximum_potential_outcome_payment.amount) if p.maximum_potential_outcome_payment else None
        for p in project.outcome_payment_commitments or []
        if (who := value_of(p.organisation_id))
    }
    providers = [who for p in project.service_provisions or [] if (who := value_of(p.organisation_id))]
    investors = [who for i in project.investments or [] if kind_of(i) and (who := value_of(i.organisation_id))]
    for found, what in ((payers, "outcome_payment_commitments"), (providers, "service_provisions")):
        if not found:
            raise bad(
                f"the project names nobody under {what}",
                file=path,
                column=what,
                do="Add the organisation's identifier.",
            )
    roles: dict[str, str] = {}
    for n, who in enumerate(payers):
        roles.setdefault(who, "co-payer" if n else "commissioner")
    for group, role in ((providers, "provider"), (investors, "investor")):
        for who in group:
            roles.setdefault(who, role)
    return [{"id": named(who), "name": who, "role": role} for who, role in roles.items()], payers


def tariffs(project: Project) -> list[Block]:
    """One unit tariff with every outcome that has a price in numbers and no rule in words."""
    metrics = {m.id: m for m in project.outcome_metrics or []}
    prices: dict[str, Decimal] = {}
    accepted: set[str] = set()
    for p in project.outcome_pricings or []:
        amount = amount_of(p.price_per_unit.amount) if p.price_per_unit else None
        name = value_of(p.outcome_metric_id)
        if amount is None or name is None or value_of(p.price_description):
            continue
        prices[named(name)] = amount
        words = value_of(metrics[name].outcome_validation_method) if name in metrics else None
        accepted |= {w.strip() for w in (words or "").split(",")} & VERIFICATION
    if not prices:
        return []
    made: dict[str, Any] = {"id": "outcomes", "kind": "unit_tariff", "prices": prices}
    return [{**made, "verification": sorted(accepted)} if accepted else made]


def instruments(project: Project) -> list[Block]:
    """Investors' money whose kind and amount are known."""
    return [
        {
            "id": named(i.id),
            "party": named(value_of(i.organisation_id) or ""),
            "kind": kind_of(i),
            "commitment": committed(i),
            "return_cap": capped(i),
        }
        for i in project.investments or []
        if kind_of(i) and value_of(i.organisation_id)
    ]


def kind_of(investment: Investment) -> str | None:
    """The kind of an investment that a contract can hold: None where it is of another kind, or its amount is not a number."""
    return KINDS.get(value_of(investment.investment_type) or "") if committed(investment) is not None else None


def committed(investment: Investment) -> Decimal | None:
    """The most that is put up."""
    held = investment.investment_commitment
    return amount_of(held.amount.exact) if held and held.amount else None


def capped(investment: Investment) -> Decimal | None:
    """The most that is earned, as a share a year."""
    held = investment.maximum_potential_return
    number = held.value if held else None
    is_rate = value_of(investment.maximum_potential_return_type) == "IRR" and isinstance(number, int | float)
    return Decimal(str(number)) / 100 if is_rate else None


def limits(payers: dict[str, Decimal | None]) -> dict[str, Block]:
    """What all payers together have promised at most; nothing where one's promise is not known."""
    known = [a for a in payers.values() if a is not None]
    return {"limits": {"cap": sum(known, Decimal(0))}} if known and len(known) == len(payers) else {}


def shares(payers: dict[str, Decimal | None]) -> dict[str, Decimal]:
    """Each payer's share: by what each promised at most; alike where that is not known."""
    amounts = [a or Decimal(0) for a in payers.values()]
    if not all(amounts):
        amounts = [Decimal(1)] * len(amounts)
    made = {named(who): round(a / sum(amounts), 4) for who, a in zip(payers, amounts, strict=True)}
    first = next(iter(made))
    return made | {first: made[first] + 1 - sum(made.values(), Decimal(0))}


def currency(project: Project) -> str:
    """The currency of the first amount that has one."""
    held = [p.currency for p in project.outcome_pricings or []]
    held += [i.investment_commitment.currency for i in project.investments or [] if i.investment_commitment]
    held += [
        p.maximum_potential_outcome_payment.currency
        for p in project.outcome_payment_commitments or []
        if p.maximum_potential_outcome_payment
    ]
    found: Sequence[str] = [c for h in held if (c := value_of(h)) and len(c) == 3]
    return found[0] if found else "GBP"


def people(project: Project) -> list[str]:
    """How many people are to be served, in a sentence."""
    held = [m.targeted_number_of_service_users_or_beneficiaries_total for m in project.outcome_metrics or []]
    numbers = [v for h in held if (v := value_of(h))]
    return [f"The project speaks of {numbers[0]} people: put them as population.size."] if numbers else []


def left(project: Project, payers: dict[str, Decimal | None]) -> list[Loss]:
    """What the project holds and the contract does not."""
    priced = {name for t in tariffs(project) for name in t["prices"]}
    made = [
        Loss(what=f"outcome_metrics.{m.id}", why=f"It has no price in numbers alone: {words_of(project, m.id)}.")
        for m in project.outcome_metrics or []
        if named(m.id) not in priced
    ]
    made += [
        Loss(what=f"investments.{i.id}", why="Its kind, investor or amount is not held as one that a contract knows.")
        for i in project.investments or []
        if not kind_of(i) or not value_of(i.organisation_id)
    ]
    made += [
        Loss(what=f"outcome_payment_commitments.{who}", why="The most that it pays is not a number.")
        for who, most in payers.items()
        if most is None
    ]
    made += [Loss(what=f"outcome_payments.{n}", why=PAID) for n, _ in enumerate(project.outcome_payments or [], 1)]
    return [*made, *unused("", project, NOT_TERMS)]


def words_of(project: Project, metric: str) -> str:
    """What a project says in words of a metric's price."""
    said = [
        words
        for p in project.outcome_pricings or []
        if value_of(p.outcome_metric_id) == metric and (words := value_of(p.price_description))
    ]
    return said[0] if said else "no price is given"
