"""A notice that nothing is wrong with: the words that tests plant their faults into."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from breachdesk.lib import dates
from notices import law, linting
from notices.linting import ContactFacts, Facts, KnownItem, ListFacts
from notices.models import ContactPoint, Incident

SEOUL = ZoneInfo("Asia/Seoul")


def words(*, began: dt.datetime, ended: dt.datetime, learned: dt.datetime, today: dt.date) -> dict[str, str]:
    """In Korean, English and easy Korean, for an incident of these days; names, numbers and e-mail addresses leaked."""

    def day(moment: dt.date, language: str) -> str:
        return dates.long_day(moment, language)

    next_word = today + dt.timedelta(days=2)
    sentence = law.nothing_prescribed(today)
    return {
        "title_ko": "온라인 결제 서버가 해킹되어 고객 정보가 유출됐어요",
        "title_en": "Our online payment server was hacked and customer data was leaked",
        "title_easy": "손님 정보가 밖으로 나갔어요",
        "lede_ko": f"{day(began, 'ko')}부터 {day(ended, 'ko')} 사이에 고객의 정보가 밖으로 나갔어요. 지켜 드리지 못해 죄송해요.",
        "lede_en": f"Between {day(began, 'en')} and {day(ended, 'en')}, data of customers got out. We failed to protect it, and we are sorry.",
        "lede_easy": "나쁜 사람이 우리 컴퓨터에 몰래 들어왔어요. 손님 정보를 가져갔어요. 지켜 드리지 못해 죄송해요.",
        "changes_ko": "- 언제까지 나갔는지 바로잡았어요.\n- 기록을 다시 살펴보고 알았기 때문이에요.",
        "changes_en": "- We corrected when it ended.\n- We went through the logs again.",
        "changes_easy": "언제까지 나갔는지 바로잡았어요.",
        "what_leaked_ko": "이름, 휴대전화 번호, 이메일이 나갔어요. 주민등록번호는 나가지 않았어요.",
        "what_leaked_en": "Names, mobile numbers and e-mail addresses were taken. Resident registration numbers were not.",
        "what_leaked_easy": "이름, 휴대전화 번호, 이메일이 나갔어요.",
        "when_and_how_ko": f"{day(began, 'ko')}부터 {day(ended, 'ko')}까지 누군가 결제 서버의 약한 곳으로 들어왔어요.\n\n{day(learned, 'ko')} {dates.clock(learned)}에 이 사실을 알았어요.",
        "when_and_how_en": f"From {day(began, 'en')} to {day(ended, 'en')}, an intruder came in through a weakness in our payment server.\n\nWe learned of it on {day(learned, 'en')} at {dates.clock(learned)}.",
        "when_and_how_easy": f"{day(began, 'ko')}부터 {day(ended, 'ko')}까지였어요. 나쁜 사람이 컴퓨터의 약한 곳으로 들어왔어요.",
        "what_to_do_ko": "1. **문자 속 주소를 누르지 마세요.** 카드사인 척하는 전화는 끊으세요.\n2. 1500-0000으로 전화하면 도와드려요.",
        "what_to_do_en": "1. **Do not open links in texts.** Hang up on anybody who says they call from us.\n2. Call 1500-0000 for help.",
        "what_to_do_easy": "1. 문자에 있는 주소를 누르지 마세요.\n2. 1500-0000에 전화하세요.",
        "what_we_do_ko": "- 침입한 길을 막았어요.\n- 부정사용 피해는 먼저 보상해요. 신청하면 영업일 5일 안에 결과를 알려 드려요.",
        "what_we_do_en": "- We closed the way in.\n- We pay for misuse first. You hear from us within 5 business days of your claim.",
        "what_we_do_easy": "나쁜 사람이 들어온 길을 막았어요. 잃은 돈이 있으면 먼저 드려요.",
        "whom_to_ask_ko": "정보유출 대응센터에서 피해 신고와 상담을 함께 받아요.",
        "whom_to_ask_en": "Our Data Leak Response Centre takes reports of harm and gives advice.",
        "whom_to_ask_easy": "정보유출 대응센터에 전화하세요.",
        "your_rights_ko": "- **손해배상**(개인정보 보호법 제39조): 배상을 청구할 수 있어요.\n- **법정손해배상**(제39조의2): 300만 원 이하에서 청구할 수 있어요.\n- **분쟁조정**(제43조): 개인정보 분쟁조정위원회(1833-6972)에 무료로 신청할 수 있어요.",
        "your_rights_en": "- **Damages** (Personal Information Protection Act, Art. 39): you may claim for harm.\n- **Statutory damages** (Art. 39-2): you may claim up to ₩3,000,000.\n- **Mediation** (Art. 43): you may apply to the Mediation Committee (1833-6972), free of charge.",
        "your_rights_easy": "회사에 돈을 물어 달라고 할 수 있어요. 1833-6972에 전화하면 무료로 도와줘요.",
        "further_matters_ko": sentence["ko"],
        "further_matters_en": sentence["en"],
        "further_matters_easy": sentence["easy"],
        "next_word_ko": f"{dates.short_day(next_word, 'ko')}까지",
        "next_word_en": f"by {dates.short_day(next_word, 'en')}",
    }


def words_for(incident: Incident, *, at: dt.datetime) -> dict[str, str]:
    days = {name: getattr(incident, f"{field}_at") for name, field in DAYS.items()}
    return words(**{name: moment.astimezone(SEOUL) for name, moment in days.items()}, today=at.astimezone(SEOUL).date())


DAYS = {"began": "leak_started", "ended": "leak_ended", "learned": "learned"}


def contact_for(incident: Incident) -> ContactPoint:
    """Somebody to ask, day and night."""
    names = {"name_ko": "전화", "name_en": "Phone", "kind": "phone", "value": "1500-0000"}
    return ContactPoint.objects.create(incident=incident, position=1, always_open=True, **names)


ITEMS = {
    code: KnownItem(code, group, ko, en)
    for code, group, ko, en in (
        ("card_number", "payment", "카드번호", "Card number"),
        ("card_expiry", "payment", "유효기간", "Expiry date"),
        ("cvc", "payment", "CVC", "CVC"),
        ("payment_code", "wallet", "가상결제코드", "Virtual payment code"),
        ("account", "account", "계좌번호", "Account number"),
        ("name", "contact", "이름", "Name"),
        ("phone", "contact", "휴대전화 번호", "Mobile number"),
        ("email", "contact", "이메일", "E-mail"),
        ("address", "contact", "주소", "Address"),
        ("rrn", "identity", "주민등록번호", "Resident registration number"),
        ("ci", "ci", "연계정보(CI)", "Connecting information (CI)"),
        ("passport", "identity", "여권번호", "Passport number"),
    )
}
BEGAN = dt.datetime(2026, 10, 28, 2, 14, tzinfo=SEOUL)
ENDED = dt.datetime(2026, 11, 17, 23, 40, tzinfo=SEOUL)
LEARNED = dt.datetime(2026, 11, 18, 9, 20, tzinfo=SEOUL)
TODAY = dt.date(2026, 11, 22)


def facts(*, texts: dict[str, str] | None = None, **other: Any) -> Facts:
    """Of a confirmed notice after a possible one, with a list and somebody to ask; `texts` go over its words."""
    good = Facts(
        kind="confirmed",
        texts=words(began=BEGAN, ended=ENDED, learned=LEARNED, today=TODAY),
        items=ITEMS,
        began=BEGAN,
        ended=ENDED,
        learned=LEARNED,
        today=TODAY,
        not_leaked=("rrn",),
        told=(("possible", ""),),
        listed=ListFacts(frozenset({"name", "phone", "email"}), frozenset(), 1284, 41),
        contacts=(ContactFacts("phone", "1500-0000", True), ContactFacts("email", "help@hanbitcard.example", True)),
        department={"ko": "정보유출 대응센터", "en": "Data Leak Response Centre"},
        own_phones=frozenset({"15000000"}),
    )
    return replace(good, texts={**good.texts, **(texts or {})}, **other)


def blocking(of: Facts) -> list[linting.Finding]:
    return [one for one in linting.findings(of) if one.blocks]
