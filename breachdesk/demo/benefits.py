"""What the demo's incident gives beside compensation, and vouchers for the credit alerts, fewer than there are people."""

from __future__ import annotations

import datetime as dt

from breachdesk.accounts.models import User
from breachdesk.demo import story
from breachdesk.demo.days import Days
from breachdesk.demo.staff import STAFF
from cards import benefits
from cards.states import Benefit
from notices.models import Incident

VOUCHERS = 200


def offer(*, incident: Incident, at: dt.datetime) -> None:
    days = Days(at)
    editor = User.objects.get(email=story.EDITOR["email"])
    officer = User.objects.get(email=next(one.email for one in STAFF if one.key == "officer"))
    terms = [
        benefits.Terms(Benefit.WAIVER, True, days.claims_until, 365),
        benefits.Terms(Benefit.MONITORING, False, days.alerts_until, 365),
        benefits.Terms(Benefit.INSTALMENTS, True, days.alerts_until, 300),
    ]
    if benefits.offer(incident=incident, terms=terms, by=editor, confirmed_by=officer, at=at):
        codes = [f"DEMO-ALERT-{number:04d}" for number in range(1, VOUCHERS + 1)]
        benefits.load_codes(incident=incident, codes=codes, by=editor, at=at)
