"""The two ends of filling in a claim: what it is and whether one may, and the check before it is filed."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from claims import actions, filing, forms, queries, rules, views
from claims.banks import BANKS
from claims.draft_views import AT_ODDS, TITLES, TO_BE_MENDED, on_draft, page, read_and_post
from claims.models import Draft
from claims.views import person_of, proof_of
from lookup import session, turns
from notices.models import Incident


@read_and_post
@session.known_person
def new(request: HttpRequest) -> HttpResponseBase:
    """A passkey opens a draft that is there; whether somebody may claim is answered after a code only."""
    if request.method == "POST" and proof_of(request).is_by_passkey:
        slug, at = request.POST.get("incident", "").replace("\0", ""), timezone.now()
        with contextlib.suppress(actions.NoDraft):
            draft = actions.go_on_with(person=person_of(request), slug=slug, at=at)
            terms = queries.terms_of(draft.incident, at=at)
            wanting = filing.unfinished(draft.steps, terms=terms, proven_name="")
            return redirect(f"claims:{next((step for step in wanting if step != 'account'), 'evidence')}")
    return _new(request)


@session.proven_person
def _new(request: HttpRequest) -> HttpResponseBase:
    at = timezone.now()
    proof = proof_of(request)
    if request.method == "POST":
        incident = get_object_or_404(Incident, slug=request.POST.get("incident", "").replace("\0", ""))
        try:
            draft = actions.open_draft(proof=proof, incident=incident, by=session.actor(request), at=at)
        except rules.Refusal as refusal:
            return refused(request, refusal, incident, at)
        except actions.NoDraft:
            return redirect("claims:list")
        name = queries.claimant(proof, incident, at=at).name
        wanting = filing.unfinished(draft.steps, terms=queries.terms_of(incident, at=at), proven_name=name)
        response = redirect(f"claims:{(wanting or ['check'])[0]}")
        turns.remember_begun(response)
        return response

    granted, refusals = queries.offers(proof, at=at)
    if not granted:
        about, why = refusals[0] if refusals else (None, rules.NotAffected())
        return refused(request, why, about, at, status=200)
    kinds = [(kind.label, detail) for kind, detail in forms.KIND_DETAILS.items()]
    return render(request, "claims/new.html", {"offers": granted, "kinds": kinds})


def refused(
    request: HttpRequest, refusal: rules.Refusal, incident: Incident | None, at: dt.datetime, *, status: int = AT_ODDS
) -> HttpResponse:
    """Why not, and what there is instead."""
    person = person_of(request)
    context = {
        "reason": type(refusal).__name__,
        "through": refusal.through if isinstance(refusal, rules.NeedsRepresentative) else "",
        "incident": incident,
        "terms": queries.terms_of(incident, at=at) if incident else None,
        "open_claim": queries.open_claim_of(person, incident) if incident else None,
        "draft": queries.drafts_of(person).filter(incident=incident).first() if incident else None,
    }
    return render(request, "claims/refused.html", context, status=status)


@read_and_post
@session.proven_person
@on_draft
def check(request: HttpRequest, draft: Draft, at: dt.datetime) -> HttpResponseBase:
    if request.method != "POST":
        parked = session.parked(request)
        form = forms.DeclareForm(initial={"declared": bool(parked and parked.get("declared"))})
        return _check_page(request, draft, at, form=form, came_back=parked is not None)
    form = forms.DeclareForm(request.POST)
    if not form.is_valid():
        return _check_page(request, draft, at, form=form, status=TO_BE_MENDED)
    return _filed(request, draft, form, at)


def _filed(request: HttpRequest, draft: Draft, form: forms.DeclareForm, at: dt.datetime) -> HttpResponseBase:
    try:
        filed = actions.submit(
            proof=proof_of(request),
            draft_id=draft.id,
            seen=request.POST.get("seen", ""),
            language=forms.language(),
            by=session.actor(request),
            at=at,
        )
    except rules.Refusal as refusal:
        return refused(request, refusal, draft.incident, at)
    except filing.NotFinished:
        return _check_page(request, draft, at, form=form, status=TO_BE_MENDED)
    except actions.ChangedSince:
        return _check_page(request, draft, at, form=forms.DeclareForm(), changed=True, status=AT_ODDS)
    return views.filed(request, filed, at)


def _check_page(request: HttpRequest, draft: Draft, at: dt.datetime, **context: Any) -> HttpResponse:
    """Everything as it will be filed, or, where something is wanting, what that is."""
    claimant = queries.claimant(proof_of(request), draft.incident, at=at)
    try:
        terms = queries.check_may_claim(claimant, draft.incident, at=at)
    except rules.Refusal as refusal:
        return refused(request, refusal, draft.incident, at)
    steps, evidence = draft.steps, list(draft.evidence.select_related("file"))
    wanting = filing.unfinished(steps, terms=terms, proven_name=claimant.name)
    if not wanting:
        content = filing.read(steps, terms=terms, proven_name=claimant.name)
        context |= {
            "content": content,
            "bank": BANKS[content.account.bank],
            "seen": queries.confirmation_of(content, draft_id=draft.id, evidence=evidence),
        }
    return page(
        request,
        draft,
        "check",
        at,
        wanting=[(step, TITLES[step]) for step in wanting],
        titles=TITLES,
        evidence=evidence,
        terms=terms,
        claimant=claimant,
        **context,
    )
