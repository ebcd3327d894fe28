"""How the desk speaks of payouts: states, what the bank said, what stands in the way; accounts masked."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from breachdesk.lib import masks
from breachdesk.lib.tags import moment
from claims import payouts, rules
from claims.banks import BANKS
from claims.models import Payout
from claims.states import AccountProblem, IllegalMove, PayoutState

TAGS = {
    PayoutState.PREPARED: "now",
    PayoutState.RELEASED: "now",
    PayoutState.SENDING: "now",
    PayoutState.UNKNOWN: "danger",
    PayoutState.PENDING: "now",
    PayoutState.PAID: "good",
    PayoutState.REFUSED: "danger",
}
PROBLEMS = {
    "no-such-order": gettext_lazy(
        "처리 중이라던 은행이 이제 그런 주문이 없다고 해요. 다시 보내지 말고 은행에 전화해 주세요."
    ),
    "worker-lost": gettext_lazy("보내던 중에 우리 쪽이 멈췄어요."),
    "ConnectError": gettext_lazy("은행에 연결하지 못했어요."),
    "ConnectTimeout": gettext_lazy("은행에 연결하지 못했어요."),
    "ReadTimeout": gettext_lazy("은행이 제때 답하지 않았어요."),
    "RemoteProtocolError": gettext_lazy("은행이 답하지 않고 연결을 끊었어요."),
    "ReadError": gettext_lazy("은행이 답하지 않고 연결을 끊었어요."),
    "http-503": gettext_lazy("은행이 잠시 뒤에 다시 보내 달라고 했어요."),
}
NOT_UNDERSTOOD = gettext_lazy("은행의 답을 알아듣지 못했어요.")


def state_tag(payout: Payout) -> SafeString:
    state = PayoutState(payout.state)
    return format_html('<span class="tag tag-{}">{}</span>', TAGS.get(state, "quiet"), state.label)


def masked(account: dict[str, str]) -> dict[str, Any]:
    return {
        "bank": BANKS.get(account["bank"]),
        "number": masks.account(account["number"]),
        "holder": masks.name(account["holder"]),
    }


def problem_of(payout: Payout) -> str:
    if payout.state == PayoutState.REFUSED:
        return _("은행이 %(problem)s.") % {"problem": AccountProblem(payout.problem).label}
    return problem_words(payout.problem)


def problem_words(code: str) -> str:
    """What happened between us and the bank, with the code that an engineer would ask for."""
    if not code:
        return ""
    if code in AccountProblem.values:
        return _("은행이 %(problem)s.") % {"problem": AccountProblem(code).label}
    return f"{PROBLEMS.get(code, NOT_UNDERSTOOD)} ({code})"


def why(refusal: Exception) -> str:
    """What stands in the way, and what to do about it."""
    match refusal:
        case rules.NotByTheSame():
            return _("내가 준비한 지급이라 내가 내보낼 수 없어요. 다른 사람이 내보내야 해요.")
        case rules.NotByTheClaimant():
            return _("자기 신청의 돈은 자기가 내보낼 수 없어요. 최고 관리자도 마찬가지예요.")
        case rules.NotByWhoEnteredIt():
            return _("내가 대신 적은 신청의 돈이라 내가 다룰 수 없어요. 다른 사람이 해야 해요.")
        case rules.NotTheApprovedAccount():
            return _("승인한 계좌와 지금 신청에 적힌 계좌가 달라요. 내보내지 말고 개인정보 보호책임자에게 알려 주세요.")
        case rules.NotTheApprovedEvidence():
            return _("승인한 뒤에 자료가 바뀌었어요. 내보내지 말고 심사한 사람에게 알려 주세요.")
        case rules.StillCooling(until=until):
            when = moment(until)
            return _("신청한 분이 계좌를 바꿨어요. 그분이 알아챌 시간을 두려고 %(when)s부터 내보낼 수 있어요.") % {
                "when": when
            }
        case rules.OnHold():
            return _("보류한 신청이에요. 승인하는 사람이 살펴보고 풀어야 지급할 수 있어요.")
        case rules.NothingToPay():
            return _("지급하기로 한 금액이 없어요.")
        case rules.NotTheirTurn() | rules.NothingSaid():
            return _("지금은 열어 볼 일이 없는 지급이에요.")
        case payouts.AlreadyPrepared():
            return _("다른 사람이 이미 준비했어요.")
        case payouts.BankContradicts():
            return _(
                "은행이 앞 지급을 거절했다고도, 지급했다고도 했어요. 은행에 확인하기 전에는 아무것도 나가지 않아요."
            )
        case IllegalMove():
            return _("지금 상태에서는 할 수 없는 일이에요.")
    raise refusal
