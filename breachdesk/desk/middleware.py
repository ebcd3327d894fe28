"""Nobody passes /admin/ with a password alone, superusers included, and a cardholder's session passes nowhere here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from breachdesk.desk import rules, session
from lookup import session as lookup_session

LANGUAGES = "|".join(re.escape(code) for code, _name in settings.LANGUAGES)
# By path and not by view, so that an address nobody has thought of yet is behind the door too.
DESK = re.compile(rf"^/(?:(?:{LANGUAGES})/)?(?P<part>admin|accounts)(?:/|$)")

# What a session may do that has a second factor to its name and has not used it,
ASKED = {"mfa_reauthenticate", "mfa_reauthenticate_webauthn", "account_logout"}
# and one that has none yet.
TO_SET_UP = {"mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate", "account_logout"}


class StaffDoor:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        desk = DESK.match(request.path_info)
        if desk is None:
            return self.get_response(request)
        request.at = timezone.now()  # type: ignore[attr-defined]
        response = _turn_away(request, desk["part"], at=session.now(request)) or self.get_response(request)
        add_never_cache_headers(response)
        return response


def _turn_away(request: HttpRequest, part: str, *, at: dt.datetime) -> HttpResponse | None:
    view = _name(request)
    if not request.user.is_authenticated:
        return _to("account_login", request) if part == "admin" else None
    if not request.user.is_staff:
        return _cardholder(request, view, at)
    if over := session.over(request, at=at):
        held = session.end(request)
        messages.info(request, _WHY_OVER[over]())
        if held and part == "admin":
            way_back = urlencode({REDIRECT_FIELD_NAME: reverse("admin:go_on")})
            return redirect(f"{reverse('account_login')}?{way_back}")
        return _to("account_login", request)
    if session.is_inside(request):
        # A page that fetches itself anew is nobody at work (static/js/refresh.js).
        if "X-Refresh" not in request.headers:
            session.touch(request, at=at)
        return None
    if session.has_second_factor(request.user):
        return None if view in ASKED else _to("mfa_reauthenticate", request)
    return None if view in TO_SET_UP else redirect("mfa_index")


def _cardholder(request: HttpRequest, view: str, at: dt.datetime) -> HttpResponse:
    """A member of staff who looked something up in this browser ends that first; anybody else has no business here."""
    if request.method == "POST" and view == "account_logout":
        response = redirect("account_login")
        lookup_session.end(request, response, at=at)
        return response
    return render(request, "desk/cardholder_here.html", status=403)


_WHY_OVER = {
    rules.Over.IDLE: lambda: _("15분 동안 쓰지 않아 나갔어요. 다시 로그인해 주세요."),
    rules.Over.LONG: lambda: _("로그인한 지 8시간이 지나 나갔어요. 다시 로그인해 주세요."),
}


def _name(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return ""


def _to(name: str, request: HttpRequest) -> HttpResponse:
    """There, and back again afterwards where there is a page to come back to."""
    if request.method != "GET" or _name(request).startswith(("account_", "mfa_")):
        return redirect(name)
    return redirect(f"{reverse(name)}?{urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})}")
