"""What people type is read as generously as is safe, and never guessed."""

from __future__ import annotations

import datetime as dt

import pytest

from claims import typed


@pytest.mark.parametrize(
    "text",
    [
        "200000",
        "200,000",
        "200000원",
        "200,000 원",
        " 200 000 ",
        "２００，０００",
        "２０００００원",
        "₩200,000",
        "￦200000",
        "KRW 200,000",
        "0200000",
    ],
)
def test_a_sum_is_read_however_it_is_written(text: str) -> None:
    assert typed.amount(text) == 200_000


@pytest.mark.parametrize(
    "text",
    [
        "",
        "이십만",
        "20만",
        "-200000",
        "−200000",
        "200.5",
        "200,00",
        "2e5",
        "0x10",
        "200000달러",
        "+200000",
        "١٢٣",
        "½",
        "💰",
    ]
    + ["9" * 1_000_000],
)
def test_what_is_not_a_sum_is_refused(text: str) -> None:
    with pytest.raises(typed.NotAnAmount):
        typed.amount(text)


def test_a_sum_beyond_all_reason_stays_a_number_that_the_cap_refuses() -> None:
    assert typed.amount("1" + "0" * 30) == 10**15
    assert typed.amount("0") == 0


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-05",
        "2026 11 05",
        "20261105",
        "2026.11.5",
        "2026. 11. 5.",
        "2026/11/5",
        "2026년 11월 5일",
        "２０２６－１１－０５",
        " 2026‐11‐05 ",
    ],
)
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert typed.day(text) == dt.date(2026, 11, 5)


@pytest.mark.parametrize(
    "text",
    ["", "2026-13-05", "2026-02-30", "0000-01-01", "26-11-05", "11월 5일", "2026115", "어제", "2026-11", "1" * 5000],
)
def test_what_is_not_a_day_is_refused(text: str) -> None:
    with pytest.raises(typed.NotADay):
        typed.day(text)


def test_an_account_number_is_its_digits() -> None:
    assert typed.account_number(" 110-234-567890 ") == "110234567890"
    assert typed.account_number("１１０ ２３４ ５６７８９０") == "110234567890"
    for text in ["", "계좌", "110_234", "-110", "1" * 100]:
        with pytest.raises(typed.NotAnAccountNumber):
            typed.account_number(text)


def test_words_lose_what_nobody_can_see_and_keep_the_rest() -> None:
    assert typed.line("  GLB\x00 TECH\u200b\u202e\tSTORE\n") == "GLB TECH STORE"
    assert typed.line("가게 👨‍👩‍👧 ☕") == "가게 👨‍👩‍👧 ☕"
    assert typed.line("\u200b\u3164 \x00") == ""
    assert typed.paragraphs("하나\r\n\r\n\r\n\r\n둘 \x07\r셋") == "하나\n\n둘\n셋"
