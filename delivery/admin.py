"""What left the house, for staff: where it stands and how it was tried, with personal data masked."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, linebreaks
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from breachdesk import audit, keys
from breachdesk.desk import frame, session
from breachdesk.desk.admin_base import ReadOnlyAdmin, ReadOnlyInline, choice, words
from breachdesk.lib import masks, references
from breachdesk.lib.contacts import Contact, NotAContact
from breachdesk.lib.tags import moment
from delivery import by_hand, check_codes, codes, desk_views, occasions, paper, senders, states
from delivery.models import Attempt, Forgotten, Message, Receipt
from delivery.money_views import money as money
from delivery.provider_names import name_of
from delivery.states import State
from delivery.template_views import TemplateVersionAdmin as TemplateVersionAdmin

KINDS = {State.DELIVERED: "good", State.ACCEPTED: "good", State.FAILED: "danger", State.UNKNOWN: "now"}


def state_tag(state: str) -> SafeString:
    return format_html('<span class="tag tag-{}">{}</span>', KINDS.get(State(state), "quiet"), State(state).label)


class AttemptInline(ReadOnlyInline):
    model = Attempt
    verbose_name_plural = _("보내 본 기록")
    fields = ("number", "began", "ended", "by_whom", "came_to", "why")
    readonly_fields = fields
    ordering = ("number",)

    @words(_("시작한 때"))
    def began(self, attempt: Attempt) -> str:
        return moment(attempt.started_at)

    @words(_("끝난 때"))
    def ended(self, attempt: Attempt) -> str:
        return moment(attempt.ended_at)

    @words(_("업체"))
    def by_whom(self, attempt: Attempt) -> str:
        return name_of(attempt.provider)

    @words(_("결과"))
    def came_to(self, attempt: Attempt) -> str:
        return attempt.get_outcome_display() or gettext("답을 기다리는 중")

    @words(_("까닭"))
    def why(self, attempt: Attempt) -> str:
        return codes.words(attempt.code)


class ReceiptInline(ReadOnlyInline):
    model = Receipt
    verbose_name_plural = _("업체가 알려 온 것")
    fields = ("came", "told", "why")
    readonly_fields = fields
    ordering = ("received_at",)

    @words(_("받은 때"))
    def came(self, receipt: Receipt) -> str:
        return moment(receipt.received_at)

    @words(_("결과"))
    def told(self, receipt: Receipt) -> SafeString:
        return state_tag(receipt.state)

    @words(_("까닭"))
    def why(self, receipt: Receipt) -> str:
        return codes.words(receipt.code)


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    desk_title = _("보낸 메시지")
    desk_group = frame.TELL
    desk_order = 60
    desk_intro = _("받는 분과 내용은 가려져 있어요. 인증번호와 일회용 주소는 보낸 뒤에 지워요.")
    keyset = ("-put_at", "-pk")
    list_display = ("put", "occasion_name", "to", "channel_name", "state_name", "sent", "tried")
    list_display_links = ("put",)
    list_filter = (
        choice("state", _("상태"), State.choices),
        choice("lane", _("종류"), states.Lane.choices),
        choice("channel", _("방법"), states.Channel.choices),
    )
    search_label = _("정확히 찾기")
    search_hint = _(
        "휴대전화 번호, 이메일, 접수번호, 메시지의 확인 코드 가운데 하나를 전체로 적어 주세요. 일부만으로는 찾을 수 없어요."
    )
    labels = {"about": _("무엇에 대해")}
    inlines = (AttemptInline, ReceiptInline)
    fields = (
        "occasion_name",
        "about",
        "to",
        "lane_name",
        "channel_name",
        "state_name",
        "put",
        "due",
        "sent",
        "left_from",
        "code",
        "settled",
        "expires",
        "sent_by",
        "problem",
        "said",
    )
    readonly_fields = fields

    def search(self, request: HttpRequest, term: str) -> Q | None:
        if references.is_valid(reference := references.normalise(term)):
            return Q(about=f"claim:{reference}")
        if code := check_codes.read(term):
            return Q(code_hash__in=check_codes.hashes(code))
        try:
            contact = Contact.parse(term)
        except NotAContact:
            return Q(about=term) | Q(key=term)
        found = keys.indexes(contact.kind, contact.value)
        # Looking somebody up by a contact is a reading of their data, masked or not.
        with transaction.atomic():
            audit.record(
                kind="delivery.searched_by_contact",
                by=session.staff(request),
                about="delivery",
                at=session.now(request),
                contact=str(found[0]),
            )
        return Q(recipient_hash__in=found)

    change_form_template = "delivery/desk/message.html"

    def render_change_form(self, request: HttpRequest, context: dict, *args: Any, **kwargs: Any) -> HttpResponse:
        context["acts"] = desk_views.possible(request, kwargs["obj"])
        context["obstacles"] = by_hand.obstacles(kwargs["obj"]) if request.user.has_perm(desk_views.HANDLE) else []
        return super().render_change_form(request, context, *args, **kwargs)

    def title_of(self, obj: Any) -> str:
        return self.occasion_name(obj)

    @words(_("놓은 때"))
    def put(self, message: Message) -> str:
        return moment(message.put_at)

    @words(_("무엇을"))
    def occasion_name(self, message: Message) -> str:
        return occasions.name(message.occasion)

    @words(_("받는 분"))
    def to(self, message: Message) -> str:
        try:
            return message.recipient.masked
        except Forgotten:
            return gettext("지움")
        except keys.CannotOpen:
            return gettext("열 수 없음")

    @words(_("종류"))
    def lane_name(self, message: Message) -> str:
        return message.get_lane_display()

    @words(_("방법"))
    def channel_name(self, message: Message) -> str:
        return message.get_channel_display()

    @words(_("상태"))
    def state_name(self, message: Message) -> SafeString:
        return state_tag(message.state)

    @words(_("보낼 때"))
    def due(self, message: Message) -> str:
        return moment(message.due_at)

    @words(_("보낸 때"), side="end")
    def sent(self, message: Message) -> str:
        return moment(message.sent_at)

    @words(_("보낸 업체"))
    def sent_by(self, message: Message) -> str:
        return name_of(message.provider) if message.provider else ""

    @words(_("보낸 번호나 주소"))
    def left_from(self, message: Message) -> str:
        return senders.shown(message.sender) if message.sender else ""

    @words(_("확인 코드"))
    def code(self, message: Message) -> str:
        try:
            return message.code
        except keys.CannotOpen:
            return gettext("열 수 없음")

    @words(_("보내 본 횟수"), side="end")
    def tried(self, message: Message) -> int:
        return message.tries

    @words(_("끝난 때"))
    def settled(self, message: Message) -> str:
        return moment(message.settled_at)

    @words(_("이때까지만"))
    def expires(self, message: Message) -> str:
        return moment(message.expires_at)

    @words(_("마지막 문제"))
    def problem(self, message: Message) -> str:
        return codes.words(message.last_problem)

    @words(_("내용"))
    def said(self, message: Message) -> str:
        """With what could name a person masked; a code, and a link that is good once, are never shown."""
        if message.lane == states.Lane.CODE:
            return gettext("인증번호와 일회용 주소는 보여 주지 않아요.")
        try:
            said = message.words
        except Forgotten:
            return gettext("보관 기간이 지나 지웠어요.")
        except keys.CannotOpen:
            return gettext("열 수 없음")
        text = paper.plain(said) if message.channel == states.Channel.LETTER else said.text
        return format_html(
            "<p><b>{}</b></p>{}", masks.text(said.subject), SafeString(linebreaks(masks.text(text), True))
        )
