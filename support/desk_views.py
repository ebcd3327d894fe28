"""Somebody is on the phone: the page on which a member of staff writes down, verifies, and from where they act for the caller."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from breachdesk.desk import acts, frame, session
from breachdesk.lib import masks
from lookup import letter_codes, proving, refusals
from support import consultation_queries as queries
from support import consultation_rules as rules
from support import consultation_states as states
from support import consulting, verifying
from support.consultation_forms import AnswerForm, BeginForm, CallerForm, HalfForm
from support.consultation_models import Consultation
from support.consultation_states import Consultation as State
from support.consultation_states import IllegalMove, Source

SEE, ADD, ACT = "support.view_consultation", "support.take_call", "support.act_for_caller"
KINDS = {State.OPEN: "now", State.PROMISED: "now", State.CLOSED: "good"}


def state_tag(consultation: Consultation) -> SafeString:
    state = State(consultation.state)
    return format_html('<span class="tag tag-{}">{}</span>', KINDS[state], state.label)


@frame.page(
    "consultations/new/", name="consultation_new", title=gettext_lazy("전화 받기"), group=frame.WORK, order=24, may=ADD
)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    form = BeginForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        made = consulting.begin(
            source=Source(given["source"]),
            asked=given["asked"],
            language=given["language"],
            by=session.staff(request),
            at=session.now(request),
        )
        return redirect("admin:consultation", made.reference)
    context = {**admin.site.each_context(request), "title": _("전화 받기"), "form": form}
    return render(request, "support/desk/new.html", context, status=422 if form.errors else 200)


@frame.page("consultations/<str:reference>/", name="consultation", may=SEE)
@require_safe
def one(request: HttpRequest, reference: str) -> HttpResponse:
    return _page(request, _consultation(reference))


@frame.page("consultations/<str:reference>/act/", name="consultation_act", may=(ADD, ACT))
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Every button of the page posts here."""
    consultation = _consultation(reference)
    if request.method != "POST":
        return redirect("admin:consultation", consultation.reference)
    _right, done = acts.pressed(request, ACTS)
    try:
        return done(request, consultation) or redirect("admin:consultation", consultation.reference)
    except consulting.ChangedSince:
        messages.error(request, _("여신 뒤에 이 상담이 바뀌었어요. 하려던 일은 하지 않았어요."))
        return _page(request, _consultation(reference), status=409, typed=True)
    except (rules.Refusal, proving.Refused, verifying.NoTriesLeft, IllegalMove) as refused:
        messages.error(request, why(refused, request))
    return redirect("admin:consultation", consultation.reference)


def why(refused: Exception, request: HttpRequest) -> str:
    """What stands in the way, and what to do about it."""
    match refused:
        case rules.NotTheirs():
            return _("지금 이 상담을 맡은 사람만 할 수 있어요.")
        case rules.NoLetter():
            return _(
                "이 이름·생년월일로 앞뒤를 맞춰 볼 편지를 찾지 못했어요. 휴대전화로 인증번호를 보내 확인해 주세요."
            )
        case rules.HeardBefore():
            return _("지난 통화에서 이 편지의 코드를 들은 적이 있어요. 다른 상담원이 확인해야 해요.")
        case rules.NoContact():
            return _("인증번호를 보낼 연락처를 먼저 적어 주세요.")
        case rules.NoCaller():
            return _("누구인지 먼저 적어 주세요.")
        case rules.NoRight():
            return _("본인 확인이 끝났거나 아직 하지 않았어요. 다시 확인한 뒤에 해 주세요.")
        case verifying.NoTriesLeft():
            return _("다섯 번 맞지 않았거나 시간이 지났어요. 처음부터 다시 하거나 다른 방법으로 확인해 주세요.")
        case letter_codes.NotThisLetter():
            return _("편지의 코드와 맞지 않아요. 편지를 다시 읽어 달라고 해 주세요.")
        case proving.TooOften(again_at=again_at):
            when = refusals.time_from(again_at, at=session.now(request))
            return _("너무 여러 번 했어요. %(time)s부터 다시 할 수 있어요.") % {"time": when}
        case proving.Refused():
            return refusals.words(refused, at=session.now(request))
        case _:
            return _("지금 상태에서는 할 수 없는 일이에요.")


# Acts. Each returns a page where something is to be mended, else nothing.


def _common(request: HttpRequest, consultation: Consultation) -> dict[str, Any]:
    return {"reference": consultation.reference, "by": session.staff(request), "at": session.now(request)}


def _versioned(request: HttpRequest, consultation: Consultation) -> dict[str, Any]:
    return {**_common(request, consultation), "version": acts.version(request)}


def _take(request: HttpRequest, consultation: Consultation) -> None:
    consulting.take(**_versioned(request, consultation))
    messages.success(request, _("상담을 맡았어요."))


def _name_caller(request: HttpRequest, consultation: Consultation) -> HttpResponse | None:
    form = _caller_form(request, request.POST)
    if not form.is_valid():
        return _page(request, consultation, status=422, typed=True)
    given = form.cleaned_data
    verifying.name_caller(
        **_common(request, consultation),
        identity=form.identity,
        contact=given["contact"],
        check_code=given["check_code"],
    )
    return None


def _ask_by_letter(request: HttpRequest, consultation: Consultation) -> None:
    verifying.ask_by_letter(**_common(request, consultation))


def _ask_by_code(request: HttpRequest, consultation: Consultation) -> None:
    verifying.ask_by_code(**_common(request, consultation))
    messages.success(request, _("인증번호를 보냈어요. 번호는 이 화면에 나오지 않아요."))


def _hear(request: HttpRequest, consultation: Consultation) -> HttpResponse | None:
    member, at = session.staff(request), session.now(request)
    asking = queries.asking_of(consultation, by=member, at=at)
    form = HalfForm(request.POST)
    if asking is None:
        raise verifying.NoTriesLeft
    if not form.is_valid():
        return _page(request, consultation, status=422, typed=True)
    verifying.hear_second_half(asking_id=asking.id, heard=form.cleaned_data["half"], by=member, at=at)
    messages.success(request, _("본인이 맞아요. 30분 동안 이 상담에서 대신 해 드릴 수 있어요."))
    return None


def _end_right(request: HttpRequest, consultation: Consultation) -> None:
    verifying.end_right(**_common(request, consultation))
    messages.success(request, _("본인 확인을 끝냈어요."))


def _answer(request: HttpRequest, consultation: Consultation) -> HttpResponse | None:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, consultation, status=422, typed=True)
    try:
        consulting.answer(**_versioned(request, consultation), **form.cleaned_data)
    except rules.PastDay:
        messages.error(request, _("약속한 날이 이미 지났어요. 오늘이나 그 뒤의 날을 적어 주세요."))
        return _page(request, consultation, status=422, typed=True)
    messages.success(request, _("상담을 적었어요."))
    return None


def _keep_promise(request: HttpRequest, consultation: Consultation) -> None:
    consulting.keep_promise(**_versioned(request, consultation))
    messages.success(request, _("약속한 것을 했다고 적었어요."))


def _open_again(request: HttpRequest, consultation: Consultation) -> None:
    consulting.open_again(**_versioned(request, consultation))


def _disown(request: HttpRequest, consultation: Consultation) -> None:
    consulting.disown(**_common(request, consultation))
    messages.warning(
        request,
        _(
            "대신 한 일에 표시하고 편지의 코드를 쓸 수 없게 했어요. 신청을 맡은 사람과 개인정보 보호책임자에게 알려 주세요."
        ),
    )


ACTS: dict[str, tuple[str, Callable[[HttpRequest, Consultation], HttpResponse | None]]] = {
    "take": (ADD, _take),
    "caller": (ACT, _name_caller),
    "letter": (ACT, _ask_by_letter),
    "code": (ACT, _ask_by_code),
    "hear": (ACT, _hear),
    "end_right": (ACT, _end_right),
    "answer": (ADD, _answer),
    "keep_promise": (ADD, _keep_promise),
    "open_again": (ADD, _open_again),
    "disown": (ADD, _disown),
}


def _consultation(reference: str) -> Consultation:
    consultation = queries.one(reference)
    if consultation is None:
        raise Http404
    return consultation


def _caller_form(request: HttpRequest, typed: Any = None) -> CallerForm:
    return CallerForm(typed, today=timezone.localdate(session.now(request)))


def _page(request: HttpRequest, consultation: Consultation, *, status: int = 200, typed: bool = False) -> HttpResponse:
    """`typed`: what was posted is shown again, with what is wrong with it. No code that was sent is ever among it."""
    member, at = session.staff(request), session.now(request)
    own = consultation.taken_by_id == member.pk
    over = consultation.state == State.CLOSED
    doing = request.POST.get("act", "") if typed else ""
    caller, acts = consultation.caller, member.has_perm(ACT) and own and not over
    right = verifying.right_of(consultation, by=member, at=at) if acts else None
    asking = queries.asking_of(consultation, by=member, at=at) if acts and right is None else None
    context = {
        **admin.site.each_context(request),
        "title": consultation.reference,
        "consultation": consultation,
        "state_tag": state_tag(consultation),
        "late": not over and rules.is_overdue(consultation.promise_by_date, today=timezone.localdate(at)),
        "own": own,
        "over": over,
        "may_take": member.has_perm(ADD) and not own and not over,
        "may_write": member.has_perm(ADD) and own and not over,
        "may_act": acts,
        "caller_name": masks.name(caller.identity.name) if caller else "",
        "caller_contact": caller.contact.masked if caller and caller.contact else "",
        "right": right,
        "asking": asking,
        "by_letter": asking is not None and asking.way == states.Way.LETTER,
        "first_half": verifying.first_half(asking, by=member, at=at) if asking else "",
        "tries_left": rules.HALF_TRIES - asking.tries if asking else 0,
        "caller_form": _caller_form(request, request.POST if doing == "caller" else None),
        "half_form": HalfForm(request.POST if doing == "hear" else None),
        "answer_form": AnswerForm(
            request.POST if doing == "answer" else None,
            initial={"answered": consultation.answered, "promised": consultation.promised},
        ),
        "deeds": (deeds := queries.deeds_of(consultation)),
        "disowned": any(deed.denied_at for deed in deeds),
        "may_disown": member.has_perm(ADD) and any(deed.denied_at is None for deed in deeds),
        "moves": consultation.moves.select_related("by").order_by("pk"),
    }
    return render(request, "support/desk/one.html", context, status=status)
