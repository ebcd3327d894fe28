"""The life of a message, and the words staff read for it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Lane(models.TextChoices):
    """A code is never delayed by a campaign."""

    CODE = "code", _("인증번호")
    CLAIM = "claim", _("보상 안내")
    CAMPAIGN = "campaign", _("유출 통지")


class Channel(models.TextChoices):
    SMS = "sms", _("문자")
    LMS = "lms", _("긴 문자")
    EMAIL = "email", _("이메일")
    ALIMTALK = "alimtalk", _("알림톡")
    LETTER = "letter", _("우편")


class State(models.TextChoices):
    WAITING = "waiting", _("기다리는 중")
    SENDING = "sending", _("보내는 중")
    ACCEPTED = "accepted", _("통신사가 받음")
    DELIVERED = "delivered", _("도착함")
    FAILED = "failed", _("보내지 못함")
    UNKNOWN = "unknown", _("결과를 모름")
    EXPIRED = "expired", _("기한이 지나 보내지 않음")
    CANCELLED = "cancelled", _("보내기 전에 취소함")


class Outcome(models.TextChoices):
    """What one attempt came to."""

    ACCEPTED = "accepted", _("통신사가 받음")
    TEMPORARY = "temporary", _("잠시 안 됨")
    PERMANENT = "permanent", _("보낼 수 없음")
    UNKNOWN = "unknown", _("결과를 모름")


# Who goes first. A hint about one lane also looks at the lanes before it.
ORDER = (Lane.CODE, Lane.CLAIM, Lane.CAMPAIGN)

MOVES: dict[State, set[State]] = {
    # A receipt may settle a message that we had not even recorded as sent.
    # A letter is accepted without being asked for: the mail house has posted it.
    State.WAITING: {
        State.SENDING,
        State.ACCEPTED,
        State.EXPIRED,
        State.CANCELLED,
        State.DELIVERED,
        State.FAILED,
    },
    # Back to waiting: refused for the moment, or the lease ran out before the provider was asked.
    State.SENDING: {
        State.ACCEPTED,
        State.FAILED,
        State.UNKNOWN,
        State.WAITING,
        State.EXPIRED,
        State.DELIVERED,
    },
    # Asked again with the same id; a late receipt settles it. It never becomes "expired, not sent": it may have been.
    State.UNKNOWN: {State.SENDING, State.DELIVERED, State.FAILED},
    State.ACCEPTED: {State.DELIVERED, State.FAILED},
    State.FAILED: {State.DELIVERED},
    State.DELIVERED: set(),
    State.EXPIRED: set(),
    # A letter that was called back too late, and its code was used; a receipt for what a provider said it had not taken.
    State.CANCELLED: {State.DELIVERED},
}
# What a person may do besides (by_hand.py): no receipt and no sender moves an end back.
MOVES_BY_HAND: dict[State, set[State]] = {State.FAILED: {State.WAITING, State.UNKNOWN}}


class TemplateState(models.TextChoices):
    """Of an AlimTalk template: what the operator's people say of it."""

    DRAFTED = "drafted", _("쓰는 중")
    SUBMITTED = "submitted", _("카카오 검수 중")
    APPROVED = "approved", _("승인됨")
    REFUSED = "refused", _("반려됨")


TEMPLATE_MOVES: dict[TemplateState, set[TemplateState]] = {
    TemplateState.DRAFTED: {TemplateState.SUBMITTED},
    TemplateState.SUBMITTED: {TemplateState.APPROVED, TemplateState.REFUSED},
    TemplateState.APPROVED: set(),
    TemplateState.REFUSED: set(),
}


class IllegalMove(Exception):
    """From this state nothing goes to that one."""


def may_become(state: str, to: str) -> None:
    """Of a template. Raises IllegalMove."""
    if TemplateState(to) not in TEMPLATE_MOVES[TemplateState(state)]:
        raise IllegalMove(f"template: {state} to {to}")


def may_move(state: str, to: str, *, by_hand: bool = False) -> bool:
    by_itself = State(to) in MOVES[State(state)]
    return by_itself or (by_hand and State(to) in MOVES_BY_HAND.get(State(state), set()))
