"""Open now until, closed until: breaks, midnight, public holidays."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError
from django.utils import translation

from notices import hours, queries
from notices.hours import MIDNIGHT, Opening, Span, opening
from notices.models import ContactPoint, Incident, OpeningHours
from tests import cast
from tests.notices.conftest import needs_english

SEOUL = ZoneInfo("Asia/Seoul")
EIGHT, TEN_PM = dt.time(8), dt.time(22)
DAILY = [Span(day, EIGHT, TEN_PM) for day in range(8)]
OFFICE = [Span(day, dt.time(9), dt.time(12)) for day in range(5)] + [
    Span(day, dt.time(13), dt.time(18)) for day in range(5)
]
FRIDAY = dt.date(2026, 11, 20)
CHRISTMAS = dt.date(2026, 12, 25)  # a Friday


def moment(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), SEOUL)


def never(day: dt.date) -> bool:
    return False


@pytest.mark.parametrize(
    ("spans", "at", "expected"),
    [
        (DAILY, moment(FRIDAY, 8), Opening(True, moment(FRIDAY, 22))),
        (DAILY, moment(FRIDAY, 21, 59), Opening(True, moment(FRIDAY, 22))),
        (DAILY, moment(FRIDAY, 22), Opening(False, moment(FRIDAY + dt.timedelta(1), 8))),
        (DAILY, moment(FRIDAY, 7, 59), Opening(False, moment(FRIDAY, 8))),
        (OFFICE, moment(FRIDAY, 12), Opening(False, moment(FRIDAY, 13))),
        (OFFICE, moment(FRIDAY, 18), Opening(False, moment(FRIDAY + dt.timedelta(3), 9))),
        ([], moment(FRIDAY, 12), Opening(False, None)),
        ([Span(day, dt.time(), MIDNIGHT) for day in range(8)], moment(FRIDAY, 3), Opening(True, None)),
        (
            [Span(4, dt.time(20), MIDNIGHT), Span(5, dt.time(), dt.time(2))],
            moment(FRIDAY, 23),
            Opening(True, moment(FRIDAY + dt.timedelta(1), 2)),
        ),
        (
            [Span(4, dt.time(20), MIDNIGHT), Span(5, dt.time(), dt.time(2))],
            moment(FRIDAY + dt.timedelta(1), 1),
            Opening(True, moment(FRIDAY + dt.timedelta(1), 2)),
        ),
    ],
)
def test_open_and_closed(spans: list[Span], at: dt.datetime, expected: Opening):
    assert opening(spans, at=at, is_holiday=never) == expected


def test_a_public_holiday_has_hours_of_its_own_or_none():
    assert opening(OFFICE, at=moment(CHRISTMAS, 10), is_holiday=hours.is_public_holiday) == Opening(
        False, moment(CHRISTMAS + dt.timedelta(3), 9)
    )
    shorter = [*OFFICE, Span(hours.PUBLIC_HOLIDAY, dt.time(10), dt.time(15))]
    assert opening(shorter, at=moment(CHRISTMAS, 10), is_holiday=hours.is_public_holiday) == Opening(
        True, moment(CHRISTMAS, 15)
    )


@pytest.mark.parametrize("day", ["2026-01-01", "2026-05-05", "2026-05-25", "2027-02-09", "2026-12-25"])
def test_korean_holidays_and_their_substitutes_are_known(day: str):
    assert hours.is_public_holiday(dt.date.fromisoformat(day))


SAID = [
    (Opening(True, moment(FRIDAY, 22)), "지금 상담 중 · 밤 10시까지", "Open now · until 10 pm"),
    (Opening(True, moment(FRIDAY + dt.timedelta(1), 0)), "지금 상담 중 · 자정까지", "Open now · until midnight"),
    (Opening(True, None), "지금 상담 중 · 24시간", "Open now · 24 hours"),
    (
        Opening(False, moment(FRIDAY, 13)),
        "지금은 닫혔어요 · 오늘 오후 1시에 열어요",
        "Closed now · opens at 1 pm today",
    ),
    (
        Opening(False, moment(FRIDAY + dt.timedelta(1), 8)),
        "지금은 닫혔어요 · 내일 아침 8시에 열어요",
        "Closed now · opens at 8 am tomorrow",
    ),
    (
        Opening(False, moment(FRIDAY + dt.timedelta(3), 9)),
        "지금은 닫혔어요 · 11월 23일 (월) 오전 9시에 열어요",
        "Closed now · opens Mon 23 November at 9 am",
    ),
    (Opening(False, None), "지금은 닫혔어요", "Closed now"),
]


@pytest.mark.parametrize(("state", "ko", "en"), SAID)
def test_it_is_said_as_people_say_it(state: Opening, ko: str, en: str):
    with translation.override("ko"):
        assert hours.now_in_words(state, moment(FRIDAY, 12)) == ko


@needs_english
@pytest.mark.parametrize(("state", "ko", "en"), SAID)
def test_it_is_said_in_english_too(state: Opening, ko: str, en: str):
    with translation.override("en"):
        assert hours.now_in_words(state, moment(FRIDAY, 12)) == en


# -- the strip on every page -------------------------------------------------------------------------------------------------


@pytest.fixture
def contact_point(incident: Incident, at: dt.datetime) -> ContactPoint:
    point = ContactPoint.objects.create(
        incident=incident,
        position=1,
        kind="phone",
        name_ko="상담",
        name_en="Advice",
        value="1500-0001",
        in_help_strip=True,
    )
    OpeningHours.objects.bulk_create(OpeningHours(contact_point=point, **vars(span)) for span in DAILY)
    cast.notice(incident, at=at)
    return point


def test_the_week_is_said_in_one_line(contact_point: ContactPoint):
    with translation.override("ko"):
        assert hours.week_in_words(contact_point) == "매일 08:00–22:00"
    contact_point.hours.all().delete()
    OpeningHours.objects.bulk_create(OpeningHours(contact_point=contact_point, **vars(span)) for span in OFFICE)
    contact_point.hours.create(weekday=5, opens=dt.time(10), closes=MIDNIGHT)
    with translation.override("ko"):
        assert (
            hours.week_in_words(contact_point) == "평일 09:00–12:00, 13:00–18:00 · 토요일 10:00–24:00 · 공휴일 쉬어요"
        )
    contact_point.always_open = True
    with translation.override("ko"):
        assert hours.week_in_words(contact_point) == "24시간"


def test_the_strip_says_who_answers_now(contact_point: ContactPoint):
    with translation.override("ko"):
        assert hours.help_line(moment(FRIDAY, 21)) == {
            "open": True,
            "words": "지금 상담 중 · 밤 10시까지",
            "phone": "1500-0001",
        }
        assert hours.help_line(moment(FRIDAY, 23))["open"] is False  # type: ignore[index]


def test_the_strip_asks_the_database_once_in_half_a_minute(contact_point: ContactPoint, django_assert_num_queries: Any):
    start = moment(FRIDAY, 21)
    hours.help_line(start)
    with django_assert_num_queries(0):
        assert hours.help_line(start + dt.timedelta(seconds=29))
    with django_assert_num_queries(3):
        hours.help_line(start + dt.timedelta(seconds=31))


def test_with_the_database_away_the_strip_is_silent(monkeypatch: pytest.MonkeyPatch):
    def away() -> None:
        raise DatabaseError

    monkeypatch.setattr(queries, "help_line_contact", away)
    assert hours.help_line(moment(FRIDAY, 21)) is None


def test_nobody_was_told_of_anything_so_nobody_answers(db: None):
    assert hours.help_line(moment(FRIDAY, 21)) is None
