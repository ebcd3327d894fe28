"""States of this room and the words people read for them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class IllegalMove(Exception):
    """Not in the table of lawful moves."""


class InquiryKind(models.TextChoices):
    """What somebody wants to know, in their words."""

    WAS_MINE_LEAKED = "leaked", _("내 정보가 유출됐는지 궁금해요")
    SOMETHING_HAPPENED = "happened", _("이상한 일이 생겼어요")
    WHAT_TO_DO = "what_to_do", _("무엇을 해야 하는지 모르겠어요")
    OTHER = "other", _("다른 것이 궁금해요")


class Source(models.TextChoices):
    """By which way it came in."""

    WEB = "web", _("누리집")
    PHONE = "phone", _("전화")
    EMAIL = "email", _("이메일")
    BRANCH = "branch", _("카드센터 방문")
    PAPER = "paper", _("우편·서면")


class Side(models.TextChoices):
    """Who speaks in a thread."""

    ASKER = "asker", _("문의한 분")
    STAFF = "staff", _("상담원")


class Inquiry(models.TextChoices):
    """As whoever asked reads it; INQUIRY_DESK_WORDS is the same for staff."""

    WAITING = "waiting", _("문의를 받았어요")
    ANSWERED = "answered", _("답을 드렸어요")
    CLOSED = "closed", _("문의를 마쳤어요")


INQUIRY_DESK_WORDS = {
    Inquiry.WAITING: _("답을 기다림"),
    Inquiry.ANSWERED: _("답함"),
    Inquiry.CLOSED: _("마침"),
}
INQUIRY_FIRST = Inquiry.WAITING
INQUIRY_MOVES: dict[Inquiry, set[Inquiry]] = {
    Inquiry.WAITING: {Inquiry.ANSWERED, Inquiry.CLOSED},
    # Back to waiting: whoever asked wrote again.
    Inquiry.ANSWERED: {Inquiry.WAITING, Inquiry.CLOSED},
    Inquiry.CLOSED: set(),
}
# In a fixed order: a constraint is compared word for word.
INQUIRY_OPEN = (Inquiry.WAITING, Inquiry.ANSWERED)


class CallBack(models.TextChoices):
    BOOKED = "booked", _("전화를 예약했어요")
    DONE = "done", _("통화했어요")
    MISSED = "missed", _("전화했지만 받지 않으셨어요")
    CANCELLED = "cancelled", _("예약을 취소했어요")


CALL_BACK_FIRST = CallBack.BOOKED
CALL_BACK_MOVES: dict[CallBack, set[CallBack]] = {
    CallBack.BOOKED: {CallBack.DONE, CallBack.MISSED, CallBack.CANCELLED},
    CallBack.DONE: set(),
    CallBack.MISSED: set(),
    CallBack.CANCELLED: set(),
}


class Faq(models.TextChoices):
    DRAFT = "draft", _("쓰는 중")
    PUBLISHED = "published", _("올림")


class Rating(models.TextChoices):
    """Whether it helped, in one tap."""

    GOOD = "good", _("도움이 됐어요")
    SOME = "some", _("조금 도움이 됐어요")
    NONE = "none", _("도움이 안 됐어요")


class Reuse(models.TextChoices):
    """How an answer to be reused stands."""

    WRITTEN = "written", _("승인 기다림")
    APPROVED = "approved", _("쓰는 중")
    ENDED = "ended", _("그만 씀")


REUSE_FIRST = Reuse.WRITTEN
REUSE_MOVES: dict[Reuse, set[Reuse]] = {
    Reuse.WRITTEN: {Reuse.APPROVED, Reuse.ENDED},
    Reuse.APPROVED: {Reuse.ENDED},
    Reuse.ENDED: set(),
}


class PaperKind(models.TextChoices):
    """What came on paper."""

    CLAIM = "claim", _("보상 신청서")
    INQUIRY = "inquiry", _("문의")


class Paper(models.TextChoices):
    """It counts once a second person has compared it with the scan."""

    ENTERED = "entered", _("확인 기다림")
    CONFIRMED = "confirmed", _("확인함")
    SENT_BACK = "sent_back", _("돌려보냄")


PAPER_FIRST = Paper.ENTERED
PAPER_MOVES: dict[Paper, set[Paper]] = {
    Paper.ENTERED: {Paper.CONFIRMED, Paper.SENT_BACK},
    Paper.CONFIRMED: set(),
    Paper.SENT_BACK: set(),
}
