"""Pages of volunteers, of a person's mentor, and of the mentor's own week."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from resettle.goodlives.states import Refused, state_table
from resettle.web.look.forms import sent
from resettle.web.mentors import forms, work
from resettle.web.mentors.models import Check, Claim, Match, Supervision, Volunteer, Wish
from resettle.web.people.models import Person
from resettle.web.plans.forms import labels
from resettle.web.plans.views import page, signed_in

SOON = timedelta(days=60)
WISHES = ("sex", "must_sex", "interests", "shared_experience", "keep_apart")


def volunteers(request: HttpRequest) -> HttpResponse:
    """The volunteers of the team: where each stands, and what runs out soon."""
    by = timezone.localdate() + SOON
    found = work.own_volunteers(signed_in(request)).exclude(state="left")
    rows = [{"one": one, "open": one.open_matches(), "runs_out": work.runs_out(one, by)} for one in found]
    return render(request, "mentors/volunteers.html", {"rows": rows, "states": state_table("volunteer").states})


def volunteer_add(request: HttpRequest) -> HttpResponse:
    """Keep that somebody wants to help."""
    user = signed_in(request)
    form = forms.VolunteerForm(sent(request), team=user.team_id)
    if request.method == "POST" and form.is_valid():
        made = work.apply(user, dict(form.cleaned_data))
        if not isinstance(made, Refused):
            return redirect("volunteer", volunteer_id=made.pk)
        form.add_error(None, str(made))
    return page(request, "people/form.html", {"form": form, "heading": "Add a volunteer"})


def own(request: HttpRequest, volunteer_id: Any) -> Volunteer:
    """A volunteer of the reader's team."""
    return get_object_or_404(work.own_volunteers(signed_in(request)), pk=volunteer_id)


def volunteer(request: HttpRequest, volunteer_id: Any) -> HttpResponse:
    """One volunteer: checks, matches, hours and supervision, and what may be done."""
    one = own(request, volunteer_id)
    claims = list(one.claims.all()[:100])
    about = {
        "one": one,
        "state": state_table("volunteer").states[one.state],
        "moves": work.moves(one, signed_in(request)),
        "labels": labels("volunteer"),
        "runs_out": work.runs_out(one, timezone.localdate()),
        "checks": one.checks.all(),
        "matches": one.matches.select_related("person"),
        "match_states": state_table("match").states,
        "claims": claims,
        "hours": work.hours(claims),
        "supervisions": one.supervisions.select_related("supervisor")[:20],
    }
    return render(request, "mentors/volunteer.html", about)


def volunteer_edit(request: HttpRequest, volunteer_id: Any) -> HttpResponse:
    """Change what matching asks about a volunteer."""
    one = own(request, volunteer_id)
    initial = {name: getattr(one, name) for name in forms.AboutVolunteerForm.base_fields}
    form = forms.AboutVolunteerForm(sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        for name, value in form.cleaned_data.items():
            setattr(one, name, value)
        one.save()
        return redirect("volunteer", volunteer_id=one.pk)
    return page(request, "people/form.html", {"form": form, "heading": f"About {one}"})


def check_add(request: HttpRequest, volunteer_id: Any) -> HttpResponse:
    """Keep a check or training that came back."""
    one = own(request, volunteer_id)
    form = forms.CheckForm(sent(request))
    if request.method == "POST" and form.is_valid():
        Check.objects.create(volunteer=one, seen_by=signed_in(request), **form.cleaned_data)
        return redirect("volunteer", volunteer_id=one.pk)
    return page(request, "people/form.html", {"form": form, "heading": f"{one}: a check or training"})


def supervision_add(request: HttpRequest, volunteer_id: Any) -> HttpResponse:
    """Write down a talk."""
    one = own(request, volunteer_id)
    form = forms.SupervisionForm(sent(request), initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        Supervision.objects.create(volunteer=one, supervisor=signed_in(request), **form.cleaned_data)
        return redirect("volunteer", volunteer_id=one.pk)
    return page(request, "people/form.html", {"form": form, "heading": f"{one}: supervision"})


def volunteer_move(request: HttpRequest, volunteer_id: Any, event: str) -> HttpResponse:
    """Move a volunteer on."""
    one, words = own(request, volunteer_id), labels("volunteer")
    if event not in words or event in ("apply", "match", "free"):
        raise Http404
    form = forms.VolunteerMoveForm(sent(request), event=event)
    if request.method == "POST" and form.is_valid():
        answer = work.act(one, event, signed_in(request), code=form.cleaned_data.get("code", ""))
        if not isinstance(answer, Refused):
            if answer:
                messages.success(
                    request, f"{one} can sign in with {one.user.email} and this password, shown once: {answer}"
                )
            return redirect("volunteer", volunteer_id=one.pk)
        form.add_error(None, str(answer))
    return page(request, "people/form.html", {"form": form, "heading": f"{one}: {words[event].lower()}"})


def mentor(request: HttpRequest, person: Person) -> HttpResponse:
    """The person's mentor, or whoever could be asked, with reasons."""
    user, match = signed_in(request), work.current_match(person)
    coordinator = user.role == "coordinator"
    ours = list(work.own_volunteers(user)) if coordinator else []
    about = {
        "person": person,
        "match": match,
        "moves": work.match_moves(match, user) if match else [],
        "labels": labels("match"),
        "states": state_table("match").states,
        "wish": work.wish_of(person),
        "past": person.matches.filter(state__in=("ended", "declined")).select_related("volunteer__user"),
        "found": work.suggest(person, ours) if coordinator and not match else None,
        "keys": {str(one.user_id): one.pk for one in ours},
    }
    return render(request, "mentors/mentor.html", about)


def mentor_wish(request: HttpRequest, person: Person) -> HttpResponse:
    """What the person wishes of a mentor."""
    wish = work.wish_of(person)
    form = forms.WishForm(sent(request), initial={name: getattr(wish, name) for name in WISHES})
    if request.method == "POST" and form.is_valid():
        Wish.objects.update_or_create(person=person, defaults=form.cleaned_data)
        return redirect("mentor", person_id=person.pk)
    heading = f"What {person.called} wishes of a mentor"
    return page(request, "people/form.html", {"form": form, "person": person, "heading": heading})


def match_propose(request: HttpRequest, person: Person, volunteer_id: Any) -> HttpResponse:
    """Propose a match."""
    one = own(request, volunteer_id)
    form = forms.MatchMoveForm(sent(request), event="propose")
    if request.method == "POST" and form.is_valid():
        made = work.propose(person, one, signed_in(request))
        if not isinstance(made, Refused):
            return redirect("mentor", person_id=person.pk)
        form.add_error(None, str(made))
    lead = f"{person.called} is asked first. Nobody meets before they say yes."
    heading = f"Propose {one} for {person.called}"
    about = {"form": form, "person": person, "heading": heading, "lead": lead, "button": "Propose"}
    return page(request, "people/form.html", about)


def match_move(request: HttpRequest, person: Person, match_id: Any, event: str) -> HttpResponse:
    """Do something with a match: the person's yes, first meeting, start, pause, ending."""
    match, user, words = get_object_or_404(Match, pk=match_id, person=person), signed_in(request), labels("match")
    if (event not in words and event != "consent") or event == "propose":
        raise Http404
    form = forms.MatchMoveForm(sent(request), event=event)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if event == "consent":
            answer = work.consent(match, user)
        else:
            answer = work.move_match(
                match, event, user, values.get("reason", ""), values.get("code", ""), values.get("ending_on")
            )
        if answer is None:
            return redirect("week") if user.role == "mentor" else redirect("mentor", person_id=person.pk)
        form.add_error("reason" if answer.broken == "reason" and "reason" in form.fields else None, str(answer))
    heading = f"{person.called} says yes to {match.volunteer}" if event == "consent" else words[event]
    return page(request, "people/form.html", {"form": form, "person": person, "heading": heading})


def week(request: HttpRequest) -> HttpResponse:
    """The mentor's own week: whom they meet, what waits, their checks, hours and what was agreed in supervision."""
    user, now = signed_in(request), timezone.now()
    one = Volunteer.objects.filter(user=user).prefetch_related("checks").first()
    matches = one.matches.filter(state__in=work.MEETING).select_related("person") if one else []
    planned = user.contacts.filter(state="planned").select_related("person").order_by("at")
    claims = list(one.claims.filter(on__gte=timezone.localdate().replace(day=1))) if one else []
    about = {
        "one": one,
        "matches": [
            {
                "match": match,
                "flags": match.person.safety_flags.filter(ended_at=None),
                "moves": work.match_moves(match, user),
            }
            for match in matches
        ],
        "asked": one.matches.filter(state="proposed").select_related("person") if one else [],
        "labels": labels("match"),
        "states": state_table("match").states,
        "waiting": planned.filter(at__lt=now)[:20],
        "coming": planned.filter(at__gte=now, at__lt=now + timedelta(days=7))[:20],
        "runs_out": work.runs_out(one, timezone.localdate() + SOON) if one else [],
        "blocked": bool(one) and "checks_are_in_date" not in work.facts(one),
        "claims": claims,
        "hours": work.hours(claims),
        "talk": one.supervisions.first() if one else None,
    }
    return render(request, "mentors/week.html", about)


def match_decline(request: HttpRequest, match_id: Any) -> HttpResponse:
    """The mentor says no to a match that was proposed, and why; the person's record stays closed to them."""
    user = signed_in(request)
    match = get_object_or_404(Match, pk=match_id, volunteer__user=user, state="proposed")
    form = forms.NoForm(sent(request))
    if request.method == "POST" and form.is_valid():
        answer = work.move_match(match, "decline", user, form.cleaned_data["reason"])
        if answer is None:
            return redirect("week")
        form.add_error(None, str(answer))
    heading = f"Say no to a match with {match.person.called}"
    return page(request, "people/form.html", {"form": form, "heading": heading, "button": "Say no"})


def claim_add(request: HttpRequest) -> HttpResponse:
    """Claim hours, miles and what was paid out."""
    one = Volunteer.objects.filter(user=signed_in(request)).first()
    form = forms.ClaimForm(sent(request), initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        if one is not None:
            Claim.objects.create(volunteer=one, **form.cleaned_data)
            messages.success(request, "It is kept. Your coordinator will look at it.")
            return redirect("week")
        form.add_error(None, "You are not on the list of volunteers yet. Ask your coordinator.")
    return page(request, "people/form.html", {"form": form, "heading": "Hours and expenses"})


def claims(request: HttpRequest) -> HttpResponse:
    """The claims of the team: those that wait first."""
    kept = Claim.objects.filter(volunteer__user__team=signed_in(request).team_id).select_related("volunteer__user")
    waiting = kept.filter(state="claimed").order_by("on")
    return render(
        request, "mentors/claims.html", {"waiting": waiting[:100], "decided": kept.exclude(state="claimed")[:50]}
    )


def claim_decide(request: HttpRequest, claim_id: Any) -> HttpResponse:
    """Approve a claim or not."""
    user = signed_in(request)
    claim = get_object_or_404(Claim, pk=claim_id, volunteer__user__team=user.team_id)
    last = Claim.objects.filter(decided_by=user, rate__isnull=False).order_by("-decided_at").first()
    form = forms.DecideForm(sent(request), initial={"rate": last.rate if last else None})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        answer = work.decide(claim.pk, user, values["answer"] == "yes", values["rate"], values["why"])
        if answer is None:
            return redirect("claims")
        form.add_error(answer.broken if answer.broken in form.fields else None, str(answer))
    lead = f"{claim.volunteer}: {claim.what}. {claim.minutes} minutes, {claim.miles} miles, £{claim.paid_out:,.2f} paid out."
    return page(request, "people/form.html", {"form": form, "heading": "Hours and expenses", "lead": lead})
