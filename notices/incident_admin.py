"""Incidents and contact points at the desk: the lists; each by itself is a page of ours. Imported by admin.py."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from breachdesk.desk import frame
from breachdesk.desk.admin_base import DeskAdmin, words
from breachdesk.lib import typed_text
from breachdesk.lib.tags import in_language, moment
from notices import incident_views, part_views, service_views
from notices.models import ContactPoint, Incident

__all__ = ["part_views", "service_views"]  # its pages hang themselves in when they are imported


class ChangedOnPagesOfOurs(DeskAdmin):
    weighty = False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Incident)
class IncidentAdmin(ChangedOnPagesOfOurs):
    desk_title = _("사고")
    desk_one = desk_add = _("새 사고 만들기")
    desk_group = frame.TELL
    desk_order = 10
    list_display = ("title", "slug", "learned", "list_in_use")
    list_display_links = ("title",)
    list_select_related = ("active_dataset",)
    labels = {"slug": _("주소 이름")}

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return incident_views.new(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return incident_views.one(request, object_id)

    def about(self, obj: Any) -> str:
        return f"incident:{obj.slug}"

    @words(_("제목"))
    def title(self, incident: Incident) -> str:
        return in_language(incident, "title")

    @words(_("유출을 안 때"))
    def learned(self, incident: Incident) -> str:
        return moment(incident.learned_at)

    @words(_("답하는 명단"))
    def list_in_use(self, incident: Incident) -> str:
        dataset = incident.active_dataset
        return gettext("%(n)d판") % {"n": dataset.number} if dataset else gettext("아직 없음")


@admin.register(ContactPoint)
class ContactPointAdmin(ChangedOnPagesOfOurs):
    """A contact point is added on its incident's page."""

    desk_title = _("연락처와 여는 시간")
    desk_group = frame.TELL
    desk_order = 30
    keyset = ("pk",)
    list_display = ("name", "kind_name", "value", "always", "in_strip")
    list_display_links = ("name",)
    labels = {"value": _("번호·주소")}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Where it may be changed, there; else among the other facts of its incident."""
        number = typed_text.number(object_id)
        point = get_object_or_404(ContactPoint, pk=number)
        if request.user.has_perm(incident_views.EDIT_CONTACTS):
            return redirect("admin:incident_part", point.incident_id, "contacts", point.pk)
        return redirect("admin:notices_incident_change", point.incident_id)

    @words(_("이름"))
    def name(self, point: ContactPoint) -> str:
        return in_language(point, "name")

    @words(_("종류"))
    def kind_name(self, point: ContactPoint) -> str:
        return point.get_kind_display()

    @words(_("24시간"))
    def always(self, point: ContactPoint) -> str:
        return gettext("네") if point.always_open else gettext("아니요")

    @words(_("모든 화면 위에"))
    def in_strip(self, point: ContactPoint) -> str:
        return gettext("네") if point.in_help_strip else gettext("아니요")
