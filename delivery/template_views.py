"""AlimTalk templates at the desk: the list, a draft, one version with what the operator says of it. Imported by admin.py."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from breachdesk import desk
from breachdesk.desk import frame, session
from breachdesk.desk.admin_base import DeskAdmin, choice, words
from breachdesk.lib import typed_text
from breachdesk.lib.tags import moment
from delivery import filling, occasions, queries, templating
from delivery.states import IllegalMove, TemplateState
from delivery.template_forms import HandInForm, RefusedForm, TemplateForm
from delivery.template_models import TemplateVersion

SEE, HANDLE = "delivery.view_templateversion", "delivery.add_templateversion"
TAGS = {
    TemplateState.DRAFTED: "quiet",
    TemplateState.SUBMITTED: "now",
    TemplateState.APPROVED: "good",
    TemplateState.REFUSED: "danger",
}


@admin.register(TemplateVersion)
class TemplateVersionAdmin(DeskAdmin):
    desk_title = _("알림톡 템플릿")
    desk_add = _("새 판 쓰기")
    desk_group = frame.TELL
    desk_order = 70
    desk_intro = _(
        "카카오가 승인한 글만 알림톡으로 나가요. 승인된 것 가운데 가장 새 판을 써요. 맡긴 글은 바꿀 수 없고, 고치려면 새 판을 써요."
    )
    keyset = ("-drafted_at", "-pk")
    list_display = ("name", "state_name", "code", "drafted")
    list_display_links = ("name",)
    list_filter = (choice("state", _("상태"), TemplateState.choices),)
    labels = {"code": _("템플릿 코드")}

    weighty = False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return new(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not request.user.has_perm(SEE):
            raise PermissionDenied
        return _page(request, _template(object_id))

    def about(self, obj: Any) -> str:
        return str(obj.about)

    @words(_("안내"))
    def name(self, template: TemplateVersion) -> str:
        return title_of(template)

    @words(_("상태"))
    def state_name(self, template: TemplateVersion) -> SafeString:
        return state_tag(template)

    @words(_("쓴 때"), side="end")
    def drafted(self, template: TemplateVersion) -> str:
        return moment(template.drafted_at)


def title_of(template: TemplateVersion) -> str:
    return gettext("%(occasion)s · %(language)s %(n)d판") % {
        "occasion": occasions.name(template.occasion),
        "language": get_language_info(template.language)["name_translated"],
        "n": template.version,
    }


def state_tag(template: TemplateVersion) -> SafeString:
    kind = TAGS[TemplateState(template.state)]
    return format_html('<span class="tag tag-{}">{}</span>', kind, template.get_state_display())


def _page(
    request: HttpRequest,
    template: TemplateVersion,
    *,
    hand_in: forms.Form | None = None,
    refused: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    may = request.user.has_perm(HANDLE)
    in_use = queries.approved_templates([(template.occasion, template.language)]).values()
    context = {
        "title": title_of(template),
        "template": template,
        "state_tag": state_tag(template),
        "places": filling.places(template.text),
        "is_in_use": template in in_use,
        "may_write": may and template.state == TemplateState.DRAFTED,
        "may_judge": may and template.state == TemplateState.SUBMITTED,
        "may_write_next": may and template.state in (TemplateState.APPROVED, TemplateState.REFUSED),
        "hand_in": hand_in or HandInForm(),
        "refused": refused or RefusedForm(),
        "wrong": next((form for form in (hand_in, refused) if form is not None), None),
    }
    return _frame(request, "delivery/desk/template_one.html", context, status=status)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begins with the newest version's words, else with ours."""
    if request.method != "POST":
        asked = (request.GET.get("occasion", next(iter(filling.PLACES))), request.GET.get("language", "ko"))
        form = TemplateForm(initial={"occasion": asked[0], "language": asked[1], "text": _start(*asked)})
        return _edit(request, form)
    form = TemplateForm(request.POST)
    if form.is_valid():
        try:
            made = templating.draft(**form.cleaned_data, by=session.staff(request), at=session.now(request))
        except filling.Wrong as wrong:
            form.add_error("text", str(wrong))
        except templating.AlreadyThere:
            form.add_error(
                None, gettext("이 안내의 이 언어에는 쓰는 중인 판이 이미 있어요. 그 판을 고치거나 지워 주세요.")
            )
        else:
            messages.success(request, gettext("새 판을 저장했어요."))
            return redirect("admin:delivery_templateversion_change", made.pk)
    return _edit(request, form)


def _start(occasion: str, language: str) -> str:
    if occasion not in filling.PLACES or language not in ("ko", "en"):
        raise Http404
    newest = TemplateVersion.objects.filter(occasion=occasion, language=language).order_by("-version").first()
    return newest.text if newest else get_template(f"delivery/alimtalk/{occasion}.{language}.txt").render().strip()


@frame.page("delivery/template/<int:pk>/text/", name="template_text", may=HANDLE)
@require_http_methods(["GET", "POST"])
def text(request: HttpRequest, pk: int) -> HttpResponse:
    template = _template(str(pk))
    if template.state != TemplateState.DRAFTED:
        return redirect("admin:delivery_templateversion_change", pk)
    given = request.POST if request.method == "POST" else None
    form = TemplateForm(given, initial={"text": template.text}, fixed=True)
    if form.is_valid():
        by, at, seen = session.staff(request), session.now(request), request.POST.get("seen", "").replace("\r\n", "\n")
        try:
            templating.change(template=template, text=form.cleaned_data["text"], seen=seen, by=by, at=at)
        except filling.Wrong as wrong:
            form.add_error("text", str(wrong))
        except templating.ChangedSince:
            form.add_error(
                None,
                gettext(
                    "이 화면을 연 뒤에 다른 사람이 고쳤어요. 적으신 것은 아래에 그대로 있어요. 다시 저장하면 이것으로 바뀌어요."
                ),
            )
        else:
            messages.success(request, gettext("저장했어요."))
            return redirect("admin:delivery_templateversion_change", pk)
    return _edit(request, form, template=template)


@frame.page("delivery/template/<int:pk>/act/", name="template_act", may=HANDLE)
@require_POST
@desk.fresh
def act(request: HttpRequest, pk: int) -> HttpResponse:
    template, by, at = _template(str(pk)), session.staff(request), session.now(request)
    what = request.POST.get("act", "")
    try:
        if what == "hand_in":
            if not (form := HandInForm(request.POST)).is_valid():
                return _page(request, template, hand_in=form, status=422)
            try:
                templating.hand_in(template=template, code=form.cleaned_data["code"], by=by, at=at)
            except templating.AlreadyThere:
                form.add_error("code", gettext("다른 템플릿이 쓰는 코드예요."))
                return _page(request, template, hand_in=form, status=422)
            messages.success(request, gettext("카카오에 맡겼다고 적었어요."))
        elif what == "approve":
            templating.approve(template=template, by=by, at=at)
            messages.success(request, gettext("승인됐다고 적었어요. 이제부터 나가는 알림톡은 이 판을 써요."))
        elif what == "refuse":
            if not (refused := RefusedForm(request.POST)).is_valid():
                return _page(request, template, refused=refused, status=422)
            templating.refuse(template=template, reason=refused.cleaned_data["reason"], by=by, at=at)
            messages.success(request, gettext("반려됐다고 적었어요."))
        elif what == "throw_away":
            templating.throw_away(template=template, by=by, at=at)
            messages.success(request, gettext("쓰던 판을 지웠어요."))
            return redirect("admin:delivery_templateversion_changelist")
        else:
            raise Http404
    except (IllegalMove, templating.ChangedSince):
        messages.warning(request, gettext("그사이 다른 사람이 상태를 바꿨어요. 지금 상태를 보고 다시 해 주세요."))
    return redirect("admin:delivery_templateversion_change", pk)


def _template(pk: str) -> TemplateVersion:
    known = TemplateVersion.objects.select_related("drafted_by", "submitted_by", "judged_by")
    return get_object_or_404(known, pk=typed_text.number(pk))


def _edit(request: HttpRequest, form: TemplateForm, *, template: TemplateVersion | None = None) -> HttpResponse:
    given = form.data.get("occasion", form.initial.get("occasion", ""))
    context = {
        "title": gettext("쓰던 판 고치기") if template else gettext("알림톡 템플릿의 새 판 쓰기"),
        "template": template,
        "template_title": title_of(template) if template else "",
        "form": form,
        "places": filling.PLACES.get(template.occasion if template else given, ()),
        # What is stored now: whoever saves again has read that somebody else wrote.
        "seen": template.text if template else "",
    }
    return _frame(request, "delivery/desk/template_edit.html", context, status=422 if form.errors else 200)


def _frame(request: HttpRequest, template: str, context: dict[str, Any], *, status: int) -> HttpResponse:
    return render(request, template, {**admin.site.each_context(request), **context}, status=status)
