"""OCDS 1.1.5 as typed models: the parts that a contract fills, with metrics and performance failures (UK9).

Source: Open Contracting Data Standard 1.1.5; metrics and performance failures extensions; OCDS UK extension of 13 January 2026.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from resettle.commissioning.standards.base import Wire

VERSION = "1.1"
EXTENSIONS = (
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_metrics_extension/master/extension.json",
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_performance_failures/master/extension.json",
    "https://raw.githubusercontent.com/cabinetoffice/ocds_uk_extension/main/extension.json",
)


class Value(Wire):
    """An amount of money."""

    amount: float | None = None
    currency: str | None = None


class Period(Wire):
    """From a day to a day."""

    start_date: str | None = None
    end_date: str | None = None


class Organization(Wire):
    """A party."""

    id: str
    name: str | None = None
    roles: list[str] = []
    details: dict[str, Any] | None = None


class Reference(Wire):
    """A party, named."""

    id: str
    name: str | None = None


class Observation(Wire):
    """One reading of a metric, or its target."""

    id: str
    period: Period | None = None
    value: Value | None = None
    measure: str | float | None = None
    unit: dict[str, Any] | None = None
    dimensions: dict[str, Any] | None = None
    notes: str | None = None
    measure_classification: dict[str, Any] | None = None


class Metric(Wire):
    """A key performance indicator."""

    id: str
    title: str | None = None
    description: str | None = None
    observations: list[Observation] | None = None


class Failure(Wire):
    """A performance failure, with what it cost."""

    id: str
    period: Period | None = None
    category: str | None = None
    events: float | None = None
    requirement: str | None = None
    description: str | None = None
    decision_date: str | None = None
    penalty_date: str | None = None
    penalty_type: str | None = None
    penalty_value: Value | None = None
    suppliers: list[Reference] | None = None


class Transaction(Wire):
    """A payment."""

    id: str
    source: str | None = None
    date: str | None = None
    value: Value | None = None
    payer: Reference | None = None
    payee: Reference | None = None


class Implementation(Wire):
    """What was delivered and paid."""

    transactions: list[Transaction] | None = None
    metrics: list[Metric] | None = None
    performance_failures: list[Failure] | None = None


class Amendment(Wire):
    """A variation."""

    id: str
    date: str | None = None
    rationale: str | None = None
    description: str | None = None


class OcdsContract(Wire):
    """The contract."""

    id: str
    award_id: str | None = Field(None, alias="awardID")
    title: str | None = None
    description: str | None = None
    status: str | None = None
    period: Period | None = None
    value: Value | None = None
    agreed_metrics: list[Metric] | None = None
    no_agreed_metrics_rationale: str | None = None
    amendments: list[Amendment] | None = None
    implementation: Implementation | None = None


class Award(Wire):
    """The award that the contract follows."""

    id: str
    title: str | None = None
    status: str | None = None
    value: Value | None = None
    suppliers: list[Reference] = []


class Release(Wire):
    """One release."""

    ocid: str
    id: str
    date: str
    tag: list[str]
    initiation_type: str
    language: str | None = None
    parties: list[Organization] = []
    buyer: Reference | None = None
    awards: list[Award] = []
    contracts: list[OcdsContract] = []


class Publisher(Wire):
    """Who publishes."""

    name: str


class Package(Wire):
    """A release package."""

    uri: str
    version: str = VERSION
    extensions: list[str] = []
    published_date: str
    publisher: Publisher
    releases: list[Release]
