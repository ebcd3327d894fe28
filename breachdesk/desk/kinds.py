"""The audit's kinds in words. A kind that is missing here is shown by its name; tests/desk asks that none is."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

ROOMS = {
    "notices": _("사고와 안내문"),
    "lookup": _("조회"),
    "claims": _("선보상"),
    "delivery": _("보내기"),
    "files": _("파일"),
    "desk": _("직원과 로그인"),
}

KINDS = {
    "lookup.proved": _("인증번호로 연락처를 확인함"),
    "lookup.renewed": _("인증번호를 다시 확인함"),
    "lookup.answered": _("유출됐는지 답함"),
    "lookup.step_marked": _("할 일에 표시함"),
    "lookup.ended": _("조회를 끝냄"),
    "lookup.revoked": _("다른 곳의 조회를 끝냄"),
    "lookup.forgot": _("끝난 조회를 지움"),
    "claims.draft_opened": _("신청을 적기 시작함"),
    "claims.draft_forgotten": _("오래된 작성 중 신청을 지움"),
    "claims.evidence_received": _("증빙을 받음"),
    "claims.evidence_removed": _("증빙을 지움"),
    "claims.submitted": _("신청함"),
    "claims.withdrawn": _("신청을 취소함"),
    "desk.signed_in": _("로그인함"),
    "desk.signed_out": _("나감"),
    "desk.sign_in_failed": _("로그인하지 못함"),
    "desk.sign_in_paused": _("여러 번 틀려 로그인을 멈춤"),
    "desk.second_factor_failed": _("두 번째 인증이 틀림"),
    "desk.second_factor_added": _("두 번째 인증을 더함"),
    "desk.second_factor_removed": _("두 번째 인증을 지움"),
    "desk.second_factor_forgotten": _("계정 관리자가 두 번째 인증을 지움"),
    "desk.recovery_code_used": _("복구 코드를 씀"),
    "desk.recovery_codes_renewed": _("복구 코드를 새로 만듦"),
    "desk.proved_again": _("두 번째 인증을 다시 함"),
    "desk.password_changed": _("비밀번호를 바꿈"),
    "desk.password_set": _("일회용 주소에서 비밀번호를 정함"),
    "desk.link_sent": _("일회용 주소를 보냄"),
    "desk.staff_created": _("직원 계정을 만듦"),
    "desk.staff_closed": _("직원 계정을 닫음"),
    "desk.staff_reopened": _("직원 계정을 다시 엶"),
    "desk.role_proposed": _("역할을 제안함"),
    "desk.role_given": _("역할을 줌"),
    "desk.role_refused": _("역할 제안을 거둠"),
    "desk.role_taken": _("역할을 거둠"),
    "notices.campaign_prepared": _("통지를 준비함"),
    "notices.campaign_released": _("통지를 내보냄"),
    "notices.campaign_paused": _("통지를 멈춤"),
    "notices.campaign_resumed": _("통지를 다시 시작함"),
    "notices.campaign_cancelled": _("통지를 취소함"),
    "notices.campaign_finished": _("통지를 마침"),
    "delivery.searched_by_contact": _("연락처로 메시지를 찾음"),
    "delivery.words_forgotten": _("보관 기간이 지난 메시지를 지움"),
}
