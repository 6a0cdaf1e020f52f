"""From OCDS and 360Giving to the terms of a contract: what the document holds is carried over, the rest is listed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from resettle.commissioning.standards.base import Loss, day_of, pence, read_wire
from resettle.commissioning.standards.giving import GrantPackage
from resettle.commissioning.standards.ocds import OcdsContract, Organization, Package, Release
from resettle.commissioning.standards.ocds_map import ROLES, role_of
from resettle.commissioning.standards.ocds_metrics import decimal
from resettle.commissioning.standards.terms_text import NO_RULES, RECORDED, Block, Terms, named, unused
from resettle.errors import bad, did_you_mean

NOT_TERMS = "A contract file holds terms; this is something else."
PAID = "Payments that were made are evidence, not terms."


def one_of(found: dict[str, object], wanted: str | None, path: Path, what: str) -> str:
    """The id of the one thing that is meant."""
    if not found:
        raise bad(f"the document has no {what}", file=path, do="Name another file.")
    if wanted is None and len(found) > 1:
        raise bad(
            f"the document has several: {len(found)} {what}s",
            file=path,
            do=f"Add --id with one of {', '.join(sorted(found))}.",
        )
    if wanted is not None and wanted not in found:
        raise bad(
            f"the document has no such {what}", file=path, column="--id", value=wanted, do=did_you_mean(wanted, found)
        )
    return wanted or next(iter(found))


def days(path: Path, place: str, start: date | None, end: date | None) -> tuple[date, date]:
    """The first and the last day, which a contract must have."""
    if start is None or end is None:
        key = "startDate" if start is None else "endDate"
        raise bad(
            "the document does not say when the contract runs",
            file=path,
            column=f"{place}.{key}",
            do="Add the date to it.",
        )
    if end < start:
        raise bad(
            "the period ends before it starts",
            file=path,
            column=f"{place}.endDate",
            value=end,
            do=f"It starts on {start}.",
        )
    return start, end


def ocds_terms(path: Path, wanted: str | None, service: str | None) -> Terms:
    """The terms that an OCDS package holds of one contract, in the last release that has it."""
    package = read_wire(Package, path)
    held = {c.id: (r, c) for r in sorted(package.releases, key=lambda r: r.date) for c in r.contracts}
    release, contract = held[one_of(dict(held), wanted, path, "contract")]
    period = contract.period
    span = days(
        path,
        "contracts.period",
        day_of(period.start_date) if period else None,
        day_of(period.end_date) if period else None,
    )
    parties = [p for p in release.parties if carried(release, p)]
    who = [{"id": named(p.id), "name": p.name or p.id, "role": role(release, contract, p)} for p in parties]
    check_parties(path, who)
    payments = [{**RECORDED, "payee": next(p["id"] for p in who if p["role"] == "provider")}]
    value = contract.value
    return Terms(
        head={
            "id": named(contract.id),
            "title": contract.title or contract.id,
            "ocid": release.ocid,
            "currency": (value.currency if value else None) or "GBP",
            "price_base_year": span[0].year,
            "note": contract.description,
        },
        period=span,
        blocks={"parties": who, "payments": payments, "report.kpis": kpis(contract)},
        service=service or named(contract.id),
        more={"limits": {"cap": pence(value.amount) if value else None} if value and value.amount is not None else {}},
        assumed=(NO_RULES, *services_and_prices(span, service), *amended(contract)),
        losses=tuple(ocds_left(release, contract, parties)),
    )


def services_and_prices(span: tuple[date, date], service: str | None) -> list[str]:
    """What a contract must say and no standard holds."""
    year = f"Prices are taken to be those of {span[0].year}, the year in which it starts."
    return (
        [year]
        if service
        else [year, "The service is taken to have the contract's own id: put the service_id of your area."]
    )


def carried(release: Release, party: Organization) -> bool:
    """Whether a party has a part in the contract."""
    known = {name for names in ROLES.values() for name in names}
    own = (party.details or {}).get("contractRole") in ROLES
    return own or bool(known & set(party.roles)) or (release.buyer is not None and party.id == release.buyer.id)


def role(release: Release, contract: OcdsContract, party: Organization) -> str:
    """The role of a party: as exported from here, or else the buyer commissions and the suppliers of the award provide."""
    if (party.details or {}).get("contractRole") in ROLES:
        return role_of(party)
    if release.buyer is not None and party.id == release.buyer.id:
        return "commissioner"
    awards = [a for a in release.awards if contract.award_id in (None, a.id)]
    return "provider" if any(s.id == party.id for a in awards for s in a.suppliers) else role_of(party)


def check_parties(path: Path, who: Sequence[Block]) -> None:
    """A contract needs somebody who pays and somebody who provides."""
    for wanted in ("commissioner", "provider"):
        if not any(p["role"] == wanted for p in who):
            name = "buyer" if wanted == "commissioner" else "supplier"
            raise bad(
                f"the document names no {name}",
                file=path,
                column="releases.parties",
                do=f"Add a party with the role {name}.",
            )


def kpis(contract: OcdsContract) -> list[Block]:
    """Agreed metrics, with the target where one is a number."""
    made: list[Block] = []
    for metric in contract.agreed_metrics or []:
        target = next((o for o in metric.observations or [] if o.notes == "target"), None)
        unit = (target.unit or {}).get("name") if target else None
        made.append(
            {
                "id": named(metric.id),
                "label": metric.title or metric.id,
                "of": RECORDED["id"],
                "target": decimal(target.measure) if target else None,
                "unit": unit,
            }
        )
    return made


def amended(contract: OcdsContract) -> list[str]:
    """A sentence for each amendment: what it changed is in words, and terms change by what is written."""
    dated = [((a.date or "a day not given")[:10], a.rationale or "no reason given") for a in contract.amendments or []]
    return [f"There was an amendment on {day} ({why}): write what it changed as a variation." for day, why in dated]


def ocds_left(release: Release, contract: OcdsContract, parties: list[Organization]) -> list[Loss]:
    """What the document holds and a contract file has no place for."""
    made = [Loss(what="contracts.rules of payment", why="OCDS has no place for how amounts are worked out.")]
    made += [
        Loss(what=f"parties.{p.id}", why="It has no part in the contract itself.")
        for p in release.parties
        if p not in parties
    ]
    made += [
        Loss(what=f"contracts.amendments.{a.id}", why="What it changed is in words, and a variation changes terms.")
        for a in contract.amendments or []
    ]
    made += [
        Loss(what=f"contracts.agreedMetrics.{m.id}.observations", why="Only a target that is a number is carried over.")
        for m in contract.agreed_metrics or []
        if any(o.notes != "target" or decimal(o.measure) is None for o in m.observations or [])
    ]
    done = contract.implementation
    made += [
        Loss(what=f"metrics.{m.id}.observations", why="What an indicator came to is evidence, not a term.")
        for m in (done.metrics if done else None) or []
    ]
    made += [Loss(what=f"transactions.{t.id}", why=PAID) for t in (done.transactions if done else None) or []]
    made += [
        Loss(what=f"performanceFailures.{f.id}", why="A failure that was found is evidence, not a term.")
        for f in (done.performance_failures if done else None) or []
    ]
    return [*made, *unused("contracts.", contract, NOT_TERMS), *unused("", release, NOT_TERMS)]


def giving_terms(path: Path, wanted: str | None, service: str | None) -> Terms:
    """The terms of one published grant: paid once, on the day of the award."""
    package = read_wire(GrantPackage, path)
    grants = {g.id: g for g in package.grants}
    grant = grants[one_of(dict(grants), wanted, path, "grant")]
    awarded = day_of(grant.award_date)
    planned = grant.planned_dates[0] if grant.planned_dates else None
    start = (day_of(planned.start_date) if planned else None) or awarded
    span = days(path, "grants.plannedDates", start, day_of(planned.end_date) if planned else None)
    if not grant.recipient_organization or not grant.funding_organization:
        raise bad(
            "the grant names no funder or no recipient",
            file=path,
            column=f"grants.{grant.id}",
            do="Add both organisations.",
        )
    if not grant.amount_awarded >= 0:
        raise bad(
            "money is negative", file=path, column="grants.amountAwarded", value=grant.amount_awarded, do="Correct it."
        )
    funder, recipient = grant.funding_organization[0], grant.recipient_organization[0]
    who = [
        {"id": named(funder.id), "name": funder.name, "role": "commissioner"},
        {"id": named(recipient.id), "name": recipient.name, "role": "provider"},
    ]
    paid_on = min(max(awarded or span[0], span[0]), span[1])
    instalment = {"on": paid_on, "amount": pence(grant.amount_awarded)}
    moved = (
        []
        if paid_on == awarded
        else [f"The award of {awarded} lies outside the days of the grant: it is paid on {paid_on}."]
    )
    return Terms(
        head={
            "id": named(grant.id),
            "title": grant.title,
            "currency": grant.currency,
            "price_base_year": span[0].year,
            "note": None if grant.description == grant.title else grant.description,
        },
        period=span,
        blocks={
            "parties": who,
            "payments": [{"id": "grant", "kind": "grant", "label": grant.title, "instalments": [instalment]}],
        },
        service=service or named(grant.id),
        assumed=("The grant is taken to be paid at once.", *moved, *services_and_prices(span, service)),
        losses=tuple(unused("grants.", grant, NOT_TERMS)),
    )
