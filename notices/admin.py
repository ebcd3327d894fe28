"""The incident, its lists and its word, for staff. The affected people themselves are not shown here, nor anywhere in the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from breachdesk.desk import frame
from breachdesk.desk.admin_base import ReadOnlyAdmin, ReadOnlyInline, Words, choice, words
from breachdesk.lib.tags import in_language, moment
from notices import campaign_admin, states
from notices.models import Clock, ContactPoint, Dataset, Incident, Notice, OpeningHours

__all__ = ["campaign_admin"]  # its pages hang themselves in when they are imported


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


def both(field: str, label: Words) -> Callable[[Notice], SafeString]:
    """A read-only line of the notice with its two languages."""

    def shown(notice: Notice) -> SafeString:
        ko, en = getattr(notice, f"{field}_ko"), getattr(notice, f"{field}_en")
        return format_html("<p>{}</p><p lang='en'>{}</p>", ko, en)

    shown.__name__ = field
    return words(label)(shown)


WORD = (
    both("lede", _("머리글")),
    both("what_leaked", _("1 어떤 정보가 나갔나요?")),
    both("when_and_how", _("2 언제, 어떻게 나갔나요?")),
    both("what_to_do", _("3 지금 무엇을 하면 되나요?")),
    both("what_we_do", _("4 회사는 무엇을 하고 있나요?")),
    both("whom_to_ask", _("5 어디에 물어보나요?")),
    both("your_rights", _("6 나에게 어떤 권리가 있나요?")),
    both("further_matters", _("7 법령이 더 정한 사항")),
)


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    desk_title = _("안내문")
    desk_group = frame.TELL
    desk_order = 20
    keyset = ("-prepared_at", "-pk")
    list_display = ("title", "kind_name", "state_name", "published", "prepared_by_name", "approved_by_name")
    list_display_links = ("title",)
    list_select_related = ("incident", "prepared_by", "approved_by")
    list_filter = (choice("state", _("상태"), states.NoticeState.choices),)
    fields = ("title", "kind_name", "state_name", "published", "prepared_by_name", "approved_by_name", *WORD)  # type: ignore[assignment]
    readonly_fields = fields  # type: ignore[assignment]

    def title_of(self, obj: Any) -> str:
        return self.title(obj)

    @words(_("안내문"))
    def title(self, notice: Notice) -> str:
        return gettext("%(n)d판 · %(title)s") % {"n": notice.number, "title": in_language(notice, "title")}

    @words(_("종류"))
    def kind_name(self, notice: Notice) -> str:
        return notice.get_kind_display()

    @words(_("상태"))
    def state_name(self, notice: Notice) -> SafeString:
        kind = "good" if notice.state == states.NoticeState.PUBLISHED else "quiet"
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


def waiting(request: HttpRequest) -> int:
    """Lists that were taken in and do not answer yet."""
    return Dataset.objects.filter(activated_at__isnull=True).count()


@admin.register(Dataset)
class DatasetAdmin(ReadOnlyAdmin):
    desk_title = _("유출 명단")
    desk_group = frame.TELL
    desk_order = 40
    desk_count = staticmethod(waiting)
    desk_intro = _("명단에 있는 사람은 여기에서 보이지 않아요. 판마다 몇 명인지와 누가 언제 답하게 했는지만 보여요.")
    keyset = ("-imported_at", "-pk")
    list_display = ("version", "mode_name", "people", "rejected", "imported", "activated", "two")
    list_display_links = ("version",)
    list_select_related = ("incident", "incident__active_dataset", "imported_by", "activated_by", "confirmed_by")
    fields = (
        "version",
        "mode_name",
        "file",
        "people",
        "counted",
        "rejected",
        "imported",
        "imported_by_name",
        "activated",
        "two",
    )
    readonly_fields = fields

    def title_of(self, obj: Any) -> str:
        return self.version(obj)

    @words(_("명단"))
    def version(self, dataset: Dataset) -> str:
        return gettext("%(incident)s %(n)d판") % {
            "incident": in_language(dataset.incident, "title"),
            "n": dataset.number,
        }

    @words(_("종류"))
    def mode_name(self, dataset: Dataset) -> str:
        return dataset.get_mode_display()

    @words(_("파일"))
    def file(self, dataset: Dataset) -> SafeString:
        return format_html("{} <span class='hash'>{}</span>", dataset.file_name, dataset.sha256[:16])

    @words(_("명단의 줄"), side="end")
    def people(self, dataset: Dataset) -> str:
        return f"{dataset.figures.get('rows', 0):,}"

    @words(_("들어온 것"))
    def counted(self, dataset: Dataset) -> str:
        figures = dataset.figures
        return gettext("새로 %(new)s · 고침 %(changed)s · 그대로 %(same)s · 연락처 없음 %(none)s") % {
            "new": f"{figures.get('inserted', 0):,}",
            "changed": f"{figures.get('updated', 0):,}",
            "same": f"{figures.get('unchanged', 0):,}",
            "none": f"{figures.get('no_contact', 0):,}",
        }

    @words(_("받지 않은 줄"), side="end")
    def rejected(self, dataset: Dataset) -> str:
        return f"{sum((dataset.figures.get('rejected') or {}).values()):,}"

    @words(_("넣은 때"))
    def imported(self, dataset: Dataset) -> str:
        return moment(dataset.imported_at)

    @words(_("넣은 사람"))
    def imported_by_name(self, dataset: Dataset) -> str:
        return str(dataset.imported_by or "")

    @words(_("답하기 시작한 때"))
    def activated(self, dataset: Dataset) -> str:
        if dataset.activated_at is None:
            return gettext("아직 답하지 않음")
        if dataset.incident.active_dataset_id == dataset.pk:
            return gettext("%(moment)s부터 지금까지") % {"moment": moment(dataset.activated_at)}
        return moment(dataset.activated_at)

    @words(_("정한 두 사람"))
    def two(self, dataset: Dataset) -> str:
        return " · ".join(str(person) for person in (dataset.activated_by, dataset.confirmed_by) if person)
