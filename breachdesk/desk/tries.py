"""How often a password or a code may be guessed. PostgreSQL counts before anything is compared, so parallel guesses and a
flushed cache gain nothing; a guess that proves right is given back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.stagekit import unstash_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from breachdesk import limits
from breachdesk.desk import session, watch

PASSWORD = limits.Budget("desk.password", 10, dt.timedelta(minutes=30))
CODE = limits.Budget("desk.code", 10, dt.timedelta(minutes=30))
# One address that tries many accounts. An office shares one, so this is wider.
NETWORK = limits.Budget("desk.network", 60, dt.timedelta(minutes=30))
# A code is good for ninety seconds at most (MFA_TOTP_TOLERANCE): it counts once in longer than that.
CODE_ONCE = limits.Budget("desk.code.once", 1, dt.timedelta(minutes=3))

Whose = Callable[[HttpRequest], str]


def guarded(budget: limits.Budget, whose: Whose) -> Callable[..., Any]:
    """Decorates a view: each POST is a guess at somebody's password or code; a redirect means that it was right."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guessing(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method != "POST":
                return view(request, *args, **kwargs)
            at = session.now(request)
            subject = whose(request)
            draws = [NETWORK.of(limits.network(limits.client_address(request))), budget.of(subject)]
            taken = limits.take(*draws, at=at)
            if not taken.ok:
                return too_many(request, taken, at)
            response = view(request, *args, **kwargs)
            if response.status_code in {301, 302, 303}:
                limits.give_back(*draws, at=at)
            elif taken.left == 0:
                watch.paused(request, subject=subject)
            return response

        return guessing

    return decorate


def too_many(request: HttpRequest, taken: limits.Taken, at: dt.datetime) -> HttpResponse:
    response = render(request, "desk/too_many.html", {"again_at": taken.again_at}, status=429)
    if taken.again_at:
        response["Retry-After"] = str(max(int((taken.again_at - at).total_seconds()) + 1, 1))
    return response


def of_typed_email(request: HttpRequest) -> str:
    return request.POST.get("login", "").strip().lower()


def of_pending_user(request: HttpRequest) -> str:
    """Whoever gave a right password on this browser and is now asked for the second factor."""
    login = unstash_login(request, peek=True)
    return str(login.user.pk) if login and login.user else ""


def of_signed_in(request: HttpRequest) -> str:
    return str(request.user.pk or "")
