""" "This must be wrong": asking for a look again, and reading what became of it."""

from __future__ import annotations

import contextlib

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from lookup import disputing, proving, refusals, session, states
from lookup.dispute_forms import DisputeForm
from lookup.dispute_models import Dispute
from lookup.views import form_page, too_often
from notices.models import Incident


@form_page
@session.proven
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    at, proof = timezone.now(), session.proof_of(request)
    incident = get_object_or_404(Incident.objects.select_related("active_dataset"), slug=slug)
    if proof.identity is None:
        return redirect("lookup:who")
    if already := disputing.open_of(proof, incident):
        return redirect("lookup:dispute", already.reference)
    if request.method != "POST":
        return _page(request, DisputeForm(initial=session.parked(request)), incident)
    form = DisputeForm(request.POST)
    if not form.is_valid():
        return _page(request, form, incident, status=refusals.WRONG)
    try:
        dispute = disputing.ask(
            proof=proof,
            incident=incident,
            kind=states.DisputeKind(form.cleaned_data["kind"]),
            words=form.cleaned_data["words"],
            language=(get_language() or "ko")[:2],
            by=session.actor(request),
            at=at,
        )
    except proving.TooOften as refused:
        form.add_error(None, refusals.no_more_disputes(refused, at=at))
        return too_often(_page(request, form, incident, status=refusals.TOO_OFTEN), refused, at)
    except (disputing.AskedAlready, disputing.NothingToDispute):
        return redirect("lookup:answer")
    return redirect("lookup:dispute", dispute.reference)


def _page(request: HttpRequest, form: DisputeForm, incident: Incident, *, status: int = 200) -> HttpResponse:
    return render(request, "lookup/dispute_new.html", {"form": form, "incident": incident}, status=status)


@require_safe
@session.proven
def dispute(request: HttpRequest, reference: str) -> HttpResponse:
    found = _own(request, reference)
    context = {"dispute": found, "moves": found.moves.order_by("pk"), "open": found.state in states.DISPUTE_OPEN}
    return render(request, "lookup/dispute.html", context)


@require_POST
@session.proven(parking=False)
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    found = _own(request, reference)
    # Answered or withdrawn meanwhile: the page says so.
    with contextlib.suppress(states.IllegalMove):
        disputing.withdraw(
            proof=session.proof_of(request), reference=reference, by=session.actor(request), at=timezone.now()
        )
    return redirect("lookup:dispute", found.reference)


def _own(request: HttpRequest, reference: str) -> Dispute:
    """A foreign one and an absent one are the same."""
    proof = session.proof_of(request)
    if proof.identity_hash is None:
        raise Http404
    return get_object_or_404(disputing.of(proof).select_related("incident"), reference=reference)
