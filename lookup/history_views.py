"""My look-ups: who has looked at my data, when and from where."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from lookup import readings, session


@require_safe
@session.proven
def history(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    proof = session.proof_of(request)
    if proof.identity is None:
        return redirect("lookup:who")
    session.sign_in(request, proof)
    context = {
        "looks": readings.own_looks(proof, at=at),
        "by_staff": readings.staff_readings(proof, at=at),
        "since": at - readings.rules.READINGS_SHOWN,
    }
    return render(request, "lookup/history.html", context)
