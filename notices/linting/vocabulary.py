"""How texts name what leaks and what to do against it, per language: the catalogue's names and other usual ones."""

from __future__ import annotations

import re

from notices import catalogue

# Beside the catalogue's own names. Spaces in Korean ones may be left out; English ones may stand in the plural.
NAMES: dict[str, dict[str, tuple[str, ...]]] = {
    "card_number": {"ko": ("카드 번호",), "en": ("card number", "card no.", "PAN")},
    "card_expiry": {"ko": ("유효 기간", "카드 만료일"), "en": ("expiry date", "expiration date", "expiry")},
    "cvc": {"ko": ("CVC", "CVV", "카드 뒷면 세 자리", "카드 뒷면 3자리"), "en": ("CVC", "CVV", "security code")},
    "pin2": {
        "ko": ("비밀번호 앞 2자리", "비밀번호 앞 두 자리", "카드 비밀번호", "비밀번호"),
        "en": ("first two PIN digits", "first two digits of the PIN", "first two digits of your PIN", "PIN"),
    },
    "payment_code": {"ko": ("가상 결제 코드",), "en": ("virtual payment code",)},
    "wallet": {"ko": ("간편 결제 정보",), "en": ("easy-pay detail", "easy-pay information", "wallet detail")},
    "account": {"ko": ("계좌 번호", "은행 계좌"), "en": ("bank account number", "account number", "bank account")},
    "name": {"ko": ("이름", "성명", "성함"), "en": ("name", "full name")},
    "phone": {
        "ko": ("휴대전화 번호", "휴대폰 번호", "전화 번호"),
        "en": ("mobile number", "mobile phone number", "phone number", "telephone number"),
    },
    "email": {"ko": ("이메일 주소", "이메일", "전자우편 주소", "전자우편"), "en": ("e-mail address", "email address", "e-mail", "email")},
    "address": {"ko": ("집 주소", "주소"), "en": ("postal address", "home address", "address")},
    "birth_date": {"ko": ("생년 월일", "태어난 날"), "en": ("date of birth", "birth date", "dates of birth")},
    "rrn": {"ko": ("주민 등록 번호", "주민번호"), "en": ("resident registration number",)},
    "ci": {"ko": ("연계정보(CI)", "연계 정보", "CI"), "en": ("connecting information (CI)", "connecting information", "CI")},
    "internal_id": {"ko": ("내부 관리 번호",), "en": ("internal reference number", "internal number", "internal ID")},
}  # fmt: skip
# They hold a name without being it.
OTHER_THINGS = {
    "ko": ("IP 주소", "인터넷 주소", "문자 속 주소", "누리집 주소"),
    "en": ("IP address", "web address", "user name"),
}

# How a text says one of the catalogue's steps, so that somebody could do it.
STEPS: dict[str, dict[str, str]] = {
    "stop_card": {
        "ko": r"재발급|다시 만(?:들|드)|새 카드|카드를? ?(?:멈|정지|중지)|이용 ?정지",
        "en": r"\breplac|\breissu|\bnew card|\b(?:stop|block|freeze) (?:your|the|this) card",
    },
    "check_payments": {
        "ko": r"결제.{0,14}(?:살펴|확인하|보세요)|명세서|모르는 결제",
        "en": r"\b(?:look|check|go) (?:through|over)? ?.{0,25}\b(?:payments?|statements?|transactions?)\b|do not (?:know|recognise)",
    },
    "check_wallet": {
        "ko": r"간편결제.{0,30}(?:지우|살펴|확인하|보세요|바꾸|정하)",
        "en": r"(?:easy-?pay|wallet|pay app).{0,60}(?:remove|check|delete|change)|(?:remove|check|delete|change).{0,60}(?:easy-?pay|wallet|pay app)",
    },
    "check_account": {
        "ko": r"계좌.{0,20}(?:살펴|확인하|보세요)|자동이체|지급정지|입출금 알림",
        "en": r"direct debit|(?:check|watch).{0,30}\baccount|withdrawals?",
    },
    "block_loans": {"ko": r"안심차단|대출.{0,14}막", "en": r"safe-?block|block new loans"},
    "register_fss": {
        "ko": r"사고예방 ?시스템|금융감독원.{0,14}등록",
        "en": r"regist(?:er|ry).{0,60}(?:supervisory|FSS)|(?:supervisory|FSS).{0,60}regist",
    },
    "block_phone": {
        "ko": r"가입 ?제한|번호이동.{0,6}제한|휴대전화.{0,14}개통",
        "en": r"(?:stop|block).{0,30}(?:new )?(?:phone|mobile) (?:lines?|numbers?|contracts?)|subscription block",
    },
    "beware": {
        "ko": r"사칭.{0,30}(?:조심|끊|의심|주의)|(?:주소|링크)를? ?(?:누르|열)지|스미싱|보이스피싱|의심(?:되|스러운)",
        "en": r"\blinks? in (?:a )?(?:texts?|messages?)|do not (?:open|tap|click)|phishing|smishing|pretend(?:s|ing)? to be|hang up",
    },
    "move_payments": {"ko": r"자동납부.{0,20}(?:옮|등록|바꾸)", "en": r"(?:move|update).{0,40}(?:regular|automatic|recurring) payments"},
}  # fmt: skip


# Where something to pay with leaked, to be wary of calls is not enough.
ENOUGH = {"payment": ["stop_card", "check_payments"]}


def steps_against(group: str) -> list[str]:
    """The steps that help where something of this group leaked, one of which must be told."""
    if group in ENOUGH:
        return ENOUGH[group]
    own = {item.code for item in catalogue.ITEMS.values() if item.group == group}
    return [step.code for step in catalogue.STEPS if step.against & own]


def pattern(name: str, language: str) -> re.Pattern[str]:
    if language == "en":
        plural = re.escape(name) + (r"(?:e?s)?" if name[-1:].isalpha() else "")
        return re.compile(rf"(?<![\w-]){plural}(?![\w])", re.IGNORECASE)
    return re.compile(r" ?".join(map(re.escape, name.split())), re.IGNORECASE)
