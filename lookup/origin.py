"""From where somebody looked, told so coarsely that it is no address: half of the network's, and the kind of device."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# In the order in which they are looked for: one names itself beside the others.
SYSTEMS = (
    ("iphone", "iPhone", _("아이폰")),
    ("ipad", "iPad", _("아이패드")),
    ("android", "Android", _("안드로이드")),
    ("windows", "Windows", _("윈도우")),
    ("mac", "Macintosh", _("맥")),
    ("chromeos", "CrOS", _("크롬북")),
    ("linux", "Linux", _("리눅스")),
)
BROWSERS = (
    ("samsung", "SamsungBrowser", _("삼성 인터넷")),
    ("whale", "Whale", _("네이버 웨일")),
    ("naver", "NAVER", _("네이버 앱")),
    ("kakao", "KAKAOTALK", _("카카오톡")),
    ("edge", "Edg", _("엣지")),
    ("opera", "OPR", _("오페라")),
    ("firefox", "Firefox", _("파이어폭스")),
    ("firefox", "FxiOS", _("파이어폭스")),
    ("chrome", "Chrome", _("크롬")),
    ("chrome", "CriOS", _("크롬")),
    ("safari", "Safari", _("사파리")),
)
WORDS: dict[str, StrOrPromise] = {code: words for code, _mark, words in (*SYSTEMS, *BROWSERS)}


@dataclass(frozen=True)
class Origin:
    network: str = ""
    device: str = ""

    @classmethod
    def of(cls, address: str, user_agent: str) -> Origin:
        return cls(coarse(address), device(user_agent))


NOWHERE = Origin()


def coarse(address: str) -> str:
    """203.0.113.7 -> 203.0.•.•, 2001:db8:1::2 -> 2001:db8:…; nothing for what is no address."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if ip.version == 4:
        return ".".join([*str(ip).split(".")[:2], "•", "•"])
    return ":".join(f"{int(part, 16):x}" for part in ip.exploded.split(":")[:2]) + ":…"


def device(user_agent: str) -> str:
    """android/samsung: two of our own words and nothing that the browser wrote."""
    found = (
        next((code for code, mark, _words in kinds if mark in user_agent), "other") for kinds in (SYSTEMS, BROWSERS)
    )
    return "/".join(found)


def device_words(code: str) -> str:
    return " · ".join(str(WORDS[part]) for part in code.split("/") if part in WORDS) or str(_("알 수 없는 기기"))
