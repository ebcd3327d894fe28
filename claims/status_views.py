"""The page on which a person follows a claim, answers what is asked and adds files, until it is paid."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from breachdesk.files.rules import MAX_MEGABYTES
from breachdesk.lib import typed_text
from claims import answering, forms, queries, reasons, rules, states, timeline, uploading
from claims.banks import BANKS
from claims.models import Claim, Question
from claims.states import AccountProblem, IllegalMove, State
from claims.views import as_written, own
from lookup import session
from lookup.queries import contacts_of

TO_BE_MENDED = 422


@require_http_methods(["GET", "HEAD", "POST"])
@session.known_person
def status(request: HttpRequest, reference: str) -> HttpResponseBase:
    if request.method != "POST" and (way := as_written(request, reference)) is not None:
        return way
    claim, at = own(request, reference), timezone.now()
    if request.method == "POST":
        return _posted(request, claim, at)
    parked = session.parked(request)
    typed = {"answer": parked.get("answer", "")} if parked is not None else {}
    return _page(request, claim, at, form=forms.AnswerForm(initial=typed), came_back=parked is not None)


def _posted(request: HttpRequest, claim: Claim, at: dt.datetime) -> HttpResponseBase:
    """Files first, each by itself, then the answer: what is wrong with one does not lose the other."""
    do = request.POST.get("do", "")
    problems = _take_in(request, claim, at) if do == "upload" or request.FILES else []
    form = forms.AnswerForm(request.POST)
    if do != "answer":
        form = forms.AnswerForm(initial={"answer": request.POST.get("answer", "")})
    elif not problems and form.is_valid():
        # Withdrawn or answered meanwhile: the page says how it stands.
        with contextlib.suppress(IllegalMove, Question.DoesNotExist):
            answering.answer(
                person=claim.person,
                reference=claim.reference,
                question_id=_asked(request),
                words=form.cleaned_data["answer"],
                by=session.actor(request),
                at=at,
            )
        return redirect("claims:status", claim.reference)
    claim.refresh_from_db()
    wrong = bool(problems or (do == "answer" and form.errors))
    return _page(request, claim, at, form=form, problems=problems, status=TO_BE_MENDED if wrong else 200)


def _take_in(request: HttpRequest, claim: Claim, at: dt.datetime) -> list[str]:
    return uploading.take_in(
        request,
        lambda upload: answering.add_evidence(
            person=claim.person, reference=claim.reference, upload=upload, by=session.actor(request), at=at
        ),
    )


def _asked(request: HttpRequest) -> int:
    """Which question this form answers: one that was asked since is not answered with words meant for another."""
    return typed_text.number(request.POST.get("question"))


def _account_problem(claim: Claim) -> str:
    payout = queries.refused_payout_of(claim)
    return str(AccountProblem(payout.problem).label) if payout is not None else ""


def _page(
    request: HttpRequest, claim: Claim, at: dt.datetime, *, form: forms.AnswerForm, status: int = 200, **context: Any
) -> HttpResponse:
    state = State(claim.state)
    decision = queries.decision_of(claim)
    lines = queries.decided_lines(claim, decision)
    shown = {
        "claim": claim,
        "state": state.value,
        "decision": decision,
        "lines": lines,
        "objections": reasons.objections(each.line.kind for each in lines) if decision else [],
        "read_on": reasons.READ_ON,
        "evidence": queries.evidence_of(claim),
        "no_channel": not contacts_of(claim.person),
        "bank": BANKS.get(claim.account["bank"]),
        "account_problem": _account_problem(claim) if state == State.ACCOUNT_WRONG else "",
        "change": queries.account_change_of(decision) if decision and state == State.APPROVED else None,
        "held": queries.hold_of(claim),
        "rows": timeline.rows(claim, at=at),
        "question": claim.questions.filter(answered_at=None).first() if state == State.NEEDS_MORE else None,
        "answered": [each for each in claim.questions.all() if each.answered_at],
        "form": form,
        "may_add": state in states.UNDECIDED,
        "may_withdraw": State.WITHDRAWN in states.moves_from(state),
        "most_files": rules.MOST_FILES,
        "megabytes": MAX_MEGABYTES,
        **context,
    }
    return render(request, "claims/status.html", shown, status=status)
