"""What was paid with somebody's cards: they look through it, and say what was not theirs."""

from __future__ import annotations

from collections.abc import Collection

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cards import actions, knowing, queries
from cards.issuer import Away, NoSuchCustomer
from cards.told import Payment
from lookup import session


@require_http_methods(["GET", "HEAD", "POST"])
@session.proven_person
def payments(request: HttpRequest) -> HttpResponse:
    at, proof, by = timezone.now(), session.proof_of(request), session.actor(request)
    try:
        found = knowing.payments(proof=proof, by=by, at=at)
    except (Away, NoSuchCustomer) as trouble:
        away = isinstance(trouble, Away)
        return render(request, "cards/payments.html", {"trouble": True, "away": away}, status=503 if away else 200)
    if request.method == "POST":
        if taken_back := request.POST.get("take_back"):
            actions.take_back(proof=proof, payment=taken_back.replace("\0", "")[:40], by=by, at=at)
            return redirect("cards:payments")
        chosen = set(request.POST.getlist("payment"))
        marked = [each for each in found if each.id in chosen]
        if marked:
            actions.deny(proof=proof, payments=marked, by=by, at=at)
            return redirect("cards:payments")
        return _page(request, found, nothing_chosen=True)
    parked = session.parked(request)
    return _page(request, found, ticked=set(parked.getlist("payment")) if parked else set())


def _page(
    request: HttpRequest, found: list[Payment], *, ticked: Collection[str] = (), nothing_chosen: bool = False
) -> HttpResponse:
    denied = queries.denied_by(session.person_of(request))
    known = {told["id"] for told in denied}
    context = {
        "payments": [(each, each.id in ticked) for each in found if each.id not in known],
        "denied": denied,
        "total": sum(told["amount"] for told in denied),
        "nothing_chosen": nothing_chosen,
    }
    return render(request, "cards/payments.html", context, status=422 if nothing_chosen else 200)
