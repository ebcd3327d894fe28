"""The life of a claim: its states, the lawful moves, and the words each reader sees."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    SUBMITTED = "submitted", _("신청을 받았어요")
    WITHDRAWN = "withdrawn", _("신청을 취소했어요")


FIRST = State.SUBMITTED
MOVES: dict[State, set[State]] = {
    State.SUBMITTED: {State.WITHDRAWN},
    State.WITHDRAWN: set(),
}
OPEN = {State.SUBMITTED}
# Where a move writes its moment.
STAMPS = {State.SUBMITTED: "submitted_at", State.WITHDRAWN: "withdrawn_at"}


class IllegalMove(Exception):
    """Not in the table of lawful moves."""


def moves_from(state: State | None) -> set[State]:
    """Where a claim may go from here; from nowhere, only to its first state."""
    return {FIRST} if state is None else MOVES[state]


class Kind(models.TextChoices):
    """What kind of loss the claim is mainly about."""

    CARD_PAYMENT = "card_payment", _("내가 쓰지 않은 카드 결제")
    SMISHING = "smishing", _("문자·전화에 속아 나간 돈")
    COST = "cost", _("서류 발급 같은 비용")
    OTHER = "other", _("다른 피해")
