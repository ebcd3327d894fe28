"""The page on which staff review one claim, its acts, and its evidence inside the desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from breachdesk import files
from breachdesk.desk import acts, frame, session
from breachdesk.lib import masks, references, typed_text
from claims import checks, desk_forms, holding, queries, reviewing, rules, states
from claims.banks import BANKS
from claims.models import Claim, Evidence
from claims.states import IllegalMove, PayoutState, State
from lookup.queries import contacts_of

SEE, REVIEW, CONFIRM, REVEAL = (f"claims.{right}_claim" for right in ("view", "review", "confirm", "reveal"))
SEE_PAYOUT, PREPARE_PAYOUT = "claims.view_payout", "claims.prepare_payout"
KINDS = {
    State.SUBMITTED: "now",
    State.IN_REVIEW: "now",
    State.NEEDS_MORE: "quiet",
    State.PROPOSED: "now",
    State.APPROVED: "good",
    State.PAID: "good",
    State.REFUSED: "danger",
    State.ACCOUNT_WRONG: "danger",
}


def state_tag(claim: Claim) -> SafeString:
    state = State(claim.state)
    return format_html('<span class="tag tag-{}">{}</span>', KINDS.get(state, "quiet"), states.DESK_WORDS[state])


@frame.page("claims/review/<str:reference>/", name="claim_review", may=SEE)
@require_safe
def review(request: HttpRequest, reference: str) -> HttpResponse:
    proper = references.normalise(reference)
    if proper != reference and references.is_valid(proper):
        return redirect("admin:claim_review", proper)
    return _page(request, _claim(reference))


@frame.page("claims/review/<str:reference>/act/", name="claim_act", may=(REVIEW, CONFIRM, REVEAL))
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Every button of the review page posts here: which act, and the version of the claim it was pressed on."""
    claim = _claim(reference)
    if request.method != "POST":
        return redirect("admin:claim_review", claim.reference)
    _right, done, weighty = acts.pressed(request, ACTS)
    if weighty and (asked := session.ask_again(request)):
        return asked
    try:
        return done(request, claim) or redirect("admin:claim_review", claim.reference)
    except reviewing.ChangedSince as stale:
        return _page(
            request,
            _claim(reference),
            status=409,
            typed=True,
            changed=reviewing.moved_since(stale.claim, acts.version(request)),
            new_files=stale.claim.evidence.filter(version__gt=acts.version(request)).count(),
        )
    except reviewing.ProposalVoid:
        messages.warning(request, _("제안한 뒤 계좌나 자료가 바뀌어서 제안이 무효가 됐어요. 다시 심사해 주세요."))
    except rules.NotByWhoEnteredIt:
        messages.error(
            request, _("내가 대신 적은 신청은 내가 심사하거나 확인할 수 없어요. 최고 관리자도 마찬가지예요.")
        )
    except rules.NotByTheSame:
        messages.error(request, _("제안한 사람은 확인할 수 없어요. 다른 사람이 확인해야 해요."))
    except rules.NotByTheClaimant:
        messages.error(request, _("자기 신청은 자기가 심사하거나 확인할 수 없어요. 최고 관리자도 마찬가지예요."))
    except rules.NotTheirTurn:
        messages.error(request, _("지금 이 신청을 맡은 사람만 할 수 있어요."))
    except rules.OnHold:
        messages.error(request, _("보류한 신청이라 결정할 수 없어요. 먼저 살펴봐 주세요."))
    except rules.OutsideDays:
        messages.error(request, _("답할 날이 아직 지나지 않았어요."))
    except IllegalMove:
        messages.error(request, _("지금 상태에서는 할 수 없는 일이에요."))
    return redirect("admin:claim_review", claim.reference)


@frame.page("claims/review/<str:reference>/evidence/<int:pk>/", name="claim_evidence", may=(REVIEW, CONFIRM))
@require_safe
def evidence(request: HttpRequest, reference: str, pk: int) -> HttpResponseBase:
    """A picture as it was rewritten on arrival, to be seen inside the desk; a paper only as a download. Each opening is on record."""
    claim = _claim(reference)
    held = claim.evidence.select_related("file").filter(pk=pk).first() if pk < 2**63 else None
    if held is None or not queries.is_turn_of(claim, session.staff(request)):
        raise Http404
    response = files.download(held.file, name=held.file.download_name)
    if request.method == "GET":
        reviewing.see_evidence(
            reference=claim.reference, evidence_id=held.pk, by=session.staff(request), at=session.now(request)
        )
    if held.file.content_type.startswith("image/"):
        response["Content-Disposition"] = "inline"
    return response


# Acts. Each returns a page where something is to be mended, else nothing.

Act = Callable[[HttpRequest, Claim], HttpResponse | None]


def _common(request: HttpRequest, claim: Claim) -> dict[str, Any]:
    return {
        "reference": claim.reference,
        "version": acts.version(request),
        "by": session.staff(request),
        "at": session.now(request),
    }


def _take(request: HttpRequest, claim: Claim) -> None:
    reviewing.take(**_common(request, claim))
    messages.success(request, _("신청을 맡았어요."))


def _give_back(request: HttpRequest, claim: Claim) -> None:
    reviewing.give_back(**_common(request, claim))
    messages.success(request, _("신청을 대기열로 돌려놓았어요."))


def _ask(request: HttpRequest, claim: Claim) -> HttpResponse | None:
    form = desk_forms.AskForm(request.POST, today=queries.today_of(claim.incident, session.now(request)))
    if not form.is_valid():
        return _page(request, claim, status=422, typed=True)
    given = form.cleaned_data
    reviewing.ask(**_common(request, claim), words=given["words"], answer_by=given["answer_by"])
    messages.success(request, _("신청한 분께 물어봤어요. 답이 올 때까지 기한이 멈춰요."))
    return None


def _stop_waiting(request: HttpRequest, claim: Claim) -> None:
    reviewing.stop_waiting(**_common(request, claim))
    messages.success(request, _("지금 있는 자료로 심사를 이어 가요."))


def _propose(request: HttpRequest, claim: Claim) -> HttpResponse | None:
    form = desk_forms.ProposeForm(list(claim.lines.all()), data=request.POST)
    if not form.is_valid():
        return _page(request, claim, status=422, typed=True)
    reviewing.propose(
        **_common(request, claim),
        lines=[line.proposed() for line in form.lines],
        sentence=form.sentence.cleaned_data["sentence"],
    )
    messages.success(request, _("결정을 제안했어요. 다른 사람이 확인하면 신청한 분께 알려요."))
    return None


def _confirm(request: HttpRequest, claim: Claim) -> None:
    reviewing.confirm(**_common(request, claim))
    messages.success(request, _("결정했어요. 신청한 분께 알렸어요."))


def _send_back(request: HttpRequest, claim: Claim) -> HttpResponse | None:
    form = desk_forms.SendBackForm(request.POST, prefix="back")
    if not form.is_valid():
        return _page(request, claim, status=422, typed=True)
    reviewing.send_back(**_common(request, claim), note=form.cleaned_data["note"])
    messages.success(request, _("제안을 돌려보냈어요."))
    return None


def _let_go(request: HttpRequest, claim: Claim) -> None:
    holding.let_go(**_common(request, claim))
    messages.success(request, _("보류를 풀었어요."))


def _take_away(request: HttpRequest, claim: Claim) -> None:
    holding.take_away(**_common(request, claim))
    messages.success(request, _("신청을 거뒀어요. 본인은 새로 신청할 수 있어요."))


def _reveal(request: HttpRequest, claim: Claim) -> HttpResponse:
    form = desk_forms.RevealForm(request.POST, prefix="reveal")
    if not form.is_valid():
        return _page(request, claim, status=422, typed=True)
    reviewing.reveal(
        reference=claim.reference,
        reason=form.cleaned_data["reason"],
        by=session.staff(request),
        at=session.now(request),
    )
    return _page(request, claim, revealed=True)


ACTS: dict[str, tuple[str, Act, bool]] = {
    "take": (REVIEW, _take, False),
    "give_back": (REVIEW, _give_back, False),
    "ask": (REVIEW, _ask, False),
    "stop_waiting": (REVIEW, _stop_waiting, False),
    "propose": (REVIEW, _propose, False),
    "confirm": (CONFIRM, _confirm, True),
    "send_back": (CONFIRM, _send_back, False),
    "let_go": (CONFIRM, _let_go, True),
    "take_away": (CONFIRM, _take_away, True),
    "reveal": (REVEAL, _reveal, False),
}


# The page.


def _claim(reference: str) -> Claim:
    claim = queries.claim_for_staff(reference) if references.is_valid(reference) else None
    if claim is None:
        raise Http404
    return claim


def _page(
    request: HttpRequest,
    claim: Claim,
    *,
    status: int = 200,
    typed: bool = False,
    revealed: bool = False,
    **context: Any,
) -> HttpResponse:
    """`typed`: what was posted is shown again, with what is wrong with it; `revealed`: unmasked, this once."""
    member, at = session.staff(request), session.now(request)
    state = State(claim.state)
    posted = request.POST if typed else None
    doing = request.POST.get("act", "") if typed else ""
    lines = list(claim.lines.select_related("claim"))
    proposal = claim.proposals.order_by("-number").select_related("proposer", "closed_by").first()
    decision = queries.decision_of(claim)
    question = claim.questions.filter(answered_at=None).first() if state == State.NEEDS_MORE else None
    own = claim.reviewer_id == member.pk
    conflict = member.pk in (claim.person.user_id, claim.entered_by_id)
    turn = queries.is_turn_of(claim, member)
    sees_evidence = turn and (member.has_perm(REVIEW) or member.has_perm(CONFIRM))
    open_evidence = _open_evidence(request, claim) if sees_evidence else None
    held = queries.hold_of(claim)
    payout = queries.payout_of(claim) if member.has_perm(SEE_PAYOUT) else None
    may = {
        "take": member.has_perm(REVIEW)
        and not conflict
        and (state == State.SUBMITTED or (state == State.IN_REVIEW and not own)),
        "work": member.has_perm(REVIEW) and own and not conflict and state == State.IN_REVIEW,
        "confirm": member.has_perm(CONFIRM) and state == State.PROPOSED and not conflict and held is None,
        "end_hold": member.has_perm(CONFIRM) and held is not None and not conflict,
        "stop_waiting": member.has_perm(REVIEW)
        and question is not None
        and question.answer_by_date < queries.today_of(claim.incident, at),
        "reveal": member.has_perm(REVEAL) and turn and not conflict,
        "pay": member.has_perm(PREPARE_PAYOUT)
        and state == State.APPROVED
        and held is None
        and (payout is None or payout.state == PayoutState.REFUSED),
        # What people wrote, and where they lost money, is read by those who judge it.
        "read": member.has_perm(REVIEW) or member.has_perm(CONFIRM),
        "evidence": sees_evidence,
    }
    shown = {
        **admin.site.each_context(request),
        "title": claim.reference,
        "claim": claim,
        "state": state.value,
        "state_tag": state_tag(claim),
        "late": state in states.UNDECIDED - {State.NEEDS_MORE} and claim.decide_by_date < queries.local_day(at),
        "undecided": state in states.UNDECIDED,
        "person": _person(claim, revealed=revealed),
        "revealed": revealed,
        "held": held,
        "sees_call": held is not None and member.has_perm("support.view_consultation"),
        "own": own,
        "conflict": conflict,
        "may": may,
        "lines": queries.decided_lines(claim, decision) if decision else _proposed_lines(lines, proposal),
        "asked_total": claim.amount,
        "evidence": queries.evidence_of(claim),
        "open_evidence": open_evidence,
        "checks": checks.of(claim, at=at, opening=open_evidence),
        "proposal": proposal,
        "open_proposal": proposal if proposal and proposal.closed_at is None else None,
        "own_proposal": bool(proposal and proposal.proposer_id == member.pk),
        "decision": decision,
        "payout": payout,
        "question": question,
        "questions": _questions(claim, revealed=revealed),
        "history": _history(claim),
        "propose": desk_forms.ProposeForm(
            lines, data=posted if doing == "propose" else None, last=proposal if proposal and not decision else None
        )
        if may["work"] or doing == "propose"
        else None,
        "ask": desk_forms.AskForm(posted if doing == "ask" else None, today=queries.today_of(claim.incident, at)),
        "send_back": desk_forms.SendBackForm(posted if doing == "send_back" else None, prefix="back"),
        "reveal": desk_forms.RevealForm(posted if doing == "reveal" else None, prefix="reveal"),
        "doing": doing,
        **context,
    }
    return render(request, "desk/claims/review.html", shown, status=status)


def _proposed_lines(lines: list[Any], proposal: Any) -> list[queries.DecidedLine]:
    outcomes = {one.line_id: one for one in proposal.outcomes.all()} if proposal and not proposal.closed_at else {}
    return [queries.DecidedLine(line, outcomes.get(line.pk)) for line in lines]


def _person(claim: Claim, *, revealed: bool) -> dict[str, Any]:
    """Who claims, masked unless somebody has just said why not."""
    claimant, account = claim.claimant, claim.account
    bank = BANKS.get(account["bank"])
    contacts = contacts_of(claim.person)
    if revealed:
        return {
            "name": claimant["name"],
            "birth_date": dt.date.fromisoformat(claimant["birth_date"]) if claimant["birth_date"] else None,
            "contacts": [contact.dialled for contact in contacts],
            "bank": bank,
            "account": account["number"],
            "holder": account["holder"],
            "story": claim.story,
        }
    return {
        "name": masks.name(claimant["name"]),
        "birth_date": None,
        "contacts": [contact.masked for contact in contacts],
        "bank": bank,
        "account": masks.account(account["number"]),
        "holder": masks.name(account["holder"]),
        "story": masks.text(claim.story),
    }


def _questions(claim: Claim, *, revealed: bool) -> list[dict[str, Any]]:
    """What was asked and answered; numbers and contacts in it are masked like those of the story."""
    shown = str if revealed else masks.text
    return [
        {"question": question, "words": shown(question.words), "answer": shown(question.answer)}
        for question in claim.questions.select_related("asked_by")
    ]


def _open_evidence(request: HttpRequest, claim: Claim) -> Evidence | None:
    """A form brings along what is open beside it: a name is held against the picture on one page."""
    told = request.POST.get("evidence", "") or request.GET.get("evidence", "")
    return queries.evidence_of(claim).filter(pk=typed_text.number(told)).first()


def _history(claim: Claim) -> list[dict[str, Any]]:
    return [
        {
            "at": move.at,
            "to": states.DESK_WORDS[State(move.to_state)],
            "by": _("신청한 분") if move.by_id == claim.person.user_id else move.by.name if move.by else _("시스템"),
            "note": states.NOTES.get(move.note, ""),
        }
        for move in claim.moves.select_related("by").order_by("pk")
    ]
