"""Who may what: one table. A room that adds a page or an act adds its permission here and nowhere else.

A role is a Django group; `apply` makes the groups be exactly this table after every migration. Rights are the least the
work needs. Where one role holds both halves of an act of two people (payers, account administrators), the act and the
database check that they are two persons.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Role:
    code: str
    name: str | Promise
    does: str | Promise
    # "app_label.codename" of Django's permissions.
    may: frozenset[str]


def _role(code: str, name: str | Promise, does: str | Promise, *may: str) -> Role:
    return Role(code, name, does, frozenset(may))


SEE_INCIDENTS = (
    "notices.view_incident",
    "notices.view_notice",
    "notices.view_contactpoint",
    "notices.view_clock",
    "notices.view_posting",
)
SEE_ORDERS = ("notices.view_regulatororder",)
# By which ways people are told, and what proves it of whom: masked, found by an exact contact and a reason.
SEE_LEDGER = ("notices.view_ladder", "notices.search_ledger")
SEE_LISTS = ("notices.view_dataset", "notices.view_importjob")
SEE_CLAIMS = ("claims.view_claim",)
SEE_MESSAGES = ("delivery.view_message",)
SEE_TEMPLATES = ("delivery.view_templateversion",)
SEE_LETTERS = ("mailhouse.view_batch",)
HANDLE_MESSAGES = (*SEE_MESSAGES, "delivery.handle_message")
SEE_DISPUTES = ("lookup.view_dispute",)
# The list's correctness is the privacy officer's word; whoever takes questions answers what is plain.
ANSWER_DISPUTES = (*SEE_DISPUTES, "lookup.answer_dispute", "lookup.reveal_dispute")
SEE_INQUIRIES = ("support.view_inquiry",)
ANSWER_INQUIRIES = (*SEE_INQUIRIES, "support.answer_inquiry", "support.say_waiting")
SEE_FAQ = ("support.view_faqversion",)
WRITE_FAQ = (*SEE_FAQ, "support.write_faq")
PUBLISH_FAQ = (*SEE_FAQ, "support.publish_faq")
SEE_CALL_BACKS = ("support.view_callback",)
MAKE_CALL_BACKS = (*SEE_CALL_BACKS, "support.make_call_back", "support.open_slot")
SEE_FAKES = ("verify.view_fakereport",)
SETTLE_FAKES = (*SEE_FAKES, "verify.settle_fakereport", "verify.reveal_fakereport")
SEE_CARD_ACTS = ("cards.view_act", "cards.view_actmove", "cards.view_entitlement")
SEE_CONSULTATIONS = ("support.view_consultation",)
# Whoever speaks with people: writes down, verifies, acts for them. Whoever reviews a claim does not.
TAKE_CALLS = (*SEE_CONSULTATIONS, "support.take_call", "support.act_for_caller", "support.see_as_person")
# One enters what came on paper, another compares it with the scan: the act and the database check that they are two.
HANDLE_PAPER = ("support.enter_paper", "support.confirm_paper")
SEE_PAYOUTS = ("claims.view_payout",)

ROLES: tuple[Role, ...] = (
    _role(
        "intake",
        _("접수"),
        _("신청과 문의를 받아 담당에게 넘겨요."),
        *SEE_INCIDENTS,
        *SEE_CLAIMS,
        *SEE_CARD_ACTS,
        *SEE_MESSAGES,
        *SEE_LEDGER,
        "notices.mark_wrong_person",
        *ANSWER_DISPUTES,
        *ANSWER_INQUIRIES,
        *MAKE_CALL_BACKS,
        *WRITE_FAQ,
        *SETTLE_FAKES,
        *TAKE_CALLS,
        *HANDLE_PAPER,
        "support.prepare_answer",
    ),
    _role(
        "agent",
        _("상담원"),
        _("전화와 방문을 받고, 본인을 확인하고, 대신 신청하고, 문의에 답해요."),
        *SEE_INCIDENTS,
        *ANSWER_INQUIRIES,
        *MAKE_CALL_BACKS,
        *TAKE_CALLS,
        *HANDLE_PAPER,
        "support.prepare_answer",
    ),
    _role(
        "reviewer",
        _("심사"),
        _("신청을 심사하고 결정을 제안해요."),
        *SEE_INCIDENTS,
        *SEE_CLAIMS,
        "claims.review_claim",
        "claims.reveal_claim",
    ),
    _role(
        "approver",
        _("승인"),
        _("다른 사람이 제안한 결정을 확인해요."),
        *SEE_INCIDENTS,
        *SEE_CLAIMS,
        "claims.confirm_claim",
        "claims.reveal_claim",
    ),
    _role(
        "payer",
        _("지급"),
        _("확인된 금액의 지급을 준비하고, 다른 사람이 준비한 지급을 내보내요."),
        *SEE_INCIDENTS,
        *SEE_CLAIMS,
        *SEE_PAYOUTS,
        "claims.prepare_payout",
        "claims.release_payout",
    ),
    _role(
        "notice_editor",
        _("안내문 작성"),
        _("사고의 사실과 연락처를 고치고, 안내문을 쓰고 올리자고 제안해요. 명단과 통지를 준비해요."),
        *SEE_INCIDENTS,
        "notices.add_incident",
        "notices.change_incident",
        "notices.change_contactpoint",
        "notices.meet_clock",
        *SEE_ORDERS,
        "notices.handle_order",
        "notices.add_notice",
        "notices.change_notice",
        "notices.propose_notice",
        "notices.propose_takedown",
        *SEE_LISTS,
        "notices.view_campaign",
        "notices.add_campaign",
        *SEE_LEDGER,
        "notices.propose_ladder",
        "notices.ask_ledger_export",
        *SEE_LETTERS,
        "mailhouse.add_batch",
        "mailhouse.take_batch",
        "mailhouse.record_batch",
        "notices.add_importjob",
        "notices.read_rejects",
        "notices.propose_activation",
        *WRITE_FAQ,
        *HANDLE_MESSAGES,
        *SEE_TEMPLATES,
        "delivery.add_templateversion",
    ),
    _role(
        "privacy_officer",
        _("개인정보 보호책임자"),
        _("다른 사람이 쓴 안내문을 승인하고, 명단·통지를 확인하고, 기록을 살펴요."),
        *SEE_INCIDENTS,
        "notices.approve_notice",
        "notices.confirm_takedown",
        "notices.meet_clock",
        *SEE_ORDERS,
        "notices.handle_order",
        "notices.confirm_order",
        "packs.add_pack",
        "packs.view_pack",
        "packs.take_pack",
        *SEE_LISTS,
        "notices.view_campaign",
        "notices.release_campaign",
        *SEE_LEDGER,
        "notices.confirm_ladder",
        "notices.mark_wrong_person",
        "notices.ask_ledger_export",
        "notices.confirm_ledger_export",
        *SEE_LETTERS,
        "mailhouse.release_batch",
        "notices.read_rejects",
        "notices.confirm_activation",
        *SEE_CLAIMS,
        *SEE_CARD_ACTS,
        *SEE_PAYOUTS,
        *HANDLE_MESSAGES,
        *SEE_TEMPLATES,
        *ANSWER_DISPUTES,
        *SEE_INQUIRIES,
        *SEE_CALL_BACKS,
        *PUBLISH_FAQ,
        *SETTLE_FAKES,
        *SEE_CONSULTATIONS,
        "support.approve_answer",
        "audit.view_event",
    ),
    _role(
        "auditor",
        _("감사"),
        _("모든 것을 보고 아무것도 바꾸지 않아요."),
        *SEE_INCIDENTS,
        *SEE_ORDERS,
        "packs.view_pack",
        *SEE_LISTS,
        "notices.view_campaign",
        *SEE_LEDGER,
        *SEE_LETTERS,
        *SEE_CLAIMS,
        *SEE_CARD_ACTS,
        *SEE_PAYOUTS,
        *SEE_MESSAGES,
        *SEE_TEMPLATES,
        *SEE_DISPUTES,
        *SEE_INQUIRIES,
        *SEE_CALL_BACKS,
        *SEE_FAQ,
        *SEE_FAKES,
        *SEE_CONSULTATIONS,
        "audit.view_event",
        "accounts.view_user",
    ),
    _role(
        "account_admin",
        _("계정 관리"),
        _("직원 계정을 열고 닫고 역할을 제안하고 확인해요."),
        "accounts.view_user",
        "accounts.add_user",
        "accounts.change_user",
    ),
)

BY_CODE = {role.code: role for role in ROLES}


def named(codes: Iterable[str]) -> list[Role]:
    """In the order of the table; a group that is no role of ours is left out."""
    wanted = set(codes)
    return [role for role in ROLES if role.code in wanted]


def of(user: Any) -> list[Role]:
    return named(user.groups.values_list("name", flat=True))


def apply(**_signal: Any) -> None:
    """Makes the groups and their permissions be the table. Raises LookupError for a permission that nobody declares."""
    from django.contrib.auth.models import Group, Permission

    known = {
        f"{label}.{codename}": pk
        for pk, label, codename in Permission.objects.values_list("pk", "content_type__app_label", "codename")
    }
    for role in ROLES:
        if unknown := sorted(role.may - known.keys()):
            raise LookupError(
                f"breachdesk/desk/roles.py gives {role.code} what no model declares: {', '.join(unknown)}"
            )
        group, _created = Group.objects.get_or_create(name=role.code)
        group.permissions.set([known[name] for name in role.may])
