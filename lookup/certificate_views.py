"""A certificate of one's own answer: asked for, and downloaded as often as its owner proves who they are."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from breachdesk import context
from breachdesk.lib import paper
from lookup import certifying, proving, queries, refusals, session
from lookup.certificate_models import Certificate
from lookup.models import Proof
from lookup.views import form_page, posted_from, too_often
from notices.models import Incident

UNAVAILABLE = 503
SHOWN = 10


@form_page
@session.proven
def certificate(request: HttpRequest, slug: str) -> HttpResponse:
    at, proof = timezone.now(), session.proof_of(request)
    incident = get_object_or_404(Incident.objects.select_related("active_dataset"), slug=slug)
    if proof.identity is None:
        return redirect("lookup:who")
    if request.method != "POST":
        return _page(request, incident)
    try:
        certifying.issue(proof=proof, incident=incident, by=session.actor(request), at=at)
    except proving.TooOften as refused:
        when = refusals.time_from(refused.again_at, at=at)
        words = _("확인서는 하루에 5번까지 새로 만들 수 있어요. %(time)s부터 다시 할 수 있어요.") % {"time": when}
        return too_often(_page(request, incident, refusal=words, status=refusals.TOO_OFTEN), refused, at)
    except certifying.NothingToCertify:
        return redirect("lookup:answer")
    return redirect("lookup:certificate", incident.slug)


def _page(request: HttpRequest, incident: Incident, *, refusal: str = "", status: int = 200) -> HttpResponse:
    at, proof = timezone.now(), session.proof_of(request)
    answer = next((each for each in queries.answers(proof, at) if each.incident.pk == incident.pk), None)
    if answer is None:
        return redirect("lookup:answer")
    made: list[dict[str, Any]] = [
        {"one": one, "facts": certifying.facts(one), "standing": certifying.standing(one)}
        for one in certifying.of(proof).filter(incident=incident)[:SHOWN]
    ]
    page: dict[str, Any] = {
        "incident": incident,
        "answer": answer,
        "identity": proof.identity,
        "refusal": refusal,
        "certificates": made,
        "has_good_one": bool(made) and made[0]["standing"].holds,
    }
    return render(request, "lookup/certificate.html", page, status=status)


@posted_from("lookup:answer")
@session.proven(parking=False)
def download(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Posted, because it costs: a page that is prefetched or opened twice by a browser makes no PDF."""
    at, proof = timezone.now(), session.proof_of(request)
    held = _own(proof, number)
    try:
        certifying.hand_over(certificate=held, proof=proof, by=session.actor(request), at=at)
    except proving.TooOften as refused:
        when = refusals.time_from(refused.again_at, at=at)
        words = _("확인서를 여러 번 내려받아서 잠시 멈췄어요. %(time)s부터 다시 할 수 있어요.") % {"time": when}
        return too_often(_page(request, held.incident, refusal=words, status=refusals.TOO_OFTEN), refused, at)
    said = _said(held)
    try:
        made = paper.pdf(render_to_string("lookup/certificate_paper.html", said))
    except paper.Unavailable:
        # The certificate stands; only the paper is missing. What it says can be printed from the page.
        return render(request, "lookup/certificate_on_screen.html", said, status=UNAVAILABLE)
    name = _("유출 사실 확인서 %(day)s.pdf") % {"day": f"{timezone.localtime(held.issued_at):%Y-%m-%d}"}
    disposition = content_disposition_header(True, name)
    return HttpResponse(
        made, content_type="application/pdf", headers={"Content-Disposition": disposition or "attachment"}
    )


def _said(held: Certificate) -> dict[str, Any]:
    contact = held.contact
    return {
        "certificate": held,
        "facts": certifying.facts(held),
        "identity": held.identity,
        "contact": contact.masked if contact else "",
        "issuer": context.issuer(),
        "families": paper.FAMILIES,
        "language": (get_language() or "ko")[:2],
    }


def _own(proof: Proof, number: uuid.UUID) -> Certificate:
    """A foreign one and an absent one are the same."""
    return get_object_or_404(certifying.of(proof), number=number)
