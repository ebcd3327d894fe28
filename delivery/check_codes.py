"""The check code at the end of every message but a one-time code: whoever got one can ask whether it is ours (/verify/).

It is added by the outbox, so that no room can forget it. It says nothing of whom a message went to: a keyed hash finds the row
after words and address were blanked, and the code lies sealed beside it, to be hashed anew when the keys are changed.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from functools import cache

from django.utils import translation
from django.utils.translation import gettext

from breachdesk import keys
from breachdesk.lib.references import MESSAGE_CODE
from delivery.words import Words, size_for_phone

KIND = "check_code"  # of keyed hash
# It is asked for on one page and typed there at once; a line more would make two short messages of it.
WITHOUT = frozenset({"one_time_code"})


def wanted_by(words: Words) -> bool:
    return words.occasion not in WITHOUT


def new() -> str:
    return MESSAGE_CODE.new()


def added_to(words: Words, code: str) -> Words:
    return replace(words, text=f"{words.text}\n\n{line(words.language, code)}")


def line(language: str, code: str) -> str:
    return _sentence(language) % {"code": code}


def size_in_phone_message(language: str) -> int:
    """What a letter that fills a long text message leaves free for it, its empty line included."""
    return size_for_phone("\n\n" + line(language, new()))


def read(text: str) -> str | None:
    """The code in what somebody typed: it alone, in whatever way, or the whole message with it. None: no code reads so."""
    return MESSAGE_CODE.read(text) or MESSAGE_CODE.read(MESSAGE_CODE.within(text))


def hashes(code: str) -> list[uuid.UUID]:
    """Under each key of ours."""
    return keys.indexes(KIND, code)


@cache
def _sentence(language: str) -> str:
    with translation.override(language):
        return gettext("확인 코드 %(code)s (누리집 ‘메시지 확인’에서 진짜인지 볼 수 있어요)")
