"""Regulators' orders at the desk: the list, a new one, one by itself with its papers and the two people. Imported by admin.py."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from breachdesk import desk, files
from breachdesk.desk import frame, session
from breachdesk.desk.admin_base import Words, choice, words
from breachdesk.files.rules import MAX_MEGABYTES
from breachdesk.lib import typed_text
from breachdesk.lib.tags import in_language, moment
from notices import clock_pages, ordering, rules, snapshots, states
from notices.edit_forms import EditForm, in_zone
from notices.incident_admin import ChangedOnPagesOfOurs
from notices.incident_views import by_number, refuse, render_frame, say, stored_otherwise
from notices.models import Incident
from notices.order_forms import AnswerForm, OrderForm
from notices.order_models import OrderDocument, RegulatorOrder
from notices.states import OrderState

SEE, HANDLE, CONFIRM = "notices.view_regulatororder", "notices.handle_order", "notices.confirm_order"
TAGS = {
    OrderState.RECEIVED: "now",
    OrderState.IN_HAND: "now",
    OrderState.TO_CONFIRM: "now",
    OrderState.ANSWERED: "good",
}


def open_orders(request: HttpRequest) -> int:
    return RegulatorOrder.objects.filter(state__in=ordering.OPEN).count()


@admin.register(RegulatorOrder)
class RegulatorOrderAdmin(ChangedOnPagesOfOurs):
    desk_title = _("규제기관의 명령")
    desk_one = _("명령")
    desk_add = _("받은 명령 적기")
    desk_group = frame.TELL
    desk_order = 15
    desk_count = staticmethod(open_orders)
    desk_intro = _("받은 때부터 기한을 세요. 답했다고 적는 사람과 그것을 확인하는 사람이 달라야 해요.")
    keyset = ("-received_at", "-pk")
    list_display = ("title", "state_name", "received", "due", "who")
    list_display_links = ("title",)
    list_select_related = ("incident", "taken_by")
    list_filter = (choice("state", _("상태"), OrderState.choices),)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(HANDLE) and Incident.objects.exists()

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Of the newest incident; where there are several, the page lets choose."""
        newest = Incident.objects.order_by("-learned_at", "-pk").first()
        if not request.user.has_perm(HANDLE) or newest is None:
            raise PermissionDenied
        return redirect("admin:order_new", newest.pk)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return one(request, object_id)

    def about(self, obj: Any) -> str:
        return str(obj.about)

    @words(_("명령"))
    def title(self, order: RegulatorOrder) -> Words:
        return title_of(order)

    @words(_("상태"))
    def state_name(self, order: RegulatorOrder) -> SafeString:
        kind = TAGS[OrderState(order.state)]
        return format_html('<span class="tag tag-{}">{}</span>', kind, order.get_state_display())

    @words(_("받은 때"), side="whole")
    def received(self, order: RegulatorOrder) -> str:
        return moment(order.received_at)

    @words(_("기한"), side="whole")
    def due(self, order: RegulatorOrder) -> str:
        return moment(order.due_at)

    @words(_("하는 사람"))
    def who(self, order: RegulatorOrder) -> str:
        return order.taken_by.name if order.taken_by else ""


def title_of(order: RegulatorOrder) -> str:
    facts = {"authority": order.get_authority_display(), "n": order.number}
    return gettext("%(authority)s의 명령 %(n)d") % facts


def one(request: HttpRequest, pk: str) -> HttpResponse:
    if not request.user.has_perm(SEE):
        raise PermissionDenied
    return _page(request, _order(pk))


def _page(
    request: HttpRequest, order: RegulatorOrder, *, form: AnswerForm | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    at = session.now(request)
    may_handle, may_confirm = request.user.has_perm(HANDLE), request.user.has_perm(CONFIRM)
    in_hand = order.state == OrderState.IN_HAND
    to_confirm = order.state == OrderState.TO_CONFIRM
    own = order.answered_by_id == request.user.pk
    with timezone.override(in_zone(order.incident.time_zone)):
        context = {
            "title": title_of(order),
            "order": order,
            "incident": order.incident,
            "line": clock_pages.order_line(order, at=at),
            "state_kind": TAGS[OrderState(order.state)],
            "documents": list(order.documents.select_related("file", "added_by")),
            "moves": [(MOVED[move.came_from, move.went_to], move) for move in order.moves.select_related("by")],
            "problem": problem,
            "megabytes": MAX_MEGABYTES,
            "own": own,
            "may_correct": may_handle and order.state in (OrderState.RECEIVED, OrderState.IN_HAND),
            "may_take": may_handle and order.state == OrderState.RECEIVED,
            "may_attach": may_handle and order.state != OrderState.ANSWERED,
            "form": form or (AnswerForm(at=at) if may_handle and in_hand else None),
            "may_confirm": may_confirm and to_confirm and not own,
            "may_send_back": (may_confirm or (may_handle and own)) and to_confirm,
        }
        return render_frame(request, "notices/desk/order_one.html", context, status=status)


MOVED: dict[tuple[str, str], Any] = {
    ("received", "in_hand"): _("맡음"),
    ("in_hand", "to_confirm"): _("답했다고 적음"),
    ("to_confirm", "answered"): _("답한 것을 확인함"),
    ("to_confirm", "in_hand"): _("돌려보냄"),
}


@frame.page("notices/order/new/<int:pk>/", name="order_new", may=HANDLE)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, pk: int) -> HttpResponse:
    incident, at = by_number(str(pk)), session.now(request)
    with timezone.override(in_zone(incident.time_zone)):
        form = OrderForm(request.POST if request.method == "POST" else None, incident=incident, at=at)
        if form.is_valid():
            try:
                order = ordering.write_down(incident=incident, facts=_facts(form), by=session.staff(request), at=at)
            except rules.NotAllowed as refused:
                refuse(form, refused)
            else:
                messages.success(request, gettext("명령을 적었어요. 기한을 세기 시작했어요."))
                return redirect("admin:notices_regulatororder_change", order.pk)
        others = Incident.objects.exclude(pk=incident.pk).order_by("-learned_at", "-pk")
        return _edit(request, form, incident, title=gettext("받은 명령 적기"), seen="", others=others)


@frame.page("notices/order/<int:pk>/facts/", name="order_facts", may=HANDLE)
@require_http_methods(["GET", "POST"])
def facts(request: HttpRequest, pk: int) -> HttpResponse:
    order, at = _order(str(pk)), session.now(request)
    stored = ordering.of_order(order)
    seen, theirs, status = request.POST.get("seen", snapshots.stamp(stored)), [], 200
    given = request.POST if request.method == "POST" else None
    with timezone.override(in_zone(order.incident.time_zone)):
        form = OrderForm(given, incident=order.incident, order=order, at=at)
        if form.is_valid():
            try:
                saved = ordering.correct(order=order, facts=_facts(form), seen=seen, by=session.staff(request), at=at)
            except rules.ChangedSince:
                status, seen, theirs = 409, snapshots.stamp(stored), stored_otherwise(form, stored)
            except rules.NotAllowed as refused:
                refuse(form, refused)
            else:
                say(request, saved)
                return redirect("admin:notices_regulatororder_change", order.pk)
        title = gettext("적은 것 고치기")
        return _edit(request, form, order.incident, title=title, seen=seen, theirs=theirs, order=order, status=status)


@frame.page("notices/order/<int:pk>/act/", name="order_act", may=(HANDLE, CONFIRM))
@require_POST
@desk.fresh
def act(request: HttpRequest, pk: int) -> HttpResponse:
    order, by, at = _order(str(pk)), session.staff(request), session.now(request)
    what = request.POST.get("act", "")
    needed = {"take": (HANDLE,), "answer": (HANDLE,), "confirm": (CONFIRM,), "send_back": (HANDLE, CONFIRM)}.get(what)
    if needed is None:
        raise Http404
    if not frame.may(request, needed) or (what == "send_back" and not _may_send_back(request, order)):
        raise PermissionDenied
    try:
        if what == "take":
            ordering.take_on(order=order, by=by, at=at)
            messages.success(request, gettext("이 명령을 맡았어요."))
        elif what == "confirm":
            ordering.confirm(order=order, by=by, at=at)
            messages.success(request, gettext("답한 것을 확인했어요."))
        elif what == "send_back":
            ordering.send_back(order=order, reason=request.POST.get("reason", "")[:2000], by=by, at=at)
            messages.success(request, gettext("돌려보냈어요."))
        else:
            return _answer(request, order)
    except rules.NotAllowed as refused:
        messages.error(request, str(refused))
    except states.IllegalMove:
        messages.warning(request, gettext("그사이 다른 사람이 상태를 바꿨어요. 지금 상태를 보고 다시 해 주세요."))
    return redirect("admin:notices_regulatororder_change", order.pk)


def _answer(request: HttpRequest, order: RegulatorOrder) -> HttpResponse:
    """Raises states.IllegalMove."""
    at = session.now(request)
    with timezone.override(in_zone(order.incident.time_zone)):
        form = AnswerForm(request.POST, at=at)
        valid = form.is_valid()
    if valid:
        try:
            ordering.say_answered(order=order, **form.cleaned_data, by=session.staff(request), at=at)
        except rules.NoReasonForLateness as refused:
            form.add_error("why_late", str(refused))
        except (rules.NotYet, rules.AnsweredTooEarly) as refused:
            form.add_error("sent_at", str(refused))
        except rules.NotAllowed as refused:
            refuse(form, refused)
        else:
            messages.success(request, gettext("적었어요. 다른 사람이 확인하면 끝나요."))
            return redirect("admin:notices_regulatororder_change", order.pk)
    return _page(request, order, form=form, status=422)


def _may_send_back(request: HttpRequest, order: RegulatorOrder) -> bool:
    return request.user.has_perm(CONFIRM) or order.answered_by_id == request.user.pk


@frame.page("notices/order/<int:pk>/papers/", name="order_papers", may=HANDLE)
@require_POST
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    order = _order(str(pk))
    upload = request.FILES.get("file")
    try:
        if upload is None:
            problem = gettext("올릴 파일을 먼저 골라 주세요.")
        else:
            ordering.attach(order=order, upload=upload, by=session.staff(request), at=session.now(request))
            messages.success(request, gettext("서류를 붙였어요."))
            return redirect("admin:notices_regulatororder_change", order.pk)
    except files.Refused as refused:
        problem = refused.sentence
    except rules.NotAllowed as refused:
        problem = str(refused)
    return _page(request, order, problem=problem, status=422)


@frame.page("notices/order/<int:pk>/papers/<int:which>/", name="order_paper", may=SEE)
@require_safe
def paper(request: HttpRequest, pk: int, which: int) -> HttpResponseBase:
    document = get_object_or_404(OrderDocument.objects.select_related("file"), order=pk, pk=which)
    return files.download(document.file, name=document.file.download_name)


def _order(pk: str) -> RegulatorOrder:
    known = RegulatorOrder.objects.select_related("incident", "written_by", "taken_by", "answered_by", "confirmed_by")
    return get_object_or_404(known, pk=typed_text.number(pk))


def _facts(form: OrderForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ordering.FACTS}


def _edit(
    request: HttpRequest,
    form: EditForm,
    incident: Incident,
    *,
    title: str,
    seen: str,
    theirs: Any = (),
    others: Any = (),
    order: RegulatorOrder | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "title": title,
        "form": form,
        "incident": incident,
        "order": order,
        "order_title": title_of(order) if order else "",
        "others": [(one, in_language(one, "title")) for one in others],
        "seen": seen,
        "theirs": theirs,
        "changed_since": status == 409,
    }
    status = 422 if form.errors else status
    return render_frame(request, "notices/desk/order_edit.html", context, status=status)
