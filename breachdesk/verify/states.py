"""The states of a report of a fake, its lawful moves, and the words for each."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Way(models.TextChoices):
    """How the fake came."""

    TEXT = "text", _("문자")
    EMAIL = "email", _("이메일")
    CALL = "call", _("전화")
    MESSENGER = "messenger", _("카카오톡이나 다른 메신저")
    OTHER = "other", _("다른 방법")


class Harm(models.TextChoices):
    """What its reader did."""

    NONE = "none", _("아무것도 하지 않았어요")
    PRESSED = "pressed", _("주소를 눌렀거나 앱을 설치했어요")
    TOLD = "told", _("번호나 비밀번호를 알려 줬어요")
    PAID = "paid", _("돈을 보냈어요")


class Fake(models.TextChoices):
    """As staff read it."""

    RECEIVED = "received", _("새 신고")
    PASSED_ON = "passed_on", _("막아 달라고 알림")
    OURS = "ours", _("우리가 보낸 것")
    CLOSED = "closed", _("조치 없이 닫음")


FAKE_FIRST = Fake.RECEIVED
ENDS = (Fake.PASSED_ON, Fake.OURS, Fake.CLOSED)
# Opened again where somebody learned more.
FAKE_MOVES: dict[Fake, set[Fake]] = {Fake.RECEIVED: set(ENDS), **{end: {Fake.RECEIVED} for end in ENDS}}


class IllegalMove(Exception):
    """A report does not go from this state to that one."""
