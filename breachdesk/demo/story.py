"""The demo's incident, all invented: what happened at 한빛카드, told in three notices. The days are counted back from one moment.

`incident(now)` is a whole example of what `create_incident` reads.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from breachdesk.demo.people import OTHERS, WITH_CARD
from breachdesk.lib import dates
from notices import law

SLUG = "demo"
SEOUL = ZoneInfo("Asia/Seoul")
EDITOR = {"email": "editor@hanbitcard.example", "name": "오지안"}
APPROVER = {"email": "approver@hanbitcard.example", "name": "문태경"}


def both(ko: str, en: str) -> dict[str, str]:
    return {"ko": ko.strip(), "en": en.strip()}


class Days:
    """The moments of the story, in Seoul."""

    def __init__(self, now: dt.datetime) -> None:
        today = now.astimezone(SEOUL).date()
        self.learned = self._at(today, -2, 9, 20)
        self.cut_off = self._at(today, -2, 9, 52)
        self.began = self._at(today, -24, 2, 14)
        self.ended = self._at(today, -4, 23, 40)
        self.ended_as_first_told = self._at(today, -6, 23, 40)
        self.first_notice = self._at(today, -2, 21, 0)
        self.second_notice = self._at(today, -1, 18, 30)
        self.told_fss = self._at(today, -2, 16, 40)
        self.told_pipc = self._at(today, -2, 17, 5)
        self.told_pipc_more = self.second_notice + dt.timedelta(minutes=21)
        self.claims_until = today + dt.timedelta(days=363)
        self.alerts_until = today + dt.timedelta(days=41)

    @staticmethod
    def _at(today: dt.date, days: int, hour: int, minute: int) -> dt.datetime:
        return dt.datetime.combine(today + dt.timedelta(days=days), dt.time(hour, minute), SEOUL)


def incident(now: dt.datetime) -> dict[str, Any]:
    days = Days(now)
    return {
        "slug": SLUG,
        "title": both("온라인 결제 서버 해킹", "Online payment server hack"),
        "department": both("정보유출 대응센터", "Data Leak Response Centre"),
        "leak_started_at": days.began.isoformat(),
        "leak_ended_at": days.ended.isoformat(),
        "learned_at": days.learned.isoformat(),
        "legal": {"outside_access": True},
        "not_leaked": NOT_LEAKED,
        "claims": {"until": days.claims_until.isoformat(), "cap": 10_000_000, "decide_within_business_days": 5},
        "tiers": TIERS,
        "contact_points": CONTACT_POINTS,
        "third_parties": THIRD_PARTIES,
        "remedies": remedies(days),
        "clocks": clocks(days),
        "notices": [first_notice(days), second_notice(days), third_notice(days, now)],
        "created_by": EDITOR["email"],
    }


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

CONTACT_POINTS = [
    {
        "kind": "phone",
        "name": both("전화 상담", "Advice by phone"),
        "value": "1500-0000",
        "in_help_strip": True,
        "hours": [{"opens": "08:00", "closes": "22:00"}],
    },
    {
        "kind": "phone",
        "name": both("분실·도난 신고", "Lost or stolen cards"),
        "value": "1500-0000",
        "always_open": True,
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


# -- the three notices ----------------------------------------------------------------------------------------------------

TITLE = both(
    "온라인 결제 서버가 해킹되어 고객 정보가 유출됐어요",
    "Our online payment server was hacked and customer data was leaked",
)

WHAT_WE_DO_FIRST = both(
    """
- 침입한 경로를 막고 모든 결제 서버를 다시 살펴보고 있어요.
- 경찰과 함께 누가 들어왔는지 조사하고 있어요.
- 부정사용 피해는 **먼저 보상하고 나중에 정산해요**(선보상). 신청하면 영업일 5일 안에 결과를 알려 드려요.
""",
    """
- We closed the way in and are checking every payment server.
- We are working with the police to find out who broke in.
- If money was taken, we **pay you first and settle later**. You hear from us within 5 business days of your claim.
""",
)

WHAT_WE_DO = both(
    """
- 침입한 경로를 막고 모든 결제 서버를 다시 살펴봤어요.
- 카드번호가 나간 분의 해외·온라인 결제를 더 엄격하게 살펴보고 있어요.
- 카드를 다시 만드는 값과 올해 연회비는 받지 않아요.
- 부정사용 피해는 **먼저 보상하고 나중에 정산해요**(선보상). 신청하면 영업일 5일 안에 결과를 알려 드려요.
""",
    """
- We closed the way in and have checked every payment server again.
- We watch overseas and online payments of everybody whose card number leaked more closely.
- Replacing a card is free, and so is this year's annual fee.
- If money was taken, we **pay you first and settle later**. You hear from us within 5 business days of your claim.
""",
)

WHOM_TO_ASK = both(
    "정보유출 대응센터에서 피해 신고와 상담을 함께 받아요. 분실·도난 신고는 밤에도 받아요.",
    "Our Data Leak Response Centre takes reports of harm and gives advice. Lost or stolen cards can be reported at night too.",
)

YOUR_RIGHTS = both(
    """
- **손해배상**(개인정보 보호법 제39조): 손해를 입었다면 배상을 청구할 수 있어요. 법원에 소송을 내면 돼요.
- **법정손해배상**(제39조의2): 손해액을 증명하기 어려워도 300만 원 이하에서 청구할 수 있어요.
- **분쟁조정**(제43조): 개인정보 분쟁조정위원회(1833-6972)에 무료로 조정을 신청할 수 있어요.

선보상이나 다른 혜택을 받아도 **이 권리는 하나도 줄지 않아요.**
""",
    """
- **Damages** (Personal Information Protection Act, Art. 39): you may claim for harm you suffered, in court.
- **Statutory damages** (Art. 39-2): you may claim up to ₩3,000,000 even where the loss is hard to prove.
- **Mediation** (Art. 43): you may apply to the Personal Information Dispute Mediation Committee (1833-6972), free of charge.

Accepting advance compensation or any other offer from us **takes none of these rights away.**
""",
)

NEXT_WORD = both("새 사실 확인 즉시", "As soon as we know more")


def what_to_do(days: Days, *, with_card: bool) -> dict[str, str]:
    began_ko, began_en = dates.short_day(days.began, "ko"), dates.short_day(days.began, "en")
    steps_ko = [
        "**카드를 멈추고 다시 만드세요.** 카드번호가 나간 분은 1500-0000으로 전화하면 24시간 언제든 무료로 해 드려요.",
        f"**{began_ko} 이후 결제를 살펴보세요.** 모르는 결제가 있으면 전화하고, 이 사이트에서 선보상을 신청하세요.",
        "**새 대출과 카드 개설을 막아 두세요.** 거래하는 은행에서 여신거래 안심차단을 신청하면 돼요.",
        "**문자 속 주소를 누르지 마세요.** 우리가 보내는 문자에는 누를 수 있는 주소가 없어요.",
    ]
    steps_en = [
        "**Stop and replace your card.** If your card number was taken, call 1500-0000 at any hour. It is free.",
        f"**Look through payments since {began_en}.** If you do not know one, call us and claim compensation on this site.",
        "**Block new loans and cards.** Ask any bank you use for the credit safe-block (여신거래 안심차단).",
        "**Do not open links in texts.** Ours never carry one.",
    ]
    if not with_card:
        del steps_ko[0], steps_en[0]
    return both(
        "\n".join(f"{number}. {step}" for number, step in enumerate(steps_ko, start=1)),
        "\n".join(f"{number}. {step}" for number, step in enumerate(steps_en, start=1)),
    )


def when_and_how(days: Days, ended: dt.datetime) -> dict[str, str]:
    def at(moment: dt.datetime, language: str) -> str:
        return f"{dates.long_day(moment, language)} {dates.clock(moment)}"

    return both(
        f"""
{at(days.began, "ko")}부터 {dates.short_day(ended, "ko")} {dates.clock(ended)}까지, 누군가 온라인 결제 서버의 보안 약점을 통해 들어와 결제 기록 파일을 밖으로 보냈어요.

한빛카드는 {dates.short_day(days.learned, "ko")} {dates.clock(days.learned)}에 이 사실을 알았고, {dates.clock(days.cut_off)}에 서버를 끊었어요.
""",
        f"""
From {at(days.began, "en")} to {dates.short_day(ended, "en")} {dates.clock(ended)}, an intruder used a weakness in our online payment server and copied payment records out.

We learned of it on {dates.short_day(days.learned, "en")} at {dates.clock(days.learned)} and cut the server off at {dates.clock(days.cut_off)}.
""",
    )


def lede(days: Days, ended: dt.datetime, *, counted: bool = False) -> dict[str, str]:
    """`counted`: the list is known, so there are a figure and a look-up."""
    people = WITH_CARD + OTHERS
    whose_ko = f"고객 **{people:,}명**의" if counted else "온라인으로 결제한 고객의"
    whose_en = f"data about **{people:,} people**" if counted else "data of customers who paid online"
    then_ko = "내 정보가 들어 있는지, 지금 무엇을 하면 되는지 이 화면에서 모두 확인할 수 있어요."
    then_en = "This page tells you whether you are affected and what to do now."
    if not counted:
        then_ko = "누구의 무엇이 나갔는지 조사하고 있고, 확인하는 대로 이 안내에 더할게요."
        then_en = "We are finding out what was taken from whom, and will add it here as soon as we know."
    return both(
        f"{dates.long_day(days.began, 'ko')}부터 {dates.short_day(ended, 'ko')} 사이에 {whose_ko} 정보가 밖으로 나갔어요. "
        f"지켜 드리지 못해 죄송해요. {then_ko}",
        f"Between {dates.short_day(days.began, 'en')} and {dates.long_day(ended, 'en')}, {whose_en} got out. "
        f"We failed to protect it, and we are sorry. {then_en}",
    )


def same_in_all(days: Days, on: dt.date) -> dict[str, Any]:
    return {
        "title": TITLE,
        "whom_to_ask": WHOM_TO_ASK,
        "your_rights": YOUR_RIGHTS,
        "further_matters": law.nothing_prescribed(on),
        "next_word": NEXT_WORD,
        "prepared_by": EDITOR["email"],
    }


def first_notice(days: Days) -> dict[str, Any]:
    return {
        **same_in_all(days, days.first_notice.date()),
        "kind": "confirmed",
        "lede": lede(days, days.ended_as_first_told),
        "what_leaked": both(
            "이름, 휴대전화 번호, 이메일, 연계정보(CI)가 나간 것을 확인했어요. 카드 정보가 나갔는지는 조사하고 있어요.",
            "Names, mobile numbers, e-mail addresses and CI were taken. We are still finding out whether card details were.",
        ),
        "when_and_how": when_and_how(days, days.ended_as_first_told),
        "what_to_do": what_to_do(days, with_card=False),
        "what_we_do": WHAT_WE_DO_FIRST,
        "approved_by": APPROVER["email"],
        "published_at": days.first_notice.isoformat(),
    }


def second_notice(days: Days) -> dict[str, Any]:
    return {
        **same_in_all(days, days.second_notice.date()),
        "kind": "further",
        "lede": lede(days, days.ended_as_first_told),
        "changes": both(
            "- 일부 고객은 **카드번호와 유효기간**도 나간 것을 확인해서 더했어요.\n"
            "- 카드번호가 나간 분이 하실 일을 더했어요.",
            "- We added that **card numbers and expiry dates** of some customers were taken.\n"
            "- We added what to do if your card number was taken.",
        ),
        "what_leaked": both(
            "이름, 휴대전화 번호, 이메일, 연계정보(CI)가 나갔고, 일부 고객은 카드번호와 유효기간도 나갔어요. "
            "몇 분인지는 확인하는 대로 알려 드려요.",
            "Names, mobile numbers, e-mail addresses and CI were taken, and for some customers card numbers and expiry dates. "
            "We will say how many as soon as we know.",
        ),
        "when_and_how": when_and_how(days, days.ended_as_first_told),
        "what_to_do": what_to_do(days, with_card=True),
        "what_we_do": WHAT_WE_DO,
        "approved_by": APPROVER["email"],
        "published_at": days.second_notice.isoformat(),
    }


def third_notice(days: Days, now: dt.datetime) -> dict[str, Any]:
    """Left a draft: it is published once the list is active, so that it carries the list's own figures."""
    end_ko, end_en = dates.short_day(days.ended, "ko"), dates.short_day(days.ended, "en")
    told_ko, told_en = dates.short_day(days.ended_as_first_told, "ko"), dates.short_day(days.ended_as_first_told, "en")
    return {
        **same_in_all(days, now.astimezone(SEOUL).date()),
        "kind": "further",
        "lede": lede(days, days.ended, counted=True),
        "changes": both(
            "- 유출된 정보에 **CVC**를 더했어요. 카드번호가 나간 분이 해당해요.\n"
            f"- 유출이 끝난 날을 {told_ko}에서 **{end_ko}**로 바로잡았어요.\n"
            "- 몇 분의 정보가 나갔는지 더했고, 조회를 열었어요.",
            "- We added **CVC** to what was taken. It concerns everybody whose card number was taken.\n"
            f"- We corrected the last day of the leak from {told_en} to **{end_en}**.\n"
            "- We added how many people are affected and opened the look-up.",
        ),
        "what_leaked": both(
            "나간 정보는 사람마다 달라요. 내가 어느 쪽인지는 조회하면 나와요.",
            "Not everybody lost the same. The look-up tells you which applies to you.",
        ),
        "not_leaked": NOT_LEAKED,
        "when_and_how": when_and_how(days, days.ended),
        "what_to_do": what_to_do(days, with_card=True),
        "what_we_do": WHAT_WE_DO,
    }
