"""Proving a contact, proving it again, staying and leaving."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from breachdesk import keys, limits
from breachdesk.lib.contacts import Contact
from lookup import line_views, proving, queries, refusals, rules, session, work
from lookup.forms import CodeForm, ContactForm, ProveForm
from lookup.models import Challenge

View = Callable[..., HttpResponseBase]

NO_CODE = "no-code"

form_page = require_http_methods(["GET", "HEAD", "POST"])


def posted_from(page: str) -> Callable[[View], View]:
    """An address that is only posted to. Whoever opens it (a reload, the other language) is led to the page with the form."""

    def decorate(view: View) -> View:
        @wraps(view)
        def posted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method != "POST":
                return redirect(page)
            return view(request, *args, **kwargs)

        return form_page(posted)

    return decorate


# The contact.


@never_cache
@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    return _contact_page(request, ContactForm(), at=timezone.now())


@csrf_exempt  # the published notice is one file for everybody: its form cannot hold a token
@posted_from("lookup:contact")
def start(request: HttpRequest) -> HttpResponse:
    """Sends a code to whatever contact was typed. Only a page of ours may ask: its origin says so, or else its token."""
    if session.comes_from_us(request):
        return _start(request)
    return _start_with_token(request)


@never_cache
@line_views.in_turn(sound=lambda request: ContactForm(request.POST).is_valid())
def _start(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    form = ContactForm(request.POST)
    if not form.is_valid():
        return _contact_page(request, form, at=at, status=refusals.WRONG)
    try:
        return _ask(request, form.cleaned_data["contact"], typed=request.POST["contact"], at=at)
    except proving.Refused as refused:
        form.add_error("contact", refusals.words(refused, at=at))
        return too_often(_contact_page(request, form, at=at, status=refusals.status(refused)), refused, at)


_start_with_token = csrf_protect(_start)


def _ask(request: HttpRequest, contact: Contact, *, at: dt.datetime, typed: str = "") -> HttpResponse:
    """Sends a code, or asks first for the work or the wait that this request wants. Raises TooOften, NotTexted.

    `typed`: the contact as it was typed, where the page must bring it again.
    """
    contact_hash = keys.index(contact.kind, contact.value)
    ticket = work.read(request.POST.get("ticket", ""), contact_hash, at=at)
    answer = request.POST.get("answer", "")
    done = work.done(ticket, answer, at=at) if ticket else work.NOTHING
    page = {"action": request.path, "typed": typed, "by_phone": contact.kind == "phone"}
    if done is None:  # pressed before its time, or wrongly worked: whose script does not work should not work again
        page |= {"ticket": ticket, "early": not answer, "by_hand": bool(answer)}
        return render(request, "lookup/work.html", page, status=refusals.TOO_OFTEN)
    try:
        challenge = proving.send_code(
            contact=contact, network=_network(request), language=_language(), done=done, at=at
        )
    except proving.WorkNeeded as needed:
        return render(request, "lookup/work.html", page | {"ticket": work.issue(contact_hash, hard=needed.hard, at=at)})
    response = redirect("lookup:code")
    session.remember_challenge(response, challenge.pk)
    return response


def _contact_page(request: HttpRequest, form: ContactForm, *, at: dt.datetime, status: int = 200) -> HttpResponse:
    proof = session.proof(request, at)
    context = {
        "form": form,
        "waiting": session.waiting(request),
        "has_proof": proof is not None and not proof.is_by_passkey,
        "by_passkey": proof is not None and proof.is_by_passkey,
        "has_code": queries.has_open_challenge(session.challenge_id(request)),
        "no_code": NO_CODE in request.GET,
    }
    return render(request, "lookup/contact.html", context, status=status)


# The code.


@never_cache
@form_page
def code(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    challenge = queries.challenge(session.challenge_id(request))
    if challenge is None:
        return _without_a_code()
    if request.method != "POST":
        return _code_page(request, "lookup/code.html", ProveForm(), challenge, at=at)
    form = ProveForm(request.POST)
    if not form.is_valid():
        return _code_page(request, "lookup/code.html", form, challenge, at=at, status=refusals.WRONG)
    try:
        proof = proving.prove(
            challenge_id=challenge.pk,
            code=form.cleaned_data["code"],
            shared_device=form.cleaned_data["shared_device"],
            at=at,
        )
    except proving.Refused as refused:
        form.add_error("code", refusals.words(refused, at=at))
        return _code_page(request, "lookup/code.html", form, challenge, at=at, status=refusals.status(refused))
    session.begin(request, proof)
    response = redirect("lookup:who")
    session.forget_challenge(response)
    return response


@never_cache
@posted_from("lookup:code")
def resend(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    challenge = queries.challenge(session.challenge_id(request))
    if challenge is None:
        return _without_a_code()
    try:
        return _ask(request, challenge.contact, at=at)
    except proving.Refused as refused:
        return _code_page(request, "lookup/code.html", ProveForm(), challenge, at=at, refused=refused)


def _without_a_code() -> HttpResponse:
    """This browser brings no code that was sent: wiped, or it keeps no cookies, and then it would come here for ever."""
    return redirect(f"{reverse('lookup:contact')}?{NO_CODE}=1")


def _code_page(
    request: HttpRequest,
    template: str,
    form: CodeForm,
    challenge: Challenge | None,
    *,
    at: dt.datetime,
    status: int = 200,
    refused: proving.Refused | None = None,
) -> HttpResponse:
    """`refused`: why no other code was sent."""
    context = {
        "form": form,
        "challenge": challenge,
        "seconds": rules.again_in(sent_at=challenge.sent_at, at=at) if challenge else 0,
        "waiting": session.waiting(request),
        "refusal": refusals.words(refused, at=at) if refused else "",
    }
    page = render(request, template, context, status=refusals.status(refused) if refused else status)
    return too_often(page, refused, at) if refused else page


# The same contact once more, before something that matters.


@form_page
@session.proven_person
def again(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    proof = session.proof_of(request)
    if proof.contact is None:
        return redirect("lookup:letter_again")
    challenge = queries.challenge(session.challenge_id(request), renews=proof)
    if request.method != "POST" or challenge is None:
        return _code_page(request, "lookup/again.html", CodeForm(), challenge, at=at)
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _code_page(request, "lookup/again.html", form, challenge, at=at, status=refusals.WRONG)
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
        return _code_page(request, "lookup/again.html", form, challenge, at=at, status=refusals.status(refused))
    session.renewed(request)
    response = session.go_on(request, proof, otherwise="lookup:answer")
    session.forget_challenge(response)
    return response


@posted_from("lookup:again")
@session.proven_person(parking=False)
def send_again(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    proof = session.proof_of(request)
    contact = proof.contact
    if contact is None:
        return redirect("lookup:letter_again")
    try:
        challenge = proving.send_code(
            contact=contact, network=_network(request), language=_language(), at=at, renews=proof
        )
    except proving.Refused as refused:
        earlier = queries.challenge(session.challenge_id(request), renews=proof)
        return _code_page(request, "lookup/again.html", CodeForm(), earlier, at=at, refused=refused)
    response = redirect("lookup:again")
    session.remember_challenge(response, challenge.pk)
    return response


# Staying, and leaving.


@require_POST
@session.known(parking=False)
def stay(request: HttpRequest) -> JsonResponse:
    """The reader is still there: the idle clock was set back on the way in."""
    proof = session.proof_of(request)
    proving.touch(proof=proof, at=timezone.now())
    return JsonResponse({"ends_at": proof.lives_until.isoformat()})


@never_cache
@posted_from("lookup:contact")
def end(request: HttpRequest) -> HttpResponse:
    response = redirect("lookup:ended")
    session.end(request, response, at=timezone.now())
    return response


@never_cache
@require_safe
def ended(request: HttpRequest) -> HttpResponse:
    return render(request, "lookup/ended.html")


def too_often(response: HttpResponse, refused: proving.Refused, at: dt.datetime) -> HttpResponse:
    if isinstance(refused, proving.TooOften) and refused.again_at:
        response["Retry-After"] = str(max(int((refused.again_at - at).total_seconds()) + 1, 1))
    return response


def _network(request: HttpRequest) -> str:
    return limits.network(limits.client_address(request))


def _language() -> str:
    return (get_language() or "ko")[:2]
