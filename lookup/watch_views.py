"""Asking to be told when something changes, and saying stop."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language

from lookup import session, watching
from lookup.forms import WatchForm
from lookup.views import posted_from
from notices.models import Incident


@posted_from("lookup:answer")
@session.proven(parking=False)
def watch(request: HttpRequest) -> HttpResponse:
    form = WatchForm(request.POST)
    if not form.is_valid():
        raise Http404
    at, proof = timezone.now(), session.proof_of(request)
    incident = get_object_or_404(Incident.objects.select_related("active_dataset"), slug=form.cleaned_data["incident"])
    if form.cleaned_data["act"] == "stop":
        watching.stop(proof=proof, incident=incident, by=session.actor(request), at=at)
    else:
        language = (get_language() or "ko")[:2]
        try:
            watching.begin(proof=proof, incident=incident, language=language, by=session.actor(request), at=at)
        except watching.NothingToWatch:
            return redirect("lookup:answer")
    response = redirect("lookup:answer_of", incident.slug)
    response["Location"] += "#watch"
    return response
