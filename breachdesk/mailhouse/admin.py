"""Batches of letters at the desk: the list; each by itself and a new one are pages of desk_views."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from breachdesk.desk import frame
from breachdesk.desk.admin_base import choice, words
from breachdesk.lib.tags import in_language, moment
from breachdesk.mailhouse import desk_views, returned_views
from breachdesk.mailhouse.models import Batch
from breachdesk.mailhouse.states import BatchState
from notices.incident_admin import ChangedOnPagesOfOurs

__all__ = ["BatchAdmin", "returned_views"]


@admin.register(Batch)
class BatchAdmin(ChangedOnPagesOfOurs):
    desk_title = _("우편")
    desk_one = _("편지 묶음")
    desk_add = _("편지 묶음 만들기")
    desk_group = frame.TELL
    desk_order = 50
    desk_intro = _(
        "한 사람이 편지를 모으고, 다른 사람이 살펴보고 내보내요. 한 사람에 PDF 하나씩, 봉함한 한 파일로 우편 발송 업체에 넘겨요."
    )
    change_list_template = "mailhouse/list.html"
    keyset = ("-gathered_at", "-pk")
    list_display = ("title", "state_name", "incident_title", "count", "gathered", "released", "posted")
    list_display_links = ("title",)
    list_select_related = ("incident", "gathered_by", "released_by")
    list_filter = (choice("state", _("상태"), BatchState.choices),)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        return desk_views.new(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return desk_views.one(request, object_id)

    def about(self, obj: Any) -> str:
        return str(obj.about)

    @words(_("묶음"))
    def title(self, batch: Batch) -> str:
        return desk_views.title_of(batch)

    @words(_("상태"))
    def state_name(self, batch: Batch) -> SafeString:
        kind = desk_views.TAGS[BatchState(batch.state)]
        return format_html('<span class="tag tag-{}">{}</span>', kind, batch.get_state_display())

    @words(pgettext_lazy("하나", "사고"))
    def incident_title(self, batch: Batch) -> str:
        return in_language(batch.incident, "title")

    @words(_("통"), side="end")
    def count(self, batch: Batch) -> str:
        return f"{batch.letters_count:,}"

    @words(_("모음"))
    def gathered(self, batch: Batch) -> str:
        return f"{batch.gathered_by.name} · {moment(batch.gathered_at)}"

    @words(_("내보냄"))
    def released(self, batch: Batch) -> str:
        return f"{batch.released_by.name} · {moment(batch.released_at)}" if batch.released_by else ""

    @words(_("부침"))
    def posted(self, batch: Batch) -> str:
        return f"{batch.posted_date:%Y-%m-%d}" if batch.posted_date else ""
