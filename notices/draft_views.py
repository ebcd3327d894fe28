"""The desk's pages of a version: read, written, seen as the public will see it, proposed and approved."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from breachdesk import desk
from breachdesk.context import issuer
from breachdesk.desk import frame, session
from breachdesk.lib import typed_text
from breachdesk.lib.tags import in_language
from notices import draft_pages, drafting, law, pages, queries, rules, snapshots, texts
from notices.draft_forms import NoticeForm
from notices.draft_models import NoticeProposal
from notices.models import Incident, Notice
from notices.states import NoticeState, ProposalEnd

SEE, BEGIN, WRITE = "notices.view_notice", "notices.add_notice", "notices.change_notice"
PROPOSE, APPROVE = "notices.propose_notice", "notices.approve_notice"


def one(request: HttpRequest, pk: str, *, reasons: dict[str, str] | None = None) -> HttpResponse:
    """`reasons`: for findings to be set aside, as they were typed into a proposal that was refused."""
    if not request.user.has_perm(SEE):
        raise PermissionDenied
    notice = _one(pk)
    draft = notice.state == NoticeState.DRAFT
    published = list(queries.published_notices(notice.incident))
    before = next((each for each in published if each.number < notice.number), None)
    proposals = list(notice.proposals.select_related("proposed_by", "closed_by").order_by("-proposed_at", "-pk"))
    proposal = next((each for each in proposals if each.closed_at is None), None)
    words = snapshots.stamp(snapshots.of_notice(notice))
    own = proposal is not None and request.user.pk in (proposal.proposed_by_id, notice.prepared_by_id)
    at = session.now(request)
    reading = draft_pages.read(notice, at=at, form=reverse("admin:notice_edit", args=[notice.pk])) if draft else None
    context = {
        "title": _title(notice),
        "notice": notice,
        "draft": draft,
        "before": before,
        "lines": draft_pages.lines(notice, before),
        "not_leaked": draft_pages.not_leaked(notice),
        "cleared": draft_pages.cleared(notice),
        "aside": draft_pages.set_aside(proposal) if proposal else [],
        "reading": reading,
        "to_set_aside": [(each, (reasons or {}).get(each.key, "")) for each in reading.may_be_set_aside]
        if reading
        else [],
        "proposal": proposal,
        "past": [(each, draft_pages.closed_in_words(each)) for each in proposals if each.closed_at],
        "sent_back": _sent_back(proposals, draft),
        "words": words,
        "not_these_words": proposal is not None and proposal.words != words,
        "own": own,
        "may_write": draft and request.user.has_perm(WRITE),
        "may_begin": not draft and request.user.has_perm(BEGIN),
        "may_propose": draft and not proposal and not (reading and reading.must) and request.user.has_perm(PROPOSE),
        "may_withdraw": draft and proposal and request.user.has_perm(PROPOSE),
        "may_approve": draft and proposal and not own and request.user.has_perm(APPROVE),
    }
    return _frame(request, "notices/desk/notice_one.html", context, status=422 if reasons else 200)


def _sent_back(proposals: list[NoticeProposal], draft: bool) -> NoticeProposal | None:
    """The newest word on a draft, where that is a reason for which it came back."""
    newest = proposals[0] if draft and proposals else None
    return newest if newest and newest.closed_as == ProposalEnd.SENT_BACK else None


def new(request: HttpRequest) -> HttpResponse:
    """Of which incident? The version that is being written already is shown instead of a second one."""
    if not request.user.has_perm(BEGIN):
        raise PermissionDenied
    incidents = [
        {
            "incident": incident,
            "draft": incident.notices.filter(state=NoticeState.DRAFT).first(),
            "newest": queries.current_notice(incident),
        }
        for incident in Incident.objects.order_by("-learned_at", "-pk")
    ]
    return _frame(request, "notices/desk/notice_new.html", {"title": gettext("새 판 쓰기"), "incidents": incidents})


@frame.page("notices/incident/<int:pk>/draft/", name="notice_begin", may=BEGIN)
@require_POST
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    incident = get_object_or_404(Incident, pk=pk)
    try:
        notice = drafting.begin(incident=incident, by=session.staff(request), at=session.now(request))
    except rules.DraftAlready as refused:
        messages.warning(request, str(refused))
        there = incident.notices.get(state=NoticeState.DRAFT)
        return redirect("admin:notices_notice_change", there.pk)
    except rules.NotAllowed as refused:
        messages.error(request, str(refused))
        return redirect("admin:notices_notice_changelist")
    return redirect("admin:notice_edit", notice.pk)


@frame.page("notices/notice/<int:pk>/edit/", name="notice_edit", may=WRITE)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    notice = _one(str(pk))
    if request.method == "GET" and notice.state != NoticeState.DRAFT:
        messages.warning(request, str(rules.NotADraft.words))
        return redirect("admin:notices_notice_change", notice.pk)
    later = queries.published_notices(notice.incident).filter(number__lt=notice.number).exists()
    form = NoticeForm(request.POST if request.method == "POST" else None, notice=notice, later=later)
    if request.method == "GET":
        return _writing(request, notice, form, seen=_stamp(notice), read=notice)
    seen, act = request.POST.get("seen", ""), request.POST.get("act", "save")
    if act == "sentence":
        filled = _with_the_sentence(form, request)
        return _writing(request, notice, filled, seen=seen, read=filled.as_written() if filled.is_valid() else None)
    if not form.is_valid():
        return _writing(request, notice, form, seen=seen, status=422)
    if act == "check":
        return _writing(request, notice, form, seen=seen, read=form.as_written())
    try:
        by, at = session.staff(request), session.now(request)
        saved = drafting.write(notice=notice, words=form.words(), seen=seen, by=by, at=at)
    except rules.ChangedSince:
        return _writing(request, notice, form, seen=_stamp(notice), theirs=_theirs(form, notice), status=409)
    except rules.NotAllowed as refused:
        form.add_error(None, str(refused))
        return _writing(request, notice, form, seen=seen, status=409)
    if saved:
        messages.success(request, gettext("저장했어요."))
    else:
        messages.info(request, gettext("달라진 것이 없어요."))
    where = {"stay": "admin:notice_edit", "preview": "admin:notice_preview"}.get(act, "admin:notices_notice_change")
    return redirect(where, notice.pk)


def _writing(
    request: HttpRequest,
    notice: Notice,
    form: NoticeForm,
    *,
    seen: str,
    read: Notice | None = None,
    theirs: list[tuple[Any, Any, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    """`read`: what the linter is to read, the version as it is stored or as it was typed."""
    reading = draft_pages.read(read, at=session.now(request)) if read else None
    context = {
        "reading": reading,
        "about_kind": [*reading.of("kind"), *reading.of("cleared"), *reading.of("contact_points")] if reading else [],
        "about_not_leaked": reading.of("not_leaked") if reading else [],
        "pairs": [(pair, reading.of(pair.name) if reading else []) for pair in form.pairs()],
        "title": gettext("%(title)s 쓰기") % {"title": _title(notice)},
        "notice": notice,
        "form": form,
        "seen": seen,
        "theirs": theirs,
        "waits": notice.proposals.filter(closed_at=None).exists(),
    }
    return _frame(request, "notices/desk/notice_edit.html", context, status=status)


def _with_the_sentence(form: NoticeForm, request: HttpRequest) -> NoticeForm:
    """What was typed, and item 7 filled in with the stored sentence as of today. Nothing is saved yet."""
    typed = request.POST.copy()
    zone = ZoneInfo(form.notice.incident.time_zone)
    for code, words in law.nothing_prescribed(session.now(request).astimezone(zone).date()).items():
        typed[f"further_matters_{code}"] = words
    return NoticeForm(typed, notice=form.notice, later="changes" in form.names)


def _theirs(form: NoticeForm, notice: Notice) -> list[tuple[Any, Any, str]]:
    """Where what is stored now differs from what was typed here: heading, language, the stored words."""
    return [
        (texts.heading(name), texts.LANGUAGES[code], getattr(notice, f"{name}_{code}"))
        for name in form.names
        for code in texts.languages(name)
        if getattr(notice, f"{name}_{code}") != form.cleaned_data[f"{name}_{code}"]
    ]


@frame.page("notices/notice/<int:pk>/preview/", name="notice_preview", may=SEE)
@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The public page itself, in the language of the address."""
    at = session.now(request)
    notice = draft_pages.as_if_published(_one(str(pk)), at=at)
    page = pages.notice_page(notice, issuer=issuer()["name"], at=at)
    return render(request, "notices/notice.html", {**page, "preview": True, "address": ""})


@frame.page("notices/notice/<int:pk>/act/", name="notice_act", may=(PROPOSE, APPROVE))
@require_POST
@desk.fresh
def act(request: HttpRequest, pk: int) -> HttpResponse:
    notice = _one(str(pk))
    what = request.POST.get("act", "")
    needed = {"propose": PROPOSE, "withdraw": PROPOSE, "approve": APPROVE, "send_back": APPROVE}.get(what)
    if needed is None:
        raise Http404
    if not request.user.has_perm(needed):
        raise PermissionDenied
    by, at, seen = session.staff(request), session.now(request), request.POST.get("words", "")
    try:
        if what == "propose":
            drafting.propose(notice=notice, seen=seen, by=by, at=at, set_aside=_reasons(request))
            said = gettext("올리자고 제안했어요. 다른 사람이 승인하면 바로 공개돼요.")
        else:
            number = request.POST.get("proposal", "")
            known = NoticeProposal.objects.select_related("notice")
            proposal = get_object_or_404(known, pk=typed_text.number(number), notice=notice)
            if what == "approve":
                drafting.approve(proposal=proposal, seen=seen, by=by, at=at)
                said = gettext("승인했어요. 지금부터 누구나 이 판을 봐요. 이제 고칠 수 없어요.")
            elif what == "send_back":
                reason = request.POST.get("reason", "")[:2000]
                drafting.send_back(proposal=proposal, reason=reason, by=by, at=at)
                said = gettext("돌려보냈어요. 쓰는 사람이 까닭을 읽어요.")
            else:
                drafting.withdraw(proposal=proposal, by=by, at=at)
                said = gettext("제안을 거두었어요.")
    except rules.NotAllowed as refused:
        messages.error(request, str(refused))
        if what == "propose" and (reasons := _reasons(request)):
            return one(request, str(notice.pk), reasons=reasons)
    else:
        messages.success(request, said)
    return redirect("admin:notices_notice_change", notice.pk)


def _reasons(request: HttpRequest) -> dict[str, str]:
    """Why findings are set aside, by their keys."""
    return {
        name.removeprefix("aside:"): value[:2000]
        for name, value in request.POST.items()
        if name.startswith("aside:") and isinstance(value, str)
    }


# -- the first page ---------------------------------------------------------------------------------------------------------


@frame.panel("drafts", may=(WRITE, APPROVE), template="notices/desk/drafts.html", order=4)
def drafts(request: HttpRequest, at: Any) -> dict[str, Any] | None:
    """Versions that are not public yet, and whose turn it is."""
    found = Notice.objects.filter(state=NoticeState.DRAFT).select_related("incident", "prepared_by")
    waiting: list[dict[str, Any]] = []
    for notice in found.order_by("-prepared_at"):
        proposals = list(notice.proposals.select_related("proposed_by", "closed_by").order_by("-proposed_at", "-pk"))
        proposal = next((each for each in proposals if each.closed_at is None), None)
        own = proposal is not None and request.user.pk in (proposal.proposed_by_id, notice.prepared_by_id)
        mine = bool(proposal and not own and request.user.has_perm(APPROVE))
        waiting.append(
            {
                "notice": notice,
                "proposal": proposal,
                "mine": mine,
                "sent_back": _sent_back(proposals, True),
            }
        )
    return {"drafts": waiting, "mine": sum(one["mine"] for one in waiting)} if waiting else None


def waiting_for_approval(request: HttpRequest) -> int:
    return NoticeProposal.objects.filter(closed_at=None).count()


def _one(pk: str) -> Notice:
    known = Notice.objects.select_related("incident__active_dataset", "prepared_by", "approved_by")
    return get_object_or_404(known, pk=typed_text.number(pk))


def _stamp(notice: Notice) -> str:
    return snapshots.stamp(snapshots.of_notice(notice))


def _title(notice: Notice) -> str:
    return gettext("%(incident)s · 안내문 %(n)d판") % {
        "incident": in_language(notice.incident, "title"),
        "n": notice.number,
    }


def _frame(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return render(request, template, {**admin.site.each_context(request), **context}, status=status)
