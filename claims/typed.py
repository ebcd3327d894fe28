"""Sums, days, account numbers and words as people type them: read as generously as is safe, never guessed. Pure."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from breachdesk.lib.typed_text import line, paragraphs

__all__ = ["line", "paragraphs"]

WON = re.compile(r"(?:₩|￦|krw)?([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:원|krw|won)?")
DAY = re.compile(r"([0-9]{4})[-./년 ]+([0-9]{1,2})[-./월 ]+([0-9]{1,2})[.일 ]*")
SOLID_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
# No sum has more digits; longer ones are not even turned into a number.
MOST_DIGITS = 15


class NotAnAmount(ValueError):
    """Not a whole sum of won written in digits."""


class NotADay(ValueError):
    """Not a day of the calendar written as year, month, day."""


class NotAnAccountNumber(ValueError):
    """Something other than digits and hyphens."""


def amount(text: str) -> int:
    """`200,000`, `200000원`, `２０００００` -> 200000. Raises NotAnAmount; a sum too long to be one is 10**15."""
    typed = _plain(text).replace(" ", "").lower()
    found = WON.fullmatch(typed)
    if found is None:
        raise NotAnAmount
    digits = found[1].replace(",", "").lstrip("0") or "0"
    return int(digits) if len(digits) <= MOST_DIGITS else 10**MOST_DIGITS


def day(text: str) -> dt.date:
    """`2026-11-05`, `2026 11 05`, `20261105`, `2026.11.5`, `2026년 11월 5일`. Raises NotADay."""
    typed = _plain(text)
    found = SOLID_DAY.fullmatch(typed) or DAY.fullmatch(typed)
    if found is None:
        raise NotADay
    try:
        return dt.date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise NotADay from None


def account_number(text: str) -> str:
    """The digits alone. Raises NotAnAccountNumber."""
    typed = _plain(text)
    if not re.fullmatch(r"[0-9][0-9 -]*", typed) or len(typed) > 60:
        raise NotAnAccountNumber
    return typed.replace("-", "").replace(" ", "")


def _plain(text: str) -> str:
    """Full-width forms made ordinary, dashes of every kind made hyphens."""
    if len(text) > 200:
        return ""
    return re.sub(r"[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]", "-", line(unicodedata.normalize("NFKC", text)))
