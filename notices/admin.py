"""The incident, its lists and its word, for staff. The affected people themselves are not shown here, nor anywhere in the desk."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from breachdesk.desk import frame
from breachdesk.desk.admin_base import ReadOnlyAdmin, ReadOnlyInline, words
from breachdesk.lib.tags import in_language, moment
from notices import campaign_admin, list_admin, notice_admin
from notices.models import Clock, ContactPoint, Incident, OpeningHours

__all__ = ["campaign_admin", "list_admin", "notice_admin"]  # its pages hang themselves in when they are imported


class ClockInline(ReadOnlyInline):
    model = Clock
    verbose_name_plural = _("법이 정한 시각")
    fields = ("what", "law", "due", "met")
    readonly_fields = fields

    @words(_("무엇"))
    def what(self, clock: Clock) -> str:
        return in_language(clock, "name")

    @words(_("근거"))
    def law(self, clock: Clock) -> str:
        return in_language(clock, "law")

    @words(_("기한"))
    def due(self, clock: Clock) -> str:
        return moment(clock.due_at) or gettext("지체 없이")

    @words(_("지킨 때"))
    def met(self, clock: Clock) -> str:
        return moment(clock.met_at)


@admin.register(Incident)
class IncidentAdmin(ReadOnlyAdmin):
    desk_title = _("사고")
    desk_group = frame.TELL
    desk_order = 10
    list_display = ("title", "slug", "learned", "list_in_use")
    list_display_links = ("title",)
    labels = {"slug": _("주소 이름"), "decide_within_business_days": _("결정까지(영업일)"), "claim_cap": _("신청 한도")}
    fields = ("title_ko_en", "slug", "leak", "learned", "list_in_use", "claims_until", "decide_within_business_days")
    readonly_fields = fields
    inlines = (ClockInline,)

    def title_of(self, obj: Any) -> str:
        return in_language(obj, "title")

    def about(self, obj: Any) -> str:
        return f"incident:{obj.slug}"

    @words(_("제목"))
    def title(self, incident: Incident) -> str:
        return in_language(incident, "title")

    @words(_("제목"))
    def title_ko_en(self, incident: Incident) -> SafeString:
        return format_html("<p>{}</p><p lang='en'>{}</p>", incident.title_ko, incident.title_en)

    @words(_("유출 기간"))
    def leak(self, incident: Incident) -> str:
        return f"{moment(incident.leak_started_at)} – {moment(incident.leak_ended_at)}"

    @words(_("유출을 안 때"))
    def learned(self, incident: Incident) -> str:
        return moment(incident.learned_at)

    @words(_("답하는 명단"))
    def list_in_use(self, incident: Incident) -> str:
        dataset = incident.active_dataset
        return gettext("%(n)d판") % {"n": dataset.number} if dataset else gettext("아직 없음")

    @words(_("신청 마감"))
    def claims_until(self, incident: Incident) -> str:
        return str(incident.claims_until_date or "")


class HoursInline(ReadOnlyInline):
    model = OpeningHours
    verbose_name_plural = _("여는 시간")
    fields = ("on", "hours")
    readonly_fields = fields

    @words(_("여는 날"))
    def on(self, hours: OpeningHours) -> str:
        return str(WEEKDAYS[hours.weekday])

    @words(_("시간"))
    def hours(self, hours: OpeningHours) -> str:
        return f"{hours.opens:%H:%M}–{hours.closes:%H:%M}"


WEEKDAYS = [
    _("월요일"),
    _("화요일"),
    _("수요일"),
    _("목요일"),
    _("금요일"),
    _("토요일"),
    _("일요일"),
    _("공휴일"),
]


@admin.register(ContactPoint)
class ContactPointAdmin(ReadOnlyAdmin):
    desk_title = _("연락처와 여는 시간")
    desk_group = frame.TELL
    desk_order = 30
    keyset = ("pk",)
    list_display = ("name", "kind_name", "value", "always", "in_strip")
    list_display_links = ("name",)
    labels = {"value": _("번호·주소")}
    fields = ("name_ko_en", "kind_name", "value", "always", "in_strip")
    readonly_fields = fields
    inlines = (HoursInline,)

    def title_of(self, obj: Any) -> str:
        return in_language(obj, "name")

    @words(_("이름"))
    def name(self, point: ContactPoint) -> str:
        return in_language(point, "name")

    @words(_("이름"))
    def name_ko_en(self, point: ContactPoint) -> SafeString:
        return format_html("<p>{}</p><p lang='en'>{}</p>", point.name_ko, point.name_en)

    @words(_("종류"))
    def kind_name(self, point: ContactPoint) -> str:
        return point.get_kind_display()

    @words(_("24시간"))
    def always(self, point: ContactPoint) -> str:
        return gettext("네") if point.always_open else gettext("아니요")

    @words(_("모든 화면 위에"))
    def in_strip(self, point: ContactPoint) -> str:
        return gettext("네") if point.in_help_strip else gettext("아니요")
