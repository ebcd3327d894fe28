"""The queue of answers that somebody says are wrong, for staff. The page of each is in desk_views."""

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
from lookup import desk_views, states
from lookup.dispute_models import Dispute
from lookup.states import Dispute as State


class Waiting(ChoiceFilter):
    """Whose turn it is. Nothing chosen: all that wait for an answer, but a search looks everywhere."""

    title = _("무엇")
    parameter_name = "waits"
    any_words = _("답하기 전 모두")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("new", _("새 요청")),
            ("mine", _("내가 맡은 것")),
            ("over", _("답했거나 거둔 것")),
            ("all", _("모두")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        chosen = {
            "new": Q(state=State.RECEIVED),
            "mine": Q(state=State.IN_REVIEW, taken_by=request.user.pk),
            "over": ~Q(state__in=states.DISPUTE_OPEN),
            "all": Q(),
        }.get(self.value() or "")
        if chosen is None:
            chosen = Q() if request.GET.get("q", "").strip() else Q(state__in=states.DISPUTE_OPEN)
        return queryset.filter(chosen)


@admin.register(Dispute)
class DisputeAdmin(ByReference):
    desk_page = "dispute"
    desk_title = _("결과가 이상하다는 요청")
    desk_group = frame.WORK
    desk_order = 30
    desk_intro = _("이름은 가려져 있어요. 요청을 맡고 이유를 골라야 볼 수 있고, 본 기록을 요청한 분도 읽어요.")
    keyset = ("answer_by_date", "pk")
    list_display = ("reference", "who", "what", "state_name", "taken_name", "due")
    list_filter = (Waiting, choice("kind", _("종류"), states.DisputeKind.choices))

    @staticmethod
    def desk_count(request: HttpRequest) -> int | None:
        return Dispute.objects.filter(state__in=states.DISPUTE_OPEN).count()

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return Dispute.objects.select_related("taken_by", "incident")

    @words(_("요청한 분"), side="whole")
    def who(self, dispute: Dispute) -> str:
        try:
            return masks.name(dispute.identity.name)
        except keys.CannotOpen:
            return gettext("열 수 없음")

    @words(_("무엇이 이상한가"))
    def what(self, dispute: Dispute) -> str:
        return dispute.get_kind_display()

    @words(_("상태"))
    def state_name(self, dispute: Dispute) -> SafeString:
        return desk_views.state_tag(dispute)

    @words(_("맡은 사람"))
    def taken_name(self, dispute: Dispute) -> str | SafeString:
        return dispute.taken_by.name if dispute.taken_by else EMPTY

    @words(_("기한"), side="end")
    def due(self, dispute: Dispute) -> str | SafeString:
        if dispute.state not in states.DISPUTE_OPEN:
            return EMPTY
        return due_words(dispute.answer_by_date, today=timezone.localdate())
