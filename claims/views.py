"""The pages on which a person reads their claims: the list, the status, the receipt, the files; and takes one back."""

from __future__ import annotations

import contextlib
import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from breachdesk import files
from breachdesk.lib import references
from claims import actions, queries, rules, timeline
from claims.models import Claim, Line
from claims.states import IllegalMove, State
from lookup import session
from lookup.models import Person, Proof
from lookup.queries import contacts_of


@require_safe
@session.known_person
def claim_list(request: HttpRequest) -> HttpResponseBase:
    person = person_of(request)
    granted, refused = queries.offers(proof_of(request), at=timezone.now())
    context = {
        "claims": queries.claims_of(person),
        "drafts": queries.drafts_of(person),
        "closed": [incident for incident, why in refused if isinstance(why, rules.ClosedNow)],
        "may_begin": any(offer.draft is None for offer in granted),
    }
    return render(request, "claims/list.html", context)


@require_safe
@session.known_person
def receipt(request: HttpRequest, reference: str) -> HttpResponseBase:
    if (way := as_written(request, reference)) is not None:
        return way
    return _receipt(request, own(request, reference), timezone.now())


def filed(request: HttpRequest, filed: actions.Filed, at: dt.datetime) -> HttpResponseBase:
    """After a filing: its receipt. Sent once more with other content, the first stands and the page says so."""
    if filed.same:
        return redirect("claims:receipt", filed.claim.reference)
    return _receipt(request, filed.claim, at, status=409, other_content=True)


@require_http_methods(["GET", "HEAD", "POST"])
@session.proven_person
def withdraw(request: HttpRequest, reference: str) -> HttpResponseBase:
    if request.method != "POST" and (way := as_written(request, reference)) is not None:
        return way
    claim = own(request, reference)
    if request.method == "POST":
        # Decided meanwhile, it is not taken back: the status page says how it stands.
        with contextlib.suppress(IllegalMove):
            actions.withdraw(
                person=claim.person, reference=claim.reference, by=session.actor(request), at=timezone.now()
            )
        return redirect("claims:status", claim.reference)
    if claim.state == State.WITHDRAWN:
        return redirect("claims:status", claim.reference)
    return render(request, "claims/withdraw.html", {"claim": claim})


@require_safe
@session.proven_person
def evidence(request: HttpRequest, reference: str, evidence_id: int) -> HttpResponseBase:
    held = queries.evidence_of(own(request, reference)).filter(pk=evidence_id).first()
    if held is None:
        raise Http404
    return files.download(held.file, name=held.file.download_name)


def proof_of(request: HttpRequest) -> Proof:
    """Put there by the decorators of `lookup.session`."""
    proof: Proof = request.proof  # type: ignore[attr-defined]
    return proof


def person_of(request: HttpRequest) -> Person:
    return queries.person_of(proof_of(request))


def _receipt(
    request: HttpRequest, claim: Claim, at: dt.datetime, *, status: int = 200, other_content: bool = False
) -> HttpResponse:
    context = {
        "claim": claim,
        "claimant": claim.claimant,
        "lines": _lines(claim),
        "evidence": queries.evidence_of(claim),
        "rows": timeline.rows(claim, at=at),
        "decide_within": claim.incident.decide_within_business_days,
        "no_channel": not contacts_of(claim.person),
        "told": queries.told_of(claim, "claim_received"),
        "withdrawn": claim.state == State.WITHDRAWN,
        "other_content": other_content,
    }
    return render(request, "claims/receipt.html", context, status=status)


def own(request: HttpRequest, reference: str) -> Claim:
    """This person's claim. Another's and none at all are the same 404."""
    person = person_of(request)
    claim = queries.claim_of(person, reference) if references.is_valid(reference) else None
    if claim is None:
        raise Http404
    return claim


def as_written(request: HttpRequest, reference: str) -> HttpResponse | None:
    """A reference typed in lower case or without hyphens leads to its proper address, whether or not it exists."""
    proper = references.normalise(reference)
    if proper == reference or not references.is_valid(proper):
        return None
    return redirect(f"claims:{request.resolver_match.url_name}", proper)  # type: ignore[union-attr]


def _lines(claim: Claim) -> list[Line]:
    return list(claim.lines.select_related("claim"))
