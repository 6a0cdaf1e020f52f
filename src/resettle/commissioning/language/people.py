"""Whom a contract is about: who counts, in which cohorts, and who sets complexity bands."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from resettle.commissioning.language.base import EARLIEST, LATEST, Period, Terms
from resettle.commissioning.language.fields import Id


class Intake(Terms):
    """Cohorts, one after the other. They are numbered from 1; a result says which one it is of."""

    every: Literal["quarter", "year", "count"] = Field(
        description="`quarter`, `year`: people who enter in each. `count`: so many people, however long that takes."
    )
    cohorts: int = Field(ge=1, le=400, description="How many cohorts.")
    start: date | None = Field(
        None, ge=EARLIEST, le=LATEST, description="First day of the first cohort; absent: first day of the contract."
    )
    size: int | None = Field(None, ge=1, description="People in each cohort; needed where cohorts are made by count.")


class Banding(Terms):
    """Who sets the complexity band on which prices depend, and until when: not whoever is paid by it."""

    assessor: Id = Field(description="Party that sets the band.")
    before: Literal["referral", "start"] = Field(
        "start",
        description="A band set later than this is set aside, and the person is priced without one, at the lowest price.",
    )


class Referrals(Terms):
    """The volume that the commissioner promises, in people a contract year."""

    least: int | None = Field(None, ge=0, description="Fewest that will be referred in a contract year.")
    most: int | None = Field(None, ge=0, description="Most that the provider must take in a contract year.")


class Population(Terms):
    """Whom the contract is about."""

    services: tuple[Id, ...] = Field(description="Services that the contract pays for, by `service_id` of the area.")
    eligibility: str = Field("", description="Who may be referred, in words.")
    exclusions: tuple[str, ...] = Field((), description="Who is left out, in words.")
    counted: Literal["referred", "started", "completed"] = Field(
        "referred",
        description="Whose results are measured. `referred`: everyone meant to be served (intention to treat).",
    )
    index: Period | None = Field(
        None,
        description="Only starts whose index event falls in this window count; the study of the effect uses the same window.",
    )
    size: int | None = Field(
        None,
        ge=1,
        description="People expected in the cohort that is measured: lets `check` say how often chance would pay.",
    )
    comparison_size: int | None = Field(
        None, ge=1, description="People expected in the comparison group; absent: a fixed baseline."
    )
    intake: Intake | None = Field(None, description="Cohorts that are measured one by one; absent: one cohort.")
    banding: Banding | None = Field(None, description="Who sets complexity bands.")
    referrals: Referrals | None = Field(None, description="Volumes promised.")
