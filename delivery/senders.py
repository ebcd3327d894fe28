"""The numbers and addresses that our messages leave from, each registered with the carriers or the mail system.

They are settings, not rows: whoever could add one at the desk could make a criminal's number ours.
"""

from __future__ import annotations

from dataclasses import dataclass

import phonenumbers
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from delivery import routes
from delivery.states import Channel


@dataclass(frozen=True)
class Sender:
    kind: str  # "phone", "kakao" (the channel's name) or "email"
    value: str
    used_for: str

    @property
    def shown(self) -> str:
        return shown(self.value)


def registered() -> list[Sender]:
    """What this system sends from, then what else the issuer has named (OTHER_SENDERS)."""
    own = [
        *(Sender("phone", number, _("유출 통지, 인증번호, 신청 안내 문자")) for number in _of(Channel.SMS)),
        *(Sender("kakao", name, _("유출 통지 알림톡")) for name in _of(Channel.ALIMTALK)),
        Sender("email", routes.for_channel(Channel.EMAIL)[0].sender, _("유출 통지, 인증번호, 신청 안내 이메일")),
    ]
    english = (get_language() or "ko").startswith("en")
    others = [
        Sender("email" if "@" in value else "phone", value, in_english if english else in_korean)
        for value, in_korean, in_english in settings.OTHER_SENDERS
    ]
    return own + others


def _of(channel: Channel) -> list[str]:
    return list(dict.fromkeys(route.sender for route in routes.for_channel(channel)))


def shown(value: str) -> str:
    """As people write it: 15000000 is 1500-0000."""
    if "@" in value:
        return value
    try:
        number = phonenumbers.parse(value, "KR")
    except phonenumbers.NumberParseException:
        return value
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
