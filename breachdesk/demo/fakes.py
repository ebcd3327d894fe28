"""One invented fake message, reported by somebody: it waits at the desk."""

from __future__ import annotations

import datetime as dt
import uuid

from breachdesk.lib.contacts import Contact
from breachdesk.verify import actions
from breachdesk.verify.models import FakeReport
from breachdesk.verify.states import Harm, Way

WORDS = (
    "[한빛카드] 고객님, 개인정보 유출 보상금 300,000원이 확정되었습니다. 오늘까지 신청하지 않으면 소멸됩니다.\n"
    "신청하기: https://hanbit-bosang.example/apply\n문의 010-0000-4242"
)


def report(*, at: dt.datetime) -> None:
    """Once."""
    if FakeReport.objects.exists():
        return
    told = actions.Told(
        way=Way.TEXT,
        harm=Harm.PRESSED,
        words=WORDS,
        sender="010-0000-4242",
        contact=Contact.parse("010-0000-7777"),
        language="ko",
    )
    actions.report(told=told, picture=None, form=uuid.uuid4(), network="203.0.113.0/24", at=at)
