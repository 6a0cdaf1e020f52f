"""The things of a casework as plain frozen records: what the rules look at, whoever stores them."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Literal

from resettle.result import Record

Answer = Literal["achieved", "partly", "not"]


class Step(Record):
    """One thing to do for a goal; `by` says who does it (empty: nobody is named)."""

    id: str
    text: str = ""
    by: str = ""
    state: str = "not_started"
    due: date | None = None


class Goal(Record):
    """What a person will do, in their own words, and the goods it is for.

    `offered`: a plan with it was offered. `person_says_achieved`: the person said that they have got there.
    """

    id: str
    own_words: str = ""
    so_that: str = ""
    goods: tuple[str, ...] = ()
    state: str = "idea"
    steps: tuple[Step, ...] = ()
    offered: bool = False
    person_says_achieved: bool = False

    @property
    def open_steps(self) -> tuple[Step, ...]:
        """The steps that are still part of the goal: all but those not needed."""
        return tuple(step for step in self.steps if step.state != "not_needed")

    @property
    def is_complete(self) -> bool:
        """Whether it may be worked on: in the person's words, for a good, with a step."""
        return bool(self.own_words.strip() and self.goods and self.open_steps)

    @property
    def asks_whether_achieved(self) -> bool:
        """Whether all its steps are done, so that the person is asked if they have got there."""
        return self.state == "active" and bool(self.open_steps) and all(s.state == "done" for s in self.open_steps)


class PlanVersion(Record):
    """One version of a plan. `snapshot` is its whole text as offered, `seal` the hash of it that is printed on the page."""

    id: str
    number: int = 1
    state: str = "draft"
    strengths: tuple[str, ...] = ()
    snapshot: str = ""
    seal: str = ""
    answered_how: Literal["", "in_person", "phone", "paper", "app"] = ""

    @property
    def is_sealed(self) -> bool:
        """Whether the text is still the one that was sealed."""
        return bool(self.seal) and self.seal == seal_of(self.snapshot)


def seal_of(snapshot: str) -> str:
    """The hash of a plan's text (SHA-256): what stands on the paper copy, and proves that nothing was changed."""
    return hashlib.sha256(snapshot.encode()).hexdigest()


class Assignment(Record):
    """A worker of the provider who has a referral, or had it (`superseded`)."""

    worker_id: str
    superseded: bool = False


class Referral(Record):
    """A service asked to help with goals. `outcomes` are what was asked for, each with its answer in the end report."""

    id: str
    goal_ids: tuple[str, ...] = ()
    service_id: str = ""
    provider_id: str = ""
    state: str = "draft"
    person_consents: bool = False
    chosen_because: str = ""
    outcomes: dict[str, Answer | None] = {}
    assignments: tuple[Assignment, ...] = ()
    contacts: int = 0
    sessions_planned: int = 0
    sessions_delivered: int = 0
    amendment: tuple[str, str] | None = None

    @property
    def current_assignments(self) -> tuple[Assignment, ...]:
        """The assignments that were not superseded."""
        return tuple(a for a in self.assignments if not a.superseded)


class Relationship(Record):
    """Who works with the person, in which role and team; `joint` where two share a role on purpose."""

    id: str
    worker_id: str
    role: str
    team: str = ""
    begins: date | None = None
    ends: date | None = None
    state: str = "current"
    joint: bool = False
    next_id: str | None = None
    end_reason: str = ""


class Message(Record):
    """A message that a worker scheduled for the person, as part of their relationship."""

    id: str
    relationship_id: str
    due: date
    state: Literal["scheduled", "sent", "cancelled"] = "scheduled"
    sent_on: date | None = None


class Volunteer(Record):
    """A mentor or volunteer with the last day of each check and training (None: not there), and how many they can meet."""

    id: str
    state: str = "applied"
    consents: bool = False
    checks: dict[str, date | None] = {}
    training: dict[str, date | None] = {}
    room: int = 1


class Match(Record):
    """A person and a mentor; `reasons` say why these two."""

    id: str
    mentor_id: str
    state: str = "proposed"
    reasons: tuple[str, ...] = ()
    person_consents: bool = False
    excluded: bool = False
    ending_on: date | None = None


class Contact(Record):
    """A meeting, call or visit. `revisions` are what was recorded before, oldest first."""

    id: str
    worker_id: str
    on: date
    state: str = "planned"
    concern: str = ""
    concern_marked: bool = False
    concern_reader: str = ""
    revisions: tuple[str, ...] = ()
    next_id: str | None = None


class Evidence(Record):
    """Something seen to be so: `fact_id` and `fact_on` are the dated fact that it is derived from."""

    id: str
    code: str
    state: str = "observed"
    fact_id: str = ""
    fact_on: date | None = None
    observed_by: str = ""
    verified_by: str = ""
    verified_how: Literal["", "self", "worker", "document", "registry"] = ""
    settlement_id: str = ""
    settlement_open: bool = False
    replaced_by: str = ""


class Review(Record):
    """A review of the plan: when the rule says it is due, when that was put off to, who did it and when."""

    id: str
    due: date
    put_off_to: date | None = None
    put_off_on: date | None = None
    state: str = "scheduled"
    done_by: str = ""
    done_on: date | None = None

    @property
    def due_now(self) -> date:
        """The date that counts."""
        return self.put_off_to or self.due
