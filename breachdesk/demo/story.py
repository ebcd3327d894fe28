"""The demo's incident, all invented: what happened at 한빛카드. The days are counted back from one moment.

`incident(now)` is a whole example of what `create_incident` reads; what came after is told by `yesterday.py`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from breachdesk.demo import told
from breachdesk.demo.days import SEOUL, Days, both

__all__ = ["SEOUL", "Days", "both", "corrected", "incident"]

SLUG = "demo"
EDITOR = {"email": "editor@hanbitcard.example", "name": "오지안"}
APPROVER = {"email": "approver@hanbitcard.example", "name": "문태경"}


def incident(now: dt.datetime, *, learned: dt.datetime | None = None) -> dict[str, Any]:
    days = Days(now, learned=learned)
    return {
        "slug": SLUG,
        "title": both("온라인 결제 서버 해킹", "Online payment server hack"),
        "department": both("정보유출 대응센터", "Data Leak Response Centre"),
        "leak_started_at": days.began.isoformat(),
        # As it was known at first: corrected on the third day.
        "leak_ended_at": days.ended_as_first_told.isoformat(),
        "learned_at": days.learned.isoformat(),
        "legal": {"outside_access": True},
        "not_leaked": NOT_LEAKED,
        "claims": {"until": days.claims_until.isoformat(), "cap": 10_000_000, "decide_within_business_days": 5},
        "tiers": TIERS,
        "contact_points": CONTACT_POINTS,
        "third_parties": THIRD_PARTIES,
        "remedies": remedies(days),
        "clocks": clocks(days),
        "notices": [_published("possible", told.possible(days), days.first_notice)],
        # A demo is looked at by night, too.
        "sending": {"quiet_hours": {}, "contact_centre": {"agents": 400, "minutes_a_call": 6, "calls_a_hundred": 8}},
        "created_by": EDITOR["email"],
    }


def corrected(now: dt.datetime) -> dict[str, Any]:
    """The same incident as a file of today's facts: two published versions, and the correction a draft."""
    days = Days(now)
    written = {**told.corrected(days), "further_matters": told.law.nothing_prescribed(days.today)}
    return {
        **incident(now),
        "leak_ended_at": days.ended.isoformat(),
        "notices": [
            _published("possible", told.possible(days), days.first_notice),
            _published("confirmed", told.confirmed(days, ended=days.ended), days.second_notice),
            {**written, "kind": "correction", "not_leaked": NOT_LEAKED, "prepared_by": EDITOR["email"]},
        ],
    }


def _published(kind: str, words: told.Words, at: dt.datetime) -> dict[str, Any]:
    two = {"prepared_by": EDITOR["email"], "approved_by": APPROVER["email"]}
    return {**words, "kind": kind, **two, "published_at": at.isoformat()}


NOT_LEAKED = ["rrn", "pin2", "account", "address"]
TIERS = [
    {
        "name": both("카드 정보가 나간 분", "card details leaked"),
        "any_of": ["card_number", "card_expiry", "cvc"],
        "advice": both(
            "모르는 온라인 결제가 생길 수 있어요. 카드를 꼭 다시 만들어 주세요.",
            "Someone could pay online with your card. Please have it replaced.",
        ),
    },
    {
        "name": both("연락처와 연계정보가 나간 분", "contacts and CI leaked"),
        "any_of": [],
        "advice": both(
            "카드번호는 나가지 않았어요. 한빛카드나 기관을 사칭하는 전화와 문자를 조심해 주세요.",
            "Your card number was not taken. Watch out for calls and texts that pretend to be from us.",
        ),
    },
]

THIRD_PARTIES = [
    {
        "name": both("선물 받는 분으로 적힌 분", "People named as the recipient of a gift"),
        "items": ["name", "phone"],
        "known": "leaked",
        "words": both(
            "온라인으로 결제하면서 선물 받는 분의 이름과 휴대전화 번호를 적은 기록이 나갔어요. 주소는 다른 서버에 있어서 나가지 않았어요.",
            "Payment records that named the recipient of a gift got out, with name and mobile number. Addresses were on another server and were not taken.",
        ),
    },
    {
        "name": both("가족카드를 쓰는 분", "People who use a family card"),
        "items": ["name"],
        "known": "possible",
        "words": both(
            "본회원의 기록에 가족카드를 쓰는 분의 이름이 함께 적혀 있었을 수 있어요.",
            "The record of the main cardholder may have held the name of whoever uses a family card.",
        ),
    },
]

CONTACT_POINTS: list[dict[str, Any]] = [
    {
        "kind": "phone",
        "name": both("전화 상담", "Advice by phone"),
        "value": "1500-0000",
        "note": both("누르고 2번", "then press 2"),
        "in_help_strip": True,
        "hours": [{"opens": "08:00", "closes": "22:00"}],
    },
    {
        "kind": "phone",
        "name": both("분실·도난 신고", "Lost or stolen cards"),
        "value": "1500-0000",
        "note": both("누르고 0번 · 접수번호를 바로 알려 드려요", "then press 0; you get a receipt number at once"),
        "always_open": True,
    },
    {
        "kind": "kakao",
        "name": both("카카오톡 상담", "KakaoTalk"),
        "value": "@hanbitcard",
        "note": both(
            "공식 채널이에요. 이름 옆의 파란 확인 표시를 꼭 봐 주세요",
            "the official channel; look for the verified mark beside its name",
        ),
        "hours": [{"opens": "08:00", "closes": "22:00"}],
    },
    {
        "kind": "relay",
        "name": both("수어·문자 중계", "Sign language and text relay"),
        "value": "107",
        "note": both("손말이음센터에서 연결해 드려요", "the national relay centre connects you"),
        "always_open": True,
    },
    {
        "kind": "branch",
        # The address is what a driver or a map needs, so it stays Korean; the English name says it in English.
        "name": both("카드센터 방문", "Card centre, 1 Hanbit-ro, Jung-gu, Seoul"),
        "value": "서울 중구 한빛로 1, 1층",
        "note": both(
            "점심시간에도 열어요. 다른 11곳은 전화로 알려 드려요", "open over lunch; call us for the 11 others"
        ),
        "hours": [{"days": ["mon", "tue", "wed", "thu", "fri"], "opens": "09:00", "closes": "18:00"}],
    },
    {
        "kind": "email",
        "name": both("이메일", "E-mail"),
        "value": "help@hanbitcard.example",
        "always_open": True,
    },
]


def remedies(days: Days) -> list[dict[str, Any]]:
    return [
        {
            "name": both("재발급 비용·연회비 면제", "Free replacement and annual fee"),
            "words": both(
                "카드를 다시 만드는 값과 올해 연회비를 받지 않아요.",
                "We charge nothing for the new card, nor this year's annual fee.",
            ),
            "tiers": [1],
            "how": "automatic",
            "ends": days.claims_until.isoformat(),
        },
        {
            "name": both("신용 변동 알림 12개월", "12 months of credit alerts"),
            "words": both(
                "내 이름으로 대출이나 카드를 신청하면 문자로 알려 드려요.",
                "We text you when somebody applies for a loan or a card in your name.",
            ),
            "how": "call",
            "ask_until": days.alerts_until.isoformat(),
            "lasts": both("시작한 날부터 12개월", "12 months from the day it starts"),
        },
    ]


def clocks(days: Days) -> list[dict[str, Any]]:
    """As the law asks (notices.duties). What shows that some of them were met was written down at the desk: yesterday.py."""
    return [
        {"duty": "efin_report"},
        {"duty": "pipa_report"},
        {
            "name": both("추가 신고(카드번호 추가)", "Further report (card numbers added)"),
            "law": both(
                "개인정보 보호법 시행령 제40조 · 확인하는 즉시",
                "Personal Information Protection Act Decree, Art. 40: as soon as it is known",
            ),
            "due_at": days.second_notice.isoformat(),
            "reason_missed": both(
                "신고 창구가 점검 중이어서 21분 늦게 접수됐어요.",
                "The report was taken 21 minutes late: the authority's desk was under maintenance.",
            ),
        },
        {"duty": "pipa_notify"},
        {"duty": "pipa_post"},
        {"duty": "efin_error"},
        {"duty": "card_review"},
    ]
