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
