"""The only door to the session and to this room's cookies.

Before the proof there is no session, only a signed cookie with the challenge's id. After it, the session holds the proof's
token; the Proof row says whether it still counts. Views take what they need through the decorators, outermost first:

    @session.proven           somebody proved a contact, or a letter       session.proof_of(request)
    @session.proven_by_name   … and said their name; the way back leads here for those on no list too
    @session.proven_person    … and it matched a person                    session.person_of(request)
    @session.freshly_proven   … within the last five minutes
    @session.known_person     a person, be it only by their passkey: for the status of claims, and drafts
    @session.known            anybody with a session

A form posted too late is parked and the reader is led back to its page after the new proof, where
`session.parked(request)` hands over, once, what was typed. `parking=False` is for addresses that are only posted to.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from breachdesk import keys
from lookup import cookies, proving, queries, rules, turns
from lookup import parking as late_forms
from lookup.models import Person, Proof
from lookup.states import Method

View = Callable[..., HttpResponseBase]

PROOF = "proof"
CHALLENGE_COOKIE = f"{cookies.PREFIX}challenge"
BROWSER_COOKIE = f"{cookies.PREFIX}browser"
WAY_BACK_COOKIE = f"{cookies.PREFIX}wayback"


# Before the proof: which code this browser asked for.


def remember_challenge(response: HttpResponse, challenge_id: uuid.UUID) -> None:
    cookies.put(response, CHALLENGE_COOKIE, str(challenge_id), lives=rules.CODE_LIVES + rules.PARKED_FOR)


def challenge_id(request: HttpRequest) -> uuid.UUID | None:
    value = cookies.read(request, CHALLENGE_COOKIE, lives=rules.CODE_LIVES + rules.PARKED_FOR)
    return uuid.UUID(value) if value else None


def forget_challenge(response: HttpResponse) -> None:
    cookies.drop(response, CHALLENGE_COOKIE)


def comes_from_us(request: HttpRequest) -> bool:
    """Whether the browser itself says that a page of this site posted this. False where it says nothing."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    ours = {f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS}
    return bool(site or origin) and site in (None, "same-origin") and (origin is None or origin in ours)


# The proof.


def begin(request: HttpRequest, proof: Proof) -> None:
    """A right code: whatever session this browser had is gone, with its key; the new one holds the proof and nothing else."""
    auth.logout(request)
    request.session[PROOF] = str(proof.token)


def sign_in(request: HttpRequest, proof: Proof) -> None:
    """The account of the person this proof matched, through allauth; nobody's where it matched nobody."""
    if proof.person is None:
        if request.user.is_authenticated:
            begin(request, proof)
    elif request.user.pk != proof.person.user_id:
        get_adapter(request).login(request, proof.person.user)  # gives the session a new key
        request.session[PROOF] = str(proof.token)


def renewed(request: HttpRequest) -> None:
    """A code was asked again of the same person: the session goes on under a new key."""
    request.session.cycle_key()


def end(request: HttpRequest, response: HttpResponse, *, at: dt.datetime) -> None:
    """Ends the proof and empties this browser of everything that it was shown."""
    proof = _proof_of_session(request)
    if proof:
        proving.end(proof=proof, browser_hashes=_browser_hashes(request), by=actor(request), at=at)
    auth.logout(request)
    cookies.drop(response, CHALLENGE_COOKIE, BROWSER_COOKIE, WAY_BACK_COOKIE, *turns.COOKIES)
    response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    add_never_cache_headers(response)


def proof(request: HttpRequest, at: dt.datetime) -> Proof | None:
    """The live proof of this session; using it sets its idle clock back."""
    found = _proof_of_session(request)
    if found is None or not found.is_live(at):
        return None
    if request.user.is_authenticated and (found.person is None or found.person.user_id != request.user.pk):
        return None  # somebody else has signed in on this browser since
    if at - found.last_used_at >= rules.TOUCH_EVERY:
        proving.touch(proof=found, at=at)
    return found


def _proof_of_session(request: HttpRequest) -> Proof | None:
    """The proof this session was begun with, live or not."""
    try:
        token = uuid.UUID(request.session.get(PROOF, ""))
    except ValueError:
        return None
    return queries.held(token)


def proof_of(request: HttpRequest) -> Proof:
    """What the decorators found, for the view behind them."""
    return request.proof  # type: ignore[attr-defined]


def person_of(request: HttpRequest) -> Person:
    person = proof_of(request).person
    assert person is not None, "the view is behind proven_person or freshly_proven"
    return person


def actor(request: HttpRequest) -> Any:
    """The signed-in account, for `by`; None for somebody who matched nobody."""
    return request.user if request.user.is_authenticated else None


# Decorators.


def known(view: View | None = None, *, parking: bool = True) -> Any:
    return _guard(view, parking, [_refuse_without_proof])


def known_person(view: View | None = None, *, parking: bool = True) -> Any:
    return _guard(view, parking, [_refuse_without_proof, _refuse_without_person])


def proven(view: View | None = None, *, parking: bool = True) -> Any:
    return _guard(view, parking, [_refuse_without_proof, _refuse_passkey])


def proven_by_name(view: View | None = None, *, parking: bool = True) -> Any:
    """For whom the issuer may know though no list does."""
    guarded = _guard(view, parking, [_refuse_without_proof, _refuse_passkey, _refuse_without_name])
    if view is not None:
        guarded.for_the_unlisted = True
    return guarded


def proven_person(view: View | None = None, *, parking: bool = True) -> Any:
    return _guard(view, parking, [_refuse_without_proof, _refuse_passkey, _refuse_without_person])


def freshly_proven(view: View | None = None, *, parking: bool = True) -> Any:
    refusals: list[Refusal] = [
        _refuse_without_proof,
        _refuse_passkey,
        _refuse_without_person,
        _refuse_without_fresh_proof,
    ]
    return _guard(view, parking, refusals)


Refusal = Callable[[HttpRequest, dt.datetime], str | None]


def _guard(view: View | None, parking: bool, refusals: list[Refusal]) -> Any:
    if view is None:
        return partial(_guard, parking=parking, refusals=refusals)
    guarded_view = view

    @wraps(guarded_view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        at = timezone.now()
        for refused in refusals:
            if way := refused(request, at):
                response: HttpResponseBase = _send_away(request, way, parking=parking, at=at)
                break
        else:
            response = guarded_view(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return guarded


def _refuse_without_proof(request: HttpRequest, at: dt.datetime) -> str | None:
    request.proof = proof(request, at)  # type: ignore[attr-defined]
    return None if proof_of(request) else "lookup:contact"


def _refuse_passkey(request: HttpRequest, at: dt.datetime) -> str | None:
    return "lookup:contact" if proof_of(request).is_by_passkey else None


def _refuse_without_name(request: HttpRequest, at: dt.datetime) -> str | None:
    """Somebody who was matched before is known already."""
    held = proof_of(request)
    return None if held.identity or held.person else "lookup:who"


def _refuse_without_person(request: HttpRequest, at: dt.datetime) -> str | None:
    return None if proof_of(request).person else "lookup:answer"


def _refuse_without_fresh_proof(request: HttpRequest, at: dt.datetime) -> str | None:
    held = proof_of(request)
    if rules.is_fresh(renewed_at=held.renewed_at, at=at):
        return None
    return "lookup:letter_again" if held.method == Method.LETTER else "lookup:again"


# Parking, and the way back.


def _send_away(request: HttpRequest, way: str, *, parking: bool, at: dt.datetime) -> HttpResponse:
    """To where the proof can be had, remembering where the reader wanted to be and what was typed."""
    response = redirect(way)
    asked_of = _proof_of_session(request)
    if request.method == "POST":
        kept = parking and asked_of is not None and _park(request, response, asked_of, at)
        if not kept:
            return response
    # One width: the cookie's length must not tell how many proofs there have been.
    came_from = f"{asked_of.pk:019d} {request.path}" if asked_of else f" {request.path}"
    cookies.put(response, WAY_BACK_COOKIE, came_from, lives=rules.PARKED_FOR)
    return response


def _park(request: HttpRequest, response: HttpResponse, asked_of: Proof, at: dt.datetime) -> bool:
    form = {name: request.POST.getlist(name) for name in request.POST if name != "csrfmiddlewaretoken"}
    token = request.COOKIES.get(BROWSER_COOKIE) or secrets.token_urlsafe(32)
    parked = late_forms.park(
        form=form, path=request.path, proof=asked_of, browser_hash=keys.secret_hash("lookup.browser", token), at=at
    )
    if parked:
        response.set_cookie(BROWSER_COOKIE, token, **cookies.attributes(rules.PARKED_FOR))
    return parked


def parked(request: HttpRequest) -> QueryDict | None:
    """What this person typed on this page before the proof ran out: once, and only on the browser it was typed in."""
    browser_hashes = _browser_hashes(request)
    if not browser_hashes:
        return None
    form = late_forms.take_back(
        path=request.path,
        proof=proof_of(request),
        browser_hashes=browser_hashes,
        at=timezone.now(),
    )
    if form is None:
        return None
    typed = QueryDict(mutable=True)
    for name, values in form.items():
        typed.setlist(name, values)
    return typed


def go_on(request: HttpRequest, proof: Proof, *, otherwise: str) -> HttpResponse:
    """To where this person was going when the proof was found missing; else to the view of that name."""
    number, _, path = cookies.read(request, WAY_BACK_COOKIE, lives=rules.PARKED_FOR).partition(" ")
    asked_of = Proof.objects.filter(pk=number).first() if number else None
    # Of somebody on no list only little more than the answer is theirs; and what one person was doing is not shown to the next.
    unlisted = proof.person is None and not (path and _is_for_the_unlisted(path))
    lost = not path or unlisted or (number and not proof.is_of_the_same(asked_of))
    response = redirect(otherwise if lost else path)
    cookies.drop(response, WAY_BACK_COOKIE)
    return response


def _is_for_the_unlisted(path: str) -> bool:
    try:
        return hasattr(resolve(path).func, "for_the_unlisted")
    except Resolver404:
        return False


def waiting(request: HttpRequest) -> str:
    """What the reader was sent away from: "form" (something typed is kept), "page", or nothing."""
    if not cookies.read(request, WAY_BACK_COOKIE, lives=rules.PARKED_FOR):
        return ""
    return "form" if request.COOKIES.get(BROWSER_COOKIE) else "page"


def _browser_hashes(request: HttpRequest) -> list[bytes]:
    """Under each key of ours; empty without the cookie."""
    token = request.COOKIES.get(BROWSER_COOKIE)
    return keys.secret_hashes("lookup.browser", token) if token else []
