"""The desk's page of a posted notice: is it there, was it always, what proves it, and taking it down by two."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from breachdesk import desk
from breachdesk.desk import frame, session
from breachdesk.lib import paper, typed_text
from breachdesk.lib.tags import in_language
from notices import posting as acts
from notices import posting_proof, posting_queries, queries, rules
from notices.models import Posting, TakeDown

SEE, PROPOSE, CONFIRM = "notices.view_posting", "notices.propose_takedown", "notices.confirm_takedown"
SHOWN_LOOKS = 24


def one(request: HttpRequest, pk: str) -> HttpResponse:
    if not request.user.has_perm(SEE):
        raise PermissionDenied
    posting, at = _one(pk), session.now(request)
    proof = posting_proof.of(posting, until=at)
    proposals = list(posting.take_downs.select_related("proposed_by", "closed_by").order_by("-proposed_at", "-pk"))
    proposal = next((each for each in proposals if each.closed_at is None), None)
    own = proposal is not None and request.user.pk == proposal.proposed_by_id
    up = posting.taken_down_at is None
    context = {
        "title": gettext("%(title)s 게시") % {"title": in_language(posting.incident, "title")},
        "posting": posting,
        "incident": posting.incident,
        "newest": queries.current_notice(posting.incident),
        "proof": proof,
        "left": proof.must_stay_until - at if at < proof.must_stay_until else None,
        "trouble": posting_queries.trouble(posting, at=at),
        "looks": proof.looks[: -SHOWN_LOOKS - 1 : -1],
        "proposal": proposal,
        "past": [each for each in proposals if each.closed_at],
        "own": own,
        "early": up and at < proof.must_stay_until,
        "may_propose": up and proposal is None and request.user.has_perm(PROPOSE),
        "may_confirm": up and proposal is not None and not own and request.user.has_perm(CONFIRM),
        "may_drop": up and proposal is not None and (request.user.has_perm(CONFIRM) or own),
        "until": at.isoformat(),
        "no_paper": paper.missing(),
    }
    return _frame(request, "notices/desk/posting_one.html", context)


@frame.page("notices/posting/<int:pk>/act/", name="posting_act", may=(PROPOSE, CONFIRM))
@require_POST
@desk.fresh
def act(request: HttpRequest, pk: int) -> HttpResponse:
    posting = _one(str(pk))
    what = request.POST.get("act", "")
    by, at = session.staff(request), session.now(request)
    try:
        if what == "propose":
            if not by.has_perm(PROPOSE):
                raise PermissionDenied
            acts.propose_take_down(posting=posting, reason=request.POST.get("reason", "")[:2000], by=by, at=at)
            said = gettext("내리자고 제안했어요. 다른 사람이 확인하기 전까지 안내문은 그대로 있어요.")
        elif what == "confirm":
            if not by.has_perm(CONFIRM):
                raise PermissionDenied
            acts.confirm_take_down(proposal=_proposal(request, posting), by=by, at=at)
            said = gettext("안내문을 내렸어요. 지금부터 아무도 볼 수 없어요.")
        elif what == "drop":
            proposal = _proposal(request, posting)
            if not (by.has_perm(CONFIRM) or by.pk == proposal.proposed_by_id):
                raise PermissionDenied
            acts.drop_take_down(proposal=proposal, by=by, at=at)
            said = gettext("제안을 거두었어요. 안내문은 그대로 있어요.")
        else:
            raise Http404
    except rules.NotAllowed as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("admin:notices_posting_change", posting.pk)


@frame.page("notices/posting/<int:pk>/proof/", name="posting_proof", may=SEE)
@require_POST
def proof(request: HttpRequest, pk: int) -> HttpResponse:
    posting, at = _one(str(pk)), session.now(request)
    kind = request.POST.get("file", "")
    if kind not in ("csv", "pdf"):
        raise Http404
    until = _until(request.POST.get("until", ""), at)
    try:
        content = posting_proof.take(
            posting_proof.of(posting, until=until), kind=kind, by=session.staff(request), at=at
        )
    except paper.Unavailable:
        messages.error(request, gettext("이 서버에서는 PDF를 만들 수 없어요. CSV를 받거나 이 화면을 인쇄해 주세요."))
        return redirect("admin:notices_posting_change", posting.pk)
    types = {"csv": "text/csv; charset=utf-8", "pdf": "application/pdf"}
    response = HttpResponse(content, content_type=types[kind])
    name = f"posting-{posting.incident.slug}-{until.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _until(text: str, at: dt.datetime) -> dt.datetime:
    """As the page said, so that both files are of the same looks; anything else is now."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return at
    return found if found is not None and found.tzinfo is not None and found <= at else at


@frame.panel("postings", may=SEE, template="notices/desk/postings.html", order=6)
def postings(request: HttpRequest, at: dt.datetime) -> dict[str, Any] | None:
    """Which notices are up, until when they must be, and loudly what is wrong with them."""
    rows = [
        {
            "posting": each,
            "must_stay_until": acts.must_stay_until(each),
            "trouble": posting_queries.trouble(each, at=at),
            "seen_at": posting_queries.seen_at(each),
        }
        for each in posting_queries.up()
    ]
    return {"rows": rows, "trouble": any(row["trouble"] for row in rows), "at": at} if rows else None


def in_trouble(request: HttpRequest) -> int:
    at = session.now(request)
    return sum(bool(posting_queries.trouble(each, at=at)) for each in posting_queries.up())


def _proposal(request: HttpRequest, posting: Posting) -> TakeDown:
    number = request.POST.get("proposal", "")
    found = TakeDown.objects.select_related("posting__incident", "proposed_by")
    return get_object_or_404(found, pk=typed_text.number(number), posting=posting)


def _one(pk: str) -> Posting:
    known = Posting.objects.select_related("incident", "taken_down_by", "take_down_confirmed_by")
    return get_object_or_404(known, pk=typed_text.number(pk))


def _frame(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, template, {**admin.site.each_context(request), **context})
