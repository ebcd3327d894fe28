"""The only door to what a staff session knows: when it began, when it was last used, which factors it has seen."""

from __future__ import annotations

import base64
import datetime as dt
from typing import Any, cast
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.logout import logout
from allauth.mfa.models import Authenticator
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from breachdesk import keys
from breachdesk.accounts.models import User
from breachdesk.desk import rules

SINCE, SEEN, HELD = "desk.since", "desk.seen", "desk.held"
# A form bigger than this is not kept: the session is a database row.
HOLD_AT_MOST = 200_000


def now(request: HttpRequest | None) -> dt.datetime:
    """The moment this request came: the middleware reads the clock once for every page of the desk."""
    return getattr(request, "at", None) or timezone.now()


def staff(request: HttpRequest) -> User:
    """Who is signed in, behind the door, where somebody always is."""
    return cast("User", request.user)


def begin(request: HttpRequest, *, at: dt.datetime) -> None:
    request.session[SINCE] = request.session[SEEN] = at.timestamp()


def over(request: HttpRequest, *, at: dt.datetime) -> rules.Over | None:
    """Whether this session has run out. One that does not know when it began has."""
    try:
        since, seen = (_moment(request.session[name]) for name in (SINCE, SEEN))
    except KeyError:
        return rules.Over.LONG
    return rules.is_over(since=since, seen=seen, at=at)


def touch(request: HttpRequest, *, at: dt.datetime) -> None:
    if at - _moment(request.session[SEEN]) >= rules.TOUCH_EVERY:
        request.session[SEEN] = at.timestamp()


def second_factor_at(request: HttpRequest) -> dt.datetime | None:
    """When this session last saw a second factor of whoever is signed in; None: it never did."""
    return _latest(request, {"mfa"})


def has_second_factor(user: Any) -> bool:
    """A means of their own to prove it with. Recovery codes alone are not one."""
    return Authenticator.objects.filter(
        user_id=user.pk, type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    ).exists()


def is_inside(request: HttpRequest) -> bool:
    """Staff, active, and with a second factor in this session: what every page of the desk asks for. No one is exempt."""
    user = request.user
    return bool(user.is_authenticated and user.is_active and user.is_staff and second_factor_at(request))


def is_fresh(request: HttpRequest, *, at: dt.datetime) -> bool:
    """Proved within five minutes: by the second factor, or by the password where no second factor is set up yet."""
    methods = {"mfa"} if has_second_factor(request.user) else {"mfa", "password"}
    return rules.is_fresh(proved_at=_latest(request, methods), at=at)


def _latest(request: HttpRequest, methods: set[str]) -> dt.datetime | None:
    user = request.user if isinstance(request.user, User) else None
    proved = [record["at"] for record in get_authentication_records(request, user) if record["method"] in methods]
    return _moment(max(proved)) if proved else None


def _moment(seconds: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, tz=dt.UTC)


# Asking again.


def ask_again(request: HttpRequest) -> HttpResponse | None:
    """A redirect to where the second factor is asked for once more; None where it was used within five minutes."""
    if is_fresh(request, at=now(request)):
        return None
    way_back = request.get_full_path()
    if request.method == "POST":
        way_back = reverse("admin:go_on") if _hold(request) else request.path
    return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode({REDIRECT_FIELD_NAME: way_back})}")


def _hold(request: HttpRequest) -> bool:
    """Keeps the posted form sealed in the session. Files and very big forms cannot be kept."""
    sealed = _sealed_form(request)
    if sealed is None:
        return False
    request.session[HELD] = sealed
    return True


def _sealed_form(request: HttpRequest) -> str | None:
    form = {name: request.POST.getlist(name) for name in request.POST if name != "csrfmiddlewaretoken"}
    sealed = keys.seal_json({"path": request.get_full_path(), "form": form}, bound_to=_held_for(request))
    return None if request.FILES or len(sealed) > HOLD_AT_MOST else base64.b64encode(sealed).decode()


def _is_from_a_page_of_ours(request: HttpRequest) -> bool:
    """The door stands before Django's own check."""
    check = CsrfViewMiddleware(lambda _request: HttpResponse())
    return check.process_view(request, lambda _request: HttpResponse(), (), {}) is None


def end(request: HttpRequest) -> bool:
    """Signs out whoever's session has run out. True: the form they posted waits, sealed, for their next sign-in.

    Only a form that came from a page of ours, and no upload: where a file goes is for its own page to say.
    """
    typed = request.method == "POST" and request.content_type == "application/x-www-form-urlencoded"
    ours = typed and _is_from_a_page_of_ours(request)
    held = _sealed_form(request) if ours else None
    logout(request, show_message=False)
    if held is not None:
        request.session[HELD] = held
    return held is not None


def take_held(request: HttpRequest) -> tuple[str, QueryDict] | None:
    """The address and the form that were waiting for the second factor: once."""
    stored = request.session.pop(HELD, None)
    if stored is None:
        return None
    try:
        held = keys.unseal_json(base64.b64decode(stored), bound_to=_held_for(request))
    except keys.CannotOpen:
        return None
    form = QueryDict(mutable=True)
    for name, values in held["form"].items():
        form.setlist(name, values)
    return held["path"], form


def _held_for(request: HttpRequest) -> str:
    return f"desk.held:{request.user.pk}"
