"""Pieces of a small office that several tests put together."""


def volunteering(office, user=None, **values):
    """A volunteer of the North team whose checks and training are in date, available."""
    from datetime import timedelta

    from django.utils import timezone

    from resettle.web.mentors import work
    from resettle.web.mentors.models import Check

    user = user or office.mentor
    values = {"consents": True, "languages": ["English"], "interests": ["football"], **values}
    one = work.apply(office.coordinator, {"name": user.name, "email": user.email, **values})
    for kind in (*Check.CHECKS, *Check.TRAINING):
        one.checks.create(kind=kind, until=timezone.localdate() + timedelta(days=200), seen_by=office.coordinator)
    for event in ("start_checks", "train", "clear", "make_available"):
        assert work.act(one, event, office.coordinator) == ""
    return one


def matched(office, person, volunteer):
    """A match that the person said yes to, and that is under way."""
    from resettle.web.mentors import work

    match = work.propose(person, volunteer, office.coordinator)
    work.consent(match, office.practitioner)
    for event in ("introduce", "start"):
        assert work.move_match(match, event, office.coordinator) is None
    return match
