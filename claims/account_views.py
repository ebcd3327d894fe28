"""The page on which a person names another account, after the bank refused the one they had given."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from claims import forms, payouts, queries, rules, typed
from claims.banks import BANKS
from claims.models import Claim
from claims.states import AccountProblem, IllegalMove, State
from claims.views import as_written, own
from lookup import session
from lookup.queries import contacts_of

TO_BE_MENDED = 422
FIELDS = ("bank", "number", "holder")


@require_http_methods(["GET", "HEAD", "POST"])
@session.freshly_proven
def account(request: HttpRequest, reference: str) -> HttpResponseBase:
    if request.method != "POST" and (way := as_written(request, reference)) is not None:
        return way
    claim, at = own(request, reference), timezone.now()
    if claim.state != State.ACCOUNT_WRONG:
        # Nobody asked, or it was corrected already: the status page says how it stands.
        return redirect("claims:status", claim.reference)
    if request.method == "POST":
        return _posted(request, claim, at)
    parked = session.parked(request)
    name = claim.claimant["name"]
    kept = {field: parked.get(field, "") for field in FIELDS} if parked is not None else {}
    form = forms.AccountForm(initial={"holder": name} | kept, proven_name=name)
    return _page(request, claim, form, came_back=parked is not None)


def _posted(request: HttpRequest, claim: Claim, at: dt.datetime) -> HttpResponseBase:
    given = {field: request.POST.get(field, "") for field in FIELDS}
    form = forms.AccountForm(given, proven_name=claim.claimant["name"])
    if form.is_valid():
        number = typed.account_number(form.cleaned_data["number"])
        try:
            payouts.correct_account(
                person=claim.person,
                reference=claim.reference,
                account={**form.cleaned_data, "number": number},
                by=session.actor(request),
                at=at,
            )
        except rules.SameAccount:
            form.add_error("number", forms.SAME_ACCOUNT)
        except IllegalMove:
            return redirect("claims:status", claim.reference)
        else:
            return redirect("claims:status", claim.reference)
    return _page(request, claim, form, status=TO_BE_MENDED)


def _page(
    request: HttpRequest, claim: Claim, form: forms.AccountForm, *, status: int = 200, **context: Any
) -> HttpResponse:
    payout = queries.refused_payout_of(claim)
    assert payout is not None  # the state says so
    refused = payout.account
    shown = {
        "claim": claim,
        "form": form,
        "payout": payout,
        "problem": AccountProblem(payout.problem).label,
        "refused_bank": BANKS[refused["bank"]],
        "refused_number": refused["number"],
        "proven_name": claim.claimant["name"],
        "no_channel": not contacts_of(claim.person),
        **context,
    }
    return render(request, "claims/account.html", shown, status=status)
