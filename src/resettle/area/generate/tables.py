"""From the people of one block to rows of the declared tables."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from resettle.area.generate import shapes
from resettle.area.generate.circumstances import codes as circumstance_codes
from resettle.area.generate.circumstances import draw_spells, shape_of
from resettle.area.generate.columns import Ids, coded, dates, flags, money, numbered, whole
from resettle.area.generate.custody import KINDS, PRISONS, Stays, draw_stays
from resettle.area.generate.draw import Ints
from resettle.area.generate.events import Block
from resettle.area.generate.outcomes import BANDS, codes, draw_outcomes
from resettle.area.generate.places import borough_ids
from resettle.area.generate.plans import Plans, draw_plans, goods, words
from resettle.area.generate.programmes import Participations, draw_participations, reasons
from resettle.area.generate.records import OUTCOMES, TIERS, Records, draw_records, draw_tiers, groups
from resettle.area.generate.spending import categories, draw_spending
from resettle.area.generate.write import Columns, Writers


@dataclass
class Numbering:
    """Gives each row of the area a number that no other row of its table has, block after block."""

    people: int
    used: dict[str, int] = field(default_factory=dict)

    def take(self, prefix: str, count: int) -> Ids:
        """The next `count` identifiers with a prefix, wide enough for the whole area."""
        first = self.used.get(prefix, 0) + 1
        self.used[prefix] = first + count - 1
        width = max(7, len(str(self.people)) + (0 if prefix == "P" else 2))
        return Ids(prefix, first, count, width)

    @property
    def workers(self) -> int:
        """How many workers hold plans: one for each 150 people, at least five."""
        return max(5, self.people // 150)


@dataclass(frozen=True)
class Named:
    """Identifiers that several tables share."""

    person: Ids
    index: Ids
    goal: Ids


def write_block(block: Block, writers: Writers, numbers: Numbering) -> None:
    """Draw everything that hangs on the people of a block, and write it."""
    records = draw_records(block)
    stays, guilty = draw_stays(block, records)
    records.custody[guilty] = True
    taking = draw_participations(block)
    plans = draw_plans(block, taking, numbers.workers)
    named = Named(
        numbers.take("P", len(block)), numbers.take("I", len(block.events)), numbers.take("G", len(plans.goals))
    )
    writers.write("person", person(block, named))
    writers.write("index_event", index_event(block, named, records))
    writers.write("offence", offence(block, named, records, numbers))
    writers.write("custody", custody(block, named, stays, numbers))
    writers.write("assessment", assessment(block, named))
    writers.write("programme", programme(block, named, taking, numbers))
    writers.write("delivery", delivery(block, named, taking, plans, numbers))
    writers.write("goods_rating", goods_rating(named, plans))
    plan = numbers.take("L", len(plans))
    writers.write("plan", plan_rows(named, plans, plan))
    writers.write("goal", goal(named, plans, plan))
    writers.write("spend", spend(block, named, taking, plans, numbers))
    writers.write("outcome", outcome(block, named, taking, plans, numbers))
    writers.write("circumstance", circumstance(block, named, numbers))


def person(block: Block, named: Named) -> Columns:
    """`person`: nobody dies."""
    return {
        "person_id": named.person.all(),
        "birth_date": dates(block.birth),
        "sex": coded(block.events.profile.female[: len(block)].astype(np.int64), ["M", "F"]),
        "ethnicity": coded(block.ethnicity, list(shapes.people().ethnicity)),
        "place_id": coded(block.borough, borough_ids()),
    }


def index_event(block: Block, named: Named, records: Records) -> Columns:
    """`index_event`; age is left out because dates of birth are held."""
    events = block.events
    profile = events.profile
    group = np.zeros(len(events), np.int64)
    behind = (records.date == events.offence[records.event]) & (records.proven == events.convicted[records.event])
    group[records.event[behind]] = records.group[behind]
    return {
        "index_id": named.index.all(),
        "person_id": named.person.of(events.person),
        "index_date": dates(events.date),
        "disposal": coded(profile.cell, [c.disposal for c in shapes.disposals().cells.values()]),
        "sentence_days": whole(np.maximum(profile.sentence, 0), profile.sentence < 0),
        "offence_group": coded(group, groups()),
        "previous_convictions": whole(profile.previous),
    }


def offence(block: Block, named: Named, records: Records, numbers: Numbering) -> Columns:
    """`offence`."""
    return {
        "offence_id": numbers.take("O", len(records)).all(),
        "person_id": named.person.of(block.events.person[records.event]),
        "offence_date": dates(records.date),
        "offence_group": coded(records.group, groups()),
        "recordable": flags(records.recordable),
        "breach": flags(records.breach),
        "in_scope": flags(records.in_scope),
        "outcome": coded(records.outcome, OUTCOMES),
        "proven_date": dates(records.proven),
        "court_tier": coded(draw_tiers(block.stream("tiers"), records.group), TIERS),
        "custody": flags(records.custody),
    }


def custody(block: Block, named: Named, stays: Stays, numbers: Numbering) -> Columns:
    """`custody`."""
    return {
        "custody_id": numbers.take("C", len(stays.event)).all(),
        "person_id": named.person.of(block.events.person[stays.event]),
        "date_in": dates(stays.start),
        "date_out": dates(stays.out),
        "kind": coded(stays.kind, KINDS),
        "prison": coded(stays.prison, PRISONS),
    }


def assessment(block: Block, named: Named) -> Columns:
    """`assessment`: eight rows for each index event."""
    events = block.events
    areas = list(shapes.needs().areas)
    return {
        "person_id": named.person.of(np.repeat(events.person, len(areas))),
        "assessed_on": dates(np.repeat(events.assessed, len(areas))),
        "item": coded(np.tile(np.arange(len(areas)), len(events)), areas),
        "score": pa.array(events.profile.needs.ravel().astype(np.float64)),
    }


def programme(block: Block, named: Named, taking: Participations, numbers: Numbering) -> Columns:
    """`programme`: one row for each referral."""
    began = ~np.isnat(taking.started)
    return {
        "participation_id": numbers.take("T", len(taking)).all(),
        "person_id": named.person.of(block.events.person[taking.event]),
        "service_id": coded(taking.service, list(shapes.services().services)),
        "index_id": named.index.of(taking.event),
        "referred_on": dates(taking.referred),
        "started_on": dates(taking.started),
        "ended_on": dates(taking.ended),
        "dose": pa.array(taking.dose.astype(np.float64), mask=~began),
        "completed": pa.array(taking.completed, mask=~began),
        "end_reason": coded(taking.reason, reasons()),
    }


def delivery(block: Block, named: Named, taking: Participations, plans: Plans, numbers: Numbering) -> Columns:
    """`delivery`: each contact serves one goal of the person's plan in turn."""
    contacts = taking.contacts
    event = taking.event[contacts.taking]
    plan = np.searchsorted(plans.event, event)
    many = np.diff(np.append(plans.first_goal, len(plans.goals)))
    index_date = block.events.date[event]
    inside = (block.events.profile.kind[event] == 0) & (contacts.date < index_date)
    at_gate = (block.events.profile.kind[event] == 0) & (contacts.date == index_date)
    service = taking.service[contacts.taking]
    return {
        "delivery_id": numbers.take("D", len(event)).all(),
        "person_id": named.person.of(block.events.person[event]),
        "service_id": coded(service, list(shapes.services().services)),
        "goal_id": named.goal.of(plans.first_goal[plan] + contacts.rank % np.maximum(many[plan], 1)),
        "delivered_on": dates(contacts.date),
        "attended": coded(contacts.attended, list(shapes.services().contact.attended)),
        "minutes": whole(contacts.minutes),
        "worker_id": numbered("M", 1 + service * 1000 + event % max(1, numbers.workers % 1000), 5),
        "setting": coded(np.where(inside, 0, np.where(at_gate, 1, 2)), ["prison", "gate", "community"]),
    }


def goods_rating(named: Named, plans: Plans) -> Columns:
    """`goods_rating`: the person's and the worker's, side by side."""
    ratings = plans.ratings
    return {
        "person_id": named.person.of(plans.event[ratings.plan]),
        "rated_on": dates(plans.offered[ratings.plan]),
        "good": coded(ratings.good, goods()),
        "rater": coded(ratings.rater, ["person", "worker"]),
        "at_time": coded(ratings.then, ["now", "then"]),
        "importance": whole(ratings.importance),
        "attainment": whole(ratings.attainment),
    }


def plan_rows(named: Named, plans: Plans, ids: Ids) -> Columns:
    """`plan`: one version for each person who has one."""
    return {
        "plan_id": ids.all(),
        "person_id": named.person.of(plans.event),
        "offered_on": dates(plans.offered),
        "status": coded(plans.status, list(shapes.plans().status)),
        "agreed_on": dates(plans.agreed),
        "worker_id": numbered("W", plans.worker + 1, 6),
    }


def goal(named: Named, plans: Plans, ids: Ids) -> Columns:
    """`goal`."""
    goals = plans.goals
    will, so_that, _ = words()
    open_ = np.isnat(goals.ended)
    return {
        "goal_id": named.goal.all(),
        "plan_id": ids.of(goals.plan),
        "person_id": named.person.of(plans.event[goals.plan]),
        "good": coded(goals.good, goods()),
        "status": coded(goals.status, list(shapes.plans().goal_status)),
        "own_words": coded(goals.words, will),
        "so_that": coded(goals.words, so_that),
        "set_on": dates(plans.offered[goals.plan]),
        "ended_on": dates(goals.ended),
        "attainment_level": whole(goals.level, open_),
    }


def spend(block: Block, named: Named, taking: Participations, plans: Plans, numbers: Numbering) -> Columns:
    """`spend`: personal budgets."""
    lines = draw_spending(block, plans, taking)
    return {
        "spend_id": numbers.take("S", len(lines.pence)).all(),
        "person_id": named.person.of(person_of(block, taking, lines.taking)),
        "goal_id": named.goal.of(lines.goal),
        "good": coded(lines.good, goods()),
        "kind": coded(lines.refund, ["spend", "refund"]),
        "spent_on": dates(lines.date),
        "amount": money(lines.pence),
        "category": coded(lines.category, categories()[0]),
    }


def person_of(block: Block, taking: Participations, rows: Ints) -> Ints:
    """The person behind each of some participations."""
    return block.events.person[taking.event[rows]]


def outcome(block: Block, named: Named, taking: Participations, plans: Plans, numbers: Numbering) -> Columns:
    """`outcome`: evidence for payment."""
    found = draw_outcomes(block, plans, taking)
    return {
        "outcome_id": numbers.take("E", len(found.event)).all(),
        "person_id": named.person.of(block.events.person[found.event]),
        "service_id": coded(found.service, list(shapes.services().services)),
        "goal_id": named.goal.of(found.goal),
        "outcome": coded(found.code, codes()),
        "observed_on": dates(found.date),
        "verification": coded(found.verification, list(shapes.plans().outcome.verification)),
        "verified_on": dates(found.verified),
        "band": coded(found.band, BANDS),
    }


def circumstance(block: Block, named: Named, numbers: Numbering) -> Columns:
    """`circumstance`: spells of housing and of work after the last index event."""
    spells = draw_spells(block)
    return {
        "circumstance_id": numbers.take("F", len(spells.event)).all(),
        "person_id": named.person.of(block.events.person[spells.event]),
        "domain": coded(spells.domain, ["housing", "work"]),
        "code": coded(spells.code, circumstance_codes()),
        "from_date": dates(spells.start),
        "to_date": dates(spells.end),
        "source": coded(spells.source, list(shape_of().sources)),
        "verified_on": dates(spells.verified),
    }
