"""Invented people, as many as are asked for, the same for the same seed."""

from __future__ import annotations

import random
from pathlib import Path

HEADER = "customer_ref,name,birth_date,phone,email,address,card_last4,items,language,member\n"
FAMILY = "김이박최정강조윤장임한오서신권황안송류전"
GIVEN = [
    "서연",
    "민준",
    "지우",
    "도윤",
    "하은",
    "예준",
    "수아",
    "시우",
    "지아",
    "주원",
    "은서",
    "건우",
    "영희",
    "철수",
    "미경",
    "성호",
]
STREETS = [
    "서울특별시 중구 한빛로",
    "부산광역시 해운대구 센텀로",
    "대구광역시 수성구 동대구로",
    "경기도 성남시 분당구 판교로",
]
ITEMS = [
    "name|phone|email",
    "name|phone|email|address|card_number|card_expiry",
    "name|birth_date|phone|ci",
    "name|phone|card_number|card_expiry|cvc",
    "name|phone|address?",
]


def write(path: Path, count: int, *, seed: int, first: int = 0) -> Path:
    """A list of `count` people, every line of it sound. The phones of 90 million people are all different."""
    rng = random.Random(seed)  # noqa: S311 - nobody is to guess anything
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER)
        for number in range(first, first + count):
            file.write(line(number, rng))
    return path


def line(number: int, rng: random.Random) -> str:
    place = number * 48_271 % 90_000_000  # a prime: every number once, in no order
    place += 10_000_000 if place >= 50_000_000 else 0  # 010-5… is given out in part only
    phone = f"010-{place // 10_000:04d}-{place % 10_000:04d}"
    draw = rng.random()
    born = f"{1940 + int(draw * 65)}-{1 + number % 12:02d}-{1 + number % 28:02d}"
    name = FAMILY[number % 20] + GIVEN[int(draw * 16)]
    email = f"user{number}@mail{number % 9}.example" if draw < 0.9 else ""
    address = f"{STREETS[number % 4]} {1 + number % 300}" if draw > 0.2 else ""
    items = ITEMS[int(draw * 97) % 5]
    member = ("former" if draw < 0.05 else "") if draw < 0.98 else "supplementary"
    return f"HB{number:010d},{name},{born},{phone},{email},{address},{number % 10_000:04d},{items},ko,{member}\n"
