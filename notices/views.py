"""The published word: pages that anybody may read and keep. They write nothing and know no session.

The word itself is the same for everybody and lies as files beside this application, which the proxy serves (public_pages.py,
publishing.py); what is answered here is the same page, where there is no proxy or no file.
"""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.http import ConditionalGetMiddleware
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import decorator_from_middleware
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from breachdesk.context import issuer
from notices import history, pages, public_pages, queries, rights
from notices.models import Notice

with_etag = decorator_from_middleware(ConditionalGetMiddleware)
kept_a_minute = cache_control(public=True, max_age=60)


@require_safe
@with_etag
@kept_a_minute
def home(request: HttpRequest) -> HttpResponse:
    """The notice, where there is one incident that is not over; else which ones there are."""
    if newest := public_pages.on_the_front_page():
        return _notice(request, newest)
    return _catalogue(request)


@require_safe
@with_etag
@kept_a_minute
def catalogue(request: HttpRequest) -> HttpResponse:
    return _catalogue(request)


def _catalogue(request: HttpRequest) -> HttpResponse:
    return HttpResponse(public_pages.catalogue(address=request.path, at=timezone.now()))


@require_safe
@with_etag
@kept_a_minute
def latest(request: HttpRequest, slug: str) -> HttpResponse:
    if queries.was_taken_down(slug):
        return _taken_down(request)
    incident = get_object_or_404(queries.open_incidents(), slug=slug)
    newest = queries.current_notice(incident)
    if newest is None:
        raise Http404
    return _notice(request, newest)


@require_safe
@with_etag
@kept_a_minute
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    if queries.was_taken_down(slug):
        return _taken_down(request)
    incident = get_object_or_404(queries.open_incidents(), slug=slug)
    return _notice(request, get_object_or_404(queries.published_notices(incident), number=number))


def _taken_down(request: HttpRequest) -> HttpResponse:
    """It was here, and two people took it down."""
    return render(request, "notices/taken_down.html", status=410)


def _notice(request: HttpRequest, notice: Notice) -> HttpResponse:
    return HttpResponse(public_pages.notice(notice, address=request.path, at=timezone.now()))


@require_safe
@with_etag
@kept_a_minute
@vary_on_cookie
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    incident = get_object_or_404(queries.open_incidents(), slug=slug)
    address = settings.PUBLIC_URL + reverse("notices:versions", args=[slug])
    return render(request, "notices/versions.html", {**history.versions_page(incident), "address": address})


@require_safe
@with_etag
@kept_a_minute
@vary_on_cookie
def changes(request: HttpRequest, slug: str, number: int, earlier: int | None = None) -> HttpResponse:
    """Between two versions; with the one before where none is named."""
    incident = get_object_or_404(queries.open_incidents(), slug=slug)
    published = queries.published_notices(incident)
    after = get_object_or_404(published, number=number)
    older = published.filter(number__lt=number)
    before = older.first() if earlier is None else older.filter(number=earlier).first()
    if before is None:
        raise Http404
    if before != older.first():
        own = reverse("notices:diff", args=[slug, before.number, number])
    else:
        own = reverse("notices:changes", args=[slug, number])
    page = history.changes_page(before, after, issuer=issuer()["name"])
    return render(request, "notices/changes.html", {**page, "address": settings.PUBLIC_URL + own})


@require_safe
@with_etag
@kept_a_minute
@vary_on_cookie
def whose_rights(request: HttpRequest) -> HttpResponse:
    """What anybody may do after a leak, and what is theirs to do; then what the notices of running incidents add."""
    at = timezone.now()
    running = [(incident, queries.current_notice(incident)) for incident in queries.running_incidents()]
    context = {
        "chapters": rights.CHAPTERS,
        "own": [
            {"notice": notice, "incident": incident, "takes_claims": pages.takes_claims(incident, at=at)}
            for incident, notice in running
            if notice and notice.your_rights_ko
        ],
        "address": settings.PUBLIC_URL + reverse("notices:rights"),
    }
    return render(request, "notices/rights.html", context)
