"""The people of the demo, all invented: five to play with, two who have only a letter, one who calls, and those who fill the list."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

CARD_ITEMS = "card_number|card_expiry|cvc|name|phone|email|ci"
# As the first list had it: that the CVC leaked too was found later.
CARD_ITEMS_BEFORE = "card_number|card_expiry|name|phone|email|ci"
OTHER_ITEMS = "name|phone|email|ci|payment_code"
POSSIBLE_ITEMS = "name?|phone?|email?"


@dataclass(frozen=True)
class Person:
    name: str
    birth_date: str
    phone: str
    email: str
    expect: str
    expect_en: str
    items: str = ""  # empty: not on the list
    language: str = "ko"
    card_last4: str = ""
    address: str = ""
    member: str = ""
    # What the first list said of them, where a corrected one says something else.
    items_before: str = ""

    @property
    def key(self) -> str:
        """Where the demo's page has them."""
        return self.email.partition("@")[0] or "caller"


PEOPLE = (
    Person(
        "김서영",
        "1991-03-14",
        "010-0000-1001",
        "seoyoung@mail.example",
        "유출됐어요: 카드 정보까지 7가지",
        "leaked: 7 items, the card among them",
        CARD_ITEMS,
        card_last4="2417",
    ),
    Person(
        "이준호",
        "1986-07-02",
        "010-0000-1002",
        "junho@mail.example",
        "유출됐어요: 연락처와 연계정보, 카드번호는 아니에요. 어제 조회했을 때는 ‘유출 가능성’이었어요",
        "leaked: contacts and CI, no card number; only possibly leaked when he looked yesterday",
        OTHER_ITEMS,
        items_before=POSSIBLE_ITEMS,
    ),
    Person(
        "Maria Santos",
        "1993-11-20",
        "010-0000-1003",
        "maria@mail.example",
        "유출됐어요: 카드 정보까지 7가지, 영어로 안내",
        "leaked: 7 items, told in English",
        CARD_ITEMS,
        language="en",
        card_last4="8830",
    ),
    Person(
        "박민지",
        "1978-05-30",
        "010-0000-1004",
        "minji@mail.example",
        "유출됐을 수 있어요: 연락처 3가지. 물어본 것에 답이 와 있어요(이메일로 확인)",
        "may have been leaked: 3 items; an answer to her question waits (prove her e-mail)",
        POSSIBLE_ITEMS,
    ),
    Person(
        "최도윤",
        "2001-09-14",
        "010-0000-1005",
        "doyun@mail.example",
        "유출 명단에 없어요",
        "not on the list",
    ),
)

# Neither phone nor e-mail is known of these: a code in a letter is their way in.
BY_LETTER = (
    Person(
        "이순자",
        "1944-01-20",
        "",
        "",
        "유출됐어요: 휴대전화도 이메일도 없어서 편지로 알려요",
        "leaked: has neither phone nor e-mail, told by letter",
        OTHER_ITEMS,
        address="서울특별시 중구 한빛로 7",
    ),
    Person(
        "한빛상사 주식회사",
        "",
        "",
        "",
        "유출됐어요: 법인 회원이라 생년월일 없이 편지로 확인해요",
        "leaked: a company, proves its letter and needs no date of birth",
        CARD_ITEMS,
        card_last4="6602",
        address="부산광역시 해운대구 한빛대로 12",
        member="corporate",
    ),
)

# Who calls: a code in her letter, and a phone that she does not type much on.
CALLERS = (
    Person(
        "정옥순",
        "1946-05-08",
        "010-0000-1946",
        "",
        "유출됐어요: 편지를 받고 전화하세요. 상담원이 대신 신청해 드려요",
        "leaked: has her letter and rings; staff file for her",
        OTHER_ITEMS,
        address="서울특별시 중구 한빛로 9",
    ),
)

EVERYBODY = (*PEOPLE, *BY_LETTER, *CALLERS)

# How many the list holds of each kind, the people above among them.
WITH_CARD = 86
OTHERS = 1198
POSSIBLE = 41
# Who was on the first list as possibly affected, and was not.
CLEARED = 12

HEADER = (
    "customer_ref",
    "name",
    "birth_date",
    "phone",
    "email",
    "address",
    "card_last4",
    "items",
    "language",
    "member",
)
FAMILY = "김이박최정강조윤장임한오서신권황안송류홍"
GIVEN = "서준 하윤 도윤 지우 민서 예준 수아 시우 지호 은우 서연 유나 현우 소율 채원 건우 다인 태윤 나은 정훈 미경 영수 순자 동현".split()
MEMBERS = ("",) * 16 + ("former", "former", "supplementary", "minor")


def rows(*, first: bool = False) -> Iterator[tuple[str, ...]]:
    """The list of affected people as the issuer would send it; `first`: before it was corrected. The same at every call."""
    yield HEADER
    chance = random.Random(20)
    named = [person for person in EVERYBODY if person.items]
    before = {CARD_ITEMS: CARD_ITEMS_BEFORE} if first else {}
    for person in named:
        yield _row(person, (first and person.items_before) or before.get(person.items, person.items))
    number = 1000
    for items, wanted in ((CARD_ITEMS, WITH_CARD), (OTHER_ITEMS, OTHERS), (POSSIBLE_ITEMS, POSSIBLE)):
        for _ in range(wanted - sum(1 for person in named if person.items == items)):
            number += 1
            yield (f"HB-{number:07d}", *_invented(chance, number, items, before.get(items, items)))
    for _ in range(CLEARED if first else 0):
        number += 1
        yield (f"HB-{number:07d}", *_invented(chance, number, POSSIBLE_ITEMS, POSSIBLE_ITEMS))


def _row(person: Person, items: str) -> tuple[str, ...]:
    return (
        customer_ref(person),
        person.name,
        person.birth_date,
        person.phone,
        person.email,
        person.address,
        person.card_last4,
        items,
        person.language,
        person.member,
    )


def customer_ref(person: Person) -> str:
    return f"HB-{EVERYBODY.index(person):07d}"


def late_rows() -> Iterator[tuple[str, ...]]:
    """Whoever turned up afterwards: the one of the five who is not on the list, as a list of changes."""
    yield HEADER
    for person in PEOPLE:
        if not person.items:
            yield _row(person, "name|phone|email")


def _invented(chance: random.Random, number: int, items: str, listed: str) -> tuple[str, ...]:
    """`listed`: the items as this list has them."""
    member = chance.choice(MEMBERS)
    year = chance.randint(2013, 2019) if member == "minor" else chance.randint(1944, 2006)
    name = chance.choice(FAMILY) + chance.choice(GIVEN)
    birth_date = f"{year}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
    card_last4 = f"{chance.randint(0, 9999):04d}" if items == CARD_ITEMS else ""
    phone, email, address = f"010-0000-{number + 1000:04d}", f"member{number}@mail.example", ""
    if items == CARD_ITEMS:
        address = f"서울특별시 중구 한빛로 {number}"
    if number % 97 == 0:
        # Whoever left long ago: only an address is known, or nothing at all.
        phone, email, member = "", "", "former"
        address = "" if number % 2 else f"서울특별시 중구 한빛로 {number % 90 + 1}"
    return name, birth_date, phone, email, address, card_last4, listed, "ko", member
