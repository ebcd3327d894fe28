"""What is said when a code is not sent or not taken, and with which status."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from breachdesk.lib import dates
from lookup import proving

WRONG = 422
TOO_OFTEN = 429


def words(refused: proving.Refused, *, at: dt.datetime) -> str:
    match refused:
        case proving.WrongCode(tries_left=left):
            return ngettext(
                "인증번호가 맞지 않아요. %(left)d번 더 입력할 수 있어요.",
                "인증번호가 맞지 않아요. %(left)d번 더 입력할 수 있어요.",
                left,
            ) % {"left": left}
        case proving.NoTriesLeft():
            return _("5번 모두 달라서 잠시 멈췄어요. 새 인증번호를 받아 주세요.")
        case proving.CodeUsed():
            return _("이미 쓴 인증번호예요.")
        case proving.NotTexted():
            return other_country()
        case proving.TooOften(of_money=True, again_at=again_at):
            return _(
                "지금은 문자를 더 보낼 수 없어요. 문자는 %(time)s부터 다시 보내요. 이메일 주소로는 바로 받을 수 있어요."
            ) % {"time": time_from(again_at, at=at)}
        case proving.TooOften(of_waiting=True, again_at=again_at):
            return _(
                "자바스크립트 없이 보낼 수 있는 인증번호를 지금은 다 보냈어요. %(time)s부터 다시 받을 수 있어요."
            ) % {"time": time_from(again_at, at=at)}
        case proving.TooOften(of_contact=True, again_at=again_at):
            return _("이 연락처로는 %(time)s부터 다시 받을 수 있어요.") % {"time": time_from(again_at, at=at)}
        case proving.TooOften(again_at=again_at):
            return _("지금 조회하는 사람이 많아요. %(time)s부터 다시 받을 수 있어요.") % {
                "time": time_from(again_at, at=at)
            }
        case _:
            return _("시간이 지난 인증번호예요. 새로 받아 주세요.")


def other_country() -> str:
    return _(
        "이 나라의 번호로는 인증번호를 보내지 않아요. 이메일 주소를 적거나, 편지에 적힌 코드를 쓰거나, %(phone)s로 전화해 주세요."
    ) % {"phone": settings.ISSUER["phone"]}


def no_more_names(refused: proving.TooOften, *, at: dt.datetime) -> str:
    return _("이름과 생년월일은 하루에 5번까지 적을 수 있어요. %(time)s부터 다시 할 수 있어요.") % {
        "time": time_from(refused.again_at, at=at)
    }


def no_more_disputes(refused: proving.TooOften, *, at: dt.datetime) -> str:
    return _("다시 살펴봐 달라는 요청은 하루에 3번까지 할 수 있어요. %(time)s부터 다시 할 수 있어요.") % {
        "time": time_from(refused.again_at, at=at)
    }


def status(refused: proving.Refused) -> int:
    return TOO_OFTEN if isinstance(refused, proving.TooOften) else WRONG


def time_from(moment: dt.datetime | None, *, at: dt.datetime) -> str:
    """From which minute on, never too early; with its day where that is not today."""
    minute = timezone.localtime((moment or at) + dt.timedelta(seconds=59)).replace(second=0, microsecond=0)
    language = get_language() or "ko"
    spoken = dates.spoken_time(minute, language)
    if minute.date() == timezone.localtime(at).date():
        return spoken
    joint = ", " if language.startswith("en") else " "
    return f"{dates.day(minute, language)}{joint}{spoken}"
