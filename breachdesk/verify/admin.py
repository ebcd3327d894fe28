"""The queue of reported fakes, for staff. The page of each is in desk_views."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from breachdesk.desk import frame
from breachdesk.desk.admin_base import EMPTY, ByReference, ChoiceFilter, choice, words
from breachdesk.lib import references
from breachdesk.lib.tags import moment
from breachdesk.verify import desk_views, queries, states
from breachdesk.verify.models import FakeReport


class Standing(ChoiceFilter):
    """Nothing chosen: what nobody has looked at, but a search looks everywhere."""

    title = _("무엇")
    parameter_name = "stands"
    any_words = _("새 신고")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*((end.value, end.label) for end in states.ENDS), ("all", _("모두"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() in states.ENDS:
            return queryset.filter(state=self.value())
        searched = request.GET.get("q", "").strip()
        return queryset if self.value() == "all" or searched else queryset.filter(state=states.Fake.RECEIVED)


@admin.register(FakeReport)
class FakeReportAdmin(ByReference):
    desk_page = "fake"
    desk_title = _("가짜 메시지 신고")
    desk_group = frame.WORK
    desk_order = 35
    desk_intro = _(
        "보낸 번호는 가려져 있고, 같은 번호의 신고가 몇 건인지 함께 보여요. 적힌 주소는 누를 수 없게 바꿔서 보여 드려요."
    )
    keyset = ("-received_at", "-pk")
    list_display = ("reference", "received", "way", "from_where", "together", "harm_name", "state_name")
    list_filter = (
        Standing,
        choice("harm", _("신고한 분이 한 일"), states.Harm.choices),
        choice("way", _("방법"), states.Way.choices),
    )
    search_hint = _("접수번호나 보낸 번호를 전체로 적어 주세요.")
    labels = {"reference": _("접수번호"), "way": _("방법")}

    @staticmethod
    def desk_count(request: HttpRequest) -> int | None:
        return queries.new().count()

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        same = FakeReport.objects.filter(sender_hash=OuterRef("sender_hash")).order_by().values("sender_hash")
        return FakeReport.objects.annotate(alike=Coalesce(Subquery(same.annotate(n=Count("pk")).values("n")), 0))

    def search(self, request: HttpRequest, term: str) -> Q | None:
        reference = references.normalise(term)
        if references.is_valid(reference):
            return Q(reference=reference)
        hashes = queries.of_sender(term)
        return Q(sender_hash__in=hashes) if hashes else None

    @words(_("받은 때"))
    def received(self, report: FakeReport) -> str:
        return moment(report.received_at)

    @words(_("보낸 번호나 주소"), side="whole")
    def from_where(self, report: FakeReport) -> str | SafeString:
        return desk_views.sender_masked(report) or EMPTY

    @words(_("같은 번호"), side="end")
    def together(self, report: Any) -> str | SafeString:
        return gettext("%(n)d건") % {"n": report.alike} if report.alike > 1 else EMPTY

    @words(_("신고한 분이 한 일"))
    def harm_name(self, report: FakeReport) -> str:
        return report.get_harm_display()

    @words(_("상태"))
    def state_name(self, report: FakeReport) -> SafeString:
        return desk_views.state_tag(report)
