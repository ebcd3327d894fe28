"""Calls, letters and visits that staff wrote down. The page of each is in desk_views."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from breachdesk import keys
from breachdesk.desk import frame
from breachdesk.desk.admin_base import EMPTY, ChoiceFilter, ReadOnlyAdmin, choice, words
from breachdesk.desk.keyset import KeysetChangeList
from breachdesk.lib import masks, references
from breachdesk.lib.tags import moment, short_day
from support import consultation_queries as queries
from support import desk_views
from support.consultation_models import Consultation
from support.consultation_states import CONSULTATION_STANDING, SOURCES
from support.consultation_states import Consultation as State


class Which(ChoiceFilter):
    """Nothing chosen: all that is not over, but a search looks everywhere."""

    title = _("무엇")
    parameter_name = "which"
    any_words = _("마치기 전 모두")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("mine", _("내가 맡은 것")),
            ("unanswered", _("답하기 전")),
            ("overdue", _("기한이 지난 것")),
            ("over", _("마친 것")),
            ("all", _("모두")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        standing = Q(state__in=CONSULTATION_STANDING)
        chosen = {
            "mine": standing & Q(taken_by=request.user.pk),
            "unanswered": Q(state=State.OPEN),
            "overdue": standing & Q(due_date__lt=timezone.localdate()),
            "over": Q(state=State.CLOSED),
            "all": Q(),
        }.get(self.value() or "")
        if chosen is None:
            chosen = Q() if request.GET.get("q", "").strip() else standing
        return queryset.filter(chosen)


class Queue(KeysetChangeList):
    def url_for_result(self, result: Any) -> str:
        return reverse("admin:consultation", args=[result.reference])


@admin.register(Consultation)
class ConsultationAdmin(ReadOnlyAdmin):
    desk_title = _("상담 기록")
    desk_group = frame.WORK
    desk_order = 25
    desk_intro = _("전화, 이메일, 지점, 우편으로 물은 것과 답한 것, 하기로 한 것이에요. 기한이 이른 것이 먼저예요.")
    keyset = ("due_date", "pk")
    list_display = ("reference", "who", "source_name", "state_name", "taken_name", "opened", "due")
    list_display_links = ("reference",)
    list_filter = (Which, choice("source", _("온 길"), SOURCES))
    search_label = _("정확히 찾기")
    search_hint = _("상담 번호를 전체로 적어 주세요.")
    labels = {"reference": _("상담 번호")}

    @staticmethod
    def desk_count(request: HttpRequest) -> int | None:
        return queries.standing().count()

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return Consultation.objects.select_related("taken_by")

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[KeysetChangeList]:
        return Queue

    def search(self, request: HttpRequest, term: str) -> Q | None:
        reference = references.normalise(term)
        return Q(reference=reference) if references.is_valid(reference) else None

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        consultation = self.get_object(request, object_id)
        if consultation is None or not self.has_view_permission(request, consultation):
            return redirect("admin:index")
        return redirect("admin:consultation", consultation.reference)

    @words(_("누구"), side="whole")
    def who(self, consultation: Consultation) -> str | SafeString:
        try:
            caller = consultation.caller
        except keys.CannotOpen:
            return gettext("열 수 없음")
        return masks.name(caller.identity.name) if caller else EMPTY

    @words(_("온 길"))
    def source_name(self, consultation: Consultation) -> str:
        return consultation.get_source_display()

    @words(_("상태"))
    def state_name(self, consultation: Consultation) -> SafeString:
        return desk_views.state_tag(consultation)

    @words(_("맡은 사람"))
    def taken_name(self, consultation: Consultation) -> str:
        return consultation.taken_by.name

    @words(_("받은 때"), side="whole")
    def opened(self, consultation: Consultation) -> str:
        return moment(consultation.opened_at)

    @words(_("기한"), side="end")
    def due(self, consultation: Consultation) -> str | SafeString:
        if consultation.state == State.CLOSED:
            return EMPTY
        if consultation.due_date < timezone.localdate():
            return format_html('<span class="late">{} {}</span>', short_day(consultation.due_date), gettext("지남"))
        return short_day(consultation.due_date)
