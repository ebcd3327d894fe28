"""Numbers that must not be in the house, wherever in a row they stand: whole card numbers and resident numbers."""

from __future__ import annotations

import re
from itertools import combinations

from breachdesk.lib import contacts

BETWEEN = r"[ .\-_/~\u00b7\u2010-\u2015\u2212\u30fc]{0,3}"
# Begun at the first digit of a group only: else every digit of every row would be tried.
LONG_NUMBER = re.compile(rf"(?<!\d)\d(?:{BETWEEN}\d){{12}}")
# Whatever stands between its digits. In a line of cells a date and a phone would do: for one cell only.
ANY_LONG_NUMBER = re.compile(r"(?<!\d)\d(?:[\W_]{0,3}\d){12}")
WHOLE_LONG_NUMBER = re.compile(rf"(?<!\d)\d(?:{BETWEEN}\d){{12,}}")
# Anything but a letter or a digit. Only where the groups themselves give it away: the numbers of an address stand like that too.
ANYTHING = r"[^\w|]{1,3}"
RESIDENT_NUMBER = re.compile(
    rf"(?<!\d)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:{BETWEEN}|{ANYTHING})[1-8]\d{{6}}(?!\d)"
)
IN_CARD_GROUPS = re.compile(
    rf"(?<!\d)(?:\d{{4}}(?:{ANYTHING}\d{{4}}){{3}}|\d{{4}}{ANYTHING}\d{{6}}{ANYTHING}\d{{5}}|\d{{1,3}}(?:,\d{{3}}){{4,6}})(?!\d)"
)
CARD_LENGTHS = range(13, 20)


def may_hold_one(text: str) -> bool:
    """By one quick look, at a whole line of cells too; what it lets through holds none."""
    return bool(LONG_NUMBER.search(text) or IN_CARD_GROUPS.search(text) or RESIDENT_NUMBER.search(text))


def holds_resident_number(text: str) -> bool:
    return bool(RESIDENT_NUMBER.search(contacts.tidy(text)))


def holds_card_number(text: str) -> bool:
    """A number of 13 to 19 digits with a right check digit, in one piece or with spaces, dots or hyphens between its groups."""
    tidy = contacts.tidy(text)
    for found in IN_CARD_GROUPS.finditer(tidy):
        digits = re.sub(r"\D", "", found[0])
        if digits[0] != "0" and passes_luhn(digits):
            return True
    for found in WHOLE_LONG_NUMBER.finditer(tidy):
        groups = re.findall(r"\d+", found[0])[:40]
        for start, end in combinations(range(len(groups) + 1), 2):
            digits = "".join(groups[start:end])
            if len(digits) in CARD_LENGTHS and digits[0] != "0" and passes_luhn(digits):
                return True
    return False


def passes_luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
