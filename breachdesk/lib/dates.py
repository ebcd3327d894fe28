"""Dates and times in the words people use, in Korean and in British English. Moments come in the zone they are shown in."""

from __future__ import annotations

import datetime as dt

WEEKDAYS_KO = "월화수목금토일"
MONTHS_EN = "January February March April May June July August September October November December".split()
WEEKDAYS_EN = "Mon Tue Wed Thu Fri Sat Sun".split()


def day(value: dt.date, language: str) -> str:
    """11월 20일 (금) / Fri 20 November"""
    if language.startswith("en"):
        return f"{WEEKDAYS_EN[value.weekday()]} {value.day} {MONTHS_EN[value.month - 1]}"
    return f"{value.month}월 {value.day}일 ({WEEKDAYS_KO[value.weekday()]})"


def full_day(value: dt.date, language: str) -> str:
    """2026년 11월 20일 (금) / Fri 20 November 2026"""
    if language.startswith("en"):
        return f"{day(value, language)} {value.year}"
    return f"{value.year}년 {day(value, language)}"


def short_day(value: dt.date, language: str) -> str:
    """11월 20일 / 20 November"""
    if language.startswith("en"):
        return f"{value.day} {MONTHS_EN[value.month - 1]}"
    return f"{value.month}월 {value.day}일"


def long_day(value: dt.date, language: str) -> str:
    """2027년 11월 18일 / 18 November 2027"""
    if language.startswith("en"):
        return f"{short_day(value, language)} {value.year}"
    return f"{value.year}년 {short_day(value, language)}"


def clock(value: dt.time | dt.datetime) -> str:
    """14:21"""
    return f"{value.hour:02d}:{value.minute:02d}"


def moment(value: dt.datetime, language: str) -> str:
    """11월 20일 (금) 14:21 / Fri 20 November, 14:21"""
    joint = ", " if language.startswith("en") else " "
    return f"{day(value, language)}{joint}{clock(value)}"


def spoken_time(value: dt.time | dt.datetime, language: str) -> str:
    """A time people act by, as it is said: 오후 2시 31분, 밤 10시 / 2:31 pm"""
    hour = value.hour % 12 or 12
    if language.startswith("en"):
        half = "am" if value.hour < 12 else "pm"
        return f"{hour}:{value.minute:02d} {half}" if value.minute else f"{hour} {half}"
    if value.hour < 6:
        half = "새벽" if value.hour else "밤"
    elif value.hour < 12:
        half = "아침" if value.hour < 9 and not value.minute else "오전"
    elif value.hour >= 21:
        half = "밤"
    else:
        half = "오후"
    return f"{half} {hour}시 {value.minute}분" if value.minute else f"{half} {hour}시"


def span(value: dt.timedelta, language: str) -> str:
    """How long, in its two largest parts: 3일 4시간, 18시간 59분, 21분 / 3 days 4 hours, 21 minutes"""
    minutes = max(int(value.total_seconds()) // 60, 0)
    parts = [
        (minutes // 1440, "일", "day"),
        (minutes % 1440 // 60, "시간", "hour"),
        (minutes % 60, "분", "minute"),
    ]
    while len(parts) > 1 and not parts[0][0]:
        parts.pop(0)
    told = [part for part in parts[:2] if part[0]] or [parts[-1]]
    if language.startswith("en"):
        return " ".join(f"{number} {english}{'' if number == 1 else 's'}" for number, _korean, english in told)
    return " ".join(f"{number}{korean}" for number, korean, _english in told)
