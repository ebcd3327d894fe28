"""Saying who one is, reading the answer, marking what is done."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from breachdesk import limits
from lookup import actions, changes, guidance, proving, refusals, session, states
from lookup.forms import StepForm, WhoForm
from lookup.models import Proof
from lookup.origin import Origin
from lookup.views import form_page, posted_from, too_often
from notices import service
from notices.models import Incident

SHOWN_DISPUTES = 3


@form_page
@session.proven
def who(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    proof = session.proof_of(request)
    if proof.letter_id:  # a letter is to one person: who they are was said with its code
        return redirect("lookup:answer")
    today = timezone.localdate(at)
    if request.method != "POST":
        form = WhoForm(initial=session.parked(request) or _as_typed(proof), today=today)
        return render(request, "lookup/who.html", {"form": form})
    form = WhoForm(request.POST, today=today)
    if not form.is_valid():
        return render(request, "lookup/who.html", {"form": form}, status=refusals.WRONG)
    try:
        actions.identify(
            proof=proof,
            name=form.cleaned_data["name"],
            birth_date=form.cleaned_data["birth_date"],
            by=session.actor(request),
            at=at,
            origin=_origin(request),
        )
    except proving.TooOften as refused:
        form.add_error(None, refusals.no_more_names(refused, at=at))
        page = render(request, "lookup/who.html", {"form": form}, status=refusals.TOO_OFTEN)
        return too_often(page, refused, at)
    session.sign_in(request, proof)
    return session.go_on(request, proof, otherwise="lookup:answer")


def _as_typed(proof: Proof) -> dict[str, Any]:
    identity = proof.identity
    if identity is None:
        return {}
    born = identity.birth_date
    return {"name": identity.name, "birth_date": f"{born:%Y%m%d}" if born else "", "company": born is None}


def _origin(request: HttpRequest) -> Origin:
    return Origin.of(limits.client_address(request), request.headers.get("User-Agent", ""))


@require_safe
@session.proven
def answer(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    at = timezone.now()
    proof = session.proof_of(request)
    if proof.identity is None:
        return redirect("lookup:who")
    looked = actions.look(proof=proof, by=session.actor(request), at=at, origin=_origin(request))
    found = looked.answers
    session.sign_in(request, proof)
    if not found:
        return render(request, "lookup/no_list.html")
    chosen = next((each for each in found if each.incident.slug == slug), None) if slug else found[0]
    if chosen is None:
        raise Http404
    stands, incident, today = looked.standing, chosen.incident, timezone.localdate(at)
    disputes = [asked for asked in stands.asked if asked.incident_id == incident.pk]
    marks = {mark.step: mark for mark in stands.marks if mark.incident_id == incident.pk}
    context: dict[str, Any] = {
        "answer": chosen,
        "others": [each for each in found if each is not chosen],
        "identity": proof.identity,
        "contact": proof.contact,
        "at": at,
        "later": [(code, str(words)) for code, words in states.Later.choices],
        "claims": service.standing(incident, at=at),
        "history": changes.history(chosen, proof, stands.told),
        "disputes": disputes[:SHOWN_DISPUTES],
        "may_ask": not (disputes and disputes[0].is_open),
        "passkeys": proof.person_id is not None and not proof.shared_device,
        "watch": next((watched for watched in stands.watched if watched.incident_id == incident.pk), None),
        **guidance.of(chosen, marks, today=today),
    }
    return render(request, f"lookup/{chosen.outcome}.html", context)


@posted_from("lookup:answer")
@session.proven_person(parking=False)
def step(request: HttpRequest) -> HttpResponse:
    form = StepForm(request.POST)
    if not form.is_valid():
        raise Http404
    incident = get_object_or_404(Incident, slug=form.cleaned_data["incident"])
    state, remind = form.cleaned_data["state"], None
    if state in states.Later.values:
        proof = session.proof_of(request)
        if proof.contact:  # whoever has only a letter cannot be reminded: it is put off all the same
            remind = actions.Reminder(states.Later(state), proof, (get_language() or "ko")[:2])
        state = states.Step.LATER
    try:
        actions.mark_step(
            person=session.person_of(request),
            incident=incident,
            step=form.cleaned_data["step"],
            state=None if state == "todo" else states.Step(state),
            by=session.actor(request),
            at=timezone.now(),
            remind=remind,
        )
    except actions.UnknownStep:
        raise Http404 from None
    response = redirect("lookup:answer_of", incident.slug)
    response["Location"] += "#steps"
    return response
