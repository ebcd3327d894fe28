"""Who works here and what was done: staff accounts, and the audit."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from breachdesk.accounts.models import User
from breachdesk.audit import actions as audit_actions
from breachdesk.audit.models import Event
from breachdesk.desk import frame, front, kinds, queries, roles, staff_views
from breachdesk.desk.admin_base import ChoiceFilter, ReadOnlyAdmin, choice, words
from breachdesk.lib import references
from breachdesk.lib.tags import moment

__all__ = ["front"]  # its panels hang themselves in when they are imported


class RoleFilter(ChoiceFilter):
    title = _("역할")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(role.code, role.name) for role in roles.ROLES]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(groups__name=self.value()) if self.value() in roles.BY_CODE else queryset


@admin.register(User)
class StaffAdmin(ReadOnlyAdmin):
    """The list; one account and a new one are pages of ours (staff_views.py), because every change there is an act."""

    desk_title = _("직원과 권한")
    desk_one = _("직원")
    desk_add = _("새 직원 계정")
    desk_group = frame.KEEP
    desk_order = 20
    desk_intro = _("비밀번호는 아무도 정해 주지 않아요. 직원이 이메일로 받은 일회용 주소에서 스스로 정해요.")
    keyset = ("pk",)
    list_display = ("name", "email", "roles", "protected", "state", "last")
    list_display_links = ("name",)
    list_filter = (RoleFilter, choice("is_active", _("상태"), [("1", _("열림")), ("0", _("닫힘"))]))
    search_label = _("정확히 찾기")
    search_hint = _("이메일을 전체로 적어 주세요.")
    labels = {"name": _("이름"), "email": _("이메일")}

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return queries.staff().prefetch_related("groups")

    def search(self, request: HttpRequest, term: str) -> Q:
        return Q(email=term.lower())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.add_user")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        return staff_views.new(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return staff_views.one(request, object_id)

    @words(_("역할"))
    def roles(self, user: User) -> str:
        names = [str(role.name) for role in roles.named(group.name for group in user.groups.all())]
        return ", ".join([*([gettext("최고 관리자")] if user.is_superuser else []), *names])

    @words(_("두 번째 인증"))
    def protected(self, user: User) -> SafeString:
        if user.protected:  # type: ignore[attr-defined]
            return format_html('<span class="tag tag-good">{}</span>', gettext("있음"))
        return format_html('<span class="tag tag-now">{}</span>', gettext("아직 없음"))

    @words(_("상태"))
    def state(self, user: User) -> SafeString:
        return format_html('<span class="tag">{}</span>', gettext("열림") if user.is_active else gettext("닫힘"))

    @words(_("마지막 로그인"), side="end")
    def last(self, user: User) -> str:
        return moment(user.last_login)


class RoomFilter(ChoiceFilter):
    title = _("업무")
    parameter_name = "room"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(kinds.ROOMS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(kind__startswith=f"{self.value()}.") if self.value() in kinds.ROOMS else queryset


class KindFilter(ChoiceFilter):
    title = _("무엇을")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(kinds.KINDS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(kind=self.value()) if self.value() in kinds.KINDS else queryset


class ActorFilter(ChoiceFilter):
    title = _("누가")
    parameter_name = "by"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("system", _("시스템")), *((str(user.pk), user.name) for user in queries.staff().order_by("name"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "system":
            return queryset.filter(by__isnull=True)
        return queryset.filter(by_id=int(self.chosen)) if self.chosen.isdecimal() else queryset


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    desk_title = _("기록(감사)")
    desk_group = frame.KEEP
    desk_order = 10
    desk_intro = _("한 번 남은 기록은 고치거나 지울 수 없어요. 개인정보는 들어 있지 않아요.")
    keyset = ("-pk",)
    list_display = ("when", "what", "who", "thing", "shortly")
    list_display_links = ("when",)
    list_filter = (RoomFilter, KindFilter, ActorFilter)
    list_select_related = ("by",)
    search_label = _("정확히 찾기")
    search_hint = _("접수번호나 ‘무엇에 대해’ 칸의 글자를 전체로 적어 주세요. 예: staff:3")
    fields = ("when", "what", "kind", "who", "thing", "more", "genuine")
    readonly_fields = fields
    labels = {"kind": _("기록 이름")}

    def search(self, request: HttpRequest, term: str) -> Q:
        if references.is_valid(reference := references.normalise(term)):
            return Q(about=f"claim:{reference}")
        return Q(about=term)

    def title_of(self, obj: Any) -> str:
        return f"{self.what(obj)} · {moment(obj.at)}"

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return redirect("admin:audit_event_changelist")

    @words(_("일어난 때"), side="whole")
    def when(self, event: Event) -> str:
        return moment(event.at)

    @words(_("무엇을"))
    def what(self, event: Event) -> str:
        return str(kinds.KINDS.get(event.kind, event.kind))

    @words(_("누가"), side="whole")
    def who(self, event: Event) -> str:
        if event.by is None:
            return gettext("시스템")
        return event.by.name if event.by.is_staff else gettext("본인")

    @words(_("무엇에 대해"), side="whole")
    def thing(self, event: Event) -> str:
        return event.about

    @words(_("덧붙임"))
    def shortly(self, event: Event) -> str:
        return Truncator(" · ".join(f"{name} {_plain(value)}" for name, value in event.data.items())).chars(60)

    @words(_("덧붙임"))
    def more(self, event: Event) -> SafeString:
        return format_html_join("", "<p>{}: {}</p>", ((name, _plain(value)) for name, value in event.data.items()))

    @words(_("우리가 남긴 기록인지"))
    def genuine(self, event: Event) -> SafeString:
        if audit_actions.is_ours(event):
            return format_html('<span class="tag tag-good">{}</span>', gettext("네, 확인값이 맞아요"))
        return format_html('<span class="tag tag-danger">{}</span>', gettext("아니요, 확인값이 달라요"))
