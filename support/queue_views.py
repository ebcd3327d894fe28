"""The line of what waits for an answer, and the page on which an inquiry is answered."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from breachdesk import files
from breachdesk.desk import acts, frame, session
from breachdesk.lib import references, typed_text
from support import inquiring, queue_queries, reusing, seeing
from support.callback_models import CallBack
from support.consultation_forms import Paragraphs
from support.inquiry_models import Attachment, Inquiry
from support.queue_queries import Sees
from support.reuse_models import Prepared
from support.satisfaction_models import Satisfaction
from support.states import INQUIRY_DESK_WORDS, IllegalMove, Reuse, Side
from support.states import CallBack as Booking
from support.states import Inquiry as State

SEE, ANSWER, CALLS = "support.view_inquiry", "support.answer_inquiry", "support.view_consultation"
CALL_BACKS = "support.view_callback"
WHICH = {
    "": gettext_lazy("모두"),
    "unanswered": gettext_lazy("답하기 전"),
    "due": gettext_lazy("오늘까지"),
    "overdue": gettext_lazy("기한 지남"),
    "mine": gettext_lazy("내가 맡은 것"),
}
RATED_WITHIN = dt.timedelta(days=30)
TAGS = {State.WAITING: "now", State.ANSWERED: "good", State.CLOSED: "quiet"}


class AnswerForm(forms.Form):
    use_required_attribute = False

    once = forms.UUIDField(widget=forms.HiddenInput)
    answer = Paragraphs(
        rows=8,
        label=gettext_lazy("답"),
        help_text=gettext_lazy(
            "문의한 분이 본인 확인을 한 뒤에 그대로 읽어요. 카드번호, 비밀번호, 인증번호는 묻지 마세요."
        ),
        error_messages={"required": gettext_lazy("답을 적어 주세요")},
    )


def _waiting(request: HttpRequest) -> int:
    return Inquiry.objects.unanswered().count()


@frame.page(
    "support/queue/",
    name="support_queue",
    title=gettext_lazy("문의와 상담"),
    group=frame.WORK,
    order=22,
    may=(SEE, CALLS, CALL_BACKS),
    count=_waiting,
)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    member, at = session.staff(request), session.now(request)
    sees = Sees(*(member.has_perm(right) for right in (SEE, CALLS, CALL_BACKS)))
    which = request.GET.get("which", "")
    which = which if which in WHICH else ""
    term = references.normalise(request.GET.get("q", "").strip())
    if references.is_valid(term):
        if sees.inquiries and Inquiry.objects.filter(reference=term).exists():
            return redirect("admin:support_inquiry", term)
        if sees.calls and term.startswith("CON"):
            return redirect("admin:consultation", term)
        if sees.call_backs and CallBack.objects.filter(reference=term, state=Booking.BOOKED).exists():
            return redirect(f"{reverse('admin:support_calls')}#{term}")
    rows = queue_queries.waiting(which, sees=sees, by=member, at=at)
    found = queue_queries.counts(sees=sees, by=member, at=at)
    context = {
        **admin.site.each_context(request),
        "title": _("문의와 상담"),
        "rows": rows,
        "which": which,
        "filters": [(code, words, found.get(code)) for code, words in WHICH.items()],
        "term": request.GET.get("q", ""),
        "most": queue_queries.MOST,
        "ratings": queue_queries.ratings(since=at - RATED_WITHIN) if sees.inquiries else [],
        "more": len(rows) == queue_queries.MOST,
    }
    return render(request, "support/desk/queue.html", context)


@frame.page("inquiries/<str:reference>/", name="support_inquiry", may=SEE)
@require_safe
def inquiry(request: HttpRequest, reference: str) -> HttpResponse:
    return _page(request, _inquiry(reference))


@frame.page("inquiries/<str:reference>/act/", name="support_inquiry_act", may=ANSWER)
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Every button of the page posts here, with the version it was pressed on."""
    found = _inquiry(reference)
    if request.method != "POST":
        return redirect("admin:support_inquiry", found.reference)
    done = ACTS.get(request.POST.get("act", ""))
    if done is None:
        raise Http404
    try:
        return done(request, found) or redirect("admin:support_inquiry", found.reference)
    except inquiring.ChangedSince:
        messages.error(request, _("여신 뒤에 이 문의가 바뀌었어요. 하려던 일은 하지 않았어요."))
        return _page(request, _inquiry(reference), status=409, typed=True)
    except inquiring.NotTheirTurn:
        messages.error(request, _("지금 이 문의를 맡은 사람만 할 수 있어요."))
    except inquiring.NotTheirOwn:
        messages.error(request, _("자기 문의에는 자기가 답할 수 없어요."))
    except IllegalMove:
        messages.error(request, _("지금 상태에서는 할 수 없는 일이에요."))
    return redirect("admin:support_inquiry", found.reference)


@frame.page("inquiries/<str:reference>/files/<int:number>/", name="support_inquiry_file", may=ANSWER)
@require_safe
def download(request: HttpRequest, reference: str, number: int) -> HttpResponseBase:
    """As it was received, as a download; each opening is on record."""
    found = _inquiry(reference)
    sent = Attachment.objects.filter(post__inquiry=found, pk=number if number < 2**63 else 0).select_related("file")
    attachment = sent.first()
    if attachment is None:
        raise Http404
    response = files.download(attachment.file, name=attachment.file.download_name)
    if request.method == "GET":
        seeing.see_file(
            reference=found.reference, attachment=attachment, by=session.staff(request), at=session.now(request)
        )
    return response


def _common(request: HttpRequest, found: Inquiry) -> dict[str, Any]:
    return {
        "inquiry": found,
        "version": acts.version(request),
        "by": session.staff(request),
        "at": session.now(request),
    }


def _take(request: HttpRequest, found: Inquiry) -> None:
    inquiring.take(**_common(request, found))
    messages.success(request, _("문의를 맡았어요."))


def _give_back(request: HttpRequest, found: Inquiry) -> None:
    inquiring.give_back(**_common(request, found))
    messages.success(request, _("문의를 대기열로 돌려놓았어요."))


def _answer(request: HttpRequest, found: Inquiry) -> HttpResponse | None:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, found, status=422, typed=True)
    given = form.cleaned_data
    inquiring.answer(**_common(request, found), text=given["answer"], once=given["once"])
    messages.success(request, _("답했어요. 문의한 분께 알렸어요."))
    return None


def _use(request: HttpRequest, found: Inquiry) -> HttpResponse:
    """A prepared answer into the box, to be read and changed before it is sent."""
    pk = typed_text.number(request.POST.get("prepared"))
    prepared = Prepared.objects.filter(pk=pk, state=Reuse.APPROVED).first()
    if prepared is None:
        raise Http404
    typed = request.POST.get("answer", "").strip()
    words = reusing.words_for(prepared, found)
    return _page(request, found, words=f"{typed}\n\n{words}" if typed else words)


ACTS: dict[str, Callable[[HttpRequest, Inquiry], HttpResponse | None]] = {
    "take": _take,
    "give_back": _give_back,
    "answer": _answer,
    "use": _use,
}


def _inquiry(reference: str) -> Inquiry:
    rows = Inquiry.objects.select_related("incident", "taken_by", "person")
    found = rows.filter(reference=reference).first()
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest, found: Inquiry, *, status: int = 200, typed: bool = False, words: str = ""
) -> HttpResponse:
    """The thread is read by whoever may answer; others see that there is one."""
    member, today = session.staff(request), timezone.localdate(session.now(request))
    if not member.has_perm(SEE):
        raise PermissionDenied
    own = found.taken_by_id == member.pk
    answers = member.has_perm(ANSWER) and found.is_open
    contact = found.contact
    form = (
        AnswerForm(request.POST)
        if typed and "answer" in request.POST
        else AnswerForm(initial={"once": uuid.uuid4(), "answer": words})
    )
    context = {
        **admin.site.each_context(request),
        "title": found.reference,
        "inquiry": found,
        "state_words": INQUIRY_DESK_WORDS[State(found.state)],
        "state_kind": TAGS[State(found.state)],
        "late": found.state == State.WAITING and found.answer_by_date < today,
        "waits": found.state == State.WAITING,
        "own": own,
        "may_take": answers and not own,
        "may_answer": answers and own,
        "posts": [
            {"post": post, "text": post.text, "ours": post.side == Side.STAFF, "files": post.attachments.all()}
            for post in found.posts.select_related("by").prefetch_related("attachments__file").order_by("pk")
        ]
        if member.has_perm(ANSWER)
        else [],
        "reads": member.has_perm(ANSWER),
        "contact": contact.masked if contact else "",
        "form": form,
        "satisfaction": Satisfaction.objects.filter(inquiry=found).first() if member.has_perm(ANSWER) else None,
        "prepared": Prepared.objects.filter(state=Reuse.APPROVED).order_by("title", "pk") if answers and own else [],
        "moves": found.moves.select_related("by").order_by("pk"),
    }
    return render(request, "support/desk/inquiry.html", context, status=status)
