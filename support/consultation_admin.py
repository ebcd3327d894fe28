"""Calls, letters and visits that staff wrote down. The page of each is in desk_views."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from breachdesk import keys
from breachdesk.desk import frame
from breachdesk.desk.admin_base import EMPTY, ByReference, ChoiceFilter, choice, due_words, words
from breachdesk.lib import masks
from breachdesk.lib.tags import moment
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


@admin.register(Consultation)
class ConsultationAdmin(ByReference):
    desk_page = "consultation"
    desk_title = _("상담 기록")
    desk_group = frame.WORK
    desk_order = 25
    desk_intro = _("전화, 이메일, 지점, 우편으로 물은 것과 답한 것, 하기로 한 것이에요. 기한이 이른 것이 먼저예요.")
    keyset = ("due_date", "pk")
    list_display = ("reference", "who", "source_name", "state_name", "taken_name", "opened", "due")
    list_filter = (Which, choice("source", _("온 길"), SOURCES))
    search_hint = _("상담 번호를 전체로 적어 주세요.")
    labels = {"reference": _("상담 번호")}

    @staticmethod
    def desk_count(request: HttpRequest) -> int | None:
        return queries.standing().count()

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return Consultation.objects.select_related("taken_by")

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
        return due_words(consultation.due_date, today=timezone.localdate())
