"""INDIGO 4.1 as typed models: the parts of a project that a contract fills."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict

from resettle.commissioning.standards.base import Wire


class Block(Wire):
    """A block of a project; keys are as INDIGO writes them."""

    model_config = ConfigDict(frozen=True, extra="allow", alias_generator=None)


class Held(Block):
    """A value, as INDIGO wraps each."""

    value: Any = None


class Money(Block):
    """An amount with its currency."""

    currency: Held | None = None
    amount: Held | None = None


class Range(Block):
    """An amount that may be a range."""

    min: Held | None = None
    exact: Held | None = None
    max: Held | None = None


class Commitment(Block):
    """An amount that may be a range, with its currency."""

    currency: Held | None = None
    amount: Range | None = None


class Span(Block):
    """From a day to a day."""

    start_date: Held | None = None
    end_date: Held | None = None


class Metric(Block):
    """An outcome that is paid for."""

    id: str
    definition: Held | None = None
    targeted_number_of_service_users_or_beneficiaries_total: Held | None = None
    outcome_validation_method: Held | None = None
    data_source_for_outcome_validation: Held | None = None


class Pricing(Block):
    """What an outcome is paid."""

    outcome_metric_id: Held
    currency: Held | None = None
    price_per_unit: Money | None = None
    price_description: Held | None = None


class Investment(Block):
    """An investor's money."""

    id: str
    organisation_id: Held | None = None
    investment_commitment: Commitment | None = None
    maximum_potential_return_type: Held | None = None
    maximum_potential_return: Held | None = None
    investment_type: Held | None = None


class Payer(Block):
    """The most that a payer has promised."""

    organisation_id: Held | None = None
    maximum_potential_outcome_payment: Money | None = None
    period: Span | None = None


class Provision(Block):
    """An organisation that provides the service."""

    id: str
    organisation_id: Held | None = None


class Paid(Block):
    """A payment for outcomes."""

    outcome_metric_id: Held | None = None
    period: Span | None = None
    payer_organisation_id: Held | None = None
    recipient_organisation_id: Held | None = None
    type: Held | None = None
    money: Money | None = None


class Ocid(Block):
    """A contracting process."""

    ocid: str


class Project(Block):
    """One project."""

    name: Held
    dates: dict[str, Any] = {}
    service_provisions: list[Provision] | None = None
    outcome_metrics: list[Metric] | None = None
    outcome_pricings: list[Pricing] | None = None
    outcome_payment_commitments: list[Payer] | None = None
    investments: list[Investment] | None = None
    outcome_payments: list[Paid] | None = None
    open_contracting_datas: list[Ocid] | None = None
