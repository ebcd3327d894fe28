"""References that people read to each other over the phone: `CLM-7F3K-29QD`.

Seven random characters and a check character over an alphabet without 0/O, 1/I/L and U; any single wrong character and
any swap of two neighbours is caught (ISO/IEC 7064-like, weights 1, 2, 3 … modulo the prime 29).
"""

from __future__ import annotations

import secrets

from breachdesk.lib.contacts import tidy

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXY"  # 29 characters, a prime: every weight below 29 can be undone


def check_character(prefix: str, body: str) -> str:
    # A letter of the prefix outside the alphabet counts as its place in the ordinary alphabet.
    marks = prefix + body
    total = sum(weight * _value(mark) for weight, mark in enumerate(marks, start=1))
    return ALPHABET[total % len(ALPHABET)]


def new(prefix: str) -> str:
    body = "".join(secrets.choice(ALPHABET) for _ in range(7))
    body += check_character(prefix, body)
    return f"{prefix}-{body[:4]}-{body[4:]}"


def normalise(text: str) -> str:
    """As typed (spaces, lower case, no hyphens) to `CLM-7F3K-29QD`; unchanged where it has another shape."""
    marks = "".join(mark for mark in tidy(text).upper() if mark.isalnum())
    if len(marks) != 11:
        return text
    return f"{marks[:3]}-{marks[3:7]}-{marks[7:]}"


def is_valid(text: str) -> bool:
    parts = text.split("-")
    if len(parts) != 3 or [len(part) for part in parts] != [3, 4, 4]:
        return False
    body = parts[1] + parts[2]
    return all(mark in ALPHABET for mark in body) and check_character(parts[0], body[:7]) == body[7]


def _value(mark: str) -> int:
    return ALPHABET.index(mark) if mark in ALPHABET else ord(mark) % len(ALPHABET)
