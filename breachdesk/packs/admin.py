"""Regulator packs at the desk: the list, a new one with its reason, one by itself with what is in it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from breachdesk import desk
from breachdesk.desk import frame, session
from breachdesk.desk.admin_base import choice, words
from breachdesk.lib import typed_text
from breachdesk.lib.tags import in_language, moment
from breachdesk.packs import actions, rules
from breachdesk.packs.models import Pack
from breachdesk.packs.states import PackState
from notices.incident_admin import ChangedOnPagesOfOurs
from notices.models import Incident

ASK, SEE, TAKE = "packs.add_pack", "packs.view_pack", "packs.take_pack"
TAGS = {
    PackState.WAITING: "now",
    PackState.MAKING: "now",
    PackState.DONE: "good",
    PackState.STOPPED: "danger",
}


@admin.register(Pack)
class PackAdmin(ChangedOnPagesOfOurs):
    desk_title = _("보고 자료 묶음")
    desk_one = _("보고 자료 묶음")
    desk_add = _("보고 자료 묶음 만들기")
    desk_group = frame.TELL
    desk_order = 60
    desk_intro = _("규제기관에 낼 신고서 초안, 안내문, 통지와 게시의 증명, 결정과 기록을 한 파일로 묶어요.")
    keyset = ("-as_of", "-pk")
    list_display = ("title", "state_name", "as_of_moment", "who", "reason")
    list_display_links = ("title",)
    list_select_related = ("incident", "asked_by")
    list_filter = (choice("state", _("상태"), PackState.choices),)
    labels = {"reason": _("이유")}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(ASK) and Incident.objects.exists()

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        return new(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return one(request, object_id)

    def about(self, obj: Any) -> str:
        return str(obj.about)

    @words(_("묶음"))
    def title(self, pack: Pack) -> str:
        return title_of(pack)

    @words(_("상태"))
    def state_name(self, pack: Pack) -> SafeString:
        return format_html('<span class="tag tag-{}">{}</span>', TAGS[PackState(pack.state)], pack.get_state_display())

    @words(_("언제의 것인가요?"), side="whole")
    def as_of_moment(self, pack: Pack) -> str:
        return moment(pack.as_of)

    @words(_("만들어 달라고 한 사람"))
    def who(self, pack: Pack) -> str:
        return pack.asked_by.name


def title_of(pack: Pack) -> str:
    return gettext("%(incident)s · 묶음 %(n)d") % {"incident": in_language(pack.incident, "title"), "n": pack.number}


class IncidentChoice(forms.ModelChoiceField):
    def label_from_instance(self, incident: Any) -> str:
        return in_language(incident, "title")


class NewPack(forms.Form):
    incident = IncidentChoice(
        label=_("어느 사고인가요?"), queryset=Incident.objects.order_by("-learned_at", "-pk"), empty_label=None
    )
    reason = forms.CharField(
        label=_("왜 필요한가요?"),
        help_text=_("누가 무엇 때문에 달라고 했는지. 기록에 남아요."),
        max_length=200,
        error_messages={"required": _("왜 필요한지 적어 주세요."), "max_length": _("200자까지 쓸 수 있어요.")},
    )


@desk.fresh
def new(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm(ASK):
        raise PermissionDenied
    newest = Incident.objects.order_by("-learned_at", "-pk").first()
    form = NewPack(request.POST if request.method == "POST" else None, initial={"incident": newest})
    if form.is_valid():
        try:
            pack = actions.ask(**form.cleaned_data, by=session.staff(request), at=session.now(request))
        except rules.NotAllowed as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("admin:packs_pack_change", pack.pk)
    context = {"title": gettext("보고 자료 묶음 만들기"), "form": form}
    return _page(request, "packs/new.html", context, status=422 if form.errors else 200)


def one(request: HttpRequest, pk: str) -> HttpResponse:
    if not request.user.has_perm(SEE):
        raise PermissionDenied
    pack = _one(pk)
    context = {
        "title": title_of(pack),
        "pack": pack,
        "state_kind": TAGS[PackState(pack.state)],
        "may_take": pack.state == PackState.DONE and request.user.has_perm(TAKE),
    }
    return _page(request, "packs/one.html", context)


@frame.page("packs/pack/<int:pk>/file/", name="pack_file", may=TAKE)
@require_POST
@desk.fresh
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    pack = _one(str(pk))
    try:
        pieces = actions.take(
            pack=pack, reason=request.POST.get("reason", ""), by=session.staff(request), at=session.now(request)
        )
    except rules.NotAllowed as refused:
        messages.error(request, str(refused))
        return redirect("admin:packs_pack_change", pack.pk)
    response = StreamingHttpResponse(pieces, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="pack-{pack.incident.slug}-{pack.number}.zip"'
    response["Content-Length"] = str(pack.size)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _one(pk: str) -> Pack:
    known = Pack.objects.select_related("incident", "asked_by")
    return get_object_or_404(known, pk=typed_text.number(pk))


def _page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return render(request, template, {**admin.site.each_context(request), **context}, status=status)
