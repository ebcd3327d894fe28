"""What stands open in an AlimTalk template, and what becomes of it. Pure.

A place is written #{이름}. Kakao compares every message with its template, letter by letter but for the places; a place may not be
left empty.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from django.utils.translation import gettext

from breachdesk.lib import links
from delivery.words import Words

PLACE = re.compile(r"#\{([^{}]*)\}")
CHECK_CODE = "확인코드"
LONGEST = 1000
# What each occasion's letter says into its places. The check code is the outbox's.
PLACES: dict[str, tuple[str, ...]] = {
    "leak_notice": (
        "회사",
        "판",
        "이름",
        "유출된정보",
        "유출됐을수있는정보",
        "때와경위",
        "지금할일",
        "회사가하는일",
        "신고와상담",
        "내권리",
        CHECK_CODE,
    ),
    "all_clear": ("회사", "판", "이름", "달라진것", "신고와상담", CHECK_CODE),
}


class Wrong(ValueError):
    """A text that could never be sent; it says why."""


class NotFilled(ValueError):
    """What the letter says leaves a place open, or makes too much of it."""


def places(text: str) -> list[str]:
    return list(dict.fromkeys(PLACE.findall(text)))


def refuse_unless_usable(text: str, *, occasion: str) -> None:
    """Raises Wrong."""
    if len(text) > LONGEST:
        raise Wrong(gettext("알림톡은 1,000자까지예요. 빈칸이 채워지면 더 길어져요."))
    if unknown := [name for name in places(text) if name not in PLACES.get(occasion, ())]:
        raise Wrong(gettext("이 안내가 채우지 않는 빈칸이 있어요: %(names)s") % {"names": ", ".join(unknown)})
    if CHECK_CODE not in places(text):
        raise Wrong(gettext("확인 코드가 들어갈 빈칸 #{확인코드}가 있어야 해요."))
    if address := links.first_address(PLACE.sub(" ", text)):
        raise Wrong(gettext("누를 수 있는 주소로 읽히는 ‘%(address)s’는 빼 주세요.") % {"address": address})


def filled(text: str, variables: Mapping[str, str]) -> str:
    """In one pass: what somebody's name holds is no place. Raises NotFilled."""
    if missing := [name for name in places(text) if not variables.get(name, "").strip()]:
        raise NotFilled(", ".join(missing))
    whole = PLACE.sub(lambda found: variables[found[1]], text)
    if len(whole) > LONGEST:
        raise NotFilled(f"{len(whole)} letters")
    return whole


def as_alimtalk(words: Words, *, text: str, code: str, check_code: str) -> Words:
    """These words as the template has them: its text is what is sent, kept and shown. Raises NotFilled."""
    variables = {**words.variables, CHECK_CODE: check_code}
    used = {name: variables[name] for name in places(text) if name in variables}
    whole = filled(text, used)
    opening = words.opening if words.opening and words.opening in whole else ""
    return replace(words, text=whole, variables=used, template=code, opening=opening)
