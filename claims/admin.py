"""The queue of claims, for staff: who waits for what until when, with names masked. The review page is in desk_views."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from breachdesk import audit, keys
from breachdesk.desk import frame, session
from breachdesk.desk.admin_base import EMPTY, ByReference, ChoiceFilter, choice, due_words, words
from breachdesk.lib import masks, money, references
from breachdesk.lib.contacts import Contact, NotAContact
from claims import desk_views, payout_views, queries, states
from claims.models import Claim
from claims.states import Kind, State

__all__ = ["ClaimAdmin", "desk_views", "payout_views"]


class Waiting(ChoiceFilter):
    """Whose turn it is. Nothing chosen: all that nobody has decided yet, but a search looks everywhere."""

    title = _("무엇")
    parameter_name = "waits"
    any_words = _("결정 전 모두")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("new", _("새 신청")),
            ("mine", _("내가 맡은 것")),
            ("confirm", _("확인할 결정")),
            ("asked", _("답 기다림")),
            ("late", _("기한 지남")),
            ("held", _("보류")),
            ("decided", _("결정함")),
            ("all", _("모두")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        today = queries.local_day(session.now(request))
        chosen = {
            "new": Q(state=State.SUBMITTED),
            "mine": Q(state__in=states.UNDECIDED, reviewer=request.user.pk),
            "confirm": Q(state=State.PROPOSED),
            "asked": Q(state=State.NEEDS_MORE),
            "late": Q(state__in=states.UNDECIDED - {State.NEEDS_MORE}, decide_by_date__lt=today),
            "held": Q(is_held=True),
            "decided": ~Q(state__in=states.UNDECIDED),
            "all": Q(),
        }.get(self.value() or "")
        if chosen is None:
            chosen = Q() if request.GET.get("q", "").strip() else Q(state__in=states.UNDECIDED)
        return queryset.filter(chosen)


@admin.register(Claim)
class ClaimAdmin(ByReference):
    desk_page = "claim_review"
    desk_title = _("심사할 신청")
    desk_group = frame.WORK
    desk_order = 10
    desk_intro = _("이름은 가려져 있어요. 신청을 맡고 이유를 골라야 볼 수 있고, 본 기록이 남아요.")
    keyset = ("decide_by_date", "pk")
    list_display = ("reference", "who", "kinds", "asked_for", "state_name", "reviewer_name", "due")
    list_filter = (Waiting, choice("kind", _("종류"), Kind.choices))
    search_hint = _("접수번호, 휴대전화 번호, 이메일 가운데 하나를 전체로 적어 주세요. 가린 글자로는 찾을 수 없어요.")

    @staticmethod
    def desk_count(request: HttpRequest) -> int | None:
        return queries.waiting_for_review()

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        held = queries.held().filter(claim=OuterRef("pk"))
        return Claim.objects.select_related("reviewer", "incident").annotate(is_held=Exists(held))

    def search(self, request: HttpRequest, term: str) -> Q | None:
        if references.is_valid(reference := references.normalise(term)):
            return Q(reference=reference)
        try:
            contact = Contact.parse(term)
        except NotAContact:
            return None
        # Looking somebody up by a contact is a reading of their data, masked or not.
        with transaction.atomic():
            audit.record(
                kind="claims.searched_by_contact",
                by=session.staff(request),
                about="claims",
                at=session.now(request),
                contact=str(keys.index(contact.kind, contact.value)),
            )
        return Q(person__in=queries.people_with(contact))

    @words(_("신청한 분"), side="whole")
    def who(self, claim: Claim) -> str:
        try:
            return masks.name(claim.claimant["name"])
        except keys.CannotOpen:
            return gettext("열 수 없음")

    @words(_("종류"))
    def kinds(self, claim: Claim) -> str:
        return claim.get_kind_display()

    @words(_("신청 금액"), side="end")
    def asked_for(self, claim: Claim) -> str:
        return money.won(claim.amount, get_language() or "ko")

    @words(_("상태"))
    def state_name(self, claim: Claim) -> SafeString:
        tag = desk_views.state_tag(claim)
        held = getattr(claim, "is_held", False)  # annotated
        return format_html('{} <span class="tag tag-danger">{}</span>', tag, gettext("보류")) if held else tag

    @words(_("맡은 사람"))
    def reviewer_name(self, claim: Claim) -> str | SafeString:
        return claim.reviewer.name if claim.reviewer else EMPTY

    @words(_("기한"), side="end")
    def due(self, claim: Claim) -> str | SafeString:
        if claim.state not in states.UNDECIDED:
            return EMPTY
        if claim.state == State.NEEDS_MORE:
            return gettext("답 기다림")
        return due_words(claim.decide_by_date, today=queries.local_day(timezone.now()))
