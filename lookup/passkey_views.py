"""Opening status and drafts with a passkey; adding and removing one's passkeys; ending everything everywhere."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from breachdesk import limits
from lookup import passkeys as own
from lookup import proving, refusals, rules, session
from lookup.views import form_page, posted_from, too_often


@never_cache
@form_page
def sign_in(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    if request.method != "POST":
        return render(request, "lookup/passkey.html")
    try:
        proof = own.prove(credential=_credential(request), at=at)
    except proving.Refused:
        words = _("이 패스키로는 열 수 없어요. 인증번호로 확인해 주세요.")
        return render(request, "lookup/passkey.html", {"refusal": words}, status=refusals.WRONG)
    session.begin(request, proof)
    session.sign_in(request, proof)
    return session.go_on(request, proof, otherwise="lookup:passkeys")


@never_cache
@require_POST
def sign_in_options(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    try:
        options = own.begin_opening(network=limits.network(limits.client_address(request)), at=at)
    except proving.TooOften as refused:
        return too_often(JsonResponse({}, status=refusals.TOO_OFTEN), refused, at)
    return JsonResponse(options)


@require_safe
@session.known_person
def passkeys(request: HttpRequest) -> HttpResponse:
    return _list(request)


def _list(request: HttpRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    held = list(own.of_person(session.person_of(request)))
    proof = session.proof_of(request)
    shown = {
        "passkeys": held,
        "proof": proof,
        "most": rules.PASSKEYS_AT_MOST,
        "full": len(held) >= rules.PASSKEYS_AT_MOST,
    }
    return render(request, "lookup/passkeys.html", {**shown, **context}, status=status)


@form_page
@session.freshly_proven
def add(request: HttpRequest) -> HttpResponse:
    proof = session.proof_of(request)
    if proof.shared_device:
        return redirect("lookup:passkeys")
    if request.method != "POST":
        return render(request, "lookup/passkey_add.html")
    try:
        own.add(
            proof=proof,
            credential=_credential(request),
            language=(get_language() or "ko")[:2],
            by=session.actor(request),
            at=timezone.now(),
        )
    except own.EnoughPasskeys:
        return _list(request, status=refusals.WRONG)
    except proving.Refused:
        words = _("패스키를 만들지 못했어요. 다시 해 보거나 다른 기기에서 해 주세요.")
        return render(request, "lookup/passkey_add.html", {"refusal": words}, status=refusals.WRONG)
    return redirect("lookup:passkeys")


@require_POST
@session.freshly_proven(parking=False)
def add_options(request: HttpRequest) -> HttpResponse:
    return JsonResponse(own.begin_adding(person=session.person_of(request)))


@posted_from("lookup:passkeys")
@session.known_person(parking=False)
def remove(request: HttpRequest, number: int) -> HttpResponse:
    """Another's and none at all: the list, as it stands."""
    own.remove(
        person=session.person_of(request),
        number=number,
        here=session.proof_of(request),
        by=session.actor(request),
        at=timezone.now(),
    )
    return redirect("lookup:passkeys")


@posted_from("lookup:passkeys")
@session.known_person(parking=False)
def revoke(request: HttpRequest) -> HttpResponse:
    """Every proof on every device, this one too, and every passkey."""
    at: dt.datetime = timezone.now()
    proving.revoke(person=session.person_of(request), by=session.actor(request), at=at)
    response = redirect("lookup:ended")
    session.end(request, response, at=at)
    return response


def _credential(request: HttpRequest) -> Any:
    try:
        return json.loads(request.POST.get("credential", ""))
    except ValueError:
        return None
