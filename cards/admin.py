"""What people asked of their cards, for staff: read only, masked, what has no answer first."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from breachdesk import keys
from breachdesk.desk import frame
from breachdesk.desk.admin_base import EMPTY, ChoiceFilter, ReadOnlyAdmin, ReadOnlyInline, choice, words
from breachdesk.lib import references
from breachdesk.lib.tags import long_day, moment
from cards import queries, states
from cards.benefit_models import Entitlement
from cards.models import Act, ActMove
from cards.states import Benefit, Kind, State

TAGS = {State.CONFIRMED: "good", State.REFUSED: "danger", State.UNKNOWN: "now"}


class Answered(ChoiceFilter):
    """Nothing chosen: all, those without an answer first."""

    title = _("답")
    parameter_name = "answer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("아직 확인 전")), ("confirmed", _("확인함")), ("refused", _("거절함"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        chosen = {
            "open": Q(state__in=states.OPEN),
            "confirmed": Q(state=State.CONFIRMED),
            "refused": Q(state=State.REFUSED),
        }
        return queryset.filter(chosen.get(self.value() or "", Q()))


class Moves(ReadOnlyInline):
    model = ActMove
    verbose_name_plural = _("지나온 상태")
    fields = readonly_fields = ("state_name", "code", "when")
    ordering = ("at", "pk")

    @words(_("상태"))
    def state_name(self, move: ActMove) -> str:
        return str(states.DESK_WORDS[State(move.state)])

    @words(_("때"))
    def when(self, move: ActMove) -> str:
        return moment(move.at)


@admin.register(Act)
class ActAdmin(ReadOnlyAdmin):
    desk_title = _("카드 요청")
    desk_group = frame.FIND
    desk_order = 40
    desk_intro = _(
        "회원이 카드를 멈추거나 신고해 달라고 한 것이에요. 답을 듣지 못한 것은 저절로 다시 물어봐요. 답이 없는 것이 먼저예요. 지점에서 카드를 받는 시간과 자리는 카드 시스템에서 정해요."
    )
    keyset = ("-waits", "-asked_at", "-pk")
    list_display = ("reference", "what", "card_words", "state_name", "asked", "settled", "tries")
    list_display_links = ("reference",)
    list_filter = (Answered, choice("kind", _("종류"), Kind.choices))
    search_label = _("정확히 찾기")
    search_hint = _("접수번호를 전체로 적어 주세요.")
    fields = ("reference", "what", "card_words", "state_name", "asked", "settled", "issuer_reference", "code", "tries")
    readonly_fields = fields
    inlines = (Moves,)
    labels = {
        "issuer_reference": _("카드 시스템의 번호"),
        "code": _("이유"),
        "reference": _("접수번호"),
        "tries": _("부른 횟수"),
    }

    def title_of(self, obj: Any) -> str:
        return gettext("카드 요청 %(reference)s") % {"reference": obj.reference}

    def about(self, obj: Any) -> str:
        return f"card-act:{obj.reference}"

    @staticmethod
    def desk_count(request: HttpRequest) -> int | None:
        return queries.open_acts()

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return queries.unanswered_first()

    def search(self, request: HttpRequest, term: str) -> Q | None:
        reference = references.normalise(term)
        return Q(reference=reference) if references.is_valid(reference) else None

    @words(_("무엇"))
    def what(self, act: Act) -> str:
        return act.get_kind_display()

    @words(_("카드"), side="whole")
    def card_words(self, act: Act) -> str:
        try:
            last4 = act.asked.get("last4")
        except keys.CannotOpen:
            return gettext("열 수 없음")
        return f"••••-{last4}" if last4 else gettext("모든 카드")

    @words(_("상태"))
    def state_name(self, act: Act) -> SafeString:
        state = State(act.state)
        return format_html('<span class="tag tag-{}">{}</span>', TAGS.get(state, "quiet"), states.DESK_WORDS[state])

    @words(_("요청한 때"), side="whole")
    def asked(self, act: Act) -> str:
        return moment(act.asked_at)

    @words(_("답한 때"), side="whole")
    def settled(self, act: Act) -> str | SafeString:
        return moment(act.settled_at) if act.settled_at else EMPTY


@admin.register(Entitlement)
class EntitlementAdmin(ReadOnlyAdmin):
    desk_title = _("혜택 장부")
    desk_group = frame.FIND
    desk_order = 41
    desk_intro = _(
        "사고마다 주기로 한 혜택을 누가 언제 받고 썼는지예요. 끝나는 날에 저절로 멈추고, 유료로 바뀌지 않아요."
    )
    keyset = ("-granted_at", "-pk")
    list_display = ("number", "benefit", "incident", "granted", "used", "ends")
    list_display_links = ("number",)
    list_filter = (choice("offer__benefit", _("혜택"), Benefit.choices),)
    fields = ("number", "benefit", "incident", "granted", "used", "ends")
    readonly_fields = fields

    def title_of(self, obj: Any) -> str:
        return gettext("혜택 %(number)s") % {"number": obj.pk}

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("offer__incident")

    @words(_("번호"))
    def number(self, held: Entitlement) -> str:
        return str(held.pk)

    @words(_("혜택"))
    def benefit(self, held: Entitlement) -> str:
        return held.offer.get_benefit_display()

    @words(pgettext_lazy("하나", "사고"))
    def incident(self, held: Entitlement) -> str:
        return held.offer.incident.slug

    @words(_("받은 날"), side="whole")
    def granted(self, held: Entitlement) -> str:
        return moment(held.granted_at)

    @words(_("쓴 날"), side="whole")
    def used(self, held: Entitlement) -> str | SafeString:
        if not held.use_is_known:
            return gettext("카드 시스템이 알려 주지 않음")
        return moment(held.used_at) if held.used_at else EMPTY

    @words(_("끝나는 날"))
    def ends(self, held: Entitlement) -> str:
        return long_day(held.ends_date)
