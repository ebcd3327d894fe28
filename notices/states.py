"""States and kinds of this room, and the words people read for them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class IllegalMove(Exception):
    """The table of lawful moves does not know this one."""


class Mode(models.TextChoices):
    FULL = "full", _("전체 명단")
    CHANGES = "changes", _("바뀐 사람만")


class Member(models.TextChoices):
    CURRENT = "current", _("회원")
    FORMER = "former", _("탈회 회원")
    SUPPLEMENTARY = "supplementary", _("가족카드 회원")
    CORPORATE = "corporate", _("법인 회원")
    MINOR = "minor", _("미성년 회원")
    DECEASED = "deceased", _("돌아가신 회원")


class NoticeKind(models.TextChoices):
    POSSIBLE = "possible", _("유출 가능성")
    CONFIRMED = "confirmed", _("유출 확인")
    FURTHER = "further", _("추가로 확인한 사실")
    NOT_LEAKED = "not_leaked", _("유출 아님")
    CORRECTION = "correction", _("바로잡음")


class NoticeState(models.TextChoices):
    DRAFT = "draft", _("작성 중")
    PUBLISHED = "published", _("게시됨")


# A published version never changes: what is new is a new version.
NOTICE_MOVES: dict[NoticeState, set[NoticeState]] = {
    NoticeState.DRAFT: {NoticeState.PUBLISHED},
    NoticeState.PUBLISHED: set(),
}


class ContactKind(models.TextChoices):
    PHONE = "phone", _("전화")
    EMAIL = "email", _("이메일")
    RELAY = "relay", _("수어·문자 통역")


class ClockKind(models.TextChoices):
    DO_BY = "do_by", _("그때까지 할 일")
    KEEP_UP = "keep_up", _("그때까지 이어 갈 일")
