"""How often, and how long. Plain values."""

from __future__ import annotations

import datetime as dt
import re

from django.utils.translation import gettext_lazy as _

from breachdesk.lib.contacts import tidy
from breachdesk.limits import Budget

MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)

# Codes that nobody has, an hour and a network, and a minute for all networks together; a right one is given back. A message's
# code is one of 29^9, a certificate's one of 29^11: what guessing brings at that rate stands in DECISIONS.md.
MISSES_PER_NETWORK = Budget("verify.network", 300, HOUR)
MISSES_OF_ALL = Budget("verify.all", 3000, MINUTE)
# A whole long text message may be pasted.
TYPED_LENGTH = 3000

# Reports of fakes: from one network, and of all together; a picture costs more than words.
REPORTS_PER_NETWORK = Budget("verify.report.network", 20, HOUR)
REPORTS_OF_ALL = Budget("verify.report.all", 1000, HOUR)
PICTURES_PER_NETWORK = Budget("verify.picture.network", 10, HOUR)
PICTURES_OF_ALL = Budget("verify.picture.all", 300, HOUR)
WORDS_LENGTH = 3000
SENDER_LENGTH = 100
NOTE_LENGTH = 600
REVEAL_REASONS = {
    "block": _("번호나 주소를 막아 달라고 알리려고"),
    "call": _("신고한 분과 통화하려고"),
    "authority": _("감독·수사 기관의 요청에 답하려고"),
}


def sender_key(typed: str) -> str:
    """The same for the same number however it is typed; an address in lower case. Empty where there is nothing to tell it by."""
    text = tidy(typed)
    if "@" in text:
        return text.lower()
    digits = re.sub(r"[^0-9]", "", re.sub(r"^\+82\s*", "0", text).replace("(0)", ""))
    return digits.removeprefix("00") if len(digits) >= 3 else text.casefold()
