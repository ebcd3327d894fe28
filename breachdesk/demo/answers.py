"""Answers to reuse at the demo's desk: one that two agreed on, and one that waits for a second person."""

from __future__ import annotations

import datetime as dt

from breachdesk.accounts.models import User
from breachdesk.demo import staff
from breachdesk.demo.crowd import OFFICER
from support import reusing
from support.reuse_models import Prepared

AGENT = next(one.email for one in staff.STAFF if one.role == "agent")
AGREED = (
    "카드를 바꿔야 하나요?",
    "안녕하세요. 카드번호가 나간 분은 새 카드로 바꿔 주세요. 누리집의 ‘내 카드’에서 하거나 {phone}로 전화하면 돼요. 값은 받지 않아요. 문의 번호는 {reference}예요.",
    "Hello. If your card number leaked, please have the card replaced: on the site under My cards, or by calling {phone}. It is free. Your inquiry is {reference}.",
)
WAITING = (
    "문자가 진짜인가요?",
    "안녕하세요. {issuer} 문자에는 누를 수 있는 주소가 없어요. 문자 끝의 확인 코드를 누리집의 ‘메시지 확인’에 적으면 진짜인지 볼 수 있어요.",
    "Hello. Texts from {issuer} never hold an address to press. Type the check code at the end of the text at Check a message on the site.",
)


def prepare(*, at: dt.datetime) -> None:
    """Once."""
    if Prepared.objects.exists():
        return
    agent, officer = User.objects.get(email=AGENT), User.objects.get(email=OFFICER)
    agreed, _waiting = (
        reusing.prepare(title=title, text_ko=ko, text_en=en, by=agent, at=at) for title, ko, en in (AGREED, WAITING)
    )
    reusing.approve(pk=agreed.pk, by=officer, at=at)
