"""What somebody has in hand after asking: number, receiver, moment, how it stands; on the screen and as a PDF."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from breachdesk import context
from breachdesk.lib import paper, references
from cards import checklist, queries, rules
from cards.models import Act
from cards.told import Slot
from lookup import queries as lookup
from lookup import session
from lookup.states import Later

UNAVAILABLE = 503


@require_safe
@session.proven_person
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    proper = references.normalise(reference)
    if proper != reference and references.is_valid(proper):
        return redirect("cards:receipt", proper)
    return render(request, "cards/receipt.html", _page(_own(request, reference)))


@require_http_methods(["GET", "POST"])
@session.proven_person(parking=False)
def paper_of(request: HttpRequest, reference: str) -> HttpResponse:
    """Posted, because it costs: a page that is prefetched or opened twice by a browser makes no PDF."""
    act = _own(request, reference)
    if request.method != "POST":
        return redirect("cards:receipt", act.reference)
    said = _said(act)
    try:
        made = paper.pdf(render_to_string("cards/receipt_paper.html", said))
    except paper.Unavailable:
        # The receipt stands; only the paper is missing. What it says can be printed from the page.
        return render(request, "cards/receipt.html", _page(act) | {"no_paper": True}, status=UNAVAILABLE)
    name = _("카드 접수증 %(reference)s.pdf") % {"reference": act.reference}
    disposition = content_disposition_header(True, name)
    headers = {"Content-Disposition": disposition or "attachment"}
    return HttpResponse(made, content_type="application/pdf", headers=headers)


def _page(act: Act) -> dict[str, Any]:
    """The receipt, and of a report what is left to do."""
    said = _said(act) | {"has_contact": bool(lookup.contacts_of(act.person))}
    if not act.is_report:
        return said
    lines = checklist.of(act)
    return said | {"lines": lines, "left": checklist.left(lines), "later": Later.choices}


def _said(act: Act) -> dict[str, Any]:
    asked = act.asked
    noticed = dt.date.fromisoformat(asked["noticed_on"]) if asked.get("noticed_on") else None
    return {
        "act": act,
        "asked": asked,
        "noticed": noticed,
        "slot": Slot(**asked["slot"]) if asked.get("slot") else None,
        "since": rules.answered_for_since(timezone.localdate(act.asked_at)),
        "why": act.why,
        "issuer": context.issuer(),
        "families": paper.FAMILIES,
        "language": (get_language() or "ko")[:2],
    }


def _own(request: HttpRequest, reference: str) -> Act:
    """This person's act. Another's and none at all are the same 404."""
    act = queries.act_of(session.person_of(request), reference) if references.is_valid(reference) else None
    if act is None:
        raise Http404
    return act
