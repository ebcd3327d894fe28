"""Questions that are asked often: read, searched, and whether they helped."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from breachdesk import limits
from breachdesk.lib import typed_text
from lookup.views import form_page
from notices import queries as notices
from notices.models import Incident
from support import answering_often, queries, rules


@never_cache
@form_page
def questions(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """A search is posted: what somebody looks for stands in no address and no log."""
    incident = _incident(slug)
    typed = typed_text.line(request.POST.get("q", "")[: rules.FAQ_SEARCH_LENGTH])
    context = {"incident": incident, "typed": typed, "entries": answering_often.search(incident, typed)}
    return render(request, "support/questions.html", context)


@never_cache
@form_page
def helped(request: HttpRequest, slug: str, key: uuid.UUID) -> HttpResponse:
    if request.method != "POST":
        return redirect("support:questions_of", slug)
    yes, network = request.POST.get("helped") == "yes", limits.network(limits.client_address(request))
    if not answering_often.vote(incident=_incident(slug), key=key, helped=yes, network=network, at=timezone.now()):
        raise Http404
    return render(request, "support/voted.html", {"yes": yes, "slug": slug})


def _incident(slug: str | None) -> Incident:
    found = notices.open_incidents().filter(slug=slug).first() if slug else queries.incident()
    if found is None:
        raise Http404
    return found
