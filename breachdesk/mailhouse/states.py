"""How far a batch of letters has come, and why a letter came back."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class BatchState(models.TextChoices):
    MAKING = "making", _("만드는 중")
    STOPPED = "stopped", _("만들다 멈춤")
    MADE = "made", _("다 만듦")
    RELEASED = "released", _("넘겨도 됨")
    HANDED = "handed", _("업체에 넘김")
    POSTED = "posted", _("우체국에 부침")
    DROPPED = "dropped", _("거둠")


BATCH_MOVES: dict[BatchState, set[BatchState]] = {
    BatchState.MAKING: {BatchState.MADE, BatchState.STOPPED, BatchState.DROPPED},
    # Begun again: what was made before stays.
    BatchState.STOPPED: {BatchState.MAKING, BatchState.DROPPED},
    BatchState.MADE: {BatchState.RELEASED, BatchState.DROPPED},
    # Until the mail house has it, it can still be called off.
    BatchState.RELEASED: {BatchState.HANDED, BatchState.DROPPED},
    BatchState.HANDED: {BatchState.POSTED},
    BatchState.POSTED: set(),
    BatchState.DROPPED: set(),
}
# Printed letters of these are, or may be, with the mail house.
OUT = (BatchState.RELEASED, BatchState.HANDED, BatchState.POSTED)
TO_DROP = tuple(state for state, moves in BATCH_MOVES.items() if BatchState.DROPPED in moves)


class Return(models.TextChoices):
    MOVED = "moved", _("이사함")
    UNKNOWN = "unknown", _("받는 분을 모름")
    ADDRESS = "address", _("주소가 없거나 틀림")
    REFUSED = "refused", _("받지 않겠다고 함")
    UNCLAIMED = "unclaimed", _("집에 없어 찾아가지 않음")
    OTHER = "other", _("그 밖의 까닭")


class Problem(models.TextChoices):
    """Why a letter of a batch is not in its archive."""

    CANCELLED = "cancelled", _("그사이 취소됐어요")
    CANNOT_OPEN = "cannot-be-opened", _("내용을 열 수 없어요")
    ADDRESS = "address-does-not-fit", _("주소가 창에 들어가지 않아요")
    SAME_PERSON = "same-person", _("같은 분의 편지가 이 묶음에 또 있어요. 다음 묶음에 들어가요")


class IllegalMove(Exception):
    """The table of lawful moves does not know this one."""
