"""Which conditions of the state tables hold: one function for each kind of thing, from records to the names of conditions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from resettle.goodlives.records import (
    Contact,
    Evidence,
    Goal,
    Match,
    Message,
    PlanVersion,
    Referral,
    Relationship,
    Review,
    Step,
    Volunteer,
)
from resettle.goodlives.states import Actor, state_table

CONTACT_MATCHES = ("proposed", "introduced", "active", "ending")
MENTORS = ("mentor", "peer_mentor")


def holding(**conditions: object) -> frozenset[str]:
    """The names of the conditions that are true."""
    return frozenset(name for name, holds in conditions.items() if holds)


def plan_facts(plan: PlanVersion, goals: Iterable[Goal], others: Iterable[PlanVersion] = ()) -> frozenset[str]:
    """What holds of a plan version, given the person's goals and the other versions."""
    active = [goal for goal in goals if goal.state == "active"]
    rest = [other for other in others if other.id != plan.id]
    return holding(
        no_other_draft=all(other.state != "draft" for other in rest),
        has_active_goal=active,
        active_goals_are_complete=active and all(goal.is_complete for goal in active),
        strengths_are_named=any(strength.strip() for strength in plan.strengths),
        snapshot_is_sealed=plan.is_sealed,
        way_of_answering_is_recorded=plan.answered_how,
        later_version_exists=any(other.number > plan.number for other in rest),
    )


def goal_facts(goal: Goal) -> frozenset[str]:
    """What holds of a goal."""
    return holding(
        is_in_own_words=goal.own_words.strip(),
        names_a_good=goal.goods,
        has_a_step=goal.open_steps,
        person_says_so=goal.person_says_achieved,
        never_offered=not goal.offered,
    )


def step_facts(step: Step, goal: Goal) -> frozenset[str]:
    """What holds of a step of a goal."""
    others = [other for other in goal.open_steps if other.id != step.id]
    return holding(says_who=step.by.strip(), goal_keeps_a_step=goal.state != "active" or others)


def referral_facts(referral: Referral, actor: Actor, way_of_ending: str | None = None) -> frozenset[str]:
    """What holds of a referral for somebody who acts; for a provider, `actor.id` is the provider's.

    `way_of_ending` is the coded reason, where it is being ended.
    """
    delivered, planned = referral.sessions_delivered, referral.sessions_planned
    return holding(
        comes_from_a_goal=referral.goal_ids,
        person_consents=referral.person_consents,
        person_chose=referral.chosen_because.strip(),
        outcomes_are_named=referral.outcomes,
        is_assigned_to_provider=actor.id and actor.id == referral.provider_id,
        a_contact_happened=referral.contacts > 0,
        sessions_are_planned=planned > 0 and planned >= delivered,
        a_session_was_delivered=delivered > 0,
        before_and_after_are_kept=referral.amendment is not None,
        one_worker_is_assigned=len(referral.current_assignments) == 1,
        way_of_ending_fits_sessions=(delivered == 0) == (way_of_ending == "never_started"),
        something_was_delivered=delivered > 0,
        every_outcome_is_answered=referral.outcomes and all(referral.outcomes.values()),
        nothing_was_delivered=delivered == 0,
    )


def contact_facts(
    contact: Contact,
    on: date,
    relationships: Iterable[Relationship] = (),
    match: Match | None = None,
    volunteer: Volunteer | None = None,
) -> frozenset[str]:
    """What holds of a contact recorded on a day; for a mentor's, whoever records it, with their match and what is known of them.

    A mentor's checks must be in date on the day of the contact and on the day of recording it. Paid staff need no match.
    """
    live = state_table("relationship").live_states
    ties = [r for r in relationships if r.worker_id == contact.worker_id and r.state in live]
    matched = match is not None and match.mentor_id == contact.worker_id and match.state in CONTACT_MATCHES
    staff = bool(ties) and volunteer is None and not any(r.role in MENTORS for r in ties)
    return holding(
        relationship_is_current=ties or matched,
        match_allows_contact=matched or staff,
        checks_are_in_date=in_date(volunteer.checks, max(on, contact.on)) if volunteer is not None else staff,
        not_in_the_future=contact.on <= on,
        concern_has_words_and_reader=not contact.concern_marked or (contact.concern.strip() and contact.concern_reader),
        new_contact_is_planned=contact.next_id,
        earlier_revision_is_kept=contact.revisions,
    )


def match_facts(
    match: Match, volunteer: Volunteer, on: date, matches: Iterable[Match] = (), load: int = 0
) -> frozenset[str]:
    """What holds of a match: `matches` are the person's, `load` counts the mentor's other open matches."""
    open_states = state_table("match").open_states
    return holding(
        reasons_are_kept=any(reason.strip() for reason in match.reasons),
        checks_are_in_date=in_date(volunteer.checks, on),
        mentor_has_room=load < volunteer.room,
        no_safety_exclusion=not match.excluded,
        no_other_open_match=not any(m.id != match.id and m.state in open_states for m in matches),
        person_consents=match.person_consents,
        ending_has_a_date=match.ending_on is not None,
    )


def volunteer_facts(volunteer: Volunteer, on: date, open_matches: int = 0) -> frozenset[str]:
    """What holds of a volunteer with so many open matches."""
    return holding(
        volunteer_consents=volunteer.consents,
        checks_are_in_date=in_date(volunteer.checks, on),
        training_is_in_date=in_date(volunteer.training, on),
        has_open_match=open_matches > 0,
        has_no_open_match=open_matches == 0,
    )


def relationship_facts(
    relationship: Relationship, others: Iterable[Relationship] = (), messages: Iterable[Message] = ()
) -> frozenset[str]:
    """What holds of a relationship, given the person's others and the messages that are scheduled."""
    live = state_table("relationship").live_states
    rest = [r for r in others if r.id != relationship.id]
    same = [r for r in rest if r.role == relationship.role and r.team == relationship.team and r.state == "current"]
    following = next((r for r in rest if r.id == relationship.next_id), None)
    return holding(
        no_other_current_or_joint=all(r.joint and relationship.joint for r in same),
        next_worker_is_named=relationship.next_id,
        next_relationship_is_current=following is not None and following.state in live,
        scheduled_messages_are_moved_or_cancelled=not any(
            m.relationship_id == relationship.id and m.state == "scheduled" for m in messages
        ),
    )


def evidence_facts(evidence: Evidence, on: date, verifier: str = "") -> frozenset[str]:
    """What holds of a piece of evidence; `verifier` is who verifies it now."""
    return holding(
        fact_has_a_date=evidence.fact_on is not None and evidence.fact_id,
        not_in_the_future=evidence.fact_on is not None and evidence.fact_on <= on,
        verifier_is_not_the_observer=verifier and verifier != evidence.observed_by,
        way_of_verifying_is_recorded=evidence.verified_how,
        settlement_is_named=evidence.settlement_id,
        new_record_stands_in_its_place=evidence.replaced_by,
        settlement_is_reopened=evidence.settlement_open,
    )


def review_facts(review: Review, on: date, due_by_rule: date, latest_new_date: date | None = None) -> frozenset[str]:
    """What holds of a review on a day: `due_by_rule` is the date its rule gives, `latest_new_date` how far it may be put off."""
    later = review.put_off_to is not None and review.put_off_to > review.due
    return holding(
        due_date_follows_the_rule=review.due == due_by_rule,
        says_who_and_when=review.done_by and review.done_on is not None and review.done_on <= on,
        not_past_its_date=on <= review.due_now,
        past_its_date=on > review.due_now,
        new_due_date_is_later=later
        and latest_new_date is not None
        and (review.put_off_to or review.due) <= latest_new_date,
    )


def in_date(last_days: dict[str, date | None], on: date) -> bool:
    """Whether there is at least one, and each runs to this day or beyond."""
    return bool(last_days) and all(last is not None and last >= on for last in last_days.values())
