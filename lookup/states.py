"""States of this room and the words people read for them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Method(models.TextChoices):
    """What a proof was given by."""

    CODE = "code", _("인증번호")
    LETTER = "letter", _("편지에 적힌 코드")
    # Opens the status of claims, and drafts, and nothing else.
    PASSKEY = "passkey", _("패스키")


class Outcome(models.TextChoices):
    """The three answers."""

    LEAKED = "leaked", _("유출")
    POSSIBLE = "possible", _("유출 가능성")
    NOT_LISTED = "not_listed", _("명단에 없음")


class Step(models.TextChoices):
    DONE = "done", _("했어요")
    LATER = "later", _("미룸")
    NOT_FOR_ME = "not_for_me", _("해당 없음")


class Later(models.TextChoices):
    """When somebody who puts a step off wants to hear of it again."""

    TOMORROW = "tomorrow", _("내일")
    IN_3_DAYS = "in_3_days", _("3일 뒤")
    NEXT_WEEK = "next_week", _("다음 주")


class AlarmKind(models.TextChoices):
    MINUTE = "minute", _("1분에 쓸 수 있는 문자 비용이 거의 다 됐어요")
    DAY = "day", _("하루에 쓸 수 있는 문자 비용이 거의 다 됐어요")
    UNUSED = "unused", _("보낸 인증번호를 거의 아무도 입력하지 않아요")


class IllegalMove(Exception):
    """Not in the table of lawful moves."""


class DisputeKind(models.TextChoices):
    """What somebody thinks is wrong with their answer."""

    SHOULD_BE_LISTED = "should_be_listed", _("명단에 있어야 하는데 없어요")
    NOT_ME = "not_me", _("내 정보가 아니에요")
    ITEM_WRONG = "item_wrong", _("유출됐다고 나온 정보가 실제와 달라요")
    OTHER = "other", _("다른 것이 이상해요")


class Dispute(models.TextChoices):
    """As the person reads it; DISPUTE_DESK_WORDS is the same for staff."""

    RECEIVED = "received", _("요청을 받았어요")
    IN_REVIEW = "in_review", _("살펴보고 있어요")
    ANSWERED = "answered", _("답을 드렸어요")
    WITHDRAWN = "withdrawn", _("요청을 거뒀어요")


DISPUTE_DESK_WORDS = {
    Dispute.RECEIVED: _("새 요청"),
    Dispute.IN_REVIEW: _("살펴보는 중"),
    Dispute.ANSWERED: _("답함"),
    Dispute.WITHDRAWN: _("거둠"),
}
DISPUTE_FIRST = Dispute.RECEIVED
DISPUTE_MOVES: dict[Dispute, set[Dispute]] = {
    Dispute.RECEIVED: {Dispute.IN_REVIEW, Dispute.WITHDRAWN},
    # Back to received: whoever took it gave it back to the queue.
    Dispute.IN_REVIEW: {Dispute.RECEIVED, Dispute.ANSWERED, Dispute.WITHDRAWN},
    Dispute.ANSWERED: set(),
    Dispute.WITHDRAWN: set(),
}
# In a fixed order: a constraint is compared word for word.
DISPUTE_OPEN = (Dispute.RECEIVED, Dispute.IN_REVIEW)
DISPUTE_STAMPS = {
    Dispute.RECEIVED: "received_at",
    Dispute.IN_REVIEW: "taken_at",
    Dispute.ANSWERED: "answered_at",
    Dispute.WITHDRAWN: "withdrawn_at",
}


class DisputeResult(models.TextChoices):
    """What the look again came to."""

    CORRECTED = "corrected", _("명단을 바로잡기로 했어요")
    STANDS = "stands", _("지금 명단이 맞아요")
    OTHER_PROOF = "other_proof", _("다른 방법으로 본인을 확인해야 해요")
    CANNOT_TELL = "cannot_tell", _("지금은 어느 쪽인지 알 수 없어요")


class ActsThrough(models.TextChoices):
    """Who acts for somebody on a list where more than reading is wanted: a claim, a change."""

    SELF = "self", _("본인")
    GUARDIAN = "guardian", _("법정대리인")
    HEIR = "heir", _("상속인")
    COMPANY = "company", _("법인을 대표하는 분")
