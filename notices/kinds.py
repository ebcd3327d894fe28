"""What may follow what, and what a chain of versions says by now. From plain values only."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from notices.states import Cleared, NoticeKind

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Kind, and for whom it clears (empty but in an all-clear).
Told = tuple[str, str]


class Standing(Enum):
    """What people know by the versions so far."""

    NOTHING = "nothing"
    POSSIBLE = "possible"
    CONFIRMED = "confirmed"
    CLEARED = "cleared"


POSSIBLE, CONFIRMED, FURTHER = NoticeKind.POSSIBLE, NoticeKind.CONFIRMED, NoticeKind.FURTHER
NOT_LEAKED, CORRECTION = NoticeKind.NOT_LEAKED, NoticeKind.CORRECTION

MAY_FOLLOW = {
    Standing.NOTHING: frozenset({POSSIBLE, CONFIRMED}),
    # What is only possible stays so, is confirmed (which replaces it: Decree Art. 39-3(2)), or turns out not to be (39-3(3)).
    Standing.POSSIBLE: frozenset({POSSIBLE, CONFIRMED, CORRECTION, NOT_LEAKED}),
    # Facts confirmed later are told without delay (Decree Art. 39(2)).
    Standing.CONFIRMED: frozenset({FURTHER, CORRECTION, NOT_LEAKED}),
    Standing.CLEARED: frozenset({POSSIBLE, CONFIRMED, CORRECTION}),
}
WHY_NOT: dict[Standing, StrOrPromise] = {
    Standing.NOTHING: _("첫 안내문은 ‘유출 가능성’이나 ‘유출 확인’이어야 해요."),
    Standing.POSSIBLE: _("지금까지는 유출 가능성만 알렸어요. 유출을 확인했으면 ‘유출 확인’으로 바꿔 알려 주세요."),
    Standing.CONFIRMED: _("이미 유출 확인을 알렸어요. ‘추가로 확인한 사실’, ‘바로잡음’, 일부에 대한 ‘유출 아님’만 이어질 수 있어요."),
    Standing.CLEARED: _("앞 판에서 유출이 아니라고 알렸어요. 아니라는 말이 틀렸다면 ‘바로잡음’이나 ‘유출 확인’으로 알려 주세요."),
}  # fmt: skip


def clears_everybody(kind: str, cleared: str) -> bool:
    """An all-clear from before one said for whom it is, was for everybody."""
    return kind == NOT_LEAKED and cleared in ("", Cleared.EVERYBODY)


def standing(told: Sequence[Told]) -> Standing:
    """`told`: the published versions, the oldest first. A correction, or an all-clear for some, leaves it as it was."""
    now = Standing.NOTHING
    for kind, cleared in told:
        if kind == POSSIBLE:
            now = Standing.POSSIBLE
        elif kind in (CONFIRMED, FURTHER):
            now = Standing.CONFIRMED
        elif clears_everybody(kind, cleared):
            now = Standing.CLEARED
    return now


def may_follow(kind: str, cleared: str, told: Sequence[Told]) -> bool:
    before = standing(told)
    if before == Standing.CONFIRMED and kind == NOT_LEAKED:
        return cleared in (Cleared.OFF_LIST, Cleared.TIERS)
    return kind in MAY_FOLLOW[before]


def next_kind(told: Sequence[Told]) -> NoticeKind:
    """What most likely comes next."""
    return {Standing.CONFIRMED: FURTHER, Standing.CLEARED: CORRECTION}.get(standing(told), CONFIRMED)


def says_leaked(kind: str, cleared: str, told: Sequence[Told]) -> bool:
    """Whether this version, after those before it, tells of a leak that is certain."""
    return standing([*told, (kind, cleared)]) == Standing.CONFIRMED
