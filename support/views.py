"""Where people can ask: the page of contact points."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from breachdesk.context import issuer
from notices import queries as notices
from notices.models import Incident
from support import answering_often, callback_views, calling, contacting, inquiring, queries, rules


@never_cache
@require_safe
def home(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    at = timezone.now()
    incident = _incident(slug)
    others = [each for each in queries.incidents() if incident is None or each.pk != incident.pk]
    context: dict[str, Any] = {"incident": incident, "others": others, "at": at}
    if incident is not None:
        context |= {
            "now": contacting.local_now(incident, at),
            "channels": contacting.channels(incident, at=at),
            "promised": inquiring.promised(incident, at),
            "until": rules.ANSWER_UNTIL,
            "entries": answering_often.entries(incident)[:4],
            "days": callback_views.by_day(calling.slots(incident, at=at))[:2],
        }
    return render(request, "support/home.html", context)


@require_safe
def card(request: HttpRequest, slug: str) -> HttpResponse:
    """Our numbers for the phone's own contacts, to be found again in a hurry."""
    incident = get_object_or_404(notices.open_incidents(), slug=slug)
    said = contacting.vcard(incident, name=issuer()["name"], host=settings.PUBLIC_URL)
    response = HttpResponse(said, content_type="text/vcard; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="contact.vcf"'
    return response


def _incident(slug: str | None) -> Incident | None:
    if slug is None:
        return queries.incident()
    found = notices.open_incidents().filter(slug=slug).first()
    if found is None:
        raise Http404
    return found
