"""How far a regulator pack has come."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PackState(models.TextChoices):
    WAITING = "waiting", _("차례를 기다림")
    MAKING = "making", _("만드는 중")
    DONE = "done", _("다 만듦")
    STOPPED = "stopped", _("만들지 못함")


PACK_MOVES: dict[PackState, set[PackState]] = {
    # Back to making: another worker takes over what one left behind.
    PackState.WAITING: {PackState.MAKING},
    PackState.MAKING: {PackState.MAKING, PackState.DONE, PackState.STOPPED},
    PackState.DONE: set(),
    PackState.STOPPED: set(),
}
OPEN = (PackState.WAITING, PackState.MAKING)


class IllegalMove(Exception):
    """The table of lawful moves does not know this one."""
