"""How a consultation stands, by which way somebody came, and by which way they proved who they are."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from support.states import IllegalMove, Source

__all__ = ["IllegalMove", "Source"]


# Somebody who writes on the site has an inquiry.
SOURCES = tuple((source.value, source.label) for source in Source if source != Source.WEB)


class Consultation(models.TextChoices):
    OPEN = "open", _("받음")
    # Something was said that is to be done by a day.
    PROMISED = "promised", _("약속이 남음")
    CLOSED = "closed", _("마침")


CONSULTATION_FIRST = Consultation.OPEN
CONSULTATION_MOVES: dict[Consultation, frozenset[Consultation]] = {
    Consultation.OPEN: frozenset({Consultation.PROMISED, Consultation.CLOSED}),
    Consultation.PROMISED: frozenset({Consultation.PROMISED, Consultation.CLOSED}),
    # Somebody calls about it again.
    Consultation.CLOSED: frozenset({Consultation.OPEN}),
}
CONSULTATION_STANDING = (Consultation.OPEN, Consultation.PROMISED)


class Way(models.TextChoices):
    LETTER = "letter", _("편지에 적힌 코드의 앞뒤")
    CODE = "code", _("전화기로 보낸 인증번호")


class Did(models.TextChoices):
    """What a member of staff did for a caller."""

    LOOKED_UP = "looked_up", _("유출됐는지 조회")
    CARD = "card", _("카드 요청")
    CLAIM = "claim", _("보상 신청")


class SeenWhy(models.TextChoices):
    """Why a member of staff looks at what a person sees."""

    CALL = "call", _("본인과 통화하면서 화면을 함께 보려고")
    INQUIRY = "inquiry", _("본인의 문의에 답하려고")
    COMPLAINT = "complaint", _("본인이 이상하다고 한 것을 확인하려고")
    AUTHORITY = "authority", _("감독·수사 기관의 요청에 답하려고")
