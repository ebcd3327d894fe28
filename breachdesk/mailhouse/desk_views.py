"""The desk's pages about batches of letters: a new one, one by itself, each step it takes, and its archive for two."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from breachdesk import audit, desk, keys
from breachdesk.desk import frame, session
from breachdesk.lib import paper, typed_text
from breachdesk.lib.postal import PostalAddress
from breachdesk.lib.tags import in_language
from breachdesk.mailhouse import batches, printing, queries, rules, states, taking, writing
from breachdesk.mailhouse.forms import GatherForm, HandForm, NoForm, PostForm, ReasonForm, WriteForm
from breachdesk.mailhouse.models import Batch, Taking
from breachdesk.mailhouse.states import BatchState
from delivery.models import Forgotten, Message

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SEE, GATHER, RELEASE, TAKE, RECORD = (
    f"mailhouse.{right}_batch" for right in ("view", "add", "release", "take", "record")
)
TAGS = {
    BatchState.MAKING: "now",
    BatchState.STOPPED: "danger",
    BatchState.MADE: "now",
    BatchState.RELEASED: "now",
    BatchState.HANDED: "now",
    BatchState.POSTED: "good",
    BatchState.DROPPED: "quiet",
}
WHY_STOPPED = {
    "no_pdf": _("이 서버에서 PDF를 만들 수 없어요. 글꼴이나 Pango가 없어요."),
    "worker_lost": _("만들던 작업이 여러 번 멈췄어요. 기록을 살펴봐 주세요."),
}


def title_of(batch: Batch) -> str:
    return gettext("편지 묶음 %(n)d호") % {"n": batch.pk}


# -- a new one, and letters without a campaign -------------------------------------------------------------------------


@desk.fresh
def new(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm(GATHER):
        raise PermissionDenied
    at = session.now(request)
    sources = queries.sources(at=at)
    names = {source.about: _source_name(source) for source in sources}
    form = GatherForm(
        request.POST if request.method == "POST" else None,
        sources=sources,
        names=names,
        initial={"abouts": [source.about for source in sources] if len(sources) == 1 else []},
    )
    if form.is_valid():
        chosen = form.cleaned_data
        try:
            batch = batches.gather(
                incident=form.sources[chosen["abouts"][0]].incident,
                abouts=chosen["abouts"],
                large_print=chosen["large_print"],
                by=session.staff(request),
                at=at,
            )
        except rules.NotAllowed as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("admin:mailhouse_batch_change", batch.pk)
    context = {"title": gettext("편지 묶음 만들기"), "form": form, "sources": sources, "most": rules.MOST_LETTERS}
    return _page(request, "new", context, status=422 if form.errors else 200)


def _source_name(source: queries.Source) -> str:
    what = in_language(source.incident, "title")
    if source.campaign is not None:
        what = gettext("%(what)s · 통지 %(n)d번") % {"what": what, "n": source.campaign.pk}
    letters = ngettext("편지 %(n)s통", "편지 %(n)s통", source.waiting) % {"n": f"{source.waiting:,}"}
    return f"{what} · {letters}"


@frame.page("mailhouse/batch/write/", name="letters_write", may=GATHER)
@require_http_methods(["GET", "POST"])
@desk.fresh
def write(request: HttpRequest) -> HttpResponse:
    form = WriteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            written = writing.write(**form.whom, by=session.staff(request), at=session.now(request))
        except rules.NotAllowed as refused:
            form.add_error(None, str(refused))
        else:
            words = gettext("편지 %(n)s통이 묶음을 기다려요. 이어서 묶음을 만들어 주세요.")
            if written >= rules.WRITTEN_AT_ONCE:
                words = gettext("편지 %(n)s통이 묶음을 기다려요. 아직 남은 분이 있으니 한 번 더 써 주세요.")
            messages.success(request, words % {"n": f"{written:,}"})
            return redirect("admin:letters_write" if written >= rules.WRITTEN_AT_ONCE else "admin:mailhouse_batch_add")
    context = {"title": gettext("편지로 알리기"), "form": form}
    return _page(request, "write", context, status=422 if form.errors else 200)


# -- one by itself -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Act:
    """A button of the batch's page, and what it asks before it acts."""

    code: str
    button: StrOrPromise
    means: StrOrPromise
    done: StrOrPromise
    may: tuple[str, ...]
    possible_in: tuple[BatchState, ...]
    action: Callable[..., Batch]
    form: type[forms.Form] = NoForm
    kind: str = ""


ACTS = {
    act.code: act
    for act in (
        Act(
            "release",
            _("내보내기"),
            _("우편 발송 업체에 넘겨도 된다는 뜻이에요. 견본을 열어 글과 주소의 자리를 먼저 봐 주세요."),
            _("내보냈어요. 이제 두 사람이 함께 내려받아 업체에 넘길 수 있어요."),
            (RELEASE,),
            (BatchState.MADE,),
            batches.release,
            kind="solid",
        ),
        Act(
            "hand",
            _("업체에 넘김 적기"),
            _("업체가 파일을 받은 날을 적어요. 14일 뒤에 파일을 지워요."),
            _("넘긴 날을 적었어요."),
            (RECORD,),
            (BatchState.RELEASED,),
            batches.hand_over,
            HandForm,
            kind="solid",
        ),
        Act(
            "post",
            _("우체국에 부침 적기"),
            _("업체가 부쳤다고 알려 온 날과 통수를 적어요. 이때부터 편지를 보낸 것으로 세요."),
            _("부친 날과 통수를 적었어요."),
            (RECORD,),
            (BatchState.HANDED,),
            batches.post,
            PostForm,
            kind="solid",
        ),
        Act(
            "go_on",
            _("이어서 만들기"),
            _("만든 편지는 그대로 두고 남은 편지부터 이어서 만들어요."),
            _("이어서 만들고 있어요."),
            (GATHER, RELEASE),
            (BatchState.STOPPED,),
            batches.make_on,
            kind="solid",
        ),
        Act(
            "drop",
            _("묶음 거두기"),
            _("파일을 지우고, 편지에 든 코드는 쓸 수 없게 해요. 편지는 다음 묶음을 기다려요. 되돌릴 수 없어요."),
            _("묶음을 거뒀어요. 편지는 다음 묶음을 기다려요."),
            (GATHER, RELEASE),
            states.TO_DROP,
            batches.drop,
            ReasonForm,
            kind="danger",
        ),
    )
}


def one(request: HttpRequest, pk: str) -> HttpResponse:
    if not request.user.has_perm(SEE):
        raise PermissionDenied
    batch = _one(pk)
    state, at = BatchState(batch.state), session.now(request)
    own = batch.gathered_by_id == request.user.pk
    possible = [act for act in ACTS.values() if state in act.possible_in and frame.may(request, act.may)]
    context = {
        "title": title_of(batch),
        "batch": batch,
        "state_kind": TAGS[state],
        "figures": queries.figures(batch),
        "acts": [act for act in possible if not (own and act.code == "release")],
        "own": own,
        "examples": queries.examples(batch) if request.user.has_perm(RELEASE) or request.user.has_perm(GATHER) else [],
        "why_stopped": WHY_STOPPED.get(batch.problem, batch.problem),
        "take_out": queries.to_take_out(batch),
        "there": state in states.OUT and batch.has_file,
        "takings": [_shown(each, request) for each in _takings(batch)],
        "may_take": request.user.has_perm(TAKE),
        "keep_days": rules.KEEP_ARCHIVE.days,
        "until": batch.mailing.expires_at,
        "late": batch.posted_count is not None and batch.posted_count != batch.printed,
        "now": at,
    }
    return _page(request, "one", context)


def _takings(batch: Batch) -> list[Taking]:
    return list(Taking.objects.filter(batch=batch).select_related("asked_by", "agreed_by").order_by("-asked_at", "-pk"))


def _shown(each: Taking, request: HttpRequest) -> dict[str, Any]:
    by, at = session.staff(request), session.now(request)
    return {
        "taking": each,
        "may_agree": each.agreed_at is None and each.asked_by_id != by.pk and request.user.has_perm(RELEASE),
        "may_take": request.user.has_perm(TAKE) and taking.is_good(each, by=by, at=at),
    }


@frame.page("mailhouse/batch/<int:pk>/act/<slug:code>/", name="letters_act", may=(GATHER, RELEASE, RECORD))
@require_http_methods(["GET", "POST"])
@desk.fresh
def act(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Asks first (GET), then acts (POST)."""
    chosen = ACTS.get(code)
    if chosen is None:
        raise Http404
    if not frame.may(request, chosen.may):
        raise PermissionDenied
    batch, at = _one(str(pk)), session.now(request)
    form = chosen.form(request.POST if request.method == "POST" else None, initial={"count": batch.printed})
    if form.is_valid():
        try:
            chosen.action(batch=batch, by=session.staff(request), at=at, **form.cleaned_data)
        except rules.NotAllowed as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, str(chosen.done))
            return redirect("admin:mailhouse_batch_change", batch.pk)
    context = {"title": chosen.button, "batch": batch, "act": chosen, "form": form, "name": title_of(batch)}
    return _page(request, "act", context, status=422 if form.errors else 200)


@frame.page("mailhouse/batch/<int:pk>/example/<uuid:message>.pdf", name="letters_example", may=(GATHER, RELEASE))
@require_safe
def example(request: HttpRequest, pk: int, message: uuid.UUID) -> HttpResponse:
    """How one of its letters looks, with name and address masked and no code."""
    batch, at = _one(str(pk)), session.now(request)
    if message not in queries.examples(batch):
        raise Http404
    found = get_object_or_404(Message, pk=message)
    try:
        to, words = found.recipient, found.words
        assert isinstance(to, PostalAddress)
        with translation.override(words.language):
            content = printing.example(words, to, batch=batch)
    except (paper.Unavailable, Forgotten, keys.CannotOpen):
        messages.error(request, gettext("지금은 견본을 만들 수 없어요."))
        return redirect("admin:mailhouse_batch_change", batch.pk)
    with transaction.atomic():
        audit.record(kind="mailhouse.example_seen", by=session.staff(request), about=batch.about, at=at)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="letter-example-{batch.pk}-{words.language}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


# -- its archive, for two ----------------------------------------------------------------------------------------------


@frame.page("mailhouse/batch/<int:pk>/ask/", name="letters_ask", may=TAKE)
@require_POST
@desk.fresh
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _one(str(pk))
    try:
        reason = request.POST.get("reason", "")
        taking.ask(batch=batch, reason=reason, by=session.staff(request), at=session.now(request))
    except rules.NotAllowed as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, gettext("요청했어요. 다른 사람이 확인하면 하루 동안 내려받을 수 있어요."))
    return redirect("admin:mailhouse_batch_change", batch.pk)


@frame.page("mailhouse/batch/taking/<int:pk>/agree/", name="letters_agree", may=RELEASE)
@require_POST
@desk.fresh
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    wanted = get_object_or_404(Taking, pk=pk)
    try:
        taking.agree(taking=wanted, by=session.staff(request), at=session.now(request))
    except rules.NotAllowed as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, gettext("확인했어요. 요청한 사람이 하루 동안 내려받을 수 있어요."))
    return redirect("admin:mailhouse_batch_change", wanted.batch_id)


@frame.page("mailhouse/batch/taking/<int:pk>/file/", name="letters_file", may=TAKE)
@require_POST
@desk.fresh
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    wanted = get_object_or_404(Taking.objects.select_related("batch"), pk=pk)
    try:
        pieces = taking.take(taking=wanted, by=session.staff(request), at=session.now(request))
    except rules.NotAllowed as refused:
        messages.error(request, str(refused))
        return redirect("admin:mailhouse_batch_change", wanted.batch_id)
    response = StreamingHttpResponse(pieces, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="letters-{wanted.batch_id}.zip"'
    response["Content-Length"] = str(wanted.batch.size)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _one(pk: str) -> Batch:
    rows = Batch.objects.select_related("incident", "mailing", "gathered_by", "released_by")
    return get_object_or_404(rows, pk=typed_text.number(pk))


def _page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return render(request, f"mailhouse/{template}.html", {**admin.site.each_context(request), **context}, status=status)
