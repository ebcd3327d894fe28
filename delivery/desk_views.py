"""The desk's pages of sending: how messages flow now, and what a person may do with one of them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from breachdesk.desk import frame, session
from delivery import by_hand, flow, health, money_views, occasions, outages, queries, rules
from delivery.models import Message
from delivery.provider_names import name_of
from delivery.states import Channel, Lane

SEE, HANDLE = "delivery.view_message", "delivery.handle_message"
# Everybody who looks shares what was counted last.
COUNTED_FOR_SECONDS = 5
REASON_LENGTH = 300


@frame.page("delivery/flow/", name="delivery_flow", may=SEE, title=_("발송 현황"), group=frame.TELL, order=55)
def now(request: HttpRequest) -> HttpResponse:
    at = session.now(request)
    counted = cache.get("desk.flow")
    if counted is None:
        counted = _counted(at)
        cache.set("desk.flow", counted, COUNTED_FOR_SECONDS)
    context = {
        "title": gettext("발송 현황"),
        "queues": flow.queues(at=at),
        "counted": counted,
        "troubles": flow.troubles(at=at),
        "providers": [(name_of(one.name), one) for one in flow.providers()],
        "money": money_views.money(request, at),
        "outages": [(channel.label, since) for channel, since in outages.since().items() if channel != Channel.LMS],
        "heard_at": queries.heard_at(),
        "silent": bool(health.silent(at=at)),
        "set_aside": flow.set_aside(),
    }
    return _page(request, "flow", context)


def _counted(at: Any) -> dict[str, str]:
    """What takes longest to count, as words."""
    left = flow.left(at=at)
    return {"minute": str(left.minute), "hour": str(left.hour)}


def _page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    context = {**admin.site.each_context(request), **context}
    return render(request, f"delivery/desk/{template}.html", context, status=status)


# -- one message ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Act:
    button: str | Promise
    question: str | Promise
    means: str | Promise
    done: str | Promise
    action: Callable[..., Message]
    kind: str


# Whoever calls a message of a campaign back may think that its reader is told no more.
GOES_ON = _(
    "유출 통지라면 그분께는 다음 방법으로 알려요. 다른 분의 연락처라면 통지 대장에서 ‘다른 사람의 연락처로 적기’를 눌러 주세요. 그래야 그 연락처로 다시 가지 않아요."
)
ACTS = {
    "again": Act(
        _("다시 보내기"),
        _("이 메시지를 다시 보낼까요?"),
        _(
            "같은 번호표로 다시 물어요. 업체가 이미 받았다면 두 번 보내지 않아요. 업체가 바뀌었거나 기억하지 못하면 두 번 갈 수 있어요."
        ),
        _("다시 보내고 있어요."),
        by_hand.send_again,
        "solid",
    ),
    "call-back": Act(
        _("보내지 않기"),
        _("이 메시지를 거둘까요?"),
        _("아직 나가지 않았다면 나가지 않아요. 이미 나갔을 수 있는 것은 더 묻지 않고 ‘결과를 모름’으로 남겨요."),
        _("거뒀어요."),
        by_hand.call_back,
        "danger",
    ),
}


def possible(request: HttpRequest, message: Message) -> list[tuple[str, Act]]:
    """What this person may do with it now."""
    if not request.user.has_perm(HANDLE):
        return []
    stands = by_hand.standing(message)
    may = {
        "again": rules.may_send_again(stands, at=session.now(request)),
        "call-back": rules.may_call_back(stands),
    }
    return [(code, act) for code, act in ACTS.items() if may[code]]


class WhyForm(forms.Form):
    reason = forms.CharField(
        label=_("까닭"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": _("까닭을 적어 주세요. 기록에 남아요."),
            "max_length": _("300자까지 쓸 수 있어요."),
        },
    )


@frame.page("delivery/message/<uuid:pk>/act/<slug:code>/", name="message_act", may=HANDLE)
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, pk: uuid.UUID, code: str) -> HttpResponse:
    """Asks first (GET), then acts (POST)."""
    chosen = ACTS.get(code)
    if chosen is None:
        raise Http404
    if asked := session.ask_again(request):
        return asked
    message = get_object_or_404(Message, pk=pk)
    form = WhyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            chosen.action(
                message=message,
                reason=form.cleaned_data["reason"],
                by=session.staff(request),
                at=session.now(request),
            )
        except by_hand.NotNow as refused:
            messages.warning(request, str(refused.words))
        else:
            messages.success(request, str(chosen.done))
        return redirect("admin:delivery_message_change", message.pk)
    context = {
        "title": chosen.question,
        "message": message,
        "occasion": occasions.name(message.occasion),
        "act": chosen,
        "goes_on": GOES_ON if code == "call-back" and message.lane == Lane.CAMPAIGN else "",
        "form": form,
    }
    return _page(request, "message_act", context, status=422 if form.errors else 200)
