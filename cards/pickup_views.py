"""While cards are short: the place in line, and the hours at branches at which the new card can be fetched instead."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cards import knowing, rules
from cards.issuer import Away, NoSuchCustomer
from cards.states import Kind
from cards.told import Slot
from cards.views import ask_for, known_of, words
from lookup import refusals, session

UNAVAILABLE = 503


@require_http_methods(["GET", "HEAD", "POST"])
@session.freshly_proven
def pickup(request: HttpRequest, card: str) -> HttpResponse:
    at = timezone.now()
    known = known_of(request, at)
    chosen = known.card(card)
    if chosen is None or not chosen.waits_in_line:
        raise Http404
    page: dict[str, Any] = {"card": chosen}
    try:
        slots = knowing.pickups(proof=session.proof_of(request), card=card, by=session.actor(request), at=at)
    except (Away, NoSuchCustomer):
        return render(request, "cards/pickup.html", page | {"away": True}, status=UNAVAILABLE)
    page["slots"] = slots
    if request.method != "POST":
        parked = session.parked(request)
        return render(request, "cards/pickup.html", page | {"ticked": parked.get("slot") if parked else ""})
    slot = next((each for each in slots if each.id == request.POST.get("slot")), None)
    if slot is None:
        page["refusal"] = _("받을 시간을 골라 주세요")
        return render(request, "cards/pickup.html", page, status=refusals.WRONG)
    return _book(request, known, card, slot, page)


def _book(request: HttpRequest, known: knowing.Known, card: str, slot: Slot, page: dict[str, Any]) -> HttpResponse:
    """Whether it is still free the issuer says, however many ask at once."""
    try:
        act = ask_for(request, known, card, Kind.PICKUP, slot=slot, at=timezone.now())
    except rules.AlreadySo:
        return redirect("cards:list")
    except rules.Refusal as refusal:
        return render(request, "cards/pickup.html", page | {"refusal": words(refusal)}, status=409)
    if act.why:
        return render(request, "cards/pickup.html", page | {"refusal": act.why}, status=409)
    return redirect("cards:receipt", act.reference)
