"""A contract to OCDS, with its payments and indicators, and what an OCDS package says of a contract."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from resettle.commissioning.language.terms import Contract
from resettle.commissioning.standards.base import Loss, Written, day_of, moment, number, pence
from resettle.commissioning.standards.ocds import (
    EXTENSIONS,
    Amendment,
    Award,
    Failure,
    Implementation,
    OcdsContract,
    Organization,
    Package,
    Period,
    Publisher,
    Reference,
    Release,
    Transaction,
    Value,
)
from resettle.commissioning.standards.ocds_metrics import agreed, from_metrics, reported
from resettle.commissioning.statement import Actual, Statement
from resettle.errors import bad
from resettle.result import Record

ROLES = {
    "commissioner": ["buyer", "payer"],
    "co-payer": ["payer", "funder"],
    "provider": ["supplier", "payee"],
    "subcontractor": ["subcontractor"],
    "vehicle": ["supplier", "payee"],
    "investor": ["funder"],
    "guarantor": ["guarantor"],
    "evaluator": ["reviewBody"],
    "verifier": ["reviewBody"],
    "assessor": ["reviewBody"],
}
"""The OCDS party roles of each role of a contract (an open code list)."""


class Found(Record):
    """What a package says of one contract: what a commissioner would otherwise type again."""

    ocid: str
    id: str
    title: str
    currency: str | None
    value: Decimal | None
    start: date | None
    end: date | None
    parties: dict[str, str]
    buyer: str | None
    kpis: dict[str, str]
    actuals: tuple[Actual, ...] = ()
    payments: dict[str, Decimal]
    failures: dict[str, Decimal] = {}
    variations: dict[date, str]


def to_ocds(
    contract: Contract, publisher: str, published: date, statements: tuple[Statement, ...] = ()
) -> Written[Package]:
    """A release package with one release. A contract without an `ocid` is a `BadInput`.

    Indicators become agreed metrics, and what they came to the metrics of the implementation; lines of statements become
    transactions, service credits performance failures, variations amendments. The rules of payment, and the reasons and evidence of
    what was paid and reported, have no place in OCDS; they are listed as lost.
    """
    if not contract.ocid:
        raise bad("the contract has no ocid", column="ocid", do="Add the identifier of its contracting process.")
    tags = ["implementationUpdate"] if statements else ["contract"]
    release = Release(
        ocid=contract.ocid,
        id=f"{contract.ocid}-{published}",
        date=moment(published),
        tag=tags,
        initiation_type="tender",
        language="en",
        parties=[party(p.id, p.name, p.role) for p in contract.parties],
        buyer=buyer(contract),
        awards=[award(contract)],
        contracts=[ocds_contract(contract, statements)],
    )
    package = Package(
        uri=f"urn:ocds:{contract.ocid}:{published}",
        extensions=list(EXTENSIONS),
        published_date=moment(published),
        publisher=Publisher(name=publisher),
        releases=[release],
    )
    return Written(package, (*ocds_losses(contract), *reasons_lost(statements)))


def party(party_id: str, name: str, role: str) -> Organization:
    """A party with its OCDS roles, and its role here in the details."""
    return Organization(id=party_id, name=name, roles=ROLES[role], details={"contractRole": role})


def buyer(contract: Contract) -> Reference | None:
    """The first commissioner."""
    found = next((p for p in contract.parties if p.role == "commissioner"), None)
    return Reference(id=found.id, name=found.name) if found else None


def award(contract: Contract) -> Award:
    """The award that the contract follows."""
    return Award(
        id=f"{contract.id}-award",
        title=contract.title,
        status="active",
        value=most(contract),
        suppliers=[reference(contract, p) for p in contract.providers],
    )


def most(contract: Contract) -> Value | None:
    """The most that is paid, as the contract's value; none where it has no cap."""
    cap = contract.limits.cap
    return None if cap is None else Value(amount=number(cap), currency=contract.currency)


def reference(contract: Contract, party_id: str) -> Reference:
    """A party by id."""
    return Reference(id=party_id, name=contract.party(party_id).name)


def ocds_contract(contract: Contract, statements: tuple[Statement, ...]) -> OcdsContract:
    """The contract itself."""
    kpis = agreed(contract)
    return OcdsContract(
        id=contract.id,
        award_id=f"{contract.id}-award",
        title=contract.title,
        description=contract.note or None,
        status="active",
        period=Period(start_date=moment(contract.period.start), end_date=moment(contract.period.end)),
        value=most(contract),
        agreed_metrics=kpis or None,
        no_agreed_metrics_rationale=None if kpis else "No key performance indicator is agreed in this contract.",
        amendments=[
            Amendment(
                id=str(n),
                date=moment(v.effective),
                rationale=v.reason,
                description="; ".join(sorted(v.changes)) or None,
            )
            for n, v in enumerate(contract.variations, start=1)
        ]
        or None,
        implementation=implementation(contract, statements),
    )


def implementation(contract: Contract, statements: tuple[Statement, ...]) -> Implementation | None:
    """Payments, failures and what the indicators came to, from statements."""
    lines = [(s, line) for s in statements for line in s.lines]
    if not lines:
        return None
    paid = [
        Transaction(
            id=f"{s.id}/{line.id}",
            date=moment(s.at),
            value=Value(amount=number(line.amount), currency=s.currency),
            payer=reference(contract, line.payer),
            payee=reference(contract, line.payee),
        )
        for s, line in lines
        if line.amount
    ]
    failed = [
        Failure(
            id=f"{s.id}/{line.id}",
            category="serviceCredit",
            requirement=line.label,
            description=line.why,
            events=1,
            decision_date=moment(s.at),
            penalty_date=moment(s.at),
            penalty_type="contracted",
            penalty_value=Value(amount=number(-line.amount), currency=s.currency),
            suppliers=[reference(contract, line.payee)],
        )
        for s, line in lines
        if line.rule == "credit" and line.amount < 0
    ]
    return Implementation(
        transactions=paid, metrics=reported(contract, statements) or None, performance_failures=failed or None
    )


def ocds_losses(contract: Contract) -> list[Loss]:
    """What OCDS has no place for."""
    rules = [
        ("payments", "how amounts are worked out"),
        ("measures", "what is measured, against what, by which design"),
    ]
    made = [
        Loss(what=f"{block}.{item.id}", why=f"OCDS has no place for {why}.")
        for block, why in rules
        for item in getattr(contract, block)
    ]
    single = {
        "capital": "investment and the order of repayment",
        "split": "shares of payers",
        "timing": "when results are known and money moves",
        "indexation": "how amounts rise with prices",
    }
    default = type(contract).model_fields["timing"].default
    for name, why in single.items():
        held = getattr(contract, name)
        if held is not None and held != default:
            made.append(Loss(what=name, why=f"OCDS has no place for {why}."))
    made += [Loss(what=f"parameters.{name}", why="OCDS has no named inputs.") for name in contract.parameters]
    limits = contract.limits.model_dump(exclude_defaults=True, exclude={"cap"})
    return made + [Loss(what=f"limits.{name}", why="OCDS holds one value of a contract.") for name in limits]


def reasons_lost(statements: tuple[Statement, ...]) -> list[Loss]:
    """What OCDS has no place for in statements."""
    lost = [
        Loss(what=f"{s.id}.lines", why="OCDS has no place for the reasons and the evidence of payments.")
        for s in statements
        if s.lines
    ]
    for statement in statements:
        if any(a.evidence for a in statement.actuals):
            lost.append(
                Loss(what=f"{statement.id}.actuals", why="OCDS has no place for the evidence of an observation.")
            )
        if any(a.met is False for a in statement.actuals):
            why = "The UK extension grades how far below a target a value is, and the contract agrees no such grades."
            lost.append(Loss(what=f"{statement.id}.actuals.met", why=why))
    return lost


def from_ocds(package: Package) -> list[Found]:
    """What a package says of each of its contracts."""
    return [found(release, contract) for release in package.releases for contract in release.contracts]


def found(release: Release, contract: OcdsContract) -> Found:
    """What a release says of one contract."""
    value, period, done = contract.value, contract.period, contract.implementation
    return Found(
        ocid=release.ocid,
        id=contract.id,
        title=contract.title or "",
        currency=value.currency if value else None,
        value=pence(value.amount) if value else None,
        start=day_of(period.start_date) if period else None,
        end=day_of(period.end_date) if period else None,
        parties={p.id: role_of(p) for p in release.parties},
        buyer=release.buyer.id if release.buyer else None,
        kpis={m.id: m.title or "" for m in contract.agreed_metrics or []},
        actuals=tuple(from_metrics((done.metrics if done else None) or [])),
        payments={
            t.id: amount
            for t in (done.transactions if done else None) or []
            if t.value and (amount := pence(t.value.amount)) is not None
        },
        failures={
            f.id: amount
            for f in (done.performance_failures if done else None) or []
            if f.penalty_value and (amount := pence(f.penalty_value.amount)) is not None
        },
        variations={day: a.rationale or "" for a in contract.amendments or [] if (day := day_of(a.date)) is not None},
    )


def role_of(organization: Organization) -> str:
    """A party's role in a contract: as exported from here, or the nearest to its OCDS roles."""
    own = (organization.details or {}).get("contractRole")
    if own in ROLES:
        return str(own)
    for role, names in ROLES.items():
        if names[0] in organization.roles:
            return role
    return "co-payer" if "payer" in organization.roles else "subcontractor"
