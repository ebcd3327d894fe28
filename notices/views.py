"""The published word: pages that anybody may read and keep. They write nothing and know no session."""

from __future__ import annotations

import datetime as dt

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
from notices import pages, queries
from notices.models import Notice

with_etag = decorator_from_middleware(ConditionalGetMiddleware)
# Kept for a minute, because the strip above says who answers now. The cookies are the reader's dark or large display.
kept_a_minute = cache_control(public=True, max_age=60)


@require_safe
@with_etag
@kept_a_minute
@vary_on_cookie
def home(request: HttpRequest) -> HttpResponse:
    """The notice, where there is one incident; else which ones there are."""
    incidents = list(queries.open_incidents()[:2])
    if len(incidents) == 1 and (newest := queries.current_notice(incidents[0])):
        return _notice(request, newest, at=timezone.now())
    return render(request, "notices/catalogue.html", {"rows": pages.catalogue_page(list(queries.open_incidents()))})


@require_safe
@with_etag
@kept_a_minute
@vary_on_cookie
def catalogue(request: HttpRequest) -> HttpResponse:
    return render(request, "notices/catalogue.html", {"rows": pages.catalogue_page(list(queries.open_incidents()))})


@require_safe
@with_etag
@kept_a_minute
@vary_on_cookie
def latest(request: HttpRequest, slug: str) -> HttpResponse:
    incident = get_object_or_404(queries.open_incidents(), slug=slug)
    newest = queries.current_notice(incident)
    if newest is None:
        raise Http404
    return _notice(request, newest, at=timezone.now())


@require_safe
@with_etag
@kept_a_minute
@vary_on_cookie
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    incident = get_object_or_404(queries.open_incidents(), slug=slug)
    return _notice(request, get_object_or_404(queries.published_notices(incident), number=number), at=timezone.now())


def _notice(request: HttpRequest, notice: Notice, *, at: dt.datetime) -> HttpResponse:
    page = pages.notice_page(notice, issuer=issuer()["name"], at=at)
    # One address for what is shown at two: the newest version is also the front page.
    own = reverse("notices:latest", args=[notice.incident.slug])
    if not page["is_newest"]:
        own = reverse("notices:version", args=[notice.incident.slug, notice.number])
    return render(request, "notices/notice.html", {**page, "address": settings.PUBLIC_URL + own})
