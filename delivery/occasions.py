"""What each message is about, in words for anybody: for staff in their list, and for whoever checks a message they got."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

OCCASIONS = {
    "one_time_code": _("인증번호"),
    "passkey_added": _("패스키를 더함"),
    "step_reminder": _("미뤄 둔 일을 알려 드리는 안내"),
    "something_changed": _("조회 결과나 안내문이 달라졌다는 알림"),
    "dispute_received": _("다시 살펴봐 달라는 요청을 받았다는 안내"),
    "dispute_answered": _("다시 살펴본 답이 나왔다는 안내"),
    "leak_notice": _("유출 통지"),
    "all_clear": _("유출이 아니라는 안내"),
    "claim_received": _("신청을 받았다는 안내"),
    "claim_withdrawn": _("신청을 거두었다는 안내"),
    "review_started": _("심사를 시작했다는 안내"),
    "question_asked": _("더 물어본다는 안내"),
    "answer_received": _("답을 받았다는 안내"),
    "review_goes_on": _("답 없이 심사를 계속한다는 안내"),
    "hold_over": _("멈췄던 신청을 다시 이어 간다는 안내"),
    "claim_held": _("‘내가 아니에요’라고 한 신청을 멈췄다는 안내"),
    "claim_decided": _("결정 안내"),
    "payout_sent": _("먼저 보내 드렸다는 안내"),
    "account_wrong": _("받을 계좌를 다시 적어 달라는 안내"),
    "account_changed": _("받을 계좌를 바꿨다는 안내"),
    "card_act_asked": _("카드에 대한 요청을 받았다는 안내"),
    "card_act_settled": _("카드에 대한 요청이 어떻게 됐는지 알리는 안내"),
    "inquiry_received": _("문의를 받았다는 안내"),
    "inquiry_answered": _("문의에 답했다는 안내"),
    "card_todo_reminder": _("신고한 뒤에 미뤄 둔 일을 알려 드리는 안내"),
    "card_charge_reminder": _("옛 카드로 곧 결제된다는 안내"),
    "done_for_you": _("상담원이 대신 했다는 안내"),
    "benefit_ends": _("무료 혜택이 곧 끝난다는 안내"),
    "call_back_booked": _("전화를 예약했다는 안내"),
    "call_back_cancelled": _("전화 예약을 취소했다는 안내"),
    "call_back_missed": _("예약하신 전화를 받지 않으셨다는 안내"),
    "one_time_link": _("직원 계정의 일회용 주소"),
    "second_factor_removed": _("직원의 두 번째 인증을 지웠다는 안내"),
    "rights_given": _("직원의 권한이 늘었다는 알림"),
    "posting_trouble": _("안내문이 올린 대로 보이지 않는다는 직원 알림"),
    "role_given": _("직원에게 역할을 주었다는 안내"),
}


def name(occasion: str) -> str:
    return str(OCCASIONS.get(occasion, occasion))
