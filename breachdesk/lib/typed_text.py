"""Words as people type them, without what nobody can see. Pure."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

DAY = re.compile(r"([0-9]{4})[-./년 ]+([0-9]{1,2})[-./월 ]+([0-9]{1,2})[.일 ]*")
SOLID_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
SPACES = re.compile(r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u3164]+")
# Control characters and marks nobody sees or types on purpose: NUL, escapes, text-direction overrides, tag characters.
# The joiner of emoji (U+200D) stays.
UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc"
    r"\ud800-\udfff\U000e0000-\U000e007f]"
)


def line(text: str) -> str:
    """One line of words: composed (NFC), unseen characters gone, spaces folded."""
    shown = UNSEEN.sub("", unicodedata.normalize("NFC", text.replace("\r", "\n")))
    return SPACES.sub(" ", shown.replace("\n", " ")).strip()


def paragraphs(text: str) -> str:
    """Words over several lines: as `line`, keeping line ends and at most one empty line between."""
    lines = [line(each) for each in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class NotADay(ValueError):
    """Not a day of the calendar written as year, month, day."""


def day(text: str) -> dt.date:
    """`2026-11-05`, `2026 11 05`, `20261105`, `2026.11.5`, `2026년 11월 5일`. Raises NotADay."""
    typed = plain(text)
    found = SOLID_DAY.fullmatch(typed) or DAY.fullmatch(typed)
    if found is None:
        raise NotADay
    try:
        return dt.date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise NotADay from None


def plain(text: str) -> str:
    """Full-width forms made ordinary, dashes of every kind made hyphens."""
    if len(text) > 200:
        return ""
    return re.sub(r"[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]", "-", line(unicodedata.normalize("NFKC", text)))


def number(typed: str | None, *, digits: int = 18) -> int:
    """A whole number of no more digits, as no column minds; 0 where it is none."""
    return int(typed) if typed and typed.isascii() and typed.isdecimal() and len(typed) <= digits else 0
