"""The list of versions at the desk; one by itself and a new one are pages of ours (draft_views.py). Imported by admin.py."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from breachdesk.desk import frame
from breachdesk.desk.admin_base import DeskAdmin, choice, words
from breachdesk.lib.tags import in_language, moment
from notices import draft_views, states
from notices.models import Notice
from notices.states import NoticeState


@admin.register(Notice)
class NoticeAdmin(DeskAdmin):
    desk_title = _("안내문")
    desk_add = _("새 판 쓰기")
    desk_group = frame.TELL
    desk_order = 20
    desk_count = staticmethod(draft_views.waiting_for_approval)
    desk_intro = _("한 사람이 쓰고 제안하면 다른 사람이 승인해요. 올린 판은 고칠 수 없고, 고칠 것은 새 판에 써요.")
    keyset = ("-prepared_at", "-pk")
    list_display = ("title", "kind_name", "state_name", "published", "prepared_by_name", "approved_by_name")
    list_display_links = ("title",)
    list_select_related = ("incident", "prepared_by", "approved_by")
    list_filter = (choice("state", _("상태"), states.NoticeState.choices),)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("proposals")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return draft_views.new(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return draft_views.one(request, object_id)

    def about(self, obj: Any) -> str:
        return f"incident:{obj.incident.slug}"

    @words(_("안내문"))
    def title(self, notice: Notice) -> str:
        title = in_language(notice, "title") or in_language(notice.incident, "title")
        return gettext("%(n)d판 · %(title)s") % {"n": notice.number, "title": title}

    @words(_("종류"))
    def kind_name(self, notice: Notice) -> str:
        return notice.get_kind_display()

    @words(_("상태"))
    def state_name(self, notice: Notice) -> SafeString:
        if notice.state == NoticeState.DRAFT and any(each.closed_at is None for each in notice.proposals.all()):
            return format_html('<span class="tag tag-now">{}</span>', gettext("승인 기다림"))
        kind = "good" if notice.state == NoticeState.PUBLISHED else "quiet"
        return format_html('<span class="tag tag-{}">{}</span>', kind, notice.get_state_display())

    @words(_("올린 때"))
    def published(self, notice: Notice) -> str:
        return moment(notice.published_at)

    @words(_("쓴 사람"))
    def prepared_by_name(self, notice: Notice) -> str:
        return str(notice.prepared_by)

    @words(_("확인한 사람"))
    def approved_by_name(self, notice: Notice) -> str:
        return str(notice.approved_by or "")
