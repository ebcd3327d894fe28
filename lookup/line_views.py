"""Waiting for one's turn. The notice never waits; only where a look-up begins does the line stand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from breachdesk.lib import dates
from lookup import turns
from lookup.line import Place

View = Callable[..., HttpResponse]

# How often a waiting page asks: seldom while the line is long, and in time for one's turn.
OFTENEST, SELDOMEST = 3, 20


def in_turn(sound: Callable[[HttpRequest], bool]) -> Callable[[View], View]:
    """Around a view that is posted to and begins a look-up. Whoever has to wait gets a page that holds what was typed.

    `sound`: what was typed can be used. A mistake is told at once, not after the wait.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def taken_in_turn(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method != "POST" or turns.has_turn(request) or not sound(request):
                return view(request, *args, **kwargs)
            at = timezone.now()
            place, ticket = turns.ask(request, at)
            if place.is_turn:
                response = view(request, *args, **kwargs)
                turns.go_in(response)
            else:
                response = _waiting_page(request, place, came_at=ticket.at)
                turns.keep_place(response, ticket)
            return response

        return taken_in_turn

    return decorate


@never_cache
@require_safe
def place(request: HttpRequest) -> HttpResponseBase:
    """What the waiting page asks for while it is open: {"turn": bool, "words": [ahead, wait], "again": seconds}."""
    at = timezone.now()
    if turns.has_turn(request):
        return JsonResponse({"turn": True})
    found, ticket = turns.ask(request, at)
    response = JsonResponse(
        {"turn": True}
        if found.is_turn
        else {"turn": False, "ahead": ahead_words(found), "wait": wait_words(found.wait), "again": _again_in(found)}
    )
    if found.is_turn:
        turns.go_in(response)
    else:
        turns.keep_place(response, ticket)
    return response


def _waiting_page(request: HttpRequest, place: Place, *, came_at: dt.datetime) -> HttpResponse:
    typed = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
    context = {
        "typed": [(name, value) for name, value in typed if name != "csrfmiddlewaretoken"],
        "ahead": ahead_words(place),
        "wait": wait_words(place.wait),
        "came_at": came_at,
        "again": _again_in(place),
    }
    response = render(request, "lookup/line.html", context)
    response["Retry-After"] = str(_again_in(place))
    return response


def ahead_words(place: Place) -> str:
    if place.ahead is None:
        return _("지금은 셀 수 없어요")
    return ngettext("%(n)s명", "%(n)s명", place.ahead) % {"n": f"{place.ahead:,}"}


def wait_words(wait: dt.timedelta) -> str:
    if wait < dt.timedelta(minutes=1):
        return _("1분 안")
    rounded = dt.timedelta(minutes=-(-wait // dt.timedelta(minutes=1)))
    return _("약 %(span)s") % {"span": dates.span(rounded, get_language() or "ko")}


def _again_in(place: Place) -> int:
    return int(min(max(place.wait.total_seconds() / 4, OFTENEST), SELDOMEST))
