"""The lists in the desk: which came in, which answer. The people on them are shown nowhere."""

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
from breachdesk.desk.admin_base import DeskAdmin, ReadOnlyAdmin, choice, words
from breachdesk.lib.tags import in_language, moment
from notices import list_views, states
from notices.import_models import ImportJob
from notices.models import Dataset

TAGS = {
    states.ImportState.WAITING: "quiet",
    states.ImportState.READING: "now",
    states.ImportState.DONE: "good",
    states.ImportState.REFUSED: "danger",
    states.ImportState.STOPPED: "danger",
}


def under_way(request: HttpRequest) -> int:
    return ImportJob.objects.filter(state__in=states.IMPORT_OPEN).count()


@admin.register(ImportJob)
class ImportJobAdmin(DeskAdmin):
    """The list; one import and a new one are pages of ours (list_views.py)."""

    desk_title = _("명단 가져오기")
    desk_one = desk_add = _("명단 올리기")
    desk_group = frame.TELL
    desk_order = 36
    desk_count = staticmethod(under_way)
    desk_intro = _(
        "올린 파일은 암호화해서 두었다가 다 읽으면 지워요. 두 사람이 정하기 전에는 아무 조회에도 답하지 않아요."
    )
    keyset = ("-asked_at", "-pk")
    list_display = ("file", "state_name", "rows", "rejected", "asked", "asked_by_name")
    list_display_links = ("file",)
    list_filter = (choice("state", _("상태"), states.ImportState.choices),)
    list_select_related = ("incident", "asked_by")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return list_views.new(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return list_views.one_import(request, object_id)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        return []

    @words(_("명단 파일"))
    def file(self, job: ImportJob) -> str:
        return job.file_name

    @words(_("상태"))
    def state_name(self, job: ImportJob) -> SafeString:
        said = gettext("이미 있던 명단") if job.already else job.get_state_display()
        return format_html('<span class="tag tag-{}">{}</span>', TAGS[states.ImportState(job.state)], said)

    @words(_("읽은 줄"), side="end")
    def rows(self, job: ImportJob) -> str:
        return f"{job.figures.get('rows', job.rows_read):,}"

    @words(_("받지 않은 줄"), side="end")
    def rejected(self, job: ImportJob) -> str:
        return f"{sum(job.figures.get('rejected', {'': job.rows_rejected}).values()):,}"

    @words(_("파일을 올린 때"), side="whole")
    def asked(self, job: ImportJob) -> str:
        return moment(job.asked_at)

    @words(_("올린 사람"))
    def asked_by_name(self, job: ImportJob) -> str:
        return str(job.asked_by)


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

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return list_views.one_list(request, object_id)

    @words(_("명단"))
    def version(self, dataset: Dataset) -> str:
        return gettext("%(incident)s %(n)d판") % {
            "incident": in_language(dataset.incident, "title"),
            "n": dataset.number,
        }

    @words(_("종류"))
    def mode_name(self, dataset: Dataset) -> str:
        return dataset.get_mode_display()

    @words(_("명단의 줄"), side="end")
    def people(self, dataset: Dataset) -> str:
        return f"{dataset.figures.get('rows', 0):,}"

    @words(_("받지 않은 줄"), side="end")
    def rejected(self, dataset: Dataset) -> str:
        return f"{sum((dataset.figures.get('rejected') or {}).values()):,}"

    @words(_("넣은 때"))
    def imported(self, dataset: Dataset) -> str:
        return moment(dataset.imported_at)

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
