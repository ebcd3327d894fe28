"""New cards for several at once, chosen from the list of all: each is an act of its own, with its own receipt."""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cards import rules
from cards.knowing import Known
from cards.states import Kind, Stage
from cards.views import ask_for, is_waived, known_of, words
from lookup import refusals, session


@require_http_methods(["GET", "HEAD", "POST"])
@session.freshly_proven
def reissue(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    known = known_of(request, at)
    if request.method != "POST":
        parked = session.parked(request)
        return _page(request, known, ticked=parked.getlist("card") if parked else ())
    chosen = [card.id for card in known.cards if card.id in request.POST.getlist("card")]
    if not chosen:
        return _page(request, known, refusal=_("카드를 하나 이상 골라 주세요"), status=refusals.WRONG)
    for card in chosen:
        try:
            ask_for(request, known, card, Kind.REISSUE, at=at)
        except rules.AlreadySo:
            pass  # pressed twice: the list shows where it is
        except rules.Refusal as refusal:
            return _page(request, known, refusal=words(refusal), ticked=chosen, status=409)
    return redirect("cards:list")


def _page(
    request: HttpRequest, known: Known, *, ticked: Collection[str] = (), refusal: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "known": known,
        "cards": [(card, card.id in ticked) for card in known.cards if card.active and card.renewal == Stage.NONE],
        "waived": is_waived(request, timezone.now()),
        "fee": settings.CARDS_REISSUE_WON,
        "refusal": refusal,
    }
    return render(request, "cards/reissue.html", context, status=status)
