"""The published file in a browser: shown dark or large without a cookie or a script, who answers now by the reader's own clock, printed."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from notices.models import OpeningHours
from tests import cast
from tests.browser import People, assert_accessible, picture

SEOUL = ZoneInfo("Asia/Seoul")


@pytest.fixture
def told(people: People, at: dt.datetime) -> People:
    incident = cast.incident(at=at)
    point = incident.contact_points.create(
        position=1, kind="phone", name_ko="전화 상담", name_en="Phone", value="1500-0001", in_help_strip=True
    )
    for weekday in range(8):
        OpeningHours.objects.create(contact_point=point, weekday=weekday, opens=dt.time(8), closes=dt.time(22))
    cast.notice(incident, at=at, title_ko="온라인 결제 서버가 해킹됐어요", title_en="Our server was hacked")
    return people


def style(page: Any, name: str) -> str:
    return str(page.evaluate(f"getComputedStyle(document.documentElement).{name}"))


def test_dark_and_large_without_script_cookie_or_request(told: People):
    page = told.come(java_script_enabled=False)
    page.goto("/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    before = style(page, "fontSize")
    page.check("#show-large")
    page.check("#show-dark")
    assert (before, style(page, "fontSize"), style(page, "colorScheme")) == ("16px", "20px", "dark")
    assert [url for url in asked if not url.endswith("/mark.svg")] == []  # the tab's icon is the browser's own to fetch
    assert page.context.cookies() == []
    expect(page.locator(".strip-hours")).to_have_text("매일 08:00–22:00")


@pytest.mark.parametrize("width", [390, 1280])
def test_who_answers_now_is_worked_out_from_the_readers_clock(told: People, at: dt.datetime, width: int):
    page = told.come(width=width)
    today = at.astimezone(SEOUL).date()
    page.clock.install(time=dt.datetime.combine(today, dt.time(21, 59), SEOUL))
    page.goto("/")
    line = page.locator("[data-turns]")
    expect(line).to_have_text("지금 상담 중 · 밤 10시까지")
    expect(line).to_have_class(re.compile("strip-open"))
    page.clock.fast_forward("01:30")
    expect(line).to_have_text("지금은 닫혔어요 · 내일 아침 8시에 열어요")
    expect(line).not_to_have_class(re.compile("strip-open"))
    page.clock.set_fixed_time(dt.datetime.combine(today + dt.timedelta(days=20), dt.time(12), SEOUL))
    page.reload()
    expect(line).to_have_text("매일 08:00–22:00")
    assert_accessible(page)
    assert told.complaints == []


def test_printed_it_is_the_words_and_nothing_to_press(told: People):
    page = told.come(width=1280)
    page.goto("/")
    page.emulate_media(media="print")
    for gone in ("#look-up", ".strip", ".foot-links", ".menu", "a.button"):
        for one in page.locator(gone).all():
            expect(one).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".item")).to_have_count(7)
    picture(page, "notice-printed")
