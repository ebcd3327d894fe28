"""The notice as PDF, for anybody: the file that a worker made; until it is there, and where none can be made, words and the page to print."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from breachdesk.lib import paper
from notices import printing, queries
from notices.views import kept_a_minute, taken_down, with_etag

COME_BACK_SECONDS = 60


@require_safe
@kept_a_minute
def latest(request: HttpRequest, slug: str, large: bool = False) -> HttpResponse:
    """Leads to the newest version's."""
    if queries.was_taken_down(slug):
        return taken_down(request)
    newest = queries.current_notice(get_object_or_404(queries.open_incidents(), slug=slug))
    if newest is None:
        raise Http404
    return redirect("notices:version_large_pdf" if large else "notices:version_pdf", slug, newest.number)


@require_safe
@with_etag
def version(request: HttpRequest, slug: str, number: int, large: bool = False) -> HttpResponse:
    if queries.was_taken_down(slug):
        return taken_down(request)
    incident = get_object_or_404(queries.open_incidents(), slug=slug)
    notice = get_object_or_404(queries.published_notices(incident), number=number)
    content = printing.kept(request.path)
    if content is None:
        away = {"notice": notice, "incident": incident, "never": bool(paper.missing())}
        response = render(request, "notices/pdf_away.html", away, status=503)
        response["Retry-After"] = str(COME_BACK_SECONDS)
        response["Cache-Control"] = "no-store"
        return response
    response = HttpResponse(content, content_type="application/pdf")
    response["Cache-Control"] = "public, max-age=60"
    name = f"notice-{slug}-v{number}{'-large' if large else ''}-{(get_language() or 'ko')[:2]}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
