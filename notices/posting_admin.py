"""The list of posted notices at the desk; one by itself is a page of ours. Imported by admin.py."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import DateTimeField, Value
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from breachdesk.desk import frame, session
from breachdesk.desk.admin_base import ReadOnlyAdmin, words
from breachdesk.lib.tags import in_language, moment
from notices import posting, posting_queries, posting_views
from notices.models import Posting


@admin.register(Posting)
class PostingAdmin(ReadOnlyAdmin):
    desk_title = _("게시")
    desk_group = frame.TELL
    desk_order = 25
    desk_count = staticmethod(posting_views.in_trouble)
    desk_intro = _(
        "올린 안내문이 그대로 있는지 한 시간마다 누구나 여는 주소로 열어 봐요. 내리는 것은 두 사람이 까닭을 적고 정해요."
    )
    keyset = ("-from_at", "-pk")
    list_display = ("title", "state", "since", "until")
    list_display_links = ("title",)
    list_select_related = ("incident",)

    def get_queryset(self, request: HttpRequest) -> Any:
        at = Value(session.now(request), output_field=DateTimeField())
        return super().get_queryset(request).annotate(asked_at=at)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return posting_views.one(request, object_id)

    def about(self, obj: Any) -> str:
        return f"incident:{obj.incident.slug}"

    @words(_("안내문"))
    def title(self, one: Posting) -> str:
        return in_language(one.incident, "title")

    @words(_("상태"))
    def state(self, one: Any) -> SafeString:
        if one.taken_down_at:
            kind, said = "quiet", gettext("내림")
        elif posting_queries.trouble(one, at=one.asked_at):
            kind, said = "danger", gettext("올린 대로 있지 않음")
        elif posting_queries.seen_at(one):
            kind, said = "good", gettext("올린 그대로 있음")
        else:
            kind, said = "quiet", gettext("아직 살펴보지 않음")
        return format_html('<span class="tag tag-{}">{}</span>', kind, said)

    @words(_("올린 때"))
    def since(self, one: Posting) -> str:
        return moment(one.from_at)

    @words(_("적어도 이때까지"))
    def until(self, one: Posting) -> str:
        return moment(posting.must_stay_until(one))
