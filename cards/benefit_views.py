"""What somebody is given beside compensation: what they may have, what they have, and until when."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cards import benefits, queries, rules
from cards.benefit_models import Offer
from cards.states import Benefit
from lookup import session
from lookup.queries import answers


@require_http_methods(["GET", "HEAD", "POST"])
@session.proven_person
def overview(request: HttpRequest) -> HttpResponse:
    at, person = timezone.now(), session.person_of(request)
    leaked = {told.incident.pk: [*told.leaked, *told.possible] for told in answers(session.proof_of(request), at)}
    if request.method != "POST":
        return _page(request, leaked)
    by = session.actor(request)
    if (which := _number(request.POST.get("use"))) is not None:
        if benefits.use(person=person, entitlement=which, by=by, at=at) is None:
            raise Http404
        return redirect("cards:benefits")
    offer = Offer.objects.filter(pk=_number(request.POST.get("take")) or 0, incident__in=leaked).first()
    # A waiver comes with the new card.
    if offer is None or offer.benefit == Benefit.WAIVER:
        raise Http404
    language = (get_language() or "ko")[:2]
    try:
        benefits.grant(person=person, offer=offer, leaked=leaked[offer.incident_id], language=language, by=by, at=at)
    except rules.TooLate:
        return _page(request, leaked, refusal=_("받을 수 있는 날이 지났어요."))
    except rules.NotForThem:
        raise Http404 from None
    except benefits.NoCodeLeft:
        return _page(
            request, leaked, refusal=_("지금은 드릴 이용권이 남아 있지 않아요. 곧 채울게요. 급하면 전화해 주세요.")
        )
    return redirect("cards:benefits")


def _page(request: HttpRequest, leaked: dict[int, list[str]], *, refusal: str = "") -> HttpResponse:
    today = timezone.localdate(timezone.now())
    held = {one.offer_id: one for one in queries.entitlements_of(session.person_of(request))}
    rows: list[dict[str, Any]] = [
        {"offer": one.offer, "held": one, "over": one.ends_date < today} for one in held.values()
    ]
    for offer in Offer.objects.filter(incident__in=leaked).order_by("incident_id", "benefit"):
        if offer.pk not in held and _may_have(offer, leaked[offer.incident_id], today):
            rows.append({"offer": offer, "held": None, "over": False})
    return render(request, "cards/benefits.html", {"rows": rows, "refusal": refusal}, status=409 if refusal else 200)


def _may_have(offer: Offer, leaked: list[str], today: dt.date) -> bool:
    return rules.may_have(for_card_data=offer.for_card_data, leaked=leaked, until=offer.ask_until_date, today=today)


def _number(typed: str | None) -> int | None:
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 19 else None
