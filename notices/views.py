"""The published word: pages that anybody may read and keep. They write nothing and know no session.

The word itself is the same for everybody and lies as files beside this application, which the proxy serves (public_pages.py,
publishing.py); what is answered here is the same page, where there is no proxy or no file.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.http import ConditionalGetMiddleware
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.decorators import decorator_from_middleware
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from notices import feed, public_pages, queries, side_pages
from notices.models import Notice

with_etag = decorator_from_middleware(ConditionalGetMiddleware)
ATOM = "application/atom+xml; charset=utf-8"
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
        return taken_down(request)
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
        return taken_down(request)
    incident = get_object_or_404(queries.open_incidents(), slug=slug)
    return _notice(request, get_object_or_404(queries.published_notices(incident), number=number))


def taken_down(request: HttpRequest) -> HttpResponse:
    """It was here, and two people took it down."""
    return render(request, "notices/taken_down.html", status=410)


def _notice(request: HttpRequest, notice: Notice) -> HttpResponse:
    return HttpResponse(public_pages.notice(notice, address=request.path, at=timezone.now()))


@require_safe
@with_etag
@kept_a_minute
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    incident = get_object_or_404(queries.open_incidents(), slug=slug)
    return HttpResponse(side_pages.versions(incident, at=timezone.now()))


@require_safe
@with_etag
@kept_a_minute
def changes(request: HttpRequest, slug: str, number: int, earlier: int | None = None) -> HttpResponse:
    """Between two versions; with the one before where none is named."""
    incident = get_object_or_404(queries.open_incidents(), slug=slug)
    published = queries.published_notices(incident)
    after = get_object_or_404(published, number=number)
    older = published.filter(number__lt=number)
    before = older.first() if earlier is None else older.filter(number=earlier).first()
    if before is None:
        raise Http404
    return HttpResponse(side_pages.changes(before, after, at=timezone.now()))


@require_safe
@with_etag
@kept_a_minute
def rights(request: HttpRequest) -> HttpResponse:
    return HttpResponse(side_pages.rights(at=timezone.now()))


@require_safe
@with_etag
@kept_a_minute
def others(request: HttpRequest, slug: str) -> HttpResponse:
    incident = get_object_or_404(queries.open_incidents(), slug=slug)
    if not incident.third_parties.exists():
        raise Http404
    return HttpResponse(side_pages.others(incident, at=timezone.now()))


@require_safe
@with_etag
@kept_a_minute
def feed_of_all(request: HttpRequest) -> HttpResponse:
    return HttpResponse(feed.of_all(), content_type=ATOM)


@require_safe
@with_etag
@kept_a_minute
def feed_of(request: HttpRequest, slug: str) -> HttpResponse:
    return HttpResponse(feed.of_incident(get_object_or_404(queries.open_incidents(), slug=slug)), content_type=ATOM)
