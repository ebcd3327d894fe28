"""May they? From plain values only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# After so many workers died over one pack it is not tried again.
MOST_TRIES = 3


class NotAllowed(Exception):
    """What is asked is refused; the message says why, for the person who asked."""

    words: StrOrPromise = ""

    def __init__(self) -> None:
        super().__init__(str(self.words))


class NotStaff(NotAllowed):
    words = _("이 일은 일하고 있는 직원만 할 수 있어요.")


class NoReason(NotAllowed):
    words = _("왜 필요한지 적어 주세요.")


class BeingMade(NotAllowed):
    words = _("이 사고의 묶음을 지금 만들고 있어요. 다 만든 다음 다시 해 주세요.")


class NotDone(NotAllowed):
    words = _("아직 다 만들지 않았어요.")


def refuse_without_reason(*, works_here: bool, reason: str) -> None:
    """Raises NotStaff or NoReason."""
    if not works_here:
        raise NotStaff
    if not reason.strip():
        raise NoReason
