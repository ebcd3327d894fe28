"""Proving a contact, saying who one is, reading the answer."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from breachdesk import limits
from lookup import actions, proving, queries, refusals, rules, session, states
from lookup.forms import CodeForm, ContactForm, ProveForm, StepForm, WhoForm
from lookup.models import Challenge, Proof
from notices.models import Incident

form_page = require_http_methods(["GET", "HEAD", "POST"])


# The contact.


@never_cache
@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    return _contact_page(request, ContactForm(), at=timezone.now())


@csrf_exempt  # the published notice is one file for everybody: its form cannot hold a token
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Sends a code to whatever contact was typed. Only a page of ours may ask: its origin says so, or else its token."""
    if session.comes_from_us(request):
        return _start(request)
    return _start_with_token(request)


@never_cache
def _start(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    form = ContactForm(request.POST)
    if not form.is_valid():
        return _contact_page(request, form, at=at, status=refusals.WRONG)
    try:
        challenge = proving.send_code(
            contact=form.cleaned_data["contact"], network=_network(request), language=_language(), at=at
        )
    except proving.TooOften as refused:
        form.add_error("contact", refusals.words(refused, at=at))
        return _too_often(_contact_page(request, form, at=at, status=refusals.TOO_OFTEN), refused, at)
    response = redirect("lookup:code")
    session.remember_challenge(response, challenge.pk)
    return response


_start_with_token = csrf_protect(_start)


def _contact_page(request: HttpRequest, form: ContactForm, *, at: dt.datetime, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "waiting": session.waiting(request),
        "has_proof": session.proof(request, at) is not None,
        "has_code": queries.has_open_challenge(session.challenge_id(request)),
    }
    return render(request, "lookup/contact.html", context, status=status)


# The code.


@never_cache
@form_page
def code(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    challenge = queries.challenge(session.challenge_id(request))
    if challenge is None:
        return redirect("lookup:contact")
    form = ProveForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = refusals.WRONG
        if form.is_valid():
            try:
                proof = proving.prove(
                    challenge_id=challenge.pk,
                    code=form.cleaned_data["code"],
                    shared_device=form.cleaned_data["shared_device"],
                    at=at,
                )
            except proving.Refused as refused:
                form.add_error("code", refusals.words(refused, at=at))
                status = refusals.status(refused)
            else:
                session.begin(request, proof)
                response = redirect("lookup:who")
                session.forget_challenge(response)
                return response
    return _code_page(request, "lookup/code.html", form, challenge, at=at, status=status)


@never_cache
@require_POST
def resend(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    challenge = queries.challenge(session.challenge_id(request))
    if challenge is None:
        return redirect("lookup:contact")
    try:
        newer = proving.send_code(contact=challenge.contact, network=_network(request), language=_language(), at=at)
    except proving.TooOften as refused:
        form = ProveForm(data={})
        form.errors.clear()
        form.add_error("code", refusals.words(refused, at=at))
        page = _code_page(request, "lookup/code.html", form, challenge, at=at, status=refusals.TOO_OFTEN)
        return _too_often(page, refused, at)
    response = redirect("lookup:code")
    session.remember_challenge(response, newer.pk)
    return response


def _code_page(
    request: HttpRequest, template: str, form: CodeForm, challenge: Challenge | None, *, at: dt.datetime, status: int
) -> HttpResponse:
    context = {
        "form": form,
        "challenge": challenge,
        "seconds": rules.again_in(sent_at=challenge.sent_at, at=at) if challenge else 0,
        "waiting": session.waiting(request),
    }
    return render(request, template, context, status=status)


# The same contact once more, before something that matters.


@form_page
@session.proven_person
def again(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    proof: Proof = request.proof  # type: ignore[attr-defined]
    challenge = queries.challenge(session.challenge_id(request), renews=proof)
    form = CodeForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and challenge:
        status = refusals.WRONG
        if form.is_valid():
            try:
                proving.renew(
                    proof=proof,
                    challenge_id=challenge.pk,
                    code=form.cleaned_data["code"],
                    by=session.actor(request),
                    at=at,
                )
            except proving.Refused as refused:
                form.add_error("code", refusals.words(refused, at=at))
                status = refusals.status(refused)
            else:
                session.renewed(request)
                response = session.go_on(request, proof, otherwise="lookup:answer")
                session.forget_challenge(response)
                return response
    return _code_page(request, "lookup/again.html", form, challenge, at=at, status=status)


@require_POST
@session.proven_person(parking=False)
def send_again(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    proof: Proof = request.proof  # type: ignore[attr-defined]
    try:
        challenge = proving.send_code(
            contact=proof.contact, network=_network(request), language=_language(), at=at, renews=proof
        )
    except proving.TooOften as refused:
        context = {
            "challenge": queries.challenge(session.challenge_id(request), renews=proof),
            "form": CodeForm(),
            "refusal": refusals.words(refused, at=at),
            "waiting": session.waiting(request),
        }
        page = render(request, "lookup/again.html", context, status=refusals.TOO_OFTEN)
        return _too_often(page, refused, at)
    response = redirect("lookup:again")
    session.remember_challenge(response, challenge.pk)
    return response


# Who it is.


@form_page
@session.proven
def who(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    proof: Proof = request.proof  # type: ignore[attr-defined]
    today = timezone.localdate(at)
    status = 200
    if request.method != "POST":
        form = WhoForm(initial=session.parked(request) or _as_typed(proof), today=today)
    else:
        form = WhoForm(request.POST, today=today)
        status = refusals.WRONG
        if form.is_valid():
            try:
                actions.identify(
                    proof=proof,
                    name=form.cleaned_data["name"],
                    birth_date=form.cleaned_data["birth_date"],
                    by=session.actor(request),
                    at=at,
                )
            except proving.TooOften as refused:
                form.add_error(None, refusals.no_more_names(refused, at=at))
                return _too_often(
                    render(request, "lookup/who.html", {"form": form}, status=refusals.TOO_OFTEN), refused, at
                )
            session.sign_in(request, proof)
            return session.go_on(request, proof, otherwise="lookup:answer")
    return render(request, "lookup/who.html", {"form": form}, status=status)


def _as_typed(proof: Proof) -> dict[str, str]:
    identity = proof.identity
    if identity is None:
        return {}
    return {"name": identity.name, "birth_date": identity.birth_date.strftime("%Y%m%d")}


# The answer.


@require_safe
@session.proven
def answer(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    at = timezone.now()
    proof: Proof = request.proof  # type: ignore[attr-defined]
    if proof.identity is None:
        return redirect("lookup:who")
    found = actions.look(proof=proof, by=session.actor(request), at=at)
    session.sign_in(request, proof)
    if not found:
        return render(request, "lookup/no_list.html", {"at": at})
    chosen = next((each for each in found if each.incident.slug == slug), None) if slug else found[0]
    if chosen is None:
        raise Http404
    context: dict[str, Any] = {
        "answer": chosen,
        "others": [each for each in found if each is not chosen],
        "identity": proof.identity,
        "contact": proof.contact,
        "at": at,
        "claims_open": rules.claims_are_open(chosen.incident.claims_until_date, today=timezone.localdate(at)),
        **queries.guidance(chosen, proof.person),
    }
    return render(request, f"lookup/{chosen.outcome}.html", context)


@require_POST
@session.proven_person(parking=False)
def step(request: HttpRequest) -> HttpResponse:
    proof: Proof = request.proof  # type: ignore[attr-defined]
    form = StepForm(request.POST)
    if not form.is_valid():
        raise Http404
    incident = get_object_or_404(Incident, slug=form.cleaned_data["incident"])
    state = form.cleaned_data["state"]
    assert proof.person is not None
    try:
        actions.mark_step(
            person=proof.person,
            incident=incident,
            step=form.cleaned_data["step"],
            state=None if state == "todo" else states.Step(state),
            by=session.actor(request),
            at=timezone.now(),
        )
    except actions.UnknownStep:
        raise Http404 from None
    response = redirect("lookup:answer_of", incident.slug)
    response["Location"] += "#steps"
    return response


# Staying, and leaving.


@require_POST
@session.proven(parking=False)
def stay(request: HttpRequest) -> JsonResponse:
    """The reader is still there: the idle clock was set back on the way in."""
    proof: Proof = request.proof  # type: ignore[attr-defined]
    proving.touch(proof=proof, at=timezone.now())
    return JsonResponse({"ends_at": proof.lives_until.isoformat()})


@never_cache
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    response = redirect("lookup:ended")
    session.end(request, response, at=timezone.now())
    return response


@never_cache
@require_safe
def ended(request: HttpRequest) -> HttpResponse:
    return render(request, "lookup/ended.html")


def _network(request: HttpRequest) -> str:
    return limits.network(limits.client_address(request))


def _language() -> str:
    return (get_language() or "ko")[:2]


def _too_often(response: HttpResponse, refused: proving.TooOften, at: dt.datetime) -> HttpResponse:
    if refused.again_at:
        response["Retry-After"] = str(max(int((refused.again_at - at).total_seconds()) + 1, 1))
    return response
