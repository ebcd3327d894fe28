"""Dates, sums, masks and the light markup read as people say them, in both languages."""

import datetime as dt

import pytest

from breachdesk.lib import dates, markup, masks, money, particles

FRIDAY = dt.datetime(2026, 11, 20, 14, 21)


def test_dates_are_said_in_korean_and_british_english():
    assert dates.moment(FRIDAY, "ko") == "11월 20일 (금) 14:21"
    assert dates.moment(FRIDAY, "en-gb") == "Fri 20 November, 14:21"
    assert dates.full_day(FRIDAY, "ko") == "2026년 11월 20일 (금)"
    assert dates.full_day(FRIDAY, "en") == "Fri 20 November 2026"
    assert dates.long_day(FRIDAY, "ko") == "2026년 11월 20일"
    assert dates.short_day(FRIDAY, "en") == "20 November"


@pytest.mark.parametrize(
    ("time", "korean", "english"),
    [
        ((0, 0), "밤 12시", "12 am"),
        ((3, 5), "새벽 3시 5분", "3:05 am"),
        ((8, 0), "아침 8시", "8 am"),
        ((9, 0), "오전 9시", "9 am"),
        ((12, 0), "오후 12시", "12 pm"),
        ((14, 31), "오후 2시 31분", "2:31 pm"),
        ((22, 0), "밤 10시", "10 pm"),
    ],
)
def test_a_time_people_act_by_is_spoken(time, korean, english):
    assert dates.spoken_time(dt.time(*time), "ko") == korean
    assert dates.spoken_time(dt.time(*time), "en") == english


def test_sums_carry_their_currency():
    assert money.won(1_187_400, "ko") == "1,187,400원"
    assert money.won(1_187_400, "en") == "₩1,187,400"
    assert money.won(-500, "en") == "-₩500"


def test_masks_leave_what_its_owner_recognises():
    assert masks.name("김서영") == "김*영"
    assert masks.name("이준") == "이*"
    assert masks.name("김") == "*"
    assert masks.name("Maria Santos") == "M**** S*****"
    assert masks.phone("+821000005678") == "010-••••-5678"
    assert masks.phone("+16502530000") == "+16 •••• 0000"
    assert masks.email("s@mail.example") == "s•••••@mail.example"
    assert masks.account("110-234-567731") == "••••-7731"


def test_a_letter_is_masked_for_whoever_works_on_it():
    letter = (
        "김서영 님, CLM-7F3K-29QD은 010-1234-5678과 seo.young@mail.example로 알려요. 계좌 110-234-567890, 1,387,400원"
    )
    assert masks.text(letter) == (
        "김*영 님, CLM-7F3K-29QD은 010-••••-5678과 s•••••@mail.example로 알려요. 계좌 ••••-7890, 1,387,400원"
    )
    assert masks.text("Dear Maria Santos, call +82 10 1234 5678") == "Dear M**** S*****, call 010-••••-5678"
    assert (
        masks.text("11월 20일 (금) 14:21까지 알려 드려요. 1500-0000")
        == "11월 20일 (금) 14:21까지 알려 드려요. 1500-0000"
    )


@pytest.mark.parametrize(
    ("minutes", "korean", "english"),
    [
        (0, "0분", "0 minutes"),
        (21, "21분", "21 minutes"),
        (60, "1시간", "1 hour"),
        (1139, "18시간 59분", "18 hours 59 minutes"),
        (4560, "3일 4시간", "3 days 4 hours"),
        (1445, "1일", "1 day"),
    ],
)
def test_how_long_is_said_in_its_two_largest_parts(minutes, korean, english):
    assert dates.span(dt.timedelta(minutes=minutes), "ko") == korean
    assert dates.span(dt.timedelta(minutes=minutes), "en") == english


def test_a_notice_cannot_carry_html():
    shown = markup.html('<script>alert(1)</script>\n\n- **굵게** <img src=x onerror="x">\n- 둘\n\n1. 하나\n2. 둘')

    assert "<script" not in shown
    assert "<img" not in shown
    assert "<strong>굵게</strong>" in shown
    assert "<ol" in shown


def test_the_same_words_without_marks():
    assert markup.plain("**굵게** 말해요\r\n- 하나") == "굵게 말해요\n- 하나"


@pytest.mark.parametrize(
    ("word", "pair", "together"),
    [
        ("한빛카드", "이/가", "한빛카드가"),
        ("신한은행", "이/가", "신한은행이"),
        ("서울", "으로/로", "서울로"),
        ("집", "으로/로", "집으로"),
        ("010-••••-5678", "으로/로", "010-••••-5678로"),
        ("010-••••-5673", "으로/로", "010-••••-5673으로"),
        ("010-••••-5670", "으로/로", "010-••••-5670으로"),
        ("한빛은행", "이라며/라며", "한빛은행이라며"),
    ],
)
def test_a_particle_follows_the_last_sound(word, pair, together):
    assert particles.with_particle(word, pair) == together


def test_a_telephone_number_stays_on_one_line_also_with_a_particle_behind_it():
    assert '<span class="nowrap">1500-0000</span>에 전화' in markup.html("1500-0000에 전화하세요.")
