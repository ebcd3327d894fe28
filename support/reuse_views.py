"""Answers to reuse at the desk: the list, writing one, and a second person's word."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from breachdesk.desk import frame, session
from support import reuse_rules as rules
from support import reusing
from support.consultation_forms import Paragraphs
from support.reuse_models import Prepared
from support.states import IllegalMove, Reuse

PREPARE, APPROVE = "support.prepare_answer", "support.approve_answer"
TAGS = {Reuse.WRITTEN: "now", Reuse.APPROVED: "good", Reuse.ENDED: "quiet"}


class PreparedForm(forms.Form):
    use_required_attribute = False

    title = forms.CharField(
        label=gettext_lazy("어떤 물음의 답인가요?"),
        max_length=rules.TITLE_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": rules.TITLE_LENGTH}),
        error_messages={"required": gettext_lazy("어떤 물음의 답인지 적어 주세요")},
    )
    text_ko = Paragraphs(
        rows=6,
        label=gettext_lazy("한국어 답"),
        help_text=gettext_lazy("{reference}, {phone}, {issuer}, {department}는 쓸 때 채워져요."),
        error_messages={"required": gettext_lazy("한국어 답을 적어 주세요")},
    )
    text_en = Paragraphs(
        rows=6, label=gettext_lazy("영어 답"), error_messages={"required": gettext_lazy("영어 답을 적어 주세요")}
    )

    def _clean_text(self, name: str) -> str:
        text: str = self.cleaned_data[name]
        try:
            rules.check(text)
        except rules.UnknownPlace as unknown:
            raise forms.ValidationError(
                _("{%(name)s}에는 채울 것이 없어요. 쓸 수 있는 것: %(places)s")
                % {"name": unknown.name, "places": ", ".join(f"{{{place}}}" for place in rules.PLACES)}
            ) from None
        return text

    def clean_text_ko(self) -> str:
        return self._clean_text("text_ko")

    def clean_text_en(self) -> str:
        return self._clean_text("text_en")


@frame.page(
    "support/answers/",
    name="prepared_answers",
    title=gettext_lazy("다시 쓰는 답"),
    group=frame.WORK,
    order=39,
    may=(PREPARE, APPROVE),
)
@require_http_methods(["GET", "HEAD", "POST"])
def answers(request: HttpRequest) -> HttpResponse:
    member = session.staff(request)
    form = PreparedForm(request.POST if request.method == "POST" and member.has_perm(PREPARE) else None)
    if form.is_valid():
        reusing.prepare(**form.cleaned_data, by=member, at=session.now(request))
        messages.success(request, _("적었어요. 다른 사람이 승인하면 쓸 수 있어요."))
        return redirect("admin:prepared_answers")
    rows = Prepared.objects.exclude(state=Reuse.ENDED).select_related("prepared_by", "approved_by")
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("다시 쓰는 답"),
        "form": form if member.has_perm(PREPARE) else None,
        "rows": [
            {
                "one": row,
                "kind": TAGS[Reuse(row.state)],
                "may_approve": member.has_perm(APPROVE)
                and row.state == Reuse.WRITTEN
                and row.prepared_by_id != member.pk,
            }
            for row in rows.order_by("state", "title", "pk")
        ],
        "may_end": member.has_perm(PREPARE),
    }
    return render(request, "support/desk/answers.html", context, status=422 if form.errors else 200)


@frame.page("support/answers/<int:pk>/act/", name="prepared_answer_act", may=(PREPARE, APPROVE))
@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    wanted, member, at = request.POST.get("act", ""), session.staff(request), session.now(request)
    right = {"approve": APPROVE, "end": PREPARE}.get(wanted, "")
    if not right or not member.has_perm(right):
        raise Http404
    try:
        (reusing.approve if wanted == "approve" else reusing.end)(pk=pk, by=member, at=at)
    except Prepared.DoesNotExist:
        raise Http404 from None
    except rules.NotByTheSame:
        messages.error(request, _("내가 쓴 답은 다른 사람이 승인해야 해요."))
    except IllegalMove:
        messages.error(request, _("지금 상태에서는 할 수 없는 일이에요."))
    else:
        messages.success(request, _("승인했어요.") if wanted == "approve" else _("더는 쓰지 않아요."))
    return redirect("admin:prepared_answers")
