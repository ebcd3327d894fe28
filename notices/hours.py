"""Is anybody there? Opening hours in the incident's zone, with breaks, midnight and public holidays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo

import holidays
from django.db import DatabaseError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from breachdesk.lib import dates
from notices import queries
from notices.models import ContactPoint

PUBLIC_HOLIDAY = 7
# 24:00 of a day as a time of that day can be written.
MIDNIGHT = dt.time.max
LOOK_AHEAD = dt.timedelta(days=15)


@dataclass(frozen=True)
class Span:
    """Half-open. Weekday 0 is Monday; 7 stands for public holidays, which replace the weekday they fall on."""

    weekday: int
    opens: dt.time
    closes: dt.time


@dataclass(frozen=True)
class Opening:
    """Open until a moment (None: for longer than one can say), or closed until one (None: no opening is known)."""

    open: bool
    until: dt.datetime | None


# What is open on a certain day whatever weekday it is: pairs of from and until, none where it is closed.
Special = Mapping[dt.date, Sequence[tuple[dt.time, dt.time]]]


def opening(
    spans: Sequence[Span], *, at: dt.datetime, is_holiday: Callable[[dt.date], bool], special: Special | None = None
) -> Opening:
    """`at` in the zone of the hours; so is the answer."""
    for opens, closes in _stretches(spans, at, is_holiday, special or {}):
        if closes <= at:
            continue
        if opens > at:
            return Opening(open=False, until=opens)
        return Opening(open=True, until=closes if closes < at + LOOK_AHEAD - dt.timedelta(days=2) else None)
    return Opening(open=False, until=None)


def _stretches(
    spans: Sequence[Span], at: dt.datetime, is_holiday: Callable[[dt.date], bool], special: Special
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """From yesterday on, spans that touch joined into one: open until midnight and again from midnight is open."""
    joined: tuple[dt.datetime, dt.datetime] | None = None
    day = at.date() - dt.timedelta(days=1)
    while day < (at + LOOK_AHEAD).date():
        weekday = PUBLIC_HOLIDAY if is_holiday(day) else day.weekday()
        of_day = special[day] if day in special else [(s.opens, s.closes) for s in spans if s.weekday == weekday]
        for from_time, until_time in sorted(of_day):
            opens = dt.datetime.combine(day, from_time, at.tzinfo)
            closes = dt.datetime.combine(day, until_time, at.tzinfo)
            if until_time == MIDNIGHT:
                closes = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), at.tzinfo)
            if joined and opens <= joined[1]:
                joined = (joined[0], max(closes, joined[1]))
            else:
                if joined:
                    yield joined
                joined = (opens, closes)
        day += dt.timedelta(days=1)
    if joined:
        yield joined


@cache
def _calendar() -> holidays.HolidayBase:
    return holidays.country_holidays("KR")


def is_public_holiday(day: dt.date) -> bool:
    return day in _calendar()


def spans_of(contact_point: ContactPoint) -> list[Span]:
    return [Span(one.weekday, one.opens, one.closes) for one in contact_point.hours.all()]


def open_now(contact_point: ContactPoint, at: dt.datetime) -> Opening:
    if contact_point.always_open:
        return Opening(open=True, until=None)
    local = at.astimezone(ZoneInfo(contact_point.incident.time_zone))
    return opening(spans_of(contact_point), at=local, is_holiday=is_public_holiday, special=special_of(contact_point))


def special_of(contact_point: ContactPoint) -> Special:
    found: dict[dt.date, list[tuple[dt.time, dt.time]]] = {}
    for one in contact_point.special_hours.all():
        of_day = found.setdefault(one.day, [])
        if one.opens is not None and one.closes is not None:
            of_day.append((one.opens, one.closes))
    return found


# -- words ----------------------------------------------------------------------------------------------------------------


def now_in_words(state: Opening, at: dt.datetime) -> str:
    """지금 상담 중 · 밤 10시까지 / 지금은 닫혔어요 · 내일 아침 8시에 열어요"""
    if state.open:
        if state.until is None:
            return _("지금 상담 중 · 24시간")
        return _("지금 상담 중 · %(time)s까지") % {"time": _spoken(state.until)}
    if state.until is None:
        return _("지금은 닫혔어요")
    days = (state.until.date() - at.astimezone(state.until.tzinfo).date()).days
    time = _spoken(state.until)
    if days == 0:
        return _("지금은 닫혔어요 · 오늘 %(time)s에 열어요") % {"time": time}
    if days == 1:
        return _("지금은 닫혔어요 · 내일 %(time)s에 열어요") % {"time": time}
    return _("지금은 닫혔어요 · %(day)s %(time)s에 열어요") % {
        "day": dates.day(state.until.date(), get_language() or "ko"),
        "time": time,
    }


def _spoken(moment: dt.datetime) -> str:
    return _("자정") if (moment.hour, moment.minute) == (0, 0) else dates.spoken_time(moment, get_language() or "ko")


def week_in_words(contact_point: ContactPoint) -> str:
    """매일 08:00–22:00 / 평일 09:00–12:00, 13:00–18:00 · 공휴일 10:00–15:00"""
    if contact_point.always_open:
        return _("24시간")
    times: dict[int, str] = {}
    for span in sorted(spans_of(contact_point), key=lambda one: (one.weekday, one.opens)):
        words = _from_until(span.opens, span.closes)
        times[span.weekday] = f"{times[span.weekday]}, {words}" if span.weekday in times else words
    return " · ".join(f"{days} {words}" for days, words in _runs_of_days(times))


def _from_until(opens: dt.time, closes: dt.time) -> str:
    return f"{dates.clock(opens)}–{'24:00' if closes == MIDNIGHT else dates.clock(closes)}"


# So far ahead a page names the days that are not as usual.
SAID_AHEAD = dt.timedelta(days=14)


def special_in_words(contact_point: ContactPoint, at: dt.datetime) -> list[str]:
    """The coming days on which it is not as usual: 12월 31일 (목) 09:00–12:00 / 1월 2일 (토) 쉬어요"""
    today = at.astimezone(ZoneInfo(contact_point.incident.time_zone)).date()
    return [
        f"{dates.day(day, get_language() or 'ko')} "
        + (", ".join(_from_until(opens, closes) for opens, closes in sorted(spans)) or _("쉬어요"))
        for day, spans in sorted(special_of(contact_point).items())
        if today <= day <= today + SAID_AHEAD
    ]


def _runs_of_days(times: dict[int, str]) -> Iterable[tuple[str, str]]:
    """Days with the same hours said together."""
    names = [_("월요일"), _("화요일"), _("수요일"), _("목요일"), _("금요일"), _("토요일"), _("일요일"), _("공휴일")]
    sets = {
        tuple(range(8)): _("매일"),
        tuple(range(7)): _("매일"),
        tuple(range(5)): _("평일"),
        (5, 6): _("주말"),
        (5, 6, 7): _("주말·공휴일"),
        (6, 7): _("일요일·공휴일"),
    }
    same: dict[str, list[int]] = {}
    for weekday, words in times.items():
        same.setdefault(words, []).append(weekday)
    for words, days in same.items():
        yield sets.get(tuple(days)) or "·".join(names[day] for day in days), words
    if times and PUBLIC_HOLIDAY not in times:
        yield _("공휴일"), _("쉬어요")


# -- the strip on every page ------------------------------------------------------------------------------------------------

KEPT_FOR = dt.timedelta(seconds=30)
_kept: tuple[dt.datetime, ContactPoint | None] | None = None
_kept_state: Opening | None = None  # of that contact point, until it opens or closes


def help_line(at: dt.datetime) -> dict[str, object] | None:
    """Who answers now: open, words, phone. None where no incident names anybody, or the database is away."""
    global _kept, _kept_state
    if _kept is None or not dt.timedelta(0) <= at - _kept[0] < KEPT_FOR:
        try:
            _kept, _kept_state = (at, queries.help_line_contact()), None
        except DatabaseError:
            _kept = (at, None)
    contact_point = _kept[1]
    if contact_point is None:
        return None
    if _kept_state is None or (_kept_state.until is not None and _kept_state.until <= at):
        _kept_state = open_now(contact_point, at)
    state = _kept_state
    return {"open": state.open, "words": now_in_words(state, at), "phone": contact_point.value}


def forget_help_line() -> None:
    """What this process kept of the help line is old."""
    global _kept
    _kept = None
