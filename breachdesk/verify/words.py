"""What a page says of a message that left the house."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from delivery import occasions, senders
from delivery.queries import Checked
from delivery.states import Channel

WAYS = {
    Channel.SMS: _("문자(SMS)"),
    Channel.LMS: _("문자(LMS)"),
    Channel.EMAIL: _("이메일"),
    Channel.ALIMTALK: _("카카오톡 알림톡"),
    Channel.LETTER: _("우편"),
}


@dataclass(frozen=True)
class Genuine:
    kind: str
    way: str
    by_email: bool
    left_at: dt.datetime
    sender: str
    # Empty: its first line differs from person to person.
    opening: str


def of(message: Checked) -> Genuine:
    return Genuine(
        kind=occasions.name(message.occasion),
        way=str(WAYS[Channel(message.channel)]),
        by_email=message.channel == Channel.EMAIL,
        left_at=message.left_at,
        sender=senders.shown(message.sender) if message.sender else "",
        opening=message.opening,
    )
