"""Where people can ask just now: every contact point of an incident, open ones first, with how long one waits there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from breachdesk import audit
from breachdesk.accounts.models import User
from breachdesk.lib import dates
from notices import hours, queries
from notices.hours import Opening
from notices.models import ContactPoint, Incident
from notices.states import DIALLED, ContactKind
from support import rules
from support.waiting_models import Waiting

WEEKDAYS = (
    _lazy("월요일"),
    _lazy("화요일"),
    _lazy("수요일"),
    _lazy("목요일"),
    _lazy("금요일"),
    _lazy("토요일"),
    _lazy("일요일"),
)


@dataclass(frozen=True)
class Channel:
    point: ContactPoint
    opening: Opening
    # "지금 상담 중 · 밤 10시까지" as a tag: 지금 상담 중 / 24시간 / 닫힘 · 월요일 09:00에 열어요
    tag: str
    until: str
    week: str
    special: list[str]
    waiting: Waiting | None

    @property
    def open(self) -> bool:
        return self.opening.open

    @property
    def dialled(self) -> bool:
        return self.point.kind in DIALLED

    @property
    def main(self) -> bool:
        return self.point.in_help_strip


def channels(incident: Incident, *, at: dt.datetime) -> list[Channel]:
    """Open ones first, otherwise in the order that staff gave them."""
    waits = waiting(incident, at=at)
    found = [_channel(point, waits.get(point.pk), at) for point in queries.contact_points(incident)]
    return sorted(found, key=lambda channel: not channel.open)


def _channel(point: ContactPoint, waits: Waiting | None, at: dt.datetime) -> Channel:
    state = hours.open_now(point, at)
    by_hand = point.kind == ContactKind.EMAIL  # nobody sits there at any hour
    return Channel(
        point=point,
        opening=state,
        tag=_("언제든 받아요") if by_hand and state.until is None and state.open else _tag(state, at),
        until=_until(state, at),
        week="" if point.always_open else hours.week_in_words(point),
        special=[] if point.always_open else hours.special_in_words(point, at),
        waiting=waits if state.open else None,
    )


def _tag(state: Opening, at: dt.datetime) -> str:
    if state.open:
        return _("지금 열려 있어요") if state.until else _("24시간")
    if state.until is None:
        return _("닫힘")
    time, days = dates.clock(state.until), (state.until.date() - at.astimezone(state.until.tzinfo).date()).days
    if days == 0:
        return _("닫힘 · 오늘 %(time)s에 열어요") % {"time": time}
    if days == 1:
        return _("닫힘 · 내일 %(time)s에 열어요") % {"time": time}
    day = WEEKDAYS[state.until.weekday()] if days < 7 else dates.day(state.until.date(), get_language() or "ko")
    return _("닫힘 · %(day)s %(time)s에 열어요") % {"day": day, "time": time}


def _until(state: Opening, at: dt.datetime) -> str:
    if not state.open or state.until is None:
        return ""
    language, today = get_language() or "ko", at.astimezone(state.until.tzinfo).date()
    if state.until.date() == today:
        return _("오늘 %(time)s까지") % {"time": dates.spoken_time(state.until, language)}
    if state.until == dt.datetime.combine(today + rules.DAY, dt.time(), state.until.tzinfo):
        return _("오늘 자정까지")
    return _("%(day)s %(time)s까지") % {
        "day": dates.day(state.until.date(), language),
        "time": dates.spoken_time(state.until, language),
    }


def waiting(incident: Incident, *, at: dt.datetime) -> dict[int, Waiting]:
    """What staff said last of each contact point, while it is fresh."""
    fresh = Waiting.objects.filter(
        contact_point__incident=incident, said_at__gt=at - rules.WAITING_STAYS_FRESH, said_at__lte=at
    )
    return {each.contact_point_id: each for each in fresh.order_by("said_at", "pk") if each.minutes is not None}


def say_waiting(*, point: ContactPoint, minutes: int | None, by: User, at: dt.datetime) -> None:
    """So long one waits there now; None: nothing is said any more."""
    with transaction.atomic():
        Waiting.objects.update_or_create(
            contact_point=point, defaults={"minutes": minutes, "said_at": at, "said_by": by}
        )
        audit.record(kind="support.waiting_said", by=by, about=f"contact-point:{point.pk}", at=at, minutes=minutes)


# The card that a phone takes into its contacts.


def vcard(incident: Incident, *, name: str, host: str) -> str:
    """vCard 3.0, which every phone reads: all numbers and addresses of the incident."""
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"FN:{_escaped(name)}", f"N:{_escaped(name)};;;;", f"ORG:{_escaped(name)}"]
    english = (get_language() or "ko").startswith("en")
    for number, point in enumerate(queries.contact_points(incident), start=1):
        label = point.name_en if english else point.name_ko
        if point.kind == ContactKind.PHONE:
            lines += [f"item{number}.TEL;TYPE=WORK:{point.value}", f"item{number}.X-ABLabel:{_escaped(label)}"]
        elif point.kind == ContactKind.EMAIL:
            lines += [f"item{number}.EMAIL;TYPE=WORK:{point.value}", f"item{number}.X-ABLabel:{_escaped(label)}"]
    note = _("인증번호와 비밀번호는 묻지 않아요. 전화가 이상하면 끊고 이 번호로 다시 거세요.")
    lines += [f"NOTE:{_escaped(note)}"]
    lines += [f"URL:{host}", "END:VCARD"]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _folded(line: str) -> str:
    """No longer than 75 bytes a line: what is over goes on after a space (RFC 2426)."""
    found, size = "", 0
    for mark in line:
        size += len(mark.encode())
        if size > 74:
            found, size = f"{found}\r\n ", 1 + len(mark.encode())
        found += mark
    return found


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def local_now(incident: Incident, at: dt.datetime) -> dt.datetime:
    return at.astimezone(ZoneInfo(incident.time_zone))
