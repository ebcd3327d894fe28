"""Sums, days, account numbers and words as people type them: read as generously as is safe, never guessed. Pure."""

from __future__ import annotations

import re

from breachdesk.lib.typed_text import NotADay, day, line, paragraphs, plain

__all__ = ["NotADay", "day", "line", "paragraphs"]

WON = re.compile(r"(?:₩|￦|krw)?([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:원|krw|won)?")
# No sum has more digits; longer ones are not even turned into a number.
MOST_DIGITS = 15


class NotAnAmount(ValueError):
    """Not a whole sum of won written in digits."""


class NotAnAccountNumber(ValueError):
    """Something other than digits and hyphens."""


def amount(text: str) -> int:
    """`200,000`, `200000원`, `２０００００` -> 200000. Raises NotAnAmount; a sum too long to be one is 10**15."""
    typed = plain(text).replace(" ", "").lower()
    found = WON.fullmatch(typed)
    if found is None:
        raise NotAnAmount
    digits = found[1].replace(",", "").lstrip("0") or "0"
    return int(digits) if len(digits) <= MOST_DIGITS else 10**MOST_DIGITS


def account_number(text: str) -> str:
    """The digits alone. Raises NotAnAccountNumber."""
    typed = plain(text)
    if not re.fullmatch(r"[0-9][0-9 -]*", typed) or len(typed) > 60:
        raise NotAnAccountNumber
    return typed.replace("-", "").replace(" ", "")
