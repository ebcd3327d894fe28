"""The notice in easy-read Korean, for anybody. It is written in Korean only: whoever asks for it in English gets the notice in English."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from notices import easy_pages, public_pages, queries
from notices.models import Notice
from notices.views import kept_a_minute, with_etag


@require_safe
@with_etag
@kept_a_minute
def latest(request: HttpRequest, slug: str) -> HttpResponse:
    incident = get_object_or_404(queries.open_incidents(), slug=slug)
    newest = queries.current_notice(incident)
    if newest is None:
        raise Http404
    return _page(request, newest)


@require_safe
@with_etag
@kept_a_minute
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    incident = get_object_or_404(queries.open_incidents(), slug=slug)
    notice = get_object_or_404(queries.published_notices(incident), number=number)
    return _page(request, notice)


def _page(request: HttpRequest, notice: Notice) -> HttpResponse:
    if not easy_pages.is_there(notice):
        raise Http404
    if (get_language() or "ko").startswith("en"):
        return redirect("notices:version", notice.incident.slug, notice.number)
    return HttpResponse(public_pages.easy(notice, address=request.path, at=timezone.now()))
