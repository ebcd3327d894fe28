"""May they? How much? Until when? From plain values only."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from breachdesk.mailhouse.states import Return

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# One archive (a letter is 0.3 MB) stays handy for a mail house, and one transaction short.
MOST_LETTERS = 5_000
# Made, sealed and recorded together: what a killed worker loses at most, some ten seconds of work.
PART = 25
# After so many workers died over one part it is not tried again.
MOST_TRIES = 3
PART_LEASE = dt.timedelta(minutes=10)
ARCHIVE_LEASE = dt.timedelta(minutes=60)
# The mail house may ask for it once more; then nobody needs the codes in clear.
KEEP_ARCHIVE = dt.timedelta(days=14)
# A download that two agreed on is good for a day.
TAKING_LIVES = dt.timedelta(days=1)
# Written to at one press of the button; pressed again it goes on.
WRITTEN_AT_ONCE = 5_000
MOST_RETURNED_ROWS = 20_000

# The window holds 84 by 33 mm: a line for the number and the postcode, up to four for the address, one or two for the name.
# Widths are counted in Korean letters; words stay whole, so a line is never quite full.
LINE, NAME_LINE, COMFORTABLE = 20, 18, 50
HONORIFIC = 4


class NotAllowed(Exception):
    """What is asked is refused; the message says why, for the person who asked."""

    words: StrOrPromise = ""

    def __init__(self, **values: object) -> None:
        super().__init__(str(self.words) % values if values else str(self.words))


class NotStaff(NotAllowed):
    words = _("이 일은 일하고 있는 직원만 할 수 있어요.")


class SamePerson(NotAllowed):
    words = _("다른 사람이 확인해야 해요. 한 사람이 둘 다 할 수는 없어요.")


class NoReason(NotAllowed):
    words = _("왜 필요한지 적어 주세요.")


class NoNotice(NotAllowed):
    words = _("게시한 안내문과 답하는 명단이 모두 있어야 편지를 쓸 수 있어요.")


class NotLive(NotAllowed):
    words = _("이 사고는 아직 실제로 알리기 전이에요. 두 사람이 실제로 알리기로 한 다음에 쓸 수 있어요.")


class NobodyToWriteTo(NotAllowed):
    words = _("편지를 쓸 분이 없어요. 주소가 없거나, 이미 쓸 수 있는 코드가 든 편지를 받으셨어요.")


class NothingWaits(NotAllowed):
    words = _("묶음을 기다리는 편지가 없어요.")


class NotNow(NotAllowed):
    words = _("그사이 다른 사람이 상태를 바꿨어요. 지금 상태를 보고 다시 해 주세요.")


class CancelledMeanwhile(NotAllowed):
    words = _(
        "이 묶음의 편지 %(n)s통이 그사이 취소됐거나 기한이 지났어요. 묶음을 거두고 다시 모아 주세요. 남은 편지만 들어가요."
    )


class NothingInIt(NotAllowed):
    words = _("이 묶음에는 넘길 편지가 한 통도 없어요. 묶음을 거두어 주세요.")


class TooEarly(NotAllowed):
    words = _("업체에 넘긴 날보다 이르거나 오늘보다 늦은 날이에요. 날짜를 다시 봐 주세요.")


class MoreThanThereAre(NotAllowed):
    words = _("묶음에 든 편지보다 많아요. 업체가 알려 준 통수를 다시 봐 주세요.")


class Over(NotAllowed):
    words = _("내려받을 수 있는 때가 지났어요. 다시 요청해 주세요.")


def refuse_unless_staff(*, works_here: bool) -> None:
    """Raises NotStaff."""
    if not works_here:
        raise NotStaff


def refuse_unless_another(*, first: int, second: int) -> None:
    """Raises SamePerson."""
    if first == second:
        raise SamePerson


def refuse_day(day: dt.date, *, not_before: dt.date, today: dt.date) -> None:
    """Raises TooEarly."""
    if not not_before <= day <= today:
        raise TooEarly


def running_number(batch: int, number: int) -> str:
    """As it stands in the window above the address: what a letter that came back is known by."""
    return f"{batch}-{number:05d}"


_NUMBER = re.compile(r"(\d{1,9})[-–\s](\d{1,5})")


def read_running_number(text: str) -> tuple[int, int] | None:
    found = _NUMBER.fullmatch(text.strip().lstrip("'"))
    return (int(found[1]), int(found[2])) if found else None


# As post offices and mail houses write them, without spaces.
SAID: dict[str, Return] = {
    "이사": Return.MOVED,
    "이사감": Return.MOVED,
    "이사불명": Return.MOVED,
    "수취인불명": Return.UNKNOWN,
    "수취인미거주": Return.UNKNOWN,
    "사망": Return.UNKNOWN,
    "주소불명": Return.ADDRESS,
    "주소불완전": Return.ADDRESS,
    "주소이전": Return.MOVED,
    "수취거절": Return.REFUSED,
    "수취거부": Return.REFUSED,
    "폐문부재": Return.UNCLAIMED,
    "보관기간경과": Return.UNCLAIMED,
    "기간경과": Return.UNCLAIMED,
    "수취인부재": Return.UNCLAIMED,
    "기타": Return.OTHER,
    **{code.value: code for code in Return},
}


def read_reason(text: str) -> Return | None:
    return SAID.get(re.sub(r"[\s()·,/-]+", "", text).lower())


def fits_window(*, name: str, address: str) -> bool:
    """Whether both stand in the envelope's window without being cut, at 10 pt if need be."""
    lines = _name_lines(name)
    return lines <= 2 and _width(address) <= (5 - lines) * LINE


def is_long(*, name: str, address: str) -> bool:
    """At 11 pt it would not fit."""
    return _width(address) > COMFORTABLE or _name_lines(name) > 1


def _name_lines(name: str) -> int:
    return math.ceil((_width(name) + HONORIFIC) / NAME_LINE)


def _width(text: str) -> float:
    return sum(1 if ord(letter) >= 0x1100 else 0.55 for letter in text)
