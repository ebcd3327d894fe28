"""The life of a claim: its states, the lawful moves, and the words each reader sees."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """As the claimant reads it; `DESK_WORDS` is the same for staff."""

    SUBMITTED = "submitted", _("신청을 받았어요")
    IN_REVIEW = "in_review", _("자료를 확인하고 있어요")
    NEEDS_MORE = "needs_more", _("더 필요한 것이 있어요")
    PROPOSED = "proposed", _("다른 사람이 다시 확인하고 있어요")
    APPROVED = "approved", _("지급하기로 했어요")
    REFUSED = "refused", _("인정하지 않기로 했어요")
    PAYING = "paying", _("보내고 있어요")
    ACCOUNT_WRONG = "account_wrong", _("계좌를 다시 확인해 주세요")
    PAID = "paid", _("먼저 지급했어요")
    WITHDRAWN = "withdrawn", _("신청을 취소했어요")


DESK_WORDS = {
    State.SUBMITTED: _("새 신청"),
    State.IN_REVIEW: _("심사 중"),
    State.NEEDS_MORE: _("보완 요청함"),
    State.PROPOSED: _("확인 기다림"),
    State.APPROVED: _("지급하기로 함"),
    State.REFUSED: _("인정하지 않음"),
    State.PAYING: _("지급 중"),
    State.ACCOUNT_WRONG: _("계좌 확인 필요"),
    State.PAID: _("지급함"),
    State.WITHDRAWN: _("취소됨"),
}

# Why a claim moved, where it was not for the reason that its new state tells.
NOTES = {
    "given_back": _("맡은 사람이 대기열로 돌려놓음"),
    "taken_over": _("다른 사람이 이어서 맡음"),
    "answered": _("신청한 분이 답함"),
    "no_answer": _("답할 날이 지나 있는 자료로 계속함"),
    "sent_back": _("확인한 사람이 돌려보냄"),
    "new_evidence": _("새 자료가 와서 제안이 무효가 됨"),
    "changed_since": _("제안한 뒤 계좌나 자료가 바뀌어 무효가 됨"),
    "not_theirs": _("본인이 낸 신청이 아니라고 해서 거둠"),
}

FIRST = State.SUBMITTED
MOVES: dict[State, set[State]] = {
    State.SUBMITTED: {State.IN_REVIEW, State.WITHDRAWN},
    # Back to submitted: whoever took it gave it back to the queue.
    State.IN_REVIEW: {State.SUBMITTED, State.NEEDS_MORE, State.PROPOSED, State.WITHDRAWN},
    State.NEEDS_MORE: {State.IN_REVIEW, State.WITHDRAWN},
    # Back to review: the second person did not agree.
    State.PROPOSED: {State.IN_REVIEW, State.APPROVED, State.REFUSED, State.WITHDRAWN},
    State.APPROVED: {State.PAYING},
    State.REFUSED: set(),
    State.PAYING: {State.PAID, State.ACCOUNT_WRONG},
    State.ACCOUNT_WRONG: {State.APPROVED},
    State.PAID: set(),
    State.WITHDRAWN: set(),
}
# Nobody has decided yet: the claimant may still add to it or take it back.
UNDECIDED = {State.SUBMITTED, State.IN_REVIEW, State.NEEDS_MORE, State.PROPOSED}
# Until it is refused, paid or withdrawn a claim is open, and a person has one open claim per incident.
# In a fixed order, because the constraint that says so is compared word for word.
OPEN = tuple(state for state in State if state not in {State.REFUSED, State.PAID, State.WITHDRAWN})
# Where a move writes its moment (the latest one; every one is a Move).
STAMPS = {
    State.SUBMITTED: "submitted_at",
    State.IN_REVIEW: "review_at",
    State.NEEDS_MORE: "asked_at",
    State.PROPOSED: "proposed_at",
    State.APPROVED: "decided_at",
    State.REFUSED: "decided_at",
    State.PAYING: "paying_at",
    State.ACCOUNT_WRONG: "account_wrong_at",
    State.PAID: "paid_at",
    State.WITHDRAWN: "withdrawn_at",
}


# Decided once: another account changes nothing about when.
OLD_MOMENT_STANDS = {(State.ACCOUNT_WRONG, State.APPROVED)}


class IllegalMove(Exception):
    """Not in the table of lawful moves."""


def moves_from(state: State | None) -> set[State]:
    """Where a claim may go from here; from nowhere, only to its first state."""
    return {FIRST} if state is None else MOVES[state]


class WhyHeld(models.TextChoices):
    """Why a claim is to be looked at before anything is decided or paid."""

    DISOWNED = "disowned", _("상담원이 대신 낸 신청인데, 본인이 연락한 적이 없다고 했어요")


class HoldEnd(models.TextChoices):
    """What the look came to."""

    LET_GO = "let_go", _("본인의 신청이 맞음")
    TAKEN_AWAY = "taken_away", _("본인의 신청이 아님")
    WITHDRAWN = "withdrawn", _("본인이 취소함")


# Nothing of these is decided or paid any more.
CANNOT_BE_HELD = (State.REFUSED, State.WITHDRAWN)


class Kind(models.TextChoices):
    """What kind of loss the claim is mainly about."""

    CARD_PAYMENT = "card_payment", _("내가 쓰지 않은 카드 결제")
    SMISHING = "smishing", _("문자·전화에 속아 나간 돈")
    COST = "cost", _("서류 발급 같은 비용")
    OTHER = "other", _("다른 피해")


class Outcome(models.TextChoices):
    """What was decided about one line."""

    FULL = "full", _("모두 인정")
    PART = "part", _("일부 인정")
    REFUSED = "refused", _("인정하지 않음")


class Closed(models.TextChoices):
    """What became of a proposal."""

    CONFIRMED = "confirmed", _("다른 사람이 확인함")
    SENT_BACK = "sent_back", _("돌려보냄")
    VOID = "void", _("내용이 바뀌어 무효")


class PayoutState(models.TextChoices):
    PREPARED = "prepared", _("다른 사람의 확인 기다림")
    RELEASED = "released", _("은행에 보내기 전")
    SENDING = "sending", _("은행에 보내는 중")
    # The bank may or may not have it: asked again under the same id until it is known, never ordered anew.
    UNKNOWN = "unknown", _("은행의 답을 모름")
    PENDING = "pending", _("은행이 처리 중")
    PAID = "paid", _("지급됨")
    REFUSED = "refused", _("은행이 거절함")
    CANCELLED = "cancelled", _("내보내기 전에 취소함")


PAYOUT_FIRST = PayoutState.PREPARED
# The bank's own word (a signed callback) may come before the answer to our order is recorded.
KNOWN = {PayoutState.PENDING, PayoutState.PAID, PayoutState.REFUSED}
PAYOUT_MOVES: dict[PayoutState, set[PayoutState]] = {
    PayoutState.PREPARED: {PayoutState.RELEASED, PayoutState.CANCELLED},
    PayoutState.RELEASED: {PayoutState.SENDING, *KNOWN},
    # Back to released: the bank said plainly that it has not taken the order.
    PayoutState.SENDING: {PayoutState.RELEASED, PayoutState.UNKNOWN, *KNOWN},
    # Sent again, under the same id, only after the bank said that it has never heard of it.
    PayoutState.UNKNOWN: {PayoutState.SENDING, *KNOWN},
    PayoutState.PENDING: {PayoutState.PAID, PayoutState.REFUSED},
    PayoutState.PAID: set(),
    PayoutState.REFUSED: set(),
    PayoutState.CANCELLED: set(),
}
# With or on its way to the bank.
UNDER_WAY = (PayoutState.RELEASED, PayoutState.SENDING, PayoutState.UNKNOWN, PayoutState.PENDING)
SETTLED = (PayoutState.PAID, PayoutState.REFUSED, PayoutState.CANCELLED)


class AccountProblem(models.TextChoices):
    """Why a bank cannot pay to an account: what its owner can mend. Said after "은행이 …"."""

    NO_SUCH_ACCOUNT = "no_such_account", _("그런 계좌번호가 없다고 했어요")
    HOLDER_DIFFERS = "holder_differs", _("예금주 이름이 다르다고 했어요")
    ACCOUNT_CLOSED = "account_closed", _("해지된 계좌라고 했어요")
