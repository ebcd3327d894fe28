"""The desk's pages of payouts: prepared by one, released by another, and what the bank made of them. Imported by admin.py."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from breachdesk.audit.models import Event
from breachdesk.desk import acts, frame, kinds, session
from breachdesk.lib import references
from claims import desk_forms, payouts, queries, reviewing, states
from claims.banks import BANKS
from claims.models import Claim, Payout
from claims.payout_words import masked, problem_of, problem_words, state_tag, why
from claims.states import PayoutState, State

SEE, PREPARE, RELEASE = "claims.view_payout", "claims.prepare_payout", "claims.release_payout"
MOST = 50
LATELY = 20


# -- the list ----------------------------------------------------------------------------------------------------------


@frame.page(
    "payouts/",
    name="payouts",
    title=pgettext_lazy("page", "지급"),
    group=frame.WORK,
    order=20,
    may=SEE,
    count=lambda request: queries.payouts_waiting(),
)
@require_safe
def payout_list(request: HttpRequest) -> HttpResponse:
    every, state = queries.payouts_for_staff(), PayoutState
    trouble = queries.with_bank_trouble()
    under_way = every.filter(state__in=states.UNDER_WAY).exclude(pk__in=trouble.values("pk"))
    settled = every.filter(state__in=[state.PAID, state.REFUSED]).order_by("-settled_at")
    context = {
        "title": pgettext("page", "지급"),
        "trouble": _rows(trouble.order_by("due_at", "prepared_at")),
        "to_release": _rows(every.filter(state=state.PREPARED).order_by("prepared_at")),
        "to_prepare": [
            (claim, queries.decision_of(claim), masked(claim.account)) for claim in queries.to_prepare()[:MOST]
        ],
        "under_way": _rows(under_way.order_by("released_at")),
        "account_wrong": Claim.objects.filter(state=State.ACCOUNT_WRONG).order_by("account_wrong_at")[:MOST],
        "settled": _rows(settled[:LATELY]),
        "may_prepare": request.user.has_perm(PREPARE),
    }
    return _page(request, "list", context)


def _rows(found: QuerySet[Payout]) -> list[dict[str, Any]]:
    return [
        {"payout": payout, "to": masked(payout.account), "tag": state_tag(payout), "problem": problem_of(payout)}
        for payout in found[:MOST]
    ]


# -- preparing ---------------------------------------------------------------------------------------------------------


@frame.page("payouts/prepare/<str:reference>/", name="payout_prepare", may=PREPARE)
@require_http_methods(["GET", "HEAD", "POST"])
def prepare(request: HttpRequest, reference: str) -> HttpResponseBase:
    claim = queries.claim_for_staff(reference) if references.is_valid(reference) else None
    if claim is None:
        raise Http404
    by, at = session.staff(request), session.now(request)
    if request.method == "POST":
        if asked := session.ask_again(request):
            return asked
        try:
            payout = payouts.prepare(claim=claim, by=by, at=at, version=acts.version(request))
        except reviewing.ChangedSince as stale:
            claim.refresh_from_db()
            return _prepare_page(request, claim, changed=stale.claim, status=409)
        except payouts.REFUSALS as refusal:
            messages.error(request, why(refusal))
            return redirect("admin:payout_prepare", claim.reference)
        messages.success(request, _("지급을 준비했어요. 다른 사람이 확인하고 내보내면 은행에 보내요."))
        return redirect("admin:payout", payout.pk)
    living = queries.payout_of(claim)
    if living is not None and claim.state == State.APPROVED and living.state == PayoutState.PREPARED:
        return redirect("admin:payout", living.pk)
    return _prepare_page(request, claim)


def _prepare_page(
    request: HttpRequest, claim: Claim, *, changed: Claim | None = None, status: int = 200
) -> HttpResponse:
    refusal = payouts.why_not_prepare(claim=claim, by=session.staff(request))
    decision = queries.decision_of(claim)
    context = {
        "title": _("지급 준비"),
        "claim": claim,
        "decision": decision,
        "to": masked(claim.account),
        "change": queries.account_change_of(decision) if decision else None,
        "refused": queries.refused_payout_of(claim),
        "why_not": why(refusal) if refusal else "",
        "changed": _moves(changed, request),
        "stale": changed is not None,
    }
    return _page(request, "prepare", context, status=status)


# -- one payout --------------------------------------------------------------------------------------------------------


@frame.page("payouts/<uuid:pk>/", name="payout", may=SEE)
@require_safe
def one(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _one_page(request, _payout(pk))


@frame.page("payouts/<uuid:pk>/act/", name="payout_act", may=(PREPARE, RELEASE))
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Every button of a payout's page posts here: which act, and the version of the claim it was pressed on."""
    payout = _payout(pk)
    if request.method != "POST":
        return redirect("admin:payout", payout.pk)
    right, done = ACTS.get(request.POST.get("act", ""), ("", None))
    if done is None:
        raise Http404
    if not request.user.has_perm(right):
        raise PermissionDenied
    if asked := session.ask_again(request):
        return asked
    try:
        return done(request, payout) or redirect("admin:payout", payout.pk)
    except reviewing.ChangedSince as stale:
        return _one_page(request, _payout(pk), changed=_moves(stale.claim, request), stale=True, status=409)
    except payouts.REFUSALS as refusal:
        messages.error(request, why(refusal))
    return redirect("admin:payout", payout.pk)


def _release(request: HttpRequest, payout: Payout) -> None:
    payouts.release(payout=payout, **_common(request))
    messages.success(request, _("내보냈어요. 은행이 답하면 이 화면과 신청한 분께 알려요."))


def _cancel(request: HttpRequest, payout: Payout) -> None:
    payouts.cancel(payout=payout, **_common(request))
    messages.success(request, _("지급을 취소했어요. 돈은 나가지 않았어요."))


def _reveal(request: HttpRequest, payout: Payout) -> HttpResponse:
    form = desk_forms.RevealForm(request.POST, prefix="reveal")
    if not form.is_valid():
        return _one_page(request, payout, reveal=form, status=422)
    reason = form.cleaned_data["reason"]
    account = payouts.reveal_account(payout=payout, reason=reason, by=session.staff(request), at=session.now(request))
    return _one_page(request, payout, revealed=account)


ACTS: dict[str, tuple[str, Callable[[HttpRequest, Payout], HttpResponse | None] | None]] = {
    "release": (RELEASE, _release),
    "cancel": (PREPARE, _cancel),
    "reveal": (RELEASE, _reveal),
}


def _common(request: HttpRequest) -> dict[str, Any]:
    return {"by": session.staff(request), "at": session.now(request), "version": acts.version(request)}


def _one_page(
    request: HttpRequest, payout: Payout, *, revealed: dict[str, str] | None = None, status: int = 200, **context: Any
) -> HttpResponse:
    """`revealed`: the account in full, this once."""
    claim, member = payout.claim, session.staff(request)
    prepared = payout.state == PayoutState.PREPARED
    refusal = payouts.why_not_release(payout=payout, by=member, at=session.now(request)) if prepared else None
    shown = {
        "title": _("%(reference)s 지급") % {"reference": claim.reference},
        "payout": payout,
        "claim": claim,
        "tag": state_tag(payout),
        "to": masked(payout.account) if revealed is None else {**revealed, "bank": BANKS.get(revealed["bank"])},
        "revealed": revealed is not None,
        "reveal": desk_forms.RevealForm(prefix="reveal"),
        "problem": problem_of(payout),
        "attempts": claim.payouts.filter(stage=payout.stage).exclude(pk=payout.pk).order_by("attempt"),
        "history": _history(payout),
        "prepared": prepared,
        "own": payout.prepared_by_id == member.pk,
        "why_not": why(refusal) if refusal else "",
        "may_release": member.has_perm(RELEASE),
        "may_cancel": prepared and member.has_perm(PREPARE),
        "may_reveal": member.has_perm(RELEASE) and claim.state in payouts.PAYING,
        **context,
    }
    return _page(request, "one", shown, status=status)


def _history(payout: Payout) -> list[dict[str, Any]]:
    """What the audit says of this payout."""
    events = Event.objects.filter(about=f"claim:{payout.claim.reference}", data__payout=str(payout.pk))
    return [
        {
            "at": event.at,
            "what": kinds.KINDS.get(event.kind, event.kind),
            "by": event.by.name if event.by else _("시스템"),
            "note": problem_words(event.data.get("code", "")),
        }
        for event in events.select_related("by").order_by("at", "pk")
    ]


def _moves(claim: Claim | None, request: HttpRequest) -> Any:
    return reviewing.moved_since(claim, acts.version(request)) if claim is not None else []


def _payout(pk: uuid.UUID) -> Payout:
    payout = queries.payouts_for_staff().filter(pk=pk).first()
    if payout is None:
        raise Http404
    return payout


def _page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    shown = {**admin.site.each_context(request), **context}
    return render(request, f"desk/payouts/{template}.html", shown, status=status)
